//! `qftp._native.Emulator`: an emulator on a pseudo terminal or a socket.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use pyo3::exceptions::PyOSError;
use pyo3::prelude::*;
use qftp::emulator::fault::{FAULTS, Fault, FaultError};
use qftp::emulator::fault_plan::{FAULT_ACTIONS, FaultPlan, FaultPlanError};
use qftp::emulator::{self, EmulatorOptions, FaultRule};
use qftp::module::ModuleState;
use qftp::module::state::{STATES, StateError, parse_states};

use crate::error;

/// No module starts for so long.
const LONGEST_BOOT: Duration = Duration::from_hours(1);

/// An emulator that runs until it is closed.
#[pyclass(frozen, module = "qftp._native")]
pub(crate) struct Emulator {
    running: Mutex<Option<emulator::Emulator>>,
    process: u32,
    first_url: String,
    first_path: Option<PathBuf>,
    /// The dialect it speaks.
    #[pyo3(get)]
    dialect: &'static str,
}

/// The options of an emulator, as a dictionary.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
struct Options<'py> {
    dialect: String,
    ufs: Option<PathBuf>,
    sd: Option<PathBuf>,
    /// Names with commas between them, as the states.
    quirks: String,
    states: String,
    accept: String,
    latency: Option<String>,
    baud: Option<Bound<'py, PyAny>>,
    seed: Option<Bound<'py, PyAny>>,
    /// Rules, one a line.
    faults: String,
    faults_file: Option<PathBuf>,
    boot_time: f64,
    banner: bool,
    vanish: bool,
    control: Option<PathBuf>,
}

#[pymethods]
impl Emulator {
    /// Starts an emulator on a pseudo terminal, with a symbolic link to it if one is named.
    #[staticmethod]
    fn on_pty(py: Python<'_>, options: Options<'_>, link: Option<PathBuf>) -> PyResult<Self> {
        let options = options.read(py)?;
        let dialect = options.dialect.name;
        let emulator = emulator::Emulator::on_pty(link.as_deref(), options).map_err(not_made)?;
        Self::from_running(py, emulator, dialect)
    }

    /// Starts an emulator on a free port of the loopback interface.
    #[staticmethod]
    fn on_tcp(py: Python<'_>, options: Options<'_>) -> PyResult<Self> {
        let options = options.read(py)?;
        let dialect = options.dialect.name;
        let free = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let emulator = emulator::Emulator::on_tcp(free, options).map_err(not_made)?;
        Self::from_running(py, emulator, dialect)
    }

    /// Starts an emulator on a Unix socket.
    #[staticmethod]
    fn on_unix(py: Python<'_>, options: Options<'_>, socket: PathBuf) -> PyResult<Self> {
        let options = options.read(py)?;
        let dialect = options.dialect.name;
        let emulator = emulator::Emulator::on_unix(&socket, options).map_err(not_made)?;
        Self::from_running(py, emulator, dialect)
    }

    /// Returns the URL that a client opens; after the end, the first one.
    #[getter]
    fn url(&self) -> String {
        self.ask(emulator::Emulator::url)
            .unwrap_or_else(|| self.first_url.clone())
    }

    /// Returns the pseudo terminal, the link to it, or the Unix socket. It changes when a terminal vanishes and returns.
    #[getter]
    fn path(&self) -> Option<PathBuf> {
        self.ask(emulator::Emulator::path)
            .or_else(|| self.first_path.clone())
    }

    /// Sets a state.
    fn set_state(&self, py: Python<'_>, state: &str) -> PyResult<()> {
        let state: ModuleState = state
            .parse()
            .map_err(|error: StateError| usage(py, &error.to_string()))?;
        self.with_running(py, |emulator| emulator.set_state(state))
    }

    /// Restarts the module.
    fn restart(&self, py: Python<'_>) -> PyResult<()> {
        self.with_running(py, emulator::Emulator::restart)
    }

    /// Injects a fault.
    fn inject(&self, py: Python<'_>, name: &str) -> PyResult<()> {
        self.with_fault(py, name, emulator::Emulator::inject)
    }

    /// Clears a fault.
    fn clear(&self, py: Python<'_>, name: &str) -> PyResult<()> {
        self.with_fault(py, name, emulator::Emulator::clear)
    }

    /// Adds a rule to the fault plan.
    fn add_fault(&self, py: Python<'_>, rule: &str) -> PyResult<()> {
        let wrong = |error: FaultPlanError| usage(py, &error.to_string());
        let rule: FaultRule = rule.parse().map_err(wrong)?;
        self.with_running(py, |emulator| emulator.add_fault(rule))
    }

