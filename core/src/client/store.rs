//! The module's own file store (`AT+QF...`, COMMON 1).

use std::borrow::Cow;
use std::fmt;
use std::io::{Read, Write};
use std::path::Path;

use super::connection::Client;
use super::entry::{Entry, EntryKind};
use super::error::Error;
use super::file_batch::FileBatch;
use super::local_file::{make_part, open_source, open_stream};
use super::payload::{OperationPayload, Supply, SupplyCount};
use super::support::Task;
use super::transfer::{Progress, Transferred, report};
use crate::at::{self, Fields, Line, Token};
use crate::checksum::Checksum;
use crate::dialect::Volume;
use crate::host::{Answer, HostError, Operation};
use crate::transfer::Verified;

/// The module's file store, reached through a client.
pub struct Store<'a> {
    client: &'a mut Client,
    progress: Option<Progress<'a>>,
}

impl fmt::Debug for Store<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store")
            .field("client", &self.client)
            .field("progress", &self.progress.is_some())
            .finish()
    }
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
        Store {
            client: self,
            progress: None,
        }
    }
}

impl<'a> Store<'a> {
    /// Sets the callback for the progress of uploads and downloads over the line: bytes so far, and bytes in all if that is
    /// known.
    #[must_use]
    pub fn progress(self, progress: &'a mut dyn FnMut(u64, Option<u64>)) -> Self {
        Store {
            progress: Some(progress),
            ..self
        }
    }

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
        let lines = self
            .client
            .lines(Operation::StoreList(&with_volume(pattern)))?;
        Ok(lines.iter().filter_map(|line| parse_stored(line)).collect())
    }

    /// Removes files by pattern or name.
    ///
    /// # Errors
    ///
    /// The dialect has no store; the module has no such file; those of the line.
    pub fn remove(&mut self, pattern: &[u8]) -> Result<(), Error> {
        self.client
            .run(
                Operation::StoreDelete(&with_volume(pattern)),
                OperationPayload::None,
            )
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
        let mut told = 0;
        let mut tell = |count: SupplyCount| {
            if count.carried > told {
                told = count.carried;
                report(&mut self.progress, told, Some(size));
            }
        };
        let supply = Supply::new(&mut summed, supply_length, &mut tell);
        let operation = Operation::StoreUpload {
            name: &with_volume(name),
            length: size,
        };
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
        if let Some(mut file) = open_stream(path)? {
            return self.download(name, &mut file);
        }
        let mut part = make_part(path)?;
        let size = self.download(name, &mut part.file)?;
        FileBatch::place_one(part)?;
        Ok(size)
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
            report(&mut self.progress, bytes, None);
            sink.write_all(data)
        };
        let answer = self.client.run(
            Operation::StoreDownload(&with_volume(name)),
            OperationPayload::Into(&mut take),
        )?;
        compare(&answer, checksum, "AT+QFDWL").map(|()| bytes)
    }
}

/// Transfers between the server and the store. The module moves the file by itself: nothing of it goes over the line, and
/// the call waits for the end. The session must be open.
impl Store<'_> {
    /// Downloads a file of the server into a file of the store, which is replaced, and compares the sizes of the two.
    ///
    /// # Errors
    ///
    /// [`Unsupported`](crate::ErrorKind::Unsupported) where the dialect has no store;
    /// [`Incomplete`](crate::ErrorKind::Incomplete) where the sizes differ; the volume is full; the server refuses; those
    /// of the line.
    pub fn fetch(&mut self, remote: &[u8], name: &[u8]) -> Result<Transferred, Error> {
        Task::StoreTransfer.check(self.client.dialect())?;
        let name = with_volume(name);
        let length = known_size(self.client.size(remote))?;
        let operation = Operation::StoreFetch {
            remote,
            name: &name,
            length,
        };
        let (moved, mut transferred) = self.client.move_file(operation)?;
        let stored = self.size(&name)?;
        compare_sizes(operation, stored, moved)?;
        if let Some(length) = length {
            compare_sizes(operation, stored, length)?;
            transferred.verified = Verified::Size;
        }
        Ok(transferred)
    }

    /// Uploads a file of the store to the server, and compares the sizes of the two.
    ///
    /// # Errors
    ///
    /// [`Unsupported`](crate::ErrorKind::Unsupported) where the dialect has no store; the module has no such file;
    /// [`Incomplete`](crate::ErrorKind::Incomplete) where the sizes differ; the server refuses; those of the line.
    pub fn send(&mut self, name: &[u8], remote: &[u8]) -> Result<Transferred, Error> {
        Task::StoreTransfer.check(self.client.dialect())?;
        let name = with_volume(name);
        let stored = self.size(&name)?;
        let operation = Operation::StoreSend {
            name: &name,
            remote,
            length: Some(stored),
        };
        let (moved, mut transferred) = self.client.move_file(operation)?;
        compare_sizes(operation, moved, stored)?;
        if let Some(size) = known_size(self.client.size(remote))? {
            compare_sizes(operation, size, stored)?;
            transferred.verified = Verified::Size;
        }
        Ok(transferred)
    }

    /// Returns the size of one file.
    fn size(&mut self, name: &[u8]) -> Result<u64, Error> {
        let listed = self.list(name)?;
        listed.first().map(|file| file.size).ok_or_else(|| {
            let path = name.escape_ascii().to_string();
            Error::NotListed { path }
        })
    }
}

impl Client {
    /// Has the module move a file between server and store, as often as the policy of retries says: each try replaces what
    /// the one before left.
    fn move_file(&mut self, operation: Operation<'_>) -> Result<(u64, Transferred), Error> {
        let start = self.now();
        let mut attempts = 0;
        let mut failures = Vec::new();
        let bytes = self.retrying(operation.name(), |client| {
            attempts += 1;
            let moved = client.number(operation);
            failures.extend(moved.as_ref().err().map(Error::kind));
            moved
        })?;
        let transferred = Transferred {
            bytes,
            offset: 0,
            elapsed: self.now().saturating_sub(start),
            connect: None,
            attempts,
            failures,
            verified: Verified::Nothing,
        };
        Ok((bytes, transferred))
    }
}

/// Returns a size, or `None` where the server tells none.
fn known_size(size: Result<u64, Error>) -> Result<Option<u64>, Error> {
    match size {
        Ok(size) => Ok(Some(size)),
        Err(error) if error.leaves_size_open() => Ok(None),
        Err(error) => Err(error),
    }
}

fn compare_sizes(operation: Operation<'_>, found: u64, expected: u64) -> Result<(), Error> {
    if found == expected {
        return Ok(());
    }
    Err(Error::SizeDiffers {
        operation: operation.name(),
        found,
        expected,
        bytes_confirmed: 0,
    })
}

/// Returns the name with its volume in upper case: firmware was seen to refuse `ufs:name` (FIELD 2.3).
fn with_volume(name: &[u8]) -> Cow<'_, [u8]> {
    let colon = memchr::memchr(b':', name).unwrap_or(0);
    if name[..colon].iter().any(u8::is_ascii_lowercase) {
        Cow::Owned(
            [
                name[..colon].to_ascii_uppercase().as_slice(),
                &name[colon..],
            ]
            .concat(),
        )
    } else {
        Cow::Borrowed(name)
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
    fn volumes_are_upper_case_and_names_as_they_are() {
        for (name, expected) in [
            ("ufs:a.TXT", "UFS:a.TXT"),
            ("Ram:*", "RAM:*"),
            ("UFS:a", "UFS:a"),
            ("a", "a"),
            ("", ""),
        ] {
            assert_eq!(*with_volume(name.as_bytes()), *expected.as_bytes());
        }
    }

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
