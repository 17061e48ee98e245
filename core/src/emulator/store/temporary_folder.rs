//! A folder of a process's own in the system's temporary folder, removed with it: at its end, or, where the process was
//! killed, by the next process that makes such a folder.
//!
//! The folder itself is locked while it is in use. The system ends the lock with its process, however that ends.

use std::ffi::OsStr;
use std::fs::{self, File, TryLockError};
use std::io;
use std::os::fd::{AsFd as _, BorrowedFd};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// Begins the name of a folder that is not locked yet, so that no other process takes it for an abandoned one.
const NEW: &str = ".qftp-new-";

/// A folder that only its owner may enter.
#[derive(Debug)]
pub struct TemporaryFolder {
    path: PathBuf,
    /// Holds the lock.
    folder: File,
}

impl TemporaryFolder {
    /// Makes a folder `qftp-<purpose>-...`, and removes those of this purpose and this user whose processes are gone,
    /// once in a process.
    ///
    /// # Errors
    ///
    /// The temporary folder of the system cannot be written to.
    pub fn new(purpose: &str) -> io::Result<Self> {
        let place = std::env::temp_dir();
        let made = Self::within(&place, purpose)?;
        let prefix = prefix(purpose);
        if is_first(&place, &prefix) {
            remove_abandoned(&place, &prefix, made.folder.metadata()?.uid());
        }
        Ok(made)
    }

    fn within(place: &Path, purpose: &str) -> io::Result<Self> {
        let made = tempfile::Builder::new()
            .prefix(NEW)
            .permissions(fs::Permissions::from_mode(0o700))
            .tempdir_in(place)?;
        let folder = File::open(made.path())?;
        lock(&folder)?;
        let prefix = prefix(purpose);
        let name = made.path().file_name().unwrap_or_default().as_bytes();
        let random = name.strip_prefix(NEW.as_bytes()).unwrap_or(name);
        let name = [prefix.as_bytes(), random].concat();
        let path = place.join(OsStr::from_bytes(&name));
        fs::rename(made.path(), &path)?;
        let _ = made.keep(); // it has another name now
        Ok(TemporaryFolder { path, folder })
    }

    /// Returns its path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the descriptor from which names in it are looked up.
    pub(super) fn descriptor(&self) -> BorrowedFd<'_> {
        self.folder.as_fd()
    }
}

impl Drop for TemporaryFolder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.path); // what stays is removed by the next one
    }
}

fn prefix(purpose: &str) -> String {
    format!("qftp-{purpose}-")
}

/// Returns true where this process asks for the first time. It looks for abandoned folders once: a thousand emulators
/// would look through a thousand folders each.
fn is_first(place: &Path, prefix: &str) -> bool {
    static SEEN: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());
    let place = place.join(prefix);
    let mut seen = SEEN.lock().unwrap_or_else(PoisonError::into_inner);
    let is_first = !seen.contains(&place);
    if is_first {
        seen.push(place);
    }
    is_first
}

/// Locks a folder. A file system without locks has none, and its folders stay.
fn lock(folder: &File) -> io::Result<()> {
    match folder.try_lock() {
        Err(TryLockError::Error(error)) if error.kind() != io::ErrorKind::Unsupported => Err(error),
        _ => Ok(()),
    }
}

/// Removes the folders of this name and this user that nothing locks. Failures leave them to the next process.
fn remove_abandoned(place: &Path, prefix: &str, user: u32) {
    let entries = fs::read_dir(place).into_iter().flatten().flatten();
    for entry in entries {
        let path = entry.path();
        let is_ours = entry.file_name().as_bytes().starts_with(prefix.as_bytes())
            && fs::symlink_metadata(&path).is_ok_and(|found| found.is_dir() && found.uid() == user);
        if is_ours && File::open(&path).is_ok_and(|folder| folder.try_lock().is_ok()) {
            let _ = fs::remove_dir_all(&path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_one_removes_what_is_abandoned_and_nothing_else() {
        let place = tempfile::tempdir().expect("a folder");
        let in_use = TemporaryFolder::within(place.path(), "test").expect("a folder");
        let mode = fs::metadata(in_use.path()).expect("a folder").permissions();
        assert_eq!(mode.mode() & 0o777, 0o700);
        let names = ["qftp-test-abandoned", "qftp-other-x", "qftp-testx", "mine"];
        let paths = names.map(|name| place.path().join(name));
        for path in &paths {
            fs::create_dir(path).expect("made");
            fs::write(path.join("key.pem"), "key").expect("written");
        }
        let link = place.path().join("qftp-test-link");
        std::os::unix::fs::symlink(&paths[3], &link).expect("a link");
        let next = TemporaryFolder::within(place.path(), "test").expect("a folder");
        let user = next.folder.metadata().expect("a folder").uid();
        remove_abandoned(place.path(), "qftp-test-", user);
        let there = paths.each_ref().map(|path| path.exists());
        assert_eq!(there, [false, true, true, true]);
        assert!(in_use.path().is_dir() && link.join("key.pem").exists());
        let path = next.path().to_owned();
        drop(next);
        assert!(!path.exists());
    }
}
