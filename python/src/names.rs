//! Questions about one name on the server, and what is done to a directory and all below it.

use pyo3::prelude::*;

use crate::client::Client;
use crate::error::About;
use crate::listing::{Row, rows};

/// Returns true where a file of this name is on the server, or something else that is in its way.
#[pyfunction]
pub(crate) fn exists(py: Python<'_>, client: &Client, path: Vec<u8>) -> PyResult<bool> {
    client.call(py, About::new("find", &path), |client| client.exists(&path))
}

/// Returns true where the session can change into a directory of this name.
#[pyfunction]
pub(crate) fn is_dir(py: Python<'_>, client: &Client, path: Vec<u8>) -> PyResult<bool> {
    client.call(py, About::new("find", &path), |client| client.is_dir(&path))
}

/// Returns the position at which an append begins.
#[pyfunction]
pub(crate) fn append_position(py: Python<'_>, client: &Client, path: Vec<u8>) -> PyResult<u64> {
    client.call(py, About::new("append to", &path), |client| {
        client.append_position(&path)
    })
}

/// Returns the entries of a directory, links to directories as links.
#[pyfunction]
pub(crate) fn list_links<'py>(
    py: Python<'py>,
    client: &Client,
    directory: Vec<u8>,
) -> PyResult<Vec<Row<'py>>> {
    let entries = client.call(py, About::existing("list", &directory), |client| {
        client.list_links(&directory)
    })?;
    Ok(rows(py, &entries))
}

/// Removes a directory with all that is below it.
#[pyfunction]
pub(crate) fn remove_tree(py: Python<'_>, client: &Client, path: Vec<u8>) -> PyResult<()> {
    client.call(py, About::existing("remove directory", &path), |client| {
        client.remove_tree(&path)
    })
}
