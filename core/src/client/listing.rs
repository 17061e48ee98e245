//! Directory listings: MLSD, LIST, NLST.

use std::collections::BTreeSet;
use std::io;

use super::composed;
use super::connection::Client;
use super::entry::{Entry, EntryKind, parse_machine_line};
use super::error::Error;
use super::glob::{is_pattern, joined};
use super::list_line::parse_list_line;
use super::payload::OperationPayload;
use crate::ErrorKind;
use crate::dialect::CommandKind;
use crate::host::{Listing, Operation};

impl Client {
    /// Returns the entries of a directory, without `.` and `..`: by MLSD, or by LIST where server or module lack MLSD.
    ///
    /// Some servers refuse to list a directory without files, by 450 or 550. Where the session can change into it, the
    /// listing is empty.
    ///
    /// Others list what is not there as empty (vsftpd), so the session changes into what seems empty, unless it is a pattern.
    ///
    /// In dialect `nl668` nothing states the length of a listing (003 §1.2.11), so a part that the line loses is not seen.
    ///
    /// # Errors
    ///
    /// The dialect has no listing; the server refuses; the listing is longer than the client takes; those of the line.
    pub fn list(&mut self, dir: &[u8]) -> Result<Vec<Entry>, Error> {
        let entries = self.list_unchecked(dir)?;
        self.check_listed(dir, &entries)?;
        Ok(entries)
    }

    /// Lists a directory that is known to be there.
    pub(super) fn list_unchecked(&mut self, dir: &[u8]) -> Result<Vec<Entry>, Error> {
        self.retrying("list", |client| client.list_once(dir))
    }

    /// Fails where a listing is not that of the directory: it is not there, or the user may not read it.
    pub(super) fn check_listed(&mut self, dir: &[u8], entries: &[Entry]) -> Result<(), Error> {
        if self.lists_itself(dir, entries)? {
            let path = String::from_utf8_lossy(dir).into_owned();
            return Err(Error::NoDirectory { path });
        }
        self.check_empty(dir, entries.is_empty())
    }

    /// Returns true where the listing of a directory has the directory itself in the place of its entries: vsftpd lists so
    /// what the user may not read.
    pub(super) fn lists_itself(&mut self, dir: &[u8], entries: &[Entry]) -> Result<bool, Error> {
        let [entry] = entries else {
            return Ok(false);
        };
        let (_, name) = composed::split(dir);
        let names_it = entry.name == name || entry.name == dir;
        if entry.kind != EntryKind::Directory || !names_it {
            return Ok(false);
        }
        let below = joined(dir, name);
        Ok(self.enters(&below)? == Some(false) && self.enters(&below)? == Some(false))
    }

    /// Fails where a directory that was listed as empty is not there.
    fn check_empty(&mut self, dir: &[u8], is_empty: bool) -> Result<(), Error> {
        if !is_empty || is_pattern(dir) {
            return Ok(());
        }
        match self.check_directory(dir) {
            // No command carries the way back to the current directory: the server's word is all there is.
            Err(error) if error.kind() == ErrorKind::InvalidArgument => Ok(()),
            checked => checked,
        }
    }

    fn list_once(&mut self, dir: &[u8]) -> Result<Vec<Entry>, Error> {
        self.entries_by(dir, |client, dir| {
            client.listing_or_empty(Listing::List, dir)
        })
    }

    /// Returns the entries of a directory as [`Client::list`] does, and the error of a server that lists none of them.
    pub(super) fn entries(&mut self, dir: &[u8]) -> Result<Vec<Entry>, Error> {
        self.entries_by(dir, |client, dir| client.listing(Listing::List, dir))
    }

    fn entries_by(
        &mut self,
        dir: &[u8],
        list: impl FnOnce(&mut Self, &[u8]) -> Result<Vec<u8>, Error>,
    ) -> Result<Vec<Entry>, Error> {
        match self.mlsd_once(dir) {
            Err(error) if error.is_not_implemented() || error.is_refused_by_module() => {
                let text = list(self, dir)?;
                Ok(lines(&text).filter_map(parse_list_line).collect())
            }
            other => other,
        }
    }

