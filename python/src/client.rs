//! `qftp._native.Client`: the blocking client. Names are bytes, times are seconds.

mod call;
mod options;
mod uploads;

use std::path::PathBuf;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use pyo3::gc::{PyTraverseError, PyVisit};
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use qftp::client::{self, ClientOptions, Error, Login, PutMode};

use self::call::ended;
pub(crate) use self::call::{HeldClient, Moved, moved};
use self::options::{UploadChoices, download, part, place, state_name, transfer_way};
use crate::apn_account::{self as account, ApnAccountOption};
use crate::callback::{self, UrcSlot};
use crate::cancel::Stop;
use crate::data_address::{self, DataAddressOption};
use crate::dialect::find_dialect;
use crate::error::About;
use crate::listing::{Row, lines, rows};
use crate::record;
use crate::retry::{self, RetryOptions};
use crate::seconds::seconds;
use crate::stream::Sink;
use crate::tls::{TlsOptions, tls_options};
use crate::trace::Trace;
use crate::wakeup;
use crate::watch::{OnSilence, Watch, WatchedPort};

/// Limits the resync before closing.
const RESYNC_TIMEOUT: Duration = Duration::from_secs(10);

/// A module on a port.
#[pyclass(frozen, module = "qftp._native")]
pub(crate) struct Client {
    held: HeldClient,
    on_urc: UrcSlot,
    /// The trace of the line.
    #[pyo3(get)]
    trace: Trace,
    /// The dialect spoken.
    #[pyo3(get)]
    dialect: &'static str,
    /// Manufacturer, model, revision.
    #[pyo3(get)]
    identity: (String, String, String),
}

