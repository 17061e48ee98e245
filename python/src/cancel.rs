//! `qftp._native.Stop`: ends the calls of a client from another thread.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use pyo3::prelude::*;
use qftp::client::Cancel;

/// Ends the calls of a client from `set` to `clear`.
#[pyclass(frozen, module = "qftp._native")]
pub(crate) struct Stop(Arc<Shared>);

/// Holds what `Stop` and the watch over the calls share.
#[derive(Default)]
pub(crate) struct Shared {
    on: AtomicBool,
    /// Ends the call; a signal, an exception or silence does so, too.
    cancel: Cancel,
    /// Returns true if no task waits for the call any more.
    abandoned: Option<Py<PyAny>>,
}

#[pymethods]
impl Stop {
    /// Ends a call, too, when `abandoned()` returns true: no task waits for it any more.
    #[new]
    fn new(abandoned: Py<PyAny>) -> Self {
        Stop(Arc::new(Shared {
            abandoned: Some(abandoned),
            ..Shared::default()
        }))
    }

    /// Ends the call under way, and each later one before it begins.
    fn set(&self) {
        self.0.on.store(true, Ordering::SeqCst);
        self.0.cancel();
    }

    /// Lets later calls begin.
    fn clear(&self) {
        self.0.on.store(false, Ordering::SeqCst);
    }
}

impl Stop {
    pub(crate) fn shared(&self) -> Arc<Shared> {
        Arc::clone(&self.0)
    }
}

impl Shared {
    /// Returns what ends the calls of the client.
    pub(crate) fn handle(&self) -> &Cancel {
        &self.cancel
    }

    /// Returns true if the call may be abandoned, of which nothing tells.
    pub(crate) fn asks(&self) -> bool {
        self.abandoned.is_some()
    }

    /// Ends the call under way.
    pub(crate) fn cancel(&self) {
        self.cancel.cancel();
    }

    /// Begins a call: forgets what ended the one before. Returns true if the call must end at once.
    pub(crate) fn begin(&self) -> bool {
        self.cancel.clear();
        let on = self.on.load(Ordering::SeqCst);
        if on {
            self.cancel();
        }
        on
    }

    /// Returns true if no task waits for the call any more.
    pub(crate) fn is_abandoned(&self, py: Python<'_>) -> PyResult<bool> {
        match &self.abandoned {
            None => Ok(false),
            Some(abandoned) => abandoned.call0(py)?.is_truthy(py),
        }
    }
}
