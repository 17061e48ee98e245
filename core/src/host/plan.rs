//! An operation as a sequence of exchanges.
//!
//! A [`Plan`] is asked for the next step after each exchange. Command lines are written from the dialect's table, so a
//! parameter that does not fit fails before anything is sent.

mod get_pieces;
mod identify;
mod login;
pub(super) mod next;
mod put_pieces;
mod raw;
pub(super) mod resync;
mod sequence;
pub(super) mod spare;
mod tls_error;

use alloc::boxed::Box;

use super::answer::Answer;
use super::error::HostError;
use super::operation::Operation;
use super::step::joined::Joining;
use super::step::outcome::Outcome;
use super::step::sequence::SpareSteps;
use super::step::unsupported;
use super::way::TransferWay;
use crate::at::Line;
use crate::dialect::Dialect;
use get_pieces::GetPiecesPlan;
use identify::IdentifyPlan;
use login::LoginPlan;
use next::Next;
use put_pieces::PutPiecesPlan;
use raw::RawPlan;
use resync::Resync;
use sequence::SequencePlan;
use spare::Spare;

/// A running operation.
#[derive(Debug)]
pub(super) struct Plan {
    /// Comes first, if the line needs it.
    resync: Option<Box<Resync>>,
    task: PlanTask,
}

/// Each in a box: a plan moves from hand to hand, several times for each command.
#[derive(Debug)]
enum PlanTask {
    Sequence(Box<SequencePlan>),
    PutPieces(Box<PutPiecesPlan>),
    GetPieces(Box<GetPiecesPlan>),
    Raw(Box<RawPlan>),
    Identify(Box<IdentifyPlan>),
    Login(Box<LoginPlan>),
    /// No more than the resync.
    Resync,
}

impl Plan {
    /// Plans an operation. Its command lines take the room of `spare`.
    pub(super) fn new(
        spare: &mut Spare,
        dialect: &'static Dialect,
        way: TransferWay,
        operation: Operation<'_>,
    ) -> Result<Self, HostError> {
        let task = match operation {
            Operation::Put {
                remote,
                length,
                last,
                ..
            } if way == TransferWay::Pieces => {
                let put = PutPiecesPlan::new(dialect, remote, length, last)?;
                PlanTask::PutPieces(Box::new(put))
            }
            Operation::Get {
                length: Some(_), ..
            } if way == TransferWay::Pieces => return Err(unsupported(dialect, "get part")),
            Operation::Get {
                remote,
                offset,
                expected,
                ..
            } if way == TransferWay::Pieces => {
                let get = GetPiecesPlan::new(dialect, remote, offset, expected)?;
                PlanTask::GetPieces(Box::new(get))
            }
            Operation::Identify => PlanTask::Identify(Box::default()),
            Operation::Resync => PlanTask::Resync,
            Operation::Login(login) => PlanTask::Login(Box::new(LoginPlan::new(dialect, login)?)),
            Operation::Raw(line) => PlanTask::Raw(Box::new(RawPlan::new(dialect, line)?)),
            operation => {
                let sequence = SequencePlan::new(&mut spare.steps, dialect, operation)?;
                PlanTask::Sequence(spare.place(sequence))
            }
        };
        Ok(Plan { resync: None, task })
    }

    /// Ends it, and keeps its room.
    pub(super) fn end(self, spare: &mut Spare) {
        if let PlanTask::Sequence(sequence) = self.task {
            spare.keep(sequence);
        }
    }

    /// Puts a resync in front of it.
    pub(super) fn resync_first(&mut self, resync: Resync) {
        self.resync = Some(Box::new(resync));
    }

    /// Returns `true` if the line needs no resync any more.
    pub(super) fn is_synced(&self) -> bool {
        self.resync.is_none()
    }

    /// Lets an identification leave data mode before it types anything else.
    pub(super) fn escape_first(&mut self) {
        if let PlanTask::Identify(identify) = &mut self.task {
            **identify = IdentifyPlan::escaping();
        }
    }

