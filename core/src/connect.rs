//! Turns a URL into a port: a device, a socket, or an emulator inside this process.
//!
//! A port is named by a URL in pyserial's words:
//!
//! | URL | port |
//! | --- | --- |
//! | `/dev/ttyUSB2`, `/dev/serial/by-id/...`, `COM5`, `./ec25` | a serial device or pseudo terminal |
//! | `socket://host:port` | a TCP socket that carries raw bytes |
//! | `unix:///path` | a Unix socket |
//! | `emulator://ec25?ufs=DIR` | an emulator inside this process, by model or dialect name |
//! | `replay://FILE?times=1&zeros=1` | the module's side of a record, with the feature `record` |
//!
//! Options stand behind `?`: `baud=921600`, `rtscts=1`. Devices are opened exclusive.
//!
//! This stands above both [`crate::port`] and [`crate::emulator`], so that a port knows nothing of emulators.

#[cfg(all(feature = "emulator", unix))]
mod emulated;
mod reopening;
mod url;

use crate::port::{Port, PortError};
#[cfg(feature = "record")]
use crate::record::replay::ReplayOptions;

pub(crate) use reopening::ReopenablePort;
pub use url::PortUrl;

/// Opens a port by its URL.
///
/// # Errors
///
/// [`PortError`] names the port and says why it cannot be opened.
pub fn open(url: &str) -> Result<Box<dyn Port>, PortError> {
    open_parsed(url, PortUrl::parse(url)?)
}

/// Opens a port by its URL in parts.
fn open_parsed(url: &str, parsed: PortUrl) -> Result<Box<dyn Port>, PortError> {
    match parsed {
        #[cfg(feature = "serial")]
        PortUrl::Serial { path, baud, rtscts } => crate::port::serial::open(&path, baud, rtscts),
        #[cfg(not(feature = "serial"))]
        PortUrl::Serial { .. } => Err(PortError::url(
            url,
            "this build has no serial devices (feature `serial`)",
        )),
        #[cfg(feature = "record")]
        PortUrl::Replay { path, times, zeros } => {
            let mut options = ReplayOptions::default();
            (options.times, options.zeros) = (times, zeros);
            crate::record::replay::open(url, &path, options)
        }
        #[cfg(not(feature = "record"))]
        PortUrl::Replay { .. } => Err(PortError::url(
            url,
            "this build has no records (feature `record`)",
        )),
        PortUrl::Socket { address } => crate::port::tcp::open(url, &address),
        #[cfg(unix)]
        PortUrl::Unix { path } => crate::port::unix::open(url, &path),
        #[cfg(not(unix))]
        PortUrl::Unix { .. } => Err(PortError::url(url, "this system has no Unix sockets")),
        #[cfg(all(feature = "emulator", unix))]
        PortUrl::Emulator { model, options } => emulated::open(url, &model, &options),
        #[cfg(not(all(feature = "emulator", unix)))]
        PortUrl::Emulator { .. } => Err(PortError::url(
            url,
            "this build has no emulator (feature `emulator`)",
        )),
    }
}
