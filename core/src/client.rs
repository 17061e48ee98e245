//! The blocking client: the host end on a port.
//!
//! ```no_run
//! use qftp::client::{Client, Login, Transfer};
//!
//! let mut client = Client::open("/dev/ttyUSB2?baud=921600&rtscts=1")?;
//! client.login(&Login::new("ftp.example.com", "user", "password"))?;
//! client.put_file("log.txt".as_ref(), b"/logs/log.txt", Transfer::default())?;
//! client.logout()?;
//! # Ok::<(), qftp::client::Error>(())
//! ```
//!
//! Every call waits for its end, every wait has its time-out, and nothing runs behind the caller's back: the line is
//! read inside calls, so call [`Client::poll`] now and then if unsolicited result codes matter between them. No thread
//! is started.

mod composed;
mod error;
mod listing;
mod probe;
mod store;
mod support;
mod transfer;

use std::io::{Read, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

pub use error::Error;
pub use listing::{Entry, EntryKind};
pub use probe::Probe;
pub use store::{Store, StoredFile};
pub use support::{Support, Task, support};
pub use transfer::{Transfer, Transferred};

pub use crate::host::{
    DataAddress, LineKind, LineLog, Login, ModuleIdentity, PayloadLog, PemError, ServiceState, Tls,
    TlsConfigError, TlsMode, Warning,
};

use crate::dialect::{self, CommandKind, Dialect};
use crate::host::{Answer, Event, Failure, Host, Operation};
use crate::port::{self, Port};

/// Bytes read from the port at once.
const READ_BUFFER: usize = 64 * 1024;
/// Longest single wait, so that a cancellation is seen in time.
const SLICE: Duration = Duration::from_millis(20);

/// How a client is opened.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Speak this dialect; `None` asks the module what it is.
    pub dialect: Option<&'static Dialect>,
    /// When it becomes true, the running call ends with [`Error::Cancelled`] within a tenth of a second, whatever the
    /// module or the server does. The next call brings the line in step first.
    pub cancel: Option<Arc<AtomicBool>>,
}

