//! The policy of retries: which failures are tried again, how often, and after which wait.

use core::time::Duration;

use crate::{ErrorKind, ErrorKinds};

/// Says how often a transfer goes on after a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RetryPolicy {
    /// Failures in a row that are tried again, without a confirmed byte between them. 0 ends with the first failure.
    pub retries: u32,
    /// The wait before the first retry. Each further one is twice as long.
    pub first_wait: Duration,
    /// The longest wait between two tries.
    pub longest_wait: Duration,
    /// The time for the whole transfer, after which nothing is tried again; `None` sets no limit.
    pub deadline: Option<Duration>,
    /// The kinds of errors that are tried again.
    pub kinds: ErrorKinds,
}

impl RetryPolicy {
    /// Tries nothing again.
    pub const NONE: RetryPolicy = RetryPolicy {
        retries: 0,
        ..RetryPolicy::STANDARD
    };

    /// Three retries in a row, after 1, 2 and 4 seconds.
    pub const STANDARD: RetryPolicy = RetryPolicy {
        retries: 3,
        first_wait: Duration::from_secs(1),
        longest_wait: Duration::from_secs(30),
        deadline: None,
        kinds: ErrorKinds::TRANSIENT,
    };

    /// Sets the number of failures in a row that are tried again.
    #[must_use]
    pub const fn with_retries(mut self, retries: u32) -> Self {
        self.retries = retries;
        self
    }

    /// Sets the time for the whole transfer.
    #[must_use]
    pub const fn with_deadline(mut self, deadline: Option<Duration>) -> Self {
        self.deadline = deadline;
        self
    }

    /// Sets the waits: before the first retry, and the longest one.
    #[must_use]
    pub const fn with_waits(mut self, first: Duration, longest: Duration) -> Self {
        self.first_wait = first;
        self.longest_wait = longest;
        self
    }

    /// Sets the kinds of errors that are tried again. [`ErrorKind::Cancelled`] never is.
    #[must_use]
    pub const fn with_kinds(mut self, kinds: ErrorKinds) -> Self {
        self.kinds = kinds;
        self
    }

    /// Returns true where an error of this kind is tried again.
    pub(super) fn retries(&self, kind: ErrorKind) -> bool {
        self.kinds.contains(kind) && kind != ErrorKind::Cancelled
    }

    /// Returns the wait before a retry, the first of which is number 1. `jitter` is any number: it moves the wait by up
    /// to a quarter either way, so that many devices do not come back at once.
    pub(super) fn wait_before(&self, retry: u32, jitter: u64) -> Duration {
        let doubled = 2_u32.checked_pow(retry.saturating_sub(1));
        let wait = doubled.and_then(|factor| self.first_wait.checked_mul(factor));
        let wait = wait.map_or(self.longest_wait, |wait| wait.min(self.longest_wait));
        // 75 to 125 hundredths.
        let hundredths = 75 + u32::try_from(jitter % 51).unwrap_or(25);
        wait * hundredths / 100
    }
}

/// Tries again: what passes is no reason to fail.
impl Default for RetryPolicy {
    fn default() -> Self {
        RetryPolicy::STANDARD
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn waits_double_up_to_the_longest_and_vary_by_a_quarter() {
        let policy = RetryPolicy::STANDARD;
        let middle = |retry| policy.wait_before(retry, 25);
        let waits: alloc::vec::Vec<Duration> = [1, 2, 3, 4, 5, 6, 40].map(middle).into();
        assert_eq!(waits, [1, 2, 4, 8, 16, 30, 30].map(|n| SECOND * n));
        assert_eq!(policy.wait_before(1, 0), SECOND * 3 / 4);
        assert_eq!(policy.wait_before(1, 50), SECOND * 5 / 4);
        assert_eq!(policy.wait_before(1, u64::MAX).as_millis() / 1000, 0);
    }

    #[test]
    fn the_kinds_decide_and_what_is_cancelled_stays_so() {
        let everything = ErrorKind::ALL.iter().copied().collect();
        let policy = RetryPolicy::STANDARD.with_kinds(everything);
        assert!(policy.retries(ErrorKind::Local) && !policy.retries(ErrorKind::Cancelled));
        let policy = RetryPolicy::STANDARD;
        assert!(!policy.retries(ErrorKind::Local) && policy.retries(ErrorKind::Line));
        assert!(ErrorKind::Line.breaks_port() && !ErrorKind::Restarted.breaks_port());
    }
}
