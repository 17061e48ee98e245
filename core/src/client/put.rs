//! Uploads. A put is finished when the size on the server equals the size sent.

use std::fmt;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;
use std::time::{Duration, Instant};

use super::connection::Client;
use super::error::Error;
use super::local_file::{local, open_source};
use super::payload::{OperationPayload, Supply, read_some};
use super::transfer::{Progress, Transferred, report};
use crate::codes::ModuleCode;
use crate::host::{Answer, Operation};

/// A source of unknown size goes up in pieces of this many bytes over one data connection (`beof`, 002 §2.5).
const PIECE: usize = 256 * 1024;

/// Place of an upload in the remote file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum PutMode {
    /// Replace the file, or make it.
    #[default]
    Replace,
    /// Add to the end of the file, or make it.
    Append,
    /// Continue after so many bytes, which are on the server already.
    Resume(u64),
}

/// Options of an upload, as a builder.
#[derive(Default)]
pub struct PutOptions<'a> {
    mode: PutMode,
    progress: Option<Progress<'a>>,
}

impl<'a> PutOptions<'a> {
    /// Returns the defaults: the file is replaced, without progress.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the place of the upload in the remote file.
    pub fn mode(mut self, mode: PutMode) -> Self {
        self.mode = mode;
        self
    }

    /// Sets the callback for progress: bytes so far, and bytes in all if that is known.
    pub fn progress(mut self, progress: &'a mut dyn FnMut(u64, Option<u64>)) -> Self {
        self.progress = Some(progress);
        self
    }
}

impl fmt::Debug for PutOptions<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PutOptions")
            .field("mode", &self.mode)
            .field("progress", &self.progress.is_some())
            .finish()
    }
}

/// One upload command, as the module is told.
#[derive(Clone, Copy)]
struct PutPiece {
    offset: u64,
    length: u64,
    last: bool,
}

impl Client {
    /// Uploads from a reader. `size` is how many bytes it will give, if known; a reader of unknown size is sent in
    /// pieces.
    ///
    /// # Errors
    ///
    /// [`Unsupported`](crate::ErrorKind::Unsupported) where the dialect cannot continue a file;
    /// [`Incomplete`](crate::ErrorKind::Incomplete) where the size on the server is not the size sent; the server
    /// refuses; the reader fails; those of the line.
    pub fn put(
        &mut self,
        source: &mut dyn Read,
        size: Option<u64>,
        remote: &[u8],
        options: PutOptions<'_>,
    ) -> Result<Transferred, Error> {
        let offset = match options.mode {
            PutMode::Replace => 0,
            PutMode::Resume(offset) => offset,
            PutMode::Append => self.end_of(remote)?,
        };
        let begun = Instant::now();
        let mut progress = options.progress;
        let (bytes, connect) = match size {
            Some(length) => {
                let piece = PutPiece {
                    offset,
                    length,
                    last: true,
                };
                let bytes = self.put_piece(source, remote, piece, (0, size), &mut progress)?;
                (bytes, self.connect_time())
            }
            None => self.put_pieces(source, remote, offset, &mut progress)?,
        };
        self.check_size(remote, offset + bytes)?;
        Ok(Transferred {
            bytes,
            elapsed: begun.elapsed(),
            connect,
        })
    }

    /// Uploads a file of the local file system. With [`PutMode::Resume`] the same bytes of it are passed over.
    ///
    /// # Errors
    ///
    /// As [`Client::put`]; the file cannot be read.
    pub fn put_file(
        &mut self,
        path: &Path,
        remote: &[u8],
        options: PutOptions<'_>,
    ) -> Result<Transferred, Error> {
        let (mut file, size) = open_source(path)?;
        let rest = match options.mode {
            PutMode::Append => size,
            PutMode::Replace => seek(&mut file, 0, size).map_err(|error| local(path, &error))?,
            PutMode::Resume(offset) => {
                seek(&mut file, offset, size).map_err(|error| local(path, &error))?
            }
        };
        self.put(&mut file, Some(rest), remote, options)
    }

    /// Adds to the end of a remote file, or makes it: [`Client::put`] with [`PutMode::Append`].
    ///
    /// # Errors
    ///
    /// As [`Client::put`].
    pub fn append(
        &mut self,
        source: &mut dyn Read,
        size: Option<u64>,
        remote: &[u8],
    ) -> Result<Transferred, Error> {
        let options = PutOptions::new().mode(PutMode::Append);
        self.put(source, size, remote, options)
    }

