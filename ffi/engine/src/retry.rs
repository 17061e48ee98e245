//! The policy of retries of a transfer, for client and engine.

use core::time::Duration;

use qftp::ErrorKind;
use qftp::transfer::RetryPolicy;

use crate::sentinel::QFTP_NO_RETRY;
use crate::status;
use crate::versioned_struct::Sized32;

/// The policy of retries: how often a transfer goes on after a failure. Set it up by QFTP_INIT; 0 is the default.
#[repr(C)]
#[derive(Clone, Copy, Default)]
pub struct qftp_retry {
    /// sizeof(qftp_retry), set by QFTP_INIT.
    pub size: u32,
    /// Failures in a row that are tried again, without a confirmed byte between them. 0 is the default, 3; QFTP_NO_RETRY
    /// none.
    pub retries: u32,
    /// Milliseconds before the first retry; each further one waits twice as long. 0 is the default, 1000.
    pub first_wait_ms: u32,
    /// The longest wait between two tries; 0 is the default, 30000 or first_wait_ms.
    pub longest_wait_ms: u32,
    /// Milliseconds after which a transfer that fails is not tried again; 0 sets no limit.
    pub max_time_ms: u32,
    /// Any number that differs from device to device, such as a serial number. It moves the waits by up to a quarter, so
    /// that many devices do not come back at once. A client does not use it.
    pub jitter: u32,
    /// The failures that are tried again: QFTP_BIT(QFTP_ERR_LINE) | QFTP_BIT(QFTP_ERR_NO_ANSWER). 0 is the default, those
    /// that may pass.
    pub retry_on: u64,
}

// SAFETY: integers, the size first.
unsafe impl Sized32 for qftp_retry {}

impl qftp_retry {
    /// Returns the policy that the members ask for. One copy of it keeps the library small.
    #[inline(never)]
    pub fn policy(&self) -> RetryPolicy {
        let standard = RetryPolicy::STANDARD;
        let first = milliseconds(self.first_wait_ms).unwrap_or(standard.first_wait);
        let longest = milliseconds(self.longest_wait_ms);
        let longest = longest.unwrap_or(standard.longest_wait.max(first));
        let policy = standard
            .with_retries(match self.retries {
                0 => standard.retries,
                QFTP_NO_RETRY => 0,
                retries => retries,
            })
            .with_waits(first, longest)
            .with_deadline(milliseconds(self.max_time_ms));
        if self.retry_on == 0 {
            return policy;
        }
        let kinds = ErrorKind::ALL.iter().copied();
        policy.with_kinds(kinds.filter(|kind| has(self.retry_on, *kind)).collect())
    }
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
        assert_eq!(qftp_retry::default().policy(), RetryPolicy::STANDARD);
    }

    #[test]
    fn every_option_has_its_meaning() {
        let millisecond = Duration::from_millis(1);
        let given = qftp_retry {
            retries: QFTP_NO_RETRY,
            first_wait_ms: 60_000,
            max_time_ms: 5,
            retry_on: 1 << (QFTP_ERR_LINE as u32) | 1 << (QFTP_ERR_PORT_BUSY as u32),
            ..qftp_retry::default()
        };
        let expected = RetryPolicy::NONE
            .with_waits(millisecond * 60_000, millisecond * 60_000)
            .with_deadline(Some(millisecond * 5))
            .with_kinds([ErrorKind::Line, ErrorKind::PortBusy].into_iter().collect());
        assert_eq!(given.policy(), expected);
        let given = qftp_retry {
            retries: 1,
            longest_wait_ms: 2,
            ..qftp_retry::default()
        };
        let policy = given.policy();
        assert_eq!((policy.retries, policy.longest_wait), (1, millisecond * 2));
    }
}
