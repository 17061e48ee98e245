//! The descriptors of a process with many emulators.
//!
//! The limit that programs begin with, 1024 as a rule, is enough for some hundred emulators. It is raised when more are
//! started, as far as the system allows it to the process: a program with few emulators keeps its limit.

use std::io;

use rustix::io::Errno;
use rustix::process::{Resource, getrlimit, setrlimit};

/// The descriptors of an emulator in a transfer, with the host's end of a line inside the process: four while it is idle,
/// two connections, a file, and one to spare.
const EACH: u64 = 8;
/// Those of the program itself.
const OTHERS: u64 = 64;

/// Raises the limit if it is too low for one more emulator than there are.
pub(super) fn make_room(emulators: usize) {
    let wanted = wanted(emulators);
    let mut limit = getrlimit(Resource::Nofile);
    if let Some(current) = limit.current
        && current < wanted
    {
        let doubled = wanted.max(current.saturating_mul(2));
        limit.current = Some(limit.maximum.map_or(doubled, |most| doubled.min(most)));
        // What comes of it shows when a descriptor is missing.
        let _ = setrlimit(Resource::Nofile, limit);
    }
}

fn wanted(emulators: usize) -> u64 {
    (emulators as u64 + 1) * EACH + OTHERS
}

/// Tells what to do where an emulator could not start for want of a descriptor. Other errors stay as they are.
pub(super) fn explain(error: io::Error, emulators: usize) -> io::Error {
    if !are_missing(&error) {
        return error;
    }
    let limit = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
    let wanted = wanted(emulators).max(limit.saturating_add(EACH));
    io::Error::other(format!(
        "no file descriptor is left for another emulator: {emulators} run, and the process may have {limit} descriptors; \
         raise the hard limit, to {wanted} or more, by `ulimit -n` as root or LimitNOFILE= of systemd"
    ))
}

fn are_missing(error: &io::Error) -> bool {
    error.raw_os_error() == Some(Errno::MFILE.raw_os_error())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_descriptor_is_explained_and_nothing_else() {
        let missing = || io::Error::from(Errno::MFILE);
        let text = explain(missing(), 169).to_string();
        assert!(text.starts_with("no file descriptor is left for another emulator: 169 run"));
        assert!(are_missing(&missing()));
        let other = io::Error::from(Errno::ACCESS);
        assert!(!are_missing(&other));
        let kept = explain(other, 1).raw_os_error();
        assert_eq!(kept, Some(Errno::ACCESS.raw_os_error()));
    }
}
