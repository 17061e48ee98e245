//! An upload in counted pieces over one data connection.

use alloc::vec::Vec;

use super::next::Next;
use crate::dialect::{CommandKind, Dialect};
use crate::host::answer::Answer;
use crate::host::error::HostError;
use crate::host::family::{self, HostFamily, PieceCommands};
use crate::host::response::AnsweredCommand;
use crate::host::short_bytes::CommandName;
use crate::host::step::outcome::Outcome;
use crate::host::step::{PayloadSpec, Step, unsupported};

/// An upload under way.
pub(super) struct PutPiecesPlan {
    family: &'static dyn HostFamily,
    commands: &'static dyn PieceCommands,
    dialect: &'static Dialect,
    remote: Vec<u8>,
    /// Bytes that are sent, and those that are still to be sent.
    sent: u64,
    left: u64,
    /// The file ends behind them.
    is_last: bool,
    /// The command of the piece that runs, for errors, and its length.
    name: CommandName,
    length: u64,
}

impl core::fmt::Debug for PutPiecesPlan {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "PutPiecesPlan({} of {})", self.sent, self.left)
    }
}

impl PutPiecesPlan {
    /// Plans an upload. Its first command is written here, so that what does not fit fails before anything is sent.
    pub(super) fn new(
        dialect: &'static Dialect,
        remote: &[u8],
        length: u64,
        is_last: bool,
    ) -> Result<Self, HostError> {
        let family = family::of(dialect.family);
        let commands = family
            .pieces()
            .ok_or_else(|| unsupported(dialect, "put in pieces"))?;
        if length == 0 {
            return Err(unsupported(dialect, "put of an empty file in pieces"));
        }
        let plan = PutPiecesPlan {
            family,
            commands,
            dialect,
            remote: remote.to_vec(),
            sent: 0,
            left: length,
            is_last,
            name: CommandName::default(),
            length: 0,
        };
        plan.next_piece()?;
        Ok(plan)
    }

    /// Returns the bytes that the pieces before the running one moved.
    pub(super) fn sent(&self) -> u64 {
        self.sent
    }

    /// Returns the next action, after the outcome of the last exchange.
    pub(super) fn advance(&mut self, outcome: Option<Outcome>) -> Next {
        if let Some(outcome) = outcome
            && let Err(failure) = self.take(outcome)
        {
            return Next::Finish(Err(failure));
        }
        if self.left == 0 {
            return Next::Finish(Ok(Answer::Number(self.sent)));
        }
        match self.next_piece() {
            Ok((length, step)) => {
                self.length = length;
                self.name = step.describe();
                Next::Run(step)
            }
            Err(failure) => Next::Finish(Err(failure)),
        }
    }

    fn next_piece(&self) -> Result<(u64, Step), HostError> {
        let length = self.left.min(self.commands.largest_piece(self.dialect)?);
        let is_last = self.is_last && length == self.left;
        let step = self
            .commands
            .put(self.dialect, &self.remote, length, is_last)?;
        Ok((length, step))
    }

    /// Takes the outcome of a piece.
    fn take(&mut self, mut outcome: Outcome) -> Result<(), HostError> {
        let answer = self.family.answer(AnsweredCommand {
            kind: CommandKind::FtpPutPiece,
            name: &self.name,
            payload: PayloadSpec::Up(self.length),
            outcome: &mut outcome,
        });
        match answer {
            Ok(_) => {
                self.sent += self.length;
                self.left -= self.length;
                Ok(())
            }
            Err(HostError::Incomplete {
                command,
                bytes_confirmed,
                ..
            }) => Err(HostError::Incomplete {
                command,
                bytes_confirmed: self.sent + bytes_confirmed,
                expected: self.sent + self.left,
            }),
            Err(failure) => Err(failure),
        }
    }
}
