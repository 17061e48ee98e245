//! The options of transfers that are tried again, and the notice that one is.

use std::time::{Duration, Instant};

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use qftp::ErrorKind;
use qftp::client::{RetryNotice, RetryPolicy};
use serde_json::json;

use crate::console::{self, Format};

/// Holds the options.
#[derive(Args)]
pub(crate) struct RetryOptions {
    /// Failures in a row after which the transfer goes on from its last confirmed byte
    #[arg(long, value_name = "N", default_value_t = RetryPolicy::STANDARD.retries)]
    retry: u32,
    /// Seconds before the first retry; each further one waits twice as long
    #[arg(long, value_name = "SECONDS", default_value_t = RetryPolicy::STANDARD.first_wait.as_secs())]
    retry_wait: u64,
    /// Seconds for the whole: behind them, nothing is tried again and no further file begins
    #[arg(long, value_name = "SECONDS")]
    max_time: Option<u64>,
    /// Kinds of errors that are tried again, in place of those that may pass; docs/errors.md lists them
    #[arg(long, value_name = "KINDS", value_delimiter = ',', value_parser = kinds())]
    #[arg(hide_possible_values = true)]
    retry_on: Vec<ErrorKind>,
}

impl RetryOptions {
    /// Returns the policy that the options ask for.
    pub(crate) fn policy(&self) -> RetryPolicy {
        let first = Duration::from_secs(self.retry_wait);
        let longest = RetryPolicy::STANDARD.longest_wait.max(first);
        let policy = RetryPolicy::STANDARD
            .with_retries(self.retry)
            .with_waits(first, longest)
            .with_deadline(self.max_time.map(Duration::from_secs));
        if self.retry_on.is_empty() {
            policy
        } else {
            policy.with_kinds(self.retry_on.iter().copied().collect())
        }
    }
}

/// The time that all files of a command have together.
pub(crate) struct WholeTime {
    begun: Instant,
    policy: RetryPolicy,
}

impl WholeTime {
    /// Begins with the first file.
    pub(crate) fn begin(options: &RetryOptions) -> Self {
        WholeTime {
            begun: Instant::now(),
            policy: options.policy(),
        }
    }

    /// Returns the policy of the next file, with the time that is left.
    pub(crate) fn next(&self) -> RetryPolicy {
        let left = |deadline: Duration| deadline.saturating_sub(self.begun.elapsed());
        self.policy.with_deadline(self.policy.deadline.map(left))
    }

    /// Returns true where no further file may begin.
    pub(crate) fn is_over(&self) -> bool {
        self.next().deadline == Some(Duration::ZERO)
    }
}

/// Parses the name of a kind.
fn kinds() -> impl TypedValueParser<Value = ErrorKind> {
    let names = ErrorKind::ALL.iter().map(|kind| kind.name());
    PossibleValuesParser::new(names).try_map(|name| {
        let mut kinds = ErrorKind::ALL.iter().copied();
        kinds.find(|kind| kind.name() == name).ok_or("no such kind")
    })
}

/// Prints that a transfer is tried again, on standard error: a warning, or one JSON document a line.
/// With `verbose`, the command and the numbers of the module follow the sentence.
pub(crate) fn tell(notice: &RetryNotice, format: Format, verbose: bool) {
    let detail = Some(&notice.error).filter(|detail| **detail != notice.reason);
    if format == Format::Text {
        console::warn(console::shown(notice.to_string().as_bytes()));
        if let Some(detail) = detail.filter(|detail| verbose && !detail.is_empty()) {
            let detail = console::shown(detail.as_bytes());
            console::note(format_args!("\x1b[1mdetail:\x1b[0m {detail}"));
        }
        return;
    }
    console::note(json!({
        "event": {
            "name": "retry",
            "operation": notice.operation,
            "kind": notice.kind.name(),
            "message": notice.reason,
            "detail": detail,
            "retry": notice.retry,
            "retries": notice.retries,
            "wait_s": notice.wait.as_secs_f64(),
            "bytes_confirmed": notice.bytes_confirmed,
        }
    }));
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        retry: RetryOptions,
    }

    fn policy(arguments: &[&str]) -> Option<RetryPolicy> {
        let line = ["qftp"].iter().chain(arguments);
        Line::try_parse_from(line)
            .ok()
            .map(|line| line.retry.policy())
    }

    #[test]
    fn nothing_given_is_the_standard() {
        assert_eq!(policy(&[]), Some(RetryPolicy::STANDARD));
    }

    #[test]
    fn every_option_has_its_field() {
        let given = [
            "--retry=0",
            "--retry-wait=60",
            "--max-time=9",
            "--retry-on=line,no-answer",
        ];
        let expected = RetryPolicy::STANDARD
            .with_retries(0)
            .with_waits(Duration::from_mins(1), Duration::from_mins(1))
            .with_deadline(Some(Duration::from_secs(9)))
            .with_kinds([ErrorKind::Line, ErrorKind::NoAnswer].into_iter().collect());
        assert_eq!(policy(&given), Some(expected));
        assert_eq!(policy(&["--retry-on=bad-luck"]), None);
    }
}
