//! A disk that is soon full: a file system in memory with a size of its own, mounted for one test.

use std::ffi::CString;
use std::os::unix::fs::chown;
use std::path::{Path, PathBuf};

use rustix::mount::{MountFlags, UnmountFlags, mount, unmount};

/// A mounted disk. It is unmounted when this is dropped.
#[derive(Debug)]
pub struct SmallDisk(PathBuf);

impl SmallDisk {
    /// Mounts a disk of so many bytes over a folder, which must be there. It belongs to the folder's owner.
    pub fn mount(folder: &Path, bytes: u64) -> Self {
        use std::os::unix::fs::MetadataExt as _;
        let owner = std::fs::metadata(folder).expect("a folder to mount over");
        let size = CString::new(format!("size={bytes}")).expect("no zero byte");
        mount("tmpfs", folder, "tmpfs", MountFlags::NODEV, &*size).unwrap_or_else(|error| {
            panic!("mount a disk of {bytes} bytes: {error}; this test runs as root, with the right to mount")
        });
        let disk = SmallDisk(folder.to_owned());
        chown(folder, Some(owner.uid()), Some(owner.gid())).expect("its owner");
        disk
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = unmount(&self.0, UnmountFlags::DETACH);
    }
}
