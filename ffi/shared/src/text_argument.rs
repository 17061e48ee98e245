//! Texts and paths that the program gives.

use alloc::format;
#[cfg(feature = "std")]
use std::path::Path;

use crate::error::Fault;

/// Reads a text that has to be UTF-8; `name` is the argument's, for the error.
pub fn utf8<'a>(bytes: &'a [u8], name: &'static str) -> Result<&'a str, Fault> {
    core::str::from_utf8(bytes).map_err(|_| Fault::argument(format!("{name} is not UTF-8")))
}

/// Reads a path of the local file system.
#[cfg(feature = "std")]
#[cfg_attr(
    unix,
    allow(clippy::unnecessary_wraps, reason = "it can fail elsewhere")
)]
pub fn local_path<'a>(bytes: &'a [u8], name: &'static str) -> Result<&'a Path, Fault> {
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStrExt as _;
        let _ = name;
        Ok(Path::new(std::ffi::OsStr::from_bytes(bytes)))
    }
    #[cfg(not(unix))]
    utf8(bytes, name).map(Path::new)
}
