//! An emulator as its user holds it: made on a line, ended by dropping it.

use std::io;
use std::net::SocketAddr;
use std::os::fd::BorrowedFd;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use mio::{Poll, Waker};

use super::driver::{Driver, LINE, WAKER};
use super::fault::{Fault, FaultError, Order};
use super::line::ModuleLine;
use super::store::{FileStore, StoreOptions};
use crate::dialect::{self, Dialect};
use crate::module::{Module, Quirks};
use crate::port::memory::{self, HostEnd};
use crate::port::pty::Pty;
use crate::port::{Port, PortError};

/// What an emulator is.
#[derive(Clone, Debug)]
pub struct Options {
    /// The dialect it speaks.
    pub dialect: &'static Dialect,
    /// How it departs from the dialect's manual.
    pub quirks: Quirks,
    /// Folder of `UFS:`, made if it is not there; `None` is a folder of its own, removed with it.
    pub ufs: Option<PathBuf>,
    /// Folder of `SD:`, the same.
    pub sd: Option<PathBuf>,
    /// Bytes that fit into `UFS:`.
    pub ufs_limit: u64,
    /// Bytes that fit into `SD:`.
    pub sd_limit: u64,
    /// Bytes that fit into `RAM:`.
    pub ram_limit: u64,
    /// Gets each unsolicited result code, without its line ends, as the module says it.
    pub urcs: Option<Sender<Vec<u8>>>,
}

impl Options {
    /// A module of this dialect with empty stores of the usual sizes.
    pub fn new(dialect: &'static Dialect) -> Self {
        let StoreOptions {
            ufs,
            sd,
            ufs_limit,
            sd_limit,
            ram_limit,
        } = StoreOptions::default();
        Options {
            dialect,
            quirks: Quirks::MANUAL,
            ufs,
            sd,
            ufs_limit,
            sd_limit,
            ram_limit,
            urcs: None,
        }
    }

    fn store(self) -> io::Result<FileStore> {
        FileStore::new(StoreOptions {
            ufs: self.ufs,
            sd: self.sd,
            ufs_limit: self.ufs_limit,
            sd_limit: self.sd_limit,
            ram_limit: self.ram_limit,
        })
    }
}

/// An emulator, running until it is dropped.
#[derive(Debug)]
pub struct Emulator {
    path: Option<PathBuf>,
    address: Option<SocketAddr>,
    dialect: &'static Dialect,
    /// None once it is to end.
    orders: Option<Sender<Order>>,
    waker: Arc<Waker>,
    thread: Option<JoinHandle<()>>,
}

impl Emulator {
    /// A module on a new pseudo terminal. `link` becomes a symbolic link to it until the module ends; a link that is
    /// there is replaced, anything else is refused.
    pub fn on_pty(link: Option<&Path>, options: Options) -> io::Result<Self> {
        let pty = Pty::open(link)?;
        let path = pty.path().to_owned();
        let mut module = Self::start(options, |poll, _| {
            ModuleLine::pty(pty, poll.registry(), LINE)
        })?;
        module.path = Some(path);
        Ok(module)
    }

    /// A module on a TCP socket that carries raw bytes; port 0 is any free one ([`Emulator::address`]).
    pub fn on_tcp(at: SocketAddr, options: Options) -> io::Result<Self> {
        let mut address = None;
        let mut module = Self::start(options, |poll, _| {
            let line = ModuleLine::tcp(at, poll.registry(), LINE)?;
            address = line.address();
            Ok(line)
        })?;
        module.address = address;
        Ok(module)
    }

    /// A module on a line inside the process, and the host's end of that line. The module ends when the port is
    /// dropped, too.
    pub fn in_process(options: Options) -> io::Result<(Self, Box<dyn Port>)> {
        let (host, module) = Self::beside(options)?;
        Ok((module, Box::new(host)))
    }

    fn beside(options: Options) -> io::Result<(HostEnd, Self)> {
        let (host, end) = memory::pair(&format!("emulator://{}", options.dialect.name))?;
        let module = Self::start(options, |poll, waker| {
            ModuleLine::memory(end, waker, poll.registry(), LINE)
        })?;
        Ok((host, module))
    }

