//! Directory listings: MLSD, LIST, NLST.

use super::composed;
use super::connection::Client;
use super::entry::{Entry, parse_machine_line};
use super::error::Error;
use super::list_line::parse_list_line;
use super::payload::{OperationPayload, writing};
use crate::dialect::CommandKind;
use crate::host::{Listing, Operation};

impl Client {
    /// Returns the entries of a directory, without `.` and `..`: by MLSD, or by LIST where the server has no MLSD.
    ///
    /// # Errors
    ///
    /// The dialect has no listing; the server refuses; those of the line.
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
        let mut text = Vec::new();
        let mut sink = writing(&mut text);
        self.run(
            Operation::List(listing, dir),
            OperationPayload::Into(&mut sink),
        )?;
        drop(sink);
        if let Some(transcript) = self.dialect().command(CommandKind::FtpTranscript) {
            text = without_transcript(&text, transcript.name);
        }
        Ok(text)
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
        for (text, left) in cases {
            let cut = without_transcript(text, "+FTPINFO");
            assert_eq!(cut, *left, "{}", text.escape_ascii());
        }
    }
}