    /// Returns the entries of a directory as [`Client::list`] does, and links to directories as links. Many servers say in
    /// MLSD what a link leads to (pyftpdlib, ProFTPD), so a directory that has others costs a LIST beside it.
    ///
    /// # Errors
    ///
    /// As [`Client::list`].
    pub fn list_links(&mut self, dir: &[u8]) -> Result<Vec<Entry>, Error> {
        let entries = self.list(dir)?;
        self.with_links(dir, entries)
    }

    /// Returns the entries of a directory with links as links.
    pub(super) fn with_links(
        &mut self,
        dir: &[u8],
        mut entries: Vec<Entry>,
    ) -> Result<Vec<Entry>, Error> {
        let has = |kind| entries.iter().any(|entry: &Entry| entry.kind == kind);
        if has(EntryKind::Link) || !has(EntryKind::Directory) {
            return Ok(entries);
        }
        let links = self.links_in(dir)?;
        for entry in &mut entries {
            if entry.kind == EntryKind::Directory && links.contains(&entry.name) {
                entry.kind = EntryKind::Link;
            }
        }
        Ok(entries)
    }

    /// Returns the names in a directory that are links, as LIST tells them. A server that refuses it tells of none.
    pub(super) fn links_in(&mut self, dir: &[u8]) -> Result<BTreeSet<Vec<u8>>, Error> {
        let text = match self.list_text(dir) {
            Err(error) if error.is_refusal() || error.is_not_implemented() => Vec::new(),
            other => other?,
        };
        let entries = lines(&text).filter_map(parse_list_line);
        let links = entries.filter(|entry| entry.kind == EntryKind::Link);
        Ok(links.map(|entry| entry.name).collect())
    }

    /// Returns a directory as the server prints it for people.
    ///
    /// # Errors
    ///
    /// As [`Client::list`].
    pub fn list_text(&mut self, dir: &[u8]) -> Result<Vec<u8>, Error> {
        self.retrying("list", |client| client.listing_or_empty(Listing::List, dir))
    }

    /// Returns the names in a directory, as the server gives them. Where dialect, module or server have no command for
    /// it, the names come from a listing.
    ///
    /// # Errors
    ///
    /// As [`Client::list`].
    pub fn nlst(&mut self, dir: &[u8]) -> Result<Vec<Vec<u8>>, Error> {
        let names = self.retrying("nlst", |client| client.nlst_once(dir))?;
        self.check_empty(dir, names.is_empty())?;
        Ok(names)
    }

    fn nlst_once(&mut self, dir: &[u8]) -> Result<Vec<Vec<u8>>, Error> {
        let lacking = composed::listing_stands_for(self.dialect(), &[CommandKind::FtpNameList]);
        let named = (!lacking).then(|| self.listing_or_empty(Listing::Names, dir));
        match named {
            Some(Err(error)) if !error.is_not_implemented() && !error.is_refused_by_module() => {
                Err(error)
            }
            Some(Ok(text)) => Ok(lines(&text).map(<[u8]>::to_vec).collect()),
            Some(Err(_)) | None => {
                let entries = self.list_once(dir)?;
                Ok(entries.into_iter().map(|entry| entry.name).collect())
            }
        }
    }

    /// Returns the entries of a directory by RFC 3659, without the directory itself and its parent.
    ///
    /// # Errors
    ///
    /// As [`Client::list`]; the server has no MLSD.
    pub fn mlsd(&mut self, dir: &[u8]) -> Result<Vec<Entry>, Error> {
        self.retrying("mlsd", |client| client.mlsd_once(dir))
    }

    fn mlsd_once(&mut self, dir: &[u8]) -> Result<Vec<Entry>, Error> {
        let text = self.listing(Listing::Machine, dir)?;
        Ok(lines(&text).filter_map(parse_machine_line).collect())
    }

    /// Returns a directory by RFC 3659 as the server sends it.
    ///
    /// # Errors
    ///
    /// As [`Client::mlsd`].
    pub fn mlsd_text(&mut self, dir: &[u8]) -> Result<Vec<u8>, Error> {
        self.retrying("mlsd", |client| client.listing(Listing::Machine, dir))
    }

