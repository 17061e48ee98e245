//! The grammar of port URLs.

use std::path::PathBuf;

use percent_encoding::percent_decode_str;

use crate::port::PortError;
use crate::port::list;
use crate::port::serial_settings::{self, SerialSettings};

/// A port URL in its parts.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PortUrl {
    /// A device by its path or name, or a module by its model or USB serial number.
    Serial {
        /// `/dev/ttyUSB2`, `COM5`, `EC25`; `auto` is the only module
        path: String,
        /// Speed, format, flow control and lines.
        settings: SerialSettings,
    },
    /// The form `socket://host:port`.
    Socket {
        /// Host and port, as `host:port`.
        address: String,
    },
    /// The form `rfc2217://host:port?options`.
    Rfc2217 {
        /// Host and port, as `host:port`.
        address: String,
        /// Speed, format, flow control and lines, as for a device.
        settings: SerialSettings,
        /// Refuses a server that does not acknowledge all of them.
        strict: bool,
    },
    /// The form `spy://port`: another port, with all that passes in a file or on standard error.
    Spy {
        /// The other port.
        port: Box<PortUrl>,
        /// The file; `None` is standard error.
        file: Option<PathBuf>,
    },
    /// The form `unix:///path`.
    Unix {
        /// The socket.
        path: PathBuf,
    },
    /// The form `emulator://model?options`.
    Emulator {
        /// Name of a module's model or of a dialect.
        model: String,
        /// Name and value of each option, decoded.
        options: Vec<(String, String)>,
    },
    /// The form `replay://file?options`.
    Replay {
        /// The record.
        path: PathBuf,
        /// Takes the time that the module took.
        times: bool,
        /// Gives zeros for payload that the record lacks.
        zeros: bool,
    },
}

const SCHEMES: &str = "a device such as /dev/ttyUSB2 or COM5, socket://host:port, rfc2217://host:port, hwgrep://pattern, spy://port, unix:///path, emulator://ec25, replay://file";
const REPLAY_OPTIONS: &str = "the options of a replay are times and zeros";

impl PortUrl {
    /// Returns the kind of the port, one word.
    pub fn kind(&self) -> &'static str {
        match self {
            PortUrl::Serial { .. } => "serial",
            PortUrl::Socket { .. } => "socket",
            PortUrl::Rfc2217 { .. } => "rfc2217",
            PortUrl::Spy { .. } => "spy",
            PortUrl::Unix { .. } => "unix",
            PortUrl::Emulator { .. } => "emulator",
            PortUrl::Replay { .. } => "replay",
        }
    }

    /// Returns the path of the serial device, also behind `spy://`.
    pub(crate) fn device(&self) -> Option<&str> {
        match self {
            PortUrl::Serial { path, .. } => Some(path),
            PortUrl::Spy { port, .. } => port.device(),
            _ => None,
        }
    }

    /// Parses a URL.
    ///
    /// # Errors
    ///
    /// [`PortError::Url`] says what is wrong and what would be right.
    pub fn parse(url: &str) -> Result<Self, PortError> {
        let (place, query) = url.split_once('?').unwrap_or((url, ""));
        let options = read_options(url, query)?;
        let none = |what: &str| match options.first() {
            None => Ok(()),
            Some((name, _)) => Err(PortError::url(
                url,
                format!("unknown option {name}: {what} takes none"),
            )),
        };
        match place.split_once("://") {
            None => serial(url, place, &options),
            Some(("socket", address)) => {
                none("socket://")?;
                let address = host_and_port(url, "socket", address)?;
                Ok(PortUrl::Socket { address })
            }
            Some(("rfc2217", address)) => rfc2217(url, address, options),
            Some(("hwgrep", pattern)) => hwgrep(url, pattern, &options),
            Some(("spy", _)) => spy(url),
            Some(("unix", path)) if path.starts_with('/') => {
                none("unix://")?;
                let path = decoded_path(url, path)?;
                Ok(PortUrl::Unix { path })
            }
            Some(("unix", _)) => Err(PortError::url(
                url,
                "give an absolute path: unix:///run/module.sock",
            )),
            Some(("emulator", model)) => Ok(PortUrl::Emulator {
                model: model.trim_end_matches('/').into(),
                options,
            }),
            Some(("replay", path)) => replay(url, path, &options),
            Some((scheme, _)) => Err(PortError::url(
                url,
                format!("unknown scheme {scheme}://; there are {SCHEMES}"),
            )),
        }
    }
}

/// Checks the place behind a scheme: a host and a port.
fn host_and_port(url: &str, scheme: &str, address: &str) -> Result<String, PortError> {
    let port = address
        .rsplit_once(':')
        .filter(|(host, _)| !host.is_empty());
    match port.and_then(|(_, port)| port.parse::<u16>().ok()) {
        Some(1..) => Ok(address.into()),
        _ => Err(PortError::url(
            url,
            format!("give host and port: {scheme}://192.168.1.9:2000"),
        )),
    }
}

