//! The operations that are one command and move no file.

use std::time::SystemTime;

use super::composed::{self, ListedSize};
use super::connection::Client;
use super::error::Error;
use super::modified::parse_modified;
use super::payload::OperationPayload;
use super::support::Task;
use crate::dialect::CommandKind;
use crate::host::{Answer, Login, Operation, ServiceState};

impl Client {
    /// Logs in: activates the PDP context if it is not active, sets account and settings, opens the session. An open
    /// session is closed first.
    ///
    /// With [`Login::tls`] the certificates go to the module first, into files of their own in flash. Those that are
    /// there already are read back, compared and left as they are. When TLS fails the module's code is 631 and the
    /// error says why, as far as the module knows; the account has not been sent to the server then.
    ///
    /// # Errors
    ///
    /// [`Unsupported`](crate::ErrorKind::Unsupported) before anything is sent, where the dialect lacks what is asked
    /// for; [`LoginRefused`](crate::ErrorKind::LoginRefused) by the server; those of the line and the network.
    pub fn login(&mut self, login: &Login) -> Result<(), Error> {
        self.warn_of_line();
        // Where it fails, no later call goes on with the account before it.
        self.memory.logged_out();
        self.plain(Operation::Login(login))?;
        self.memory.logged_in(login);
        Ok(())
    }

    /// Ends the session. The client can log in again.
    ///
    /// # Errors
    ///
    /// Those of the line.
    pub fn logout(&mut self) -> Result<(), Error> {
        self.memory.logged_out();
        self.plain(Operation::Logout)
    }

    /// Returns the size of a file on the server, in bytes. Where the dialect has no command for it, the size comes from
    /// the server's listing.
    ///
    /// # Errors
    ///
    /// The server has no such file or does not tell its size, [`Error::SizeNotListed`] where the listing does not; those
    /// of the line.
    pub fn size(&mut self, path: &[u8]) -> Result<u64, Error> {
        self.retrying("size", |client| client.size_once(path))
    }

    /// Asks for a size once.
    pub(super) fn size_once(&mut self, path: &[u8]) -> Result<u64, Error> {
        if composed::listing_stands_for(self.dialect(), &[CommandKind::FtpSize]) {
            return self.size_from_listing(path);
        }
        self.number(Operation::Size(path))
    }

    /// Returns the time of a file's last change, `YYYYMMDDHHMMSS[.NNN]` in UTC.
    ///
    /// # Errors
    ///
    /// The dialect has no command for it; the server has no such file; those of the line.
    pub fn mdtm(&mut self, path: &[u8]) -> Result<String, Error> {
        self.retrying("mdtm", |client| client.mdtm_once(path))
    }

    pub(super) fn mdtm_once(&mut self, path: &[u8]) -> Result<String, Error> {
        self.text(Operation::Modified(path))
            .map(|time| time.escape_ascii().to_string())
    }

