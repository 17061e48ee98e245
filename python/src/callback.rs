//! Python's callables as the client's callbacks. The watch keeps an exception and ends the call.

use std::sync::{Arc, Mutex, PoisonError};

use pyo3::prelude::*;
use pyo3::types::PyBytes;
use qftp::client::{LineLog, RetryNotice, Warning};

use crate::trace::Trace;
use crate::watch::Watch;

/// Holds the callable for unsolicited lines, if there is one.
pub(crate) type UrcSlot = Arc<Mutex<Option<Py<PyAny>>>>;

type OnLine = Box<dyn FnMut(LineLog<'_>) + Send>;

/// Returns the progress callback of a transfer.
pub(crate) fn progress<'a>(
    callback: Option<&'a Py<PyAny>>,
    watch: &'a Watch,
) -> impl FnMut(u64, Option<u64>) + 'a {
    move |done, total| {
        let Some(callback) = callback else { return };
        let called = Python::attach(|py| callback.call1(py, (done, total)).map(drop));
        if let Err(error) = called {
            watch.fail(error);
        }
    }
}

/// Returns the client's URC callback: it calls the callable in the slot.
pub(crate) fn urc(slot: UrcSlot, watch: Arc<Watch>) -> impl FnMut(&[u8]) + Send + 'static {
    move |line| {
        let called = Python::attach(|py| {
            let callback = {
                let slot = slot.lock().unwrap_or_else(PoisonError::into_inner);
                slot.as_ref().map(|callback| callback.clone_ref(py))
            };
            let Some(callback) = callback else {
                return Ok(());
            };
            callback.call1(py, (PyBytes::new(py, line),)).map(drop)
        });
        if let Err(error) = called {
            watch.fail(error);
        }
    }
}

/// Returns the client's log callback: it calls `callback(sent, line)`.
pub(crate) fn logging(callback: Py<PyAny>, watch: &Arc<Watch>) -> OnLine {
    let watch = Arc::clone(watch);
    Box::new(move |log| {
        let called = Python::attach(|py| {
            let line = PyBytes::new(py, &log.text);
            callback.call1(py, (log.sent, line)).map(drop)
        });
        if let Err(error) = called {
            watch.fail(error);
        }
    })
}

/// Returns the client's log callback: it fills the trace and calls another callback, if there is one.
pub(crate) fn tracing(trace: Trace, mut other: Option<OnLine>) -> OnLine {
    Box::new(move |log| {
        trace.line(&log);
        if let Some(other) = &mut other {
            other(log);
        }
    })
}

/// Returns the client's warning callback: `logging.getLogger("qftp").warning(text)`. Without a setup of `logging`, the
/// text appears on standard error.
pub(crate) fn warning(watch: &Arc<Watch>) -> impl FnMut(Warning) + Send + 'static {
    let watch = Arc::clone(watch);
    move |warning| warn(&watch, &warning.to_string())
}

/// Returns the client's callback for transfers that are tried again: it warns, and the silence of the wait does not count.
pub(crate) fn retry(watch: &Arc<Watch>) -> impl FnMut(&RetryNotice) + Send + 'static {
    let watch = Arc::clone(watch);
    move |notice| {
        warn(&watch, &notice.to_string());
        watch.excuse(notice.wait);
    }
}

fn warn(watch: &Watch, text: &str) {
    let called = Python::attach(|py| {
        let logger = py.import("logging")?.call_method1("getLogger", ("qftp",))?;
        logger.call_method1("warning", (text,)).map(drop)
    });
    if let Err(error) = called {
        watch.fail(error);
    }
}
