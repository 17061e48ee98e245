//! `replay://FILE` as a port: the module's side of a record, answered when the host types what was recorded.
//!
//! The port has a clock of its own, which the record moves: what a module took seconds for, a wait for silence or a
//! time-out take no time, and each line comes when it came. `replay://FILE?times=1` sleeps besides, as long as it took.
//!
//! A host that types something else ends the replay with a [`ReplayError`], which names the line of the record. Secrets,
//! which a record lacks, fit anything; payload of the host fits by its length. Payload of the module that the record
//! lacks cannot be given: the replay ends there, unless `?zeros=1` asks for zeros in its place.
//!
//! A replay is one opening of the port. Where the host of the record opened it anew, the replay ends.

use std::collections::VecDeque;
use std::io;
use std::path::Path;
use std::time::Duration;

use super::event::RecordKind;
use super::file::Record;
use super::pattern::{self, TypedFit};
use crate::host::redact;
use crate::port::{Port, PortError};

/// The most bytes that a host may type ahead.
const TYPED_AHEAD: usize = 1024 * 1024;
/// The most bytes of a line that an error shows.
const SHOWN: usize = 512;

/// The end of a replay before the end of its record.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReplayError {
    /// The host typed something else.
    #[error("{name}, line {line}: the record has {recorded}, the host typed {typed}")]
    Differs {
        /// The port.
        name: String,
        /// The line of the record.
        line: usize,
        /// The recorded line.
        recorded: String,
        /// The line that was typed, secrets removed.
        typed: String,
    },
    /// The host types on behind the end of the record.
    #[error("{name}: the record ends with line {line}, the host typed {typed}")]
    Ended {
        /// The port.
        name: String,
        /// The last line of the record.
        line: usize,
        /// The line that was typed, secrets removed.
        typed: String,
    },
    /// The record lacks the bytes of a payload.
    #[error(
        "{name}, line {line}: the record has no content of this payload; \
         record it with its payload, or replay it with zeros (?zeros=1)"
    )]
    NoContent {
        /// The port.
        name: String,
        /// The line of the record.
        line: usize,
    },
    /// The record goes on with another opening of the port.
    #[error("{name}, line {line}: here the port was opened anew; a replay ends there")]
    Reopened {
        /// The port.
        name: String,
        /// The line of the record.
        line: usize,
    },
}

impl From<ReplayError> for io::Error {
    fn from(error: ReplayError) -> Self {
        io::Error::other(error)
    }
}

/// Options of a replay.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReplayOptions {
    /// Takes the time that the module took.
    pub times: bool,
    /// Gives zeros for payload that the record lacks.
    pub zeros: bool,
}

/// The module's side of a record.
#[derive(Debug)]
struct ReplayPort {
    name: String,
    record: Record,
    options: ReplayOptions,
    /// The event that is due.
    next: usize,
    /// The bytes of it that have gone over the line.
    moved: u64,
    typed: VecDeque<u8>,
    opened: bool,
    clock: Duration,
    /// The recorded time of the event before, and the clock then.
    before: (Duration, Duration),
}

/// Makes a port of a record.
///
/// ```
/// use std::time::Duration;
/// use qftp::record::{Record, replay};
///
/// let text = b"{\"qftp-record\":1,\"qftp\":\"0.1.0\",\"port\":\"serial\"}
/// {\"us\":0,\"from\":\"host\",\"kind\":\"command\",\"text\":\"AT\\r\"}
/// {\"us\":900,\"from\":\"module\",\"kind\":\"result\",\"text\":\"\\r\\nOK\\r\\n\"}
/// ";
/// let mut port = replay::port(Record::parse(text)?, replay::ReplayOptions::default());
/// port.write(b"AT\r", Duration::ZERO)?;
/// let mut answer = [0; 16];
/// assert_eq!(port.read(&mut answer, Duration::from_secs(1))?, 6);
/// assert_eq!(port.time(), Some(Duration::from_micros(900)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn port(record: Record, options: ReplayOptions) -> Box<dyn Port> {
    named_port("replay".into(), record, options)
}

fn named_port(name: String, record: Record, options: ReplayOptions) -> Box<dyn Port> {
    let first = record
        .events
        .first()
        .map_or(Duration::ZERO, |event| event.time);
    Box::new(ReplayPort {
        name,
        record,
        options,
        next: 0,
        moved: 0,
        typed: VecDeque::new(),
        opened: false,
        clock: Duration::ZERO,
        before: (first, Duration::ZERO),
    })
}

/// Opens a file as a port.
///
/// # Errors
///
/// The file cannot be read, or is not a record.
pub(crate) fn open(
    url: &str,
    path: &Path,
    options: ReplayOptions,
) -> Result<Box<dyn Port>, PortError> {
    let text = std::fs::read(path).map_err(|source| PortError::io(url, source))?;
    let record = Record::parse(&text).map_err(|error| PortError::url(url, error.to_string()))?;
    Ok(named_port(url.to_owned(), record, options))
}

