//! The options of transfers that are tried again, as part of the options of a client.

use std::time::Duration;

use qftp::ErrorKind;
use qftp::client::RetryPolicy;

use super::qftp_client_options;
use crate::sentinel::QFTP_NO_RETRY;
use crate::status;

/// Returns the policy that the options ask for.
pub(crate) fn policy(given: &qftp_client_options) -> RetryPolicy {
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

    fn options() -> qftp_client_options {
        qftp_client_options {
            size: 0,
            retries: 0,
            dialect: std::ptr::null(),
            on_urc: None,
            urc_user: std::ptr::null_mut(),
            on_log: None,
            log_user: std::ptr::null_mut(),
            first_wait_ms: 0,
            longest_wait_ms: 0,
            max_time_ms: 0,
            wait_ms: 0,
            retry_on: 0,
        }
    }

    #[test]
    fn zero_is_the_standard() {
        assert_eq!(policy(&options()), RetryPolicy::STANDARD);
    }

    #[test]
    fn every_option_has_its_meaning() {
        let millisecond = Duration::from_millis(1);
        let given = qftp_client_options {
            retries: QFTP_NO_RETRY,
            first_wait_ms: 60_000,
            max_time_ms: 5,
            retry_on: 1 << (QFTP_ERR_LINE as u32) | 1 << (QFTP_ERR_PORT_BUSY as u32),
            ..options()
        };
        let expected = RetryPolicy::NONE
            .with_waits(millisecond * 60_000, millisecond * 60_000)
            .with_deadline(Some(millisecond * 5))
            .with_kinds([ErrorKind::Line, ErrorKind::PortBusy].into_iter().collect());
        assert_eq!(policy(&given), expected);
        let given = qftp_client_options {
            retries: 1,
            longest_wait_ms: 2,
            ..options()
        };
        let policy = policy(&given);
        assert_eq!((policy.retries, policy.longest_wait), (1, millisecond * 2));
    }
}
