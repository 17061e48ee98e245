//! Transfers that survive faults, sans-IO, above the host engine.
//!
//! A [`Transfer`] runs nothing. It says what comes next, a [`TransferStep`]; its driver does that, by operations of the
//! [host](crate::host), and reports what came of it. Client, C library and firmware are such drivers.
//!
//! # Rules
//!
//! 1. A byte is confirmed when it stands at the other end, the module counted as many bytes as were sent, and the piece
//!    that it belongs to ended well. A size alone confirms nothing. Where the module takes as many bytes as were
//!    announced, a byte too many on the line changes neither: the end of each piece is read back and compared.
//! 2. A transfer goes on at the last confirmed byte. Where that is not known, because another process began, the bytes
//!    before the place are compared first; where they differ it goes back, and then starts over.
//! 3. Nothing is claimed: a transfer is complete when the sizes at both ends agree, and says so where the server does not
//!    tell the size. Where that is asked for, all of it is read back and compared: sizes do not show a bit that flipped.
//! 4. A failure that may pass is tried again, as [`RetryPolicy`] says; a confirmed byte makes the budget whole again.
//!    Ends that disagree behind the last byte are a budget of their own, which nothing fills up. The first refusal of a
//!    step is not believed, since a name that was damaged on the line is refused, too: the step is done once more.
//!
//! ```
//! use core::time::Duration;
//! use qftp::transfer::{RetryPolicy, RemoteSize, Transfer, TransferOutcome, TransferStep};
//! use qftp::transfer::{UploadRequest, UploadStart, Verified};
//!
//! let now = Duration::ZERO;
//! let request = UploadRequest::new(UploadStart::At(0), Some(5));
//! let mut transfer = Transfer::upload(now, request, RetryPolicy::STANDARD);
//! assert!(matches!(transfer.step(), TransferStep::Put { offset: 0, .. }));
//! let overhead = Duration::from_millis(300);
//! transfer.done(now, TransferOutcome::Sent { bytes: 5, last: true, overhead });
//! assert_eq!(transfer.step(), TransferStep::Size);
//! transfer.done(now, TransferOutcome::Size(RemoteSize::Known(5)));
//! let TransferStep::Complete(report) = transfer.step() else { panic!() };
//! assert!(report.verified == Verified::Size && report.bytes == 5 && report.attempts == 1);
//! ```

mod budget;
mod download;
mod origin;
mod piece_ends;
mod piece_size;
mod policy;
mod read_back;
mod repetition;
mod sent_start;
mod step;
mod tail;
#[cfg(test)]
mod tests;
mod upload;
mod upload_request;

use core::time::Duration;

pub(crate) use budget::RetryBudget;
#[cfg(feature = "std")]
pub(crate) use budget::passes;
#[cfg(feature = "std")]
pub(crate) use download::DOUBTFUL;
pub use download::DownloadRequest;
#[cfg(feature = "std")]
pub(crate) use piece_size::FIRST_PIECE;
pub use policy::RetryPolicy;
pub use repetition::{END_TO_READ, end_to_compare};
#[cfg(feature = "std")]
pub(crate) use repetition::{end_from, is_repeated_throughout};
pub use step::{
    FailureCause, RemoteSize, TransferFailure, TransferOutcome, TransferReport, TransferStep,
    Verified,
};
#[cfg(feature = "std")]
pub(crate) use tail::{JOINT, TAIL};
pub use upload_request::{UploadRequest, UploadStart};

use crate::ErrorKind;
use download::Download;
use upload::Upload;

/// One transfer, from its start to its end.
#[derive(Debug)]
pub struct Transfer {
    direction: TransferDirection,
    budget: RetryBudget,
    recovery: Recovery,
    /// Tries that ended with all bytes moved and both ends different.
    disagreements: u32,
}

#[derive(Debug)]
enum TransferDirection {
    Up(Upload),
    Down(Download),
}

/// Says where the way back from a failure has got to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Recovery {
    /// There was none, or all is well again.
    Idle,
    /// Waits before the next try.
    Waiting { until: Duration, port: bool },
    /// Brings the session back.
    Recovering { port: bool },
    /// The failure is final.
    Over,
}

