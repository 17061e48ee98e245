//! Identification of the module on the line: a line for attention until it is answered, then the lines that set the line
//! up, then `ATI`. A module in numeric or no result codes (`ATV0`, `ATQ1`) answers `AT` in no words, so that the next
//! line asks for them. A banner means that the module is there now: the identification begins again.
//!
//! Where that names no known module, `AT+CGMM` and `AT+CGMI` follow.

use alloc::vec::Vec;
use core::time::Duration;

use super::next::Next;
use crate::dialect::Dialect;
use crate::host::answer::Answer;
use crate::host::error::HostError;
use crate::host::identity::ModuleIdentity;
use crate::host::step::joined::{self, Joining};
use crate::host::step::outcome::Outcome;
use crate::host::step::{ECHO_OFF, SHORT, Step, StepKind};

/// The wait for an answer to `AT`, on a line in an unknown state.
const ATTENTION: Duration = Duration::from_millis(500);
/// The wait for the last one, behind `+++`: on a radio link an answer may take two seconds.
const LAST_ATTENTION: Duration = Duration::from_secs(3);
const ATTENTION_TRIES: u8 = 4;
/// The banners after which an identification begins again: two are of one start (COMMON 6.4).
const MAX_BANNERS: u8 = 4;
/// Lines of `ATI` that look like those of other commands (COMMON 7).
pub(super) const IDENTIFICATION: [&[u8]; 1] = [b"+GCAP"];

/// The question that runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Identify {
    /// The command `AT` or `ATE0Q0V1`.
    Attention,
    /// The next three in one line.
    SetUp,
    /// The command `ATE0Q0V1`.
    EchoOff,
    /// The command `AT+CMEE=1`.
    NumericErrors,
    /// The command `AT+CMEE?`.
    Probe,
    /// The command `ATI`.
    Identification,
    /// The command `AT+CGMM`.
    Model,
    /// The command `AT+CGMI`.
    Manufacturer,
}

/// An identification under way.
#[derive(Debug)]
pub(super) struct IdentifyPlan {
    question: Identify,
    /// The number of times that `AT` may still be asked.
    tries: u8,
    /// `+++` comes before the first question.
    escapes_first: bool,
    banners: u8,
    pub(super) joining: Joining,
    known: ModuleIdentity,
}

impl Default for IdentifyPlan {
    fn default() -> Self {
        IdentifyPlan {
            question: Identify::Attention,
            tries: ATTENTION_TRIES,
            escapes_first: false,
            banners: 0,
            joining: Joining::default(),
            known: ModuleIdentity::default(),
        }
    }
}

impl IdentifyPlan {
    /// Plans an identification that begins as one ends whose `AT` got no answer: with `+++`, and an ETX behind it.
    pub(super) fn escaping() -> Self {
        IdentifyPlan {
            escapes_first: true,
            tries: 1,
            ..IdentifyPlan::default()
        }
    }

    /// Begins again behind a banner; returns `false` if there were too many of them.
    pub(super) fn begin_again(&mut self) -> bool {
        *self = IdentifyPlan {
            banners: self.banners + 1,
            joining: self.joining,
            ..IdentifyPlan::default()
        };
        self.banners <= MAX_BANNERS
    }

