//! Statements of the manuals that can be tested, as data: `core/tests/conformance`.

use std::path::{Path, PathBuf};

pub use qftp_conformance::statement::*;

/// Returns the folder of the statements.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../core/tests/conformance")
}
