//! An operation as a sequence of exchanges.
//!
//! A [`Plan`] is asked for the next step after each exchange. Command lines are written from the dialect's table, so a
//! parameter that does not fit fails before anything is sent.

use alloc::collections::VecDeque;
use alloc::string::String;
use core::time::Duration;

use super::answer::{self, Answer};
use super::login::LoginPlan;
use super::operation::{self, Operation};
use super::step::{Carried, MARGIN, Outcome, SHORT, Step};
use super::{Failure, ModuleIdentity};
use crate::dialect::{Dialect, Service, Verb};

/// One try of `AT` on a line that may not be in step.
const ATTENTION: Duration = Duration::from_millis(500);
const ATTENTION_TRIES: u8 = 4;
/// Lines of `ATI` that look like those of other commands (NEIGHBOURS 7).
pub(super) const IDENTIFICATION: [&[u8]; 1] = [b"+GCAP"];

/// What the host does next.
#[derive(Debug)]
pub(super) enum Next {
    Do(Step),
    /// Leave data mode by `+++`.
    Escape,
    /// End, and speak another dialect.
    Speak(&'static Dialect, Result<Answer, Failure>),
    Finish(Result<Answer, Failure>),
}

/// A running operation.
#[derive(Debug)]
pub(super) struct Plan {
    prelude: VecDeque<Prelude>,
    stage: Stage,
}

/// What brings a line in step before the operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Prelude {
    Escape,
    Probe,
    /// The probe is out.
    Probed,
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
    /// After `+++`: is the session still transferring?
    Cancelled {
        safe: u64,
        asked: u8,
    },
}

/// A sequence under way.
#[derive(Debug)]
struct Running {
    service: Service,
    before: VecDeque<Step>,
    main: Option<Step>,
    after: Option<Step>,
    /// Of the step that runs.
    name: String,
    verb: Verb,
    carried: Carried,
    /// Set once the main step is over.
    answer: Option<Answer>,
}

impl Plan {
    pub(super) fn new(
        dialect: &'static Dialect,
        operation: Operation<'_>,
    ) -> Result<Self, Failure> {
        let stage = match operation {
            Operation::Identify => Stage::Identify {
                tries: ATTENTION_TRIES,
                asked: 0,
                known: ModuleIdentity::default(),
            },
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
                    service: dialect.service,
                    before: sequence.before,
                    name: sequence.main.describe(),
                    carried: sequence.main.carried,
                    main: Some(sequence.main),
                    verb: sequence.verb,
                    after: sequence.after,
                    answer: None,
                })
            }
        };
        Ok(Plan {
            prelude: VecDeque::new(),
            stage,
        })
    }

    /// What is left to do when the user has ended a transfer.
    pub(super) fn cancelled(safe: u64) -> Self {
        let mut plan = Plan {
            prelude: VecDeque::new(),
            stage: Stage::Cancelled { safe, asked: 0 },
        };
        plan.bring_in_step(true);
        plan
    }

    /// Puts the steps in front that bring the line in step.
    pub(super) fn bring_in_step(&mut self, data_mode: bool) {
        if matches!(self.stage, Stage::Identify { .. }) {
            return; // does so by itself
        }
        if data_mode {
            self.prelude.push_back(Prelude::Escape);
        }
        self.prelude.push_back(Prelude::Probe);
    }

    pub(super) fn advance(&mut self, dialect: &'static Dialect, outcome: Option<Outcome>) -> Next {
        match (self.prelude.pop_front(), outcome) {
            (Some(Prelude::Escape), _) => Next::Escape,
            (Some(Prelude::Probe), _) => {
                self.prelude.push_front(Prelude::Probed);
                // A module that was in command mode has the `+++` as the start of a line: the CR ends it.
                Next::Do(Step {
                    line: b"\rAT+CMEE?\r".to_vec(),
                    ..probe()
                })
            }
            (
                Some(Prelude::Probed),
                Some(Outcome {
                    timed_out: Some(failure),
                    ..
                }),
            ) => Next::Finish(Err(failure)),
            (Some(Prelude::Probed), _) => self.stage.advance(dialect, None),
            (None, outcome) => self.stage.advance(dialect, outcome),
        }
    }
}

impl Stage {
    fn advance(&mut self, dialect: &'static Dialect, outcome: Option<Outcome>) -> Next {
        match (self, outcome) {
            (Stage::Sequence(running), outcome) => running.advance(outcome),
            (Stage::Raw { step, name }, None) => step.take().map_or_else(
                || Next::Finish(Err(Failure::unexpected(name.clone(), b""))),
                Next::Do,
            ),
            (Stage::Raw { name, .. }, Some(outcome)) => Next::Finish(answer::of_raw(name, outcome)),
            (
                Stage::Identify {
                    tries,
                    asked,
                    known,
                },
                outcome,
            ) => identify(tries, asked, known, dialect, outcome),
            (Stage::Login(login), outcome) => login.advance(outcome),
            (Stage::Cancelled { safe, asked }, outcome) => {
                cancelled(*safe, asked, dialect, outcome)
            }
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
    fn take(&mut self, outcome: Outcome) -> Result<(), Failure> {
        if self.main.is_some() {
            return answer::of_setting(self.service, &self.name, outcome);
        }
        if self.answer.is_some() {
            return outcome.timed_out.map_or(Ok(()), Err);
        }
        let answer = answer::of(self.service, self.verb, &self.name, self.carried, outcome)?;
        self.answer = Some(answer);
        Ok(())
    }
}

/// After `+++` in a download the manuals' session is still transferring; closing it is the way out that every module
/// takes (FIELD 2.1: on some the transfer is gone by then).
fn cancelled(
    safe: u64,
    asked: &mut u8,
    dialect: &'static Dialect,
    outcome: Option<Outcome>,
) -> Next {
    let end = Next::Finish(Err(Failure::Cancelled { safe }));
    *asked += 1;
    let verb = match *asked {
        1 => Verb::FtpState,
        2 if outcome.is_some_and(|outcome| answer::is_transferring(dialect.service, &outcome)) => {
            Verb::FtpClose
        }
        _ => return end,
    };
    match dialect
        .command(verb)
        .map(|command| Step::of(command, &[], SHORT + MARGIN))
    {
        Some(Ok(step)) => Next::Do(Step {
            service: dialect.service,
            ..step
        }),
        _ => end,
    }
}

/// A question whose `OK` counts only after its information: whatever answers earlier commands is passed over.
fn probe() -> Step {
    Step {
        name: "+CMEE",
        probe: true,
        ..Step::plain(b"AT+CMEE?\r", SHORT)
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
        (0, None) => Next::Do(Step::plain(b"AT\r", ATTENTION)),
        (
            0,
            Some(Outcome {
                timed_out: Some(failure),
                ..
            }),
        ) => {
            *tries -= 1;
            match *tries {
                0 => Next::Finish(Err(failure)),
                // It may be in data mode: a host before us went away in the middle of an upload.
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
            Next::Do(probe())
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
