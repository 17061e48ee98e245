//! The steps of a transfer, as C sees them.

use qftp::transfer::TransferStep;

use super::{RunningTransfer, call, qftp_transfer};
use crate::convert;
use crate::error::qftp_error;
use crate::host::drive::milliseconds;
use crate::ptr::{handle, struct_out};
use crate::sentinel::{QFTP_ALL, QFTP_UNKNOWN};
use crate::status::{self, qftp_status};
use crate::versioned_struct::Sized32;

/// Kind of a step: what to do, and what to report to qftp_transfer_done. Any step but the last two may end with
/// QFTP_OUTCOME_FAILED.
#[repr(i32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum qftp_step_kind {
    /// Ask for the size of the remote file by qftp_host_size. Report QFTP_OUTCOME_SIZE, QFTP_OUTCOME_ABSENT or
    /// QFTP_OUTCOME_SIZE_UNKNOWN.
    ///
    /// Servers answer 550 where there is no such file, and some also where they tell no size. Before an upload goes on, look
    /// for the name in qftp_host_nlst, and report QFTP_OUTCOME_ABSENT only if it is not there. Of a file to download report
    /// the failure.
    QFTP_STEP_SIZE = 1,
    /// Upload a piece by qftp_host_put with offset, length and last of the step, from position of the local file. Report
    /// QFTP_OUTCOME_MOVED if the module counted as many bytes.
    QFTP_STEP_PUT = 2,
    /// Download a piece by qftp_host_get with offset, length and expected of the step, to position of the local file.
    /// Compare the first bytes, overlap of them, with those that are there: where they differ, qftp_host_abort and report
    /// QFTP_OUTCOME_DIFFERS. Write the others behind them, and report QFTP_OUTCOME_MOVED with their number if the module
    /// counted as many.
    ///
    /// With an overlap, ask for more bytes before the offset if the local file repeats itself there:
    /// qftp_end_to_compare of its last QFTP_END_TO_READ bytes says how many to compare. An end that repeats itself for the
    /// most of them proves nothing. Report QFTP_OUTCOME_DIFFERS, unless overlap is less than 1024: then the module counted the
    /// bytes that are there.
    QFTP_STEP_GET = 3,
    /// Download by qftp_host_get with offset, length and expected of the step. Compare the first bytes, overlap of them, with
    /// those from position of the local file on, and throw away the others. Report QFTP_OUTCOME_EQUAL or, after
    /// qftp_host_abort, QFTP_OUTCOME_DIFFERS.
    QFTP_STEP_COMPARE = 4,
    /// Do the same with all bytes that come. Report QFTP_OUTCOME_EQUAL or, after qftp_host_abort, QFTP_OUTCOME_DIFFERS with
    /// the number of bytes that were equal.
    QFTP_STEP_READ_BACK = 5,
    /// Compare the end of a piece, which has length bytes from offset on, and from position of the local file.
    /// Read its last QFTP_END_TO_READ bytes, or all of it, from the local file; qftp_end_to_compare says how many of them to
    /// compare. Download so many by qftp_host_get: offset is offset + length less their number, length is their number, or
    /// QFTP_ALL if last is set, expected is their number. Report as for QFTP_STEP_READ_BACK.
    QFTP_STEP_READ_END = 6,
    /// Cut the local file to length bytes. Report QFTP_OUTCOME_DONE.
    QFTP_STEP_CUT = 7,
    /// Wait until until_ms: a failure is tried again then. Report QFTP_OUTCOME_DONE.
    QFTP_STEP_WAIT = 8,
    /// Bring the session back by qftp_host_identify and qftp_host_login, and go to the directory; if port is set, open the
    /// port anew before, and call qftp_host_forget_line. Report QFTP_OUTCOME_DONE.
    QFTP_STEP_RECOVER = 9,
    /// The transfer is over: qftp_transfer_result.
    QFTP_STEP_COMPLETE = 10,
    /// The transfer is over, and failed with status; qftp_transfer_last_error has the details. Cut a local file that was
    /// downloaded to length bytes: a later download goes on behind them (present), after it compared their end.
    QFTP_STEP_FAIL = 11,
}

/// A step of a transfer. Set the size before (QFTP_INIT). What a kind does not name is 0.
#[repr(C)]
#[derive(Clone, Copy, Default)]
pub struct qftp_step {
    /// sizeof(qftp_step), set by QFTP_INIT.
    pub size: u32,
    /// Kind of the step, a qftp_step_kind.
    pub kind: u32,
    /// Position in the remote file of the first byte.
    pub offset: u64,
    /// Position in the local file of the same byte.
    pub position: u64,
    /// Bytes to ask for or to send, as qftp_host_get and qftp_host_put take them; QFTP_ALL is all that follow. Of an upload
    /// of unknown length, most bytes of the piece.
    pub length: u64,
    /// The number of bytes that will come; QFTP_UNKNOWN if it is not known.
    pub expected: u64,
    /// Bytes to compare at the start of what comes.
    pub overlap: u64,
    /// The time that a QFTP_STEP_WAIT ends.
    pub until_ms: u64,
    /// 1 if the piece ends the remote file. An upload of unknown length says so itself, by qftp_outcome.last.
    pub last: i32,
    /// 1 if the port broke and is to be opened anew.
    pub port: i32,
    /// Number of the retry that a QFTP_STEP_WAIT waits for; 1 is the first one after a failure.
    pub retry: u32,
    /// Status of a QFTP_STEP_FAIL.
    pub status: i32,
}