    /// Forgets the rules of the fault plan.
    fn clear_faults(&self, py: Python<'_>) -> PyResult<()> {
        self.with_running(py, emulator::Emulator::clear_faults)
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
            first_url: url,
            first_path: emulator.path(),
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
        let wrong = |error: FaultError| usage(py, &error.to_string());
        let fault: Fault = name.parse().map_err(wrong)?;
        self.with_running(py, |emulator| change(emulator, fault))
    }

    fn with_running<E: std::fmt::Display + Send>(
        &self,
        py: Python<'_>,
        change: impl FnOnce(&emulator::Emulator) -> Result<(), E> + Send,
    ) -> PyResult<()> {
        self.check_process(py)?;
        let done = py.detach(|| {
            let slot = self.running.lock().unwrap_or_else(PoisonError::into_inner);
            let Some(emulator) = slot.as_ref() else {
                return Err(FaultError::Ended.to_string());
            };
            change(emulator).map_err(|error| error.to_string())
        });
        done.map_err(|error| usage(py, &error))
    }

    /// Asks the emulator, while it runs.
    fn ask<T>(&self, question: impl FnOnce(&emulator::Emulator) -> Option<T>) -> Option<T> {
        if std::process::id() != self.process {
            return None;
        }
        let slot = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        slot.as_ref().and_then(question)
    }

    fn check_process(&self, py: Python<'_>) -> PyResult<()> {
        if std::process::id() == self.process {
            return Ok(());
        }
        let text = "the emulator runs in the process that started it: start one after the fork";
        Err(error::new(py, "UsageError", text))
    }
}

impl<'py> Options<'py> {
    /// Returns the options of the emulator.
    fn read(self, py: Python<'py>) -> PyResult<EmulatorOptions> {
        let mut options = EmulatorOptions::named(&self.dialect)
            .map_err(|unknown| usage(py, &unknown.to_string()))?;
        let dialect = options.dialect;
        options.ufs = self.ufs;
        options.sd = self.sd;
        options.quirks = self
            .quirks
            .parse()
            .and_then(|quirks: qftp::module::Quirks| quirks.check(dialect))
            .map_err(|error| usage(py, &error.to_string()))?;
        options.states =
            parse_states(&self.states).map_err(|error| usage(py, &error.to_string()))?;
        options
            .accept_list(&self.accept)
            .map_err(|error| usage(py, &format!("accept: {error}")))?;
        if let Some(text) = &self.latency {
            let latency = options.latency.with_text(text);
            options.latency = latency.map_err(|error| usage(py, &format!("latency: {error}")))?;
        }
        let wrong = |error: FaultPlanError| usage(py, &error.to_string());
        if let Some(file) = &self.faults_file {
            options.fault_plan = FaultPlan::read(file).map_err(wrong)?;
        }
        let rules: FaultPlan = self.faults.parse().map_err(wrong)?;
        options.fault_plan.rules.extend(rules.rules);
        options.fault_plan = options.fault_plan.check(dialect).map_err(wrong)?;
        if let Some(seed) = self.seed {
            let seed = seed.extract();
            options.latency.seed =
                seed.map_err(|_| usage(py, &format!("seed: give a number, 0 to {}", u64::MAX)))?;
            options.fault_plan.seed = options.latency.seed;
        }
        if let Some(rate) = self.baud {
            let rate = rate.extract::<NonZeroU32>();
            let rate = rate.map_err(|_| usage(py, "baud: give bits per second, as 115200"))?;
            options.baud = Some(rate.get());
        }
        options.boot_time = Duration::try_from_secs_f64(self.boot_time)
            .ok()
            .filter(|time| *time <= LONGEST_BOOT)
            .ok_or_else(|| usage(py, "boot_time: give seconds, 0 to 3600"))?;
        options.banner = self.banner;
        options.vanishes = self.vanish;
        options.control = self.control;
        Ok(options)
    }
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

/// Returns the actions of rules beside the faults: the name of each, and what the emulator does then.
pub(crate) fn fault_actions() -> Vec<(&'static str, &'static str)> {
    FAULT_ACTIONS
        .iter()
        .map(|known| (known.name, known.what))
        .collect()
}

/// Returns the states: the name of each with its values, and what it does.
pub(crate) fn states() -> Vec<(String, &'static str)> {
    STATES
        .iter()
        .map(|known| (format!("{}={}", known.name, known.values), known.what))
        .collect()
}

/// EBUSY, for a link or a socket that another emulator has.
const BUSY: i32 = 16;

/// Makes the exception for an emulator that cannot be made.
fn not_made(error: io::Error) -> PyErr {
    if error.kind() == io::ErrorKind::ResourceBusy && error.raw_os_error().is_none() {
        return PyOSError::new_err((BUSY, error.to_string()));
    }
    error.into()
}
