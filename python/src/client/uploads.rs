//! Uploads, and calls on the client that is held.

use std::path::Path;

use pyo3::prelude::*;
use qftp::client::{self, Error, PutMode};

use super::Client;
use super::call::{HeldClient, Moved};
use super::options::{UploadChoices, upload};
use crate::error::About;
use crate::stream::Source;

impl Client {
    /// Returns the client that is held.
    pub(crate) fn held(&self) -> &HeldClient {
        &self.held
    }

    /// Uploads from a file of Python.
    #[allow(clippy::too_many_arguments, reason = "all of one upload")]
    pub(super) fn upload_from(
        &self,
        py: Python<'_>,
        source: &Py<PyAny>,
        size: Option<u64>,
        remote: &[u8],
        mode: PutMode,
        choices: UploadChoices,
        progress: Option<Py<PyAny>>,
    ) -> PyResult<Moved> {
        let watch = self.held.watch();
        let about = About::new("put", remote);
        self.held.transfer(py, about, progress, |client, report| {
            let mut source = Source {
                object: source,
                watch,
            };
            let options = upload(mode, choices, report);
            client.put(&mut source, size, remote, options)
        })
    }

    /// Uploads a local file.
    pub(super) fn upload_file(
        &self,
        py: Python<'_>,
        path: &Path,
        remote: &[u8],
        mode: PutMode,
        choices: UploadChoices,
        progress: Option<Py<PyAny>>,
    ) -> PyResult<Moved> {
        let about = About::new("put", remote);
        self.held.transfer(py, about, progress, |client, report| {
            client.put_file(path, remote, upload(mode, choices, report))
        })
    }

    /// Runs one call of the client without the interpreter's lock.
    pub(crate) fn call<T: Send>(
        &self,
        py: Python<'_>,
        about: About<'_>,
        body: impl FnOnce(&mut client::Client) -> Result<T, Error> + Send,
    ) -> PyResult<T> {
        self.held.call(py, about, body)
    }
}
