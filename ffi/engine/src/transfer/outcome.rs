//! The outcomes of the steps of a transfer: what the program reports, and whether that fits the step.

use alloc::format;
use core::time::Duration;

use qftp::ErrorKind;
use qftp::codes::{FtpCode, ModuleCode};
use qftp::transfer::{RemoteSize, TransferOutcome, TransferStep};

use super::request::at_most_largest;
use super::step::with_text;
use super::{LARGEST, RunningTransfer, call, qftp_transfer};
use crate::error::{Fault, qftp_error};
use crate::ptr::{handle, required_options};
use crate::status::{self, qftp_status};
use crate::versioned_struct::Sized32;

/// Kind of an outcome; a qftp_step_kind says which fit.
#[repr(i32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum qftp_outcome_kind {
    /// The local file was cut, the time has come, or the session is back.
    QFTP_OUTCOME_DONE = 0,
    /// The remote file has this size: bytes.
    QFTP_OUTCOME_SIZE = 1,
    /// There is no remote file, as a listing shows.
    QFTP_OUTCOME_ABSENT = 2,
    /// The server does not tell the size.
    QFTP_OUTCOME_SIZE_UNKNOWN = 3,
    /// The piece is over, and the module counted all of it: bytes, without an overlap.
    QFTP_OUTCOME_MOVED = 4,
    /// All bytes that were compared are equal: bytes.
    QFTP_OUTCOME_EQUAL = 5,
    /// A byte differs, behind so many that are equal: bytes.
    QFTP_OUTCOME_DIFFERS = 6,
    /// The step failed: error, and the bytes that went out, or came in behind an overlap, or were equal.
    QFTP_OUTCOME_FAILED = 7,
}

/// Every kind, for its number.
const KINDS: [qftp_outcome_kind; 8] = [
    qftp_outcome_kind::QFTP_OUTCOME_DONE,
    qftp_outcome_kind::QFTP_OUTCOME_SIZE,
    qftp_outcome_kind::QFTP_OUTCOME_ABSENT,
    qftp_outcome_kind::QFTP_OUTCOME_SIZE_UNKNOWN,
    qftp_outcome_kind::QFTP_OUTCOME_MOVED,
    qftp_outcome_kind::QFTP_OUTCOME_EQUAL,
    qftp_outcome_kind::QFTP_OUTCOME_DIFFERS,
    qftp_outcome_kind::QFTP_OUTCOME_FAILED,
];

/// The outcome of a step. Set it up by QFTP_INIT.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct qftp_outcome {
    /// sizeof(qftp_outcome), set by QFTP_INIT.
    pub size: u32,
    /// Kind of the outcome, a qftp_outcome_kind.
    pub kind: u32,
    /// The number that belongs to the kind.
    pub bytes: u64,
    /// After QFTP_OUTCOME_FAILED: the error, of qftp_host_last_error or the program's own, such as QFTP_ERR_LOCAL,
    /// QFTP_ERR_LINE or QFTP_ERR_CANCELLED in its status. Not used after the call.
    pub error: *const qftp_error,
    /// Milliseconds from the command of a piece to its first byte, of qftp_host_connect_time: the size of the next pieces
    /// follows it. 0 is not known.
    pub connect_ms: u32,
    /// Not 0 if the piece ends the local file; for an upload of unknown length alone.
    pub last: u32,
}

// SAFETY: integers and a pointer, the size first.
unsafe impl Sized32 for qftp_outcome {}

/// Takes what came of the step. An outcome that does not fit the step is QFTP_ERR_ARGUMENT and changes nothing.
///
/// @param transfer  The transfer.
/// @param now_ms    The time.
/// @param outcome   The outcome of the step.
/// @return          QFTP_OK or a handle error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_transfer_done(
    transfer: *mut qftp_transfer,
    now_ms: u64,
    outcome: *const qftp_outcome,
) -> qftp_status {
    call(handle!(transfer), |running| {
        let outcome = required_options!(outcome)?;
        running.take(Duration::from_millis(now_ms), &outcome)
    })
}

