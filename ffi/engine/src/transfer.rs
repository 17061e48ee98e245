//! `qftp_transfer`: a transfer that survives faults, for a firmware on the bare engine.

mod failure;
pub mod outcome;
pub mod request;
pub mod result;
pub mod step;

use core::ffi::c_void;
use core::time::Duration;

use qftp::transfer::Transfer;

use crate::error::{Fault, qftp_error};
use crate::handle::{self, HandleRef, Opaque};
use crate::ptr::{data, handle, out, struct_out};
use crate::status::qftp_status::{self, QFTP_OK};

/// The largest size and position that a file can have here: C's off_t has no larger one.
pub(crate) const LARGEST: u64 = i64::MAX.cast_unsigned();

/// One transfer that survives faults. It runs nothing. It says what comes next; the program does that by operations of a
/// qftp_host, and reports what came of it. qftp_transfer_upload and qftp_transfer_download make it, qftp_transfer_free
/// frees it.
///
/// The loop around it:
///
/// 1. Take the next step by qftp_transfer_step. QFTP_STEP_COMPLETE and QFTP_STEP_FAIL end the loop.
/// 2. Carry it out. A qftp_step_kind says by which operations.
/// 3. Report by qftp_transfer_done what came of it. Of an operation that failed that is QFTP_OUTCOME_FAILED, with the error
///    of qftp_host_last_error. Go to 1.
///
/// A byte is confirmed when the module counted as many bytes as were sent, and the piece that it belongs to ended well. A
/// transfer goes on at the last confirmed byte; where that is not known the bytes before it are compared first. It is
/// complete when the sizes at both ends agree, or the server tells none; qftp_transfer_result says which.
pub struct qftp_transfer {
    _opaque: [u8; 0],
}

/// The value that a call on a transfer works on.
pub struct RunningTransfer {
    transfer: Transfer,
    /// The dialect can end a download before the file ends.
    ends_downloads: bool,
    /// Bytes of the source, if it is an upload and they are known.
    source: Option<u64>,
    is_upload: bool,
    begun: Duration,
    /// The time of the last outcome.
    last: Duration,
    /// The failure of the last step that failed.
    step_error: qftp_error,
    /// The failure of the last call, or of the transfer.
    last_error: qftp_error,
}

impl Opaque for qftp_transfer {
    type Inner = RunningTransfer;
    type Shared = ();
}

impl RunningTransfer {
    /// Begins a transfer that was planned.
    fn new(begun: Duration, transfer: Transfer, ends_downloads: bool) -> Self {
        RunningTransfer {
            transfer,
            ends_downloads,
            source: None,
            is_upload: false,
            begun,
            last: begun,
            step_error: qftp_error::default(),
            last_error: qftp_error::default(),
        }
    }
}

/// Runs one call on a transfer and keeps why it failed.
fn call(
    transfer: Option<HandleRef<qftp_transfer>>,
    body: impl FnOnce(&mut RunningTransfer) -> Result<(), Fault>,
) -> qftp_status {
    handle::enter(transfer, |running, ()| match body(running) {
        Ok(()) => QFTP_OK,
        Err(fault) => {
            running.last_error = fault.to_error();
            fault.status()
        }
    })
}

/// Returns the position in the remote file up to which all bytes are confirmed.
///
/// @param transfer  The transfer.
/// @param position  Gets the position.
/// @return          QFTP_OK or a handle error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_transfer_confirmed(
    transfer: *mut qftp_transfer,
    position: *mut u64,
) -> qftp_status {
    call(handle!(transfer), |running| {
        out!(position)?.store(running.transfer.confirmed());
        Ok(())
    })
}

/// Returns the details of the last failure: of a call on this transfer, and of the transfer itself after QFTP_STEP_FAIL.
///
/// @param transfer  The transfer.
/// @param error     Gets the details; its status is QFTP_OK if there was no failure.
/// @return          QFTP_OK or a handle error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_transfer_last_error(
    transfer: *mut qftp_transfer,
    error: *mut qftp_error,
) -> qftp_status {
    call(handle!(transfer), |running| {
        struct_out!(error)?.store(&running.last_error);
        Ok(())
    })
}

/// Frees a transfer, while no call runs on it.
///
/// @param transfer  The transfer; may be NULL. Do not use it afterwards.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_transfer_free(transfer: *mut qftp_transfer) {
    if let Some(transfer) = handle!(transfer) {
        transfer.free();
    }
}

/// The bytes at the end of a piece by which qftp_end_to_compare decides.
pub const QFTP_END_TO_READ: usize = 20480;

const _: () = assert!(QFTP_END_TO_READ == qftp::transfer::END_TO_READ);

/// Returns how many bytes at the end of a piece a QFTP_STEP_READ_END compares, at most 16384. An end that repeats itself is
/// compared further.
///
/// @param bytes  The last bytes of the piece: all of it, or QFTP_END_TO_READ of them. May be NULL if size is 0.
/// @param size   How many there are.
/// @return       How many of them to compare; 0 if bytes is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_end_to_compare(bytes: *const c_void, size: usize) -> usize {
    let mut count = 0;
    handle::guard(|| {
        if let Ok(bytes) = data!(bytes, size) {
            count = qftp::transfer::end_to_compare(bytes);
        }
        QFTP_OK
    });
    count
}
