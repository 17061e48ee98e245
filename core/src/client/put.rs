//! Uploads. A put is finished when the size on the server equals the size sent.
//!
//! What fails on the way and may pass is tried again, from the last byte that is known to be in place:
//! [`transfer`](crate::transfer) has the rules.

use std::fmt;
use std::io::Read;
use std::path::Path;

use super::composed;
use super::connection::Client;
use super::endpoints::{FileSource, LocalEnd, ReplaySource, UploadSource};
use super::error::Error;
use super::local_file::{LocalSource, open_source};
use super::transfer::{Progress, Transferred};
use super::transfer_run::TransferRun;
use crate::dialect::Direction;
use crate::host::TransferWay;
use crate::transfer::{Transfer, UploadRequest, UploadStart};

/// Place of an upload in the remote file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum PutMode {
    /// Replace the file, or make it.
    #[default]
    Replace,
    /// Add to the end of the file, or make it.
    Append,
    /// Continue after so many bytes, which are on the server already. Where the source is a file, the last of them are
    /// fetched and compared before more is sent.
    Resume(u64),
    /// Continue what an earlier upload of the same file left, or begin. The end of it is fetched and compared first; where
    /// it differs, the upload starts over. Only for files.
    Continue,
}

/// Options of an upload, as a builder.
#[derive(Default)]
pub struct PutOptions<'a> {
    mode: PutMode,
    verify: bool,
    atomic: bool,
    create_dirs: bool,
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

    /// Reads all that was sent back at the end and compares it, which costs as much line time as the upload. A source that
    /// is no file is kept in memory for it. Where a byte differs, the upload goes on before it, as often as retries are
    /// left, and else ends with [`Error::ContentDiffers`].
    pub fn verify(mut self, verify: bool) -> Self {
        self.verify = verify;
        self
    }

    /// Uploads under another name, `.NAME.part` beside the file, and renames it at the end: others never see a part of the
    /// file, and an upload that fails leaves the old one. It stays under that name then, and [`PutMode::Continue`] goes on
    /// with it. For whole files, on servers whose rename replaces a file, as those on Unix do; another one refuses, and the
    /// old file stays. The file belongs to who uploads it, with new permissions.
    pub fn atomic(mut self, atomic: bool) -> Self {
        self.atomic = atomic;
        self
    }

    /// Makes the directories above the file where they are missing: when the server refuses the file, which costs nothing
    /// where they are there.
    pub fn create_dirs(mut self, create_dirs: bool) -> Self {
        self.create_dirs = create_dirs;
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
            .field("verify", &self.verify)
            .field("atomic", &self.atomic)
            .field("create_dirs", &self.create_dirs)
            .field("progress", &self.progress.is_some())
            .finish()
    }
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
        let start = match options.mode {
            PutMode::Replace => UploadStart::At(0),
            PutMode::Resume(offset) => UploadStart::At(offset),
            PutMode::Append => UploadStart::End,
            PutMode::Continue => return Err(Error::not_a_file("continue")),
        };
        let mut source = ReplaySource::new(source, options.verify);
        self.upload(&mut source, size, remote, start, options)
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
        let (file, size) = match open_source(path)? {
            LocalSource::Seekable(file, size) => (file, size),
            LocalSource::Stream(mut file) => return self.put(&mut file, None, remote, options),
        };
        let start = match options.mode {
            PutMode::Replace | PutMode::Resume(0) => UploadStart::At(0),
            PutMode::Append => UploadStart::End,
            PutMode::Resume(offset) if offset > size => {
                return Err(Error::OffsetBeyondEnd { offset, size });
            }
            PutMode::Resume(offset) => UploadStart::Behind(offset),
            PutMode::Continue => UploadStart::Continue,
        };
        let mut source = FileSource::new(file);
        self.upload(&mut source, Some(size), remote, start, options)
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

    fn upload(
        &mut self,
        source: &mut dyn UploadSource,
        size: Option<u64>,
        remote: &[u8],
        start: UploadStart,
        options: PutOptions<'_>,
    ) -> Result<Transferred, Error> {
        let create_dirs = options.create_dirs;
        if !options.atomic {
            return self.upload_into(create_dirs, source, size, remote, start, options);
        }
        let is_whole = matches!(start, UploadStart::At(0) | UploadStart::Continue);
        let temporary = self.begin_atomic(remote, is_whole)?;
        let moved = self.upload_into(create_dirs, source, size, &temporary, start, options)?;
        self.end_atomic(&temporary, remote, &moved)?;
        Ok(moved)
    }

    /// Uploads once. Where the server refuses the file, makes the directories above it if that is asked for, and uploads again.
    fn upload_into(
        &mut self,
        create_dirs: bool,
        source: &mut dyn UploadSource,
        size: Option<u64>,
        remote: &[u8],
        start: UploadStart,
        mut options: PutOptions<'_>,
    ) -> Result<Transferred, Error> {
        if !create_dirs {
            return self.upload_either(source, size, remote, start, options);
        }
        let first = PutOptions {
            progress: (options.progress.as_mut()).map(|progress| &mut **progress as Progress<'_>),
            ..options
        };
        let result = self.upload_either(source, size, remote, start, first);
        let (directory, _) = composed::split(remote);
        match result {
            Err(error) if error.is_refusal() && self.enters(directory)? == Some(false) => {
                self.mkdir_all(directory)?;
                self.upload_either(source, size, remote, start, options)
            }
            other => other,
        }
    }

    /// Uploads in the way of the dialect, or in the other one that its module turns out to need.
    fn upload_either(
        &mut self,
        source: &mut dyn UploadSource,
        size: Option<u64>,
        remote: &[u8],
        start: UploadStart,
        options: PutOptions<'_>,
    ) -> Result<Transferred, Error> {
        let way = self.ways.of(Direction::Up);
        let mut progress = options.progress;
        let first = progress
            .as_mut()
            .map(|progress| &mut **progress as Progress<'_>);
        let result = self.upload_in(way, source, size, remote, start, options.verify, first);
        let found = self.ways.of(Direction::Up);
        if result.is_ok() || found == way {
            return result;
        }
        // The first way was refused before anything was sent.
        self.upload_in(found, source, size, remote, start, options.verify, progress)
    }

    #[allow(clippy::too_many_arguments)] // all of one upload
    fn upload_in(
        &mut self,
        way: TransferWay,
        source: &mut dyn UploadSource,
        size: Option<u64>,
        remote: &[u8],
        start: UploadStart,
        verify: bool,
        progress: Option<Progress<'_>>,
    ) -> Result<Transferred, Error> {
        let in_pieces = way == TransferWay::Pieces;
        let mut request = UploadRequest::for_dialect(self.dialect(), start, size);
        request.joins_pieces |= in_pieces;
        request.counts_bytes |= in_pieces;
        request.begins_anew = in_pieces;
        if in_pieces {
            source.keep_all();
        }
        request.read_back = verify;
        request.trusts_count = self.trust_count;
        let base = match start {
            UploadStart::At(offset) => Some(offset),
            UploadStart::Behind(_) | UploadStart::Continue => Some(0),
            UploadStart::End => None,
        };
        let transfer = Transfer::upload(self.now(), request, self.retry);
        let run = TransferRun {
            client: self,
            remote,
            end: LocalEnd::Source(source, size),
            base,
            progress,
            length: None,
            total: size,
            begun: false,
        };
        run.run(transfer)
    }
}
