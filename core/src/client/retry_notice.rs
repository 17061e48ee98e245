//! The notice that a transfer failed and is tried again.

use std::fmt;
use std::time::Duration;

use crate::ErrorKind;

/// The notice that a transfer failed and will be tried again; see [`Client::on_retry`](super::Client::on_retry).
///
/// `Display` is one sentence: `the server closed the connection; trying again in 1 s (1 of 3)`.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RetryNotice {
    /// Name of the operation.
    pub operation: &'static str,
    /// The kind of the failure.
    pub kind: ErrorKind,
    /// The failure in a sentence, as [`Error::reason`](super::Error::reason) has it.
    pub reason: String,
    /// The failure with its causes, the AT command and the numbers of the module.
    pub error: String,
    /// Number of the retry among those in a row without a confirmed byte; the first one is 1.
    pub retry: u32,
    /// The largest number of retries in a row.
    pub retries: u32,
    /// The wait before it.
    pub wait: Duration,
    /// Position in the remote file from which the transfer goes on, as far as is known now.
    pub bytes_confirmed: u64,
}

impl fmt::Display for RetryNotice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Tenths of a second: the formatting of floating point numbers is a large part of a small library.
        let tenths = (self.wait.subsec_millis() + 50) / 100;
        let tenths = self.wait.as_secs().saturating_mul(10) + u64::from(tenths);
        let (seconds, tenth) = (tenths / 10, tenths % 10);
        write!(f, "{}; trying again in {seconds}", self.reason)?;
        if tenth > 0 {
            write!(f, ".{tenth}")?;
        }
        write!(f, " s ({} of {})", self.retry, self.retries)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_one_sentence_without_commands_and_causes() {
        let mut notice = RetryNotice {
            operation: "put",
            kind: ErrorKind::Line,
            reason: "the line broke".into(),
            error: "the line broke: end of file".into(),
            retry: 2,
            retries: 3,
            wait: Duration::from_millis(2125),
            bytes_confirmed: 7,
        };
        assert_eq!(
            notice.to_string(),
            "the line broke; trying again in 2.1 s (2 of 3)"
        );
        notice.wait = Duration::from_millis(1960);
        let sentence = "the line broke; trying again in 2 s (2 of 3)";
        assert_eq!(notice.to_string(), sentence);
    }
}
