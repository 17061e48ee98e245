//! `qftp._native.LabServer`: the FTP server of `qftp serve`, in this process.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use pyo3::prelude::*;
use qftp_cli::{LabServer as Running, LabServerOptions};

use crate::error;

/// A server that runs until it is closed.
#[pyclass(frozen, module = "qftp._native")]
pub(crate) struct LabServer {
    running: Mutex<Option<Running>>,
    process: u32,
    /// Host and port.
    #[pyo3(get)]
    address: (String, u16),
    #[pyo3(get)]
    user: String,
    #[pyo3(get)]
    password: String,
    #[pyo3(get)]
    url: String,
    /// The file of the authority, with TLS.
    #[pyo3(get)]
    ca: Option<PathBuf>,
}

#[pymethods]
impl LabServer {
    #[new]
    #[pyo3(signature = (folder, listen, user, password, tls))]
    fn new(
        py: Python<'_>,
        folder: PathBuf,
        listen: &str,
        user: Option<String>,
        password: Option<String>,
        tls: Option<String>,
    ) -> PyResult<Self> {
        let listen: SocketAddr = listen.parse().map_err(|_| {
            let text = format!("listen={listen}: give an address and a port, as 127.0.0.1:0");
            error::new(py, "UsageError", &text)
        })?;
        let options = LabServerOptions {
            folder,
            listen,
            user,
            password,
            tls,
        };
        let running = py
            .detach(|| Running::start(options))
            .map_err(|text| error::new(py, "UsageError", &text))?;
        let address = running.address();
        Ok(LabServer {
            address: (address.ip().to_string(), address.port()),
            user: running.user().to_owned(),
            password: running.password().to_owned(),
            url: running.url().to_owned(),
            ca: running.authority().map(Into::into),
            running: Mutex::new(Some(running)),
            process: std::process::id(),
        })
    }

    /// Stops the server, in the process that started it.
    fn close(&self, py: Python<'_>) {
        py.detach(|| self.stop());
    }
}

impl LabServer {
    fn stop(&self) {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        let running = running.take();
        if std::process::id() == self.process {
            drop(running);
        } else {
            // Its threads are in the process before the fork.
            std::mem::forget(running);
        }
    }
}

impl Drop for LabServer {
    fn drop(&mut self) {
        self.stop();
    }
}
