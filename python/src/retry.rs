//! The options of transfers that are tried again.

use pyo3::prelude::*;
use qftp::ErrorKind;
use qftp::client::{ErrorKinds, RetryPolicy};

use crate::error;
use crate::seconds::seconds;

/// Retries in a row, seconds before the first one, seconds for the whole transfer, names of the kinds of errors.
pub(crate) type RetryOptions = (u32, f64, Option<f64>, Option<Vec<String>>);

/// Returns the policy that the options ask for.
pub(crate) fn policy(py: Python<'_>, options: RetryOptions) -> PyResult<RetryPolicy> {
    let (retries, first, deadline, kinds) = options;
    let first = seconds(py, first, "retry_wait")?;
    let deadline = deadline.map(|time| seconds(py, time, "max_time"));
    let longest = RetryPolicy::STANDARD.longest_wait.max(first);
    let policy = RetryPolicy::STANDARD
        .with_retries(retries)
        .with_waits(first, longest)
        .with_deadline(deadline.transpose()?);
    match kinds {
        None => Ok(policy),
        Some(names) => {
            let kinds = names.iter().map(|name| kind(py, name));
            Ok(policy.with_kinds(kinds.collect::<PyResult<ErrorKinds>>()?))
        }
    }
}

fn kind(py: Python<'_>, name: &str) -> PyResult<ErrorKind> {
    let mut kinds = ErrorKind::ALL.iter().copied();
    kinds.find(|kind| kind.name() == name).ok_or_else(|| {
        let names: Vec<&str> = ErrorKind::ALL.iter().map(|kind| kind.name()).collect();
        let text = format!("retry_on={name:?}: give kinds of {}", names.join(", "));
        error::new(py, "UsageError", &text)
    })
}
