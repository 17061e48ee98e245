//! The identity of a USB serial port: it comes back under another name when its module restarts.
//!
//! A module that restarts leaves the USB bus. The kernel gives its ports the next free names, so `/dev/ttyUSB2` may be
//! `/dev/ttyUSB6` afterwards. Its USB numbers, its serial number and its interface stay. Modules without a serial number
//! are told apart by the socket of the bus that they are plugged into.

use std::fs;
use std::path::Path;

use super::list::{PortInfo, ports};

/// The identity of a USB serial port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PortIdentity {
    usb: (u16, u16),
    interface: Option<u8>,
    /// The serial number, or the socket where the device has none.
    unit: Unit,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Unit {
    Serial(String),
    Socket(String),
}

impl PortIdentity {
    /// Returns the identity of the device at a path; `None` where it is no USB device or cannot be told apart.
    pub(crate) fn of_path(path: &str) -> Option<Self> {
        let device = fs::canonicalize(path).unwrap_or_else(|_| Path::new(path).to_owned());
        let ports = ports();
        let port = ports.iter().find(|port| Path::new(&port.path) == device)?;
        Self::of(port)
    }

    /// Returns the path under which the device is there now; `None` where it is not, or several are alike.
    pub(crate) fn find(&self) -> Option<String> {
        self.among(&ports())
    }

    fn of(port: &PortInfo) -> Option<Self> {
        let serial = port.serial.clone().map(Unit::Serial);
        Some(PortIdentity {
            usb: port.usb?,
            interface: port.interface,
            unit: serial.or_else(|| port.usb_socket.clone().map(Unit::Socket))?,
        })
    }

    fn among(&self, ports: &[PortInfo]) -> Option<String> {
        let mut alike = ports
            .iter()
            .filter(|port| Self::of(port).as_ref() == Some(self));
        match (alike.next(), alike.next()) {
            (Some(port), None) => Some(port.path.clone()),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn port(path: &str, interface: u8, serial: Option<&str>, socket: &str) -> PortInfo {
        PortInfo {
            path: path.into(),
            usb: Some((0x2c7c, 0x0125)),
            interface: Some(interface),
            serial: serial.map(str::to_owned),
            usb_socket: Some(socket.into()),
            ..PortInfo::default()
        }
    }

    #[test]
    fn a_serial_number_is_found_at_another_socket() {
        let before = port("/dev/ttyUSB2", 2, Some("A"), "1-2");
        let identity = PortIdentity::of(&before).expect("an identity");
        let after = [
            port("/dev/ttyUSB2", 2, Some("B"), "1-2"),
            port("/dev/ttyUSB5", 1, Some("A"), "1-4"),
            port("/dev/ttyUSB6", 2, Some("A"), "1-4"),
        ];
        assert_eq!(identity.among(&after).as_deref(), Some("/dev/ttyUSB6"));
        assert_eq!(identity.among(&after[..2]), None);
    }

    #[test]
    fn without_a_serial_number_the_socket_decides() {
        let identity = PortIdentity::of(&port("/dev/ttyUSB2", 2, None, "1-2"));
        let identity = identity.expect("an identity");
        let after = [
            port("/dev/ttyUSB2", 2, None, "1-3"),
            port("/dev/ttyUSB6", 2, None, "1-2"),
        ];
        assert_eq!(identity.among(&after).as_deref(), Some("/dev/ttyUSB6"));
        assert_eq!(
            identity.among(&after[..1]),
            None,
            "another module is not it"
        );
    }

    #[test]
    fn what_is_not_unique_is_not_guessed() {
        let one = port("/dev/ttyUSB2", 2, Some("0000"), "1-2");
        let identity = PortIdentity::of(&one).expect("an identity");
        let after = [
            port("/dev/ttyUSB4", 2, Some("0000"), "1-2"),
            port("/dev/ttyUSB6", 2, Some("0000"), "1-3"),
        ];
        assert_eq!(identity.among(&after), None);
        assert_eq!(PortIdentity::of(&PortInfo::default()), None);
        assert_eq!(PortIdentity::of_path("/dev/null"), None);
    }
}
