//! `--quirk`: how an emulator departs from its manual.

use clap::Args;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use qftp::dialect::Dialect;
use qftp::module;
use qftp::module::quirks::QUIRKS;

use crate::problem::Problem;

/// What an emulator does otherwise than its manual says.
#[derive(Args)]
pub(crate) struct Quirks {
    /// Depart from the manual as real firmware was seen to do; names with commas between
    #[arg(long, value_name = "NAMES", value_delimiter = ',', value_parser = names())]
    quirks: Vec<module::Quirks>,
}

impl Quirks {
    /// For a module of this dialect.
    pub(crate) fn of(&self, dialect: &Dialect) -> Result<module::Quirks, Problem> {
        self.together()
            .check(dialect)
            .map_err(|error| Problem::usage(error.to_string()))
    }

    /// For modules of all dialects, one after another: each takes what it can have.
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

/// One of the names that are known; the long help lists them.
fn names() -> impl TypedValueParser<Value = module::Quirks> {
    let known = QUIRKS
        .iter()
        .map(|known| PossibleValue::new(known.name).help(known.what));
    PossibleValuesParser::new(known).try_map(|name| name.parse::<module::Quirks>())
}