    fn listing(&mut self, listing: Listing, dir: &[u8]) -> Result<Vec<u8>, Error> {
        let limit = self.listing_limit;
        let (mut text, mut is_too_long) = (Vec::new(), false);
        let mut sink = |data: &[u8]| {
            is_too_long |= text.len() + data.len() > limit;
            if is_too_long {
                return Err(io::Error::other("the listing is too long"));
            }
            text.extend_from_slice(data);
            Ok(())
        };
        let listed = self.run(
            Operation::List(listing, dir),
            OperationPayload::Into(&mut sink),
        );
        if is_too_long {
            return Err(Error::ListingTooLong { limit });
        }
        listed?;
        if let Some(transcript) = self.dialect().command(CommandKind::FtpTranscript) {
            text = without_transcript(&text, transcript.name);
        }
        Ok(text)
    }
}

impl Client {
    /// Lists a directory; gives an empty listing for the refusal of one that is there.
    fn listing_or_empty(&mut self, listing: Listing, dir: &[u8]) -> Result<Vec<u8>, Error> {
        match self.listing(listing, dir) {
            Err(error) if error.may_be_empty_directory() => {
                if self.enters(dir)? != Some(true) {
                    return Err(error);
                }
            }
            other => return other,
        }
        // A name that was damaged on its way is refused, too: only a second refusal counts.
        match self.listing(listing, dir) {
            Err(error) if error.may_be_empty_directory() => Ok(Vec::new()),
            other => other,
        }
    }
}

/// Removes the lines of the control connection that the module shows while it lists (003 §1.2.3): `+FTPINFO:226 ...`, and
/// the blank line in front of each. A line of LIST never begins so.
fn without_transcript(text: &[u8], name: &str) -> Vec<u8> {
    let is_shown = |line: &[u8]| {
        let rest = line.strip_prefix(name.as_bytes());
        rest.is_some_and(|rest| rest.starts_with(b":") && rest.ends_with(b"\n"))
    };
    let mut left = Vec::with_capacity(text.len());
    let mut blank = &b""[..];
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        if is_shown(line) {
            blank = b"";
            continue;
        }
        left.extend_from_slice(core::mem::take(&mut blank));
        match line {
            b"\r\n" => blank = line,
            line => left.extend_from_slice(line),
        }
    }
    left.extend_from_slice(blank);
    left
}

fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|byte| *byte == b'\n')
        .map(|line| line.strip_suffix(b"\r").unwrap_or(line))
        .filter(|line| !line.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_transcript_is_no_part_of_a_listing() {
        let cases: &[(&[u8], &[u8])] = &[
            (b"a\r\nb\r\n", b"a\r\nb\r\n"),
            (
                b"\r\n+FTPINFO:150 Here\r\na\r\n\r\n+FTPINFO:226 Ok\r\n",
                b"a\r\n",
            ),
            (b"\r\n+FTPINFO:150-A\r\n\r\n+FTPINFO:150 B\r\n", b""),
            (b"+FTPINFO:150 A\r\na\r\n+FTPINFO:226 Ok\r\n", b"a\r\n"),
            (b"\r\n\r\n+FTPINFO:x\r\n\r\n", b"\r\n\r\n"),
            (b"a\r\n\r\n+FTPINFO:15", b"a\r\n\r\n+FTPINFO:15"),
            (
                b"a +FTPINFO:1\r\n+FTPINFOS:1\r\n",
                b"a +FTPINFO:1\r\n+FTPINFOS:1\r\n",
            ),
            (b"", b""),
        ];
        // Each line is looked at once: with a look from each at all behind it this would take an hour.
        let many = b"\r\n+FTPINFO:".repeat(1_000_000);
        assert_eq!(without_transcript(&many, "+FTPINFO"), b"+FTPINFO:");
        for (text, left) in cases {
            let cut = without_transcript(text, "+FTPINFO");
            assert_eq!(cut, *left, "{}", text.escape_ascii());
        }
    }
}
