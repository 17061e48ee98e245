//! Lets a signal end a wait of the thread that runs the handlers of Python, without a look now and then.
//!
//! The interpreter writes a byte to a descriptor when a signal comes, whichever thread of the process gets it. While a
//! call of a client runs, that descriptor is the client's. A program that has one of its own keeps it.

use pyo3::exceptions::PyValueError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::watch::Watch;

/// No descriptor.
const NONE: i32 = -1;

/// Runs a call without the interpreter's lock. Signals end its waits.
pub(crate) fn detached<T: Send>(
    py: Python<'_>,
    watch: &Watch,
    call: impl FnOnce() -> T + Send,
) -> PyResult<T> {
    let is_set = begin(py, watch)?;
    // One that came before is told nowhere.
    if let Err(raised) = py.check_signals() {
        watch.fail(raised);
    }
    let result = py.detach(call);
    if is_set {
        set(py, NONE)?;
    }
    Ok(result)
}

/// Returns true where the descriptor of the interpreter is the client's from now on.
fn begin(py: Python<'_>, watch: &Watch) -> PyResult<bool> {
    let Some(descriptor) = descriptor(watch) else {
        watch.signals_are_untold();
        return Ok(false);
    };
    match set(py, descriptor) {
        Ok(NONE) => Ok(true),
        Ok(other) => {
            set(py, other)?;
            watch.signals_are_untold();
            Ok(false)
        }
        // Not the thread that runs the handlers: it has nothing to look at.
        Err(error) if error.is_instance_of::<PyValueError>(py) => Ok(false),
        Err(error) => Err(error),
    }
}

#[cfg(unix)]
fn descriptor(watch: &Watch) -> Option<i32> {
    use std::os::fd::AsRawFd as _;
    let descriptor = watch.cancel().wake_descriptor()?;
    Some(descriptor.as_raw_fd())
}

#[cfg(not(unix))]
fn descriptor(_: &Watch) -> Option<i32> {
    None
}

/// Sets the descriptor of the interpreter. Returns the one before.
fn set(py: Python<'_>, descriptor: i32) -> PyResult<i32> {
    let options = PyDict::new(py);
    options.set_item(intern!(py, "warn_on_full_buffer"), false)?;
    let signal = py.import(intern!(py, "signal"))?;
    let set = signal.getattr(intern!(py, "set_wakeup_fd"))?;
    set.call((descriptor,), Some(&options))?.extract()
}
