//! Store up and down.
//!
//! A put is finished when the size on the server equals the size sent. A get into a file goes to a temporary name
//! beside the target and is renamed when complete.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::{Client, Error, Payload, Supply, Task, read_some, writing};
use crate::codes::ModuleCode;
use crate::host::{Answer, Operation};

/// A source of unknown size goes up in pieces of this many bytes over one data connection (`beof`, 002 §2.5).
const PIECE: usize = 256 * 1024;

/// How a file is transferred.
#[derive(Default)]
pub struct Transfer<'a> {
    /// Where in the remote file to start.
    pub offset: u64,
    /// At most this many bytes (downloads).
    pub length: Option<u64>,
    /// Called as bytes move: how many so far, and of how many if that is known.
    pub progress: Option<Progress<'a>>,
}

type Progress<'a> = &'a mut dyn FnMut(u64, Option<u64>);

/// What was transferred.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Transferred {
    /// Bytes of payload.
    pub bytes: u64,
    /// From the first command to the last line.
    pub elapsed: Duration,
    /// From the data command, the first if there were several, to its `CONNECT`: what the server and the data
    /// connection took. `None` where there was nothing to transfer.
    pub connect: Option<Duration>,
}

impl Client {
    /// Uploads from a reader. `size` is how many bytes it will give, if known; a reader of unknown size is sent in
    /// pieces.
    pub fn put(
        &mut self,
        source: &mut dyn Read,
        size: Option<u64>,
        remote: &[u8],
        options: Transfer<'_>,
    ) -> Result<Transferred, Error> {
        let begun = Instant::now();
        let offset = options.offset;
        let mut progress = options.progress;
        let (bytes, connect) = match size {
            Some(size) => {
                let place = (offset, size, true);
                let bytes =
                    self.put_piece(source, remote, place, (0, Some(size)), &mut progress)?;
                (bytes, self.host.connect_time())
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

    /// Uploads a file of the local file system, from `offset` if that is not 0.
    pub fn put_file(
        &mut self,
        path: &Path,
        remote: &[u8],
        options: Transfer<'_>,
    ) -> Result<Transferred, Error> {
        let (mut file, size) = open_source(path)?;
        file.seek(SeekFrom::Start(options.offset))
            .map_err(|error| local(path, &error))?;
        let rest = size.saturating_sub(options.offset);
        self.put(&mut file, Some(rest), remote, options)
    }

    /// Adds to the end of a remote file; makes it where there is none.
    pub fn append(
        &mut self,
        source: &mut dyn Read,
        size: Option<u64>,
        remote: &[u8],
        options: Transfer<'_>,
    ) -> Result<Transferred, Error> {
        let offset = match self.size(remote) {
            Ok(size) => size,
            Err(error) if error.is_missing() => 0,
            Err(error) => return Err(error),
        };
        self.put(source, size, remote, Transfer { offset, ..options })
    }

    /// [`Client::append`] from a file of the local file system.
    pub fn append_file(
        &mut self,
        path: &Path,
        remote: &[u8],
        options: Transfer<'_>,
    ) -> Result<Transferred, Error> {
        let (mut file, size) = open_source(path)?;
        self.append(&mut file, Some(size), remote, options)
    }

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
                (offset + sent, length, last),
                (sent, None),
                progress,
            )?;
            connect = connect.or(self.host.connect_time());
            if last {
                return Ok((sent, connect));
            }
            piece = next;
        }
    }

