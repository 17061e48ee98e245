//! The serial ports of this machine, with their USB names, and which is likely the AT port.
//!
//! Quectel and Fibocom modules show several ports over USB; interface 02 is the AT port. On Linux the names are read
//! from `/sys`, so no system library is needed; elsewhere they come from the `serialport` crate.

use std::fs;
use std::path::{Path, PathBuf};

/// USB vendor numbers of Quectel and Fibocom.
const MODULE_VENDORS: [u16; 2] = [0x2c7c, 0x2cb7];
/// The USB interface of the AT port.
const AT_INTERFACE: u8 = 2;

/// A serial port.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct PortInfo {
    /// The path of the device, such as `/dev/ttyUSB2`.
    pub path: String,
    /// The stable name, `/dev/serial/by-id/...`.
    pub by_id: Option<PathBuf>,
    /// The USB vendor and product number.
    pub usb: Option<(u16, u16)>,
    /// The maker, as the device says.
    pub manufacturer: Option<String>,
    /// The product, as the device says.
    pub product: Option<String>,
    /// The serial number, as the device says.
    pub serial: Option<String>,
    /// The number of the USB interface.
    pub interface: Option<u8>,
    /// The socket of the USB bus that the device is plugged into, such as `1-2`.
    pub usb_socket: Option<String>,
    /// Set where it is the AT port of a module.
    pub likely_at: bool,
}

#[cfg(feature = "serial")]
impl PortInfo {
    /// Returns true for a port of a Quectel or Fibocom module on the USB bus.
    pub(crate) fn is_module(&self) -> bool {
        self.usb
            .is_some_and(|(vendor, _)| MODULE_VENDORS.contains(&vendor))
    }
}

impl PortInfo {
    /// Returns all that the system says of the port in one line, as `hwgrep://` looks through it: path, stable name, USB
    /// numbers, names and serial number.
    pub fn description(&self) -> String {
        let usb = self
            .usb
            .map(|(vendor, product)| format!("{vendor:04x}:{product:04x}"));
        let by_id = self.by_id.as_ref().map(|path| path.display().to_string());
        let parts = [
            Some(self.path.clone()),
            by_id,
            usb,
            self.manufacturer.clone(),
            self.product.clone(),
            self.serial.clone(),
            self.usb_socket.clone(),
        ];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        parts.join(" ")
    }
}

/// Returns the serial ports of this machine, by name.
pub fn ports() -> Vec<PortInfo> {
    if cfg!(target_os = "linux") {
        linux(Path::new("/"))
    } else {
        elsewhere()
    }
}

/// Lists the ports of a Linux system whose files are below `root`.
fn linux(root: &Path) -> Vec<PortInfo> {
    let Ok(entries) = fs::read_dir(root.join("sys/class/tty")) else {
        return Vec::new();
    };
    let mut ports: Vec<PortInfo> = entries
        .flatten()
        // Virtual consoles have no device behind them; ports that are not fitted say so by their type.
        .filter(|entry| entry.path().join("device").exists())
        .filter(|entry| text(&entry.path(), "type").as_deref() != Some("0"))
        .map(|entry| describe(root, &entry.path(), &entry.file_name().to_string_lossy()))
        .collect();
    ports.sort_by(|a, b| natural(&a.path).cmp(&natural(&b.path)));
    ports
}

/// Splits off the number, so that `/dev/ttyUSB10` comes after `/dev/ttyUSB9`.
fn natural(path: &str) -> (&str, u32) {
    let name = path.trim_end_matches(|character: char| character.is_ascii_digit());
    (name, path[name.len()..].parse().unwrap_or(0))
}

fn describe(root: &Path, tty: &Path, name: &str) -> PortInfo {
    let path = format!("/dev/{name}");
    let mut info = PortInfo {
        by_id: by_id(root, name),
        path,
        ..PortInfo::default()
    };
    let Ok(device) = fs::canonicalize(tty.join("device")) else {
        return info;
    };
    for folder in device
        .ancestors()
        .take_while(|folder| folder.starts_with(root))
    {
        info.interface = info
            .interface
            .or_else(|| hex(folder, "bInterfaceNumber").and_then(|n| u8::try_from(n).ok()));
        if let (Some(vendor), Some(product)) = (hex(folder, "idVendor"), hex(folder, "idProduct")) {
            info.usb = Some((vendor, product));
            info.usb_socket = folder
                .file_name()
                .and_then(|name| Some(name.to_str()?.to_owned()));
            info.manufacturer = text(folder, "manufacturer");
            info.product = text(folder, "product");
            info.serial = text(folder, "serial");
            info.likely_at =
                MODULE_VENDORS.contains(&vendor) && info.interface == Some(AT_INTERFACE);
            break;
        }
    }
    info
}

