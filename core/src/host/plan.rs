//! An operation as a sequence of exchanges.
//!
//! A [`Plan`] is asked for the next step after each exchange. Command lines are written from the dialect's table, so a
//! parameter that does not fit fails before anything is sent.

use alloc::collections::VecDeque;
use alloc::string::String;
use core::time::Duration;

use super::login::LoginPlan;
use super::operation::{self, Operation};
use super::response::{self, Answer};
use super::resync::Resync;
use super::step::{Outcome, PayloadSpec, SHORT, Step};
use super::{HostError, ModuleIdentity};
use crate::dialect::{CommandKind, Dialect, Family};

/// One try of `AT` on a line that may not be in step.
const ATTENTION: Duration = Duration::from_millis(500);
const ATTENTION_TRIES: u8 = 4;
/// Lines of `ATI` that look like those of other commands (COMMON 7).
pub(super) const IDENTIFICATION: [&[u8]; 1] = [b"+GCAP"];

/// What the host does next.
#[derive(Debug)]
pub(super) enum Next {
    Do(Step),
    /// Leave data mode by `+++`.
    Escape,
    /// Say nothing for so long.
    Pause(Duration),
    /// End, and speak another dialect.
    Speak(&'static Dialect, Result<Answer, HostError>),
    Finish(Result<Answer, HostError>),
}

/// A running operation.
#[derive(Debug)]
pub(super) struct Plan {
    /// What comes first, if the line is not in step.
    resync: Option<Resync>,
    stage: Stage,
}

#[derive(Debug)]
#[allow(clippy::large_enum_variant)] // there is one at a time
enum Stage {
    Sequence(Running),
    Raw {
        step: Option<Step>,
        name: String,
    },
    Identify {
        tries: u8,
        asked: u8,
        known: ModuleIdentity,
    },
    Login(LoginPlan),
    /// The line is in step, and no more was asked.
    Nothing,
}

/// A sequence under way.
#[derive(Debug)]
struct Running {
    family: Family,
    before: VecDeque<Step>,
    main: Option<Step>,
    after: Option<Step>,
    /// Of the step that runs.
    name: String,
    kind: CommandKind,
    carried: PayloadSpec,
    /// Set once the main step is over.
    answer: Option<Answer>,
}

impl Plan {
    pub(super) fn new(
        dialect: &'static Dialect,
        operation: Operation<'_>,
    ) -> Result<Self, HostError> {
        let stage = match operation {
            Operation::Identify => Stage::Identify {
                tries: ATTENTION_TRIES,
                asked: 0,
                known: ModuleIdentity::default(),
            },
            Operation::Resync => Stage::Nothing,
            Operation::Login(login) => Stage::Login(LoginPlan::new(dialect, login)?),
            Operation::Raw(line) => {
                let step = operation::raw(dialect, line)?;
                Stage::Raw {
                    name: step.describe(),
                    step: Some(step),
                }
            }
            operation => {
                let sequence = operation::sequence(dialect, operation)?;
                Stage::Sequence(Running {
                    family: dialect.family,
                    before: sequence.before,
                    name: sequence.main.describe(),
                    carried: sequence.main.carried,
                    main: Some(sequence.main),
                    kind: sequence.kind,
                    after: sequence.after,
                    answer: None,
                })
            }
        };
        Ok(Plan {
            resync: None,
            stage,
        })
    }

    /// The line is to be brought in step first.
    pub(super) fn precede(&mut self, resync: Resync) {
        self.resync = Some(resync);
    }

    /// Whether the line is in step.
    pub(super) fn is_synced(&self) -> bool {
        self.resync.is_none()
    }

