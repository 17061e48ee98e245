//! The module's own file store (`AT+QF...`, COMMON 1).

use std::io::{Read, Write};
use std::path::Path;

use super::connection::Client;
use super::entry::{Entry, EntryKind};
use super::error::Error;
use super::local_file::{into_place, open_source};
use super::payload::{OperationPayload, Supply};
use crate::at::{self, Fields, Line, Token};
use crate::checksum::Checksum;
use crate::dialect::Volume;
use crate::host::{Answer, HostError, Operation};

/// The module's file store, reached through a client.
#[derive(Debug)]
pub struct Store<'a> {
    client: &'a mut Client,
}

/// A file in the store.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct StoredFile {
    /// Name as the module prints it, with or without prefix.
    pub name: Vec<u8>,
    /// Size in bytes.
    pub size: u64,
}

/// A file of the store as an entry of a directory.
impl From<StoredFile> for Entry {
    fn from(file: StoredFile) -> Self {
        Entry {
            raw: file.name.clone(),
            name: file.name,
            kind: EntryKind::File,
            size: Some(file.size),
            modified: None,
        }
    }
}

impl Client {
    /// Returns the module's own file store.
    pub fn store(&mut self) -> Store<'_> {
        Store { client: self }
    }
}

impl Store<'_> {
    /// Returns the free and total bytes of a volume.
    ///
    /// # Errors
    ///
    /// The dialect has no store or the module not that volume; those of the line.
    pub fn space(&mut self, volume: Volume) -> Result<(u64, u64), Error> {
        let lines = self
            .client
            .lines(Operation::StoreSpace(volume.name().as_bytes()))?;
        let numbers = lines.last().and_then(|line| {
            let Line::Information { fields, .. } = at::parse_reply(line) else {
                return None;
            };
            let mut numbers = Fields::new(fields).map(|field| field.ok().and_then(Token::integer));
            Some((numbers.next()??, numbers.next()??))
        });
        numbers.ok_or_else(|| {
            let line = lines.last().map_or(&b""[..], Vec::as_slice);
            Error::from(HostError::unexpected("AT+QFLDS".into(), line))
        })
    }

    /// Lists files by pattern: `*` for all in flash, `RAM:*`, or one name.
    ///
    /// # Errors
    ///
    /// The dialect has no store; those of the line.
    pub fn list(&mut self, pattern: &[u8]) -> Result<Vec<StoredFile>, Error> {
        let lines = self.client.lines(Operation::StoreList(pattern))?;
        Ok(lines.iter().filter_map(|line| parse_stored(line)).collect())
    }

    /// Removes files by pattern or name.
    ///
    /// # Errors
    ///
    /// The dialect has no store; the module has no such file; those of the line.
    pub fn remove(&mut self, pattern: &[u8]) -> Result<(), Error> {
        self.client
            .run(Operation::StoreDelete(pattern), OperationPayload::None)
            .map(drop)
    }

    /// Uploads `size` bytes, at least 1, into a new file and compares the module's checksum over them.
    ///
    /// # Errors
    ///
    /// [`ChecksumMismatch`](crate::ErrorKind::ChecksumMismatch); the name is taken or the volume full; the reader
    /// fails; those of the line.
    pub fn upload(&mut self, source: &mut dyn Read, size: u64, name: &[u8]) -> Result<(), Error> {
        let mut summed = Summed {
            source,
            checksum: Checksum::default(),
        };
        let supply_length = size;
        let mut ignore = |_| {};
        let supply = Supply::new(&mut summed, supply_length, &mut ignore);
        let operation = Operation::StoreUpload { name, length: size };
        let answer = self.client.run(operation, OperationPayload::From(supply))?;
        compare(&answer, summed.checksum, "AT+QFUPL")
    }

    /// Uploads a file of the local file system; see [`Store::upload`].
    ///
    /// # Errors
    ///
    /// As [`Store::upload`]; the file cannot be read.
    pub fn upload_file(&mut self, path: &Path, name: &[u8]) -> Result<(), Error> {
        let (mut file, size) = open_source(path)?.stated();
        self.upload(&mut file, size, name)
    }

    /// Downloads into a file of the local file system, by a temporary name beside it, which takes its place when
    /// complete; see [`Store::download`].
    ///
    /// # Errors
    ///
    /// As [`Store::download`]; the file cannot be written.
    pub fn download_file(&mut self, name: &[u8], path: &Path) -> Result<u64, Error> {
        into_place(path, true, |file| self.download(name, file))
    }

    /// Downloads a file, compares the module's checksum over it, and returns its size.
    ///
    /// # Errors
    ///
    /// [`ChecksumMismatch`](crate::ErrorKind::ChecksumMismatch); the module has no such file; the writer fails; those
    /// of the line.
    pub fn download(&mut self, name: &[u8], sink: &mut dyn Write) -> Result<u64, Error> {
        let mut checksum = Checksum::default();
        let mut bytes = 0;
        let mut take = |data: &[u8]| {
            checksum.update(data);
            bytes += data.len() as u64;
            sink.write_all(data)
        };
        let answer = self.client.run(
            Operation::StoreDownload(name),
            OperationPayload::Into(&mut take),
        )?;
        compare(&answer, checksum, "AT+QFDWL").map(|()| bytes)
    }
}

struct Summed<'a> {
    source: &'a mut dyn Read,
    checksum: Checksum,
}

impl Read for Summed<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.source.read(buffer)?;
        self.checksum.update(&buffer[..count]);
        Ok(count)
    }
}

fn compare(answer: &Answer, ours: Checksum, command: &str) -> Result<(), Error> {
    match answer {
        Answer::Stored { checksum, .. } if *checksum == ours.value() => Ok(()),
        Answer::Stored { checksum, .. } => Err(Error::from(HostError::ChecksumMismatch {
            command: command.into(),
            expected: ours.value(),
            found: *checksum,
        })),
        other => Err(Error::wrong_answer(other)),
    }
}

/// Parses `+QFLST: "RAM:test1.txt",1000`, with the name quoted or bare (COMMON 1.5).
fn parse_stored(line: &[u8]) -> Option<StoredFile> {
    let Line::Information { fields, .. } = at::parse_reply(line) else {
        return None;
    };
    let mut fields = Fields::new(fields);
    let name = fields.next()?.ok()?.bytes().to_vec();
    let size = fields.next()?.ok()?.integer()?;
    Some(StoredFile { name, size })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_quoted_or_bare() {
        for line in [
            &b"+QFLST: \"RAM:test.txt\",1000"[..],
            b"+QFLST: RAM:test.txt,1000",
        ] {
            let file = StoredFile {
                name: b"RAM:test.txt".to_vec(),
                size: 1000,
            };
            assert_eq!(parse_stored(line), Some(file));
        }
        assert_eq!(parse_stored(b"+QFLST: \"x\""), None);
    }
}
