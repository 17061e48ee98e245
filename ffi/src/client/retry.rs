//! The options of transfers that are tried again, as part of the options of a client.

use std::time::Duration;

use qftp::ErrorKind;
use qftp::client::RetryPolicy;

use crate::sentinel::QFTP_NO_RETRY;
use crate::status;

/// The options of a client that say what is tried again, as they are in C.
#[derive(Default)]
pub(crate) struct RetryOptions {
    pub(crate) retries: u32,
    pub(crate) first_wait_ms: u32,
    pub(crate) longest_wait_ms: u32,
    pub(crate) max_time_ms: u32,
    pub(crate) retry_on: u64,
}

/// Returns the policy that the options ask for.
pub(crate) fn policy(given: &RetryOptions) -> RetryPolicy {
    let standard = RetryPolicy::STANDARD;
    let first = milliseconds(given.first_wait_ms).unwrap_or(standard.first_wait);
    let longest = milliseconds(given.longest_wait_ms);
    let longest = longest.unwrap_or(standard.longest_wait.max(first));
    let policy = standard
        .with_retries(match given.retries {
            0 => standard.retries,
            QFTP_NO_RETRY => 0,
            retries => retries,
        })
        .with_waits(first, longest)
        .with_deadline(milliseconds(given.max_time_ms));
    if given.retry_on == 0 {
        return policy;
    }
    let kinds = ErrorKind::ALL.iter().copied();
    policy.with_kinds(kinds.filter(|kind| has(given.retry_on, *kind)).collect())
}

/// Returns a time; 0 is the default.
fn milliseconds(time: u32) -> Option<Duration> {
    (time > 0).then(|| Duration::from_millis(time.into()))
}

/// Returns true where the bit of a kind's status is set.
fn has(statuses: u64, kind: ErrorKind) -> bool {
    statuses >> (status::of_kind(kind) as u32) & 1 == 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::status::qftp_status::{QFTP_ERR_LINE, QFTP_ERR_PORT_BUSY};

    #[test]
    fn zero_is_the_standard() {
        assert_eq!(policy(&RetryOptions::default()), RetryPolicy::STANDARD);
    }

    #[test]
    fn every_option_has_its_meaning() {
        let millisecond = Duration::from_millis(1);
        let given = RetryOptions {
            retries: QFTP_NO_RETRY,
            first_wait_ms: 60_000,
            max_time_ms: 5,
            retry_on: 1 << (QFTP_ERR_LINE as u32) | 1 << (QFTP_ERR_PORT_BUSY as u32),
            ..RetryOptions::default()
        };
        let expected = RetryPolicy::NONE
            .with_waits(millisecond * 60_000, millisecond * 60_000)
            .with_deadline(Some(millisecond * 5))
            .with_kinds([ErrorKind::Line, ErrorKind::PortBusy].into_iter().collect());
        assert_eq!(policy(&given), expected);
        let given = RetryOptions {
            retries: 1,
            longest_wait_ms: 2,
            ..RetryOptions::default()
        };
        let policy = policy(&given);
        assert_eq!((policy.retries, policy.longest_wait), (1, millisecond * 2));
    }
}
