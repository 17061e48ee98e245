//! The functions of the program that an emulator calls.

use std::ffi::{c_int, c_void};

/// Receives the output of an emulator.
///
/// @param bytes  The output.
/// @param size   Bytes of it.
/// @param user   The pointer given with the callback.
/// @return       0 to go on; anything else ends qftp_emulator_poll with QFTP_ERR_LOCAL.
pub type qftp_output_cb =
    Option<unsafe extern "C" fn(bytes: *const c_void, size: usize, user: *mut c_void) -> c_int>;
