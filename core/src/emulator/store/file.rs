//! One open file of the store: on disk, or bytes in memory that all who hold it share.

use std::fs;
use std::io;
use std::os::unix::fs::FileExt;
use std::sync::{Arc, Mutex};

use super::lock::locked;

/// The content of a file in memory.
pub(super) type Bytes = Arc<Mutex<Vec<u8>>>;

#[derive(Debug)]
pub(super) enum File {
    Disk(fs::File),
    Memory(Bytes),
}

impl File {
    pub(super) fn size(&self) -> io::Result<u64> {
        match self {
            File::Disk(file) => Ok(file.metadata()?.len()),
            File::Memory(bytes) => Ok(locked(bytes).len() as u64),
        }
    }

    /// Reads at an offset, as [`io::Read::read`] does: nothing at the end and past it.
    pub(super) fn read_at(&self, buffer: &mut [u8], at: u64) -> io::Result<usize> {
        match self {
            File::Disk(file) => file.read_at(buffer, at),
            File::Memory(bytes) => {
                let bytes = locked(bytes);
                let rest = usize::try_from(at)
                    .ok()
                    .and_then(|at| bytes.get(at..))
                    .unwrap_or_default();
                let count = rest.len().min(buffer.len());
                buffer[..count].copy_from_slice(&rest[..count]);
                Ok(count)
            }
        }
    }

    /// Writes all of `data`. After an error the file is no longer than it was.
    pub(super) fn write_at(&self, data: &[u8], at: u64) -> io::Result<()> {
        match self {
            File::Disk(file) => {
                let before = file.metadata()?.len();
                file.write_all_at(data, at).inspect_err(|_| {
                    // Half a write is worse than none; if the cut fails too, the first error still says why.
                    let _ = file.set_len(before);
                })
            }
            File::Memory(bytes) => {
                let mut bytes = locked(bytes);
                let full = || io::Error::from(io::ErrorKind::StorageFull);
                let at = usize::try_from(at).map_err(|_| full())?;
                let end = at.checked_add(data.len()).ok_or_else(full)?;
                if end > bytes.len() {
                    let more = end - bytes.len();
                    bytes.try_reserve(more).map_err(|_| full())?;
                    bytes.resize(end, 0);
                }
                bytes[at..end].copy_from_slice(data);
                Ok(())
            }
        }
    }

    /// Cuts what is behind `size`; a file that is shorter stays as it is.
    pub(super) fn cut(&self, size: u64) -> io::Result<()> {
        match self {
            File::Disk(file) if file.metadata()?.len() > size => file.set_len(size),
            File::Disk(_) => Ok(()),
            File::Memory(bytes) => {
                if let Ok(size) = usize::try_from(size) {
                    locked(bytes).truncate(size);
                }
                Ok(())
            }
        }
    }
}