    /// Returns the next action, after the outcome of the last question.
    pub(super) fn advance(&mut self, dialect: &'static Dialect, outcome: Option<Outcome>) -> Next {
        let Some(outcome) = outcome else {
            return if core::mem::take(&mut self.escapes_first) {
                Next::Escape
            } else {
                self.ask_attention(dialect)
            };
        };
        if let Some(failure) = outcome.timed_out {
            return self.time_out(dialect, failure);
        }
        match self.question {
            Identify::Attention if self.joining != Joining::Never => {
                self.ask(Identify::SetUp, Step::set_up(dialect))
            }
            Identify::SetUp if joined::came_to_its_end(&outcome) => self.ask_identity(dialect),
            Identify::Attention | Identify::SetUp => {
                // Without an error it was the answer to an earlier command, perhaps.
                if outcome.final_error.is_some() {
                    self.joining = Joining::Never;
                }
                let step = Step::plain(dialect, ECHO_OFF, SHORT);
                self.ask(Identify::EchoOff, step)
            }
            Identify::EchoOff => self.ask(Identify::NumericErrors, Step::numeric_errors(dialect)),
            Identify::NumericErrors => self.ask(Identify::Probe, Step::probe(dialect)),
            Identify::Probe => self.ask_identity(dialect),
            Identify::Identification => self.take_identification(dialect, &outcome.information),
            Identify::Model => {
                self.known.take_model(&outcome.information);
                self.ask(Identify::Manufacturer, free_text(dialect, b"AT+CGMI\r"))
            }
            Identify::Manufacturer => {
                self.known.take_manufacturer(&outcome.information);
                self.finish(self.known.dialect().unwrap_or(dialect))
            }
        }
    }

    fn ask_identity(&mut self, dialect: &'static Dialect) -> Next {
        let step = Step {
            more_names: IDENTIFICATION.iter().map(|name| name.to_vec()).collect(),
            ..free_text(dialect, b"ATI\r")
        };
        self.ask(Identify::Identification, step)
    }

    fn take_identification(&mut self, dialect: &'static Dialect, lines: &[Vec<u8>]) -> Next {
        self.known = ModuleIdentity::from_lines(lines);
        match self.known.dialect() {
            Some(dialect) => self.finish(dialect),
            None => self.ask(Identify::Model, free_text(dialect, b"AT+CGMM\r")),
        }
    }

    fn ask(&mut self, question: Identify, step: Step) -> Next {
        self.question = question;
        Next::Run(step)
    }

    /// Asks for attention; the last time behind an ETX, which ends an upload that does not end by `+++` (003 §1.2.15).
    fn ask_attention(&mut self, dialect: &'static Dialect) -> Next {
        let (line, wait): (&[u8], _) = match self.tries {
            1 => (b"\x03\rATE0Q0V1\r", LAST_ATTENTION),
            ATTENTION_TRIES => (b"AT\r", ATTENTION),
            _ => (ECHO_OFF, ATTENTION),
        };
        let step = Step::plain(dialect, line, wait);
        self.ask(Identify::Attention, step)
    }

    /// Starts over where the line may be in data mode; fails where it cannot be.
    fn time_out(&mut self, dialect: &'static Dialect, failure: HostError) -> Next {
        self.tries = match self.question {
            Identify::Attention => self.tries - 1,
            // The answer to `AT` was perhaps payload.
            Identify::SetUp | Identify::EchoOff | Identify::NumericErrors | Identify::Probe => {
                (self.tries - 1).min(1)
            }
            Identify::Identification | Identify::Model | Identify::Manufacturer => 0,
        };
        match self.tries {
            0 => Next::Finish(Err(match (self.question, failure) {
                (Identify::Attention, HostError::NoAnswer { seconds, .. }) => HostError::NoAnswer {
                    command: "AT".into(),
                    seconds,
                },
                (_, failure) => failure,
            })),
            // It may be in data mode: a host before us went away in the middle of a transfer.
            1 => {
                self.question = Identify::Attention;
                Next::Escape
            }
            _ => self.ask_attention(dialect),
        }
    }

    fn finish(&self, dialect: &'static Dialect) -> Next {
        Next::FinishIn(dialect, Ok(Answer::Identity(self.known.clone())))
    }
}

