//! A file as one end of a transfer: the source of an upload, the target of a download.

use std::io;

use super::claims::Claim;
use super::file::File;
use super::lock::locked;
use super::volume::SharedVolume;

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
