//! The exchanges in front of an operation that bring the line back to a known state.
//!
//! 1. Out of data mode by `+++`, where the line may be in it.
//! 2. `AT+CMEE?`, whose `OK` counts only after its information line: whatever answers an earlier command is passed over.
//!    Without an answer it is asked once more behind a `+++`: what was in the port may have hidden the first one.
//! 3. After `+++` in a download the manuals' session is still transferring; closing it is the way out that every module
//!    takes (FIELD 2.1: on some the transfer is gone by then).

use super::next::Next;
use crate::dialect::{CommandKind, Dialect, PayloadFraming};
use crate::host::answer::ServiceState;
use crate::host::family;
use crate::host::step::outcome::Outcome;
use crate::host::step::{MARGIN, SHORT, Step};

/// The reason for which a line needs a resync.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NeedsResync {
    /// An answer may still come.
    CommandMode,
    /// An answer may still come, and the line may be in data mode.
    DataMode,
    /// The module has restarted in an upload: it reads the rest of the payload as lines, echoes and answers them.
    RestartInUpload,
}

/// A resync under way.
#[derive(Debug)]
pub(crate) struct Resync {
    stage: ResyncStage,
    /// The number of times that data mode was left.
    escapes: u8,
    /// The number of times that the probe may still be asked.
    probes: u8,
}

/// The next action of a resync, or the question that runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ResyncStage {
    Escape,
    Probe,
    /// The probe runs.
    Probing,
    /// The question for the service's state runs.
    Asking,
    /// The end of the session runs.
    Closing,
}

impl Resync {
    /// Plans a resync.
    pub(crate) fn new(reason: NeedsResync) -> Self {
        Resync {
            stage: match reason {
                NeedsResync::CommandMode | NeedsResync::RestartInUpload => ResyncStage::Probe,
                NeedsResync::DataMode => ResyncStage::Escape,
            },
            escapes: 0,
            probes: 2,
        }
    }

    /// Returns the next action; `None` when the line is in a known state.
    pub(crate) fn advance(
        &mut self,
        dialect: &'static Dialect,
        outcome: Option<Outcome>,
    ) -> Option<Next> {
        let timed_out = outcome
            .as_ref()
            .and_then(|outcome| outcome.timed_out.clone());
        match (self.stage, timed_out) {
            (ResyncStage::Escape, _) => Some(self.escape()),
            (ResyncStage::Probe, _) => Some(self.probe(dialect)),
            (ResyncStage::Probing, Some(_)) if self.probes > 0 => Some(self.escape()),
            (ResyncStage::Probing, Some(failure)) => Some(Next::Finish(Err(failure))),
            (ResyncStage::Probing, None) if self.escapes > 0 => {
                self.stage = ResyncStage::Asking;
                ask(dialect, CommandKind::FtpState)
            }
            (ResyncStage::Asking, _) => {
                self.stage = ResyncStage::Closing;
                let state = family::of(dialect.family).service_state(&outcome?)?;
                if state == ServiceState::Transferring {
                    ask(dialect, CommandKind::FtpClose)
                } else {
                    None
                }
            }
            (ResyncStage::Probing | ResyncStage::Closing, _) => None,
        }
    }

    fn escape(&mut self) -> Next {
        self.stage = ResyncStage::Probe;
        self.escapes += 1;
        Next::Escape
    }

    /// Probes for command mode. There `+++` starts a line, and the CR ends it. A module that stuffs takes `+++` as
    /// payload, and ETX ends that.
    fn probe(&mut self, dialect: &'static Dialect) -> Next {
        self.stage = ResyncStage::Probing;
        self.probes -= 1;
        let line: &[u8] = match dialect.payload_framing {
            PayloadFraming::Stuffed if self.escapes > 0 => b"\x03\rAT+CMEE?\r",
            PayloadFraming::Stuffed | PayloadFraming::Raw => b"\rAT+CMEE?\r",
        };
        Next::Run(Step {
            line: line[..].into(),
            ..Step::probe(dialect)
        })
    }
}

/// Asks for a command of the service without parameters; `None` where the dialect lacks it.
fn ask(dialect: &'static Dialect, kind: CommandKind) -> Option<Next> {
    let command = dialect.command(kind)?;
    let step = Step::for_command(dialect, command, &[], SHORT + MARGIN).ok()?;
    Some(Next::Run(step))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::ec2x::EC2X;
    use crate::dialect::nl668::NL668;
    use crate::host::error::HostError;
    use alloc::vec::Vec;

    /// Returns what a resync asks for: `+++`, a command line, or the end.
    fn action(next: Option<Next>) -> Vec<u8> {
        match next {
            Some(Next::Run(step)) => step.line.to_vec(),
            Some(Next::Escape) => b"+++".to_vec(),
            Some(Next::Finish(Err(_))) => b"fails".to_vec(),
            None => b"ends".to_vec(),
            next => panic!("{next:?}"),
        }
    }

    fn timed_out() -> Outcome {
        Outcome {
            timed_out: Some(HostError::Busy),
            ..Outcome::default()
        }
    }

    #[test]
    fn command_mode_is_probed_and_escaped_once_without_an_answer() {
        let mut resync = Resync::new(NeedsResync::CommandMode);
        let mut next = |outcome| action(resync.advance(&EC2X, outcome));
        assert_eq!(next(None), b"\rAT+CMEE?\r");
        assert_eq!(next(Some(timed_out())), b"+++");
        assert_eq!(next(None), b"\rAT+CMEE?\r");
        assert_eq!(next(Some(timed_out())), b"fails");
        let mut resync = Resync::new(NeedsResync::CommandMode);
        let mut next = |outcome| action(resync.advance(&EC2X, outcome));
        assert_eq!(next(None), b"\rAT+CMEE?\r");
        assert_eq!(next(Some(Outcome::default())), b"ends");
    }

    #[test]
    fn a_session_that_still_transfers_behind_the_escape_is_closed() {
        for (state, expected) in [("2", &b"AT+QFTPCLOSE\r"[..]), ("1", b"ends")] {
            let mut resync = Resync::new(NeedsResync::DataMode);
            let mut next = |outcome| action(resync.advance(&EC2X, outcome));
            assert_eq!(next(None), b"+++");
            assert_eq!(next(None), b"\rAT+CMEE?\r");
            assert_eq!(next(Some(Outcome::default())), b"AT+QFTPSTAT\r");
            let answer = Outcome {
                report: Some([b"0,", state.as_bytes()].concat()),
                ..Outcome::default()
            };
            assert_eq!(next(Some(answer)), expected);
        }
    }

    #[test]
    fn a_stuffed_payload_is_ended_by_etx() {
        let mut resync = Resync::new(NeedsResync::DataMode);
        let mut next = |outcome| action(resync.advance(&NL668, outcome));
        assert_eq!(next(None), b"+++");
        assert_eq!(next(None), b"\x03\rAT+CMEE?\r");
        // The dialect has no command for the state.
        assert_eq!(next(Some(Outcome::default())), b"ends");
    }
}
