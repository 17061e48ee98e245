//! One volume of the store, `UFS:`, `RAM:` or `SD:`, and how much fits into it.
//!
//! A look at the volume counts its bytes. In between the count follows each write, so that a long download does not
//! count the folder again with every piece. All that changes a size goes through here.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex};

use super::access::Access;
use super::file::File;
use super::folder::Folder;
use super::memory::Memory;
use crate::module::store::FileError;

#[derive(Debug)]
pub(super) enum VolumeFiles {
    Folder(Folder),
    Memory(Memory),
}

#[derive(Debug)]
pub(super) struct StoreVolume {
    files: VolumeFiles,
    limit: u64,
    used: u64,
    /// The bytes that are taken at most, where a fault wants that.
    most: Option<u64>,
}

/// A volume is shared with the sinks that write to it.
pub(super) type SharedVolume = Arc<Mutex<StoreVolume>>;

impl StoreVolume {
    pub(super) fn new(files: VolumeFiles, limit: u64) -> io::Result<Self> {
        let mut volume = StoreVolume {
            files,
            limit,
            used: 0,
            most: None,
        };
        volume.list()?;
        Ok(volume)
    }

    pub(super) fn limit(&self) -> u64 {
        self.limit
    }

    /// Returns names and sizes.
    pub(super) fn list(&mut self) -> io::Result<BTreeMap<Vec<u8>, u64>> {
        let files = match &self.files {
            VolumeFiles::Folder(folder) => folder.list()?,
            VolumeFiles::Memory(memory) => memory.list(),
        };
        self.used = files
            .values()
            .fold(0, |sum, size| sum.saturating_add(*size));
        Ok(files)
    }

    /// Returns the bytes that can still be written.
    pub(super) fn free(&mut self) -> io::Result<u64> {
        self.list()?;
        Ok(self.room())
    }

    pub(super) fn open(&mut self, name: &[u8], access: Access) -> Result<File, FileError> {
        if access != Access::Read {
            // What is about to be written or cut must be in the count.
            self.list().map_err(|_| FileError::Open)?;
        }
        match &mut self.files {
            VolumeFiles::Folder(folder) => folder.open(name, access),
            VolumeFiles::Memory(memory) => memory.open(name, access),
        }
    }

    pub(super) fn remove(&mut self, name: &[u8]) -> Result<(), FileError> {
        match &mut self.files {
            VolumeFiles::Folder(folder) => folder.remove(name),
            VolumeFiles::Memory(memory) => memory.remove(name),
        }
    }

    /// Returns how many of `length` bytes can be written to a file of this volume at `at`.
    pub(super) fn fits(&mut self, file: &File, at: u64, length: u64) -> io::Result<u64> {
        let size = file.size()?;
        if at.saturating_add(length).saturating_sub(size) > self.room() {
            // Another program may have removed a file since the last count.
            self.list()?;
        }
        let end = size.saturating_add(self.room());
        Ok(end.saturating_sub(at).min(length))
    }

    /// Writes what was found to fit; returns the size of the file now.
    pub(super) fn write(&mut self, file: &File, at: u64, data: &[u8]) -> io::Result<u64> {
        let before = file.size()?;
        file.write_at(data, at)?;
        let now = file.size()?;
        let grown = now.saturating_sub(before);
        self.used = self.used.saturating_add(grown);
        self.most = self.most.map(|most| most.saturating_sub(grown));
        Ok(now)
    }

    /// Cuts the file to `size` bytes.
    pub(super) fn cut(&mut self, file: &File, size: u64) -> io::Result<()> {
        let before = file.size()?;
        file.cut(size)?;
        self.used = self
            .used
            .saturating_sub(before.saturating_sub(file.size()?));
        Ok(())
    }

    /// Limits the bytes that are taken from now on.
    pub(super) fn set_room(&mut self, bytes: Option<u64>) {
        self.most = bytes;
    }

    fn room(&self) -> u64 {
        let free = self.limit.saturating_sub(self.used);
        self.most.map_or(free, |most| most.min(free))
    }
}
