//! Turns a URL into a port: a device, a socket, or an emulator inside this process.
//!
//! A port is named by a URL in pyserial's words:
//!
//! | URL | port |
//! | --- | --- |
//! | `/dev/ttyUSB2`, `/dev/serial/by-id/...`, `COM5`, `./ec25` | a serial device or pseudo terminal |
//! | `auto` | the AT port of the only module |
//! | `EC25`, a USB serial number | the AT port of the module with this model or number |
//! | `socket://host:port` | a TCP socket that carries raw bytes |
//! | `rfc2217://host:port?baud=921600` | a serial line behind a server of RFC 2217, such as ser2net; with `strict=1` one that acknowledges all settings |
//! | `hwgrep://2c7c:0125` | the first serial device with this in its description, case ignored |
//! | `spy:///dev/ttyUSB2?file=a.txt` | another port; all that passes is written to a file, or to standard error |
//! | `unix:///path` | a Unix socket |
//! | `emulator://ec25?ufs=DIR` | an emulator inside this process, by model or dialect name |
//! | `replay://FILE?times=1&zeros=1` | the module's side of a record, with the feature `record` |
//!
//! Options of a device stand behind `?`, with pyserial's names: `baud=921600`, or `baud=auto` for the first speed at which
//! the module answers `AT`; `bytesize`, `parity`, `stopbits`; `rtscts` and `xonxoff`; `dtr` and `rts` for these lines at the
//! opening. Without `rtscts` there is RTS/CTS flow control where the module raises CTS. Devices are opened exclusive.
//!
//! This stands above both [`crate::port`] and [`crate::emulator`], so that a port knows nothing of emulators.

#[cfg(all(feature = "emulator", unix))]
mod emulated;
mod reopening;
mod search;
mod speed;
mod typing;
mod upload_mark;
mod url;

use crate::port::{Port, PortError};
#[cfg(feature = "record")]
use crate::record::replay::ReplayOptions;

pub(crate) use reopening::ReopenablePort;
pub(crate) use typing::Typing;
pub(crate) use upload_mark::UploadMark;
pub use url::PortUrl;

/// Opens a port by its URL.
///
/// # Errors
///
/// [`PortError`] names the port and says why it cannot be opened.
pub fn open(url: &str) -> Result<Box<dyn Port>, PortError> {
    open_parsed(url, resolved(PortUrl::parse(url)?, Typing::At)?)
}

/// Returns the URL with the device and the speed that are found where it does not name them.
fn resolved(url: PortUrl, typing: Typing) -> Result<PortUrl, PortError> {
    if let PortUrl::Spy { port, file } = url {
        let port = Box::new(resolved(*port, typing)?);
        return Ok(PortUrl::Spy { port, file });
    }
    speed::resolved(search::resolved(url, typing)?, typing)
}

/// Returns true for a port on which a program of this machine was killed in an upload.
pub(crate) fn is_marked(url: &str) -> bool {
    let found = PortUrl::parse(url).and_then(|url| resolved(url, Typing::Nothing));
    let mark = found.ok().as_ref().and_then(UploadMark::of_port);
    mark.is_some_and(|mark| mark.dialect().is_some())
}

/// Opens a port by its URL in parts.
fn open_parsed(url: &str, parsed: PortUrl) -> Result<Box<dyn Port>, PortError> {
    match parsed {
        #[cfg(feature = "serial")]
        PortUrl::Serial { path, settings } => crate::port::serial::open(&path, settings),
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
        PortUrl::Rfc2217 {
            address,
            settings,
            strict,
        } => crate::port::rfc2217::open(url, &address, settings, strict),
        PortUrl::Spy { port, file } => {
            crate::port::spy::open(open_parsed(url, *port)?, file.as_deref())
        }
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

#[cfg(all(test, unix, feature = "serial"))]
mod tests {
    use super::*;
    use crate::port::pty::{Pty, PtyRead};

    #[test]
    fn a_port_has_the_settings_of_its_url() {
        use rustix::termios::{ControlModes, InputModes, tcgetattr};
        let pty = Pty::open(None).expect("a pty");
        let path = pty.path().display();
        let open_with = |options: &str| {
            let url = format!("{path}?{options}");
            let port = open(&url).expect("opened");
            let set = tcgetattr(port.descriptor().expect("a descriptor")).expect("its settings");
            (set, port)
        };
        let (set, port) = open_with("baud=19200&parity=E&stopbits=2&xonxoff=1&rts=0&dtr=0");
        assert_eq!(set.output_speed(), 19_200);
        // The system takes PARENB and 7 bits away from a pseudo terminal.
        assert!(set.control_modes.contains(ControlModes::CSTOPB));
        assert!(!set.control_modes.contains(ControlModes::PARODD));
        assert!(set.input_modes.contains(InputModes::IXON));
        drop(port);
        let (set, port) = open_with("parity=O&rtscts=1");
        assert!(set.control_modes.contains(ControlModes::PARODD));
        assert!(set.control_modes.contains(ControlModes::CRTSCTS));
        assert!(!set.input_modes.contains(InputModes::IXON));
        assert!(
            !port.loses_bytes(),
            "a pseudo terminal has a flow of its own"
        );
    }

    #[test]
    fn the_speed_is_that_at_which_the_module_answers() {
        use rustix::termios::tcgetattr;
        use std::sync::atomic::{AtomicBool, Ordering};
        const SPEED: u32 = 921_600;
        let pty = Pty::open(None).expect("a pty");
        let ended = AtomicBool::new(false);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let mut buffer = [0; 64];
                while !ended.load(Ordering::Relaxed) {
                    let heard = matches!(pty.read(&mut buffer), Ok(PtyRead::Bytes(_)));
                    let speed = tcgetattr(&pty).expect("its settings").output_speed();
                    if heard && speed == SPEED {
                        pty.write(b"\r\nOK\r\n").expect("written");
                    }
                    std::thread::yield_now();
                }
            });
            let url = format!("{}?baud=auto", pty.path().display());
            let port = open(&url).expect("opened");
            let set = tcgetattr(port.descriptor().expect("a descriptor")).expect("its settings");
            ended.store(true, Ordering::Relaxed);
            assert_eq!(set.output_speed(), SPEED);
        });
    }
}
