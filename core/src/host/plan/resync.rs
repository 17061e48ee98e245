//! The exchanges in front of an operation that bring the line back to a known state.
//!
//! 1. Out of data mode by `+++`, where the line may be in it; by ETX, where that ends an upload. After an upload that
//!    the module ended by itself, a silence: what was on its way is no part of the next line.
//!    A counted piece is filled up by CRs, which are no command either; the second probe has them.
//! 2. `AT+CMEE?`, whose `OK` counts only after its information line: whatever answers an earlier command is passed over.
//!    Without an answer it is asked once more behind a `+++`: what was in the port may have hidden the first one.
//! 3. Behind a restart, echo off and codes in numbers again: settings are gone with it.
//! 4. After `+++` in a download the manuals' session is still transferring; closing it is the way out that every module
//!    takes (FIELD 2.1: on some the transfer is gone by then).

use alloc::vec;

use super::next::Next;
use crate::dialect::{CommandKind, Dialect, PayloadFraming};
use crate::host::answer::ServiceState;
use crate::host::family;
use crate::host::step::outcome::Outcome;
use crate::host::step::spare_lines::SpareLines;
use crate::host::step::{ECHO_OFF, MARGIN, PROBE, SHORT, Step};

/// Fills up a counted piece of an upload. The rest of them are empty command lines.
pub(crate) const FILLER: u8 = b'\r';

/// The reason for which a line needs a resync.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NeedsResync {
    /// An answer may still come.
    CommandMode,
    /// An answer may still come, and the line may be in data mode.
    DataMode,
    /// The module has left data mode in an upload: it reads what was on its way as lines, echoes and answers them.
    PayloadAsLines,
    /// The line may be in data mode, and payload of an upload is what the module takes there.
    Upload,
    /// The same, and the dialect is not known: an identification leaves data mode in every way.
    AnyUpload,
}

/// A resync under way.
#[derive(Debug)]
pub(crate) struct Resync {
    stage: ResyncStage,
    /// The number of times that data mode was left.
    escapes: u8,
    /// The number of times that the probe may still be asked.
    probes: u8,
    /// The module has restarted.
    settings_lost: bool,
}

/// The next action of a resync, or the question that runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ResyncStage {
    Silence,
    EndUpload,
    Escape,
    Probe,
    /// The probe runs.
    Probing,
    /// The command `ATE0Q0V1` runs.
    EchoOff,
    /// The command `AT+CMEE=1` runs.
    NumericErrors,
    /// The question for the service's state runs.
    Asking,
    /// The end of the session runs.
    Closing,
}

impl Resync {
    /// Plans a resync, of a module that has restarted or not.
    pub(crate) fn new(reason: NeedsResync, settings_lost: bool) -> Self {
        Resync {
            stage: match reason {
                NeedsResync::CommandMode => ResyncStage::Probe,
                NeedsResync::DataMode => ResyncStage::Escape,
                NeedsResync::PayloadAsLines => ResyncStage::Silence,
                NeedsResync::Upload | NeedsResync::AnyUpload => ResyncStage::EndUpload,
            },
            escapes: 0,
            probes: 2,
            settings_lost,
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
            (ResyncStage::Silence, _) => {
                self.stage = ResyncStage::Probe;
                Some(Next::Silence)
            }
            (ResyncStage::EndUpload, _) if dialect.escape_ends_payload => Some(self.escape()),
            // There `+++` would be payload; ETX ends it. The second one counts where payload was cut behind a DLE.
            (ResyncStage::EndUpload, _) => {
                self.escapes += 1;
                Some(self.ask(dialect, b"\x03\x03!,,,,,,,,!\rAT+CMEE?\r"))
            }
            (ResyncStage::Escape, _) => Some(self.escape()),
            (ResyncStage::Probe, _) => Some(self.probe(dialect)),
            (ResyncStage::Probing, Some(_)) if self.probes > 0 => Some(self.escape()),
            (ResyncStage::Probing, Some(failure)) => Some(Next::Finish(Err(failure))),
            (ResyncStage::Probing, None) if self.settings_lost => {
                self.stage = ResyncStage::EchoOff;
                Some(Next::Run(Step::plain(dialect, ECHO_OFF, SHORT)))
            }
            (ResyncStage::EchoOff, _) => {
                self.stage = ResyncStage::NumericErrors;
                Some(Next::Run(Step::numeric_errors(dialect)))
            }
            (ResyncStage::Probing | ResyncStage::NumericErrors, _) if self.escapes > 0 => {
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
            (ResyncStage::Probing | ResyncStage::NumericErrors | ResyncStage::Closing, _) => None,
        }
    }

    fn escape(&mut self) -> Next {
        self.stage = ResyncStage::Probe;
        self.escapes += 1;
        Next::Escape
    }

    /// Probes for command mode. There `+++` starts a line, and the CR of the probe ends it. A module that stuffs takes `+++` as
    /// payload, and ETX ends that.
    fn probe(&mut self, dialect: &'static Dialect) -> Next {
        match dialect.payload_framing {
            PayloadFraming::Stuffed if self.escapes > 0 => {
                let pieces = family::of(dialect.family).pieces();
                let piece = pieces.and_then(|pieces| pieces.largest_piece(dialect).ok());
                let fill = usize::try_from(piece.unwrap_or(1)).unwrap_or(1);
                let line = [&b"\x03"[..], &vec![FILLER; fill], b"AT+CMEE?\r"].concat();
                self.ask(dialect, &line)
            }
            PayloadFraming::Stuffed | PayloadFraming::Raw => self.ask(dialect, PROBE),
        }
    }

    fn ask(&mut self, dialect: &'static Dialect, line: &[u8]) -> Next {
        self.stage = ResyncStage::Probing;
        self.probes -= 1;
        Next::Run(Step {
            line: line[..].into(),
            ..Step::probe(dialect)
        })
    }
}

/// Asks for a command of the service without parameters; `None` where the dialect lacks it.
fn ask(dialect: &'static Dialect, kind: CommandKind) -> Option<Next> {
    let command = dialect.command(kind)?;
    let step = Step::for_command(
        &mut SpareLines::default(),
        dialect,
        command,
        &[],
        SHORT + MARGIN,
    )
    .ok()?;
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
        let mut resync = Resync::new(NeedsResync::CommandMode, false);
        let mut next = |outcome| action(resync.advance(&EC2X, outcome));
        assert_eq!(next(None), PROBE);
        assert_eq!(next(Some(timed_out())), b"+++");
        assert_eq!(next(None), PROBE);
        assert_eq!(next(Some(timed_out())), b"fails");
        let mut resync = Resync::new(NeedsResync::CommandMode, false);
        let mut next = |outcome| action(resync.advance(&EC2X, outcome));
        assert_eq!(next(None), PROBE);
        assert_eq!(next(Some(Outcome::default())), b"ends");
    }

