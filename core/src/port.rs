//! What carries bytes between host and module: serial devices, pseudo terminals, TCP and Unix sockets, memory.
//!
//! A port is named by a URL in pyserial's words:
//!
//! | URL | what |
//! | --- | --- |
//! | `/dev/ttyUSB2`, `/dev/serial/by-id/...`, `COM5`, `./ec25` | a serial device or pseudo terminal |
//! | `socket://host:port` | a TCP socket that carries raw bytes |
//! | `unix:///path` | a Unix socket |
//! | `emulator://ec2x?ufs=DIR` | an emulator inside this process |
//!
//! Options stand behind `?`: `baud=921600`, `rtscts=1`. Devices are opened exclusive.
//!
//! Windows and macOS: everything but pseudo terminals and Unix sockets is written for them too, and untested.

#[cfg(unix)]
mod fd_io;
#[cfg(feature = "serial")]
pub mod list;
#[cfg(unix)]
pub mod memory;
#[cfg(unix)]
pub mod pty;
#[cfg(feature = "serial")]
mod serial;
mod tcp;
#[cfg(unix)]
mod unix;
mod url;

use std::io;
use std::time::Duration;

pub use url::PortUrl;

/// One end of a line.
pub trait Port: Send {
    /// Reads what is there, waiting at most `timeout` for the first byte. `Ok(0)`: nothing came in time. The other
    /// side gone is [`io::ErrorKind::UnexpectedEof`].
    fn read(&mut self, buffer: &mut [u8], timeout: Duration) -> io::Result<usize>;

    /// Writes what is taken, waiting at most `timeout` for room. May be less than all; `Ok(0)`: no room in time.
    fn write(&mut self, bytes: &[u8], timeout: Duration) -> io::Result<usize>;

    /// Raises or drops DTR, where the port has it; elsewhere it does nothing.
    fn set_dtr(&mut self, on: bool) -> io::Result<()>;

    /// The descriptor to wait on in an event loop.
    #[cfg(unix)]
    fn descriptor(&self) -> Option<std::os::fd::BorrowedFd<'_>>;

    /// How the port was named.
    fn name(&self) -> &str;
}

/// A port that cannot be opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PortError {
    /// The URL makes no sense.
    #[error("port {url}: {reason}")]
    Url {
        /// As given.
        url: String,
        /// What is wrong, and what would be right.
        reason: String,
    },
    /// Somebody else has it open.
    #[error("port {port} is in use: another program has it open")]
    Busy {
        /// Its name.
        port: String,
    },
    /// There is no such port.
    #[error("port {port} does not exist")]
    Missing {
        /// Its name.
        port: String,
    },
    /// No permission.
    #[error(
        "port {port}: permission denied; your user may have to join the group of the device (often dialout)"
    )]
    Permission {
        /// Its name.
        port: String,
    },
    /// The host name cannot be resolved.
    #[error("port {port}: the host name cannot be resolved")]
    Name {
        /// Its name.
        port: String,
        /// Why.
        source: io::Error,
    },
    /// Something else.
    #[error("port {port} cannot be opened")]
    Io {
        /// Its name.
        port: String,
        /// Why.
        source: io::Error,
    },
}

impl PortError {
    pub(crate) fn io(port: &str, source: io::Error) -> Self {
        let port = port.to_owned();
        match source.kind() {
            io::ErrorKind::NotFound => PortError::Missing { port },
            io::ErrorKind::PermissionDenied => PortError::Permission { port },
            io::ErrorKind::ResourceBusy | io::ErrorKind::WouldBlock => PortError::Busy { port },
            _ => PortError::Io { port, source },
        }
    }
}

/// Opens a port by its URL.
pub fn open(url: &str) -> Result<Box<dyn Port>, PortError> {
    match PortUrl::parse(url)? {
        #[cfg(feature = "serial")]
        PortUrl::Serial { path, baud, rtscts } => serial::open(&path, baud, rtscts),
        #[cfg(not(feature = "serial"))]
        PortUrl::Serial { .. } => Err(url::wrong(
            url,
            "this build has no serial devices (feature `serial`)",
        )),
        PortUrl::Socket { address } => tcp::open(url, &address),
        #[cfg(unix)]
        PortUrl::Unix { path } => unix::open(url, &path),
        #[cfg(not(unix))]
        PortUrl::Unix { .. } => Err(url::wrong(url, "this system has no Unix sockets")),
        PortUrl::Emulator { dialect, options } => open_emulator(url, &dialect, &options),
    }
}

#[cfg(all(feature = "emulator", unix))]
fn open_emulator(
    url: &str,
    dialect: &str,
    options: &[(String, String)],
) -> Result<Box<dyn Port>, PortError> {
    crate::emulator::open(url, dialect, options)
}

#[cfg(not(all(feature = "emulator", unix)))]
fn open_emulator(url: &str, _: &str, _: &[(String, String)]) -> Result<Box<dyn Port>, PortError> {
    Err(url::wrong(
        url,
        "this build has no emulator (feature `emulator`)",
    ))
}