#[pymethods]
impl Client {
    #[new]
    #[pyo3(signature = (url, dialect, silence, on_line, retry, wait, stop=None, record=None, record_payload=false, way=None, escape_first=false, trust_count=false))]
    #[allow(
        clippy::too_many_arguments,
        reason = "by name, from one place in Python"
    )]
    fn new(
        py: Python<'_>,
        url: String,
        dialect: Option<String>,
        silence: Option<f64>,
        on_line: Option<Py<PyAny>>,
        retry: RetryOptions,
        wait: f64,
        stop: Option<&Stop>,
        record: Option<PathBuf>,
        record_payload: bool,
        way: Option<&str>,
        escape_first: bool,
        trust_count: bool,
    ) -> PyResult<Self> {
        let recorder = record
            .map(|path| record::create(&path, &url, dialect.as_deref(), record_payload))
            .transpose()?;
        let dialect = dialect.map(|name| find_dialect(py, &name)).transpose()?;
        let silence = silence
            .map(|silence| seconds(py, silence, "timeout"))
            .transpose()?;
        let watch = Arc::new(Watch::new(
            silence,
            stop.map(Stop::shared).unwrap_or_default(),
        ));
        let on_urc = UrcSlot::default();
        let trace = Trace::new();
        let policy = retry::policy(py, retry)?;
        let wait = seconds(py, wait, "wait")?;
        let way = transfer_way(py, way)?;
        // A module that is waited for may be silent.
        let begun = watch.begin(OnSilence::of_opening(wait));
        let opened = wakeup::detached(py, &watch, || {
            if !begun {
                return Err(Error::cancelled());
            }
            let watcher = Arc::clone(&watch);
            let options = ClientOptions::new()
                .dialect(dialect)
                .retry(policy)
                .wait(wait)
                .way(way)
                .escape_first(escape_first)
                .trust_count(trust_count)
                .wrap_port(move |port| {
                    let watch = Arc::clone(&watcher);
                    Box::new(WatchedPort { port, watch })
                })
                .record(recorder)
                .cancel(watch.cancel().clone());
            let log = on_line.map(|on_line| callback::logging(on_line, &watch));
            let log = callback::tracing(trace.clone(), log);
            let mut client = options.on_line(log).open(&url)?;
            let payload = trace.clone();
            client.on_payload(move |log| payload.payload(&log));
            client.on_warning(callback::warning(&watch));
            client.on_retry(callback::retry(&watch));
            client.on_urc(callback::urc(Arc::clone(&on_urc), Arc::clone(&watch)));
            Ok(client)
        })?;
        let client = ended(py, &watch, About::OTHER, opened)?;
        let identity = client.identity();
        Ok(Client {
            dialect: client.dialect().name,
            identity: (
                identity.manufacturer.clone(),
                identity.model.clone(),
                identity.revision.clone(),
            ),
            held: HeldClient::new(client, watch),
            on_urc,
            trace,
        })
    }

    /// Shows the garbage collector the callable that the client holds, which may hold the client. Never waits: in a slot
    /// that is locked the callable is in use.
    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        match self.on_urc.try_lock() {
            Ok(slot) => slot
                .as_ref()
                .map_or(Ok(()), |callable| visit.call(callable)),
            Err(_) => Ok(()),
        }
    }

    fn __clear__(&self) {
        let callable = self.on_urc.lock().map(|mut slot| slot.take());
        drop(callable);
    }

    /// Returns true once the port is closed.
    #[getter]
    fn closed(&self) -> bool {
        self.held.is_closed()
    }

    /// Closes the port. Sends nothing.
    fn release(&self, py: Python<'_>) -> PyResult<()> {
        self.held.release(py)
    }

    #[pyo3(signature = (host, user, password, port, apn, context, passive, response_timeout, tls=None, data_address=None, apn_account=None))]
    #[allow(
        clippy::too_many_arguments,
        reason = "by name, from one place in Python"
    )]
    fn login(
        &self,
        py: Python<'_>,
        host: Vec<u8>,
        user: Vec<u8>,
        password: Vec<u8>,
        port: u16,
        apn: Option<Vec<u8>>,
        context: u8,
        passive: bool,
        response_timeout: u8,
        tls: Option<TlsOptions>,
        data_address: Option<DataAddressOption>,
        apn_account: Option<ApnAccountOption>,
    ) -> PyResult<()> {
        let mut login = Login::new(host, user, password);
        login.port = port;
        login.apn = apn;
        login.apn_account = apn_account
            .map(|given| account::read(py, given))
            .transpose()?;
        login.context = context;
        login.passive = passive;
        login.response_timeout_s = response_timeout;
        login.data_address = data_address
            .map(|wanted| data_address::read(py, wanted))
            .transpose()?;
        login.tls = tls.map(|tls| tls_options(py, tls)).transpose()?;
        self.call(py, About::LOGIN, |client| client.login(&login))
    }

    #[pyo3(signature = (source, size, remote, offset, choices, progress))]
    #[allow(
        clippy::too_many_arguments,
        reason = "by name, from one place in Python"
    )]
    fn put(
        &self,
        py: Python<'_>,
        source: Py<PyAny>,
        size: Option<u64>,
        remote: Vec<u8>,
        offset: u64,
        choices: UploadChoices,
        progress: Option<Py<PyAny>>,
    ) -> PyResult<Moved> {
        let mode = PutMode::Resume(offset);
        self.upload_from(py, &source, size, &remote, mode, choices, progress)
    }

    #[pyo3(signature = (path, remote, offset, resume, choices, progress))]
    #[allow(
        clippy::too_many_arguments,
        reason = "by name, from one place in Python"
    )]
    fn put_file(
        &self,
        py: Python<'_>,
        path: PathBuf,
        remote: Vec<u8>,
        offset: u64,
        resume: bool,
        choices: UploadChoices,
        progress: Option<Py<PyAny>>,
    ) -> PyResult<Moved> {
        let mode = place(offset, resume);
        self.upload_file(py, &path, &remote, mode, choices, progress)
    }

    #[pyo3(signature = (source, size, remote, verify, progress))]
    fn append(
        &self,
        py: Python<'_>,
        source: Py<PyAny>,
        size: Option<u64>,
        remote: Vec<u8>,
        verify: bool,
        progress: Option<Py<PyAny>>,
    ) -> PyResult<Moved> {
        let mode = PutMode::Append;
        self.upload_from(
            py,
            &source,
            size,
            &remote,
            mode,
            (verify, false, false),
            progress,
        )
    }

    #[pyo3(signature = (path, remote, verify, progress))]
    fn append_file(
        &self,
        py: Python<'_>,
        path: PathBuf,
        remote: Vec<u8>,
        verify: bool,
        progress: Option<Py<PyAny>>,
    ) -> PyResult<Moved> {
        let (mode, choices) = (PutMode::Append, (verify, false, false));
        self.upload_file(py, &path, &remote, mode, choices, progress)
    }

    #[pyo3(signature = (remote, sink, offset, length, verify, progress))]
    #[allow(
        clippy::too_many_arguments,
        reason = "by name, from one place in Python"
    )]
    fn get(
        &self,
        py: Python<'_>,
        remote: Vec<u8>,
        sink: Py<PyAny>,
        offset: u64,
        length: Option<u64>,
        verify: bool,
        progress: Option<Py<PyAny>>,
    ) -> PyResult<Moved> {
        let watch = self.held.watch();
        let about = About::existing("get", &remote);
        self.held.transfer(py, about, progress, |client, report| {
            let mut sink = Sink {
                object: &sink,
                watch,
            };
            client.get(&remote, &mut sink, download(offset, length, verify, report))
        })
    }

    #[pyo3(signature = (remote, path, offset, length, resume, verify, fsync, progress))]
    #[allow(
        clippy::too_many_arguments,
        reason = "by name, from one place in Python"
    )]
    fn get_file(
        &self,
        py: Python<'_>,
        remote: Vec<u8>,
        path: PathBuf,
        offset: u64,
        length: Option<u64>,
        resume: bool,
        verify: bool,
        fsync: bool,
        progress: Option<Py<PyAny>>,
    ) -> PyResult<Moved> {
        let about = About::existing("get", &remote);
        self.held.transfer(py, about, progress, |client, report| {
            let options = download(offset, length, verify, report)
                .part(part(resume))
                .fsync(fsync);
            client.get_file(&remote, &path, options)
        })
    }

    fn list<'py>(&self, py: Python<'py>, directory: Vec<u8>) -> PyResult<Vec<Row<'py>>> {
        let entries = self
            .held
            .existing(py, "list", &directory, |client| client.list(&directory))?;
        Ok(rows(py, &entries))
    }

    fn mlsd<'py>(&self, py: Python<'py>, directory: Vec<u8>) -> PyResult<Vec<Row<'py>>> {
        let entries = self
            .held
            .existing(py, "list", &directory, |client| client.mlsd(&directory))?;
        Ok(rows(py, &entries))
    }

    fn list_text<'py>(&self, py: Python<'py>, directory: Vec<u8>) -> PyResult<Bound<'py, PyBytes>> {
        self.held
            .existing(py, "list", &directory, |client| {
                client.list_text(&directory)
            })
            .map(|text| PyBytes::new(py, &text))
    }

    fn mlsd_text<'py>(&self, py: Python<'py>, directory: Vec<u8>) -> PyResult<Bound<'py, PyBytes>> {
        self.held
            .existing(py, "list", &directory, |client| {
                client.mlsd_text(&directory)
            })
            .map(|text| PyBytes::new(py, &text))
    }

    fn nlst<'py>(&self, py: Python<'py>, directory: Vec<u8>) -> PyResult<Vec<Bound<'py, PyBytes>>> {
        self.held
            .existing(py, "list", &directory, |client| client.nlst(&directory))
            .map(|names| lines(py, &names))
    }

    fn size(&self, py: Python<'_>, path: Vec<u8>) -> PyResult<u64> {
        self.held
            .existing(py, "tell the size of", &path, |client| client.size(&path))
    }

    fn mdtm(&self, py: Python<'_>, path: Vec<u8>) -> PyResult<String> {
        self.held
            .existing(py, "tell the time of", &path, |client| client.mdtm(&path))
    }

    fn delete(&self, py: Python<'_>, path: Vec<u8>) -> PyResult<()> {
        self.held
            .existing(py, "delete", &path, |client| client.delete(&path))
    }

    fn rename(&self, py: Python<'_>, from: Vec<u8>, to: Vec<u8>) -> PyResult<()> {
        self.held
            .existing(py, "rename", &from, |client| client.rename(&from, &to))
    }

    fn mkdir(&self, py: Python<'_>, path: Vec<u8>) -> PyResult<()> {
        self.held
            .asked(py, "make directory", &path, |client| client.mkdir(&path))
    }

    fn rmdir(&self, py: Python<'_>, path: Vec<u8>) -> PyResult<()> {
        self.held
            .asked(py, "remove directory", &path, |client| client.rmdir(&path))
    }

    fn cwd(&self, py: Python<'_>, path: Vec<u8>) -> PyResult<()> {
        self.held
            .existing(py, "change to", &path, |client| client.cwd(&path))
    }

    fn cdup(&self, py: Python<'_>) -> PyResult<()> {
        self.held
            .existing(py, "change to", b"..", client::Client::cdup)
    }

    fn pwd<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        self.held
            .asked(py, "tell the current directory", b"", client::Client::pwd)
            .map(|path| PyBytes::new(py, &path))
    }

    fn transferred(&self, py: Python<'_>) -> PyResult<u64> {
        self.call(py, About::OTHER, client::Client::transferred)
    }

    fn service_state(&self, py: Python<'_>) -> PyResult<&'static str> {
        let state = self.call(py, About::OTHER, client::Client::service_state)?;
        Ok(state_name(state))
    }

    fn logout(&self, py: Python<'_>) -> PyResult<()> {
        self.call(py, About::OTHER, client::Client::logout)
    }

    /// Resyncs the line, as every call after an interrupted one does; for the end of a program.
    fn resync(&self, py: Python<'_>) -> PyResult<()> {
        self.call(py, About::OTHER, |client| client.resync(RESYNC_TIMEOUT))
    }

    fn command<'py>(&self, py: Python<'py>, line: Vec<u8>) -> PyResult<Vec<Bound<'py, PyBytes>>> {
        self.call(py, About::LINE, |client| client.command(&line))
            .map(|answer| lines(py, &answer))
    }

    fn poll(&self, py: Python<'_>, timeout: f64) -> PyResult<()> {
        let timeout = seconds(py, timeout, "timeout")?;
        self.held
            .watched(py, About::OTHER, OnSilence::Wait, |client| {
                client.poll(timeout)
            })
    }

    #[pyo3(signature = (callback))]
    fn on_urc(&self, callback: Option<Py<PyAny>>) {
        let mut slot = self.on_urc.lock().unwrap_or_else(PoisonError::into_inner);
        let before = std::mem::replace(&mut *slot, callback);
        drop(slot); // the old callback may run any code when it is dropped
        drop(before);
    }
}
