//! `qftp._native.Store`: the module's own file store, over the line of a client.

use std::path::PathBuf;

use pyo3::prelude::*;
use pyo3::types::PyBytes;
use qftp::dialect::Volume;

use crate::client::{Client, Moved};
use crate::error::{self, About};
use crate::stream::{Sink, Source};

/// The store of the module behind a client.
#[pyclass(frozen, module = "qftp._native")]
pub(crate) struct Store {
    client: Py<Client>,
}

/// Holds name and size of a file.
type Stored<'py> = (Bound<'py, PyBytes>, u64);

#[pymethods]
impl Store {
    #[new]
    fn new(client: Py<Client>) -> Self {
        Store { client }
    }

    /// Returns the free and the total bytes of a volume.
    fn space(&self, py: Python<'_>, volume: &str) -> PyResult<(u64, u64)> {
        let known = [Volume::Ufs, Volume::Ram, Volume::Sd]
            .into_iter()
            .find(|known| known.name().eq_ignore_ascii_case(volume));
        let volume = known.ok_or_else(|| {
            let text = format!("{volume:?}: give UFS, RAM or SD");
            error::new(py, "UsageError", &text)
        })?;
        self.client
            .get()
            .call(py, About::OTHER, |client| client.store().space(volume))
    }

    fn list<'py>(&self, py: Python<'py>, pattern: Vec<u8>) -> PyResult<Vec<Stored<'py>>> {
        let files = self
            .client
            .get()
            .call(py, About::new("list", &pattern), |client| {
                client.store().list(&pattern)
            })?;
        let row = |file: &qftp::client::StoredFile| (PyBytes::new(py, &file.name), file.size);
        Ok(files.iter().map(row).collect())
    }

    fn remove(&self, py: Python<'_>, pattern: Vec<u8>) -> PyResult<()> {
        self.client
            .get()
            .call(py, About::new("remove", &pattern), |client| {
                client.store().remove(&pattern)
            })
    }

    fn upload(&self, py: Python<'_>, source: Py<PyAny>, size: u64, name: Vec<u8>) -> PyResult<()> {
        let owner = self.client.get();
        owner.call(py, About::new("upload", &name), |client| {
            let mut source = Source {
                object: &source,
                watch: owner.held().watch(),
            };
            client.store().upload(&mut source, size, &name)
        })
    }

    fn upload_file(&self, py: Python<'_>, path: PathBuf, name: Vec<u8>) -> PyResult<()> {
        self.client
            .get()
            .call(py, About::new("upload", &name), |client| {
                client.store().upload_file(&path, &name)
            })
    }

    fn download(&self, py: Python<'_>, name: Vec<u8>, sink: Py<PyAny>) -> PyResult<u64> {
        let owner = self.client.get();
        owner.call(py, About::new("download", &name), |client| {
            let mut sink = Sink {
                object: &sink,
                watch: owner.held().watch(),
            };
            client.store().download(&name, &mut sink)
        })
    }

    /// Downloads a file of the server into the store.
    fn fetch(&self, py: Python<'_>, remote: Vec<u8>, name: Vec<u8>) -> PyResult<Moved> {
        let held = self.client.get().held();
        held.transfer_in_module(py, About::existing("get", &remote), |client| {
            client.store().fetch(&remote, &name)
        })
    }

    /// Uploads a file of the store to the server.
    fn send(&self, py: Python<'_>, name: Vec<u8>, remote: Vec<u8>) -> PyResult<Moved> {
        let held = self.client.get().held();
        held.transfer_in_module(py, About::existing("put", &remote), |client| {
            client.store().send(&name, &remote)
        })
    }

    fn download_file(&self, py: Python<'_>, name: Vec<u8>, path: PathBuf) -> PyResult<u64> {
        self.client
            .get()
            .call(py, About::new("download", &name), |client| {
                client.store().download_file(&name, &path)
            })
    }
}
