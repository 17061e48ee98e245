//! Dialects by name, and facts of their tables: `qftp._native.transfer_mode_commands` and others.

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict};
use qftp::dialect::{self, Dialect, TransferMode};

use crate::error;

/// Returns the dialect of this name, or of a module of this model.
pub(crate) fn find_dialect(py: Python<'_>, name: &str) -> PyResult<&'static Dialect> {
    dialect::find_by_name_or_model(name)
        .map_err(|unknown| error::new(py, "UsageError", &unknown.to_string()))
}

/// Returns the command lines that make data connections "active" and "passive".
#[pyfunction]
pub(crate) fn transfer_mode_commands<'py>(
    py: Python<'py>,
    dialect: &str,
) -> PyResult<Bound<'py, PyDict>> {
    let dialect = find_dialect(py, dialect)?;
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
    let line = find_dialect(py, dialect)?.transcript_command();
    Ok(line.map(|line| PyBytes::new(py, &line)))
}

/// Returns whether a line from the module says that a command failed.
#[pyfunction]
pub(crate) fn line_reports_failure(line: &[u8]) -> bool {
    dialect::line_reports_failure(line)
}
