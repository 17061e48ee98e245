//! `qftp._native.put_ascii` and its like: texts by TYPE A.

use std::path::PathBuf;

use pyo3::prelude::*;

use crate::client::{Client, Moved};
use crate::error::About;
use crate::stream::{Sink, Source};

/// Uploads a text from a file object.
#[pyfunction]
pub(crate) fn put_ascii(
    py: Python<'_>,
    client: Py<Client>,
    source: Py<PyAny>,
    remote: Vec<u8>,
) -> PyResult<Moved> {
    let held = client.get().held();
    held.transfer_in_module(py, About::new("put", &remote), |client| {
        let mut source = Source {
            object: &source,
            watch: held.watch(),
        };
        client.put_ascii(&mut source, &remote)
    })
}

/// Downloads a text into a file object.
#[pyfunction]
pub(crate) fn get_ascii(
    py: Python<'_>,
    client: Py<Client>,
    remote: Vec<u8>,
    sink: Py<PyAny>,
) -> PyResult<Moved> {
    let held = client.get().held();
    held.transfer_in_module(py, About::existing("get", &remote), |client| {
        let mut sink = Sink {
            object: &sink,
            watch: held.watch(),
        };
        client.get_ascii(&remote, &mut sink)
    })
}

/// Downloads a text into a file at a path.
#[pyfunction]
pub(crate) fn get_ascii_file(
    py: Python<'_>,
    client: Py<Client>,
    remote: Vec<u8>,
    path: PathBuf,
) -> PyResult<Moved> {
    let held = client.get().held();
    held.transfer_in_module(py, About::existing("get", &remote), |client| {
        client.get_ascii_file(&remote, &path)
    })
}
