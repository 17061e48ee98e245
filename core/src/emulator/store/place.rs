//! One place of the store, `UFS:`, `RAM:` or `SD:`, and how much fits into it.
//!
//! What lies there is counted when the place is looked at, and in between the count follows each write, so that a
//! long download does not count the folder again with every piece. All that changes a size goes through here.

use std::collections::BTreeMap;
use std::io;

use super::file::File;
use super::folder::Folder;
use super::memory::Memory;
use crate::module::store::FileError;

/// What is to be done with a file, and so whether it must be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Access {
    /// Read one that is there.
    Read,
    /// Read and write one that is there.
    Change,
    /// Read and write, a new one if none is there.
    ChangeOrNew,
    /// Read and write one that must not be there yet.
    New,
}

#[derive(Debug)]
pub(super) enum Files {
    Folder(Folder),
    Memory(Memory),
}

#[derive(Debug)]
pub(super) struct Place {
    files: Files,
    limit: u64,
    used: u64,
}

impl Place {
    pub(super) fn new(files: Files, limit: u64) -> io::Result<Self> {
        let mut place = Place {
            files,
            limit,
            used: 0,
        };
        place.list()?;
        Ok(place)
    }

    pub(super) fn limit(&self) -> u64 {
        self.limit
    }

    /// Names and sizes.
    pub(super) fn list(&mut self) -> io::Result<BTreeMap<Vec<u8>, u64>> {
        let files = match &self.files {
            Files::Folder(folder) => folder.list()?,
            Files::Memory(memory) => memory.list(),
        };
        self.used = files
            .values()
            .fold(0, |sum, size| sum.saturating_add(*size));
        Ok(files)
    }

    /// Bytes that can still be written.
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
            Files::Folder(folder) => folder.open(name, access),
            Files::Memory(memory) => memory.open(name, access),
        }
    }

    pub(super) fn remove(&mut self, name: &[u8]) -> Result<(), FileError> {
        match &mut self.files {
            Files::Folder(folder) => folder.remove(name),
            Files::Memory(memory) => memory.remove(name),
        }
    }

    /// How many of `length` bytes can be written to a file of this place at `at`.
    pub(super) fn fits(&mut self, file: &File, at: u64, length: u64) -> io::Result<u64> {
        let size = file.size()?;
        if at.saturating_add(length).saturating_sub(size) > self.room() {
            // Somebody else may have removed a file since the last count.
            self.list()?;
        }
        let end = size.saturating_add(self.room());
        Ok(end.saturating_sub(at).min(length))
    }

    /// Writes what was found to fit; gives the size of the file now.
    pub(super) fn write(&mut self, file: &File, at: u64, data: &[u8]) -> io::Result<u64> {
        let before = file.size()?;
        file.write_at(data, at)?;
        let now = file.size()?;
        self.used = self.used.saturating_add(now.saturating_sub(before));
        Ok(now)
    }

    /// Cuts what is behind `size`.
    pub(super) fn cut(&mut self, file: &File, size: u64) -> io::Result<()> {
        let before = file.size()?;
        file.cut(size)?;
        self.used = self
            .used
            .saturating_sub(before.saturating_sub(file.size()?));
        Ok(())
    }

    fn room(&self) -> u64 {
        self.limit.saturating_sub(self.used)
    }
}
