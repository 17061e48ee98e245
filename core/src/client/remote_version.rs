//! The version of a remote file, and whether it became another one while it was downloaded.
//!
//! A download in pieces opens the file for each of them, and so does one that goes on after a failure. Each piece begins with
//! the end of the one before, but two versions of a file may be alike there. A file that has grown is a log, to which more was
//! written: what was fetched is its beginning.

use super::connection::Client;
use super::error::Error;
use super::support::Task;
use crate::ErrorKind;
use crate::transfer::{FIRST_PIECE, RemoteSize};

/// The answers about the time of a file: a digit may be damaged on the line.
const ANSWERS: u8 = 2;

/// The most digits of a time in a tag.
pub(super) const MOST_DIGITS: usize = 20;

/// The version of a remote file, as far as the server tells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct RemoteVersion {
    pub(super) size: Option<u64>,
    pub(super) modified: Option<String>,
}

impl RemoteVersion {
    /// Returns its size, as a transfer takes it.
    pub(super) fn remote_size(&self) -> RemoteSize {
        self.size.map_or(RemoteSize::Unknown, RemoteSize::Known)
    }

    /// Returns it as a part of a file name; empty where nothing is known.
    pub(super) fn tag(&self) -> String {
        let size = self.size.map(|size| size.to_string()).unwrap_or_default();
        let time = self.modified.as_deref().unwrap_or_default();
        let digits = time.chars().filter(char::is_ascii_digit).take(MOST_DIGITS);
        format!("{size}-{}", digits.collect::<String>())
    }
}

impl Client {
    /// Returns what tells this version of a remote file from another one. The time is asked for only where a part can be
    /// of use: where the file is larger than a first piece, or continued.
    pub(super) fn version(
        &mut self,
        remote: &[u8],
        continued: bool,
    ) -> Result<RemoteVersion, Error> {
        let size = match self.size(remote) {
            Ok(size) => Some(size),
            Err(error) if error.leaves_size_open() => None,
            Err(error) => return Err(error),
        };
        let asks = continued || size.is_some_and(|size| size > FIRST_PIECE);
        let modified = if asks && Task::Modified.check(self.dialect()).is_ok() {
            // Asked once: a module that never answers this has the file all the same.
            match self.mdtm_once(remote) {
                Ok(time) => Some(time),
                Err(error) if error.is_ftp_failure() => None,
                Err(error) if error.kind() == ErrorKind::NoAnswer => None,
                Err(error) => return Err(error),
            }
        } else {
            None
        };
        Ok(RemoteVersion { size, modified })
    }

    /// Returns true where a file of the same size, or a smaller one, has another time than before its download. A time that
    /// was not asked for, or that the server does not tell any more, says nothing.
    pub(super) fn is_changed(
        &mut self,
        remote: &[u8],
        before: &RemoteVersion,
    ) -> Result<bool, Error> {
        let (Some(size), Some(modified)) = (before.size, before.modified.as_deref()) else {
            return Ok(false);
        };
        for _ in 0..ANSWERS {
            match self.mdtm_once(remote) {
                Ok(now) if now == modified => return Ok(false),
                Ok(_) => {}
                Err(error) if error.is_ftp_failure() || error.kind() == ErrorKind::NoAnswer => {
                    return Ok(false);
                }
                Err(error) => return Err(error),
            }
        }
        match self.size(remote) {
            Ok(now) => Ok(now <= size),
            Err(error) if error.is_refusal() => Ok(false),
            Err(error) => Err(error),
        }
    }
}