impl RunningTransfer {
    /// Takes the outcome of the step, if it fits.
    fn take(&mut self, now: Duration, given: &qftp_outcome) -> Result<(), Fault> {
        use qftp_outcome_kind::{
            QFTP_OUTCOME_ABSENT, QFTP_OUTCOME_DIFFERS, QFTP_OUTCOME_DONE, QFTP_OUTCOME_EQUAL,
            QFTP_OUTCOME_FAILED, QFTP_OUTCOME_MOVED, QFTP_OUTCOME_SIZE, QFTP_OUTCOME_SIZE_UNKNOWN,
        };
        let kind = KINDS.into_iter().find(|kind| *kind as u32 == given.kind);
        let step = self.transfer.step();
        let asks_for_size = matches!(step, TransferStep::Size);
        let outcome = match (kind, &step) {
            (_, TransferStep::Complete(_) | TransferStep::Fail(_)) => {
                return Err(Fault::argument("the transfer is over"));
            }
            (Some(QFTP_OUTCOME_FAILED), _) => self.failed(&step, given)?,
            (
                Some(QFTP_OUTCOME_DONE),
                TransferStep::Cut(_) | TransferStep::Wait(_) | TransferStep::Recover { .. },
            ) => TransferOutcome::Done,
            (Some(QFTP_OUTCOME_SIZE), _) if asks_for_size => {
                at_most_largest("outcome.bytes", given.bytes)?;
                TransferOutcome::Size(RemoteSize::Known(given.bytes))
            }
            (Some(QFTP_OUTCOME_ABSENT), _) if asks_for_size => {
                TransferOutcome::Size(RemoteSize::Absent)
            }
            (Some(QFTP_OUTCOME_SIZE_UNKNOWN), _) if asks_for_size => {
                TransferOutcome::Size(RemoteSize::Unknown)
            }
            (Some(QFTP_OUTCOME_MOVED), _) => self.moved(&step, given)?,
            (Some(QFTP_OUTCOME_EQUAL), _) => equal(&step, given.bytes)?,
            (Some(QFTP_OUTCOME_DIFFERS), _) => differs(&step, given.bytes)?,
            _ => return Err(does_not_fit()),
        };
        self.last = self.last.max(now);
        self.transfer.done(now, outcome);
        Ok(())
    }

    /// Reads the outcome of a piece that was moved.
    fn moved(&self, step: &TransferStep, given: &qftp_outcome) -> Result<TransferOutcome, Fault> {
        let bytes = given.bytes;
        // Without it nothing is measured: the size of the pieces stays.
        let overhead = match given.connect_ms {
            0 => Duration::MAX,
            connect_ms => Duration::from_millis(connect_ms.into()),
        };
        match *step {
            TransferStep::Put { offset, limit } => {
                let (length, ends) = self.piece(offset, limit);
                let last = ends || (self.source.is_none() && given.last != 0);
                match self.source {
                    Some(_) => counted(bytes, length)?,
                    None => at_most(bytes, length.min(LARGEST.saturating_sub(offset)))?,
                }
                if bytes == 0 && !last {
                    return Err(Fault::argument("outcome.bytes is 0, and more is to follow"));
                }
                Ok(TransferOutcome::Sent {
                    bytes,
                    last,
                    overhead,
                })
            }
            TransferStep::Get {
                offset,
                expected,
                overlap,
                ..
            } => {
                match expected {
                    Some(expected) => counted(bytes, expected.saturating_sub(overlap))?,
                    None => at_most(bytes, LARGEST.saturating_sub(offset + overlap))?,
                }
                Ok(TransferOutcome::Received { bytes, overhead })
            }
            _ => Err(does_not_fit()),
        }
    }

