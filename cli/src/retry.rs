//! The options of transfers that are tried again.

use std::time::Duration;

use clap::Args;
use qftp::client::RetryPolicy;

/// Holds the options.
#[derive(Args)]
pub(crate) struct Retry {
    /// Failures in a row after which the transfer goes on from its last confirmed byte
    #[arg(long, value_name = "N", default_value_t = RetryPolicy::STANDARD.retries)]
    retry: u32,
    /// Seconds after which a transfer that fails is not tried again
    #[arg(long, value_name = "SECONDS")]
    max_time: Option<u64>,
}

impl Retry {
    /// Returns the policy that the options ask for.
    pub(crate) fn policy(&self) -> RetryPolicy {
        RetryPolicy::STANDARD
            .with_retries(self.retry)
            .with_deadline(self.max_time.map(Duration::from_secs))
    }
}
