//! Texts up and down by TYPE A.

use std::ffi::c_char;

use super::asked::asked;
use super::last_transfer::to_c;
use super::{call, qftp_client};
use crate::ptr::{handle, local_path, optional_out, text};
use crate::status::qftp_status;

/// Uploads a file of the local file system as a text, by TYPE A: its lines end as the server stores them. Sizes prove nothing
/// then, and a failure is not tried again.
///
/// @param client  The client.
/// @param path    The local file.
/// @param remote  Name on the server.
/// @param bytes   Gets how many bytes were sent, with CR LF at the ends of lines; may be NULL.
/// @return        QFTP_OK, QFTP_ERR_LOCAL, QFTP_ERR_INCOMPLETE, a handle error or a command error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_client_put_ascii_file(
    client: *mut qftp_client,
    path: *const c_char,
    remote: *const c_char,
    bytes: *mut u64,
) -> qftp_status {
    call(handle!(client), |session, _| {
        let path = local_path(text!(path)?, "path")?;
        let remote = text!(remote)?;
        let moved = session.client.put_ascii_file(path, remote);
        let moved = moved.map_err(asked("put", remote))?;
        session.last_transfer = to_c(&moved);
        optional_out!(bytes).store(moved.bytes);
        Ok(())
    })
}

/// Downloads a text by TYPE A into a file of the local file system: its lines end as those of this system. Sizes prove
/// nothing then, and a failure is not tried again. The file has a temporary name until it is complete.
///
/// @param client  The client.
/// @param remote  Name on the server.
/// @param path    The local file.
/// @param bytes   Gets how many bytes came, with CR LF at the ends of lines; may be NULL.
/// @return        QFTP_OK, QFTP_ERR_LOCAL, QFTP_ERR_INCOMPLETE, a handle error or a command error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_client_get_ascii_file(
    client: *mut qftp_client,
    remote: *const c_char,
    path: *const c_char,
    bytes: *mut u64,
) -> qftp_status {
    call(handle!(client), |session, _| {
        let remote = text!(remote)?;
        let path = local_path(text!(path)?, "path")?;
        let moved = session.client.get_ascii_file(remote, path);
        let moved = moved.map_err(asked("get", remote))?;
        session.last_transfer = to_c(&moved);
        optional_out!(bytes).store(moved.bytes);
        Ok(())
    })
}
