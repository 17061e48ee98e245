//! Versions of the library and of its binary interface.

use core::ffi::{CStr, c_char};

/// Major version of the library that this header belongs to.
pub const QFTP_VERSION_MAJOR: u32 = 0;
/// Minor version of the library that this header belongs to.
pub const QFTP_VERSION_MINOR: u32 = 1;
/// Patch level of the library that this header belongs to.
pub const QFTP_VERSION_PATCH: u32 = 0;
/// Version of the binary interface that this header belongs to. It grows when functions are added; a change that
/// breaks programs gives the library another SONAME.
pub const QFTP_ABI_VERSION: u32 = 1;

const VERSION: &CStr =
    match CStr::from_bytes_with_nul(concat!(env!("CARGO_PKG_VERSION"), "\0").as_bytes()) {
        Ok(version) => version,
        Err(_) => c"",
    };

/// Returns the version of the library that runs: "0.1.0".
///
/// @return  The text, never NULL. It lives as long as the library is loaded.
#[unsafe(no_mangle)]
pub extern "C" fn qftp_version() -> *const c_char {
    VERSION.as_ptr()
}

/// Returns the version of the binary interface of the library that runs.
///
/// @return  The version. A program needs at least the QFTP_ABI_VERSION that it was compiled with.
#[unsafe(no_mangle)]
pub extern "C" fn qftp_abi_version() -> u32 {
    QFTP_ABI_VERSION
}

#[cfg(test)]
mod tests {
    use alloc::format;

    use super::*;

    #[test]
    fn the_header_has_the_version_of_the_package() {
        let header = format!("{QFTP_VERSION_MAJOR}.{QFTP_VERSION_MINOR}.{QFTP_VERSION_PATCH}");
        assert_eq!(header, env!("CARGO_PKG_VERSION"));
        assert_eq!(VERSION.to_str(), Ok(header.as_str()));
    }
}
