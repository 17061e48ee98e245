//! A transfer between the data connection and a file of the module's own store.

use std::io::{self, ErrorKind, Read as _, Write as _};
use std::time::Duration;

use super::session::SocketSession;
use super::store::{FileStore, Sink, Source};
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
    /// Payload may flow.
    ready: bool,
    /// The error of the file's side; the FTP side is on its way back into step.
    pub(super) failed: Option<FileError>,
    /// The last number of bytes that the module was told.
    told: u64,
}

#[derive(Debug)]
enum PipeEnd {
    Up(Source),
    /// All is read.
    Sent,
    Down(Sink),
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
            FtpOperation::Store(_) => PipeEnd::Up(store.open_source(local, from)?),
            _ => PipeEnd::Down(store.open_sink(local, from)?),
        };
        Ok(Pipe {
            end,
            left: length.unwrap_or(u64::MAX),
            ready: false,
            failed: None,
            told: 0,
        })
    }

    pub(super) fn ready(&mut self) {
        self.ready = true;
    }

    /// Returns the bytes moved, if they are more than last time.
    pub(super) fn progress(&mut self, session: &SocketSession) -> Option<u64> {
        let moved = session.moved()?;
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
        if !self.ready || self.failed.is_some() {
            return false;
        }
        match &mut self.end {
            PipeEnd::Sent => false,
            PipeEnd::Up(source) => {
                if session.queued() >= AHEAD {
                    return false;
                }
                let piece =
                    usize::try_from(self.left).map_or(buffer.len(), |left| left.min(buffer.len()));
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
                true
            }
            PipeEnd::Down(sink) => {
                if !session.has_data() {
                    return false;
                }
                let count = session.read_data(now, buffer);
                let Some(left) = self.left.checked_sub(count as u64) else {
                    self.fail(FileError::NoSpace, now, session);
                    return true;
                };
                self.left = left;
                if let Err(error) = sink.write_all(buffer.get(..count).unwrap_or_default()) {
                    self.fail(reason(&error), now, session);
                }
                true
            }
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