impl Transfer {
    /// Plans an upload.
    pub fn upload(now: Duration, request: UploadRequest, policy: RetryPolicy) -> Self {
        Self::new(now, TransferDirection::Up(Upload::new(request)), policy)
    }

    /// Plans a download.
    pub fn download(now: Duration, request: DownloadRequest, policy: RetryPolicy) -> Self {
        Self::new(now, TransferDirection::Down(Download::new(request)), policy)
    }

    fn new(now: Duration, direction: TransferDirection, policy: RetryPolicy) -> Self {
        Transfer {
            direction,
            budget: RetryBudget::new(now, policy),
            recovery: Recovery::Idle,
            disagreements: 0,
        }
    }

    /// Sets the number that the waits are moved by, so that many devices do not come back at once. Any number will do, the
    /// serial number of the device for one.
    #[must_use]
    pub fn with_jitter(mut self, jitter: u64) -> Self {
        self.budget.set_jitter(jitter);
        self
    }

    /// Returns the position up to which all bytes are confirmed, in the remote file.
    pub fn confirmed(&self) -> u64 {
        match &self.direction {
            TransferDirection::Up(upload) => upload.confirmed(),
            TransferDirection::Down(download) => download.confirmed(),
        }
    }

    /// Returns the position in the remote file where the local one begins. That of an append is known with its first
    /// piece.
    pub fn base(&self) -> u64 {
        match &self.direction {
            TransferDirection::Up(upload) => upload.base(),
            TransferDirection::Down(download) => download.base(),
        }
    }

    /// Returns the number of the try that runs, or is waited for, after failures without a confirmed byte between them: 1 is
    /// the first retry, 0 none.
    pub fn retry(&self) -> u32 {
        self.budget.in_a_row()
    }

    /// Returns what the driver does next. It stays the same until [`Transfer::done`].
    pub fn step(&self) -> TransferStep {
        match self.recovery {
            Recovery::Waiting { until, .. } => return TransferStep::Wait(until),
            Recovery::Recovering { port } => return TransferStep::Recover { port },
            Recovery::Over => return TransferStep::Fail(self.failure(FailureCause::LastStep)),
            Recovery::Idle => {}
        }
        match self.planned() {
            Ok(step) => step,
            Err(Ok(verified)) => TransferStep::Complete(self.report(verified)),
            Err(Err(cause)) => TransferStep::Fail(self.failure(cause)),
        }
    }

    /// Takes what came of the step.
    pub fn done(&mut self, now: Duration, outcome: TransferOutcome) {
        let elapsed = self.budget.advance(now);
        match (outcome, self.recovery) {
            (TransferOutcome::Failed { kind, reply, bytes }, _) => self.fail(kind, reply, bytes),
            (_, Recovery::Waiting { port, .. }) => self.recovery = Recovery::Recovering { port },
            (_, Recovery::Recovering { .. }) => self.recovery = Recovery::Idle,
            (outcome, _) => self.take(outcome, elapsed),
        }
    }

    fn take(&mut self, outcome: TransferOutcome, elapsed: Duration) {
        match (outcome, &mut self.direction) {
            (
                TransferOutcome::Sent {
                    bytes,
                    last,
                    overhead,
                },
                TransferDirection::Up(upload),
            ) => {
                upload.measure(bytes, elapsed, overhead);
                upload.moved(bytes, last);
                let lasting = upload.keeps_progress();
                self.note_progress(if lasting { bytes } else { 0 });
            }
            (TransferOutcome::Received { bytes, overhead }, TransferDirection::Down(download)) => {
                download.piece.measure(bytes, elapsed, overhead, None);
                download.moved(bytes);
                self.note_progress(bytes);
            }
            (TransferOutcome::Size(size), TransferDirection::Up(upload)) => upload.sized(size),
            (TransferOutcome::Size(size), TransferDirection::Down(download)) => {
                download.sized(size);
            }
            (TransferOutcome::Compared(equal), TransferDirection::Up(upload)) => {
                upload.compared(equal);
            }
            (TransferOutcome::Compared(equal), TransferDirection::Down(download)) => {
                download.compared(equal);
            }
            (TransferOutcome::Matched(bytes), direction) => {
                match direction {
                    TransferDirection::Up(upload) => upload.matched(bytes),
                    TransferDirection::Down(download) => download.matched(bytes),
                }
                self.note_progress(bytes);
            }
            (TransferOutcome::Differs(bytes), TransferDirection::Up(upload)) => {
                upload.differs(bytes);
            }
            (TransferOutcome::Differs(bytes), TransferDirection::Down(download)) => {
                download.differs(bytes);
            }
            (TransferOutcome::Done, TransferDirection::Down(download)) => download.cut(),
            _ => {}
        }
        self.retry_disagreement();
    }