type OnUrc = Box<dyn FnMut(&[u8]) + Send>;
type OnLine = Box<dyn FnMut(LineLog<'_>) + Send>;
type OnPayload = Box<dyn FnMut(PayloadLog<'_>) + Send>;
type OnWarning = Box<dyn FnMut(Warning) + Send>;

/// A module on a port.
pub struct Client {
    port: Box<dyn Port>,
    host: Host,
    start: Instant,
    identity: ModuleIdentity,
    cancel: Option<Arc<AtomicBool>>,
    on_urc: Option<OnUrc>,
    on_line: Option<OnLine>,
    on_payload: Option<OnPayload>,
    on_warning: Option<OnWarning>,
    input: Vec<u8>,
}

impl core::fmt::Debug for Client {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let dialect = self.host.dialect().name;
        write!(
            f,
            "Client({}, {}, {dialect})",
            self.port.name(),
            self.identity.model
        )
    }
}

/// Where the payload of an operation comes from or goes to.
pub(crate) enum Payload<'a> {
    None,
    From(Supply<'a>),
    Into(&'a mut dyn FnMut(&[u8]) -> std::io::Result<()>),
}

/// A reader and what has been read from it and not yet taken.
pub(crate) struct Supply<'a> {
    source: &'a mut dyn Read,
    chunk: Vec<u8>,
    taken: usize,
    left: u64,
    progress: &'a mut dyn FnMut(u64),
}

impl Client {
    /// Opens a port and asks the module on it what it is.
    pub fn open(url: &str) -> Result<Self, Error> {
        Self::open_with(url, Options::default())
    }

    /// [`Client::open`] with options.
    pub fn open_with(url: &str, options: Options) -> Result<Self, Error> {
        Self::with_port(port::open(url)?, options)
    }

    /// A client on a port that is open already.
    pub fn with_port(port: Box<dyn Port>, options: Options) -> Result<Self, Error> {
        Self::with_log(port, options, None)
    }

    /// [`Client::with_port`], with the log callback in place for the first lines already.
    pub fn with_log(
        port: Box<dyn Port>,
        options: Options,
        on_line: Option<OnLine>,
    ) -> Result<Self, Error> {
        let assumed = options.dialect.unwrap_or(dialect::ALL[0]);
        let mut host = Host::new(assumed);
        host.log_lines(on_line.is_some());
        let mut client = Client {
            port,
            host,
            start: Instant::now(),
            identity: ModuleIdentity::default(),
            cancel: options.cancel,
            on_urc: None,
            on_line,
            on_payload: None,
            on_warning: None,
            input: vec![0; READ_BUFFER],
        };
        if let Answer::Identity(identity) = client.run(Operation::Identify, Payload::None)? {
            client.identity = identity;
        }
        match options.dialect {
            Some(dialect) => client.host.set_dialect(dialect),
            None if client.identity.dialect().is_none() => {
                return Err(Error::UnknownModule {
                    model: client.identity.model.clone(),
                });
            }
            None => {}
        }
        Ok(client)
    }

    /// The dialect spoken.
    pub fn dialect(&self) -> &'static Dialect {
        self.host.dialect()
    }

    /// What the module says of itself.
    pub fn identity(&self) -> &ModuleIdentity {
        &self.identity
    }

    /// Called with every unsolicited line, its line end removed.
    pub fn on_urc(&mut self, callback: impl FnMut(&[u8]) + Send + 'static) {
        self.on_urc = Some(Box::new(callback));
    }

    /// Called with every line sent or received. Passwords are redacted; payload is not shown.
    pub fn on_line(&mut self, callback: impl FnMut(LineLog<'_>) + Send + 'static) {
        self.on_line = Some(Box::new(callback));
        self.host.log_lines(true);
    }

    /// Called with every run of payload sent or received: its length and first bytes.
    pub fn on_payload(&mut self, callback: impl FnMut(PayloadLog<'_>) + Send + 'static) {
        self.on_payload = Some(Box::new(callback));
        self.host.log_payload(true);
    }

    /// Called when a login does without security that it could have, before anything of it is sent.
    pub fn on_warning(&mut self, callback: impl FnMut(Warning) + Send + 'static) {
        self.on_warning = Some(Box::new(callback));
    }

    /// The port's descriptor, for an event loop that calls [`Client::poll`] when it can be read.
    #[cfg(unix)]
    pub fn descriptor(&self) -> Option<std::os::fd::BorrowedFd<'_>> {
        self.port.descriptor()
    }

    /// Activates the PDP context if it is not, sets account and settings, opens the session. A session that is still
    /// open is closed first.
    ///
    /// With [`Login::tls`] the certificates go to the module first, into files of the SSL context's own in flash;
    /// those that are there already are read back, compared and left as they are. A dialect that cannot do it is
    /// [`Error::Unsupported`] before anything is sent. When TLS fails the code is 631 and the error says why, as far as
    /// the module knows; the server has not been sent the account then.
    pub fn login(&mut self, login: &Login) -> Result<(), Error> {
        self.plain(Operation::Login(login))
    }

    /// Size of a file on the server, in bytes. Where the dialect has no command for it, from the server's listing.
    pub fn size(&mut self, path: &[u8]) -> Result<u64, Error> {
        if self.has_only_listing(CommandKind::FtpSize) {
            return self.size_from_listing(path);
        }
        self.number(Operation::Size(path))
    }

    /// Time of a file's last change, `YYYYMMDDHHMMSS[.NNN]` in UTC.
    pub fn mdtm(&mut self, path: &[u8]) -> Result<String, Error> {
        self.text(Operation::Modified(path))
            .map(|time| time.escape_ascii().to_string())
    }

    /// Deletes a file.
    pub fn delete(&mut self, path: &[u8]) -> Result<(), Error> {
        self.plain(Operation::Delete(path))
    }

    /// Renames a file or directory.
    pub fn rename(&mut self, from: &[u8], to: &[u8]) -> Result<(), Error> {
        self.plain(Operation::Rename { from, to })
    }

    /// Makes a directory.
    pub fn mkdir(&mut self, path: &[u8]) -> Result<(), Error> {
        self.plain(Operation::MakeDir(path))
    }

    /// Removes an empty directory.
    pub fn rmdir(&mut self, path: &[u8]) -> Result<(), Error> {
        self.plain(Operation::RemoveDir(path))
    }

    /// Changes the current directory.
    pub fn cwd(&mut self, path: &[u8]) -> Result<(), Error> {
        self.plain(Operation::ChangeDir(path))
    }

    /// Changes to the parent directory. The LTE dialects have no command for it: it is `cwd("..")`.
    pub fn cdup(&mut self) -> Result<(), Error> {
        self.cwd(b"..")
    }

    /// The current directory.
    pub fn pwd(&mut self) -> Result<Vec<u8>, Error> {
        self.text(Operation::WorkingDir)
    }

    /// Bytes moved by the last transfer, as the module counts.
    pub fn transferred(&mut self) -> Result<u64, Error> {
        self.number(Operation::Transferred)
    }

    /// State of the FTP service.
    pub fn service_state(&mut self) -> Result<ServiceState, Error> {
        match self.run(Operation::ServiceState, Payload::None)? {
            Answer::State(state) => Ok(state),
            other => Err(Error::out_of_place(&other)),
        }
    }

    /// Brings the line in step, as every call does that follows a cancelled one; for a program that ends. Where nothing
    /// is left on the line, nothing is sent. Out of data mode it takes three seconds; it is given up after `within`.
    pub fn resync(&mut self, within: Duration) -> Result<(), Error> {
        let end = self.start.elapsed().saturating_add(within);
        match self.run_until(Operation::Resync, Payload::None, Some(end)) {
            Err(Error::Cancelled { .. }) if !self.is_cancelled() => Err(Error::NoAnswer {
                command: "AT".into(),
                seconds: within.as_secs(),
            }),
            other => other.map(drop),
        }
    }

    /// Closes the session.
    pub fn logout(&mut self) -> Result<(), Error> {
        self.plain(Operation::Logout)
    }

    /// Any AT command that does not enter data mode, without its CR; its information lines, whole. Where the table
    /// knows that a URC follows, it is awaited and comes last.
    pub fn command(&mut self, line: &[u8]) -> Result<Vec<Vec<u8>>, Error> {
        self.lines(Operation::Raw(line))
    }

    /// The module's own file store.
    pub fn store(&mut self) -> Store<'_> {
        Store { client: self }
    }

    /// Reads the line for at most `timeout` and hands unsolicited lines to the callback.
    pub fn poll(&mut self, timeout: Duration) -> Result<(), Error> {
        let deadline = self.start.elapsed().saturating_add(timeout);
        let count = loop {
            let left = deadline.saturating_sub(self.start.elapsed());
            let wait = left.min(SLICE);
            let count = self.port.read(&mut self.input, wait).map_err(Error::Line)?;
            if count > 0 || wait == left {
                break count;
            }
            if self.is_cancelled() {
                return Err(Error::Cancelled { bytes_confirmed: 0 });
            }
        };
        let now = self.start.elapsed();
        self.host.handle_input(now, &self.input[..count]);
        while let Some(event) = self.host.poll_event() {
            match event {
                Event::Urc(line) => call(&mut self.on_urc, line),
                Event::Line(log) => call_line(&mut self.on_line, log),
                _ => {}
            }
        }
        Ok(())
    }

    fn plain(&mut self, operation: Operation<'_>) -> Result<(), Error> {
        self.run(operation, Payload::None).map(drop)
    }

    fn number(&mut self, operation: Operation<'_>) -> Result<u64, Error> {
        match self.run(operation, Payload::None)? {
            Answer::Number(number) => Ok(number),
            other => Err(Error::out_of_place(&other)),
        }
    }

    fn text(&mut self, operation: Operation<'_>) -> Result<Vec<u8>, Error> {
        match self.run(operation, Payload::None)? {
            Answer::Text(text) => Ok(text),
            other => Err(Error::out_of_place(&other)),
        }
    }

    pub(crate) fn lines(&mut self, operation: Operation<'_>) -> Result<Vec<Vec<u8>>, Error> {
        match self.run(operation, Payload::None)? {
            Answer::Lines(lines) => Ok(lines),
            other => Err(Error::out_of_place(&other)),
        }
    }

    /// Runs one operation to its end.
    pub(crate) fn run(
        &mut self,
        operation: Operation<'_>,
        payload: Payload<'_>,
    ) -> Result<Answer, Error> {
        self.run_until(operation, payload, None)
    }

    /// Runs one operation to its end, to a cancellation, or to the first failure of this side. The last two end it at
    /// once; how the line stands is then the host's to remember.
    fn run_until(
        &mut self,
        operation: Operation<'_>,
        mut payload: Payload<'_>,
        end: Option<Duration>,
    ) -> Result<Answer, Error> {
        self.host.start(self.start.elapsed(), operation)?;
        let mut failed: Option<Error> = None;
        loop {
            if let Some(result) = self.drain_events(&mut payload, &mut failed) {
                return match failed {
                    Some(error) => Err(error),
                    None => result.map_err(Error::from),
                };
            }
            let now = self.start.elapsed();
            if failed.is_some() || self.is_cancelled() || end.is_some_and(|end| now >= end) {
                self.host.abort(now);
            } else if let Err(error) = self.move_bytes() {
                failed = Some(Error::Line(error));
            }
        }
    }

    fn is_cancelled(&self) -> bool {
        self.cancel
            .as_ref()
            .is_some_and(|cancel| cancel.load(Ordering::Relaxed))
    }

    /// Hands out what the host has to say; the result once the operation is over.
    fn drain_events(
        &mut self,
        payload: &mut Payload<'_>,
        failed: &mut Option<Error>,
    ) -> Option<Result<Answer, Failure>> {
        let mut wanted = false;
        let mut done = None;
        while let Some(event) = self.host.poll_event() {
            match event {
                Event::Data(data) => {
                    if let (Payload::Into(sink), None) = (&mut *payload, &failed)
                        && let Err(source) = sink(data)
                    {
                        *failed = Some(Error::Local { source });
                    }
                }
                Event::WantData => wanted = true,
                Event::Urc(line) => call(&mut self.on_urc, line),
                Event::Line(log) => call_line(&mut self.on_line, log),
                Event::Payload(log) => call_payload(&mut self.on_payload, log),
                Event::Warning(warning) => {
                    if let Some(callback) = &mut self.on_warning {
                        callback(warning);
                    }
                }
                Event::Done(result) => done = Some(result),
            }
        }
        if let (true, Payload::From(supply), None) = (wanted, payload, &failed)
            && let Err(source) = supply.fill(&mut self.host)
        {
            *failed = Some(Error::Local { source });
        }
        done
    }

    /// Writes what is to be sent, reads what has come, tells the host the time.
    fn move_bytes(&mut self) -> std::io::Result<()> {
        let mut written = 0;
        if let Some(bytes) = self.host.poll_transmit() {
            written = self.port.write(bytes, SLICE)?;
            self.host.transmitted(self.start.elapsed(), written);
        }
        let now = self.start.elapsed();
        let wait = match self.host.poll_timeout() {
            // What went out makes room for more.
            Some(deadline) if written == 0 && self.host.poll_transmit().is_none() => {
                deadline.saturating_sub(now).min(SLICE)
            }
            _ => Duration::ZERO,
        };
        let count = self.port.read(&mut self.input, wait)?;
        let now = self.start.elapsed();
        self.host.handle_input(now, &self.input[..count]);
        if count == 0
            && self
                .host
                .poll_timeout()
                .is_some_and(|deadline| deadline <= now)
        {
            self.host.handle_timeout(now);
        }
        Ok(())
    }
}

