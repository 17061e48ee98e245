//! Dialects by the names that C gives.

use qftp::dialect::{self, Dialect};

use crate::error::Fault;

/// Returns the dialect of this name.
pub(crate) fn dialect_by_name(name: &[u8]) -> Result<&'static Dialect, Fault> {
    let known = std::str::from_utf8(name).ok().and_then(dialect::by_name);
    known.ok_or_else(|| {
        let all: Vec<_> = dialect::ALL.iter().map(|dialect| dialect.name).collect();
        let (name, all) = (name.escape_ascii(), all.join(", "));
        Fault::argument(format!("unknown dialect {name}; there are {all}"))
    })
}
