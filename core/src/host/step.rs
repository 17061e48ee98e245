//! One exchange of a plan: its command line, what belongs to its answer, and what came of it.

use alloc::string::String;
use alloc::vec::Vec;
use core::time::Duration;

use super::{FinalError, HostError};
use crate::dialect::{Command, Direction, Family, ResponseFormat, Value};

/// For commands that the module answers by itself.
pub(super) const SHORT: Duration = Duration::from_secs(5);
/// Added to `rsptimeout`, within which the module must report (002 §2.1): a late URC would land in the next command.
pub(super) const MARGIN: Duration = Duration::from_secs(10);
/// Maximum response time of QFTPOPEN (002 §2.2).
pub(super) const OPEN: Duration = Duration::from_secs(125);
/// Maximum response time of QIACT (COMMON 2.1).
pub(super) const ACTIVATE: Duration = Duration::from_secs(150);

/// One exchange to run.
#[derive(Clone)]
#[allow(clippy::struct_excessive_bools)] // each sets one kind of step apart
pub(super) struct Step {
    pub(super) line: Vec<u8>,
    pub(super) name: &'static str,
    /// Names whose information belongs to a raw command line.
    pub(super) names: Vec<Vec<u8>>,
    pub(super) shape: ResponseFormat,
    pub(super) wait: Duration,
    pub(super) carried: PayloadSpec,
    pub(super) raw: bool,
    /// Whether lines of free text belong to the answer (`ATI`).
    pub(super) takes_text: bool,
    pub(super) probe: bool,
    /// How its URC is to be read.
    pub(super) family: Family,
    /// Whether its payload is a listing.
    pub(super) lists: bool,
    /// Payload that the host sends by itself.
    pub(super) content: Content,
    /// Whether its payload is kept for the plan, and not handed out.
    pub(super) kept: bool,
}

/// A command line or its payload may hold a secret: only the command is shown.
impl core::fmt::Debug for Step {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Step({})", self.describe())
    }
}

/// Payload of the host's own, maybe a key: its size alone is shown.
#[derive(Clone, Default, PartialEq, Eq)]
pub(super) struct Content(pub(super) Vec<u8>);

impl core::fmt::Debug for Content {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{} bytes", self.0.len())
    }
}

/// Payload of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PayloadSpec {
    Nothing,
    /// This many bytes to the module.
    Up(u64),
    /// From the module; how many, if known.
    Down(Option<u64>),
}

impl PayloadSpec {
    pub(super) fn expected(self) -> Option<u64> {
        match self {
            PayloadSpec::Down(expected) => expected,
            PayloadSpec::Nothing | PayloadSpec::Up(_) => None,
        }
    }
}

impl Step {
    pub(super) fn plain(line: &[u8], wait: Duration) -> Self {
        Step {
            line: line.to_vec(),
            name: "",
            names: Vec::new(),
            shape: ResponseFormat::Result,
            wait,
            carried: PayloadSpec::Nothing,
            raw: false,
            takes_text: false,
            probe: false,
            family: Family::Lte,
            lists: false,
            content: Content::default(),
            kept: false,
        }
    }

    pub(super) fn of(
        command: &'static Command,
        values: &[Value<'_>],
        wait: Duration,
    ) -> Result<Self, HostError> {
        let line = command
            .emit(values)
            .map_err(|param_error| HostError::InvalidArgument {
                command: command.name,
                param_error,
            })?;
        Ok(Step {
            line,
            name: command.name,
            shape: command.shape(values),
            ..Step::plain(b"", wait)
        })
    }

    /// A question whose `OK` counts only after its information: whatever answers earlier commands is passed over.
    pub(super) fn probe() -> Self {
        Step {
            name: "+CMEE",
            probe: true,
            ..Step::plain(b"AT+CMEE?\r", SHORT)
        }
    }

    /// Whether information of this name answers the command.
    pub(super) fn answers_to(&self, name: &[u8]) -> bool {
        self.name.as_bytes() == name
            || self
                .names
                .iter()
                .any(|known| known.eq_ignore_ascii_case(name))
    }

    /// Whether its payload is stuffed: all transfers of `nl668` but the listing (003 §1.2.15, §1.2.16).
    pub(super) fn is_stuffed(&self) -> bool {
        let payload = matches!(
            (self.shape, self.carried),
            (ResponseFormat::ResultPayloadUrc(Direction::Up), _)
                | (
                    ResponseFormat::ResultPayloadUrc(Direction::Down),
                    PayloadSpec::Down(_)
                )
        );
        payload && self.family == Family::Fibocom && !self.lists
    }

    /// Whether its payload is a certificate or a key: the host's own.
    pub(super) fn carries_certificate(&self) -> bool {
        !self.content.0.is_empty() || (self.kept && !self.raw)
    }

    /// Whether the module asks for its payload by a `>` that no line end follows (COMMON 8.2).
    pub(super) fn is_prompted(&self) -> bool {
        self.shape == ResponseFormat::PayloadResult(Direction::Up)
    }

    /// Whether a result code counts only after the information: `AT+CMEE?` tells its own `OK` from a late one.
    pub(super) fn waits_for_information(&self) -> bool {
        self.probe
    }

    /// The command without its parameters, for errors.
    pub(super) fn describe(&self) -> String {
        let line = without_ends(&self.line);
        let end = line
            .iter()
            .position(|byte| *byte == b'=')
            .unwrap_or(line.len());
        line[..end].escape_ascii().map(char::from).collect()
    }

    pub(super) fn failure_of_time(&self) -> HostError {
        HostError::NoAnswer {
            command: self.describe(),
            seconds: self.wait.as_secs(),
        }
    }
}

/// A line that is sent, as text: without its CR, and what ends a line before it.
pub(super) fn without_ends(line: &[u8]) -> &[u8] {
    let start = line.iter().position(|byte| !byte.is_ascii_control());
    let line = start.map_or(&b""[..], |start| &line[start..]);
    line.strip_suffix(b"\r").unwrap_or(line)
}

/// What came of a step.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    pub(super) refusal: Option<FinalError>,
    /// Whole information lines.
    pub(super) information: Vec<Vec<u8>>,
    /// Fields of the URC.
    pub(super) report: Option<Vec<u8>>,
    /// Number behind `CONNECT`.
    pub(super) connect: Option<u64>,
    /// The server's last reply, where the module shows it (`nl668`, `AT+FTPINFO=1`).
    pub(super) server: Option<u16>,
    /// Payload bytes moved.
    pub(super) bytes: u64,
    /// Payload of a raw command, or of a step that keeps it.
    pub(super) payload: Content,
    /// Set when the deadline passed.
    pub(super) timed_out: Option<HostError>,
}
