//! Runs calls of a client: one at a time, without the interpreter's lock, watched for exceptions and silence.

use std::sync::{Arc, Mutex, TryLockError};

use pyo3::prelude::*;
use pyo3::types::PyTuple;
use qftp::client::{Client, Error, Transferred};

use crate::callback;
use crate::error::{self, About};
use crate::samples::Samples;
use crate::wakeup;
use crate::watch::{OnSilence, Watch};

/// Holds bytes moved, seconds taken, seconds to `CONNECT`, the samples of progress, the position of the first byte, tries,
/// the kinds of the failures that were tried again, and the name of the proof.
pub(crate) type Moved = (
    u64,
    f64,
    Option<f64>,
    Py<PyTuple>,
    u64,
    u32,
    Py<PyTuple>,
    &'static str,
);
/// Receives the progress of a transfer.
pub(super) type Report<'a> = &'a mut dyn FnMut(u64, Option<u64>);

/// A client that is held for one call at a time.
pub(crate) struct HeldClient {
    /// In a box: the client needs memory aligned for vector instructions, which Python's objects are not.
    client: Mutex<Option<Box<Client>>>,
    watch: Arc<Watch>,
    process: u32,
}

impl HeldClient {
    /// Holds a client for calls from this process.
    pub(super) fn new(client: Client, watch: Arc<Watch>) -> Self {
        HeldClient {
            client: Mutex::new(Some(Box::new(client))),
            watch,
            process: std::process::id(),
        }
    }

    /// Returns what watches the calls.
    pub(crate) fn watch(&self) -> &Watch {
        &self.watch
    }

    /// Returns true once the port is closed.
    pub(super) fn is_closed(&self) -> bool {
        match self.client.try_lock() {
            Ok(client) => client.is_none(),
            Err(TryLockError::WouldBlock) => false,
            Err(TryLockError::Poisoned(_)) => true,
        }
    }

    /// Closes the port. Sends nothing.
    pub(super) fn release(&self, py: Python<'_>) -> PyResult<()> {
        let client = match self.client.try_lock() {
            Ok(mut client) => client.take(),
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner().take(),
            Err(TryLockError::WouldBlock) => return Err(busy(py)),
        };
        py.detach(|| drop(client));
        Ok(())
    }

    /// Runs one call of the client without the interpreter's lock.
    pub(super) fn call<T: Send>(
        &self,
        py: Python<'_>,
        about: About<'_>,
        body: impl FnOnce(&mut Client) -> Result<T, Error> + Send,
    ) -> PyResult<T> {
        self.watched(py, about, OnSilence::EndCall, body)
    }

    /// Runs a call about a remote file or directory that should be there.
    pub(super) fn existing<T: Send>(
        &self,
        py: Python<'_>,
        action: &'static str,
        name: &[u8],
        body: impl FnOnce(&mut Client) -> Result<T, Error> + Send,
    ) -> PyResult<T> {
        self.call(py, About::existing(action, name), body)
    }

    /// Runs a call about a name on the server.
    pub(super) fn asked<T: Send>(
        &self,
        py: Python<'_>,
        action: &'static str,
        name: &[u8],
        body: impl FnOnce(&mut Client) -> Result<T, Error> + Send,
    ) -> PyResult<T> {
        self.call(py, About::new(action, name), body)
    }

    /// Runs a transfer; reports and samples its progress.
    pub(super) fn transfer(
        &self,
        py: Python<'_>,
        about: About<'_>,
        progress: Option<Py<PyAny>>,
        body: impl FnOnce(&mut Client, Report<'_>) -> Result<Transferred, Error> + Send,
    ) -> PyResult<Moved> {
        let watch = self.watch();
        let (moved, samples) = self.call(py, about, |client| {
            let mut samples = Samples::new();
            let mut tell = callback::progress(progress.as_ref(), watch);
            let mut report = |done, total| {
                samples.take(done);
                tell(done, total);
            };
            let transferred = body(client, &mut report)?;
            let samples = samples.finish(transferred.bytes);
            Ok((transferred, samples))
        })?;
        self::moved(py, &moved, PyTuple::new(py, samples)?)
    }

    /// Runs a transfer within the module, of which the line brings nothing before its end.
    pub(crate) fn transfer_in_module(
        &self,
        py: Python<'_>,
        about: About<'_>,
        body: impl FnOnce(&mut Client) -> Result<Transferred, Error> + Send,
    ) -> PyResult<Moved> {
        let moved = self.watched(py, about, OnSilence::Wait, body)?;
        self::moved(py, &moved, PyTuple::empty(py))
    }

    /// Runs one call, which silence ends or does not.
    pub(super) fn watched<T: Send>(
        &self,
        py: Python<'_>,
        about: About<'_>,
        on_silence: OnSilence,
        body: impl FnOnce(&mut Client) -> Result<T, Error> + Send,
    ) -> PyResult<T> {
        if std::process::id() != self.process {
            let text = "the client belongs to the process that opened it: open one after the fork";
            return Err(error::new(py, "UsageError", text));
        }
        let mut client = match self.client.try_lock() {
            Ok(client) => client,
            Err(TryLockError::WouldBlock) => return Err(busy(py)),
            Err(TryLockError::Poisoned(_)) => return Err(closed(py)),
        };
        let Some(client) = client.as_mut() else {
            return Err(closed(py));
        };
        let result = if self.watch.begin(OnSilence::Wait) {
            wakeup::detached(py, &self.watch, || {
                if on_silence == OnSilence::EndCall {
                    self.watch.end_on_silence(client)?;
                }
                body(client)
            })?
        } else {
            Err(Error::cancelled())
        };
        ended(py, &self.watch, about, result)
    }
}

/// Returns a transfer as Python takes it.
pub(crate) fn moved(
    py: Python<'_>,
    moved: &Transferred,
    samples: Bound<'_, PyTuple>,
) -> PyResult<Moved> {
    Ok((
        moved.bytes,
        moved.elapsed.as_secs_f64(),
        moved.connect.map(|connect| connect.as_secs_f64()),
        samples.unbind(),
        moved.offset,
        moved.attempts,
        PyTuple::new(py, moved.failures.iter().map(|kind| kind.name()))?.unbind(),
        moved.verified.name(),
    ))
}

/// Returns the result of a call; an exception that ended it comes before the error of the client.
pub(super) fn ended<T>(
    py: Python<'_>,
    watch: &Watch,
    about: About<'_>,
    result: Result<T, Error>,
) -> PyResult<T> {
    match (watch.end(), result) {
        (Some(raised), _) => Err(raised),
        (None, Ok(value)) => Ok(value),
        (None, Err(error)) => Err(error::of(py, error, about)),
    }
}

fn busy(py: Python<'_>) -> PyErr {
    let text = "the client is in use: by another thread, or by the call that runs this callback";
    error::new(py, "BusyError", text)
}

fn closed(py: Python<'_>) -> PyErr {
    error::new(py, "UsageError", "the client is closed")
}
