//! The way back of a client to its session, after a failure that may pass.

use std::time::Duration;

use super::connection::Client;
use super::error::Error;
use crate::host::Operation;

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

    /// Logs in again where a transfer in pieces has left the module in the middle: it would refuse this operation.
    pub(super) fn free_module(&mut self, operation: &Operation<'_>) -> Result<(), Error> {
        let asks_server = !matches!(
            operation,
            Operation::Identify
                | Operation::Resync
                | Operation::Login(_)
                | Operation::Logout
                | Operation::ServiceState
                | Operation::Raw(_)
        );
        if asks_server && self.needs_login() && self.memory.login.is_some() {
            return self.recover(false);
        }
        Ok(())
    }

    /// Waits until a time of the driver's clock, or until the user cancels. It reads the line meanwhile, if there is one.
    pub(super) fn sleep_until(&mut self, until: Duration) -> Result<(), Error> {
        loop {
            let left = until.saturating_sub(self.now());
            if left.is_zero() {
                return Ok(());
            }
            if self.is_cancelled() {
                return Err(Error::cancelled());
            }
            if self.poll(left).is_err() {
                self.pause(left);
            }
        }
    }
}
