//! Finds the speed of a module: that of an upload which was cut off, else the first of the usual ones at which it answers
//! `AT`.

use std::time::{Duration, Instant};

use super::PortUrl;
use super::typing::Typing;
use super::upload_mark::UploadMark;
use crate::port::serial_settings::SerialSettings;
use crate::port::{Port, PortError};

/// Speeds in bits per second, the usual ones first.
const SPEEDS: [u32; 9] = [
    115_200, 9600, 921_600, 460_800, 230_400, 57_600, 38_400, 19_200, 3_000_000,
];
/// Time for an answer. A module takes a few milliseconds; at 9600 bits per second the line takes as long again.
const ANSWER_TIME: Duration = Duration::from_millis(300);
/// Tries at each speed: noise before the first `AT` may spoil it.
const TRIES: usize = 2;

/// Returns the URL with the speed at which the module answers, where it asks for that. A module that may take what is
/// typed for payload is not asked: the mark of the upload has its speed.
pub(super) fn resolved(url: PortUrl, typing: Typing) -> Result<PortUrl, PortError> {
    let PortUrl::Serial { path, mut settings } = url else {
        return Ok(url);
    };
    let mark = UploadMark::of_device(&path);
    settings.baud = settings.baud.or_else(|| mark.marked_baud());
    if settings.baud.is_some() {
        return Ok(PortUrl::Serial { path, settings });
    }
    if typing == Typing::Nothing || mark.dialect().is_some() {
        let reason = "baud=auto types AT, which may become part of a file here; name the speed";
        return Err(PortError::url(&path, reason));
    }
    for speed in SPEEDS {
        let mut settings = settings;
        settings.baud = Some(speed);
        // A speed that the device cannot have is passed over; a device that cannot be opened is not.
        let mut port = match open(&path, settings) {
            Err(PortError::Io { .. }) => continue,
            opened => opened?,
        };
        if answers_on(port.as_mut()) {
            return Ok(PortUrl::Serial { path, settings });
        }
    }
    let last = SPEEDS.len();
    Err(PortError::NotFound {
        reason: format!("the module on {path} answers at none of {last} speeds"),
    })
}

/// Returns true where a module answers on a device. A device that cannot be opened has none.
pub(super) fn answers(path: &str, settings: SerialSettings) -> bool {
    let mut settings = settings;
    settings.baud = settings.baud.or(Some(SPEEDS[0]));
    open(path, settings).is_ok_and(|mut port| answers_on(port.as_mut()))
}

fn answers_on(port: &mut dyn Port) -> bool {
    (0..TRIES).any(|_| port.write(b"AT\r", ANSWER_TIME).is_ok() && says_ok(port))
}

fn says_ok(port: &mut dyn Port) -> bool {
    let end = Instant::now() + ANSWER_TIME;
    let mut heard = Vec::new();
    let mut buffer = [0; 64];
    loop {
        let left = end.saturating_duration_since(Instant::now());
        match port.read(&mut buffer, left) {
            Ok(count) => heard.extend_from_slice(&buffer[..count]),
            Err(_) => return false,
        }
        if heard.windows(4).any(|window| window == b"OK\r\n") || heard.ends_with(b"\r0\r") {
            return true;
        }
        if left.is_zero() {
            return false;
        }
    }
}

#[cfg(feature = "serial")]
fn open(path: &str, settings: SerialSettings) -> Result<Box<dyn Port>, PortError> {
    crate::port::serial::open(path, settings)
}

#[cfg(not(feature = "serial"))]
fn open(path: &str, _: SerialSettings) -> Result<Box<dyn Port>, PortError> {
    Err(PortError::url(
        path,
        "this build has no serial devices (feature `serial`)",
    ))
}
