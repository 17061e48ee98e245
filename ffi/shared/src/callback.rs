//! The functions of the program that more than one library calls.

use alloc::ffi::CString;
use core::ffi::{c_char, c_void};

/// Receives an unsolicited result code (URC).
///
/// @param line    The line without its line end, with a NUL.
/// @param length  Bytes of it without the NUL.
/// @param user    The pointer given with the callback.
pub type qftp_urc_cb =
    Option<unsafe extern "C" fn(line: *const c_char, length: usize, user: *mut c_void)>;

/// Makes a string with its NUL. A line has none inside; if it had one, the string would end there.
pub fn terminated(line: &[u8]) -> CString {
    let end = line.iter().position(|byte| *byte == 0);
    CString::new(&line[..end.unwrap_or(line.len())]).unwrap_or_default()
}
