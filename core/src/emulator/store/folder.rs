//! `UFS:` and `SD:`, the regular files of one folder on disk.
//!
//! A name is looked up from a descriptor of the folder, has no separator in it, and a link at its end is not
//! followed, so nothing outside of the folder is reached, even if the folder is changed meanwhile. What is no
//! regular file is neither listed nor opened nor removed; looking at it never blocks.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::io;
use std::os::fd::{AsFd as _, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use rustix::fs::{AtFlags, Dir, FileType, Mode, OFlags, Stat, fstat, openat, statat, unlinkat};
use rustix::io::Errno;

use super::access::Access;
use super::file::File;
use super::temporary_folder::TemporaryFolder;
use crate::dialect::Volume;
use crate::module::store::{FileError, LocalName};

#[derive(Debug)]
pub(super) struct Folder {
    storage: Volume,
    place: FolderPlace,
}

#[derive(Debug)]
enum FolderPlace {
    Given(OwnedFd),
    /// Removed with all that is in it when the store ends.
    Throwaway(TemporaryFolder),
}

impl Folder {
    /// Opens a folder, makes it if it is not there.
    pub(super) fn at(storage: Volume, path: &Path) -> io::Result<Self> {
        let descriptor = open_folder(path).map_err(|error| {
            let prefix = storage.prefix();
            let path = path.display();
            io::Error::new(
                error.kind(),
                format!("cannot use {path} as the folder of {prefix} {error}"),
            )
        })?;
        Ok(Folder {
            storage,
            place: FolderPlace::Given(descriptor),
        })
    }

    /// Makes a folder of the store's own.
    pub(super) fn throwaway(storage: Volume) -> io::Result<Self> {
        let place = FolderPlace::Throwaway(TemporaryFolder::new("store")?);
        Ok(Folder { storage, place })
    }

    fn descriptor(&self) -> BorrowedFd<'_> {
        match &self.place {
            FolderPlace::Given(descriptor) => descriptor.as_fd(),
            FolderPlace::Throwaway(folder) => folder.descriptor(),
        }
    }

    /// Names and sizes of what a file command can name.
    pub(super) fn list(&self) -> io::Result<BTreeMap<Vec<u8>, u64>> {
        let mut files = BTreeMap::new();
        for entry in Dir::read_from(self.descriptor())? {
            let entry = entry?;
            let name = LocalName {
                storage: self.storage,
                name: entry.file_name().to_bytes().to_vec(),
            };
            if name.check().is_err() {
                continue;
            }
            match self.look(&name.name) {
                Ok(stat) if is_file(&stat) => {
                    files.insert(name.name, size(&stat));
                }
                // Another program may remove a file between the two calls.
                Ok(_) | Err(Errno::NOENT) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(files)
    }

    pub(super) fn open(&self, name: &[u8], access: Access) -> Result<File, FileError> {
        // Opening a device can do something by itself, so it is looked at before, and once more behind the open.
        let new = match (self.look(name), access) {
            (Ok(stat), _) if !is_file(&stat) => return Err(FileError::Open),
            (Ok(_), Access::New) => return Err(FileError::Exists),
            (Ok(_), _) => OFlags::empty(),
            (Err(Errno::NOENT), Access::Read | Access::Change) => return Err(FileError::NotFound),
            (Err(Errno::NOENT), Access::ChangeOrNew | Access::New) => OFlags::CREATE | OFlags::EXCL,
            (Err(error), _) => return Err(refusal(error, access)),
        };
        let direction = match access {
            Access::Read => OFlags::RDONLY,
            Access::Change | Access::ChangeOrNew | Access::New => OFlags::RDWR,
        };
        let plain = OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
        // A file may be a client key, or hold what a device keeps for itself.
        let mode = Mode::from_raw_mode(0o600);
        let file = openat(
            self.descriptor(),
            OsStr::from_bytes(name),
            direction | new | plain,
            mode,
        )
        .map_err(|error| refusal(error, access))?;
        match fstat(&file) {
            Ok(stat) if is_file(&stat) => Ok(File::Disk(fs::File::from(file))),
            _ => Err(FileError::Open),
        }
    }

    pub(super) fn remove(&self, name: &[u8]) -> Result<(), FileError> {
        let name_on_disk = OsStr::from_bytes(name);
        match self.look(name) {
            Ok(stat) if is_file(&stat) => {
                unlinkat(self.descriptor(), name_on_disk, AtFlags::empty())
                    .map_err(|_| FileError::Delete)
            }
            Err(Errno::NOENT) => Err(FileError::NotFound),
            _ => Err(FileError::Delete),
        }
    }

    fn look(&self, name: &[u8]) -> Result<Stat, Errno> {
        statat(
            self.descriptor(),
            OsStr::from_bytes(name),
            AtFlags::SYMLINK_NOFOLLOW,
        )
    }
}

fn open_folder(path: &Path) -> io::Result<OwnedFd> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let open = || rustix::fs::open(path, flags, Mode::empty());
    match open() {
        Err(Errno::NOENT) => {
            fs::create_dir_all(path)?;
            Ok(open()?)
        }
        other => Ok(other?),
    }
}

fn is_file(stat: &Stat) -> bool {
    FileType::from_raw_mode(stat.st_mode) == FileType::RegularFile
}

fn size(stat: &Stat) -> u64 {
    u64::try_from(stat.st_size).unwrap_or_default()
}

fn refusal(error: Errno, access: Access) -> FileError {
    match (error, access) {
        (Errno::NOENT, _) => FileError::NotFound,
        (Errno::EXIST, Access::New) => FileError::Exists,
        (Errno::NAMETOOLONG | Errno::INVAL | Errno::ILSEQ, _) => FileError::Name,
        (Errno::NOSPC | Errno::DQUOT, _) => FileError::DriveFull,
        (Errno::ROFS | Errno::ACCESS | Errno::PERM, Access::Read) => FileError::Open,
        (Errno::ROFS | Errno::ACCESS | Errno::PERM, _) => FileError::ReadOnly,
        _ => FileError::Open,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    #[test]
    fn a_folder_of_the_stores_own_is_removed_with_what_is_in_it() {
        let folder = Folder::throwaway(Volume::Ufs).unwrap();
        let path = match &folder.place {
            FolderPlace::Throwaway(own) => Some(own.path().to_owned()),
            FolderPlace::Given(_) => None,
        };
        let path = path.unwrap();
        drop(folder.open(b"a", Access::New).unwrap());
        let file = fs::metadata(path.join("a")).unwrap();
        assert!(file.is_file());
        assert_eq!(file.permissions().mode() & 0o777, 0o600);
        drop(folder);
        assert!(!path.exists());
    }
}
