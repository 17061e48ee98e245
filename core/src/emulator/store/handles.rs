//! The files that QFOPEN opened, their numbers and pointers (COMMON 1.1, 1.2).

use std::collections::BTreeMap;
use std::io;

use super::claims::Claim;
use super::file::File;
use super::lock::locked;
use super::volume::SharedVolume;
use crate::module::store::{FileAnswer, FileError, OpenMode, SeekFrom};

/// So many files can be open at once. The manuals name error 413, not the number.
pub(super) const MAX_OPEN: usize = 10;

#[derive(Debug)]
pub(super) struct OpenFile {
    pub(super) claim: Claim,
    pub(super) volume: SharedVolume,
    pub(super) file: File,
    pub(super) mode: OpenMode,
    pub(super) position: u64,
}

/// The open files. Numbers count from 0, as in the BG96 manual's sample; the lowest that is free is given.
#[derive(Debug, Default)]
pub(super) struct Handles {
    open: BTreeMap<u32, OpenFile>,
}

impl Handles {
    /// Returns an error where no more file can be opened.
    pub(super) fn check_room(&self) -> Result<(), FileError> {
        if self.open.len() < MAX_OPEN {
            Ok(())
        } else {
            Err(FileError::TooManyOpen)
        }
    }

    pub(super) fn insert(&mut self, file: OpenFile) -> Result<u32, FileError> {
        self.check_room()?;
        let free = (0..=u32::MAX).find(|number| !self.open.contains_key(number));
        let number = free.ok_or(FileError::TooManyOpen)?;
        self.open.insert(number, file);
        Ok(number)
    }

    pub(super) fn get(&mut self, handle: u32) -> Result<&mut OpenFile, FileError> {
        self.open.get_mut(&handle).ok_or(FileError::Handle)
    }

    pub(super) fn close(&mut self, handle: u32) -> Result<(), FileError> {
        self.open.remove(&handle).map(drop).ok_or(FileError::Handle)
    }

    pub(super) fn list(&self) -> FileAnswer {
        let line = |(number, file): (&u32, &OpenFile)| {
            (file.claim.name().clone(), *number, file.mode.number())
        };
        FileAnswer::Handles(self.open.iter().map(line).collect())
    }
}

impl OpenFile {
    pub(super) fn read(&mut self, length: Option<u64>) -> Result<Vec<u8>, FileError> {
        let left = self.left()?;
        let length = length.map_or(left, |length| length.min(left));
        let length = usize::try_from(length).map_err(|_| FileError::TooLarge)?;
        let mut data = Vec::new();
        data.try_reserve_exact(length)
            .map_err(|_| FileError::TooLarge)?;
        data.resize(length, 0);
        let mut filled = 0;
        while filled < length {
            let at = self.position + filled as u64;
            match self.file.read_at(&mut data[filled..], at) {
                Ok(0) => break, // another program cut the file
                Ok(count) => filled += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(_) => return Err(FileError::Read),
            }
        }
        data.truncate(filled);
        self.position += filled as u64;
        Ok(data)
    }

    /// Writes all or nothing; gives the size of the file now.
    pub(super) fn write(&mut self, data: &[u8]) -> Result<u64, FileError> {
        self.check_writable()?;
        let length = data.len() as u64;
        let mut volume = locked(&self.volume);
        let fits = volume
            .fits(&self.file, self.position, length)
            .map_err(|_| FileError::Write)?;
        if fits < length {
            return Err(FileError::DriveFull);
        }
        let total = volume
            .write(&self.file, self.position, data)
            .map_err(|error| match error.kind() {
                io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => FileError::DriveFull,
                _ => FileError::Write,
            })?;
        self.position += length;
        Ok(total)
    }

    /// Moves the pointer, from the end towards the front; one that would leave the file stays where it is.
    pub(super) fn seek(&mut self, offset: u64, from: SeekFrom) -> Result<(), FileError> {
        let size = self.size()?;
        let target = match from {
            SeekFrom::Start => Some(offset),
            SeekFrom::Current => self.position.checked_add(offset),
            SeekFrom::End => size.checked_sub(offset),
        };
        self.position = target
            .filter(|target| *target <= size)
            .ok_or(FileError::BeyondEnd)?;
        Ok(())
    }

    pub(super) fn left(&self) -> Result<u64, FileError> {
        Ok(self.size()?.saturating_sub(self.position))
    }

    /// Cuts what is behind the pointer.
    pub(super) fn truncate(&mut self) -> Result<(), FileError> {
        self.check_writable()?;
        locked(&self.volume)
            .cut(&self.file, self.position)
            .map_err(|_| FileError::Write)
    }

    fn size(&self) -> Result<u64, FileError> {
        self.file.size().map_err(|_| FileError::Read)
    }

    fn check_writable(&self) -> Result<(), FileError> {
        match self.mode {
            OpenMode::CreateOrOpen | OpenMode::CreateOrEmpty => Ok(()),
            OpenMode::ReadOnly => Err(FileError::ReadOnly),
        }
    }
}
