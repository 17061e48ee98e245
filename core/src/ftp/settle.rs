//! Getting back into step after a transfer or a command was given up.
//!
//! The data connection is closed first: vsftpd and ProFTPD do not hear ABOR while nobody drains it. Most servers then
//! send a final reply by themselves. Where none comes within a second, ABOR and NOOP go out together, and everything
//! up to the 200 of the NOOP belongs to the past: 426, 225, 226 in any order, or nothing at all (Pure-FTPd).

use core::time::Duration;

use super::outbox::Outbox;
use super::outcome::{Failure, FailureKind, Outcome, Value};
use super::reply::Reply;
use super::session::{Doing, Step};

/// How long a server gets to end a transfer by itself.
pub(super) const GRACE: Duration = Duration::from_secs(1);
/// Silence after which two final replies to ABOR and NOOP were all, none of them 200.
const QUIET: Duration = Duration::from_secs(5);
/// How long a server may take to answer at all.
const LIMIT: Duration = Duration::from_secs(20);

/// On the way back into step.
#[derive(Debug)]
pub(super) struct Settling {
    end: End,
    stage: Stage,
    until: Duration,
}

/// How the operation ends when the session is in step again.
#[derive(Debug)]
pub(super) enum End {
    /// A partial get has these bytes.
    Partial(u64),
    /// The data connection broke; the server may say why.
    Broken,
    Failed(Failure),
}

#[derive(Debug)]
enum Stage {
    /// The reply to one command is owed.
    Owed,
    /// A transfer's final reply may come by itself.
    Waiting,
    /// ABOR and NOOP are out; the first final reply since, and how many.
    Aborting { first: Option<Reply>, finals: u8 },
}

impl End {
    /// The result, once the server's last word is known.
    pub(super) fn with(self, reply: &Reply) -> Result<Outcome, Failure> {
        match self {
            End::Partial(bytes) => Ok(Outcome::new(reply, Value::Bytes(bytes))),
            End::Broken if reply.code >= 400 => Err(Failure::refused(reply)),
            End::Broken => Err(Failure::by(FailureKind::DataClosed, reply)),
            End::Failed(failure) => Err(failure),
        }
    }
}

impl Settling {
    /// After a command whose reply has not come.
    pub(super) fn owed(now: Duration, end: End) -> Self {
        Settling {
            end,
            stage: Stage::Owed,
            until: now + LIMIT,
        }
    }

    /// After a transfer whose data connection was just closed.
    pub(super) fn after_transfer(now: Duration, end: End) -> Self {
        Settling {
            end,
            stage: Stage::Waiting,
            until: now + GRACE,
        }
    }

    pub(super) fn deadline(&self) -> Duration {
        self.until
    }

    /// The caller gave up.
    pub(super) fn cancel(&mut self) {
        self.end = End::Failed(Failure::new(FailureKind::Cancelled));
    }

    pub(super) fn handle_reply(mut self, now: Duration, reply: &Reply) -> Step {
        if reply.class() == 1 {
            return Step::Now(Doing::Settling(self));
        }
        match self.stage {
            Stage::Owed | Stage::Waiting => Step::Done(self.end.with(reply)),
            Stage::Aborting { first, finals } => {
                let first = first.unwrap_or_else(|| reply.clone());
                if reply.code == 200 {
                    return Step::Done(self.end.with(&first));
                }
                let finals = finals.saturating_add(1);
                if finals >= 2 {
                    self.until = now + QUIET;
                }
                self.stage = Stage::Aborting {
                    first: Some(first),
                    finals,
                };
                Step::Now(Doing::Settling(self))
            }
        }
    }

    pub(super) fn handle_timeout(mut self, now: Duration, out: &mut Outbox) -> Step {
        match self.stage {
            Stage::Waiting => {
                out.command("ABOR", b"");
                out.command("NOOP", b"");
                self.stage = Stage::Aborting {
                    first: None,
                    finals: 0,
                };
                self.until = now + LIMIT;
                Step::Now(Doing::Settling(self))
            }
            Stage::Aborting {
                first: Some(first),
                finals: 2..,
            } => Step::Done(self.end.with(&first)),
            Stage::Owed | Stage::Aborting { .. } => {
                let silent = Failure::new(FailureKind::Timeout);
                let failure = match self.end {
                    End::Partial(_) => silent.clone(),
                    End::Broken => Failure::new(FailureKind::DataClosed),
                    End::Failed(failure) => failure,
                };
                Step::Lost(Err(failure), Some(silent))
            }
        }
    }
}
