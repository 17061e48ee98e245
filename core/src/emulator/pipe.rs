//! A transfer between the data connection and a file of the module's own store.

use std::io::{self, ErrorKind, Read as _, Write as _};
use std::mem;
use std::time::Duration;

use super::session::SocketSession;
use super::store::{ClaimedSink, FileStore, Sink, Source};
use crate::ftp::FtpOperation;
use crate::module::store::{FileError, LocalName};

/// No more is read from a file while this much waits for the data connection.
const AHEAD: usize = 64 * 1024;

/// A transfer that is under way.
#[derive(Debug)]
pub(super) struct Pipe {
    end: PipeEnd,
    /// Bytes that may still move.
    left: u64,
    /// The error of the file's side; the FTP side is on its way back into step.
    pub(super) failed: Option<FileError>,
    /// The last number of bytes that the module was told.
    told: u64,
}

/// The file's side of a transfer. Until the data connection is ready the file of a download stays as it is: the server
/// may have nothing for it.
#[derive(Debug)]
enum PipeEnd {
    WaitingUp(Source),
    Up(Source),
    /// All is read.
    Sent,
    WaitingDown(ClaimedSink),
    Down {
        sink: Sink,
        /// Bytes that are in the file.
        written: u64,
    },
    /// The file could not be opened.
    Closed,
}

impl Pipe {
    /// Opens the file's side of this operation, from byte `from` on, for at most `length` bytes.
    pub(super) fn open(
        store: &FileStore,
        operation: &FtpOperation,
        local: &LocalName,
        from: u64,
        length: Option<u64>,
    ) -> Result<Self, FileError> {
        let end = match operation {
            FtpOperation::Store(_) => PipeEnd::WaitingUp(store.open_source(local, from)?),
            _ => PipeEnd::WaitingDown(store.claim_sink(local, from)?),
        };
        Ok(Pipe {
            end,
            left: length.unwrap_or(u64::MAX),
            failed: None,
            told: 0,
        })
    }

    /// Lets payload flow: the data connection is ready.
    pub(super) fn start(&mut self, now: Duration, session: &mut SocketSession) {
        self.end = match mem::replace(&mut self.end, PipeEnd::Closed) {
            PipeEnd::WaitingUp(source) => PipeEnd::Up(source),
            PipeEnd::WaitingDown(claimed) => match claimed.open() {
                Ok(sink) => PipeEnd::Down { sink, written: 0 },
                Err(error) => return self.fail(error, now, session),
            },
            other => other,
        };
    }

    /// Returns the bytes moved, if they are more than last time. Of a download these are the bytes in the file.
    pub(super) fn progress(&mut self, session: &SocketSession) -> Option<u64> {
        let moved = match &self.end {
            PipeEnd::Down { written, .. } => *written,
            _ => session.moved()?,
        };
        let news = moved > self.told;
        self.told = moved;
        news.then_some(moved)
    }

    /// Moves one piece; whether there was any.
    pub(super) fn step(
        &mut self,
        now: Duration,
        session: &mut SocketSession,
        buffer: &mut [u8],
    ) -> bool {
        if self.failed.is_some() {
            return false;
        }
        match &mut self.end {
            PipeEnd::WaitingUp(_) | PipeEnd::WaitingDown(_) | PipeEnd::Sent | PipeEnd::Closed => {
                false
            }
            PipeEnd::Up(_) if session.queued() >= AHEAD => false,
            PipeEnd::Up(_) => {
                self.send(now, session, buffer);
                true
            }
            PipeEnd::Down { .. } if !session.has_data() => false,
            PipeEnd::Down { .. } => {
                self.receive(now, session, buffer);
                true
            }
        }
    }

    /// Sends one piece of the file to the server.
    fn send(&mut self, now: Duration, session: &mut SocketSession, buffer: &mut [u8]) {
        let PipeEnd::Up(source) = &mut self.end else {
            return;
        };
        let piece = usize::try_from(self.left).map_or(buffer.len(), |left| left.min(buffer.len()));
        match source.read(buffer.get_mut(..piece).unwrap_or_default()) {
            Ok(0) => {
                self.end = PipeEnd::Sent;
                session.finish(now);
            }
            Ok(count) => {
                self.left -= count as u64;
                session.send(now, buffer.get(..count).unwrap_or_default());
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(_) => self.fail(FileError::Read, now, session),
        }
    }

    /// Writes one piece from the server to the file. The file gets as much of it as it may have.
    fn receive(&mut self, now: Duration, session: &mut SocketSession, buffer: &mut [u8]) {
        let PipeEnd::Down { sink, written } = &mut self.end else {
            return;
        };
        let count = session.read_data(now, buffer);
        let allowed = usize::try_from(self.left).map_or(count, |left| left.min(count));
        let before = sink.position();
        let result = sink.write_all(buffer.get(..allowed).unwrap_or_default());
        *written += sink.position() - before;
        self.left -= allowed as u64;
        match result {
            Err(error) => self.fail(reason(&error), now, session),
            Ok(()) if allowed < count => self.fail(FileError::NoSpace, now, session),
            Ok(()) => {}
        }
    }

    fn fail(&mut self, error: FileError, now: Duration, session: &mut SocketSession) {
        self.failed = Some(error);
        session.abort(now);
    }
}

fn reason(error: &io::Error) -> FileError {
    match error.kind() {
        ErrorKind::StorageFull => FileError::DriveFull,
        _ => FileError::Write,
    }
}
