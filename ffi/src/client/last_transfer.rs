//! Gives the result of the last transfer.

use qftp::client::Transferred;

use super::{call, qftp_client};
use crate::ptr::{handle, struct_out};
use crate::status::{self, qftp_status};
use crate::transfer_result::{qftp_transferred, qftp_verified};

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

/// Converts the result of a transfer.
pub(super) fn to_c(moved: &Transferred) -> qftp_transferred {
    let mut transfer = qftp_transferred {
        attempts: moved.attempts,
        bytes: moved.bytes,
        offset: moved.offset,
        elapsed_ms: u64::try_from(moved.elapsed.as_millis()).unwrap_or(u64::MAX),
        verified: qftp_verified::from(moved.verified) as i32,
        failure_count: u32::try_from(moved.failures.len()).unwrap_or(u32::MAX),
        ..qftp_transferred::default()
    };
    for (place, kind) in transfer.failures.iter_mut().zip(&moved.failures) {
        *place = status::of_kind(*kind) as i32;
    }
    transfer
}
