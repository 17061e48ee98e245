//! What a dialect lacks, from what it has.
//!
//! `nl668` has no size and no names of a directory, and a listing with both (003 §1.2.11). Where a dialect has no
//! listing either, the operation is [`Error::Unsupported`] and nothing is sent.

use super::listing::EntryKind;
use super::{Client, Error};
use crate::dialect::{Dialect, Verb};

/// Whether the dialect lacks these commands and has a listing, which can stand for them.
pub(super) fn listing_stands_for(dialect: &Dialect, verbs: &[Verb]) -> bool {
    let lacks = |verb: &Verb| dialect.command(*verb).is_none();
    verbs.iter().all(lacks) && !lacks(&Verb::FtpList)
}

impl Client {
    /// Whether the dialect lacks this command and a listing can stand for it.
    pub(super) fn has_only_listing(&self, verb: Verb) -> bool {
        listing_stands_for(self.dialect(), &[verb])
    }

    /// The size of a file as the server lists it.
    pub(super) fn size_from_listing(&mut self, path: &[u8]) -> Result<u64, Error> {
        let missing = || Error::NotListed {
            path: path.escape_ascii().to_string(),
        };
        let entries = match self.list(path) {
            Ok(entries) => entries,
            // What the server said the module keeps to itself.
            Err(Error::Module { .. }) => return Err(missing()),
            Err(error) => return Err(error),
        };
        let name = path.rsplit(|byte| *byte == b'/').next().unwrap_or(path);
        let found = entries.iter().find(|entry| {
            let named = entry.name == path || entry.name == name;
            named && entry.kind != EntryKind::Directory
        });
        found.and_then(|entry| entry.size).ok_or_else(missing)
    }

    /// The names that the server lists.
    pub(super) fn names_from_listing(&mut self, dir: &[u8]) -> Result<Vec<Vec<u8>>, Error> {
        let entries = self.list(dir)?;
        Ok(entries.into_iter().map(|entry| entry.name).collect())
    }
}