fn rfc2217(
    url: &str,
    address: &str,
    mut options: Vec<(String, String)>,
) -> Result<PortUrl, PortError> {
    let address = host_and_port(url, "rfc2217", address)?;
    let mut strict = false;
    for (name, value) in options.extract_if(.., |(name, _)| name == "strict") {
        strict = switch(url, &name, &value)?;
    }
    let settings = SerialSettings::read(&options).map_err(|reason| PortError::url(url, reason))?;
    if settings.baud.is_none() {
        return Err(PortError::url(
            url,
            "baud=auto is for a device of this machine",
        ));
    }
    Ok(PortUrl::Rfc2217 {
        address,
        settings,
        strict,
    })
}

/// Finds a device by a part of what the system says of it, as pyserial does with `hwgrep://`.
fn hwgrep(url: &str, pattern: &str, options: &[(String, String)]) -> Result<PortUrl, PortError> {
    let pattern = percent_decode_str(pattern)
        .decode_utf8_lossy()
        .to_ascii_lowercase();
    if pattern.is_empty() {
        let text = "give a part of the port's description: hwgrep://2c7c:0125";
        return Err(PortError::url(url, text));
    }
    let found = list::ports()
        .into_iter()
        .find(|port| port.description().to_ascii_lowercase().contains(&pattern));
    match found {
        Some(port) => serial(url, &port.path, options),
        None => Err(PortError::url(
            url,
            "no serial port has this in its description; `qftp ports` lists them",
        )),
    }
}

/// Splits a URL of a port to be watched: the option `file` is its own, the rest is that of the other port.
fn spy(url: &str) -> Result<PortUrl, PortError> {
    let rest = url.strip_prefix("spy://").unwrap_or(url);
    let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
    let mut file = None;
    let mut others = Vec::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        match pair.strip_prefix("file=") {
            Some(path) => file = Some(decoded_path(url, path)?),
            None => others.push(pair),
        }
    }
    let mut inner = place.to_owned();
    if !others.is_empty() {
        inner = format!("{inner}?{}", others.join("&"));
    }
    // Before it is parsed: a thousand of them would be as many calls.
    if inner.starts_with("spy://") {
        return Err(PortError::url(url, "one spy:// is enough"));
    }
    let port = Box::new(PortUrl::parse(&inner)?);
    Ok(PortUrl::Spy { port, file })
}

/// Decodes the path of a file. Its bytes need not be UTF-8 where the system's names need not.
fn decoded_path(url: &str, text: &str) -> Result<PathBuf, PortError> {
    let bytes: Vec<u8> = percent_decode_str(text).collect();
    path_of(bytes).ok_or_else(|| PortError::url(url, format!("{text}: the path is not UTF-8")))
}

#[cfg(unix)]
#[allow(clippy::unnecessary_wraps, reason = "as the other one")]
fn path_of(bytes: Vec<u8>) -> Option<PathBuf> {
    use std::os::unix::ffi::OsStringExt as _;
    Some(std::ffi::OsString::from_vec(bytes).into())
}

#[cfg(not(unix))]
fn path_of(bytes: Vec<u8>) -> Option<PathBuf> {
    String::from_utf8(bytes).ok().map(PathBuf::from)
}

fn serial(url: &str, path: &str, options: &[(String, String)]) -> Result<PortUrl, PortError> {
    if path.is_empty() {
        return Err(PortError::url(url, format!("name a port: {SCHEMES}")));
    }
    let settings = SerialSettings::read(options).map_err(|reason| PortError::url(url, reason))?;
    Ok(PortUrl::Serial {
        path: path.into(),
        settings,
    })
}

fn replay(url: &str, path: &str, options: &[(String, String)]) -> Result<PortUrl, PortError> {
    if path.is_empty() {
        return Err(PortError::url(url, "give a record: replay://session.jsonl"));
    }
    let (mut times, mut zeros) = (false, false);
    for (name, value) in options {
        let option = match name.as_str() {
            "times" => &mut times,
            "zeros" => &mut zeros,
            _ => {
                let text = format!("unknown option {name}: {REPLAY_OPTIONS}");
                return Err(PortError::url(url, text));
            }
        };
        *option = switch(url, name, value)?;
    }
    let path = decoded_path(url, path)?;
    Ok(PortUrl::Replay { path, times, zeros })
}

/// Reads the value of an option that is on or off.
fn switch(url: &str, name: &str, value: &str) -> Result<bool, PortError> {
    serial_settings::switch(value)
        .ok_or_else(|| PortError::url(url, format!("{name}={value}: give 0 or 1")))
}

