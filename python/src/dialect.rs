//! Dialects by name, and what their tables say of a line: `qftp._native.transfer_mode_commands` and its like.

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict};
use qftp::dialect::{self, Dialect, TransferMode};

use crate::error;

/// Returns the dialect of this name.
pub(crate) fn dialect_by_name(py: Python<'_>, name: &str) -> PyResult<&'static Dialect> {
    dialect::by_name(name).ok_or_else(|| {
        let known: Vec<_> = dialect::ALL.iter().map(|dialect| dialect.name).collect();
        let text = format!("unknown dialect {name:?}; there are {}", known.join(", "));
        error::new(py, "UsageError", &text)
    })
}

/// Returns the command lines that make data connections "active" and "passive".
#[pyfunction]
pub(crate) fn transfer_mode_commands<'py>(
    py: Python<'py>,
    dialect: &str,
) -> PyResult<Bound<'py, PyDict>> {
    let dialect = dialect_by_name(py, dialect)?;
    let commands = PyDict::new(py);
    for (name, mode) in [
        ("active", TransferMode::Active),
        ("passive", TransferMode::Passive),
    ] {
        if let Some(line) = dialect.transfer_mode_command(mode) {
            commands.set_item(name, PyBytes::new(py, &line))?;
        }
    }
    Ok(commands)
}

/// Returns the command line after which the module shows the server's replies, or None if it does not need one.
#[pyfunction]
pub(crate) fn transcript_command<'py>(
    py: Python<'py>,
    dialect: &str,
) -> PyResult<Option<Bound<'py, PyBytes>>> {
    let line = dialect_by_name(py, dialect)?.transcript_command();
    Ok(line.map(|line| PyBytes::new(py, &line)))
}

/// Returns whether a line from the module says that a command failed.
#[pyfunction]
pub(crate) fn line_reports_failure(line: &[u8]) -> bool {
    dialect::line_reports_failure(line)
}