    pub(super) fn advance(&mut self, dialect: &'static Dialect, outcome: Option<Outcome>) -> Next {
        let Some(resync) = &mut self.resync else {
            return self.stage.advance(dialect, outcome);
        };
        match resync.advance(dialect, outcome) {
            // It has ways of its own to be heard.
            Some(Next::Finish(Err(_))) if matches!(self.stage, Stage::Identify { .. }) => {}
            Some(next) => return next,
            None => {}
        }
        self.resync = None;
        self.stage.advance(dialect, None)
    }
}

impl Stage {
    fn advance(&mut self, dialect: &'static Dialect, outcome: Option<Outcome>) -> Next {
        match (self, outcome) {
            (Stage::Sequence(running), outcome) => running.advance(outcome),
            (Stage::Raw { step, .. }, None) => step.take().map_or_else(
                || Next::Finish(Err(HostError::Internal("a raw command was sent twice"))),
                Next::Do,
            ),
            (Stage::Raw { name, .. }, Some(outcome)) => {
                Next::Finish(response::of_raw(name, outcome))
            }
            (
                Stage::Identify {
                    tries,
                    asked,
                    known,
                },
                outcome,
            ) => identify(tries, asked, known, dialect, outcome),
            (Stage::Login(login), outcome) => login.advance(outcome),
            (Stage::Nothing, _) => Next::Finish(Ok(Answer::Done)),
        }
    }
}

impl Running {
    fn advance(&mut self, outcome: Option<Outcome>) -> Next {
        if let Some(outcome) = outcome
            && let Err(failure) = self.take(outcome)
        {
            return Next::Finish(Err(failure));
        }
        let next = self.before.pop_front().or_else(|| self.main.take());
        match next.or_else(|| self.after.take()) {
            Some(step) => {
                self.name = step.describe();
                Next::Do(step)
            }
            None => Next::Finish(Ok(self.answer.take().unwrap_or(Answer::Done))),
        }
    }

    /// What a step's outcome means for the sequence.
    fn take(&mut self, outcome: Outcome) -> Result<(), HostError> {
        if self.main.is_some() {
            return response::of_setting(self.family, &self.name, outcome);
        }
        if self.answer.is_some() {
            return outcome.timed_out.map_or(Ok(()), Err);
        }
        let answer = response::of(self.family, self.kind, &self.name, self.carried, outcome)?;
        self.answer = Some(answer);
        Ok(())
    }
}

/// `AT` until it is answered, then the lines that set the line up, then `ATI`; where that says nothing, `AT+CGMM` and
/// `AT+CGMI`.
fn identify(
    tries: &mut u8,
    asked: &mut u8,
    known: &mut ModuleIdentity,
    dialect: &'static Dialect,
    outcome: Option<Outcome>,
) -> Next {
    match (*asked, outcome) {
        (0, None) if *tries == 1 => Next::Do(Step::plain(b"\x03\rAT\r", ATTENTION)),
        (0, None) => Next::Do(Step::plain(b"AT\r", ATTENTION)),
        (
            0..=3,
            Some(Outcome {
                timed_out: Some(failure),
                ..
            }),
        ) => {
            *tries = match *asked {
                0 => *tries - 1,
                // Something answered `AT`, payload perhaps.
                _ => (*tries - 1).min(1),
            };
            *asked = 0;
            match *tries {
                0 => Next::Finish(Err(failure)),
                // It may be in data mode: a host before us went away in the middle of a transfer.
                1 => Next::Escape,
                _ => Next::Do(Step::plain(b"AT\r", ATTENTION)),
            }
        }
        (
            _,
            Some(Outcome {
                timed_out: Some(failure),
                ..
            }),
        ) => Next::Finish(Err(failure)),
        (0, Some(_)) => {
            *asked = 1;
            Next::Do(Step::plain(b"ATE0V1\r", SHORT))
        }
        (1, _) => {
            *asked = 2;
            Next::Do(Step {
                name: "+CMEE",
                ..Step::plain(b"AT+CMEE=1\r", SHORT)
            })
        }
        (2, _) => {
            *asked = 3;
            Next::Do(Step::probe())
        }
        (3, _) => {
            *asked = 4;
            Next::Do(Step {
                takes_text: true,
                names: IDENTIFICATION.iter().map(|name| name.to_vec()).collect(),
                ..Step::plain(b"ATI\r", SHORT)
            })
        }
        (4, outcome) => {
            *asked = 5;
            let lines = outcome.map(|outcome| outcome.information);
            *known = ModuleIdentity::from_lines(&lines.unwrap_or_default());
            match known.dialect() {
                Some(dialect) => Next::Speak(dialect, Ok(Answer::Identity(known.clone()))),
                None => Next::Do(Step {
                    takes_text: true,
                    ..Step::plain(b"AT+CGMM\r", SHORT)
                }),
            }
        }
        (5, outcome) => {
            *asked = 6;
            let lines = outcome.map(|outcome| outcome.information);
            known.take_model(&lines.unwrap_or_default());
            Next::Do(Step {
                takes_text: true,
                ..Step::plain(b"AT+CGMI\r", SHORT)
            })
        }
        (_, outcome) => {
            let lines = outcome.map(|outcome| outcome.information);
            known.take_manufacturer(&lines.unwrap_or_default());
            let dialect = known.dialect().unwrap_or(dialect);
            Next::Speak(dialect, Ok(Answer::Identity(known.clone())))
        }
    }
}
