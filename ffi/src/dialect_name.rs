//! Dialects by the names that C gives.

use qftp::dialect::{self, Dialect, UnknownDialect};

use crate::error::Fault;

/// Returns the dialect of this name.
pub(crate) fn dialect_by_name(name: &[u8]) -> Result<&'static Dialect, Fault> {
    dialect::find(&String::from_utf8_lossy(name)).map_err(|unknown| unknown_dialect(&unknown))
}

/// Returns the dialect of this name, or of a module of this model.
#[cfg(all(unix, feature = "emulator"))]
pub(crate) fn dialect_by_name_or_model(name: &[u8]) -> Result<&'static Dialect, Fault> {
    let name = String::from_utf8_lossy(name);
    dialect::find_by_name_or_model(&name).map_err(|unknown| unknown_dialect(&unknown))
}

fn unknown_dialect(unknown: &UnknownDialect) -> Fault {
    Fault::argument(unknown.to_string())
}
