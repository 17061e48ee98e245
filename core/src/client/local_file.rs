//! Files of the local file system as sources and targets of transfers.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use super::error::Error;

/// Opens a file and returns it with its size.
pub(super) fn open_source(path: &Path) -> Result<(File, u64), Error> {
    let open = || {
        let file = File::open(path)?;
        let size = file.metadata()?.len();
        Ok((file, size))
    };
    open().map_err(|error| local(path, &error))
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

/// Fills a file under a temporary name. It takes the place of the target when the transfer succeeds.
pub(super) fn into_place<T>(
    path: &Path,
    transfer: impl FnOnce(&mut File) -> Result<T, Error>,
) -> Result<T, Error> {
    let (mut file, partial) = Partial::create(path).map_err(|error| local(path, &error))?;
    let transferred = transfer(&mut file)?;
    file.sync_all()
        .and_then(|()| partial.take_place(path))
        .map_err(|error| local(path, &error))?;
    Ok(transferred)
}

/// A file under a temporary name. Dropping it deletes the file unless it took its place.
struct Partial(PathBuf);

impl Partial {
    fn create(target: &Path) -> io::Result<(File, Self)> {
        let name = target
            .file_name()
            .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "not a file name"))?;
        for attempt in 0..100 {
            let mut partial = OsString::from(".");
            partial.push(name);
            partial.push(format!(".{}-{attempt}.part", std::process::id()));
            let path = target.with_file_name(partial);
            match OpenOptions::new()
                .read(true)
                .write(true)
                .create_new(true)
                .open(&path) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
                Ok(file) => return Ok((file, Partial(path))),
            }
        }
        Err(io::Error::new(
            io::ErrorKind::AlreadyExists,
            "too many unfinished downloads beside it",
        ))
    }

    fn take_place(self, target: &Path) -> io::Result<()> {
        fs::rename(&self.0, target)
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0); // it is gone already when it took its place
    }
}

/// Names the file in an error of the local side.
pub(super) fn local(path: &Path, error: &io::Error) -> Error {
    Error::Local {
        source: io::Error::new(error.kind(), format!("{}: {error}", path.display())),
    }
}