    /// One upload command: `(offset, length, last)` as the module is told, `(done, total)` for the progress.
    fn put_piece(
        &mut self,
        source: &mut dyn Read,
        remote: &[u8],
        (offset, length, last): (u64, u64, bool),
        (mut done, total): (u64, Option<u64>),
        progress: &mut Option<Progress<'_>>,
    ) -> Result<u64, Error> {
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
            Payload::From(supply),
        );
        match result {
            Ok(Answer::Number(bytes)) => Ok(bytes),
            Ok(other) => Err(Error::wrong_answer(&other)),
            // The module fell silent after all of it was sent: the file is probably stored (FIELD 2.2). The size on
            // the server decides.
            Err(error)
                if error.module_code() == Some(ModuleCode::TIMEOUT) && done - start == length =>
            {
                Ok(length)
            }
            Err(error) => Err(error),
        }
    }

    /// The size on the server must be the one that was sent. A server without SIZE is believed.
    fn check_size(&mut self, remote: &[u8], expected: u64) -> Result<(), Error> {
        match self.size(remote) {
            Ok(size) if size == expected => Ok(()),
            Ok(size) => Err(Error::Incomplete {
                operation: "put",
                bytes_confirmed: size.min(expected),
                expected,
            }),
            Err(error) if error.is_not_implemented() => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Downloads into a writer.
    pub fn get(
        &mut self,
        remote: &[u8],
        sink: &mut dyn Write,
        options: Transfer<'_>,
    ) -> Result<Transferred, Error> {
        let begun = Instant::now();
        let offset = options.offset;
        if options.length.is_some() {
            Task::GetPart.check(self.dialect())?;
        }
        let expected = match self.size(remote) {
            Ok(size) if offset > size => {
                return Err(Error::OffsetBeyondEnd { offset, size });
            }
            Ok(size) => Some((size - offset).min(options.length.unwrap_or(u64::MAX))),
            Err(error) if error.is_not_implemented() => None,
            Err(error) => return Err(error),
        };
        let mut progress = options.progress;
        report(&mut progress, 0, expected);
        // Servers differ on a start at the end of the file; there is nothing to get there.
        if expected == Some(0) && (offset > 0 || options.length == Some(0)) {
            return Ok(Transferred {
                bytes: 0,
                elapsed: begun.elapsed(),
                connect: None,
            });
        }
        let mut done = 0;
        let mut write = writing(sink);
        let mut take = |data: &[u8]| {
            write(data)?;
            done += data.len() as u64;
            report(&mut progress, done, expected);
            Ok(())
        };
        let operation = Operation::Get {
            remote,
            offset,
            length: options.length,
            expected,
        };
        match self.run(operation, Payload::Into(&mut take))? {
            Answer::Number(bytes) if expected.is_none_or(|expected| expected == bytes) => {
                Ok(Transferred {
                    bytes,
                    elapsed: begun.elapsed(),
                    connect: self.host.connect_time(),
                })
            }
            Answer::Number(bytes) => Err(Error::Incomplete {
                operation: "get",
                bytes_confirmed: bytes,
                expected: expected.unwrap_or(bytes),
            }),
            other => Err(Error::wrong_answer(&other)),
        }
    }

    /// Downloads into a file. With `offset` 0 the bytes go to a temporary name beside it, which takes its place when
    /// complete; otherwise the file is cut to `offset` bytes and continued.
    pub fn get_file(
        &mut self,
        remote: &[u8],
        path: &Path,
        options: Transfer<'_>,
    ) -> Result<Transferred, Error> {
        if options.offset > 0 {
            let open = || {
                let mut file = OpenOptions::new().write(true).open(path)?;
                if file.metadata()?.len() < options.offset {
                    return Err(io::Error::new(
                        io::ErrorKind::InvalidInput,
                        "it is shorter than the offset",
                    ));
                }
                file.set_len(options.offset)?;
                file.seek(SeekFrom::End(0))?;
                Ok(file)
            };
            let mut file = open().map_err(|error| local(path, &error))?;
            return self.get(remote, &mut file, options);
        }
        into_place(path, |file| self.get(remote, file, options))
    }
}

/// A file of the local file system and its size.
pub(super) fn open_source(path: &Path) -> Result<(File, u64), Error> {
    let open = || {
        let file = File::open(path)?;
        let size = file.metadata()?.len();
        Ok((file, size))
    };
    open().map_err(|error| local(path, &error))
}

/// Fills a file under a temporary name, which takes its place if that succeeds.
pub(super) fn into_place<T>(
    path: &Path,
    transfer: impl FnOnce(&mut File) -> Result<T, Error>,
) -> Result<T, Error> {
    let (mut file, partial) = Partial::create(path).map_err(|error| local(path, &error))?;
    let transferred = transfer(&mut file)?;
    file.sync_all()
        .and_then(|()| partial.take_place(path))
        .map_err(|error| local(path, &error))?;
    Ok(transferred)
}

/// A file under a temporary name; deleted unless it takes its place.
struct Partial(PathBuf);

impl Partial {
    fn create(target: &Path) -> io::Result<(File, Self)> {
        let name = target
            .file_name()
            .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "not a file name"))?;
        for attempt in 0..100 {
            let mut partial = OsString::from(".");
            partial.push(name);
            partial.push(format!(".{}-{attempt}.part", std::process::id()));
            let path = target.with_file_name(partial);
            match OpenOptions::new().write(true).create_new(true).open(&path) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
                Ok(file) => return Ok((file, Partial(path))),
            }
        }
        Err(io::Error::new(
            io::ErrorKind::AlreadyExists,
            "too many unfinished downloads beside it",
        ))
    }

    fn take_place(self, target: &Path) -> io::Result<()> {
        fs::rename(&self.0, target)
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0); // it is gone already when it took its place
    }
}

fn local(path: &Path, error: &io::Error) -> Error {
    Error::Local {
        source: io::Error::new(error.kind(), format!("{}: {error}", path.display())),
    }
}

fn report(progress: &mut Option<Progress<'_>>, done: u64, total: Option<u64>) {
    if let Some(progress) = progress {
        progress(done, total);
    }
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
