//! Downloads. A get into a file goes to a temporary name beside the target and is renamed when complete.

use std::fmt;
use std::io::{self, Write};
use std::path::Path;
use std::time::{Instant, SystemTime};

use super::connection::Client;
use super::endpoints::{DownloadSink, FileSink, LocalEnd};
use super::error::Error;
use super::file_batch::FileBatch;
use super::local_file::{local, open_continued, open_stream};
use super::part_file::PartFile;
use super::remote_version::RemoteVersion;
use super::support::Task;
use super::transfer::{Progress, Transferred};
use super::transfer_run::TransferRun;
use super::writer_sink::WriterSink;
use crate::dialect::{Dialect, Direction};
use crate::host::TransferWay;
use crate::transfer::{DownloadRequest, RemoteSize, Transfer, TransferOutcome};

/// Options of a download, as a builder.
#[derive(Default)]
pub struct GetOptions<'a> {
    offset: u64,
    length: Option<u64>,
    part: PartMode,
    verify: bool,
    no_fsync: bool,
    time: FileTime,
    batch: Option<&'a mut FileBatch>,
    progress: Option<Progress<'a>>,
}

/// The time that a downloaded file gets.
#[derive(Clone, Copy, Debug, Default)]
enum FileTime {
    /// That of the download.
    #[default]
    Own,
    /// That of the remote file, if the server tells it.
    Ask,
    Known(SystemTime),
}

