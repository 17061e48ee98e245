//! The program that has a device open, for the error of a port that is in use.
//!
//! On Linux the descriptors below `/proc` tell it, as far as this user may read them: those of the user's own programs,
//! all of them for root. A lock file in `/var/lock`, as old terminal programs leave it, names a process for the others.

use std::fs;
use std::path::Path;

/// Returns the program that has the device at a path open, such as `ModemManager (process 812)`; `None` where that cannot
/// be told.
pub(crate) fn of_path(path: &str) -> Option<String> {
    let device = fs::canonicalize(path).ok()?;
    below(Path::new("/"), &device)
}

/// Looks in a system whose files are below `root`.
fn below(root: &Path, device: &Path) -> Option<String> {
    let number = by_descriptor(root, device).or_else(|| by_lock_file(root, device))?;
    let name = fs::read_to_string(root.join(format!("proc/{number}/comm"))).ok()?;
    Some(format!("{} (process {number})", name.trim()))
}

/// Returns the first process but this one that has the device open.
fn by_descriptor(root: &Path, device: &Path) -> Option<u32> {
    let processes = fs::read_dir(root.join("proc")).ok()?.flatten();
    let mut numbers = processes.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    numbers.find(|number: &u32| *number != std::process::id() && has_open(root, *number, device))
}

fn has_open(root: &Path, number: u32, device: &Path) -> bool {
    let Ok(descriptors) = fs::read_dir(root.join(format!("proc/{number}/fd"))) else {
        return false;
    };
    let mut targets = descriptors
        .flatten()
        .map(|entry| fs::read_link(entry.path()));
    targets.any(|target| target.is_ok_and(|target| target == device))
}

/// Returns the process that a lock file of the form `LCK..ttyUSB2` names, while it lives.
fn by_lock_file(root: &Path, device: &Path) -> Option<u32> {
    let name = device.file_name()?.to_str()?;
    let text = fs::read_to_string(root.join(format!("var/lock/LCK..{name}"))).ok()?;
    text.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    fn process(root: &Path, number: u32, name: &str, opened: &[&str]) {
        let folder = root.join(format!("proc/{number}"));
        fs::create_dir_all(folder.join("fd")).expect("a folder");
        fs::write(folder.join("comm"), format!("{name}\n")).expect("a file");
        for (descriptor, target) in opened.iter().enumerate() {
            symlink(target, folder.join(format!("fd/{descriptor}"))).expect("a link");
        }
    }

    #[test]
    fn the_program_is_found_by_its_descriptors() {
        let root = tempfile::tempdir().expect("a folder");
        let root = root.path();
        process(root, 99_999_001, "bash", &["/dev/pts/0", "/dev/null"]);
        process(
            root,
            99_999_002,
            "ModemManager",
            &["/dev/null", "/dev/ttyUSB2"],
        );
        let holder = |device: &str| below(root, Path::new(device));
        assert_eq!(
            holder("/dev/ttyUSB2").as_deref(),
            Some("ModemManager (process 99999002)")
        );
        assert_eq!(holder("/dev/ttyUSB3"), None);
    }

    #[test]
    fn a_lock_file_names_a_process_that_lives() {
        let root = tempfile::tempdir().expect("a folder");
        let root = root.path();
        process(root, 99_999_003, "minicom", &[]);
        fs::create_dir_all(root.join("var/lock")).expect("a folder");
        let lock = |text: &str| fs::write(root.join("var/lock/LCK..ttyS0"), text).expect("a file");
        let holder = || below(root, Path::new("/dev/ttyS0"));
        lock("  99999003 minicom root\n");
        assert_eq!(holder().as_deref(), Some("minicom (process 99999003)"));
        for other in ["99999004", "", "x"] {
            lock(other);
            assert_eq!(holder(), None, "{other}");
        }
    }

    #[test]
    fn this_process_does_not_name_itself() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        assert_eq!(of_path(file.path().to_str().expect("text")), None);
        assert_eq!(of_path("/dev/nowhere"), None);
    }
}
