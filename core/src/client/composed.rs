//! Operations that a dialect lacks, composed from those it has.
//!
//! `nl668` has no command for a size or for the names of a directory, and a listing with both (003 §1.2.11). Where a
//! dialect has no listing either, the operation ends with [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) and
//! nothing is sent.

use super::entry::{Entry, EntryKind};
use crate::dialect::{CommandKind, Dialect};

/// Returns true where the dialect lacks these commands and has a listing, which can stand for them.
pub(super) fn listing_stands_for(dialect: &Dialect, kinds: &[CommandKind]) -> bool {
    let lacks = |kind: &CommandKind| dialect.command(*kind).is_none();
    kinds.iter().all(lacks) && !lacks(&CommandKind::FtpList)
}

/// Returns the size of a file among the entries of a listing. Servers list it by its path or by its name.
pub(super) fn size_of(entries: &[Entry], path: &[u8]) -> Option<u64> {
    let (_, name) = split(path);
    let found = entries.iter().find(|entry| {
        let named = entry.name == path || entry.name == name;
        named && entry.kind != EntryKind::Directory
    });
    found.and_then(|entry| entry.size)
}

/// Splits a path into its directory and its name there.
pub(super) fn split(path: &[u8]) -> (&[u8], &[u8]) {
    match memchr::memrchr(b'/', path) {
        Some(0) => (b"/", &path[1..]),
        Some(slash) => (&path[..slash], &path[slash + 1..]),
        None => (b".", path),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_a_directory_and_a_name() {
        let cases: &[(&[u8], &[u8], &[u8])] = &[
            (b"a", b".", b"a"),
            (b"/a", b"/", b"a"),
            (b"d/a", b"d", b"a"),
            (b"/d/e/a", b"/d/e", b"a"),
            (b"", b".", b""),
        ];
        for (path, parent, name) in cases {
            assert_eq!(split(path), (*parent, *name));
        }
    }
}
