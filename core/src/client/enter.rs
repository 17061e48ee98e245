//! Asks whether the session can change into a directory, which tells a directory from a file and from a name that is
//! not there.

use super::connection::Client;
use super::error::Error;
use super::payload::OperationPayload;
use crate::ErrorKind;
use crate::host::Operation;

impl Client {
    /// Returns true where the session can change into a directory of this name.
    ///
    /// # Errors
    ///
    /// Those of the line.
    pub fn is_dir(&mut self, path: &[u8]) -> Result<bool, Error> {
        let entered = self.retrying("cwd", |client| client.enters(path))?;
        Ok(entered == Some(true))
    }

    /// Fails for what is no directory: servers list a file as itself, and what is missing as nothing.
    pub(super) fn check_directory(&mut self, top: &[u8]) -> Result<(), Error> {
        let is_current = matches!(top, b"" | b".");
        let enters =
            is_current || self.enters(top)? != Some(false) || self.enters(top)? != Some(false);
        if enters {
            return Ok(());
        }
        Err(Error::NoDirectory {
            path: String::from_utf8_lossy(top).into_owned(),
        })
    }

    /// Changes into a directory and back. Returns `false` where the server refuses it, and `None` where it refuses the
    /// way back.
    ///
    /// Where no command tells the current directory, the way back is that from a path that is too long, as
    /// [`long_path`](super::long_path) has it: it is gone when another path is asked for.
    pub(super) fn enters(&mut self, directory: &[u8]) -> Result<Option<bool>, Error> {
        let directory = if directory.is_empty() {
            &b"."[..]
        } else {
            directory
        };
        let here = match self.pwd() {
            Ok(here) => here,
            Err(error) if error.kind() == ErrorKind::Unsupported => {
                return self.stays_in(directory).map(Some);
            }
            Err(error) => return refused(error).map(|()| None),
        };
        // The way back is tried first.
        if let Err(error) = self.plain(Operation::ChangeDir(&here)) {
            return refused(error).map(|()| None);
        }
        if let Err(error) = self.plain(Operation::ChangeDir(directory)) {
            return refused(error).map(|()| Some(false));
        }
        self.plain(Operation::ChangeDir(&here)).map(|()| Some(true))
    }

    /// Changes into a directory, which the next operation on another path leaves.
    fn stays_in(&mut self, directory: &[u8]) -> Result<bool, Error> {
        self.leave_directory()?;
        let change = Operation::ChangeDir(directory);
        match self.run_placed(change, OperationPayload::None) {
            Ok(_) => {
                self.memory.visited = Some(directory.to_vec());
                Ok(true)
            }
            Err(error) => refused(error).map(|()| false),
        }
    }
}

/// Passes on the errors of the line, and not those that server or dialect give.
fn refused(error: Error) -> Result<(), Error> {
    let is_refusal = error.is_ftp_failure() || error.kind() == ErrorKind::Unsupported;
    if is_refusal { Ok(()) } else { Err(error) }
}
