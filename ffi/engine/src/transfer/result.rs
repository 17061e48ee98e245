//! The result of a transfer that is complete.

use qftp::transfer::TransferStep;

use super::{call, qftp_transfer};
use crate::error::Fault;
use crate::ptr::{handle, struct_out};
use crate::status::{self, qftp_status};
use crate::transfer_result::{qftp_transferred, qftp_verified};

/// Returns the result of a transfer that is complete: after QFTP_STEP_COMPLETE, and QFTP_ERR_ARGUMENT before.
///
/// @param transfer  The transfer.
/// @param result    Gets the result.
/// @return          QFTP_OK or a handle error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_transfer_result(
    transfer: *mut qftp_transfer,
    result: *mut qftp_transferred,
) -> qftp_status {
    call(handle!(transfer), |running| {
        let place = struct_out!(result)?;
        let TransferStep::Complete(report) = running.transfer.step() else {
            return Err(Fault::argument("the transfer is not complete"));
        };
        let elapsed = running.last.saturating_sub(running.begun);
        let mut result = qftp_transferred {
            attempts: report.attempts,
            bytes: report.bytes,
            offset: report.offset,
            elapsed_ms: u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX),
            verified: qftp_verified::from(report.verified) as i32,
            failure_count: u32::try_from(report.failures.len()).unwrap_or(u32::MAX),
            ..qftp_transferred::default()
        };
        for (place, kind) in result.failures.iter_mut().zip(&report.failures) {
            *place = status::of_kind(*kind) as i32;
        }
        place.store(&result);
        Ok(())
    })
}
