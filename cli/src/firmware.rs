//! `--firmware`: how a software module departs from its manual.

use clap::Args;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use qftp::dialect::Dialect;
use qftp::module;
use qftp::module::firmware::DEPARTURES;

use crate::problem::Problem;

/// What a software module does otherwise than its manual says.
#[derive(Args)]
pub(crate) struct Firmware {
    /// Depart from the manual as real firmware was seen to do; names with commas between
    #[arg(long, value_name = "NAMES", value_delimiter = ',', value_parser = names())]
    firmware: Vec<module::Firmware>,
}

impl Firmware {
    /// For a module of this dialect.
    pub(crate) fn of(&self, dialect: &Dialect) -> Result<module::Firmware, Problem> {
        self.together()
            .check(dialect)
            .map_err(|error| Problem::usage(error.to_string()))
    }

    /// For modules of all dialects, one after another: each takes what it can have.
    #[cfg(feature = "serve")]
    pub(crate) fn within(&self, dialect: &Dialect) -> module::Firmware {
        self.together().within(dialect)
    }

    fn together(&self) -> module::Firmware {
        let each = DEPARTURES.iter().map(|known| known.departure);
        each.filter(|departure| self.firmware.iter().any(|one| one.has(*departure)))
            .fold(module::Firmware::MANUAL, module::Firmware::with)
    }
}

/// One of the names that are known; the long help lists them.
fn names() -> impl TypedValueParser<Value = module::Firmware> {
    let known = DEPARTURES
        .iter()
        .map(|known| PossibleValue::new(known.name).help(known.what));
    PossibleValuesParser::new(known).try_map(|name| name.parse::<module::Firmware>())
}
