//! Transfers that survive faults, sans-IO, above the host engine.
//!
//! A [`Transfer`] runs nothing. It says what comes next, a [`TransferStep`]; its driver does that, by operations of the
//! [host](crate::host), and reports what came of it. Client, C library and firmware are such drivers.
//!
//! # Rules
//!
//! 1. A byte is confirmed when it stands at the other end, the module counted as many bytes as were sent, and the piece
//!    that it belongs to ended well. A size alone confirms nothing.
//! 2. A transfer goes on at the last confirmed byte. Where that is not known, because another process began, the bytes
//!    before the place are compared first; where they differ it goes back, and then starts over.
//! 3. Nothing is claimed: a transfer is complete when the sizes at both ends agree, and says so where the server does not
//!    tell the size.
//! 4. A failure that may pass is tried again, as [`RetryPolicy`] says; a confirmed byte makes the budget whole again.
//!
//! ```
//! use core::time::Duration;
//! use qftp::transfer::{RetryPolicy, RemoteSize, Transfer, TransferOutcome, TransferStep};
//! use qftp::transfer::{UploadRequest, UploadStart};
//!
//! let now = Duration::ZERO;
//! let request = UploadRequest::new(UploadStart::At(0), Some(5));
//! let mut transfer = Transfer::upload(now, request, RetryPolicy::STANDARD);
//! assert!(matches!(transfer.step(), TransferStep::Put { offset: 0, .. }));
//! let overhead = Duration::from_millis(300);
//! transfer.done(now, TransferOutcome::Moved { bytes: 5, last: true, overhead });
//! assert_eq!(transfer.step(), TransferStep::Size);
//! transfer.done(now, TransferOutcome::Size(RemoteSize::Known(5)));
//! let TransferStep::Complete(report) = transfer.step() else { panic!() };
//! assert!(report.verified && report.bytes == 5 && report.attempts == 1);
//! ```

mod download;
mod piece_size;
mod policy;
mod step;
mod tail;
#[cfg(test)]
mod tests;
mod upload;

use alloc::vec::Vec;
use core::time::Duration;

pub use download::DownloadRequest;
pub use policy::RetryPolicy;
pub use step::{
    FailureCause, RemoteSize, TransferFailure, TransferOutcome, TransferReport, TransferStep,
};
pub use upload::{UploadRequest, UploadStart};

use crate::ErrorKind;
use download::Download;
use piece_size::PieceSize;
use upload::Upload;

/// The largest number of failures that a report lists.
const LISTED: usize = 100;

