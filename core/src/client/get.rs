//! Downloads. A get into a file goes to a temporary name beside the target and is renamed when complete.

use std::fmt;
use std::io::Write;
use std::path::Path;
use std::time::Instant;

use super::connection::Client;
use super::error::Error;
use super::local_file::{into_place, open_continued};
use super::payload::{OperationPayload, writing};
use super::support::Task;
use super::transfer::{Progress, Transferred, report};
use crate::host::{Answer, Operation};

/// Options of a download, as a builder.
#[derive(Default)]
pub struct GetOptions<'a> {
    offset: u64,
    length: Option<u64>,
    progress: Option<Progress<'a>>,
}

impl<'a> GetOptions<'a> {
    /// Returns the defaults: the whole file, without progress.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the byte of the remote file to start at.
    pub fn offset(mut self, offset: u64) -> Self {
        self.offset = offset;
        self
    }

    /// Sets how many bytes to get at most; `None` is all of them. Only some dialects can end a download before the file ends.
    pub fn length(mut self, length: impl Into<Option<u64>>) -> Self {
        self.length = length.into();
        self
    }

    /// Sets the callback for progress: bytes so far, and bytes in all if that is known.
    pub fn progress(mut self, progress: &'a mut dyn FnMut(u64, Option<u64>)) -> Self {
        self.progress = Some(progress);
        self
    }
}

impl fmt::Debug for GetOptions<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GetOptions")
            .field("offset", &self.offset)
            .field("length", &self.length)
            .field("progress", &self.progress.is_some())
            .finish()
    }
}

impl Client {
    /// Downloads into a writer.
    ///
    /// # Errors
    ///
    /// [`Unsupported`](crate::ErrorKind::Unsupported) where the dialect cannot start or end within a file;
    /// [`InvalidArgument`](crate::ErrorKind::InvalidArgument) where the offset lies behind the end of the file;
    /// [`Incomplete`](crate::ErrorKind::Incomplete) where the sizes disagree; the server refuses; the writer fails;
    /// those of the line.
    pub fn get(
        &mut self,
        remote: &[u8],
        sink: &mut dyn Write,
        options: GetOptions<'_>,
    ) -> Result<Transferred, Error> {
        let begun = Instant::now();
        let GetOptions {
            offset,
            length,
            mut progress,
        } = options;
        if length.is_some() {
            Task::GetPart.check(self.dialect())?;
        }
        let expected = self.expected(remote, offset, length)?;
        report(&mut progress, 0, expected);
        // Servers differ on a start at the end of the file; there is nothing to get there.
        if expected == Some(0) && (offset > 0 || length == Some(0)) {
            return Ok(Transferred {
                bytes: 0,
                elapsed: begun.elapsed(),
                connect: None,
            });
        }
        let operation = Operation::Get {
            remote,
            offset,
            length,
            expected,
        };
        let bytes = self.receive(operation, sink, expected, &mut progress)?;
        Ok(Transferred {
            bytes,
            elapsed: begun.elapsed(),
            connect: self.connect_time(),
        })
    }

    /// Downloads into a file. With offset 0 the bytes go to a temporary name beside it, which takes its place when
    /// complete; otherwise the file is cut to `offset` bytes and continued.
    ///
    /// # Errors
    ///
    /// As [`Client::get`]; the file cannot be written, or is shorter than the offset.
    pub fn get_file(
        &mut self,
        remote: &[u8],
        path: &Path,
        options: GetOptions<'_>,
    ) -> Result<Transferred, Error> {
        if options.offset > 0 {
            let mut file = open_continued(path, options.offset)?;
            return self.get(remote, &mut file, options);
        }
        into_place(path, |file| self.get(remote, file, options))
    }

    /// Returns the bytes that a download should give, if the server tells the size.
    fn expected(
        &mut self,
        remote: &[u8],
        offset: u64,
        length: Option<u64>,
    ) -> Result<Option<u64>, Error> {
        match self.size(remote) {
            Ok(size) if offset > size => Err(Error::OffsetBeyondEnd { offset, size }),
            Ok(size) => Ok(Some((size - offset).min(length.unwrap_or(u64::MAX)))),
            Err(error) if error.leaves_size_open() => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Runs one download command.
    fn receive(
        &mut self,
        operation: Operation<'_>,
        sink: &mut dyn Write,
        expected: Option<u64>,
        progress: &mut Option<Progress<'_>>,
    ) -> Result<u64, Error> {
        let mut done = 0;
        let mut write = writing(sink);
        let mut take = |data: &[u8]| {
            write(data)?;
            done += data.len() as u64;
            report(progress, done, expected);
            Ok(())
        };
        match self.run(operation, OperationPayload::Into(&mut take))? {
            Answer::Number(bytes) => match expected {
                Some(expected) if expected != bytes => Err(Error::Incomplete {
                    operation: "get",
                    bytes_confirmed: bytes,
                    expected,
                }),
                _ => Ok(bytes),
            },
            other => Err(Error::wrong_answer(&other)),
        }
    }
}
