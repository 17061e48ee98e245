//! Dialects by the names that C gives.

use qftp::dialect::{self, Dialect, UnknownDialect};
#[cfg(all(unix, feature = "emulator"))]
use qftp::emulator::EmulatorOptions;

use crate::error::Fault;

/// Returns the dialect of this name.
pub(crate) fn dialect_by_name(name: &[u8]) -> Result<&'static Dialect, Fault> {
    dialect::find(&String::from_utf8_lossy(name)).map_err(|unknown| unknown_dialect(&unknown))
}

/// Returns the options of an emulator of this dialect, or of this model.
#[cfg(all(unix, feature = "emulator"))]
pub(crate) fn emulator_options_by_name(name: &[u8]) -> Result<EmulatorOptions, Fault> {
    let name = String::from_utf8_lossy(name);
    EmulatorOptions::named(&name).map_err(|unknown| unknown_dialect(&unknown))
}

fn unknown_dialect(unknown: &UnknownDialect) -> Fault {
    Fault::argument(unknown.to_string())
}
