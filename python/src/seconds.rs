//! Times of Python: seconds as a float.

use std::time::Duration;

use pyo3::prelude::*;

use crate::error;

/// Returns a time; `what` names it in the exception for a number that is none.
pub(crate) fn seconds(py: Python<'_>, value: f64, what: &str) -> PyResult<Duration> {
    Duration::try_from_secs_f64(value).map_err(|_| {
        let text = format!("{what}={value}: give a number of seconds");
        error::new(py, "UsageError", &text)
    })
}
