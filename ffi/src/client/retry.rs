//! The options of transfers that are tried again, as part of the options of a client.

use qftp::client::RetryPolicy;

use super::qftp_client_options;
use crate::retry::qftp_retry;

/// Returns the policy that the options ask for.
pub(crate) fn policy(given: &qftp_client_options) -> RetryPolicy {
    let retry = qftp_retry {
        size: 0,
        retries: given.retries,
        first_wait_ms: given.first_wait_ms,
        longest_wait_ms: given.longest_wait_ms,
        max_time_ms: given.max_time_ms,
        jitter: 0,
        retry_on: given.retry_on,
    };
    retry.policy()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use qftp::ErrorKind;

    use super::*;
    use crate::status::qftp_status::QFTP_ERR_LINE;

    #[test]
    fn every_option_of_a_client_reaches_the_policy() {
        let given = qftp_client_options {
            size: 0,
            retries: 7,
            dialect: std::ptr::null(),
            on_urc: None,
            urc_user: std::ptr::null_mut(),
            on_log: None,
            log_user: std::ptr::null_mut(),
            first_wait_ms: 1,
            longest_wait_ms: 2,
            max_time_ms: 3,
            wait_ms: 0,
            retry_on: 1 << (QFTP_ERR_LINE as u32),
        };
        let millisecond = Duration::from_millis(1);
        let expected = RetryPolicy::STANDARD
            .with_retries(7)
            .with_waits(millisecond, millisecond * 2)
            .with_deadline(Some(millisecond * 3))
            .with_kinds([ErrorKind::Line].into_iter().collect());
        assert_eq!(policy(&given), expected);
    }
}
