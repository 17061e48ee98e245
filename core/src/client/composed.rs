//! What a dialect lacks, from what it has.
//!
//! `nl668` has no size and no names of a directory, and a listing with both (003 §1.2.11). Where a dialect has no
//! listing either, the operation is [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) and nothing is sent.

use super::listing::EntryKind;
use super::{Client, Error};
use crate::dialect::{CommandKind, Dialect};

/// Whether the dialect lacks these commands and has a listing, which can stand for them.
pub(super) fn listing_stands_for(dialect: &Dialect, kinds: &[CommandKind]) -> bool {
    let lacks = |kind: &CommandKind| dialect.command(*kind).is_none();
    kinds.iter().all(lacks) && !lacks(&CommandKind::FtpList)
}

impl Client {
    /// Whether the dialect lacks this command and a listing can stand for it.
    pub(super) fn has_only_listing(&self, kind: CommandKind) -> bool {
        listing_stands_for(self.dialect(), &[kind])
    }

    /// The size of a file as the server lists it: by its own name, and where the server lists directories alone, among
    /// the others of its directory.
    pub(super) fn size_from_listing(&mut self, path: &[u8]) -> Result<u64, Error> {
        let (parent, name) = split(path);
        for listed in [path, parent] {
            let entries = match self.list(listed) {
                Ok(entries) => entries,
                // What the server said the module keeps to itself.
                Err(error) if error.is_ftp_failure() => continue,
                Err(error) => return Err(error),
            };
            let found = entries.iter().find(|entry| {
                let named = entry.name == path || entry.name == name;
                named && entry.kind != EntryKind::Directory
            });
            if let Some(size) = found.and_then(|entry| entry.size) {
                return Ok(size);
            }
        }
        Err(Error::NotListed {
            path: path.escape_ascii().to_string(),
        })
    }

    /// The names that the server lists.
    pub(super) fn names_from_listing(&mut self, dir: &[u8]) -> Result<Vec<Vec<u8>>, Error> {
        let entries = self.list(dir)?;
        Ok(entries.into_iter().map(|entry| entry.name).collect())
    }
}

/// A path's directory, and its name in there.
fn split(path: &[u8]) -> (&[u8], &[u8]) {
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