    /// Reads the outcome of a step that failed, and keeps the error.
    fn failed(
        &mut self,
        step: &TransferStep,
        given: &qftp_outcome,
    ) -> Result<TransferOutcome, Fault> {
        let place = given.error;
        let error = required_options!(place).map_err(|_| {
            Fault::argument("outcome.error is NULL or has no size, and the step failed")
        })?;
        let kind = kind(&error)?;
        let reply = u16::try_from(error.ftp_reply)
            .ok()
            .filter(|reply| *reply > 0);
        let bytes = match *step {
            TransferStep::Put { offset, limit } => {
                let (length, _) = self.piece(offset, limit);
                given.bytes.min(length.min(LARGEST.saturating_sub(offset)))
            }
            TransferStep::Get {
                offset,
                expected,
                overlap,
                ..
            } => {
                let most = expected.unwrap_or(LARGEST.saturating_sub(offset));
                given.bytes.min(most.saturating_sub(overlap))
            }
            TransferStep::ReadBack { expected, .. } => given.bytes.min(expected),
            _ => 0,
        };
        // A question that fails behind a transfer that failed does not hide the reason.
        if !matches!(step, TransferStep::Size) || self.step_error.status == 0 {
            self.step_error = with_text(error);
        }
        Ok(TransferOutcome::Failed { kind, reply, bytes })
    }
}

/// Reads the outcome of a comparison without a difference.
fn equal(step: &TransferStep, bytes: u64) -> Result<TransferOutcome, Fault> {
    match *step {
        TransferStep::Compare { length, .. } => {
            counted(bytes, length)?;
            Ok(TransferOutcome::Compared(true))
        }
        TransferStep::ReadBack { expected, .. } => {
            counted(bytes, expected)?;
            Ok(TransferOutcome::Matched(bytes))
        }
        TransferStep::ReadEnd { start, end, .. } => {
            at_most(bytes, end - start)?;
            if bytes == 0 {
                return Err(Fault::argument("outcome.bytes is 0: nothing was compared"));
            }
            Ok(TransferOutcome::Matched(bytes))
        }
        _ => Err(does_not_fit()),
    }
}

/// Reads the outcome of a comparison that found a difference.
fn differs(step: &TransferStep, bytes: u64) -> Result<TransferOutcome, Fault> {
    match *step {
        TransferStep::Compare { .. } => Ok(TransferOutcome::Compared(false)),
        TransferStep::Get { overlap, .. } if overlap > 0 => Ok(TransferOutcome::Compared(false)),
        TransferStep::ReadBack { expected, .. } => {
            at_most(bytes, expected.saturating_sub(1))?;
            Ok(TransferOutcome::Differs(bytes))
        }
        // Which byte of the piece is the first one is not known.
        TransferStep::ReadEnd { .. } => Ok(TransferOutcome::Differs(0)),
        _ => Err(does_not_fit()),
    }
}

/// Returns the kind of an error. That of an FTP failure is in its codes.
fn kind(error: &qftp_error) -> Result<ErrorKind, Fault> {
    let no_error = || {
        let text = format!(
            "outcome.error has status {}, which is not an error",
            error.status
        );
        Fault::argument(text)
    };
    if error.status != qftp_status::QFTP_ERR_MODULE as i32 {
        return status::kind_of(error.status).ok_or_else(no_error);
    }
    let code = u16::try_from(error.module_code).unwrap_or_default();
    let code = if code == 0 {
        ModuleCode::UNKNOWN
    } else {
        ModuleCode(code)
    };
    let reply = u16::try_from(error.ftp_reply).ok().map(FtpCode);
    Ok(ErrorKind::from_codes(code, reply))
}

fn does_not_fit() -> Fault {
    Fault::argument("outcome.kind does not fit the step")
}

/// Refuses a number of bytes that is not that of the step.
fn counted(bytes: u64, wanted: u64) -> Result<(), Fault> {
    if bytes == wanted {
        return Ok(());
    }
    let text = format!(
        "outcome.bytes is {bytes}, and the step has {wanted}: report QFTP_OUTCOME_FAILED with QFTP_ERR_INCOMPLETE"
    );
    Err(Fault::argument(text))
}

fn at_most(bytes: u64, most: u64) -> Result<(), Fault> {
    if bytes <= most {
        return Ok(());
    }
    let text = format!("outcome.bytes is {bytes}, and the step has at most {most}");
    Err(Fault::argument(text))
}
