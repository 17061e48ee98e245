//! The exchanges in front of an operation that bring the line in step.
//!
//! 1. Out of data mode by `+++`, where the line may be in it.
//! 2. `AT+CMEE?`, whose `OK` counts only after its information line: whatever answers an earlier command is passed over.
//!    Without an answer it is asked once more behind a `+++`: what was in the port may have kept the first one from
//!    being heard.
//! 3. After `+++` in a download the manuals' session is still transferring; closing it is the way out that every module
//!    takes (FIELD 2.1: on some the transfer is gone by then).

use super::abandoned::NeedsResync;
use super::plan::Next;
use super::response;
use super::step::{MARGIN, Outcome, SHORT, Step};
use crate::dialect::{CommandKind, Dialect, Family};

/// What is left to do of it.
#[derive(Debug)]
pub(super) struct Resync {
    next: Stage,
    /// Data mode was left.
    escaped: bool,
    /// Whether the question was asked a second time.
    again: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Escape,
    Probe,
    Probed,
    StateAsked,
    Closed,
}

impl Resync {
    pub(super) fn new(out: NeedsResync) -> Self {
        Resync {
            next: match out {
                NeedsResync::CommandMode => Stage::Probe,
                NeedsResync::DataMode => Stage::Escape,
            },
            escaped: false,
            again: false,
        }
    }

    /// What comes next; `None` when the line is in step.
    pub(super) fn advance(
        &mut self,
        dialect: &'static Dialect,
        outcome: Option<Outcome>,
    ) -> Option<Next> {
        let timed_out = outcome
            .as_ref()
            .and_then(|outcome| outcome.timed_out.clone());
        match (self.next, timed_out) {
            (Stage::Escape, _) => Some(self.escape()),
            (Stage::Probe, _) => {
                self.next = Stage::Probed;
                Some(Next::Do(self.probe(dialect)))
            }
            (Stage::Probed, Some(_)) if !self.again => {
                self.again = true;
                Some(self.escape())
            }
            (Stage::Probed, Some(failure)) => Some(Next::Finish(Err(failure))),
            (Stage::Probed, None) if self.escaped => {
                self.next = Stage::StateAsked;
                ask(dialect, CommandKind::FtpState)
            }
            (Stage::StateAsked, _) => {
                self.next = Stage::Closed;
                outcome
                    .filter(|outcome| response::is_transferring(dialect.family, outcome))
                    .and_then(|_| ask(dialect, CommandKind::FtpClose))
            }
            (Stage::Probed | Stage::Closed, _) => None,
        }
    }

    fn escape(&mut self) -> Next {
        self.next = Stage::Probe;
        self.escaped = true;
        Next::Escape
    }

    /// A module that was in command mode has the `+++` as the start of a line: the CR ends it. To Fibocom it was
    /// payload, and ETX ends that.
    fn probe(&self, dialect: &'static Dialect) -> Step {
        let stuffs = dialect.family == Family::Fibocom;
        let line: &[u8] = if self.escaped && stuffs {
            b"\x03\rAT+CMEE?\r"
        } else {
            b"\rAT+CMEE?\r"
        };
        Step {
            line: line.to_vec(),
            ..Step::probe()
        }
    }
}

/// A command of the service without parameters; `None` where the dialect lacks it.
fn ask(dialect: &'static Dialect, kind: CommandKind) -> Option<Next> {
    let step = Step::of(dialect.command(kind)?, &[], SHORT + MARGIN).ok()?;
    Some(Next::Do(Step {
        family: dialect.family,
        ..step
    }))
}