impl ReplayPort {
    /// Goes on to the next event of the module, as far as the host has typed what was recorded.
    fn advance(&mut self) -> Result<(), ReplayError> {
        while let Some(event) = self.record.events.get(self.next) {
            match &event.kind {
                RecordKind::Line {
                    from_host: true,
                    raw,
                    ..
                } => {
                    let typed = self.typed.make_contiguous();
                    match pattern::compare(raw, typed) {
                        TypedFit::Whole(count) => drop(self.typed.drain(..count)),
                        TypedFit::Partly => return Ok(()),
                        TypedFit::Differs => {
                            return Err(ReplayError::Differs {
                                name: self.name.clone(),
                                line: Record::line_number(self.next),
                                recorded: shown(raw),
                                typed: shown(typed),
                            });
                        }
                    }
                }
                RecordKind::Payload {
                    from_host: true,
                    bytes,
                    ..
                } => {
                    let left = usize::try_from(bytes - self.moved).unwrap_or(usize::MAX);
                    let count = left.min(self.typed.len());
                    self.typed.drain(..count);
                    self.moved += count as u64;
                    if self.moved < *bytes {
                        return Ok(());
                    }
                }
                RecordKind::Opened if self.opened => {
                    return Err(ReplayError::Reopened {
                        name: self.name.clone(),
                        line: Record::line_number(self.next),
                    });
                }
                RecordKind::Opened => self.opened = true,
                kind if kind.is_from_module() => return Ok(()),
                _ => {}
            }
            self.pass();
        }
        if self.typed.is_empty() {
            return Ok(());
        }
        Err(ReplayError::Ended {
            name: self.name.clone(),
            line: Record::line_number(self.record.events.len()) - 1,
            typed: shown(self.typed.make_contiguous()),
        })
    }

    /// Ends the event that is due.
    fn pass(&mut self) {
        let event = &self.record.events[self.next];
        if event.kind.is_from_host() || event.kind.is_from_module() {
            // From the first of them on, something has passed the port.
            self.opened = true;
        }
        self.before = (event.time, self.clock);
        self.moved = 0;
        self.next += 1;
    }

    /// Returns the time on the clock of the port when the next event comes, if it is one of the module.
    fn due(&self) -> Option<Duration> {
        let event = self.record.events.get(self.next)?;
        let (recorded, then) = self.before;
        let due = then.saturating_add(event.time.saturating_sub(recorded));
        event.kind.is_from_module().then_some(due)
    }

    /// Copies the bytes of the event that is due; returns their number.
    fn give(&mut self, buffer: &mut [u8]) -> Result<usize, ReplayError> {
        let event = &self.record.events[self.next];
        let from = usize::try_from(self.moved).unwrap_or(usize::MAX);
        let (count, length) = match &event.kind {
            RecordKind::Line { raw: bytes, .. }
            | RecordKind::LineEnds(bytes)
            | RecordKind::Framing(bytes)
            | RecordKind::Payload {
                content: Some(bytes),
                ..
            } => {
                let rest = &bytes[from..];
                let count = rest.len().min(buffer.len());
                buffer[..count].copy_from_slice(&rest[..count]);
                (count, bytes.len() as u64)
            }
            RecordKind::Payload { .. } if !self.options.zeros => {
                return Err(ReplayError::NoContent {
                    name: self.name.clone(),
                    line: Record::line_number(self.next),
                });
            }
            // What means nothing to the host may be anything.
            RecordKind::Payload { bytes, .. } | RecordKind::Skipped { bytes } => {
                let left = usize::try_from(bytes - self.moved).unwrap_or(usize::MAX);
                let count = left.min(buffer.len());
                buffer[..count].fill(0);
                (count, *bytes)
            }
            _ => (0, 0),
        };
        self.moved += count as u64;
        if self.moved >= length {
            self.pass();
        }
        Ok(count)
    }
}

impl Port for ReplayPort {
    fn read(&mut self, buffer: &mut [u8], timeout: Duration) -> io::Result<usize> {
        self.advance()?;
        let end = self.clock.saturating_add(timeout);
        match self.due() {
            Some(due) if due <= end => self.pause(due.saturating_sub(self.clock)),
            _ => {
                self.pause(timeout);
                return Ok(0);
            }
        }
        let mut count = 0;
        while count < buffer.len() && self.due().is_some_and(|due| due <= self.clock) {
            count += self.give(&mut buffer[count..])?;
            self.advance()?;
        }
        Ok(count)
    }

    fn write(&mut self, bytes: &[u8], _timeout: Duration) -> io::Result<usize> {
        let count = bytes
            .len()
            .min(TYPED_AHEAD - self.typed.len().min(TYPED_AHEAD));
        self.typed.extend(&bytes[..count]);
        self.advance()?;
        Ok(count)
    }

    fn set_dtr(&mut self, _on: bool) -> io::Result<()> {
        Ok(())
    }

    fn time(&self) -> Option<Duration> {
        Some(self.clock)
    }

    fn pause(&mut self, time: Duration) {
        if self.options.times {
            std::thread::sleep(time);
        }
        self.clock = self.clock.saturating_add(time);
    }

    fn name(&self) -> &str {
        &self.name
    }
}

/// Returns the first line of some bytes in quotes, secrets removed; the number of bytes, if they are not a line.
fn shown(bytes: &[u8]) -> String {
    let end = memchr::memchr(b'\r', bytes).unwrap_or(bytes.len());
    let line = redact(&bytes[..end]);
    if line.len() > SHOWN || line.iter().any(u8::is_ascii_control) {
        return format!("{} bytes that are no command", bytes.len());
    }
    format!("\"{}\"", line.escape_ascii())
}