// SAFETY: integers, the size first.
unsafe impl Sized32 for qftp_step {}

impl qftp_step {
    fn of_kind(kind: qftp_step_kind) -> Self {
        qftp_step {
            kind: kind as u32,
            ..Self::default()
        }
    }
}

/// Returns what to do next. It stays the same until qftp_transfer_done.
///
/// @param transfer  The transfer.
/// @param step      Gets the step.
/// @return          QFTP_OK or a handle error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_transfer_step(
    transfer: *mut qftp_transfer,
    step: *mut qftp_step,
) -> qftp_status {
    call(handle!(transfer), |running| {
        let step = struct_out!(step)?;
        step.store(&running.next_step());
        Ok(())
    })
}

impl RunningTransfer {
    /// Returns the next step. That of a transfer that failed leaves its error.
    fn next_step(&mut self) -> qftp_step {
        use qftp_step_kind::{
            QFTP_STEP_COMPLETE, QFTP_STEP_CUT, QFTP_STEP_FAIL, QFTP_STEP_READ_END,
            QFTP_STEP_RECOVER, QFTP_STEP_SIZE, QFTP_STEP_WAIT,
        };
        let next = self.transfer.step();
        match next {
            TransferStep::Size => qftp_step::of_kind(QFTP_STEP_SIZE),
            TransferStep::Cut(length) => qftp_step {
                length,
                ..qftp_step::of_kind(QFTP_STEP_CUT)
            },
            TransferStep::Wait(until) => qftp_step {
                until_ms: milliseconds(until),
                retry: self.transfer.retry(),
                ..qftp_step::of_kind(QFTP_STEP_WAIT)
            },
            TransferStep::Recover { port } => qftp_step {
                port: port.into(),
                ..qftp_step::of_kind(QFTP_STEP_RECOVER)
            },
            TransferStep::ReadEnd {
                start,
                end,
                is_last,
            } => qftp_step {
                offset: start,
                position: self.position(start),
                length: end - start,
                last: is_last.into(),
                ..qftp_step::of_kind(QFTP_STEP_READ_END)
            },
            TransferStep::Complete(_) => qftp_step::of_kind(QFTP_STEP_COMPLETE),
            TransferStep::Fail(failure) => {
                self.last_error = self.failure(&failure);
                qftp_step {
                    status: self.last_error.status,
                    length: failure.bytes_kept,
                    ..qftp_step::of_kind(QFTP_STEP_FAIL)
                }
            }
            payload => self.payload_step(&payload),
        }
    }

    /// Returns a step that moves payload.
    fn payload_step(&self, step: &TransferStep) -> qftp_step {
        use qftp_step_kind::{
            QFTP_STEP_COMPARE, QFTP_STEP_GET, QFTP_STEP_PUT, QFTP_STEP_READ_BACK,
        };
        match *step {
            TransferStep::Put { offset, limit } => {
                let (length, last) = self.piece(offset, limit);
                qftp_step {
                    offset,
                    position: self.position(offset),
                    length,
                    last: last.into(),
                    ..qftp_step::of_kind(QFTP_STEP_PUT)
                }
            }
            TransferStep::Get {
                offset,
                length,
                expected,
                overlap,
            } => qftp_step {
                offset,
                position: self.position(offset),
                length: length.unwrap_or(QFTP_ALL),
                expected: expected.unwrap_or(QFTP_UNKNOWN),
                overlap,
                ..qftp_step::of_kind(QFTP_STEP_GET)
            },
            TransferStep::Compare {
                offset,
                length,
                expected,
            } => qftp_step {
                offset,
                position: self.position(offset),
                length: if self.ends_downloads {
                    length
                } else {
                    QFTP_ALL
                },
                expected,
                overlap: length,
                ..qftp_step::of_kind(QFTP_STEP_COMPARE)
            },
            TransferStep::ReadBack {
                offset,
                length,
                expected,
            } => qftp_step {
                offset,
                position: self.position(offset),
                length: length.unwrap_or(QFTP_ALL),
                expected,
                overlap: expected,
                ..qftp_step::of_kind(QFTP_STEP_READ_BACK)
            },
            // The core may have steps that this header does not know; there is no way on from them.
            _ => qftp_step {
                status: qftp_status::QFTP_ERR_INTERNAL as i32,
                ..qftp_step::of_kind(qftp_step_kind::QFTP_STEP_FAIL)
            },
        }
    }

    /// Returns the position in the local file.
    pub(super) fn position(&self, offset: u64) -> u64 {
        offset.saturating_sub(self.transfer.base())
    }

    /// Returns the length of a piece of an upload, and true if it is known to end the file.
    pub(super) fn piece(&self, offset: u64, limit: Option<u64>) -> (u64, bool) {
        let limit = limit.unwrap_or(QFTP_ALL);
        match self.source {
            Some(size) => {
                let rest = size.saturating_sub(self.position(offset));
                (rest.min(limit), rest <= limit)
            }
            None => (limit, false),
        }
    }
}

/// Gives an error that the program made its text, if it has none.
pub(super) fn with_text(mut error: qftp_error) -> qftp_error {
    if error.message[0] == 0 {
        error.message = convert::fixed(status::text(error.status));
    }
    error
}