    /// Makes the budget of retries whole again after confirmed bytes.
    fn note_progress(&mut self, bytes: u64) {
        if bytes > 0 {
            self.budget.note_progress();
        }
    }

    /// Tries again where all bytes were counted and both ends differ. Bytes that are moved again do not fill up this
    /// budget: what always damages a file would be tried without end.
    fn retry_disagreement(&mut self) {
        let Some(kind) = self.direction.disagreement() else {
            return;
        };
        if self.disagreements >= self.budget.retries() || !self.budget.allows(kind, None) {
            return;
        }
        self.disagreements += 1;
        self.budget.count(kind);
        match &mut self.direction {
            TransferDirection::Up(upload) => upload.go_back(),
            TransferDirection::Down(download) => download.go_back(),
        }
    }

    fn fail(&mut self, kind: ErrorKind, reply: Option<u16>, bytes: u64) {
        if self.recovery == Recovery::Idle {
            if let TransferDirection::Up(upload) = &mut self.direction {
                if kind == ErrorKind::ServerRefused && upload.falls_back() {
                    return self.budget.count(kind);
                }
                if upload.asks_for_size(kind) {
                    return;
                }
            }
            if bytes == 0 && self.budget.asks_again(kind, reply) {
                return;
            }
            match &mut self.direction {
                TransferDirection::Up(upload) => {
                    if kind == ErrorKind::ServerTimeout && upload.may_be_whole(bytes) {
                        upload.verify_whole();
                        return;
                    }
                    upload.recovered(bytes);
                }
                TransferDirection::Down(download) => download.recovered(kind, bytes),
            }
        }
        if !self.budget.allows(kind, reply) {
            self.recovery = Recovery::Over;
            return;
        }
        self.budget.count(kind);
        let until = self.budget.next_try();
        let port =
            kind.breaks_port() || matches!(self.recovery, Recovery::Recovering { port: true });
        self.recovery = Recovery::Waiting { until, port };
    }

    fn planned(&self) -> Result<TransferStep, Result<Verified, FailureCause>> {
        match &self.direction {
            TransferDirection::Up(upload) => upload.step(),
            TransferDirection::Down(download) => download.step(),
        }
    }

    fn report(&self, verified: Verified) -> TransferReport {
        let bytes = match &self.direction {
            TransferDirection::Up(upload) => upload.sent(),
            TransferDirection::Down(download) => download.fetched(),
        };
        TransferReport {
            bytes,
            offset: self.confirmed() - bytes,
            attempts: self.budget.attempts(),
            failures: self.budget.failures().to_vec(),
            verified,
        }
    }

    fn failure(&self, cause: FailureCause) -> TransferFailure {
        let kept = match &self.direction {
            TransferDirection::Up(upload) => upload.confirmed(),
            TransferDirection::Down(download) => download.kept(),
        };
        let confirmed = match cause {
            // A file with too much or too little in it may differ anywhere.
            FailureCause::SizeDiffers { .. } => 0,
            _ => self.stored() - self.base(),
        };
        TransferFailure {
            cause,
            bytes_confirmed: confirmed,
            bytes_kept: kept - self.base(),
            attempts: self.budget.attempts(),
        }
    }

    /// Returns the confirmed position without pieces that may be on their way to the server, or of another place.
    fn stored(&self) -> u64 {
        match &self.direction {
            TransferDirection::Up(upload) => upload.stored(),
            TransferDirection::Down(download) => download.placed(),
        }
    }
}

impl TransferDirection {
    fn disagreement(&self) -> Option<ErrorKind> {
        match self {
            TransferDirection::Up(upload) => upload.disagreement(),
            TransferDirection::Down(download) => download.disagreement(),
        }
    }
}
