//! `qftp._native.Emulator`: an emulator on a pseudo terminal or a loopback socket.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use pyo3::prelude::*;
use qftp::emulator::fault::{FAULTS, Fault, FaultError};
use qftp::emulator::{self, Options};

use crate::client::named;
use crate::error;

/// An emulator, running until it is closed.
#[pyclass(frozen, module = "qftp._native")]
pub(crate) struct Emulator {
    module: Mutex<Option<emulator::Emulator>>,
    process: u32,
    /// What a client opens.
    #[pyo3(get)]
    url: String,
    /// The pseudo terminal or the link to it.
    #[pyo3(get)]
    path: Option<PathBuf>,
    /// The dialect it speaks.
    #[pyo3(get)]
    dialect: &'static str,
}

#[pymethods]
impl Emulator {
    #[new]
    #[pyo3(signature = (dialect, ufs, sd, pty, link, quirks))]
    fn new(
        py: Python<'_>,
        dialect: &str,
        ufs: Option<PathBuf>,
        sd: Option<PathBuf>,
        pty: bool,
        link: Option<PathBuf>,
        quirks: &str,
    ) -> PyResult<Self> {
        let dialect = named(py, dialect)?;
        let wrong = |text: String| error::new(py, "UsageError", &text);
        let mut options = Options::new(dialect);
        options.ufs = ufs;
        options.sd = sd;
        options.quirks = quirks
            .parse()
            .and_then(|quirks: qftp::module::Quirks| quirks.check(dialect))
            .map_err(|error| wrong(error.to_string()))?;
        let module = if pty {
            emulator::Emulator::on_pty(link.as_deref(), options)?
        } else {
            let free = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
            emulator::Emulator::on_tcp(free, options)?
        };
        let url = module
            .url()
            .ok_or_else(|| wrong("the path of the module is not text".into()))?;
        Ok(Emulator {
            url,
            path: module.path().map(Into::into),
            dialect: dialect.name,
            module: Mutex::new(Some(module)),
            process: std::process::id(),
        })
    }

    /// Begins or lifts a fault.
    fn fault(&self, py: Python<'_>, name: &str, on: bool) -> PyResult<()> {
        self.check_process(py)?;
        let wrong = |error: FaultError| error::new(py, "UsageError", &error.to_string());
        let fault: Fault = name.parse().map_err(wrong)?;
        let done = py.detach(|| {
            let slot = self.module.lock().unwrap_or_else(PoisonError::into_inner);
            let module = slot.as_ref().ok_or(FaultError::Ended)?;
            if on {
                module.inject(fault)
            } else {
                module.clear(fault)
            }
        });
        done.map_err(wrong)
    }

    /// Ends it.
    fn close(&self, py: Python<'_>) -> PyResult<()> {
        self.check_process(py)?;
        let mut slot = self.module.lock().unwrap_or_else(PoisonError::into_inner);
        let module = slot.take();
        drop(slot);
        py.detach(|| drop(module));
        Ok(())
    }
}

impl Emulator {
    fn check_process(&self, py: Python<'_>) -> PyResult<()> {
        if std::process::id() == self.process {
            return Ok(());
        }
        let text = "the module runs in the process that started it: start one after the fork";
        Err(error::new(py, "UsageError", text))
    }
}

/// After a fork there is no thread to end, and the folders are the parent's.
impl Drop for Emulator {
    fn drop(&mut self) {
        if std::process::id() != self.process {
            let slot = self.module.get_mut();
            std::mem::forget(slot.unwrap_or_else(PoisonError::into_inner).take());
        }
    }
}

/// The faults: name, and what a module does that it befalls.
pub(crate) fn faults() -> Vec<(&'static str, &'static str)> {
    FAULTS
        .iter()
        .map(|known| (known.name, known.what))
        .collect()
}
