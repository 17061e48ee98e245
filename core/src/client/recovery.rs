//! The way back of a client to its session, after a failure that may pass.

use std::time::Duration;

use super::connection::Client;
use super::error::Error;
use crate::host::{Login, Operation};

/// Remembers what a client needs to get its session back.
#[derive(Debug, Default)]
pub(super) struct SessionMemory {
    login: Option<Login>,
    /// The directories it changed to, since the last absolute one.
    directories: Vec<Vec<u8>>,
}

impl SessionMemory {
    /// Remembers a login. The server's directory is the first one again.
    pub(super) fn logged_in(&mut self, login: &Login) {
        self.login = Some(login.clone());
        self.directories.clear();
    }

    /// Forgets the login.
    pub(super) fn logged_out(&mut self) {
        *self = SessionMemory::default();
    }

    /// Remembers a change of directory.
    pub(super) fn changed_directory(&mut self, path: &[u8]) {
        if path.starts_with(b"/") {
            self.directories.clear();
        }
        self.directories.push(path.to_vec());
    }
}

impl Client {
    /// Brings the session back: opens the port anew if it broke, identifies the module, logs in, goes to the directory.
    pub(super) fn recover(&mut self, port: bool) -> Result<(), Error> {
        if port {
            self.reopen()?;
        }
        self.identify()?;
        let Some(login) = self.memory.login.clone() else {
            return Ok(());
        };
        self.plain(Operation::Login(&login))?;
        for directory in self.memory.directories.clone() {
            self.plain(Operation::ChangeDir(&directory))?;
        }
        Ok(())
    }

    /// Sleeps until a time of the driver's clock, or until the user cancels.
    pub(super) fn sleep_until(&mut self, until: Duration) -> Result<(), Error> {
        const SLICE: Duration = Duration::from_millis(20);
        loop {
            let left = until.saturating_sub(self.now());
            if left.is_zero() {
                return Ok(());
            }
            if self.is_cancelled() {
                return Err(Error::cancelled());
            }
            std::thread::sleep(left.min(SLICE));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_absolute_directory_stands_for_all_before_it() {
        let mut memory = SessionMemory::default();
        memory.logged_in(&Login::new("h", "u", "p"));
        memory.changed_directory(b"a");
        memory.changed_directory(b"/b");
        memory.changed_directory(b"c");
        assert_eq!(memory.directories, [b"/b".to_vec(), b"c".to_vec()]);
        memory.logged_in(&Login::new("h", "u", "p"));
        assert!(memory.directories.is_empty());
        memory.logged_out();
        assert!(memory.login.is_none());
    }
}
