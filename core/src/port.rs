//! The ports that carry bytes between host and module: serial devices, pseudo terminals, TCP and Unix sockets, servers of
//! serial lines (RFC 2217), memory.
//!
//! [`crate::connect`] opens a port by its URL. A program with a line of its own implements [`Port`].
//!
//! Windows has everything but pseudo terminals and Unix sockets; it runs under Wine (`make windows`), real Windows is untested.
//! macOS compiles and is untested.

pub(crate) mod busy_word;
mod cancel;
#[cfg(unix)]
mod fd_io;
pub(crate) mod holder;
pub(crate) mod identity;
mod line_estimate;
pub mod list;
#[cfg(all(unix, feature = "emulator"))]
pub(crate) mod memory;
#[cfg(unix)]
pub(crate) mod path_lock;
#[cfg(unix)]
pub(crate) mod pty;
pub(crate) mod rfc2217;
#[cfg(feature = "serial")]
pub(crate) mod serial;
pub(crate) mod serial_settings;
pub(crate) mod spy;
pub(crate) mod tcp;
pub(crate) mod telnet;
#[cfg(unix)]
pub(crate) mod unix;

use std::io;
use std::time::Duration;

pub use cancel::Cancel;
pub(crate) use cancel::SLICE;
pub use serial_settings::{Parity, SerialSettings};

/// The host's end of a line: bytes both ways, and DTR.
///
/// What a port has taken and not sent cannot be kept back where [`Port::discard_output`] does nothing. Let
/// [`Port::write`] take little at a time.
///
/// A program can implement it for a line of its own, on every platform, and open a client on it by
/// [`crate::client::ClientOptions::with_port`]. The client calls it from one thread at a time.
///
/// ```
/// use std::collections::VecDeque;
/// use std::io;
/// use std::time::Duration;
///
/// use qftp::port::Port;
///
/// /// A line whose module repeats what it hears.
/// struct Echo(VecDeque<u8>);
///
/// impl Port for Echo {
///     fn read(&mut self, buffer: &mut [u8], _timeout: Duration) -> io::Result<usize> {
///         io::Read::read(&mut self.0, buffer)
///     }
///
///     fn write(&mut self, bytes: &[u8], _timeout: Duration) -> io::Result<usize> {
///         self.0.extend(bytes);
///         Ok(bytes.len())
///     }
///
///     fn set_dtr(&mut self, _on: bool) -> io::Result<()> {
///         Ok(()) // this line has none
///     }
///
///     fn name(&self) -> &str {
///         "echo"
///     }
/// }
///
/// let mut port: Box<dyn Port> = Box::new(Echo(VecDeque::new()));
/// port.write(b"AT\r", Duration::ZERO)?;
/// let mut buffer = [0; 8];
/// assert_eq!(port.read(&mut buffer, Duration::ZERO)?, 3);
/// # Ok::<(), io::Error>(())
/// ```
pub trait Port: Send {
    /// Reads what is there, waiting at most `timeout` for the first byte. Returns 0 when nothing came in time.
    ///
    /// # Errors
    ///
    /// [`io::ErrorKind::UnexpectedEof`] says that the other side is gone; the client takes any error for a lost line.
    fn read(&mut self, buffer: &mut [u8], timeout: Duration) -> io::Result<usize>;

    /// Writes what the line takes, waiting at most `timeout` for room, and returns how many bytes that is.
    ///
    /// That may be less than all, and 0 when there was no room in time.
    ///
    /// # Errors
    ///
    /// The client takes any error for a lost line.
    fn write(&mut self, bytes: &[u8], timeout: Duration) -> io::Result<usize>;

    /// Raises or drops DTR. A port without DTR does nothing and returns `Ok`.
    ///
    /// # Errors
    ///
    /// The system refused it.
    fn set_dtr(&mut self, on: bool) -> io::Result<()>;

    /// Returns the time of a line that has a clock of its own, such as a simulation or a replay. By default it has none,
    /// and the clock is the system's.
    fn time(&self) -> Option<Duration> {
        None
    }

    /// Lets time pass, as [`Port::time`] counts it. By default it sleeps.
    fn pause(&mut self, time: Duration) {
        std::thread::sleep(time);
    }

