//! `qftp._native.support`: the tasks that a dialect supports.

use pyo3::prelude::*;
use pyo3::types::PyDict;
use qftp::client::{self, Support, Task};

use crate::dialect::find_dialect;

/// Returns every task by name, and how the dialect does it.
#[pyfunction]
pub(crate) fn support<'py>(py: Python<'py>, dialect: &str) -> PyResult<Bound<'py, PyDict>> {
    let dialect = find_dialect(py, dialect)?;
    let tasks = PyDict::new(py);
    for task in Task::all() {
        let how = match client::support(dialect, task) {
            Support::Native => "native",
            Support::Composed => "composed",
            Support::Missing => "missing",
        };
        tasks.set_item(task.name(), how)?;
    }
    Ok(tasks)
}
