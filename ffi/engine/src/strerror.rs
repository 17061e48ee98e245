//! `qftp_strerror`: the text of a status.

use core::ffi::c_char;

use crate::status::c_text;

/// Returns a short text for a status, in English. qftp_client_last_error has the details of a failure.
///
/// @param status  The status; any number may be given.
/// @return        The text, never NULL. It lives as long as the library is loaded.
#[unsafe(no_mangle)]
pub extern "C" fn qftp_strerror(status: i32) -> *const c_char {
    c_text(status).as_ptr()
}
