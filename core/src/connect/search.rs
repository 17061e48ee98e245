//! Finds the port of a module: the only one, or the one with a USB serial number or model.
//!
//! The port `auto` is that of the only module. A name that is no path, such as `EC25`, is that of the module with this
//! model, product name or USB serial number. Nothing is typed where one port alone can be meant. Of several ports that
//! can be, the one counts whose module answers `AT`, if it is one; a port with the mark of an upload counts unasked.

use std::path::Path;

use super::PortUrl;
use super::speed;
use super::typing::Typing;
use super::upload_mark::UploadMark;
use crate::port::PortError;
use crate::port::list::{self, PortInfo};

/// The name of the port that is to be found.
const AUTO: &str = "auto";

/// Returns the URL with the device that it stands for in place of `auto`, of a model or of a serial number. Other URLs
/// come back as they are.
pub(super) fn resolved(url: PortUrl, typing: Typing) -> Result<PortUrl, PortError> {
    let PortUrl::Serial { path, settings } = &url else {
        return Ok(url);
    };
    if !is_name(path) {
        return Ok(url);
    }
    let answers = |port: &PortInfo| {
        UploadMark::of_device(&port.path).dialect().is_some()
            || (typing == Typing::At && speed::answers(&port.path, *settings))
    };
    match choose(path, &list::ports(), answers)? {
        Some(path) => Ok(PortUrl::Serial {
            path,
            settings: *settings,
        }),
        None => Ok(url),
    }
}

/// Returns true for what may name a module, since it is no path.
fn is_name(path: &str) -> bool {
    !path.contains(['/', '\\']) && !Path::new(path).exists()
}

/// Chooses among ports. `None` is for a name that no port has, so that it is the name of a device.
fn choose(
    name: &str,
    ports: &[PortInfo],
    answers: impl Fn(&PortInfo) -> bool,
) -> Result<Option<String>, PortError> {
    let is_auto = name == AUTO;
    let mut found: Vec<&PortInfo> = ports
        .iter()
        .filter(|port| is_auto || is_named(port, name))
        .collect();
    if is_auto || found.iter().any(|port| port.likely_at) {
        found.retain(|port| port.likely_at);
    }
    if found.len() > 1 {
        let mut answering = found.clone();
        answering.retain(|port| answers(port));
        if let [one] = answering[..] {
            return Ok(Some(one.path.clone()));
        }
    }
    match found[..] {
        [one] => Ok(Some(one.path.clone())),
        [] if is_auto => Err(not_found("no port looks like the AT port of a module")),
        [] => Ok(None),
        _ => {
            let paths: Vec<&str> = found.iter().map(|port| port.path.as_str()).collect();
            Err(not_found(&format!("it may be any of {}", paths.join(", "))))
        }
    }
}

fn not_found(reason: &str) -> PortError {
    PortError::NotFound {
        reason: reason.to_owned(),
    }
}

/// Returns true where a port is that of a module with this serial number, model or USB number.
fn is_named(port: &PortInfo, name: &str) -> bool {
    let usb = port
        .usb
        .map(|(vendor, product)| format!("{vendor:04x}:{product:04x}"));
    let is = |text: &Option<String>| {
        text.as_ref()
            .is_some_and(|text| text.eq_ignore_ascii_case(name))
    };
    let in_product = port.product.as_ref().is_some_and(|product| {
        let mut words = product.split(|mark: char| !mark.is_ascii_alphanumeric());
        words.any(|word| word.eq_ignore_ascii_case(name))
    });
    is(&port.serial) || is(&port.product) || is(&usb) || in_product
}

#[cfg(test)]
mod tests {
    use super::*;

    fn port(path: &str, product: &str, serial: &str, likely_at: bool) -> PortInfo {
        PortInfo {
            path: path.into(),
            usb: Some((0x2c7c, 0x0125)),
            product: Some(product.into()),
            serial: Some(serial.into()),
            likely_at,
            ..PortInfo::default()
        }
    }

    /// Returns two modules, each with a port beside that of AT, and an adapter.
    fn ports() -> Vec<PortInfo> {
        vec![
            port("/dev/ttyUSB0", "EC25-AF", "A1", false),
            port("/dev/ttyUSB2", "EC25-AF", "A1", true),
            port("/dev/ttyUSB4", "BG96", "B2", false),
            port("/dev/ttyUSB6", "BG96", "B2", true),
            port("/dev/ttyUSB8", "FT232R", "F3", false),
        ]
    }

    #[test]
    fn the_only_module_is_found_without_a_word_to_it() {
        let nothing_is_typed = |_: &PortInfo| panic!("typed");
        let one = &ports()[..2];
        let found = choose("auto", one, nothing_is_typed).expect("found");
        assert_eq!(found.as_deref(), Some("/dev/ttyUSB2"));
        for (name, path) in [
            ("EC25", "/dev/ttyUSB2"),
            ("ec25-af", "/dev/ttyUSB2"),
            ("b2", "/dev/ttyUSB6"),
            ("F3", "/dev/ttyUSB8"),
        ] {
            let found = choose(name, &ports(), nothing_is_typed).expect("found");
            assert_eq!(found.as_deref(), Some(path), "{name}");
        }
    }

    #[test]
    fn of_several_modules_the_one_that_answers_counts() {
        let found = choose("auto", &ports(), |port| port.path == "/dev/ttyUSB6");
        assert_eq!(found.expect("found").as_deref(), Some("/dev/ttyUSB6"));
        for answers in [true, false] {
            let error = choose("auto", &ports(), |_| answers).expect_err("several");
            let text = error.to_string();
            assert!(
                text.contains("/dev/ttyUSB2, /dev/ttyUSB6"),
                "{answers}: {text}"
            );
        }
    }

    #[test]
    fn nothing_is_guessed() {
        let error = choose("auto", &ports()[4..], |_| true).expect_err("an adapter");
        assert!(error.to_string().contains("no port looks like"), "{error}");
        assert_eq!(choose("EC2", &ports(), |_| true).expect("no error"), None);
        let alike = [
            port("/dev/ttyUSB8", "FT232R", "F3", false),
            port("/dev/ttyUSB9", "FT232R", "F4", false),
        ];
        assert!(choose("FT232R", &alike, |_| false).is_err());
    }

    #[test]
    fn a_path_is_no_name() {
        for path in ["/dev/ttyUSB2", "./ec25", r"\\.\COM12"] {
            assert!(!is_name(path), "{path}");
        }
        assert!(is_name("EC25") && is_name("auto"));
        let url = PortUrl::parse("socket://h:1").expect("a URL");
        assert_eq!(resolved(url.clone(), Typing::At).expect("unchanged"), url);
        let device = PortUrl::parse("COM5").expect("a URL");
        let found = resolved(device.clone(), Typing::At).expect("unchanged");
        assert_eq!(found, device);
    }
}
