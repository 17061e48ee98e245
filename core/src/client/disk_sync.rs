//! Brings files to the disk: each one, or all of a file system by one call.

use std::fs::File;
use std::io;
use std::path::Path;

/// Fewer files are synced one by one: one call for all also writes what other programs have left to write.
const LEAST_TOGETHER: usize = 8;

/// Syncs all files by one call. The first one was opened before the others were written, so that the call tells of their
/// errors. Returns false where nothing is proven, and each file has to be synced: they are few, they are on several file
/// systems, the call does not tell of every error here, or it told of one, which may be that of another program's file.
pub(super) fn sync_together(files: &[&File]) -> bool {
    files.len() >= LEAST_TOGETHER && platform::sync_together(files)
}

#[cfg(target_os = "linux")]
mod platform {
    use std::fs::File;

    use rustix::fs::{fstat, fstatfs, syncfs};
    use rustix::system::uname;

    /// File systems on which `syncfs` was looked at: it writes content, then metadata, and tells of errors. A stacked one
    /// does not hear of the errors below it, and one of another machine or program may do nothing.
    const TRUSTED: [u32; 4] = [
        0xef53,      // ext4
        0x5846_5342, // XFS
        0x9123_683e, // Btrfs
        0xf2f5_2010, // F2FS
    ];

    pub(super) fn sync_together(files: &[&File]) -> bool {
        let Some(first) = files.first() else {
            return true;
        };
        is_trusted(first) && are_on_one_system(first, files) && syncfs(first).is_ok()
    }

    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // these numbers have 32 bits, whatever the type
    fn is_trusted(file: &File) -> bool {
        let kind = fstatfs(file).map_or(0, |system| system.f_type as u32);
        tells_errors(uname().release().to_bytes()) && TRUSTED.contains(&kind)
    }

    /// Returns true for a Linux whose `syncfs` tells of errors: from 5.8 on.
    pub(super) fn tells_errors(release: &[u8]) -> bool {
        let mut numbers = [0_u32; 2];
        let mut at = 0;
        for byte in release {
            match byte {
                b'0'..=b'9' => {
                    let number = numbers[at].saturating_mul(10);
                    numbers[at] = number.saturating_add(u32::from(byte - b'0'));
                }
                _ if at == 0 => at = 1,
                _ => break,
            }
        }
        numbers >= [5, 8]
    }

    fn are_on_one_system(first: &File, files: &[&File]) -> bool {
        let system = |file: &File| fstat(file).map(|file| file.st_dev).ok();
        let first = system(first);
        first.is_some() && files.iter().all(|file| system(file) == first)
    }
}

#[cfg(not(target_os = "linux"))]
mod platform {
    use std::fs::File;

    /// Returns false: there is no such call.
    pub(super) fn sync_together(_: &[&File]) -> bool {
        false
    }
}

/// Brings the names in a folder to the disk, where the file system can.
#[cfg(unix)]
pub(super) fn sync_folder(folder: &Path) -> io::Result<()> {
    // A folder in which a program may write and not read cannot be opened.
    let Ok(folder) = File::open(folder) else {
        return Ok(());
    };
    match folder.sync_all() {
        Err(error) if error.kind() != io::ErrorKind::InvalidInput => Err(error),
        _ => Ok(()),
    }
}

/// Does nothing: there is no such call on these systems.
#[cfg(not(unix))]
#[allow(clippy::unnecessary_wraps, reason = "as the other one")]
pub(super) fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::platform::tells_errors;

    #[test]
    fn the_version_of_linux_says_whether_syncfs_tells_errors() {
        for release in ["5.8.0", "5.10.0-21-amd64", "6.1", "10.0-rc1"] {
            assert!(tells_errors(release.as_bytes()), "{release}");
        }
        for release in ["5.7.19", "4.19.0-1", "3.10.0-1160.el7", "", "5", "x.y"] {
            assert!(!tells_errors(release.as_bytes()), "{release}");
        }
    }
}
