//! Downloads. A get into a file goes to a temporary name beside the target and is renamed when complete.

use std::fmt;
use std::io::Write;
use std::path::Path;
use std::time::SystemTime;

use super::connection::Client;
use super::endpoints::{DownloadSink, FileSink, LocalEnd};
use super::error::Error;
use super::local_file::{into_place, local, open_continued};
use super::part_file::{PartFile, RemoteVersion};
use super::support::Task;
use super::transfer::{Progress, Transferred};
use super::transfer_run::TransferRun;
use super::writer_sink::WriterSink;
use crate::ErrorKind;
use crate::dialect::Direction;
use crate::host::TransferWay;
use crate::transfer::{DownloadRequest, FIRST_PIECE, RemoteSize, Transfer, TransferOutcome};

/// Options of a download, as a builder.
#[derive(Default)]
pub struct GetOptions<'a> {
    offset: u64,
    length: Option<u64>,
    part: PartMode,
    verify: bool,
    no_fsync: bool,
    time: FileTime,
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

    /// Sets whether [`Client::get_file`] gives the file the time of the remote one, where dialect and server tell it.
    pub fn keep_time(mut self, keep_time: bool) -> Self {
        self.time = if keep_time {
            FileTime::Ask
        } else {
            FileTime::Own
        };
        self
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
        let mut sink = WriterSink::new(sink, self.ends_downloads(), options.verify);
        self.download(&mut sink, remote, options)
    }

    /// Downloads into a file. With offset 0 the bytes go to a file beside it, [`GetOptions::part`], which takes its place
    /// when complete; otherwise the file is cut to `offset` bytes and continued.
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
        let GetOptions { offset, part, .. } = options;
        let fsync = !options.no_fsync;
        let time = self.time_of(remote, options.time)?;
        if offset > 0 {
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
            return Ok(transferred);
        }
        // Without the size a part is of no use.
        let leaves_none = part == PartMode::Leave && self.trusts_downloads();
        if part == PartMode::Discard || leaves_none {
            return into_place(path, fsync, time, |file| {
                self.download(&mut FileSink::new(file, 0), remote, options)
            });
        }
        let version = self.version(remote, part)?;
        let size = version.size.map_or(RemoteSize::Unknown, RemoteSize::Known);
        let open = || {
            let mut kept = PartFile::kept(path, &version)?;
            let longer = version.size.filter(|size| kept.target_len() > *size);
            match part {
                PartMode::Continue if longer.is_some() => {}
                PartMode::Continue => kept.begin_with_target()?,
                _ => kept.clear()?,
            }
            let present = kept.len()?;
            Ok((kept, present, longer))
        };
        let (mut kept, present, longer) = open().map_err(|error| local(path, &error))?;
        // A target that has more than the file is another one: it is not replaced by a call that is to continue it.
        if let (PartMode::Continue, Some(size)) = (part, longer) {
            let offset = kept.target_len();
            kept.leave();
            return Err(Error::OffsetBeyondEnd { offset, size });
        }
        let mut sink = FileSink::new(&mut kept.file, 0);
        match self.download_from(&mut sink, remote, options, present, Some(size)) {
            Ok(transferred) => {
                kept.take_place(fsync, time)
                    .map_err(|error| local(path, &error))?;
                Ok(transferred)
            }
            Err(error) => {
                kept.leave();
                Err(error)
            }
        }
    }

    /// Returns the time that a file gets. A server that does not tell it is no reason to fail.
    fn time_of(&mut self, remote: &[u8], time: FileTime) -> Result<Option<SystemTime>, Error> {
        match time {
            FileTime::Own => Ok(None),
            FileTime::Known(time) => Ok(Some(time)),
            FileTime::Ask => self.modified_or_none(remote),
        }
    }

    /// Returns what tells this version of a remote file from another one. The time is asked for only where a part can be
    /// of use: where the file is larger than a first piece, or continued.
    fn version(&mut self, remote: &[u8], part: PartMode) -> Result<RemoteVersion, Error> {
        let size = match self.size(remote) {
            Ok(size) => Some(size),
            Err(error) if error.leaves_size_open() => None,
            Err(error) => return Err(error),
        };
        let asks = part == PartMode::Continue || size.is_some_and(|size| size > FIRST_PIECE);
        let modified = if asks && Task::Modified.check(self.dialect()).is_ok() {
            // Asked once: a module that never answers this has the file all the same.
            match self.mdtm_once(remote) {
                Ok(time) => Some(time),
                Err(error) if error.is_ftp_failure() => None,
                Err(error) if error.kind() == ErrorKind::NoAnswer => None,
                Err(error) => return Err(error),
            }
        } else {
            None
        };
        Ok(RemoteVersion { size, modified })
    }

    /// Returns true where the module's count proves a download, and the user wants that.
    fn trusts_downloads(&self) -> bool {
        let in_pieces = self.ways.of(Direction::Down) == TransferWay::Pieces;
        self.trust_count && self.dialect().counts_downloads() && !in_pieces
    }

    fn download(
        &mut self,
        sink: &mut dyn DownloadSink,
        remote: &[u8],
        options: GetOptions<'_>,
    ) -> Result<Transferred, Error> {
        self.download_from(sink, remote, options, 0, None)
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
        if length.is_some() {
            Task::GetPart.check(self.dialect())?;
        }
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