fn text(folder: &Path, name: &str) -> Option<String> {
    let text = fs::read_to_string(folder.join(name)).ok()?;
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

fn hex(folder: &Path, name: &str) -> Option<u16> {
    u16::from_str_radix(&text(folder, name)?, 16).ok()
}

/// Finds the stable name whose link ends at this device.
fn by_id(root: &Path, name: &str) -> Option<PathBuf> {
    let folder = Path::new("dev/serial/by-id");
    let links = fs::read_dir(root.join(folder)).ok()?;
    let link = links.flatten().find(|link| {
        fs::read_link(link.path())
            .is_ok_and(|target| target.file_name().is_some_and(|file| file == name))
    })?;
    Some(Path::new("/").join(folder).join(link.file_name()))
}

#[cfg(not(feature = "serial"))]
fn elsewhere() -> Vec<PortInfo> {
    Vec::new()
}

#[cfg(feature = "serial")]
fn elsewhere() -> Vec<PortInfo> {
    let ports = serialport::available_ports().unwrap_or_default();
    let describe = |port: serialport::SerialPortInfo| match port.port_type {
        serialport::SerialPortType::UsbPort(usb) => PortInfo {
            path: port.port_name,
            usb: Some((usb.vid, usb.pid)),
            manufacturer: usb.manufacturer,
            product: usb.product,
            serial: usb.serial_number,
            ..PortInfo::default()
        },
        _ => PortInfo {
            path: port.port_name,
            ..PortInfo::default()
        },
    };
    ports.into_iter().map(describe).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    /// Creates a module with four ports, an adapter of another vendor, and a virtual console.
    fn tree(root: &Path) {
        let usb = root.join("sys/devices/usb1/1-2");
        let file = |folder: &Path, name: &str, text: &str| {
            fs::create_dir_all(folder).expect("folder");
            fs::write(folder.join(name), text).expect("file");
        };
        file(&usb, "idVendor", "2c7c\n");
        file(&usb, "idProduct", "0125\n");
        file(&usb, "manufacturer", "Quectel\n");
        file(&usb, "product", "EC25\n");
        for interface in 0..4 {
            let folder = usb.join(format!("1-2:1.{interface}"));
            file(&folder, "bInterfaceNumber", &format!("0{interface}\n"));
            tty(
                root,
                &folder.join(format!("ttyUSB{interface}")),
                &format!("ttyUSB{interface}"),
            );
        }
        let adapter = root.join("sys/devices/usb1/1-3");
        file(&adapter, "idVendor", "0403\n");
        file(&adapter, "idProduct", "6001\n");
        file(&adapter.join("1-3:1.2"), "bInterfaceNumber", "02\n");
        tty(root, &adapter.join("1-3:1.2/ttyUSB10"), "ttyUSB10");
        fs::create_dir_all(root.join("sys/class/tty/tty1")).expect("folder");
        let links = root.join("dev/serial/by-id");
        fs::create_dir_all(&links).expect("folder");
        symlink("../../ttyUSB2", links.join("usb-Quectel_EC25-if02-port0")).expect("link");
    }

    fn tty(root: &Path, device: &Path, name: &str) {
        fs::create_dir_all(device).expect("folder");
        let class = root.join("sys/class/tty").join(name);
        fs::create_dir_all(&class).expect("folder");
        symlink(device, class.join("device")).expect("link");
    }

    #[test]
    fn the_at_port_of_a_module_is_found() {
        let dir = tempfile::tempdir().expect("a folder");
        let root = dir.path().canonicalize().expect("a path");
        tree(&root);
        let ports = linux(&root);
        let names: Vec<&str> = ports.iter().map(|port| port.path.as_str()).collect();
        assert_eq!(
            names,
            [
                "/dev/ttyUSB0",
                "/dev/ttyUSB1",
                "/dev/ttyUSB2",
                "/dev/ttyUSB3",
                "/dev/ttyUSB10"
            ]
        );
        let likely: Vec<&PortInfo> = ports.iter().filter(|port| port.likely_at).collect();
        let [at] = likely.as_slice() else {
            panic!("{likely:?}")
        };
        assert_eq!(at.path, "/dev/ttyUSB2");
        assert_eq!(at.usb, Some((0x2c7c, 0x0125)));
        assert_eq!(at.usb_socket.as_deref(), Some("1-2"));
        assert_eq!(
            (at.manufacturer.as_deref(), at.product.as_deref()),
            (Some("Quectel"), Some("EC25"))
        );
        assert_eq!(
            at.by_id.as_deref(),
            Some(Path::new("/dev/serial/by-id/usb-Quectel_EC25-if02-port0"))
        );
        assert_eq!(ports[4].interface, Some(2));
    }
}
