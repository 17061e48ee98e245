//! Downloads. A get into a file goes to a temporary name beside the target and is renamed when complete.

use std::fmt;
use std::io::Write;
use std::path::Path;

use super::connection::Client;
use super::endpoints::{FileSink, Sink, WriterSink};
use super::error::Error;
use super::local_file::{into_place, open_continued};
use super::support::Task;
use super::transfer::{Progress, Transferred};
use super::transfer_run::{LocalEnd, TransferRun};
use crate::transfer::{DownloadRequest, Transfer};

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
        let pieces = Task::GetPart.check(self.dialect()).is_ok();
        let mut sink = WriterSink::new(sink, pieces);
        self.download(&mut sink, remote, options, 0)
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
            let offset = options.offset;
            let mut file = open_continued(path, offset)?;
            let mut sink = FileSink::new(&mut file, offset);
            return self.download(&mut sink, remote, options, 0);
        }
        into_place(path, |file| {
            self.download(&mut FileSink::new(file, 0), remote, options, 0)
        })
    }

    /// Downloads into a sink that has `present` bytes already.
    fn download(
        &mut self,
        sink: &mut dyn Sink,
        remote: &[u8],
        options: GetOptions<'_>,
        present: u64,
    ) -> Result<Transferred, Error> {
        let GetOptions {
            offset,
            length,
            progress,
        } = options;
        let dialect = self.dialect();
        if length.is_some() {
            Task::GetPart.check(dialect)?;
        }
        let mut request = DownloadRequest::new();
        request.offset = offset;
        request.length = length;
        request.present = present;
        request.ends_downloads = Task::GetPart.check(dialect).is_ok();
        let transfer = Transfer::download(self.now(), request, self.retry);
        let run = TransferRun {
            client: self,
            remote,
            end: LocalEnd::Sink(sink),
            base: Some(offset),
            progress,
            total: None,
        };
        run.run(transfer)
    }
}