fn read_options(url: &str, query: &str) -> Result<Vec<(String, String)>, PortError> {
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| {
            let (name, value) = pair
                .split_once('=')
                .ok_or_else(|| PortError::url(url, format!("{pair}: give name=value")))?;
            let value = percent_decode_str(value).decode_utf8();
            let value = value
                .map_err(|_| PortError::url(url, format!("{name}: the value is not UTF-8")))?;
            Ok((name.to_owned(), value.into_owned()))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn serial(path: &str, baud: u32, rtscts: Option<bool>) -> PortUrl {
        let mut settings = SerialSettings::default();
        (settings.baud, settings.rtscts) = (Some(baud), rtscts);
        PortUrl::Serial {
            path: path.into(),
            settings,
        }
    }

    #[test]
    fn urls_of_every_kind() {
        let emulator = |options: &[(&str, &str)]| PortUrl::Emulator {
            model: "ec2x".into(),
            options: options
                .iter()
                .map(|(name, value)| ((*name).into(), (*value).into()))
                .collect(),
        };
        let cases = [
            ("/dev/ttyUSB2", serial("/dev/ttyUSB2", 115_200, None)),
            (
                "/dev/ttyUSB2?baud=921600&rtscts=1",
                serial("/dev/ttyUSB2", 921_600, Some(true)),
            ),
            ("COM5", serial("COM5", 115_200, None)),
            (r"\\.\COM12", serial(r"\\.\COM12", 115_200, None)),
            ("./ec25", serial("./ec25", 115_200, None)),
            (
                "socket://10.0.0.1:2000",
                PortUrl::Socket {
                    address: "10.0.0.1:2000".into(),
                },
            ),
            (
                "socket://[::1]:2000",
                PortUrl::Socket {
                    address: "[::1]:2000".into(),
                },
            ),
            (
                "unix:///tmp/a%20b",
                PortUrl::Unix {
                    path: "/tmp/a b".into(),
                },
            ),
            (
                "replay://a%20b.jsonl?zeros=1",
                PortUrl::Replay {
                    path: "a b.jsonl".into(),
                    times: false,
                    zeros: true,
                },
            ),
            ("emulator://ec2x", emulator(&[])),
            (
                "emulator://ec2x?ufs=/tmp/a%26b&sd=c",
                emulator(&[("ufs", "/tmp/a&b"), ("sd", "c")]),
            ),
        ];
        let rfc2217 = PortUrl::parse("rfc2217://[::1]:2217?strict=1&baud=9600").expect("a URL");
        let PortUrl::Rfc2217 {
            address,
            settings,
            strict: true,
        } = rfc2217
        else {
            panic!("{rfc2217:?}");
        };
        assert_eq!(
            (address.as_str(), settings.baud),
            ("[::1]:2217", Some(9600))
        );
        let spy = PortUrl::parse("spy:///dev/ttyS0?baud=9600&file=a%20b&rtscts=1").expect("a URL");
        let inner = PortUrl::Spy {
            port: Box::new(serial("/dev/ttyS0", 9600, Some(true))),
            file: Some("a b".into()),
        };
        assert_eq!(spy, inner);
        for (url, expected) in cases {
            assert_eq!(PortUrl::parse(url).expect(url), expected, "{url}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn the_path_of_a_file_is_bytes() {
        use std::os::unix::ffi::OsStrExt as _;
        for url in ["unix:///a%ffb", "replay:///a%ffb"] {
            let (PortUrl::Unix { path } | PortUrl::Replay { path, .. }) =
                PortUrl::parse(url).expect(url)
            else {
                panic!("{url}");
            };
            assert_eq!(path.as_os_str().as_bytes(), b"/a\xffb");
        }
    }

    #[test]
    fn mistakes_are_named() {
        let cases = [
            ("", "name a port"),
            ("ftp://x", "unknown scheme ftp://"),
            ("/dev/ttyS0?speed=9600", "unknown option speed"),
            ("/dev/ttyS0?baud=299", "300 to 4000000"),
            ("/dev/ttyS0?baud=4000001", "300 to 4000000"),
            ("/dev/ttyS0?rtscts=maybe", "give 0, 1 or auto"),
            ("/dev/ttyS0?baud", "give name=value"),
            ("socket://host", "give host and port"),
            ("socket://host:0", "give host and port"),
            ("socket://host:70000", "give host and port"),
            ("socket://h:1?x=1", "takes none"),
            ("rfc2217://host", "rfc2217://192.168.1.9:2000"),
            ("rfc2217://h:1?strict=2", "give 0 or 1"),
            ("rfc2217://h:1?speed=1", "unknown option speed"),
            ("rfc2217://h:1?baud=auto", "baud=auto"),
            ("hwgrep://", "give a part"),
            ("hwgrep://no-such-device", "no serial port has this"),
            ("spy://", "name a port"),
            ("spy://spy:///dev/ttyS0", "one spy:// is enough"),
            (&"spy://".repeat(100_000), "one spy:// is enough"),
            ("spy://socket://h?file=a", "give host and port"),
            ("unix://relative", "absolute path"),
            ("replay://", "give a record"),
            ("replay://a?times=2", "give 0 or 1"),
            ("replay://a?speed=1", "unknown option speed"),
        ];
        for (url, part) in cases {
            let error = PortUrl::parse(url).expect_err(url).to_string();
            assert!(error.contains(part), "{url}: {error}");
        }
        assert!(PortUrl::parse("/dev/ttyS0?baud=300").is_ok());
        assert!(PortUrl::parse("/dev/ttyS0?baud=4000000").is_ok());
    }
}