    /// Returns the time of a file's last change; `None` where dialect or server do not tell it.
    pub(super) fn modified_or_none(&mut self, path: &[u8]) -> Result<Option<SystemTime>, Error> {
        if Task::Modified.check(self.dialect()).is_err() {
            return Ok(None);
        }
        match self.mdtm(path) {
            Ok(time) => Ok(parse_modified(&time)),
            Err(error) if error.is_refusal() => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Deletes a file.
    ///
    /// # Errors
    ///
    /// The server refuses; those of the line.
    pub fn delete(&mut self, path: &[u8]) -> Result<(), Error> {
        self.plain(Operation::Delete(path))
    }

    /// Renames a file or directory.
    ///
    /// # Errors
    ///
    /// The server refuses; those of the line.
    pub fn rename(&mut self, from: &[u8], to: &[u8]) -> Result<(), Error> {
        self.plain(Operation::Rename { from, to })
    }

    /// Makes a directory.
    ///
    /// # Errors
    ///
    /// The server refuses; those of the line.
    pub fn mkdir(&mut self, path: &[u8]) -> Result<(), Error> {
        self.plain(Operation::MakeDir(path))
    }

    /// Removes an empty directory.
    ///
    /// # Errors
    ///
    /// The server refuses; those of the line.
    pub fn rmdir(&mut self, path: &[u8]) -> Result<(), Error> {
        self.plain(Operation::RemoveDir(path))
    }

    /// Changes the current directory.
    ///
    /// # Errors
    ///
    /// The server refuses; those of the line.
    pub fn cwd(&mut self, path: &[u8]) -> Result<(), Error> {
        self.plain(Operation::ChangeDir(path))?;
        self.memory.changed_directory(path);
        Ok(())
    }

    /// Changes to the parent directory: `cwd("..")`, because the LTE dialects have no command of its own for it.
    ///
    /// # Errors
    ///
    /// The server refuses; those of the line.
    pub fn cdup(&mut self) -> Result<(), Error> {
        self.cwd(b"..")
    }

    /// Returns the current directory. A module of `gsm` has no command for it; it is known there from the first change to
    /// an absolute path on.
    ///
    /// # Errors
    ///
    /// [`Error::DirectoryUnknown`] where no command tells it; the server refuses; those of the line.
    pub fn pwd(&mut self) -> Result<Vec<u8>, Error> {
        if self.dialect().command(CommandKind::FtpWorkingDir).is_none() {
            return self
                .memory
                .working_directory()
                .ok_or(Error::DirectoryUnknown);
        }
        self.text(Operation::WorkingDir)
    }

    /// Returns the bytes moved by the last transfer command, as the module counts them. An upload may end with one that
    /// reads its last bytes back; [`Transferred`](super::Transferred) has the whole.
    ///
    /// # Errors
    ///
    /// The dialect has no command for it; those of the line.
    pub fn transferred(&mut self) -> Result<u64, Error> {
        self.number(Operation::Transferred)
    }

    /// Returns the state of the FTP service.
    ///
    /// # Errors
    ///
    /// Those of the line.
    pub fn service_state(&mut self) -> Result<ServiceState, Error> {
        match self.run(Operation::ServiceState, OperationPayload::None)? {
            Answer::State(state) => Ok(state),
            other => Err(Error::wrong_answer(&other)),
        }
    }

    /// Sends any AT command that does not enter data mode, without its CR. Returns its information lines, whole; a URC
    /// that the table lists as its answer is awaited and comes last.
    ///
    /// # Errors
    ///
    /// The line has a control character, the command enters data mode, or the module refuses it; those of the line.
    pub fn command(&mut self, line: &[u8]) -> Result<Vec<Vec<u8>>, Error> {
        self.lines(Operation::Raw(line))
    }

    /// Finds the size in the server's listing of the file itself, or of its directory: some servers list directories
    /// alone, and only these show that there is no such file. Such a server is asked for the directory at once the next
    /// time.
    fn size_from_listing(&mut self, path: &[u8]) -> Result<u64, Error> {
        let (parent, _) = composed::split(path);
        let knows = usize::from(self.memory.lists_directories_alone);
        let mut listed = Ok(ListedSize::Open);
        // The listing of the directory is asked for twice: a command that was damaged on its way is refused, too.
        for place in &[path, parent, parent][knows..] {
            listed = match self.entries(place) {
                Ok(entries) => Ok(composed::size_of(&entries, path)),
                Err(error) => Err(error.into_listing_failure()?),
            };
            match listed {
                Ok(ListedSize::Known(size)) => {
                    self.memory.lists_directories_alone = *place == parent;
                    return Ok(size);
                }
                Ok(_) if *place == parent => break,
                _ => {}
            }
        }
        let path = path.escape_ascii().to_string();
        Err(match listed {
            Ok(ListedSize::Absent) => Error::NotListed { path },
            other => Error::SizeNotListed {
                path,
                failure: other.err(),
            },
        })
    }

    pub(super) fn plain(&mut self, operation: Operation<'_>) -> Result<(), Error> {
        self.run(operation, OperationPayload::None).map(drop)
    }

    pub(super) fn number(&mut self, operation: Operation<'_>) -> Result<u64, Error> {
        match self.run(operation, OperationPayload::None)? {
            Answer::Number(number) => Ok(number),
            other => Err(Error::wrong_answer(&other)),
        }
    }

    fn text(&mut self, operation: Operation<'_>) -> Result<Vec<u8>, Error> {
        match self.run(operation, OperationPayload::None)? {
            Answer::Text(text) => Ok(text),
            other => Err(Error::wrong_answer(&other)),
        }
    }

    pub(super) fn lines(&mut self, operation: Operation<'_>) -> Result<Vec<Vec<u8>>, Error> {
        match self.run(operation, OperationPayload::None)? {
            Answer::Lines(lines) => Ok(lines),
            other => Err(Error::wrong_answer(&other)),
        }
    }
}
