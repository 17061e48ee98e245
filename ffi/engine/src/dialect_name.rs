//! Dialects by the names that C gives.

use alloc::string::{String, ToString as _};

use qftp::dialect::{self, Dialect};

use crate::error::Fault;

/// Returns the dialect of this name.
pub fn dialect_by_name(name: &[u8]) -> Result<&'static Dialect, Fault> {
    dialect::find(&String::from_utf8_lossy(name))
        .map_err(|unknown| Fault::argument(unknown.to_string()))
}
