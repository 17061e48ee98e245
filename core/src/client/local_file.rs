//! Files of the local file system as sources and targets of transfers.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Seek, SeekFrom};
use std::path::Path;

use super::error::Error;
use super::part_file::PartFile;
use crate::io_reason::io_reason;

/// A local file that is uploaded.
pub(super) enum LocalSource {
    /// A regular file, and its size.
    Seekable(File, u64),
    /// A pipe or a device; or a file of the system that states no size and gives more.
    Stream(File),
}

impl LocalSource {
    /// Returns the file with the size that it states.
    pub(super) fn stated(self) -> (File, u64) {
        match self {
            LocalSource::Seekable(file, size) => (file, size),
            LocalSource::Stream(file) => (file, 0),
        }
    }
}

/// Opens the source of an upload.
pub(super) fn open_source(path: &Path) -> Result<LocalSource, Error> {
    let open = || {
        let mut file = File::open(path)?;
        let metadata = file.metadata()?;
        if metadata.is_dir() {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        let size = metadata.len();
        Ok(
            if metadata.is_file() && (size > 0 || is_empty(&mut file)?) {
                LocalSource::Seekable(file, size)
            } else {
                LocalSource::Stream(file)
            },
        )
    };
    open().map_err(|error| local(path, &error))
}

/// Tells an empty file from one of the system that states no size and gives bytes. Such a one begins again at its start.
fn is_empty(file: &mut File) -> io::Result<bool> {
    let count = file.read(&mut [0])?;
    file.rewind()?;
    Ok(count == 0)
}

/// Opens a file that a download continues: cuts it to `offset` bytes and goes to its end.
pub(super) fn open_continued(path: &Path, offset: u64) -> Result<File, Error> {
    let open = || {
        let mut file = OpenOptions::new().read(true).write(true).open(path)?;
        if file.metadata()?.len() < offset {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                "it is shorter than the offset",
            ));
        }
        file.set_len(offset)?;
        file.seek(SeekFrom::End(0))?;
        Ok(file)
    };
    open().map_err(|error| local(path, &error))
}

/// Opens a device or a pipe, which is written directly; `None` for a file, and for what is not there.
pub(super) fn open_stream(path: &Path) -> Result<Option<File>, Error> {
    let is_stream = |found: fs::Metadata| !found.is_file() && !found.is_dir();
    if !fs::metadata(path).is_ok_and(is_stream) {
        return Ok(None);
    }
    let file = OpenOptions::new().write(true).open(path);
    file.map(Some).map_err(|error| local(path, &error))
}

/// Makes a file under a temporary name, which is removed unless it takes the place of its target.
pub(super) fn make_part(path: &Path) -> Result<PartFile, Error> {
    PartFile::discarded(path).map_err(|error| local(path, &error))
}

/// Names the file in an error of the local side.
pub(super) fn local(path: &Path, error: &io::Error) -> Error {
    Error::Local {
        source: io::Error::new(
            error.kind(),
            format!("{}: {}", path.display(), io_reason(error)),
        ),
    }
}
