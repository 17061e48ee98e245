//! `qftp._native.main`: the program `qftp`, for `qftp/__main__.py`.

use std::ffi::OsString;

use pyo3::prelude::*;

/// Runs the program with the words of its command line; returns the exit code. It takes SIGINT and SIGTERM for itself.
#[pyfunction]
pub(crate) fn main(py: Python<'_>, words: Vec<OsString>) -> u8 {
    py.detach(|| qftp_cli::main(&words))
}
