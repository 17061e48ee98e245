//! Operations that a dialect lacks, composed from those it has.
//!
//! `nl668` has no command for a size or for the names of a directory, and a listing with both (003 §1.2.11). Where a
//! dialect has no listing either, the operation ends with [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) and
//! nothing is sent.

use super::entry::{Entry, EntryKind};
use super::list_line::is_unread;
use crate::dialect::{CommandKind, Dialect};

/// Returns true where the dialect lacks these commands and has a listing, which can stand for them.
pub(super) fn listing_stands_for(dialect: &Dialect, kinds: &[CommandKind]) -> bool {
    let lacks = |kind: &CommandKind| dialect.command(*kind).is_none();
    kinds.iter().all(lacks) && !lacks(&CommandKind::FtpList)
}

/// The size of a file, as far as the listing of its directory tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ListedSize {
    Known(u64),
    /// The directory has no such file.
    Absent,
    /// The file may be there: under lines that are not understood, hidden, or as a link to one.
    Open,
}

/// Returns the size of a file among the entries of a listing. Servers list it by its path or by its name.
pub(super) fn size_of(entries: &[Entry], path: &[u8]) -> ListedSize {
    let (_, name) = split(path);
    let found = entries.iter().find(|entry| {
        let named = entry.name == path || entry.name == name;
        named && entry.kind != EntryKind::Directory
    });
    match found {
        Some(Entry {
            kind: EntryKind::File,
            size: Some(size),
            ..
        }) => ListedSize::Known(*size),
        Some(_) => ListedSize::Open,
        None if name.starts_with(b".") || entries.iter().any(is_unread) => ListedSize::Open,
        None => ListedSize::Absent,
    }
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
    use super::super::list_line::parse_list_line;
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

    #[test]
    fn a_size_is_known_open_or_of_no_file() {
        const FILE: &str = "-rw-r--r-- 1 ftp ftp 5 Jul 25 15:01 ";
        const LINK: &str = "lrwxrwxrwx 1 ftp ftp 1 Jul 25 15:01 ";
        const DIRECTORY: &str = "drwxr-xr-x 1 ftp ftp 4096 Jul 25 15:01 ";
        let cases = [
            (format!("{FILE}a"), ListedSize::Known(5)),
            (format!("{FILE}d/a"), ListedSize::Known(5)),
            (format!("{FILE}b"), ListedSize::Absent),
            (format!("{DIRECTORY}a"), ListedSize::Absent),
            // The size of a link is not the file's.
            (format!("{LINK}a -> b"), ListedSize::Open),
            ("of a form of its own".into(), ListedSize::Open),
        ];
        for (line, size) in cases {
            let entries = Vec::from_iter(parse_list_line(line.as_bytes()));
            assert_eq!(size_of(&entries, b"d/a"), size, "{line}");
        }
        assert_eq!(size_of(&[], b"d/a"), ListedSize::Absent);
        // Servers hide it.
        assert_eq!(size_of(&[], b"d/.a"), ListedSize::Open);
    }
}
