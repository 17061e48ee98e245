//! The budget of retries: what a [`RetryPolicy`] leaves after the failures so far.

use alloc::vec::Vec;
use core::time::Duration;

use super::policy::RetryPolicy;
use crate::ErrorKind;

/// The largest number of failures that a report lists.
const LISTED: usize = 100;

/// Counts the tries of a transfer, or of a question, and says whether another one is allowed.
#[derive(Debug)]
pub(crate) struct RetryBudget {
    policy: RetryPolicy,
    begun: Duration,
    /// The time of the last outcome.
    last: Duration,
    /// Failures since the last progress.
    in_a_row: u32,
    /// A step was refused, and done once more.
    asked_again: bool,
    failures: Vec<ErrorKind>,
    attempts: u32,
    jitter: u64,
}

impl RetryBudget {
    /// Returns the whole budget.
    pub(crate) fn new(now: Duration, policy: RetryPolicy) -> Self {
        RetryBudget {
            policy,
            begun: now,
            last: now,
            in_a_row: 0,
            asked_again: false,
            failures: Vec::new(),
            attempts: 1,
            jitter: 25,
        }
    }

    /// Sets the number that the waits are moved by.
    pub(super) fn set_jitter(&mut self, jitter: u64) {
        self.jitter = jitter;
    }

    /// Takes the time of an outcome, and returns the time since the one before it.
    pub(crate) fn advance(&mut self, now: Duration) -> Duration {
        let elapsed = now.saturating_sub(self.last);
        self.last = self.last.max(now);
        elapsed
    }

    /// Makes the budget of failures in a row whole again.
    pub(super) fn note_progress(&mut self) {
        self.in_a_row = 0;
    }

    /// Returns true where a failure may be tried again, by its kind or by the server's reply.
    pub(crate) fn allows(&self, kind: ErrorKind, reply: Option<u16>) -> bool {
        let spent = self.last.saturating_sub(self.begun);
        (passes(reply) || self.policy.retries(kind))
            && self.in_a_row < self.policy.retries
            && self.policy.deadline.is_none_or(|deadline| spent < deadline)
    }

    /// Returns true for the first refusal, after which the same is asked once more at once: a name that was damaged on the
    /// way is refused, too.
    pub(crate) fn asks_again(&mut self, kind: ErrorKind, reply: Option<u16>) -> bool {
        let asks = is_refusal(kind)
            && !passes(reply)
            && self.policy.retries > 0
            && !self.policy.retries(kind)
            && !self.asked_again;
        self.asked_again |= asks;
        asks
    }

    /// Counts a failure that is tried again.
    pub(crate) fn count(&mut self, kind: ErrorKind) {
        self.in_a_row += 1;
        self.attempts += 1;
        if self.failures.len() < LISTED {
            self.failures.push(kind);
        }
    }

    /// Returns the time until which the next try waits.
    pub(crate) fn next_try(&mut self) -> Duration {
        self.jitter = self
            .jitter
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        self.last + self.policy.wait_before(self.in_a_row, self.jitter >> 33)
    }

    /// Returns the number of failures in a row.
    pub(crate) fn in_a_row(&self) -> u32 {
        self.in_a_row
    }

    /// Returns the largest number of failures that are tried again.
    pub(super) fn retries(&self) -> u32 {
        self.policy.retries
    }

    /// Returns the tries, the first one included.
    pub(crate) fn attempts(&self) -> u32 {
        self.attempts
    }

    /// Returns the failures that were tried again.
    pub(super) fn failures(&self) -> &[ErrorKind] {
        &self.failures
    }
}

/// Returns true for a reply that says that another try may succeed (RFC 959 §4.2). 450 is not among them: servers say it of
/// files that are not there.
pub(crate) fn passes(reply: Option<u16>) -> bool {
    reply.is_some_and(|code| (400..500).contains(&code) && code != 450)
}

/// Returns true where server or module say no to a command.
pub(super) fn is_refusal(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::FileUnavailable
            | ErrorKind::FileRefused
            | ErrorKind::ServerRefused
            | ErrorKind::OtherReply
            | ErrorKind::Unexplained
            | ErrorKind::Module
            | ErrorKind::FinalError
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reply_that_passes_is_tried_again_and_a_refusal_asked_once_more() {
        let kind = ErrorKind::FileRefused;
        let mut budget = RetryBudget::new(Duration::ZERO, RetryPolicy::STANDARD);
        assert!(budget.allows(kind, Some(451)) && !budget.allows(kind, Some(550)));
        assert!(!budget.allows(kind, Some(399)) && budget.allows(kind, Some(499)));
        assert!(!budget.allows(kind, Some(450)));
        assert!(!budget.asks_again(kind, Some(451)));
        assert!(budget.asks_again(kind, Some(550)));
        assert!(!budget.asks_again(kind, Some(550)));
        let mut none = RetryBudget::new(Duration::ZERO, RetryPolicy::NONE);
        assert!(!none.asks_again(kind, Some(550)) && !none.allows(kind, Some(451)));
    }

    #[test]
    fn a_budget_ends_by_failures_in_a_row_or_by_time() {
        let kind = ErrorKind::ConnectionLost;
        let second = Duration::from_secs(1);
        let policy = RetryPolicy::STANDARD.with_deadline(Some(second * 10));
        let mut budget = RetryBudget::new(Duration::ZERO, policy);
        for _ in 0..policy.retries {
            assert!(budget.allows(kind, None));
            budget.count(kind);
        }
        assert!(!budget.allows(kind, None));
        budget.note_progress();
        assert!(budget.allows(kind, None));
        budget.advance(second * 10);
        assert!(!budget.allows(kind, None));
        assert_eq!(budget.attempts(), policy.retries + 1);
    }
}
