//! `--quirk`: the firmware quirks of an emulator.

use clap::Args;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use qftp::dialect::Dialect;
use qftp::module;
use qftp::module::quirks::QUIRKS;

use crate::problem::Problem;

/// Holds the quirks of an emulator.
#[derive(Args)]
pub(crate) struct Quirks {
    /// Behave as real firmware does, not as the manual says; names separated by commas
    #[arg(long = "quirk", value_name = "NAMES", value_delimiter = ',', value_parser = names())]
    quirks: Vec<module::Quirks>,
}

impl Quirks {
    /// Returns the quirks for this dialect; refuses one that it cannot have.
    pub(crate) fn of(&self, dialect: &Dialect) -> Result<module::Quirks, Problem> {
        self.together()
            .check(dialect)
            .map_err(|error| Problem::usage(error.to_string()))
    }

    /// Returns the quirks that this dialect can have.
    #[cfg(feature = "serve")]
    pub(crate) fn within(&self, dialect: &Dialect) -> module::Quirks {
        self.together().within(dialect)
    }

    fn together(&self) -> module::Quirks {
        let each = QUIRKS.iter().map(|known| known.quirk);
        each.filter(|quirk| self.quirks.iter().any(|one| one.has(*quirk)))
            .fold(module::Quirks::MANUAL, module::Quirks::with)
    }
}

/// Parses the name of a quirk; the long help lists them.
fn names() -> impl TypedValueParser<Value = module::Quirks> {
    let known = QUIRKS
        .iter()
        .map(|known| PossibleValue::new(known.name).help(known.what));
    PossibleValuesParser::new(known).try_map(|name| name.parse::<module::Quirks>())
}
