//! Tells whether a remote file became another one while it was downloaded.
//!
//! A download in pieces opens the file for each of them, and so does one that goes on after a failure. Each piece begins with
//! the end of the one before, but two versions of a file may be alike there. A file that has grown is a log, to which more was
//! written: what was fetched is its beginning.

use super::connection::Client;
use super::error::Error;
use super::part_file::RemoteVersion;
use crate::ErrorKind;

/// The answers about the time of a file: a digit may be damaged on the line.
const ANSWERS: u8 = 2;

impl Client {
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