    /// Returns `true` if it looks for the module on the line.
    pub(super) fn is_identification(&self) -> bool {
        matches!(self.task, PlanTask::Identify(_))
    }

    /// Begins again where a module that starts is just what it looks for; returns `false` otherwise.
    pub(super) fn begin_again(&mut self) -> bool {
        let PlanTask::Identify(identify) = &mut self.task else {
            return false;
        };
        self.resync = None;
        identify.begin_again()
    }

    /// Takes a line that the running command does not explain. Returns `true` if it belongs to the operation.
    pub(super) fn take_line(&mut self, line: &Line<'_>) -> bool {
        match &mut self.task {
            PlanTask::GetPieces(get) => get.take_line(line),
            _ => false,
        }
    }

    /// Returns the bytes of payload that the exchanges before the running one moved.
    pub(super) fn bytes_moved(&self) -> u64 {
        match &self.task {
            PlanTask::PutPieces(put) => put.sent(),
            PlanTask::GetPieces(get) => get.received(),
            _ => 0,
        }
    }

    /// Returns the `rsptimeout` that it sets, if it is a login.
    pub(super) fn response_timeout_s(&self) -> Option<u8> {
        match &self.task {
            PlanTask::Login(login) => Some(login.response_timeout_s()),
            _ => None,
        }
    }

    /// Leaves out a command that has the transfer start at 0.
    pub(super) fn skip_start(&mut self, spare: &mut SpareSteps) {
        if let PlanTask::Sequence(sequence) = &mut self.task {
            sequence.skip_start(spare);
        }
    }

    /// Sets first what a binary transfer over the line needs.
    pub(super) fn set_transfer_settings(
        &mut self,
        dialect: &'static Dialect,
    ) -> Result<(), HostError> {
        match &mut self.task {
            PlanTask::Sequence(sequence) => sequence.set_transfer_settings(dialect),
            _ => Ok(()),
        }
    }

    /// Returns which commands it sends in one line with others, if it sends such lines.
    pub(super) fn joining(&self) -> Option<Joining> {
        match &self.task {
            PlanTask::Login(login) => Some(login.joining),
            PlanTask::Identify(identify) => Some(identify.joining),
            _ => None,
        }
    }

    /// Sets which commands it sends in one line with others.
    pub(super) fn set_joining(&mut self, joining: Joining) {
        match &mut self.task {
            PlanTask::Login(login) => login.joining = joining,
            PlanTask::Identify(identify) => identify.joining = joining,
            _ => {}
        }
    }

    /// Returns the next action, after the outcome of the last exchange.
    pub(super) fn advance(&mut self, dialect: &'static Dialect, outcome: Option<Outcome>) -> Next {
        let Some(resync) = &mut self.resync else {
            return self.task.advance(dialect, outcome);
        };
        match resync.advance(dialect, outcome) {
            // Identifying escapes by itself from a line that does not answer.
            Some(Next::Finish(Err(_))) if matches!(self.task, PlanTask::Identify(_)) => {}
            Some(next) => return next,
            None => {}
        }
        self.resync = None;
        self.task.advance(dialect, None)
    }
}

impl PlanTask {
    fn advance(&mut self, dialect: &'static Dialect, outcome: Option<Outcome>) -> Next {
        match self {
            PlanTask::Sequence(sequence) => sequence.advance(outcome),
            PlanTask::PutPieces(put) => put.advance(outcome),
            PlanTask::GetPieces(get) => get.advance(outcome),
            PlanTask::Raw(raw) => raw.advance(outcome),
            PlanTask::Identify(identify) => identify.advance(dialect, outcome),
            PlanTask::Login(login) => login.advance(outcome),
            PlanTask::Resync => Next::Finish(Ok(Answer::Done)),
        }
    }
}