/// The file in which a download into a file grows, until it is complete.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum PartMode {
    /// It has a name of its own, and is removed if the download fails.
    #[default]
    Discard,
    /// It begins empty, and stays if the download fails: what is confirmed of it.
    Leave,
    /// It is what an earlier download of the same version left, or the target if that has more. Its end is compared
    /// before more is fetched. It stays if the download fails.
    Continue,
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

    /// Sets what becomes of the part of a file that was downloaded, for [`Client::get_file`] from the start of the file.
    pub fn part(mut self, part: PartMode) -> Self {
        self.part = part;
        self
    }

    /// Gets all of it twice and compares, which costs as much line time again. A writer gets its bytes at the end, and they
    /// wait in memory until then; where the download fails, it gets those that are confirmed. Where a byte differs, the
    /// download goes on before it, as often as retries are left, and else ends with [`Error::ContentDiffers`].
    pub fn verify(mut self, verify: bool) -> Self {
        self.verify = verify;
        self
    }

    /// Sets whether [`Client::get_file`] brings the file to the disk before it returns; it does by default. The content is
    /// synced before the file gets its name, and the name behind it, so that a power cut leaves the old file or the new
    /// one. Without it the system writes when it likes: a power cut within some 30 s may leave the new name with a part of
    /// the content, or none.
    pub fn fsync(mut self, fsync: bool) -> Self {
        self.no_fsync = !fsync;
        self
    }

    /// Lets [`Client::get_file`] leave a small file in a batch, where it waits under its temporary name to be synced with
    /// others. When the call ends well, the content is complete. That the file stands under its name is told by
    /// [`FileBatch::placed`] or [`FileBatch::finish`], and so is an error of the last steps.
    ///
    /// A file waits only where a later download finds its part: not with [`PartMode::Discard`] or an offset, not where the
    /// module's count is trusted, and not without fsync. All others get their names before the call ends.
    pub fn batch(mut self, batch: &'a mut FileBatch) -> Self {
        self.batch = Some(batch);
        self
    }

    /// Sets whether [`Client::get_file`] gives the file the time of the remote one, where dialect and server tell it.
    pub fn keep_time(mut self, keep_time: bool) -> Self {
        self.time = if keep_time {
            FileTime::Ask
        } else {
            FileTime::Own
        };
        self
    }

    /// Fails where the dialect cannot do what is asked for, before anything is sent.
    fn check(&self, dialect: &'static Dialect) -> Result<(), Error> {
        match self.length {
            Some(_) => Task::GetPart.check(dialect),
            None => Ok(()),
        }
    }

    /// Sets the time that the file gets.
    pub(super) fn time(mut self, time: SystemTime) -> Self {
        self.time = FileTime::Known(time);
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
            .field("part", &self.part)
            .field("verify", &self.verify)
            .field("fsync", &!self.no_fsync)
            .field("time", &self.time)
            .field("batch", &self.batch)
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
    /// [`Incomplete`](crate::ErrorKind::Incomplete) where the sizes disagree, and where the file on the server was replaced
    /// meanwhile: its time tells; the server refuses; the writer fails; those of the line.
    pub fn get(
        &mut self,
        remote: &[u8],
        sink: &mut dyn Write,
        options: GetOptions<'_>,
    ) -> Result<Transferred, Error> {
        options.check(self.dialect())?;
        let mut sink = WriterSink::new(sink, self.ends_downloads(), options.verify);
        self.download(&mut sink, remote, options)
    }

    /// Downloads into a file. With offset 0 the bytes go to a file beside it, [`GetOptions::part`], which takes its place
    /// when complete; otherwise the file is cut to `offset` bytes and continued. With [`GetOptions::batch`] it may take
    /// its place later. A device or a pipe is written directly, as by [`Client::get`].
    ///
    /// # Errors
    ///
    /// As [`Client::get`]; the file cannot be written, or is shorter than the offset.
    pub fn get_file(
        &mut self,
        remote: &[u8],
        path: &Path,
        mut options: GetOptions<'_>,
    ) -> Result<Transferred, Error> {
        options.check(self.dialect())?;
        let mut own = FileBatch::new();
        let (batch, is_own) = match options.batch.take() {
            Some(batch) => (batch, false),
            None => (&mut own, true),
        };
        let time = self.time_of(remote, options.time)?;
        let transferred = if options.offset > 0 {
            batch.place(true); // names are given in the order of the downloads
            let transferred = self.get_rest(remote, path, options, time)?;
            batch.note_placed();
            transferred
        } else if let Some(mut file) = open_stream(path)? {
            batch.place(true);
            let transferred = self.get(remote, &mut file, options)?;
            batch.note_placed();
            transferred
        } else {
            self.get_whole(remote, path, options, time, batch)?
        };
        if is_own {
            own.finish_one()?;
        }
        Ok(transferred)
    }

    /// Downloads what a file lacks behind the offset.
    fn get_rest(
        &mut self,
        remote: &[u8],
        path: &Path,
        options: GetOptions<'_>,
        time: Option<SystemTime>,
    ) -> Result<Transferred, Error> {
        let (offset, fsync) = (options.offset, !options.no_fsync);
        let mut file = open_continued(path, offset)?;
        let mut sink = FileSink::new(&mut file, offset);
        let transferred = self.download(&mut sink, remote, options)?;
        let finish = || {
            if let Some(time) = time {
                file.set_modified(time)?;
            }
            if fsync { file.sync_all() } else { Ok(()) }
        };
        finish().map_err(|error| local(path, &error))?;
        Ok(transferred)
    }

    /// Downloads into a part, which is in the batch then.
    fn get_whole(
        &mut self,
        remote: &[u8],
        path: &Path,
        options: GetOptions<'_>,
        time: Option<SystemTime>,
        batch: &mut FileBatch,
    ) -> Result<Transferred, Error> {
        let begun = Instant::now();
        let (part, fsync) = (options.part, !options.no_fsync);
        // Without the size a part is of no use.
        let leaves_none = part == PartMode::Leave && self.trusts_downloads();
        let seen = if self.trusts_downloads() && part != PartMode::Continue {
            None
        } else {
            Some(self.version(remote, part == PartMode::Continue)?)
        };
        let version = (seen.clone()).filter(|_| part != PartMode::Discard && !leaves_none);
        let size = version.as_ref().and_then(|version| version.size);
        let waits = fsync && batch.takes(size);
        if !waits || batch.may_have(path) {
            batch.place(true);
        }
        let mut opened = open_part(path, version.as_ref(), part);
        // A file that waits may hold this very part, or the last descriptor.
        if !batch.is_empty() && !opened.as_ref().is_ok_and(|opened| opened.file.is_kept()) {
            drop(opened);
            batch.place(true);
            opened = open_part(path, version.as_ref(), part);
        }
        let opened = opened.map_err(|error| local(path, &error))?;
        let (mut file, present) = (opened.file, opened.present);
        // A target that has more than the file is another one: it is not replaced by a call that is to continue it.
        if let (PartMode::Continue, Some(size)) = (part, opened.longer) {
            let offset = file.target_len();
            file.leave();
            return Err(Error::OffsetBeyondEnd { offset, size });
        }
        let mut sink = FileSink::new(&mut file.file, 0);
        match self.download_version(&mut sink, remote, options, present, seen.as_ref()) {
            Ok(transferred) => {
                batch.add(file, time, begun, fsync)?;
                Ok(transferred)
            }
            Err(error) => {
                file.leave();
                Err(error)
            }
        }
    }

    /// Downloads a version of a file. Where the file became another one meanwhile, all of it is compared, and what differs
    /// is fetched.
    fn download_version(
        &mut self,
        sink: &mut dyn DownloadSink,
        remote: &[u8],
        options: GetOptions<'_>,
        present: u64,
        version: Option<&RemoteVersion>,
    ) -> Result<Transferred, Error> {
        let size = version.map(RemoteVersion::remote_size);
        let is_compared = options.verify;
        let moved = self.download_from(sink, remote, options, present, size)?;
        let Some(version) = version.filter(|_| !is_compared) else {
            return Ok(moved);
        };
        if !self.is_changed(remote, version)? {
            return Ok(moved);
        }
        let present = version.size.unwrap_or(0);
        let options = GetOptions::new().verify(true);
        let compared = self.download_from(sink, remote, options, present, size)?;
        Ok(Transferred {
            elapsed: moved.elapsed + compared.elapsed,
            attempts: moved.attempts + compared.attempts - 1,
            failures: [moved.failures, compared.failures].concat(),
            verified: compared.verified,
            ..moved
        })
    }

    /// Returns the time that a file gets. A server that does not tell it is no reason to fail.
    fn time_of(&mut self, remote: &[u8], time: FileTime) -> Result<Option<SystemTime>, Error> {
        match time {
            FileTime::Own => Ok(None),
            FileTime::Known(time) => Ok(Some(time)),
            FileTime::Ask => self.modified_or_none(remote),
        }
    }

    /// Returns true where the module's count proves a download, and the user wants that.
    fn trusts_downloads(&self) -> bool {
        let in_pieces = self.ways.of(Direction::Down) == TransferWay::Pieces;
        self.trust_count && self.dialect().counts_downloads() && !in_pieces
    }

    /// Downloads what cannot be fetched again from its start: for a writer, or behind what a file has.
    fn download(
        &mut self,
        sink: &mut dyn DownloadSink,
        remote: &[u8],
        options: GetOptions<'_>,
    ) -> Result<Transferred, Error> {
        // All of it is compared anyway, or no time is asked for.
        if options.verify || self.trusts_downloads() {
            return self.download_from(sink, remote, options, 0, None);
        }
        let version = self.version(remote, false)?;
        let size = Some(version.remote_size());
        let moved = self.download_from(sink, remote, options, 0, size)?;
        if self.is_changed(remote, &version)? {
            return Err(Error::Replaced { operation: "get" });
        }
        Ok(moved)
    }

    /// Downloads into a sink that has `present` bytes already. The size on the server was asked for, or not yet.
    fn download_from(
        &mut self,
        sink: &mut dyn DownloadSink,
        remote: &[u8],
        options: GetOptions<'_>,
        present: u64,
        size: Option<RemoteSize>,
    ) -> Result<Transferred, Error> {
        let GetOptions {
            offset,
            length,
            verify,
            progress,
            ..
        } = options;
        let mut request = DownloadRequest::for_dialect(self.dialect());
        request.offset = offset;
        request.length = length;
        request.present = present;
        request.read_back = verify;
        request.trusts_count = size.is_none() && self.trusts_downloads();
        let mut transfer = Transfer::download(self.now(), request, self.retry);
        if let Some(size) = size {
            transfer.done(self.now(), TransferOutcome::Size(size));
        }
        let mut run = TransferRun {
            client: self,
            remote,
            end: LocalEnd::Sink(sink),
            base: Some(offset),
            progress,
            length,
            total: None,
            begun: false,
        };
        if let Some(RemoteSize::Known(size)) = size {
            run.note_size(size);
        }
        run.run(transfer)
    }
}

/// A part that is open for a download.
struct OpenedPart {
    file: PartFile,
    /// Bytes of it that an earlier download left.
    present: u64,
    /// The size of the remote file, where the target has more.
    longer: Option<u64>,
}

/// Opens the part of a version, and gives it what the download starts with. Without a version it is not kept.
fn open_part(
    path: &Path,
    version: Option<&RemoteVersion>,
    part: PartMode,
) -> io::Result<OpenedPart> {
    let Some(version) = version else {
        return Ok(OpenedPart {
            file: PartFile::discarded(path)?,
            present: 0,
            longer: None,
        });
    };
    let mut file = PartFile::kept(path, version)?;
    let longer = version.size.filter(|size| file.target_len() > *size);
    match part {
        PartMode::Continue if longer.is_some() => {}
        PartMode::Continue => file.begin_with_target()?,
        _ => file.clear()?,
    }
    Ok(OpenedPart {
        present: file.len()?,
        file,
        longer,
    })
}