/// One transfer, from its start to its end.
#[derive(Debug)]
pub struct Transfer {
    direction: TransferDirection,
    policy: RetryPolicy,
    recovery: Recovery,
    begun: Duration,
    /// The time of the last outcome.
    last: Duration,
    /// Failures since the last confirmed byte.
    in_a_row: u32,
    failures: Vec<ErrorKind>,
    attempts: u32,
    jitter: u64,
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
            policy,
            recovery: Recovery::Idle,
            begun: now,
            last: now,
            in_a_row: 0,
            failures: Vec::new(),
            attempts: 1,
            jitter: 25,
        }
    }

    /// Sets the number that the waits are moved by, so that many devices do not come back at once. Any number will do, the
    /// serial number of the device for one.
    #[must_use]
    pub fn with_jitter(mut self, jitter: u64) -> Self {
        self.jitter = jitter;
        self
    }

    /// Returns the position up to which all bytes are confirmed, in the remote file.
    pub fn confirmed(&self) -> u64 {
        match &self.direction {
            TransferDirection::Up(upload) => upload.confirmed(),
            TransferDirection::Down(download) => download.confirmed(),
        }
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
        let elapsed = now.saturating_sub(self.last);
        self.last = self.last.max(now);
        match (outcome, self.recovery) {
            (TransferOutcome::Failed { kind, bytes }, _) => self.fail(kind, bytes),
            (_, Recovery::Waiting { port, .. }) => self.recovery = Recovery::Recovering { port },
            (_, Recovery::Recovering { .. }) => self.recovery = Recovery::Idle,
            (outcome, _) => self.take(outcome, elapsed),
        }
    }

    fn take(&mut self, outcome: TransferOutcome, elapsed: Duration) {
        match (outcome, &mut self.direction) {
            (
                TransferOutcome::Moved {
                    bytes,
                    last,
                    overhead,
                },
                direction,
            ) => {
                direction.piece().measure(bytes, elapsed, overhead);
                match direction {
                    TransferDirection::Up(upload) => upload.moved(bytes, last),
                    TransferDirection::Down(download) => download.moved(bytes),
                }
                if bytes > 0 {
                    self.in_a_row = 0;
                }
            }
            (TransferOutcome::Size(size), TransferDirection::Up(upload)) => {
                upload.sized(size);
                self.retry_wrong_size();
            }
            (TransferOutcome::Size(size), TransferDirection::Down(download)) => {
                download.sized(size);
            }
            (TransferOutcome::Compared(equal), TransferDirection::Up(upload)) => {
                upload.compared(equal);
            }
            (TransferOutcome::Compared(equal), TransferDirection::Down(download)) => {
                download.compared(equal);
            }
            (TransferOutcome::Done, TransferDirection::Down(download)) => download.cut(),
            (TransferOutcome::Done | TransferOutcome::Failed { .. }, _) => {}
        }
    }

    /// Tries again where all bytes were counted and the server's file has another size.
    fn retry_wrong_size(&mut self) {
        let TransferDirection::Up(upload) = &mut self.direction else {
            return;
        };
        if !upload.has_wrong_size() || !self.may_retry(ErrorKind::Incomplete) {
            return;
        }
        self.count(ErrorKind::Incomplete);
        if let TransferDirection::Up(upload) = &mut self.direction {
            upload.recovered();
        }
    }

    fn fail(&mut self, kind: ErrorKind, bytes: u64) {
        if self.recovery == Recovery::Idle {
            match &mut self.direction {
                TransferDirection::Up(upload) => {
                    if kind == ErrorKind::ServerRefused && upload.falls_back() {
                        return self.count(kind);
                    }
                    if kind == ErrorKind::ServerTimeout && upload.may_be_whole(bytes) {
                        upload.verify_whole();
                        return;
                    }
                    upload.recovered();
                }
                TransferDirection::Down(download) => download.recovered(bytes),
            }
        }
        if !self.may_retry(kind) {
            self.recovery = Recovery::Over;
            return;
        }
        self.count(kind);
        self.jitter = self
            .jitter
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        let wait = self.policy.wait_before(self.in_a_row, self.jitter >> 33);
        let port = policy::breaks_port(kind)
            || matches!(self.recovery, Recovery::Recovering { port: true });
        let until = self.last + wait;
        self.recovery = Recovery::Waiting { until, port };
    }

    fn may_retry(&self, kind: ErrorKind) -> bool {
        let spent = self.last.saturating_sub(self.begun);
        policy::may_pass(kind)
            && self.in_a_row < self.policy.retries
            && self.policy.deadline.is_none_or(|deadline| spent < deadline)
    }

    fn count(&mut self, kind: ErrorKind) {
        self.in_a_row += 1;
        self.attempts += 1;
        if self.failures.len() < LISTED {
            self.failures.push(kind);
        }
    }

    fn planned(&self) -> Result<TransferStep, Result<bool, FailureCause>> {
        match &self.direction {
            TransferDirection::Up(upload) => upload.step(),
            TransferDirection::Down(download) => download.step(),
        }
    }

    fn report(&self, verified: bool) -> TransferReport {
        let bytes = match &self.direction {
            TransferDirection::Up(upload) => upload.sent(),
            TransferDirection::Down(download) => download.fetched(),
        };
        TransferReport {
            bytes,
            offset: self.confirmed() - bytes,
            attempts: self.attempts,
            failures: self.failures.clone(),
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
            _ => self.confirmed() - self.base(),
        };
        TransferFailure {
            cause,
            bytes_confirmed: confirmed,
            bytes_kept: kept - self.base(),
            attempts: self.attempts,
        }
    }

    fn base(&self) -> u64 {
        match &self.direction {
            TransferDirection::Up(upload) => upload.base(),
            TransferDirection::Down(download) => download.base(),
        }
    }
}

impl TransferDirection {
    fn piece(&mut self) -> &mut PieceSize {
        match self {
            TransferDirection::Up(upload) => &mut upload.piece,
            TransferDirection::Down(download) => &mut download.piece,
        }
    }
}
