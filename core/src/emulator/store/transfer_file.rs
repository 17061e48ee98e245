//! A file as one end of a transfer: the source of an upload, the target of a download.

use std::io;

use super::access::Access;
use super::claims::Claim;
use super::file::File;
use super::lock::locked;
use super::volume::SharedVolume;
use crate::module::store::FileError;

/// The source of an upload: a file of the store, from an offset on. The file is in use until this is dropped.
#[derive(Debug)]
pub struct Source {
    pub(super) _claim: Claim,
    pub(super) file: File,
    pub(super) position: u64,
    pub(super) size: u64,
}

impl Source {
    /// Returns the size of the whole file when it was opened.
    pub fn size(&self) -> u64 {
        self.size
    }
}

impl io::Read for Source {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read_at(buffer, self.position)?;
        self.position += count as u64;
        Ok(count)
    }
}

/// A file that a download may change once the server sends it. Until then it stays as it is, and is in use.
#[derive(Debug)]
pub struct ClaimedSink {
    pub(super) claim: Claim,
    pub(super) volume: SharedVolume,
    pub(super) offset: u64,
}

impl ClaimedSink {
    /// Makes the file where it is missing, and cuts what lies behind the offset.
    ///
    /// # Errors
    ///
    /// The file cannot be made, or ends before the offset by now.
    pub fn open(self) -> Result<Sink, FileError> {
        let access = match self.offset {
            0 => Access::ChangeOrNew,
            _ => Access::Change,
        };
        let mut volume = locked(&self.volume);
        let file = volume.open(&self.claim.name().name, access)?;
        if self.offset > file.size().map_err(|_| FileError::Open)? {
            return Err(FileError::BeyondEnd);
        }
        volume
            .cut(&file, self.offset)
            .map_err(|_| FileError::Write)?;
        drop(volume);
        Ok(Sink {
            _claim: self.claim,
            volume: self.volume,
            file,
            position: self.offset,
        })
    }
}

/// The target of a download: a file of the store, from an offset on. The file is in use until this is dropped.
///
/// Once the volume is full, a write fails with [`io::ErrorKind::StorageFull`]; what fitted stays.
#[derive(Debug)]
pub struct Sink {
    pub(super) _claim: Claim,
    pub(super) volume: SharedVolume,
    pub(super) file: File,
    pub(super) position: u64,
}

impl Sink {
    /// Returns the size of the file so far: the offset of the next byte.
    pub fn position(&self) -> u64 {
        self.position
    }
}

impl io::Write for Sink {
    fn write(&mut self, data: &[u8]) -> io::Result<usize> {
        let mut volume = locked(&self.volume);
        let fits = volume.fits(&self.file, self.position, data.len() as u64)?;
        let fitting = usize::try_from(fits)
            .ok()
            .and_then(|fits| data.get(..fits))
            .unwrap_or(data);
        if fitting.is_empty() && !data.is_empty() {
            return Err(io::ErrorKind::StorageFull.into());
        }
        volume.write(&self.file, self.position, fitting)?;
        self.position += fitting.len() as u64;
        Ok(fitting.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
