//! The exchanges of an operation, one after the other.

use alloc::collections::VecDeque;

use super::next::Next;
use crate::dialect::{CommandKind, Dialect};
use crate::host::answer::Answer;
use crate::host::error::HostError;
use crate::host::family::{self, HostFamily};
use crate::host::operation::Operation;
use crate::host::response::AnsweredCommand;
use crate::host::short_bytes::CommandName;
use crate::host::step::outcome::Outcome;
use crate::host::step::sequence::{Role, SpareSteps};
use crate::host::step::{PayloadSpec, Step};

/// A sequence under way.
pub(super) struct SequencePlan {
    family: &'static dyn HostFamily,
    main: Option<Step>,
    around: VecDeque<(Role, Step)>,
    /// The command of the step that runs, for errors.
    name: CommandName,
    kind: CommandKind,
    payload: PayloadSpec,
    /// Set once the main step is over.
    answer: Option<Answer>,
    /// The failure that the operation ends with when the settings are set back.
    failure: Option<HostError>,
    is_restoring: bool,
}

impl core::fmt::Debug for SequencePlan {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "SequencePlan({})", self.name)
    }
}

impl SequencePlan {
    /// Plans an operation of the dialect's family.
    pub(super) fn new(
        spare: &mut SpareSteps,
        dialect: &'static Dialect,
        operation: Operation<'_>,
    ) -> Result<Self, HostError> {
        let family = family::of(dialect.family);
        let sequence = family.sequence(spare, dialect, operation)?;
        Ok(SequencePlan {
            family,
            name: CommandName::default(),
            payload: sequence.main.payload,
            main: Some(sequence.main),
            kind: sequence.kind,
            around: sequence.around,
            answer: None,
            failure: None,
            is_restoring: false,
        })
    }

    /// Leaves out the command for the start of the transfer: the module starts there anyway.
    pub(super) fn skip_start(&mut self, spare: &mut SpareSteps) {
        let is_start = |(role, _): &(Role, Step)| *role == Role::Start;
        let start = self.around.iter().position(is_start);
        if let Some((_, step)) = start.and_then(|place| self.around.remove(place)) {
            spare.lines.give(step.line);
        }
    }

    /// Sets first what a binary transfer over the line needs.
    pub(super) fn set_transfer_settings(
        &mut self,
        dialect: &'static Dialect,
    ) -> Result<(), HostError> {
        for step in self.family.transfer_settings(dialect)?.into_iter().rev() {
            self.around.push_front((Role::Setting, step));
        }
        Ok(())
    }

    /// Returns the next action, after the outcome of the last exchange.
    pub(super) fn advance(&mut self, outcome: Option<Outcome>) -> Next {
        if let Some(mut outcome) = outcome {
            let is_synced = outcome.timed_out.is_none();
            if let Err(failure) = self.take(&mut outcome) {
                return self.fail(failure, is_synced);
            }
        }
        match self.next_step() {
            Some(step) => self.run(step),
            None => self.finish(),
        }
    }

    /// Takes the next step of those that come if all goes well.
    fn next_step(&mut self) -> Option<Step> {
        let due = match self.main {
            Some(_) => Role::Start,
            None => Role::After,
        };
        if self.around.front().is_some_and(|(role, _)| *role <= due) {
            return self.around.pop_front().map(|(_, step)| step);
        }
        self.main.take()
    }

    /// Ends it, and returns its room.
    pub(super) fn take_around(&mut self) -> VecDeque<(Role, Step)> {
        core::mem::take(&mut self.around)
    }

    fn run(&mut self, step: Step) -> Next {
        self.name = step.describe();
        Next::Run(step)
    }

    /// Sets back what was changed, and ends the operation behind that.
    fn finish(&mut self) -> Next {
        while let Some((role, step)) = self.around.pop_front() {
            if role == Role::Restore {
                self.is_restoring = true;
                return self.run(step);
            }
        }
        Next::Finish(match self.failure.take() {
            Some(failure) => Err(failure),
            None => Ok(self.answer.take().unwrap_or(Answer::Done)),
        })
    }

    /// Ends with a failure. Nothing more is typed at a module that did not answer.
    fn fail(&mut self, failure: HostError, is_synced: bool) -> Next {
        if !is_synced || self.is_restoring {
            return Next::Finish(Err(self.failure.take().unwrap_or(failure)));
        }
        self.failure = Some(failure);
        self.finish()
    }

    /// Takes the outcome of the step that has ended.
    fn take(&mut self, outcome: &mut Outcome) -> Result<(), HostError> {
        if self.main.is_some() || self.is_restoring {
            return self.family.check_setting(AnsweredCommand {
                kind: CommandKind::FtpConfigure,
                name: &self.name,
                payload: PayloadSpec::Nothing,
                outcome,
            });
        }
        if self.answer.is_some() {
            return outcome.timed_out.take().map_or(Ok(()), Err);
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