    /// Throws away what was written and has not been sent: payload that a module would take for commands. By default
    /// nothing can be thrown away.
    ///
    /// # Errors
    ///
    /// The client takes any error for a lost line.
    fn discard_output(&mut self) -> io::Result<()> {
        Ok(())
    }

    /// Returns how many bytes were written and have not been sent, as far as the port knows. The silence around `+++`
    /// begins when there are none. By default all is sent at once.
    ///
    /// # Errors
    ///
    /// The client takes any error for a lost line.
    fn unsent(&mut self) -> io::Result<usize> {
        Ok(0)
    }

    /// Returns how many bytes the port has taken that are still on their way to the module, for the progress of a transfer.
    /// It is [`Port::unsent`] where the system tells that, or a line of known speed lets it be estimated. By default none.
    ///
    /// # Errors
    ///
    /// The client then tells no progress; a broken line shows when it is read.
    fn on_its_way(&mut self) -> io::Result<usize> {
        Ok(0)
    }

    /// Takes the handle that is to end a wait of [`Port::read`] early, and returns true if it does so from now on: then the
    /// client waits as long as it can. By default it does not, and the client waits 20 ms at a time.
    ///
    /// A port with a descriptor polls it together with [`Cancel::descriptor`], and calls [`Cancel::woken`] where that ended
    /// the wait. A port around another one passes it on.
    fn wake_by(&mut self, _cancel: &Cancel) -> bool {
        false
    }

    /// Returns true where bytes may be lost on the way to the module or from it, since nothing holds back a side that is too
    /// fast. By default none is.
    fn loses_bytes(&self) -> bool {
        false
    }

    /// Returns the descriptor to wait on in an event loop, if the port has one. By default it has none.
    #[cfg(unix)]
    fn descriptor(&self) -> Option<std::os::fd::BorrowedFd<'_>> {
        None
    }

    /// Returns the name of the port, for messages.
    fn name(&self) -> &str;
}

/// A port that cannot be opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PortError {
    /// The URL makes no sense.
    #[error("port {url}: {reason}")]
    Url {
        /// The URL as it was given.
        url: String,
        /// The mistake, and what would be right.
        reason: String,
    },
    /// Another program has it open.
    #[error("port {port} is in use: {} has it open", .holder.as_deref().unwrap_or("another program"))]
    Busy {
        /// The name of the port.
        port: String,
        /// The program that has it open, with its process number, where that can be told.
        holder: Option<String>,
    },
    /// The port was to be found by itself, and there is none, or more than one.
    #[error("the port of the module was not found: {reason}")]
    NotFound {
        /// The reason, in words.
        reason: String,
    },
    /// The port does not exist.
    #[error("port {port} does not exist")]
    Missing {
        /// The name of the port.
        port: String,
    },
    /// The user has no permission to open it.
    #[error(
        "port {port}: permission denied; your user may have to join the group of the device (often dialout)"
    )]
    Permission {
        /// The name of the port.
        port: String,
    },
    /// The host name cannot be resolved.
    #[error("port {port}: the host name cannot be resolved")]
    Name {
        /// The name of the port.
        port: String,
        /// The error of the system.
        source: io::Error,
    },
    /// The system refused it for another reason.
    #[error("port {port} cannot be opened")]
    Io {
        /// The name of the port.
        port: String,
        /// The error of the system.
        source: io::Error,
    },
}

impl PortError {
    pub(crate) fn url(url: &str, reason: impl Into<String>) -> Self {
        PortError::Url {
            url: url.to_owned(),
            reason: reason.into(),
        }
    }

    /// Returns the error of a port that another program has open, with its name.
    pub(crate) fn busy(port: String) -> Self {
        let holder = holder::of_path(&port);
        PortError::Busy { port, holder }
    }

    pub(crate) fn io(port: &str, source: io::Error) -> Self {
        let port = port.to_owned();
        match source.kind() {
            io::ErrorKind::NotFound => PortError::Missing { port },
            io::ErrorKind::PermissionDenied => PortError::Permission { port },
            io::ErrorKind::ResourceBusy | io::ErrorKind::WouldBlock => PortError::busy(port),
            _ => PortError::Io { port, source },
        }
    }
}
