//! `--quirk`: the firmware quirks of an emulator.

use std::ffi::OsStr;
use std::path::Path;

use clap::Args;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::error::ErrorKind;
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
    /// File of such names, a line each, as `qftp check --write-quirks` writes it
    #[arg(long = "quirks", value_name = "FILE", value_parser = QuirkFile)]
    quirk_file: Option<module::Quirks>,
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
        let given = || self.quirks.iter().chain(&self.quirk_file);
        each.filter(|quirk| given().any(|one| one.has(*quirk)))
            .fold(module::Quirks::MANUAL, module::Quirks::with)
    }
}

/// Reads a file of names; `#` begins a comment.
#[derive(Clone)]
struct QuirkFile;

impl TypedValueParser for QuirkFile {
    type Value = module::Quirks;

    fn parse_ref(
        &self,
        command: &clap::Command,
        _: Option<&clap::Arg>,
        value: &OsStr,
    ) -> Result<module::Quirks, clap::Error> {
        let path = Path::new(value);
        let read = std::fs::read_to_string(path).map_err(|error| error.to_string());
        let parsed = read.and_then(|text| {
            let names = text.lines().map(|line| {
                let name = line.split('#').next();
                name.unwrap_or_default().trim()
            });
            let names: Vec<&str> = names.collect();
            names
                .join(",")
                .parse::<module::Quirks>()
                .map_err(|error| error.to_string())
        });
        parsed.map_err(|reason| {
            let text = format!("--quirks {}: {reason}\n", path.display());
            clap::Error::raw(ErrorKind::ValueValidation, text).with_cmd(command)
        })
    }
}

/// Parses the name of a quirk; the long help lists them.
fn names() -> impl TypedValueParser<Value = module::Quirks> {
    let known = QUIRKS
        .iter()
        .map(|known| PossibleValue::new(known.name).help(known.what));
    PossibleValuesParser::new(known).try_map(|name| name.parse::<module::Quirks>())
}
