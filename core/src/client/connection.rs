//! The client itself: a host on an open port, and the loop that runs one operation.

mod upload_progress;

use std::fmt;
use std::io;
use std::time::Duration;

use super::callbacks::{Callbacks, OperationEvent};
use super::closed_port::ClosedPort;
use super::error::Error;
use super::options::{LISTING_LIMIT, WrapPort};
use super::payload::OperationPayload;
use super::retry_notice::RetryNotice;
use super::session_memory::SessionMemory;
use super::ways::Ways;
use crate::ErrorKind;
use crate::connect::{ReopenablePort, UploadMark};
use crate::dialect::{self, Dialect, Direction};
use crate::driver::Driver;
use crate::host::{
    Answer, Host, HostError, LineLog, ModuleIdentity, Operation, PayloadLog, SendBufferSize,
    Warning,
};
use crate::port::{Cancel, Port, PortError, SLICE};
use crate::transfer::RetryPolicy;

/// A module on a port.
pub struct Client {
    port: Box<dyn Port>,
    host: Host,
    driver: Driver,
    identity: ModuleIdentity,
    cancel: Option<Cancel>,
    /// The cancellation ends a wait of the port.
    wakes: bool,
    pub(super) listing_limit: usize,
    pub(super) callbacks: Callbacks,
    origin: PortOrigin,
    /// The mark of an upload on that port.
    pub(super) mark: Option<UploadMark>,
    /// The dialect that the user named.
    named_dialect: Option<&'static Dialect>,
    pub(super) retry: RetryPolicy,
    /// The module's count proves a transfer.
    pub(super) trust_count: bool,
    pub(super) memory: SessionMemory,
    pub(super) ways: Ways,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (port, model) = (self.port.name(), &self.identity.model);
        write!(f, "Client({port}, {model}, {})", self.dialect().name)
    }
}

/// The origin of a port, by which it is opened anew.
pub(super) enum PortOrigin {
    /// Opened by its URL, and what is put around it.
    Url(ReopenablePort, Option<WrapPort>),
    /// The user gave it open.
    Given,
}

impl Client {
    pub(super) fn new(
        port: Box<dyn Port>,
        origin: PortOrigin,
        named_dialect: Option<&'static Dialect>,
        callbacks: Callbacks,
    ) -> Self {
        let mut host = Host::new(named_dialect.unwrap_or(dialect::ALL[0]));
        host.log_lines(callbacks.line.is_some());
        let driver = Driver::default();
        #[cfg(feature = "record")]
        if let Some(recorder) = &callbacks.recorder {
            host.log_raw(true);
            recorder.opened(driver.time_on(port.as_ref()));
        }
        Client {
            port,
            host,
            driver,
            identity: ModuleIdentity::default(),
            cancel: None,
            wakes: false,
            listing_limit: LISTING_LIMIT,
            callbacks,
            origin,
            mark: None,
            named_dialect,
            retry: RetryPolicy::default(),
            trust_count: false,
            memory: SessionMemory::default(),
            ways: Ways::default(),
        }
    }

    /// Closes the port. A session that is open stays open on the module; [`Client::logout`] ends it. Dropping the client
    /// does the same.
    pub fn close(self) {}

