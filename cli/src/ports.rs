//! `qftp ports`: lists the serial ports of this machine and marks the likely AT port of a module.

use std::fmt::Write;

use qftp::port::list::{self, PortInfo};
use serde_json::{Value, json};

use crate::app::App;
use crate::console;
use crate::problem::Problem;

pub(crate) fn run(app: &App) -> Result<(), Problem> {
    let ports = list::ports();
    if app.global.json {
        return console::print_json(&ports.iter().map(document).collect());
    }
    if ports.is_empty() && !app.global.quiet {
        console::note("no serial ports found; a module usually has /dev/ttyUSB0 to /dev/ttyUSB3");
    }
    console::print(table(&ports))
}

fn document(port: &PortInfo) -> Value {
    let usb = port
        .usb
        .map(|(vendor, product)| format!("{vendor:04x}:{product:04x}"));
    json!({
        "port": port.path,
        "by_id": port.by_id.as_ref().map(|path| path.display().to_string()),
        "usb": usb,
        "interface": port.interface,
        "manufacturer": port.manufacturer,
        "product": port.product,
        "serial": port.serial,
        "likely_at": port.likely_at,
    })
}

/// Formats one line for each port: path, USB numbers and interface, names, mark.
fn table(ports: &[PortInfo]) -> String {
    let width = ports.iter().map(|port| port.path.len()).max().unwrap_or(0);
    let mut text = String::new();
    for port in ports {
        let usb = match (port.usb, port.interface) {
            (Some((vendor, product)), Some(interface)) => {
                format!("{vendor:04x}:{product:04x} if{interface:02}")
            }
            (Some((vendor, product)), None) => format!("{vendor:04x}:{product:04x}"),
            (None, _) => "-".into(),
        };
        let names = [&port.manufacturer, &port.product];
        let names: Vec<String> = names
            .into_iter()
            .flatten()
            .map(|name| console::shown(name.as_bytes()))
            .collect();
        let mark = if port.likely_at {
            "  <- likely the AT port"
        } else {
            ""
        };
        let line = format!("{:width$}  {usb:14}  {}{mark}", port.path, names.join(" "));
        // A string takes everything.
        let _ = writeln!(text, "{}", line.trim_end());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_at_port_is_marked() {
        let mut plain = PortInfo::default();
        plain.path = "/dev/ttyS0".into();
        let mut module = PortInfo::default();
        module.path = "/dev/ttyUSB2".into();
        module.usb = Some((0x2c7c, 0x0125));
        module.interface = Some(2);
        module.manufacturer = Some("Quectel".into());
        module.product = Some("EC25\x1b[2J".into());
        module.likely_at = true;
        assert_eq!(
            table(&[plain, module.clone()]),
            "/dev/ttyS0    -\n\
             /dev/ttyUSB2  2c7c:0125 if02  Quectel EC25\\u{1b}[2J  <- likely the AT port\n"
        );
        let document = document(&module);
        assert_eq!(document["usb"], "2c7c:0125");
        assert_eq!(document["likely_at"], true);
    }
}
