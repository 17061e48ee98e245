//! A download into the module's buffer, which the host reads in counted pieces.
//!
//! 1. A command begins it. Lines that nothing asked for say that bytes are in the buffer, that all have come, or that the
//!    download failed; one of them may be lost, so the buffer is read without the first one, too, after a while.
//! 2. The buffer is read until it is empty behind the line that says that all have come. An empty buffer before that is
//!    one that the server has yet to fill.

use core::time::Duration;

use super::next::Next;
use crate::at::Line;
use crate::codes::{FtpCode, ModuleCode};
use crate::dialect::{CommandKind, Dialect};
use crate::host::answer::Answer;
use crate::host::error::HostError;
use crate::host::family::{self, FetchState, HostFamily, PieceCommands};
use crate::host::report_wait::report_wait;
use crate::host::response;
use crate::host::short_bytes::CommandName;
use crate::host::step::outcome::Outcome;
use crate::host::step::{MARGIN, Step, unsupported};

/// The wait for the first bytes, behind which the buffer is read anyway.
const FIRST_BYTES: Duration = Duration::from_secs(5);
/// The wait for more bytes in an empty buffer.
const MORE_BYTES: Duration = Duration::from_millis(250);

/// A download under way.
pub(super) struct GetPiecesPlan {
    family: &'static dyn HostFamily,
    commands: &'static dyn PieceCommands,
    dialect: &'static Dialect,
    stage: Stage,
    begin: Step,
    /// The command that began it, for errors.
    name: CommandName,
    expected: Option<u64>,
    received: u64,
    state: Option<FetchState>,
    /// All had come when the buffer was last asked for bytes.
    was_complete: bool,
    /// The server's last reply, where the module shows it.
    server: Option<u16>,
    /// The time since something came.
    silent: Duration,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Start,
    /// The command that begins the download runs.
    Beginning,
    Waiting,
    /// The buffer is read.
    Receiving,
}

impl core::fmt::Debug for GetPiecesPlan {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "GetPiecesPlan({:?}, {})", self.stage, self.received)
    }
}

impl GetPiecesPlan {
    /// Plans a download from an offset to the end of the file.
    pub(super) fn new(
        dialect: &'static Dialect,
        remote: &[u8],
        offset: u64,
        expected: Option<u64>,
    ) -> Result<Self, HostError> {
        let family = family::of(dialect.family);
        let commands = family
            .pieces()
            .ok_or_else(|| unsupported(dialect, "get in pieces"))?;
        let begin = commands.fetch(dialect, remote, offset)?;
        commands.receive(dialect)?;
        Ok(GetPiecesPlan {
            family,
            commands,
            dialect,
            stage: Stage::Start,
            name: begin.describe(),
            begin,
            expected,
            received: 0,
            state: None,
            was_complete: false,
            server: None,
            silent: Duration::ZERO,
        })
    }

    /// Returns the bytes that the pieces before the running one moved.
    pub(super) fn received(&self) -> u64 {
        self.received
    }

    /// Takes a line that the running command does not explain. Returns `true` if it is about the download.
    pub(super) fn take_line(&mut self, line: &Line<'_>) -> bool {
        if matches!(self.stage, Stage::Start | Stage::Beginning) {
            return false;
        }
        if let Some(state) = self.commands.fetch_state(line) {
            // A line that is said again and again prolongs nothing.
            if self.state.replace(state) != Some(state) {
                self.silent = Duration::ZERO;
            }
            return true;
        }
        let Line::Information { name, fields } = line else {
            return false;
        };
        self.server = self.family.server_reply(name, fields).or(self.server);
        let transcript = self.dialect.command(CommandKind::FtpTranscript);
        transcript.is_some_and(|command| command.name.as_bytes() == *name)
    }

    /// Returns the next action, after the outcome of the last exchange.
    pub(super) fn advance(&mut self, outcome: Option<Outcome>) -> Next {
        match (self.stage, outcome) {
            (Stage::Start, _) => {
                self.stage = Stage::Beginning;
                Next::Run(self.begin.clone())
            }
            (Stage::Beginning, Some(mut outcome)) => {
                self.server = outcome.server;
                match response::check_result(&self.name, &mut outcome) {
                    Ok(()) => self.wait(FIRST_BYTES),
                    Err(failure) => Next::Finish(Err(failure)),
                }
            }
            (Stage::Receiving, Some(outcome)) => self.take_piece(outcome),
            (Stage::Beginning | Stage::Waiting | Stage::Receiving, _) => self.receive(),
        }
    }

    /// Reads the buffer, or ends where nothing more will come.
    fn receive(&mut self) -> Next {
        if self.state == Some(FetchState::Failed) {
            return Next::Finish(Err(self.failure()));
        }
        self.was_complete = self.state == Some(FetchState::Complete);
        match self.commands.receive(self.dialect) {
            Ok(step) => {
                self.stage = Stage::Receiving;
                Next::Run(step)
            }
            Err(failure) => Next::Finish(Err(failure)),
        }
    }

    fn take_piece(&mut self, mut outcome: Outcome) -> Next {
        let broken_off = outcome.broken_off;
        let bytes = outcome.bytes;
        if let Err(failure) = response::check_result(&self.name, &mut outcome) {
            return Next::Finish(Err(failure));
        }
        self.received += bytes;
        if broken_off {
            return Next::Finish(Err(self.incomplete()));
        }
        if bytes > 0 {
            self.silent = Duration::ZERO;
            return self.receive();
        }
        if !self.was_complete {
            return self.wait(MORE_BYTES);
        }
        Next::Finish(match self.expected {
            Some(expected) if expected != self.received => Err(self.incomplete()),
            _ => Ok(Answer::Number(self.received)),
        })
    }

    /// Waits for a line, or for this long.
    fn wait(&mut self, time: Duration) -> Next {
        let limit = if self.expected == Some(self.received) {
            MARGIN
        } else {
            report_wait(self.dialect, None)
        };
        if self.silent >= limit {
            return Next::Finish(Err(HostError::NoAnswer {
                command: self.name.clone().into(),
                seconds: self.silent.as_secs(),
            }));
        }
        self.stage = Stage::Waiting;
        self.silent += time;
        Next::Pause(time)
    }

    /// Returns the error of bytes that are missing. None is confirmed: which one was lost is not known.
    fn incomplete(&self) -> HostError {
        HostError::Incomplete {
            command: self.name.clone().into(),
            bytes_confirmed: 0,
            expected: self.expected.unwrap_or(self.received),
        }
    }

    /// Returns the error of a download that the module reports as failed.
    fn failure(&self) -> HostError {
        let reply = self.server.map(FtpCode).filter(|reply| reply.is_failure());
        HostError::Module {
            command: self.name.clone().into(),
            code: reply.map_or(ModuleCode::UNKNOWN, ModuleCode::from),
            reply,
            raw_code: 0,
            peer_address: false,
        }
    }
}
