//! `qftp._native.Stop`: ends the calls of a client from another thread.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use pyo3::prelude::*;

/// While it is on, the call under way ends, and the next ones end before they begin.
#[pyclass(frozen, module = "qftp._native")]
pub(crate) struct Stop(Arc<Shared>);

/// What it and the watch over the calls have in common.
#[derive(Default)]
pub(crate) struct Shared {
    on: AtomicBool,
    /// What the client itself looks at; a signal, an exception or silence sets it, too.
    cancel: Arc<AtomicBool>,
    /// Whether nobody waits for the call any more.
    abandoned: Option<Py<PyAny>>,
}

#[pymethods]
impl Stop {
    /// `abandoned()` says whether nobody waits for the call any more, which ends it, too.
    #[new]
    fn new(abandoned: Py<PyAny>) -> Self {
        Stop(Arc::new(Shared {
            abandoned: Some(abandoned),
            ..Shared::default()
        }))
    }

    /// Turns it on or off.
    fn set(&self, on: bool) {
        self.0.on.store(on, Ordering::SeqCst);
        if on {
            self.0.cancel();
        }
    }
}

impl Stop {
    pub(crate) fn shared(&self) -> Arc<Shared> {
        Arc::clone(&self.0)
    }
}

impl Shared {
    pub(crate) fn cancel_flag(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.cancel)
    }

    /// The call under way is to end.
    pub(crate) fn cancel(&self) {
        self.cancel.store(true, Ordering::SeqCst);
    }

    /// A call begins: what ended the one before is over, unless this is on. Whether it is.
    pub(crate) fn begin(&self) -> bool {
        self.cancel.store(false, Ordering::SeqCst);
        let on = self.on.load(Ordering::SeqCst);
        if on {
            self.cancel();
        }
        on
    }

    /// Asks whether somebody waits for the call.
    pub(crate) fn is_abandoned(&self, py: Python<'_>) -> PyResult<bool> {
        match &self.abandoned {
            None => Ok(false),
            Some(abandoned) => abandoned.call0(py)?.is_truthy(py),
        }
    }
}