    /// Returns where an append starts: the size of the remote file, 0 where there is none.
    fn end_of(&mut self, remote: &[u8]) -> Result<u64, Error> {
        match self.size(remote) {
            Err(error) if error.is_missing() => Ok(0),
            other => other,
        }
    }

    /// Sends a source of unknown size in pieces; returns the bytes and the time of the first `CONNECT`.
    fn put_pieces(
        &mut self,
        source: &mut dyn Read,
        remote: &[u8],
        offset: u64,
        progress: &mut Option<Progress<'_>>,
    ) -> Result<(u64, Option<Duration>), Error> {
        let mut piece = read_piece(source)?;
        let mut sent = 0;
        let mut connect = None;
        loop {
            let next = if piece.len() < PIECE {
                Vec::new()
            } else {
                read_piece(source)?
            };
            let last = next.is_empty();
            let length = piece.len() as u64;
            sent += self.put_piece(
                &mut piece.as_slice(),
                remote,
                PutPiece {
                    offset: offset + sent,
                    length,
                    last,
                },
                (sent, None),
                progress,
            )?;
            connect = connect.or(self.connect_time());
            if last {
                return Ok((sent, connect));
            }
            piece = next;
        }
    }

    /// Runs one upload command; `(done, total)` is for the progress.
    fn put_piece(
        &mut self,
        source: &mut dyn Read,
        remote: &[u8],
        piece: PutPiece,
        (mut done, total): (u64, Option<u64>),
        progress: &mut Option<Progress<'_>>,
    ) -> Result<u64, Error> {
        let PutPiece {
            offset,
            length,
            last,
        } = piece;
        let start = done;
        let mut moved = |count: u64| {
            done += count;
            report(progress, done, total);
        };
        let supply = Supply::new(source, length, &mut moved);
        let result = self.run(
            Operation::Put {
                remote,
                offset,
                length,
                last,
            },
            OperationPayload::From(supply),
        );
        match result {
            Ok(Answer::Number(bytes)) => Ok(bytes),
            Ok(other) => Err(Error::wrong_answer(&other)),
            Err(error)
                if error.module_code() == Some(ModuleCode::TIMEOUT) && done - start == length =>
            {
                self.confirm(remote, offset + length, error)?;
                Ok(length)
            }
            Err(error) => Err(error),
        }
    }

    /// Asks for the size after the module fell silent with all of a piece sent: the file is probably stored (FIELD 2.2).
    /// A question that fails does not hide the time-out.
    fn confirm(&mut self, remote: &[u8], expected: u64, timeout: Error) -> Result<(), Error> {
        match self.size(remote) {
            Ok(size) if size == expected => Ok(()),
            Ok(size) => Err(Error::Incomplete {
                operation: "put",
                bytes_confirmed: size.min(expected),
                expected,
            }),
            Err(_) => Err(timeout),
        }
    }

    /// Compares the size on the server with the one that was sent. A server without SIZE is believed.
    fn check_size(&mut self, remote: &[u8], expected: u64) -> Result<(), Error> {
        match self.size(remote) {
            Ok(size) if size == expected => Ok(()),
            Ok(size) => Err(Error::Incomplete {
                operation: "put",
                bytes_confirmed: size.min(expected),
                expected,
            }),
            Err(error) if error.leaves_size_open() => Ok(()),
            Err(error) => Err(error),
        }
    }
}

/// Goes to a place in a file and returns the bytes behind it.
fn seek(file: &mut impl Seek, offset: u64, size: u64) -> std::io::Result<u64> {
    file.seek(SeekFrom::Start(offset))?;
    Ok(size.saturating_sub(offset))
}

/// Reads until a piece is full or the source ends.
fn read_piece(source: &mut dyn Read) -> Result<Vec<u8>, Error> {
    let mut piece = vec![0; PIECE];
    let mut filled = 0;
    while filled < PIECE {
        match read_some(source, &mut piece[filled..]).map_err(|source| Error::Local { source })? {
            0 => break,
            count => filled += count,
        }
    }
    piece.truncate(filled);
    Ok(piece)
}