    fn start(
        options: Options,
        line: impl FnOnce(&Poll, Arc<Waker>) -> io::Result<ModuleLine>,
    ) -> io::Result<Self> {
        let dialect = options.dialect;
        let urcs = options.urcs.clone();
        let quirks = options
            .quirks
            .check(dialect)
            .map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error))?;
        let time = SystemTime::now().duration_since(UNIX_EPOCH);
        let module = Module::new(dialect)
            .with_quirks(quirks)
            .with_clock(time.unwrap_or_default());
        let store = options.store()?;
        let poll = Poll::new()?;
        let waker = Arc::new(Waker::new(poll.registry(), WAKER)?);
        let line = line(&poll, Arc::clone(&waker))?;
        let (orders, received) = channel();
        let driver = Driver::new(
            module,
            poll,
            Arc::clone(&waker),
            line,
            store,
            urcs,
            received,
        )?;
        let thread = std::thread::Builder::new()
            .name(format!("emulator {}", dialect.name))
            .spawn(move || driver.run())?;
        Ok(Emulator {
            path: None,
            address: None,
            dialect,
            orders: Some(orders),
            waker,
            thread: Some(thread),
        })
    }

    /// What a host opens: the link, or the pseudo terminal's own path.
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// Where a TCP line listens.
    pub fn address(&self) -> Option<SocketAddr> {
        self.address
    }

    /// The URL by which [`crate::port::open`] opens it; `None` for a line inside the process, which is open already.
    pub fn url(&self) -> Option<String> {
        let path = self.path.as_ref().and_then(|path| path.to_str());
        path.map(str::to_owned)
            .or_else(|| Some(format!("socket://{}", self.address?)))
    }

    /// Has this befall it. When it returns, it has.
    pub fn inject(&self, fault: Fault) -> Result<(), FaultError> {
        self.order(fault.check(self.dialect)?, true)
    }

    /// Ends a fault that lasts, or calls off one that waits for its time; one that is not there is no error.
    pub fn clear(&self, fault: Fault) -> Result<(), FaultError> {
        self.order(fault, false)
    }

    fn order(&self, fault: Fault, on: bool) -> Result<(), FaultError> {
        let (done, wait) = channel();
        let orders = self.orders.as_ref().ok_or(FaultError::Ended)?;
        orders
            .send(Order { fault, on, done })
            .map_err(|_| FaultError::Ended)?;
        self.waker.wake().map_err(|_| FaultError::Ended)?;
        wait.recv().map_err(|_| FaultError::Ended)
    }

    /// Whether it has ended by itself: only a module whose line is gone does.
    pub fn is_finished(&self) -> bool {
        self.thread.as_ref().is_none_or(JoinHandle::is_finished)
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        drop(self.orders.take());
        if let Some(thread) = self.thread.take()
            && self.waker.wake().is_ok()
        {
            // A panic of the thread has been printed by then; there is nobody else to tell.
            let _ = thread.join();
        }
    }
}

/// Opens `emulator://<dialect>?ufs=DIR&sd=DIR&quirks=NAMES`: a module that lives as long as the port.
pub fn open(
    url: &str,
    dialect: &str,
    options: &[(String, String)],
) -> Result<Box<dyn Port>, PortError> {
    let wrong = |reason: String| PortError::Url {
        url: url.to_owned(),
        reason,
    };
    let dialect = dialect::by_name(dialect).ok_or_else(|| {
        let known: Vec<_> = dialect::ALL.iter().map(|dialect| dialect.name).collect();
        wrong(format!(
            "unknown dialect {dialect:?}; there are {}",
            known.join(", ")
        ))
    })?;
    let mut settings = Options::new(dialect);
    for (name, value) in options {
        let bytes = || {
            value
                .parse()
                .map_err(|_| wrong(format!("{name}={value}: give a number of bytes")))
        };
        match name.as_str() {
            "quirks" => {
                let quirks: Result<Quirks, _> = value.parse();
                settings.quirks = quirks
                    .and_then(|quirks| quirks.check(dialect))
                    .map_err(|error| wrong(error.to_string()))?;
            }
            "ufs" => settings.ufs = Some(value.into()),
            "sd" => settings.sd = Some(value.into()),
            "ufs_limit" => settings.ufs_limit = bytes()?,
            "sd_limit" => settings.sd_limit = bytes()?,
            "ram_limit" => settings.ram_limit = bytes()?,
            _ => {
                return Err(wrong(format!(
                    "unknown option {name}: there are quirks, ufs, sd, ufs_limit, sd_limit, ram_limit"
                )));
            }
        }
    }
    let (line, module) = Emulator::beside(settings).map_err(|source| PortError::io(url, source))?;
    Ok(Box::new(Inside {
        line,
        _module: module,
    }))
}

/// The host's end of a line, with the module at its other end.
struct Inside {
    line: HostEnd,
    _module: Emulator,
}

impl Port for Inside {
    fn read(&mut self, buffer: &mut [u8], timeout: Duration) -> io::Result<usize> {
        self.line.read(buffer, timeout)
    }

    fn write(&mut self, bytes: &[u8], timeout: Duration) -> io::Result<usize> {
        self.line.write(bytes, timeout)
    }

    fn set_dtr(&mut self, on: bool) -> io::Result<()> {
        self.line.set_dtr(on)
    }

    fn descriptor(&self) -> Option<BorrowedFd<'_>> {
        self.line.descriptor()
    }

    fn name(&self) -> &str {
        self.line.name()
    }
}
