//! Gives the result of the last transfer.

use super::transfer_result::qftp_transferred;
use super::{call, qftp_client};
use crate::ptr::{handle, struct_out};
use crate::status::qftp_status;

/// Returns the result of the last transfer that succeeded on the client.
///
/// @param client    The client.
/// @param transfer  Gets the result; its attempts are 0 if there was no transfer yet.
/// @return          QFTP_OK or a handle error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_client_last_transfer(
    client: *mut qftp_client,
    transfer: *mut qftp_transferred,
) -> qftp_status {
    call(handle!(client), |session, _| {
        struct_out!(transfer)?.store(&session.last_transfer);
        Ok(())
    })
}
