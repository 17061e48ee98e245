//! Getting back into step after a transfer or a command was given up.
//!
//! The data connection is closed first: vsftpd and ProFTPD do not hear ABOR while their data is not read. Most servers
//! then send a final reply by themselves. Where none comes within a second, ABOR and NOOP go out together, and everything
//! up to the 200 of the NOOP belongs to the past: 426, 225, 226 in any order, or nothing at all (Pure-FTPd).

use core::time::Duration;

use super::outbox::FtpOutbox;
use super::outcome::{FailureKind, FtpFailure, FtpOutcome, FtpValue};
use super::reply::Reply;
use super::step::FtpStep;

/// The time that a server gets to end a transfer by itself.
pub(super) const GRACE: Duration = Duration::from_secs(1);
/// Silence after which two final replies to ABOR and NOOP were all, none of them 200.
const QUIET: Duration = Duration::from_secs(5);
/// The time that a server may take to answer at all.
const LIMIT: Duration = Duration::from_secs(20);

/// On the way back into step.
#[derive(Debug)]
pub(super) struct Settling {
    end: PendingEnd,
    stage: SettleStage,
    until: Duration,
}

/// The end of the operation once the session is in sync again.
#[derive(Debug)]
pub(super) enum PendingEnd {
    /// A partial get has these bytes.
    Partial(u64),
    /// The data connection broke; the server may say why.
    Broken,
    Failed(FtpFailure),
}

#[derive(Debug)]
enum SettleStage {
    /// The reply to one command is owed.
    Owed,
    /// A transfer's final reply may come by itself.
    Waiting,
    /// ABOR and NOOP are out; the first final reply since, and how many.
    Aborting { first: Option<Reply>, finals: u8 },
}

/// A transfer that goes on, or gave way to the way back into step.
#[derive(Debug)]
pub(super) enum OrSettling<T> {
    GoesOn(T),
    Settling(Settling),
}

impl<T> OrSettling<T> {
    /// Goes on as something that holds `T`.
    pub(super) fn map<U>(self, wrap: impl FnOnce(T) -> U) -> OrSettling<U> {
        match self {
            OrSettling::GoesOn(next) => OrSettling::GoesOn(wrap(next)),
            OrSettling::Settling(settling) => OrSettling::Settling(settling),
        }
    }
}

impl PendingEnd {
    /// Returns the result, once the server's last word is known.
    pub(super) fn with(self, reply: &Reply) -> Result<FtpOutcome, FtpFailure> {
        match self {
            PendingEnd::Partial(bytes) => Ok(FtpOutcome::new(reply, FtpValue::Bytes(bytes))),
            PendingEnd::Broken if reply.code >= 400 => Err(FtpFailure::refused(reply)),
            PendingEnd::Broken => Err(FtpFailure::by(FailureKind::DataClosed, reply)),
            PendingEnd::Failed(failure) => Err(failure),
        }
    }

    /// Returns the result by the first final reply behind ABOR. One about ABOR itself, which a server may not know, says
    /// nothing about the transfer.
    fn behind_abort(self, first: &Reply) -> Result<FtpOutcome, FtpFailure> {
        match self {
            PendingEnd::Broken if first.code < 400 || matches!(first.code, 500..=504) => {
                Err(FtpFailure::new(FailureKind::DataClosed))
            }
            end => end.with(first),
        }
    }
}

impl Settling {
    /// Settles after a command whose reply has not come.
    pub(super) fn owed(now: Duration, end: PendingEnd) -> Self {
        Settling {
            end,
            stage: SettleStage::Owed,
            until: now + LIMIT,
        }
    }

    /// Settles after a transfer whose data connection was just closed.
    pub(super) fn after_transfer(now: Duration, end: PendingEnd) -> Self {
        Settling {
            end,
            stage: SettleStage::Waiting,
            until: now + GRACE,
        }
    }

    pub(super) fn deadline(&self) -> Duration {
        self.until
    }

    /// Cancels the operation for the caller.
    pub(super) fn cancel(&mut self) {
        self.end = PendingEnd::Failed(FtpFailure::new(FailureKind::Cancelled));
    }

    pub(super) fn handle_reply(mut self, now: Duration, reply: &Reply) -> FtpStep<Self> {
        if reply.class() == 1 {
            return FtpStep::Next(self);
        }
        match self.stage {
            SettleStage::Owed | SettleStage::Waiting => FtpStep::Done(self.end.with(reply)),
            SettleStage::Aborting { first, finals } => {
                let first = first.unwrap_or_else(|| reply.clone());
                if reply.code == 200 {
                    return FtpStep::Done(self.end.behind_abort(&first));
                }
                let finals = finals.saturating_add(1);
                if finals >= 2 {
                    self.until = now + QUIET;
                }
                self.stage = SettleStage::Aborting {
                    first: Some(first),
                    finals,
                };
                FtpStep::Next(self)
            }
        }
    }

    pub(super) fn handle_timeout(mut self, now: Duration, out: &mut FtpOutbox) -> FtpStep<Self> {
        match self.stage {
            SettleStage::Waiting => {
                out.command("ABOR", b"");
                out.command("NOOP", b"");
                self.stage = SettleStage::Aborting {
                    first: None,
                    finals: 0,
                };
                self.until = now + LIMIT;
                FtpStep::Next(self)
            }
            SettleStage::Aborting {
                first: Some(first),
                finals: 2..,
            } => FtpStep::Done(self.end.behind_abort(&first)),
            SettleStage::Owed | SettleStage::Aborting { .. } => {
                let silent = FtpFailure::new(FailureKind::Timeout);
                let failure = match self.end {
                    PendingEnd::Partial(_) => silent.clone(),
                    PendingEnd::Broken => FtpFailure::new(FailureKind::DataClosed),
                    PendingEnd::Failed(failure) => failure,
                };
                FtpStep::Lost(Err(failure), Some(silent))
            }
        }
    }
}