/// Makes the step of a question that is answered in free text.
fn free_text(dialect: &'static Dialect, line: &[u8]) -> Step {
    Step {
        kind: StepKind::FreeText,
        ..Step::plain(dialect, line, SHORT)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::ec2x::EC2X;

    /// Runs an identification, answering each line by `answer`; returns what was sent.
    fn run(answer: impl Fn(&[u8]) -> Option<&'static [u8]>) -> Vec<Vec<u8>> {
        run_plan(IdentifyPlan::default(), answer)
    }

    fn run_plan(
        mut plan: IdentifyPlan,
        answer: impl Fn(&[u8]) -> Option<&'static [u8]>,
    ) -> Vec<Vec<u8>> {
        let mut sent = Vec::new();
        let mut outcome = None;
        loop {
            match plan.advance(&EC2X, outcome.take()) {
                Next::Run(step) => {
                    let mut result = Outcome::default();
                    match answer(&step.line) {
                        Some(b"") => {}
                        Some(line) => result.information.push(line.to_vec()),
                        None => result.timed_out = Some(step.no_answer(ATTENTION)),
                    }
                    sent.push(step.line.to_vec());
                    outcome = Some(result);
                }
                Next::Escape => sent.push(b"+++".to_vec()),
                Next::Finish(_) => {
                    sent.push(b"fails".to_vec());
                    return sent;
                }
                Next::FinishIn(dialect, _) => {
                    sent.push(dialect.name.as_bytes().to_vec());
                    return sent;
                }
                next @ (Next::Pause(_) | Next::Silence) => panic!("{next:?}"),
            }
        }
    }

    #[test]
    fn a_model_that_ati_does_not_name_is_asked_for() {
        let sent = run(|line| match line {
            b"AT+CGMM\r" => Some(b"NL668"),
            line if line.ends_with(b"+CMEE?\r") => Some(b"+CMEE: 1"),
            _ => Some(b""),
        });
        let expected: [&[u8]; 6] = [
            b"AT\r",
            b"ATE0Q0V1+CMEE=1;+CMEE?\r",
            b"ATI\r",
            b"AT+CGMM\r",
            b"AT+CGMI\r",
            b"nl668",
        ];
        assert_eq!(sent, expected);
    }

    #[test]
    fn a_line_that_was_not_carried_out_is_sent_command_by_command() {
        let sent = run(|_| Some(b""));
        let expected: [&[u8]; 5] = [
            b"AT\r",
            b"ATE0Q0V1+CMEE=1;+CMEE?\r",
            b"ATE0Q0V1\r",
            b"AT+CMEE=1\r",
            b"AT+CMEE?\r",
        ];
        assert_eq!(sent[..5], expected);
    }

    #[test]
    fn a_silent_line_is_escaped_from_once() {
        let expected: [&[u8]; 6] = [
            b"AT\r",
            b"ATE0Q0V1\r",
            b"ATE0Q0V1\r",
            b"+++",
            b"\x03\rATE0Q0V1\r",
            b"fails",
        ];
        assert_eq!(run(|_| None), expected);
    }

    #[test]
    fn data_mode_is_left_before_anything_else_where_that_is_asked_for() {
        let expected: [&[u8]; 3] = [b"+++", b"\x03\rATE0Q0V1\r", b"fails"];
        assert_eq!(run_plan(IdentifyPlan::escaping(), |_| None), expected);
        let expected: [&[u8]; 7] = [
            b"+++",
            b"\x03\rATE0Q0V1\r",
            b"ATE0Q0V1+CMEE=1;+CMEE?\r",
            b"ATE0Q0V1\r",
            b"AT+CMEE=1\r",
            b"AT+CMEE?\r",
            b"ATI\r",
        ];
        let sent = run_plan(IdentifyPlan::escaping(), |_| Some(b"EC25"));
        assert_eq!(sent[..7], expected);
    }

    #[test]
    fn payload_that_looks_like_an_answer_is_escaped_from() {
        let sent = run(|line| line.starts_with(b"AT\r").then_some(b""));
        let expected: [&[u8]; 5] = [
            b"AT\r",
            b"ATE0Q0V1+CMEE=1;+CMEE?\r",
            b"+++",
            b"\x03\rATE0Q0V1\r",
            b"fails",
        ];
        assert_eq!(sent, expected);
    }
}