    /// Returns the dialect that the client speaks.
    pub fn dialect(&self) -> &'static Dialect {
        self.host.dialect()
    }

    /// Returns the manufacturer, model and revision that the module reports.
    pub fn identity(&self) -> &ModuleIdentity {
        &self.identity
    }

    /// Sets which failed transfers are tried again, and how often.
    pub fn set_retry(&mut self, policy: RetryPolicy) {
        self.retry = policy;
    }

    /// Sets the size of the buffer for payload that waits for the line.
    pub(super) fn set_send_buffer(&mut self, size: SendBufferSize) {
        self.host.set_send_buffer(size);
    }

    /// Sets the callback for unsolicited lines, without their line ends.
    pub fn on_urc(&mut self, callback: impl FnMut(&[u8]) + Send + 'static) {
        self.callbacks.urc = Some(Box::new(callback));
    }

    /// Sets the callback for every line sent or received. Passwords are redacted; payload is not shown.
    pub fn on_line(&mut self, callback: impl FnMut(LineLog<'_>) + Send + 'static) {
        self.callbacks.line = Some(Box::new(callback));
        self.host.log_lines(true);
    }

    /// Sets the callback for every run of payload sent or received: its length and first bytes.
    pub fn on_payload(&mut self, callback: impl FnMut(PayloadLog<'_>) + Send + 'static) {
        self.callbacks.payload = Some(Box::new(callback));
        self.host.log_payload(true);
    }

    /// Sets the callback for what the user should know: a login that lacks security which it could have, before anything
    /// is sent, or a module that refuses a command and needs another way.
    pub fn on_warning(&mut self, callback: impl FnMut(Warning) + Send + 'static) {
        self.callbacks.warning = Some(Box::new(callback));
    }

    /// Sets the callback for transfers that failed and are tried again; it is called before the wait.
    pub fn on_retry(&mut self, callback: impl FnMut(&RetryNotice) + Send + 'static) {
        self.callbacks.retry = Some(Box::new(callback));
    }

    /// Returns the port's descriptor, for an event loop that calls [`Client::poll`] when it can be read.
    #[cfg(unix)]
    pub fn descriptor(&self) -> Option<std::os::fd::BorrowedFd<'_>> {
        self.port.descriptor()
    }

    /// Reads the line for at most `timeout` and hands unsolicited lines to the callback.
    ///
    /// # Errors
    ///
    /// The line breaks, or the call is cancelled.
    pub fn poll(&mut self, timeout: Duration) -> Result<(), Error> {
        let deadline = self.now().saturating_add(timeout);
        loop {
            let left = deadline.saturating_sub(self.now());
            let wait = left.min(self.longest_wait());
            let read = self.driver.read(&mut self.host, self.port.as_mut(), wait);
            if read.map_err(|source| port_error(self.port.as_ref(), source))? > 0
                || self.now() >= deadline
            {
                break;
            }
            if self.is_cancelled() {
                return Err(Error::cancelled());
            }
        }
        while let Some(event) = self.host.poll_event() {
            // No operation runs, so nothing comes back.
            self.callbacks.dispatch(event);
        }
        Ok(())
    }

    /// Resyncs the line, for a program that ends. Every call that follows a cancelled one does the same.
    ///
    /// Sends nothing where nothing is left on the line. Leaving data mode takes three seconds.
    ///
    /// # Errors
    ///
    /// The line breaks, or the module does not answer in the time that is given.
    pub fn resync(&mut self, within: Duration) -> Result<(), Error> {
        let end = self.now().saturating_add(within);
        match self.run_until(Operation::Resync, OperationPayload::None, Some(end)) {
            Err(error) if error.kind() == ErrorKind::Cancelled && !self.is_cancelled() => {
                Err(Error::from(HostError::NoAnswer {
                    command: "AT".into(),
                    seconds: within.as_secs(),
                }))
            }
            other => other.map(drop),
        }
    }

    /// Asks the module what it is, and speaks its dialect from then on.
    pub(super) fn identify(&mut self) -> Result<(), Error> {
        match self.run(Operation::Identify, OperationPayload::None)? {
            Answer::Identity(identity) => self.identity = identity,
            other => return Err(Error::wrong_answer(&other)),
        }
        match self.named_dialect {
            Some(dialect) => self.host.set_dialect(dialect),
            None if self.identity.dialect().is_none() => {
                return Err(Error::UnknownModule {
                    model: self.identity.model.clone(),
                });
            }
            None => {}
        }
        #[cfg(feature = "record")]
        if let Some(recorder) = &self.callbacks.recorder {
            recorder.module(self.now(), &self.identity, self.dialect().name);
        }
        Ok(())
    }

    /// Opens the port anew. What the host knew of the line is forgotten.
    ///
    /// # Errors
    ///
    /// The port cannot be opened; [`Error::Line`] for a port that the user gave.
    pub(super) fn reopen(&mut self) -> Result<(), Error> {
        let PortOrigin::Url(origin, wrap) = &mut self.origin else {
            let given = "the port was given open, and cannot be opened anew";
            let source = io::Error::new(io::ErrorKind::NotConnected, given);
            return Err(Error::Line(source));
        };
        self.port = wrapped(Box::new(ClosedPort), wrap);
        self.port = wrapped(origin.reopen()?, wrap);
        self.wake_port();
        #[cfg(feature = "record")]
        if let Some(recorder) = &self.callbacks.recorder {
            recorder.opened(self.now());
        }
        let dialect = self.host.dialect();
        self.host.forget_line();
        self.host.set_dialect(dialect);
        self.expect_marked_upload();
        Ok(())
    }

    /// Lets the host leave data mode before it types, where a program ended in the middle of an upload on this port.
    pub(super) fn expect_marked_upload(&mut self) {
        let marked = self.mark.as_ref().and_then(UploadMark::dialect);
        if let Some(dialect) = marked {
            self.host.set_dialect(dialect);
            self.host.expect_upload();
        }
    }

    /// Lets the host leave data mode before it types, whatever ended on this port.
    pub(super) fn expect_upload(&mut self) {
        match self.named_dialect {
            Some(dialect) => {
                self.host.set_dialect(dialect);
                self.host.expect_upload();
            }
            None => self.host.expect_any_upload(),
        }
    }

    /// Warns of a line that may lose bytes.
    pub(super) fn warn_of_line(&mut self) {
        if self.port.loses_bytes() {
            self.callbacks.warn(Warning::NoFlowControl);
        }
    }

    /// Marks the port while the module may take what is typed for payload. A program that is killed leaves the mark.
    fn mark_upload(&mut self, is_over: bool) {
        let dialect = self.host.dialect();
        if let Some(mark) = &mut self.mark {
            if self.host.may_take_payload() {
                mark.set(dialect);
            } else if is_over {
                mark.clear();
            }
        }
    }

    /// Returns the driver's time.
    pub(super) fn now(&self) -> Duration {
        self.driver.time_on(self.port.as_ref())
    }

    /// Returns the time from the last data command to its `CONNECT`.
    pub(super) fn connect_time(&self) -> Option<Duration> {
        self.host.connect_time()
    }

    /// Returns true where the module takes no command before a new login.
    pub(super) fn needs_login(&self) -> bool {
        self.host.needs_login()
    }

    /// Runs one operation to its end, in the directory where its path fits.
    pub(super) fn run(
        &mut self,
        operation: Operation<'_>,
        payload: OperationPayload<'_>,
    ) -> Result<Answer, Error> {
        self.free_module(&operation)?;
        let operation = self.placed(operation)?;
        self.run_placed(operation, payload)
    }

    /// Runs one operation to its end, in the directory that the session is in.
    pub(super) fn run_placed(
        &mut self,
        operation: Operation<'_>,
        payload: OperationPayload<'_>,
    ) -> Result<Answer, Error> {
        self.run_until(operation, payload, None)
    }

    /// Runs one operation to its end, to a cancellation, or to the first failure of this side. The last two end it at
    /// once; the host remembers in which state they leave the line.
    fn run_until(
        &mut self,
        operation: Operation<'_>,
        mut payload: OperationPayload<'_>,
        end: Option<Duration>,
    ) -> Result<Answer, Error> {
        self.take_what_came()?;
        let identifies = matches!(operation, Operation::Identify);
        match operation {
            Operation::Put { .. } => self.host.set_way(self.ways.of(Direction::Up)),
            Operation::Get { .. } => self.host.set_way(self.ways.of(Direction::Down)),
            _ => {}
        }
        self.host.start(self.now(), operation)?;
        if let (OperationPayload::From(_), Some(mark)) = (&payload, &mut self.mark) {
            mark.set(self.host.dialect());
        }
        let mut failed: Option<Error> = None;
        loop {
            if let Some(result) = self.drain_events(&mut payload, &mut failed) {
                let discarded = self
                    .driver
                    .discard_output(&mut self.host, self.port.as_mut());
                if let (Err(source), None) = (discarded, &failed) {
                    failed = Some(Error::Line(source));
                }
                self.mark_upload(result.is_ok() || !identifies);
                if let (OperationPayload::From(supply), Ok(_)) = (&mut payload, &result) {
                    supply.note_on_its_way(0);
                }
                return match failed {
                    Some(error) => Err(error),
                    None => result.map_err(Error::from),
                };
            }
            let longest_wait = self.note_progress(&mut payload).min(self.longest_wait());
            let now = self.now();
            if failed.is_some() || self.is_cancelled() || end.is_some_and(|end| now >= end) {
                self.host.abort(now);
            } else {
                let left = end.map_or(Duration::MAX, |end| end.saturating_sub(now));
                let longest = left.min(longest_wait);
                let port = self.port.as_mut();
                match self.driver.turn(&mut self.host, port, longest) {
                    Ok(0) => {}
                    Ok(_) => self.note_answer(&mut payload),
                    Err(source) => failed = Some(port_error(self.port.as_ref(), source)),
                }
            }
        }
    }

    /// Reads what the line has brought by now: it answers nothing that is still to be asked. A line that always brings
    /// more is read on later.
    fn take_what_came(&mut self) -> Result<(), Error> {
        const READS: usize = 16;
        for _ in 0..READS {
            let port = self.port.as_mut();
            let read = self.driver.read(&mut self.host, port, Duration::ZERO);
            if read.map_err(|source| port_error(self.port.as_ref(), source))? == 0 {
                break;
            }
            while let Some(event) = self.host.poll_event() {
                // No operation runs, so nothing comes back.
                self.callbacks.dispatch(event);
            }
        }
        Ok(())
    }

    /// Lets time pass on the port's clock, where there is no line to wait for. A cancellation ends it early.
    pub(super) fn pause(&mut self, time: Duration) {
        match &self.cancel {
            Some(cancel) if self.port.time().is_none() => cancel.sleep(time),
            _ => self.port.pause(time.min(SLICE)),
        }
    }

    /// Sets the handle that ends calls.
    pub(super) fn set_cancel(&mut self, cancel: Option<Cancel>) {
        self.cancel = cancel;
        self.wake_port();
    }

    /// Lets a cancellation end the waits of the port.
    fn wake_port(&mut self) {
        self.wakes = match &self.cancel {
            Some(cancel) => self.port.wake_by(cancel),
            None => false,
        };
    }

    /// Returns the longest wait of the port after which a cancellation is still seen in time.
    fn longest_wait(&self) -> Duration {
        if self.cancel.is_none() || self.wakes {
            Duration::MAX
        } else {
            SLICE
        }
    }

    pub(super) fn is_cancelled(&self) -> bool {
        self.cancel.as_ref().is_some_and(Cancel::is_cancelled)
    }

    /// Hands out the host's events and fills its send buffer. Returns the result once the operation is over.
    fn drain_events(
        &mut self,
        payload: &mut OperationPayload<'_>,
        failed: &mut Option<Error>,
    ) -> Option<Result<Answer, HostError>> {
        let mut wants_data = false;
        let mut done = None;
        while let Some(event) = self.host.poll_event() {
            match self.callbacks.dispatch(event) {
                Some(OperationEvent::Data(data)) => {
                    if let (OperationPayload::Into(sink), None) = (&mut *payload, &failed)
                        && let Err(source) = sink(data)
                    {
                        *failed = Some(Error::Local { source });
                    }
                }
                Some(OperationEvent::WantData) => wants_data = true,
                Some(OperationEvent::Done(result)) => done = Some(result),
                None => {}
            }
        }
        if let (true, OperationPayload::From(supply), None) = (wants_data, payload, &failed)
            && let Err(source) = supply.fill(&mut self.host)
        {
            *failed = Some(Error::Local { source });
        }
        done
    }
}

/// Puts around a port what the user wants there.
pub(super) fn wrapped(port: Box<dyn Port>, wrap: &mut Option<WrapPort>) -> Box<dyn Port> {
    match wrap {
        Some(wrap) => wrap(port),
        None => port,
    }
}

/// Returns the error of a port: its line broke, another host has it, or its replay has come to an end.
fn port_error(port: &dyn Port, source: io::Error) -> Error {
    #[cfg(feature = "record")]
    if let Some(replay) = source.get_ref().and_then(|inner| inner.downcast_ref()) {
        return Error::Replay(crate::record::replay::ReplayError::clone(replay));
    }
    if source.kind() == io::ErrorKind::ResourceBusy {
        let port = port.name().to_owned();
        return Error::Port(PortError::busy(port));
    }
    Error::Line(source)
}
