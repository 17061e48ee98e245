//! Directory listings: MLSD, LIST, NLST.

use std::io;

use super::composed;
use super::connection::Client;
use super::entry::{Entry, parse_list_line, parse_machine_line};
use super::error::Error;
use super::payload::OperationPayload;
use crate::dialect::CommandKind;
use crate::host::{Listing, Operation};

impl Client {
    /// Returns the entries of a directory, without `.` and `..`: by MLSD, or by LIST where the server has no MLSD.
    ///
    /// # Errors
    ///
    /// The dialect has no listing; the server refuses; the listing is longer than the client takes; those of the line.
    pub fn list(&mut self, dir: &[u8]) -> Result<Vec<Entry>, Error> {
        match self.mlsd(dir) {
            Err(error) if error.is_not_implemented() => {
                let text = self.list_text(dir)?;
                Ok(lines(&text).filter_map(parse_list_line).collect())
            }
            other => other,
        }
    }

    /// Returns a directory as the server prints it for people.
    ///
    /// # Errors
    ///
    /// As [`Client::list`].
    pub fn list_text(&mut self, dir: &[u8]) -> Result<Vec<u8>, Error> {
        self.listing(Listing::List, dir)
    }

    /// Returns the names in a directory, as the server gives them. Where the dialect has no command for it, the names
    /// come from a listing.
    ///
    /// # Errors
    ///
    /// As [`Client::list`].
    pub fn nlst(&mut self, dir: &[u8]) -> Result<Vec<Vec<u8>>, Error> {
        if composed::listing_stands_for(self.dialect(), &[CommandKind::FtpNameList]) {
            let entries = self.list(dir)?;
            return Ok(entries.into_iter().map(|entry| entry.name).collect());
        }
        let text = self.listing(Listing::Names, dir)?;
        Ok(lines(&text).map(<[u8]>::to_vec).collect())
    }

    /// Returns the entries of a directory by RFC 3659, without the directory itself and its parent.
    ///
    /// # Errors
    ///
    /// As [`Client::list`]; the server has no MLSD.
    pub fn mlsd(&mut self, dir: &[u8]) -> Result<Vec<Entry>, Error> {
        let text = self.mlsd_text(dir)?;
        Ok(lines(&text).filter_map(parse_machine_line).collect())
    }

    /// Returns a directory by RFC 3659 as the server sends it.
    ///
    /// # Errors
    ///
    /// As [`Client::mlsd`].
    pub fn mlsd_text(&mut self, dir: &[u8]) -> Result<Vec<u8>, Error> {
        self.listing(Listing::Machine, dir)
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
            cut_transcript(&mut text, transcript.name);
        }
        Ok(text)
    }
}

/// Removes the lines of the control connection that the module shows while it lists: `+FTPINFO:226 ...` (003 §1.2.3).
fn cut_transcript(text: &mut Vec<u8>, name: &str) {
    let needle = [b"\r\n", name.as_bytes(), b":"].concat();
    let mut kept = Vec::with_capacity(text.len());
    let mut rest = text.as_slice();
    while let Some(start) = memchr::memmem::find(rest, &needle) {
        let body = start + needle.len();
        let Some(length) = memchr::memmem::find(&rest[body..], b"\r\n") else {
            break;
        };
        kept.extend_from_slice(&rest[..start]);
        rest = &rest[body + length + 2..];
    }
    kept.extend_from_slice(rest);
    *text = kept;
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
            (b"+FTPINFO:x\r\n", b"+FTPINFO:x\r\n"),
            (b"a\r\n\r\n+FTPINFO:15", b"a\r\n\r\n+FTPINFO:15"),
        ];
        for (text, left) in cases {
            let mut cut = text.to_vec();
            cut_transcript(&mut cut, "+FTPINFO");
            assert_eq!(cut, *left, "{}", text.escape_ascii());
        }
    }
}
