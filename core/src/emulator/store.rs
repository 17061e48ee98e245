//! The file store behind an emulator: `UFS:` and `SD:` are folders on disk, `RAM:` is memory (COMMON 1).
//!
//! File commands come as [`FileRequest`]s to [`FileStore::handle`]. A transfer between a file and a data connection
//! takes a [`Source`] or a [`Sink`], which work on while the store answers other requests. Each volume has a size
//! limit, and a name never leaves its folder.
//!
//! Only on Unix: it stands on descriptors of folders, from which a name is looked up.

mod access;
mod claims;
mod file;
mod folder;
mod handles;
mod lock;
mod memory;
mod temporary_folder;
mod transfer_file;
mod volume;

use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

pub use self::temporary_folder::TemporaryFolder;
pub use self::transfer_file::{ClaimedSink, Sink, Source};

use self::access::Access;
use self::claims::Claims;
use self::folder::Folder;
use self::handles::{Handles, OpenFile};
use self::lock::locked;
use self::memory::Memory;
use self::volume::{SharedVolume, StoreVolume, VolumeFiles};
use crate::module::store::{FileAnswer, FileError, FileRequest, LocalName, OpenMode, Volume};

/// The folders of a store and the sizes of its volumes.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs)] // for the tests of this package alone
pub struct StoreOptions {
    /// Folder of `UFS:`, made if it is not there. `None` is a folder of the store's own, removed with it.
    pub ufs: Option<PathBuf>,
    /// Folder of `SD:`, the same.
    pub sd: Option<PathBuf>,
    /// Bytes that fit into `UFS:`.
    pub ufs_limit: u64,
    /// Bytes that fit into `SD:`.
    pub sd_limit: u64,
    /// Bytes that fit into `RAM:`.
    pub ram_limit: u64,
}

impl Default for StoreOptions {
    /// Returns 64 MiB of flash, a card of 1 GiB, 16 MiB of memory. A real module took 58 MB into its flash (FIELD 2.3).
    fn default() -> Self {
        StoreOptions {
            ufs: None,
            sd: None,
            ufs_limit: 64 << 20,
            sd_limit: 1 << 30,
            ram_limit: 16 << 20,
        }
    }
}

/// The files of one emulator.
#[derive(Debug)]
pub struct FileStore {
    ufs: SharedVolume,
    sd: SharedVolume,
    ram: SharedVolume,
    claims: Claims,
    handles: Handles,
}

impl FileStore {
    /// Opens the folders and makes those that are not there.
    ///
    /// # Errors
    ///
    /// A folder cannot be used; the error names it.
    pub fn new(options: StoreOptions) -> io::Result<Self> {
        let folder = |storage, path: Option<PathBuf>, limit| {
            let folder = match path {
                Some(path) => Folder::at(storage, &path)?,
                None => Folder::throwaway(storage)?,
            };
            shared(VolumeFiles::Folder(folder), limit)
        };
        Ok(FileStore {
            ufs: folder(Volume::Ufs, options.ufs, options.ufs_limit)?,
            sd: folder(Volume::Sd, options.sd, options.sd_limit)?,
            ram: shared(VolumeFiles::Memory(Memory::default()), options.ram_limit)?,
            claims: Claims::default(),
            handles: Handles::default(),
        })
    }

    /// Carries out a request.
    ///
    /// # Errors
    ///
    /// [`FileError`] says why it cannot be carried out, as the module prints it.
    pub fn handle(&mut self, request: FileRequest) -> Result<FileAnswer, FileError> {
        match request {
            FileRequest::Space(storage) => self.space(storage),
            FileRequest::Usage => self.usage(),
            FileRequest::List { storage, name } => self.list(storage, name),
            FileRequest::Delete { storage, name } => self.delete(storage, name),
            FileRequest::Open { name, mode } => self.open(&name, mode),
            FileRequest::Create { name, size } => self.create(&name, size),
            FileRequest::Read { handle, length } => {
                self.handles.get(handle)?.read(length).map(FileAnswer::Data)
            }
            FileRequest::Write { handle, data } => {
                let total = self.handles.get(handle)?.write(&data)?;
                let written = data.len() as u64;
                Ok(FileAnswer::Written { written, total })
            }
            FileRequest::Seek {
                handle,
                offset,
                from,
            } => done(self.handles.get(handle)?.seek(offset, from)),
            FileRequest::Position(handle) => {
                Ok(FileAnswer::Position(self.handles.get(handle)?.position))
            }
            FileRequest::Left(handle) => self.handles.get(handle)?.left().map(FileAnswer::Left),
            FileRequest::Truncate(handle) => done(self.handles.get(handle)?.truncate()),
            FileRequest::Close(handle) => done(self.handles.close(handle)),
            FileRequest::Handles => Ok(self.handles.list()),
        }
    }

    /// Lets no volume take more than so many bytes from now on; `None` is as many as fit.
    pub fn set_room(&mut self, bytes: Option<u64>) {
        for volume in [&self.ufs, &self.sd, &self.ram] {
            locked(volume).set_room(bytes);
        }
    }

    /// Restarts with the module: closes all files and empties `RAM:`.
    pub fn restart(&mut self) {
        self.handles = Handles::default();
        let all = FileRequest::Delete {
            storage: Volume::Ram,
            name: None,
        };
        // It fails where there is nothing to delete.
        let _ = self.handle(all);
    }

