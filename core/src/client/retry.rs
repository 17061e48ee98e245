//! Retries of questions: what only asks can be asked again, after a failure that may pass.
//!
//! Transfers have rules of their own, [`transfer`](crate::transfer).

use std::time::Duration;

use super::connection::Client;
use super::error::Error;
use super::retry_notice::RetryNotice;
use crate::ErrorKind;
use crate::codes::ModuleCode;
use crate::transfer::RetryBudget;

impl Client {
    /// Puts a question, and repeats it as the client's policy of retries says, with a session that was brought back.
    pub(super) fn retrying<T>(
        &mut self,
        operation: &'static str,
        mut ask: impl FnMut(&mut Self) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let mut budget = RetryBudget::new(self.now(), self.retry);
        let mut port = false;
        let mut result = ask(self);
        loop {
            let error = match result {
                // It would be too long again.
                Err(error @ Error::ListingTooLong { .. }) => return Err(error),
                // Without a login there is no session to bring back.
                Err(error) if self.memory.login.is_some() => error,
                other => return other,
            };
            budget.advance(self.now());
            let (kind, reply) = (question_kind(&error), error.ftp_reply().map(|code| code.0));
            if budget.asks_again(kind, reply) {
                result = ask(self);
                continue;
            }
            if !budget.allows(kind, reply) {
                return Err(error.in_transfer(0, budget.attempts()));
            }
            budget.count(kind);
            let until = budget.next_try();
            self.tell_retry(operation, &error, &budget, until);
            self.sleep_until(until)?;
            port |= kind.breaks_port();
            result = match self.recover(port) {
                Ok(()) => {
                    port = false;
                    ask(self)
                }
                Err(error) => Err(error),
            };
        }
    }

    fn tell_retry(
        &mut self,
        operation: &'static str,
        error: &Error,
        budget: &RetryBudget,
        until: Duration,
    ) {
        let notice = RetryNotice {
            operation,
            kind: error.kind(),
            reason: error.reason(),
            error: error.describe(),
            retry: budget.in_a_row(),
            retries: self.retry.retries,
            wait: until.saturating_sub(self.now()),
            bytes_confirmed: 0,
        };
        self.callbacks.tell_retry(&notice);
    }
}

/// Returns the kind by which the failure of a question is judged. A module that does not take the command, or its
/// parameters, will not take it later.
fn question_kind(error: &Error) -> ErrorKind {
    if error.is_plain_error() || error.module_code() == Some(ModuleCode::PARAMETER) {
        ErrorKind::FileRefused
    } else {
        error.kind()
    }
}
