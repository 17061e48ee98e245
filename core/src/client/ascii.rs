//! Transfers of texts by TYPE A (RFC 959 §3.1.1.1): on the way a line ends with CR LF, and each end stores it as its system
//! does.
//!
//! The sizes at both ends may differ, so they prove nothing, and no transfer goes on in the middle of a text: one that fails
//! is not tried again.

use std::io::{Read, Write};
use std::path::Path;

use super::connection::Client;
use super::error::Error;
use super::file_batch::FileBatch;
use super::local_file::{make_part, open_source, open_stream};
use super::payload::{OperationPayload, Supply};
use super::transfer::Transferred;
use crate::host::{Answer, Operation};
use crate::transfer::Verified;

/// Lines end with CR LF in files of this system.
const ENDS_WITH_CR_LF: bool = cfg!(windows);

impl Client {
    /// Uploads a text: the server stores it with the line ends of its system. All of it is read into memory first, because
    /// the command states its length.
    ///
    /// The module's count is compared with what was sent. The server's size is not: it may store other line ends.
    ///
    /// # Errors
    ///
    /// The server refuses; the reader fails; those of the line.
    pub fn put_ascii(
        &mut self,
        source: &mut dyn Read,
        remote: &[u8],
    ) -> Result<Transferred, Error> {
        let mut local = Vec::new();
        let read = source.read_to_end(&mut local);
        read.map_err(|source| Error::Local { source })?;
        let text = with_cr_lf(&local);
        let length = text.len() as u64;
        let mut ignore = |_| {};
        let mut bytes = text.as_slice();
        let supply = Supply::new(&mut bytes, length, &mut ignore);
        let operation = Operation::PutAscii { remote, length };
        self.transfer_text(operation, OperationPayload::From(supply))
    }

    /// Uploads a text of the local file system; see [`Client::put_ascii`].
    ///
    /// # Errors
    ///
    /// As [`Client::put_ascii`]; the file cannot be read.
    pub fn put_ascii_file(&mut self, path: &Path, remote: &[u8]) -> Result<Transferred, Error> {
        let (mut file, _) = open_source(path)?.stated();
        self.put_ascii(&mut file, remote)
    }

    /// Downloads a text: its lines end as those of this system. The size is not proved.
    ///
    /// # Errors
    ///
    /// The server refuses; the writer fails; those of the line.
    pub fn get_ascii(&mut self, remote: &[u8], sink: &mut dyn Write) -> Result<Transferred, Error> {
        let mut ends = LineEnds::default();
        let mut take = |data: &[u8]| sink.write_all(&ends.take(data));
        let operation = Operation::GetAscii(remote);
        let moved = self.transfer_text(operation, OperationPayload::Into(&mut take))?;
        sink.write_all(ends.end())
            .map_err(|source| Error::Local { source })?;
        Ok(moved)
    }

    /// Downloads a text into a file of the local file system, by a temporary name beside it; see [`Client::get_ascii`].
    ///
    /// # Errors
    ///
    /// As [`Client::get_ascii`]; the file cannot be written.
    pub fn get_ascii_file(&mut self, remote: &[u8], path: &Path) -> Result<Transferred, Error> {
        if let Some(mut file) = open_stream(path)? {
            return self.get_ascii(remote, &mut file);
        }
        let mut part = make_part(path)?;
        let transferred = self.get_ascii(remote, &mut part.file)?;
        FileBatch::place_one(part)?;
        Ok(transferred)
    }

    fn transfer_text(
        &mut self,
        operation: Operation<'_>,
        payload: OperationPayload<'_>,
    ) -> Result<Transferred, Error> {
        let start = self.now();
        let bytes = match self.run(operation, payload)? {
            Answer::Number(bytes) => bytes,
            other => return Err(Error::wrong_answer(&other)),
        };
        Ok(Transferred {
            bytes,
            offset: 0,
            elapsed: self.now().saturating_sub(start),
            connect: self.connect_time(),
            attempts: 1,
            failures: Vec::new(),
            verified: Verified::Nothing,
        })
    }
}

/// Returns a text whose lines end with CR LF; those that do are left as they are.
fn with_cr_lf(text: &[u8]) -> Vec<u8> {
    let mut ended = Vec::with_capacity(text.len());
    for (at, byte) in text.iter().enumerate() {
        if *byte == b'\n' && (at == 0 || text[at - 1] != b'\r') {
            ended.push(b'\r');
        }
        ended.push(*byte);
    }
    ended
}

/// Makes the line ends of this system of CR LF, however the text is cut.
#[derive(Debug, Default)]
struct LineEnds {
    /// A CR was the last byte.
    has_cr: bool,
}

impl LineEnds {
    fn take(&mut self, data: &[u8]) -> Vec<u8> {
        if ENDS_WITH_CR_LF {
            return data.to_vec();
        }
        let mut text = Vec::with_capacity(data.len() + 1);
        for byte in data {
            if self.has_cr && *byte != b'\n' {
                text.push(b'\r');
            }
            self.has_cr = *byte == b'\r';
            if !self.has_cr {
                text.push(*byte);
            }
        }
        text
    }

    /// Returns what was held back at the end.
    fn end(&self) -> &'static [u8] {
        if self.has_cr { b"\r" } else { b"" }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_get_cr_lf_once() {
        for (text, sent) in [
            ("", ""),
            ("a", "a"),
            ("a\nb\n", "a\r\nb\r\n"),
            ("\n\n", "\r\n\r\n"),
            ("a\r\nb\rc", "a\r\nb\rc"),
        ] {
            assert_eq!(with_cr_lf(text.as_bytes()), sent.as_bytes());
        }
    }

    #[test]
    #[cfg(not(windows))]
    fn lines_lose_their_cr_however_they_are_cut() {
        let came = b"a\r\nb\rc\r\r\n\r";
        for size in 1..=came.len() {
            let mut ends = LineEnds::default();
            let mut text: Vec<u8> = came.chunks(size).flat_map(|data| ends.take(data)).collect();
            text.extend_from_slice(ends.end());
            assert_eq!(text, b"a\nb\rc\r\n\r", "{size}");
        }
    }
}
