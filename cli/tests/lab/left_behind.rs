//! Folders that a killed `qftp` leaves behind: the next one removes them.

use std::fs;
use std::path::Path;

use rustix::process::Signal;

use crate::background::{Background, qftp};

fn folders(place: &Path) -> Vec<String> {
    let entries = fs::read_dir(place).expect("a folder");
    let mut names: Vec<String> = entries
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    names.sort();
    names
}

#[test]
fn a_killed_emulator_leaves_folders_that_the_next_one_removes() {
    let place = tempfile::tempdir().expect("a folder");
    let start = || {
        let mut command = qftp(&["emulate", "--tcp", "127.0.0.1:0"]);
        Background::start(command.env("TMPDIR", place.path()))
    };
    let killed = start();
    let first = folders(place.path());
    assert!(!first.is_empty(), "an emulator has a folder of its own");
    killed.end(Signal::KILL);
    assert_eq!(folders(place.path()), first, "a kill leaves them");
    let second = start();
    let now = folders(place.path());
    assert_eq!(now.len(), first.len());
    assert!(
        now.iter().all(|name| !first.contains(name)),
        "{first:?} {now:?}"
    );
    // Beside one that runs, another starts: it removes nothing that is in use.
    let third = start();
    let both = folders(place.path());
    assert!(
        now.iter().all(|name| both.contains(name)),
        "{now:?} {both:?}"
    );
    second.end(Signal::TERM);
    third.end(Signal::TERM);
    assert!(folders(place.path()).is_empty());
}