    #[test]
    fn a_session_that_still_transfers_behind_the_escape_is_closed() {
        for (state, expected) in [("2", &b"AT+QFTPCLOSE\r"[..]), ("1", b"ends")] {
            let mut resync = Resync::new(NeedsResync::DataMode, false);
            let mut next = |outcome| action(resync.advance(&EC2X, outcome));
            assert_eq!(next(None), b"+++");
            assert_eq!(next(None), PROBE);
            assert_eq!(next(Some(Outcome::default())), b"AT+QFTPSTAT\r");
            let answer = Outcome {
                report: Some([b"0,", state.as_bytes()].concat().as_slice().into()),
                ..Outcome::default()
            };
            assert_eq!(next(Some(answer)), expected);
        }
    }

    #[test]
    fn behind_payload_that_the_module_may_read_as_lines_there_is_a_silence() {
        let mut resync = Resync::new(NeedsResync::PayloadAsLines, false);
        assert!(matches!(resync.advance(&EC2X, None), Some(Next::Silence)));
        assert_eq!(action(resync.advance(&EC2X, None)), PROBE);
        assert_eq!(
            action(resync.advance(&EC2X, Some(Outcome::default()))),
            b"ends"
        );
    }

    #[test]
    fn an_upload_is_ended_by_what_is_no_payload() {
        let mut resync = Resync::new(NeedsResync::Upload, false);
        assert_eq!(action(resync.advance(&EC2X, None)), b"+++");
        assert_eq!(action(resync.advance(&EC2X, None)), PROBE);
        let mut resync = Resync::new(NeedsResync::Upload, false);
        assert_eq!(
            action(resync.advance(&NL668, None)),
            b"\x03\x03!,,,,,,,,!\rAT+CMEE?\r"
        );
        assert_eq!(
            action(resync.advance(&NL668, Some(Outcome::default()))),
            b"ends"
        );
    }

    #[test]
    fn a_module_that_restarted_is_set_up_again() {
        let mut resync = Resync::new(NeedsResync::CommandMode, true);
        let mut next = |outcome| action(resync.advance(&EC2X, outcome));
        assert_eq!(next(None), PROBE);
        assert_eq!(next(Some(Outcome::default())), ECHO_OFF);
        assert_eq!(next(Some(Outcome::default())), b"AT+CMEE=1\r");
        assert_eq!(next(Some(Outcome::default())), b"ends");
    }

    #[test]
    fn a_stuffed_payload_is_ended_by_etx() {
        let mut resync = Resync::new(NeedsResync::DataMode, false);
        let mut next = |outcome| action(resync.advance(&NL668, outcome));
        assert_eq!(next(None), b"+++");
        // A piece of an upload is filled up, whatever it takes.
        let filled = [&b"\x03"[..], &[b'\r'; 1024], b"AT+CMEE?\r"].concat();
        assert_eq!(next(None), filled);
        // The dialect has no command for the state.
        assert_eq!(next(Some(Outcome::default())), b"ends");
    }
}
