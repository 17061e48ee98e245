//! `qftp._native.Emulator`: an emulator on a pseudo terminal or a loopback socket.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use pyo3::prelude::*;
use qftp::emulator::fault::{FAULTS, Fault, FaultError};
use qftp::emulator::{self, EmulatorOptions};

use crate::error;

/// An emulator that runs until it is closed.
#[pyclass(frozen, module = "qftp._native")]
pub(crate) struct Emulator {
    running: Mutex<Option<emulator::Emulator>>,
    process: u32,
    /// The URL that a client opens.
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
    /// Starts an emulator on a pseudo terminal, with a symbolic link to it if one is named.
    #[staticmethod]
    #[pyo3(signature = (dialect, ufs, sd, quirks, link))]
    fn on_pty(
        py: Python<'_>,
        dialect: &str,
        ufs: Option<PathBuf>,
        sd: Option<PathBuf>,
        quirks: &str,
        link: Option<PathBuf>,
    ) -> PyResult<Self> {
        let options = options(py, dialect, ufs, sd, quirks)?;
        let dialect = options.dialect.name;
        let emulator = emulator::Emulator::on_pty(link.as_deref(), options)?;
        Self::from_running(py, emulator, dialect)
    }

    /// Starts an emulator on a free port of the loopback interface.
    #[staticmethod]
    #[pyo3(signature = (dialect, ufs, sd, quirks))]
    fn on_tcp(
        py: Python<'_>,
        dialect: &str,
        ufs: Option<PathBuf>,
        sd: Option<PathBuf>,
        quirks: &str,
    ) -> PyResult<Self> {
        let options = options(py, dialect, ufs, sd, quirks)?;
        let dialect = options.dialect.name;
        let free = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let emulator = emulator::Emulator::on_tcp(free, options)?;
        Self::from_running(py, emulator, dialect)
    }

    /// Injects a fault.
    fn inject(&self, py: Python<'_>, name: &str) -> PyResult<()> {
        self.with_fault(py, name, emulator::Emulator::inject)
    }

    /// Clears a fault.
    fn clear(&self, py: Python<'_>, name: &str) -> PyResult<()> {
        self.with_fault(py, name, emulator::Emulator::clear)
    }

    /// Stops the emulator.
    fn close(&self, py: Python<'_>) -> PyResult<()> {
        self.check_process(py)?;
        let mut slot = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        let emulator = slot.take();
        drop(slot);
        py.detach(|| drop(emulator));
        Ok(())
    }
}

impl Emulator {
    fn from_running(
        py: Python<'_>,
        emulator: emulator::Emulator,
        dialect: &'static str,
    ) -> PyResult<Self> {
        let url = emulator
            .url()
            .ok_or_else(|| usage(py, "the path of the emulator is not text"))?;
        Ok(Emulator {
            url,
            path: emulator.path(),
            dialect,
            running: Mutex::new(Some(emulator)),
            process: std::process::id(),
        })
    }

    fn with_fault(
        &self,
        py: Python<'_>,
        name: &str,
        change: fn(&emulator::Emulator, Fault) -> Result<(), FaultError>,
    ) -> PyResult<()> {
        self.check_process(py)?;
        let wrong = |error: FaultError| usage(py, &error.to_string());
        let fault: Fault = name.parse().map_err(wrong)?;
        let done = py.detach(|| {
            let slot = self.running.lock().unwrap_or_else(PoisonError::into_inner);
            change(slot.as_ref().ok_or(FaultError::Ended)?, fault)
        });
        done.map_err(wrong)
    }

    fn check_process(&self, py: Python<'_>) -> PyResult<()> {
        if std::process::id() == self.process {
            return Ok(());
        }
        let text = "the emulator runs in the process that started it: start one after the fork";
        Err(error::new(py, "UsageError", text))
    }
}

fn options(
    py: Python<'_>,
    dialect: &str,
    ufs: Option<PathBuf>,
    sd: Option<PathBuf>,
    quirks: &str,
) -> PyResult<EmulatorOptions> {
    let mut options =
        EmulatorOptions::named(dialect).map_err(|unknown| usage(py, &unknown.to_string()))?;
    let dialect = options.dialect;
    options.ufs = ufs;
    options.sd = sd;
    options.quirks = quirks
        .parse()
        .and_then(|quirks: qftp::module::Quirks| quirks.check(dialect))
        .map_err(|error| usage(py, &error.to_string()))?;
    Ok(options)
}

fn usage(py: Python<'_>, text: &str) -> PyErr {
    error::new(py, "UsageError", text)
}

/// After a fork, the child has no thread to stop, and the folders belong to the parent.
impl Drop for Emulator {
    fn drop(&mut self) {
        if std::process::id() != self.process {
            let slot = self.running.get_mut();
            std::mem::forget(slot.unwrap_or_else(PoisonError::into_inner).take());
        }
    }
}

/// Returns the faults: the name of each, and what the emulator does then.
pub(crate) fn faults() -> Vec<(&'static str, &'static str)> {
    FAULTS
        .iter()
        .map(|known| (known.name, known.what))
        .collect()
}
