//! The settings of a serial device: speed, format of a byte, flow control, and the lines DTR and RTS at its opening.
//!
//! Their names in a URL are pyserial's.

/// Bits per second where nothing else is named.
const STANDARD_BAUD: u32 = 115_200;
/// The slowest and the fastest speed that can be named.
const BAUD: std::ops::RangeInclusive<u32> = 300..=4_000_000;

/// Parity of a byte on the line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Parity {
    /// No parity bit.
    #[default]
    None,
    /// A bit that makes the number of ones even.
    Even,
    /// A bit that makes the number of ones odd.
    Odd,
}

/// Settings of a serial device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SerialSettings {
    /// Bits per second; `None` tries the usual ones until the module answers.
    pub baud: Option<u32>,
    /// Data bits of a byte, 7 or 8.
    pub byte_size: u8,
    /// Parity of a byte.
    pub parity: Parity,
    /// Stop bits of a byte, 1 or 2.
    pub stop_bits: u8,
    /// RTS/CTS flow control; `None` uses it where the module raises CTS.
    pub rtscts: Option<bool>,
    /// XON/XOFF flow control. Only for text: a module takes these bytes out of files.
    pub xonxoff: bool,
    /// DTR after the opening.
    pub dtr: bool,
    /// RTS after the opening, where it is not flow control.
    pub rts: bool,
}

impl Default for SerialSettings {
    fn default() -> Self {
        SerialSettings {
            baud: Some(STANDARD_BAUD),
            byte_size: 8,
            parity: Parity::None,
            stop_bits: 1,
            rtscts: None,
            xonxoff: false,
            dtr: true,
            rts: true,
        }
    }
}

/// A setting by its names in a URL, and how its value is read.
struct UrlOption {
    names: &'static [&'static str],
    read: fn(&mut SerialSettings, &str) -> Option<()>,
    values: &'static str,
}

const SETTINGS: &[UrlOption] = &[
    UrlOption {
        names: &["baud", "baudrate"],
        read: |settings, value| {
            settings.baud = match value {
                "auto" => None,
                number => Some(number.parse().ok().filter(|baud| BAUD.contains(baud))?),
            };
            Some(())
        },
        values: "bits per second, 300 to 4000000, or auto",
    },
    UrlOption {
        names: &["bytesize"],
        read: |settings, value| {
            settings.byte_size = value.parse().ok().filter(|bits| [7, 8].contains(bits))?;
            Some(())
        },
        values: "7 or 8",
    },
    UrlOption {
        names: &["parity"],
        read: |settings, value| {
            settings.parity = match value.to_ascii_uppercase().as_str() {
                "N" | "NONE" => Parity::None,
                "E" | "EVEN" => Parity::Even,
                "O" | "ODD" => Parity::Odd,
                _ => return None,
            };
            Some(())
        },
        values: "N, E or O",
    },
    UrlOption {
        names: &["stopbits"],
        read: |settings, value| {
            settings.stop_bits = value.parse().ok().filter(|bits| [1, 2].contains(bits))?;
            Some(())
        },
        values: "1 or 2",
    },
    UrlOption {
        names: &["rtscts"],
        read: |settings, value| {
            settings.rtscts = match value {
                "auto" => None,
                value => Some(switch(value)?),
            };
            Some(())
        },
        values: "0, 1 or auto",
    },
    UrlOption {
        names: &["xonxoff"],
        read: |settings, value| {
            settings.xonxoff = switch(value)?;
            Some(())
        },
        values: "0 or 1",
    },
    UrlOption {
        names: &["dtr"],
        read: |settings, value| {
            settings.dtr = switch(value)?;
            Some(())
        },
        values: "0 or 1",
    },
    UrlOption {
        names: &["rts"],
        read: |settings, value| {
            settings.rts = switch(value)?;
            Some(())
        },
        values: "0 or 1",
    },
];

impl SerialSettings {
    /// Reads options of a URL. The error says in words what is wrong.
    pub(crate) fn read(options: &[(String, String)]) -> Result<Self, String> {
        let mut settings = SerialSettings::default();
        for (name, value) in options {
            let known = SETTINGS
                .iter()
                .find(|setting| setting.names.contains(&name.as_str()));
            let Some(setting) = known else {
                let names: Vec<&str> = SETTINGS.iter().map(|setting| setting.names[0]).collect();
                let names = names.join(", ");
                return Err(format!(
                    "unknown option {name}: the options of a device are {names}"
                ));
            };
            (setting.read)(&mut settings, value)
                .ok_or_else(|| format!("{name}={value}: give {}", setting.values))?;
        }
        if settings.xonxoff && settings.rtscts == Some(true) {
            return Err("rtscts and xonxoff exclude each other: give one".into());
        }
        Ok(settings)
    }
}

/// Reads the value of an option that is on or off.
pub(crate) fn switch(value: &str) -> Option<bool> {
    match value {
        "1" | "true" | "on" => Some(true),
        "0" | "false" | "off" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<SerialSettings, String> {
        let pairs = text.split('&').filter(|pair| !pair.is_empty());
        let options: Vec<(String, String)> = pairs
            .map(|pair| {
                let (name, value) = pair.split_once('=').expect("a pair");
                (name.into(), value.into())
            })
            .collect();
        SerialSettings::read(&options)
    }

    #[test]
    fn every_setting_has_its_name() {
        let expected = SerialSettings {
            baud: Some(9600),
            byte_size: 7,
            parity: Parity::Even,
            stop_bits: 2,
            rtscts: Some(false),
            xonxoff: true,
            dtr: false,
            rts: false,
        };
        let text =
            "baudrate=9600&bytesize=7&parity=e&stopbits=2&rtscts=0&xonxoff=1&dtr=off&rts=false";
        assert_eq!(read(text), Ok(expected));
        assert_eq!(read(""), Ok(SerialSettings::default()));
        assert_eq!(read("baud=auto").map(|settings| settings.baud), Ok(None));
        assert_eq!(
            read("parity=O").map(|settings| settings.parity),
            Ok(Parity::Odd)
        );
    }

    #[test]
    fn limits() {
        for good in ["baud=300", "baud=4000000", "bytesize=8", "stopbits=1"] {
            assert!(read(good).is_ok(), "{good}");
        }
        for (wrong, part) in [
            ("baud=299", "300 to 4000000"),
            ("baud=4000001", "300 to 4000000"),
            ("bytesize=6", "7 or 8"),
            ("bytesize=9", "7 or 8"),
            ("parity=M", "N, E or O"),
            ("stopbits=0", "1 or 2"),
            ("stopbits=3", "1 or 2"),
            ("rtscts=maybe", "0, 1 or auto"),
            ("dtr=2", "0 or 1"),
            (
                "speed=9600",
                "the options of a device are baud, bytesize, parity",
            ),
            ("rtscts=1&xonxoff=1", "exclude each other"),
        ] {
            let reason = read(wrong).expect_err(wrong);
            assert!(reason.contains(part), "{wrong}: {reason}");
        }
    }
}