impl<'a> Supply<'a> {
    pub(crate) fn new(
        source: &'a mut dyn Read,
        length: u64,
        progress: &'a mut dyn FnMut(u64),
    ) -> Self {
        Supply {
            source,
            chunk: Vec::new(),
            taken: 0,
            left: length,
            progress,
        }
    }

    /// Fills the host's send buffer.
    fn fill(&mut self, host: &mut Host) -> std::io::Result<()> {
        loop {
            if self.taken == self.chunk.len() {
                if self.left == 0 {
                    return Ok(());
                }
                self.read_chunk()?;
            }
            let count = host.supply(&self.chunk[self.taken..]);
            if count == 0 {
                return Ok(());
            }
            self.taken += count;
            (self.progress)(count as u64);
        }
    }

    fn read_chunk(&mut self) -> std::io::Result<()> {
        let size = usize::try_from(self.left)
            .unwrap_or(usize::MAX)
            .min(crate::host::SEND_BUFFER);
        self.chunk.resize(size, 0);
        self.taken = 0;
        let count = read_some(self.source, &mut self.chunk)?;
        self.chunk.truncate(count);
        self.left -= count as u64;
        if count == 0 {
            self.chunk.clear();
            let text = format!(
                "the source ended {} bytes before its stated size",
                self.left
            );
            return Err(std::io::Error::new(std::io::ErrorKind::UnexpectedEof, text));
        }
        Ok(())
    }
}

/// One read, interruptions by signals apart.
pub(crate) fn read_some(source: &mut dyn Read, buffer: &mut [u8]) -> std::io::Result<usize> {
    loop {
        match source.read(buffer) {
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            other => return other,
        }
    }
}

fn call(callback: &mut Option<OnUrc>, line: &[u8]) {
    if let Some(callback) = callback {
        callback(line);
    }
}

fn call_line(callback: &mut Option<OnLine>, log: LineLog<'_>) {
    if let Some(callback) = callback {
        callback(log);
    }
}

fn call_payload(callback: &mut Option<OnPayload>, log: PayloadLog<'_>) {
    if let Some(callback) = callback {
        callback(log);
    }
}

/// Writes all of it; for payload that goes to a writer.
pub(crate) fn writing(sink: &mut dyn Write) -> impl FnMut(&[u8]) -> std::io::Result<()> + '_ {
    move |data| sink.write_all(data)
}
