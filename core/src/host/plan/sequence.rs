//! The exchanges of an operation, one after the other.

use alloc::string::String;

use super::next::Next;
use crate::dialect::{CommandKind, Dialect};
use crate::host::answer::Answer;
use crate::host::error::HostError;
use crate::host::family::{self, HostFamily};
use crate::host::operation::Operation;
use crate::host::response::AnsweredCommand;
use crate::host::step::outcome::Outcome;
use crate::host::step::{PayloadSpec, Step};

/// A sequence under way.
pub(super) struct SequencePlan {
    family: &'static dyn HostFamily,
    start: Option<Step>,
    main: Option<Step>,
    after: Option<Step>,
    /// The command of the step that runs, for errors.
    name: String,
    kind: CommandKind,
    payload: PayloadSpec,
    /// Set once the main step is over.
    answer: Option<Answer>,
}

impl core::fmt::Debug for SequencePlan {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "SequencePlan({})", self.name)
    }
}

impl SequencePlan {
    /// Plans an operation of the dialect's family.
    pub(super) fn new(
        dialect: &'static Dialect,
        operation: Operation<'_>,
    ) -> Result<Self, HostError> {
        let family = family::of(dialect.family);
        let sequence = family.sequence(dialect, operation)?;
        Ok(SequencePlan {
            family,
            start: sequence.start,
            name: sequence.main.describe(),
            payload: sequence.main.payload,
            main: Some(sequence.main),
            kind: sequence.kind,
            after: sequence.after,
            answer: None,
        })
    }

    /// Leaves out the command for the start of the transfer: the module starts there anyway.
    pub(super) fn skip_start(&mut self) {
        self.start = None;
    }

    /// Returns the next action, after the outcome of the last exchange.
    pub(super) fn advance(&mut self, outcome: Option<Outcome>) -> Next {
        if let Some(outcome) = outcome
            && let Err(failure) = self.take(outcome)
        {
            return Next::Finish(Err(failure));
        }
        let next = self.start.take().or_else(|| self.main.take());
        match next.or_else(|| self.after.take()) {
            Some(step) => {
                self.name = step.describe();
                Next::Run(step)
            }
            None => Next::Finish(Ok(self.answer.take().unwrap_or(Answer::Done))),
        }
    }

    /// Takes the outcome of the step that has ended.
    fn take(&mut self, outcome: Outcome) -> Result<(), HostError> {
        if self.main.is_some() {
            return self.family.check_setting(AnsweredCommand {
                kind: CommandKind::FtpConfigure,
                name: &self.name,
                payload: PayloadSpec::Nothing,
                outcome,
            });
        }
        if self.answer.is_some() {
            return outcome.timed_out.map_or(Ok(()), Err);
        }
        let answer = self.family.answer(AnsweredCommand {
            kind: self.kind,
            name: &self.name,
            payload: self.payload,
            outcome,
        })?;
        self.answer = Some(answer);
        Ok(())
    }
}
