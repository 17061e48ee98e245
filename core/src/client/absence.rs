//! Tells whether a file whose size the server refuses is there.
//!
//! Some servers refuse SIZE in ASCII mode, or always, with the reply that also says "no such file". An upload that is to
//! add to a file must not take one that is there for a missing one: it would replace it.

use std::io;

use super::composed;
use super::connection::Client;
use super::entry::Entry;
use super::error::Error;
use super::get_piece::GetPiece;
use super::payload::OperationPayload;
use super::support::Task;
use crate::ErrorKind;
use crate::transfer::RemoteSize;

/// The most answers about the place of an append.
const MOST_ANSWERS: u8 = 5;

impl Client {
    /// Returns true where a file of this name is on the server, or something else that is in its way.
    ///
    /// # Errors
    ///
    /// The server does not tell; those of the line.
    pub fn exists(&mut self, remote: &[u8]) -> Result<bool, Error> {
        let size = self.retrying("size", |client| match client.size_once(remote) {
            Ok(size) => Ok(RemoteSize::Known(size)),
            Err(error) if error.kind() == ErrorKind::NotListed => Ok(RemoteSize::Absent),
            // A dialect without a listing asks for the content.
            Err(error) if error.is_missing() && Task::List.check(client.dialect()).is_err() => {
                client.look_for(remote)
            }
            Err(error) if error.is_missing() => client.look_in_listing(remote, false),
            Err(error) => Err(error),
        })?;
        Ok(size != RemoteSize::Absent)
    }

    /// Returns the position at which an append to a file begins: its size, of two answers that agree, or 0 where there is
    /// none. It is for programs that write a file piece by piece; [`Client::append`] finds the place itself.
    ///
    /// # Errors
    ///
    /// The file is there and the server does not tell its size; those of the line.
    pub fn append_position(&mut self, remote: &[u8]) -> Result<u64, Error> {
        let mut before = None;
        for _ in 0..MOST_ANSWERS {
            let answer = self.retrying("size", |client| client.size_to_append(remote))?;
            match answer {
                RemoteSize::Unknown => break,
                RemoteSize::Absent if before == Some(answer) => return Ok(0),
                RemoteSize::Known(size) if before == Some(answer) => return Ok(size),
                RemoteSize::Known(_) | RemoteSize::Absent => before = Some(answer),
            }
        }
        Err(Error::SizeUnknown {
            operation: "append",
        })
    }

    /// Asks for the size of a file that an upload may add to, and looks whether it is there where that is refused.
    pub(super) fn size_to_append(&mut self, remote: &[u8]) -> Result<RemoteSize, Error> {
        match self.size_once(remote) {
            Ok(size) => Ok(RemoteSize::Known(size)),
            Err(error) if error.kind() == ErrorKind::NotListed => Ok(RemoteSize::Absent),
            Err(error) if error.is_missing() => self.look_for(remote),
            Err(Error::SizeNotListed {
                failure: Some(_), ..
            }) => self.look_for_directory(remote),
            Err(error) if error.leaves_size_open() => Ok(RemoteSize::Unknown),
            Err(error) => Err(error),
        }
    }

    /// Looks for a file whose size is refused: by its first byte, then in the listing of its directory.
    pub(super) fn look_for(&mut self, remote: &[u8]) -> Result<RemoteSize, Error> {
        match self.has_content(remote) {
            // A transfer sets the binary mode, in which the size may be told.
            Ok(true) => match self.size_once(remote) {
                Ok(size) => return Ok(RemoteSize::Known(size)),
                Err(error) if error.is_refusal() => return Ok(RemoteSize::Unknown),
                Err(error) => return Err(error),
            },
            Ok(false) => {}
            Err(error) if error.is_refusal() => {}
            Err(error) => return Err(error),
        }
        self.look_in_listing(remote, false)
    }

    /// Looks for a file that was sent and whose size is refused. A server that lists nothing may hide it.
    pub(super) fn look_for_sent(&mut self, remote: &[u8]) -> Result<RemoteSize, Error> {
        self.look_in_listing(remote, true)
    }

    /// Looks for a file in the listing of its directory, where one without entries may hide files or not.
    fn look_in_listing(&mut self, remote: &[u8], may_hide: bool) -> Result<RemoteSize, Error> {
        let (directory, name) = composed::split(remote);
        match self.entries(directory) {
            Ok(entries) => {
                let is_it = |entry: &Entry| composed::split(&entry.name).1 == name;
                let hides = may_hide && entries.is_empty();
                Ok(if hides || entries.iter().any(is_it) {
                    RemoteSize::Unknown
                } else {
                    RemoteSize::Absent
                })
            }
            // A dialect without a listing has the server's word alone.
            Err(error) if error.kind() == ErrorKind::Unsupported => Ok(RemoteSize::Absent),
            Err(error) if error.is_refusal() => {
                if may_hide {
                    Ok(RemoteSize::Unknown)
                } else {
                    self.look_for_directory(remote)
                }
            }
            Err(error) => Err(error),
        }
    }

    /// Looks for the directory of a file whose size is not told: in one that is missing, there is no file.
    pub(super) fn look_for_directory(&mut self, remote: &[u8]) -> Result<RemoteSize, Error> {
        let (directory, _) = composed::split(remote);
        // Only a second refusal counts.
        let is_missing =
            self.enters(directory)? == Some(false) && self.enters(directory)? == Some(false);
        Ok(if is_missing {
            RemoteSize::Absent
        } else {
            RemoteSize::Unknown
        })
    }

    /// Begins to download the file, and ends that at its first byte.
    fn has_content(&mut self, remote: &[u8]) -> Result<bool, Error> {
        let mut came = false;
        let mut take = |_: &[u8]| {
            came = true;
            Err(io::Error::other("one byte is enough"))
        };
        let piece = GetPiece {
            offset: 0,
            length: self.ends_downloads().then_some(1),
            expected: None,
        };
        let operation = piece.operation(remote);
        let result = self.run(operation, OperationPayload::Into(&mut take));
        if came {
            return Ok(true);
        }
        match result {
            Ok(_) => Ok(true),
            Err(error) if error.is_missing() => Ok(false),
            Err(error) => Err(error),
        }
    }
}
