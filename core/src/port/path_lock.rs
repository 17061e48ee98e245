//! The lock on a name in the file system that one emulator may use at a time: the link to a pseudo terminal, a socket.
//!
//! The name itself does not say whether it is in use. The number of a dead pseudo terminal goes to the next program that
//! opens one, so that a link left behind may lead to a terminal of another program. A file beside the name is locked
//! instead. The system ends the lock with its process, however that ends.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Read as _, Seek as _, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use rustix::fs::OFlags;

/// More digits than a process number has.
const LONGEST_NUMBER: u64 = 20;

/// A locked name. The name is free when this is dropped.
#[derive(Debug)]
pub(crate) struct PathLock {
    file: File,
    path: PathBuf,
}

impl PathLock {
    /// Locks a name, whether a file of this name exists or not.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::ResourceBusy`]: another emulator has it, of this process or of another. Or the file beside it cannot
    /// be made.
    pub(crate) fn take(name: &Path) -> io::Result<Self> {
        let path = beside(name)?;
        loop {
            let mut file = OpenOptions::new()
                .read(true)
                .write(true)
                .create(true)
                .truncate(false)
                .mode(0o644)
                // In a folder of all users another one may have put a link there, to a file of ours.
                .custom_flags(OFlags::NOFOLLOW.bits().cast_signed())
                .open(&path)
                .map_err(|error| cannot_lock(name, &error))?;
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => return Err(in_use(name, &mut file)),
                Err(TryLockError::Error(error)) => return Err(error),
            }
            // The last owner may have removed it between the two calls; its lock would then protect nothing.
            if !is_at(&file, &path)? {
                continue;
            }
            file.set_len(0)?;
            file.rewind()?;
            write!(file, "{}", std::process::id())?;
            return Ok(PathLock { file, path });
        }
    }
}

impl Drop for PathLock {
    fn drop(&mut self) {
        // Removed first, while no other emulator can have it. Failures leave a file that the next lock takes over.
        let _ = fs::remove_file(&self.path);
        // A child that is being started may hold a copy of the descriptor for a moment.
        let _ = self.file.unlock();
    }
}

/// Returns the path of the file that is locked.
fn beside(name: &Path) -> io::Result<PathBuf> {
    let last = name
        .file_name()
        .ok_or_else(|| io::Error::new(ErrorKind::InvalidInput, "no file name"))?;
    let mut file = OsString::from(".");
    file.push(last);
    file.push(".lock");
    Ok(name.with_file_name(file))
}

fn is_at(file: &File, path: &Path) -> io::Result<bool> {
    let ours = file.metadata()?;
    match fs::symlink_metadata(path) {
        Ok(there) => Ok((there.dev(), there.ino()) == (ours.dev(), ours.ino())),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

fn cannot_lock(name: &Path, error: &io::Error) -> io::Error {
    let name = name.display();
    let text = match error.kind() {
        ErrorKind::NotFound => format!("{name}: the folder for it does not exist"),
        _ => format!("{name}: {error}"),
    };
    io::Error::new(error.kind(), text)
}

fn in_use(name: &Path, file: &mut File) -> io::Error {
    let mut number = String::new();
    let read = file.take(LONGEST_NUMBER).read_to_string(&mut number);
    let owner: Option<u32> = read.ok().and_then(|_| number.parse().ok());
    let name = name.display();
    let text = match owner {
        Some(owner) if owner == std::process::id() => {
            format!("{name} is in use by another emulator of this process")
        }
        Some(owner) => format!("{name} is in use by an emulator, process {owner}"),
        // It has just been locked, or the disk is full.
        None => format!("{name} is in use by an emulator"),
    };
    io::Error::new(ErrorKind::ResourceBusy, text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_locked_once_at_a_time_and_nothing_stays() {
        let dir = tempfile::tempdir().expect("a folder");
        let name = dir.path().join("ec25");
        let first = PathLock::take(&name).expect("free");
        let second = PathLock::take(&name).expect_err("in use");
        assert_eq!(second.kind(), ErrorKind::ResourceBusy);
        let text = second.to_string();
        assert!(
            text.ends_with("ec25 is in use by another emulator of this process"),
            "{text}"
        );
        let other = PathLock::take(&dir.path().join("other")).expect("another name");
        drop(first);
        drop(PathLock::take(&name).expect("free again"));
        drop(other);
        let left = fs::read_dir(dir.path()).expect("the folder").count();
        assert_eq!(left, 0);
    }

    #[test]
    fn a_file_that_a_dead_process_left_does_not_lock() {
        let dir = tempfile::tempdir().expect("a folder");
        let name = dir.path().join("ec25");
        let file = beside(&name).expect("a path");
        for content in ["", "99999999", "999999999999999999999999999", "\u{e4}"] {
            fs::write(&file, content).expect("written");
            let lock = PathLock::take(&name).expect("free");
            let number = fs::read_to_string(&file).expect("read");
            assert_eq!(number, std::process::id().to_string());
            drop(lock);
        }
    }

    #[test]
    fn another_process_is_named_if_it_is_known() {
        let dir = tempfile::tempdir().expect("a folder");
        let name = dir.path().join("ec25");
        let _lock = PathLock::take(&name).expect("free");
        let file = beside(&name).expect("a path");
        for (content, end) in [
            ("77777777", "by an emulator, process 77777777"),
            ("", "by an emulator"),
            ("no number", "by an emulator"),
        ] {
            fs::write(&file, content).expect("written");
            let text = PathLock::take(&name).expect_err("in use").to_string();
            assert!(text.ends_with(end), "{text}");
        }
    }

    #[test]
    fn a_link_in_the_place_of_the_file_is_not_followed() {
        let dir = tempfile::tempdir().expect("a folder");
        let name = dir.path().join("ec25");
        let mine = dir.path().join("mine");
        fs::write(&mine, "content").expect("written");
        let file = beside(&name).expect("a path");
        std::os::unix::fs::symlink(&mine, file).expect("a link");
        PathLock::take(&name).expect_err("refused");
        assert_eq!(fs::read(&mine).expect("read"), b"content");
    }

    #[test]
    fn a_path_without_a_last_part_is_refused() {
        let refused = PathLock::take(Path::new("/")).expect_err("refused");
        assert_eq!(refused.kind(), ErrorKind::InvalidInput);
    }
}