    /// Opens a file for an upload that starts at byte `from`, which may be its end but not behind that.
    ///
    /// # Errors
    ///
    /// The file is in use, is not there, or ends before `from`.
    pub fn open_source(&self, name: &LocalName, from: u64) -> Result<Source, FileError> {
        name.check()?;
        let claim = self.claims.claim(name)?;
        let file = locked(self.volume(name.storage)).open(&name.name, Access::Read)?;
        let size = file.size().map_err(|_| FileError::Read)?;
        if from > size {
            return Err(FileError::BeyondEnd);
        }
        Ok(Source {
            _claim: claim,
            file,
            position: from,
            size,
        })
    }

    /// Claims a file as the target of a download that starts at `offset`, and changes nothing. At another offset than 0
    /// the file must be there and be at least so long.
    ///
    /// # Errors
    ///
    /// The file is in use, cannot be written, or ends before `offset`.
    pub fn claim_sink(&self, name: &LocalName, offset: u64) -> Result<ClaimedSink, FileError> {
        name.check()?;
        let claim = self.claims.claim(name)?;
        let volume = self.volume(name.storage).clone();
        match locked(&volume).open(&name.name, Access::Change) {
            Ok(file) if offset > file.size().map_err(|_| FileError::Open)? => {
                return Err(FileError::BeyondEnd);
            }
            Err(FileError::NotFound) if offset == 0 => {}
            opened => drop(opened?),
        }
        Ok(ClaimedSink {
            claim,
            volume,
            offset,
        })
    }

    fn volume(&self, storage: Volume) -> &SharedVolume {
        match storage {
            Volume::Ufs => &self.ufs,
            Volume::Ram => &self.ram,
            Volume::Sd => &self.sd,
        }
    }

    fn space(&self, storage: Volume) -> Result<FileAnswer, FileError> {
        let mut volume = locked(self.volume(storage));
        let free = volume.free().map_err(|_| FileError::DiskInformation)?;
        let total = volume.limit();
        Ok(FileAnswer::Space { free, total })
    }

    fn usage(&self) -> Result<FileAnswer, FileError> {
        let files = locked(&self.ufs)
            .list()
            .map_err(|_| FileError::DiskInformation)?;
        Ok(FileAnswer::Usage {
            bytes: files
                .values()
                .fold(0, |sum, size| sum.saturating_add(*size)),
            files: files.len() as u64,
        })
    }

    fn list(&self, storage: Volume, name: Option<Vec<u8>>) -> Result<FileAnswer, FileError> {
        let files = locked(self.volume(storage))
            .list()
            .map_err(|_| FileError::List)?;
        let named = |name| LocalName { storage, name };
        let Some(name) = name.map(named) else {
            let all = files.into_iter().map(|(name, size)| (named(name), size));
            return Ok(FileAnswer::Files(all.collect()));
        };
        name.check()?;
        let size = *files.get(&name.name).ok_or(FileError::NotFound)?;
        Ok(FileAnswer::Files(vec![(name, size)]))
    }

    /// Removes one file or all. If any of them is in use, none is removed.
    fn delete(&self, storage: Volume, name: Option<Vec<u8>>) -> Result<FileAnswer, FileError> {
        let mut volume = locked(self.volume(storage));
        let names = match name {
            Some(name) => vec![name],
            None => volume
                .list()
                .map_err(|_| FileError::Delete)?
                .into_keys()
                .collect(),
        };
        let mut claims = Vec::with_capacity(names.len());
        for name in names {
            let name = LocalName { storage, name };
            name.check()?;
            claims.push(self.claims.claim(&name)?);
        }
        for claim in &claims {
            volume.remove(&claim.name().name)?;
        }
        Ok(FileAnswer::Removed(claims.len()))
    }

    fn open(&mut self, name: &LocalName, mode: OpenMode) -> Result<FileAnswer, FileError> {
        let access = match mode {
            OpenMode::CreateOrOpen | OpenMode::CreateOrEmpty => Access::ChangeOrNew,
            OpenMode::ReadOnly => Access::Read,
        };
        self.open_handle(name, mode, access)
    }

    fn create(&mut self, name: &LocalName, size: u64) -> Result<FileAnswer, FileError> {
        name.check()?;
        let free = {
            let mut volume = locked(self.volume(name.storage));
            let files = volume.list().map_err(|_| FileError::Open)?;
            if files.contains_key(&name.name) {
                return Err(FileError::Exists);
            }
            volume.free().map_err(|_| FileError::Open)?
        };
        if size > free {
            return Err(FileError::NoSpace);
        }
        self.open_handle(name, OpenMode::CreateOrEmpty, Access::New)
    }

    fn open_handle(
        &mut self,
        name: &LocalName,
        mode: OpenMode,
        access: Access,
    ) -> Result<FileAnswer, FileError> {
        name.check()?;
        let claim = self.claims.claim(name)?;
        self.handles.check_room()?;
        let volume = self.volume(name.storage).clone();
        let file = {
            let mut volume = locked(&volume);
            let file = volume.open(&name.name, access)?;
            if mode == OpenMode::CreateOrEmpty {
                volume.cut(&file, 0).map_err(|_| FileError::Write)?;
            }
            file
        };
        let handle = self.handles.insert(OpenFile {
            claim,
            volume,
            file,
            mode,
            position: 0,
        })?;
        Ok(FileAnswer::Handle(handle))
    }
}

fn shared(files: VolumeFiles, limit: u64) -> io::Result<SharedVolume> {
    Ok(Arc::new(Mutex::new(StoreVolume::new(files, limit)?)))
}

fn done(result: Result<(), FileError>) -> Result<FileAnswer, FileError> {
    result.map(|()| FileAnswer::Done)
}
