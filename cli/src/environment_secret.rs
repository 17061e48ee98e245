//! Passwords in environment variables: bytes, since an account may be older than UTF-8.

#[cfg(feature = "serve")]
use crate::problem::Problem;

/// Returns the bytes of a variable; `None` where it is not set.
pub(crate) fn bytes(name: &str) -> Option<Vec<u8>> {
    std::env::var_os(name).map(std::ffi::OsString::into_encoded_bytes)
}

/// Returns the text of a variable, for what takes no bytes. Another value is an error that does not show it.
#[cfg(feature = "serve")]
pub(crate) fn text(name: &str) -> Result<Option<String>, Problem> {
    let text = bytes(name).map(String::from_utf8).transpose();
    text.map_err(|_| Problem::usage(format!("the environment variable {name} is not UTF-8")))
}
