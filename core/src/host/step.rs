//! One exchange of a plan: its command line, and what belongs to its answer.

pub(super) mod joined;
pub(super) mod login;
pub(super) mod outcome;
pub(super) mod sequence;
pub(super) mod spare_lines;

use alloc::vec::Vec;
use core::time::Duration;

use crate::codes::words::WordsOf;
use crate::dialect::{Command, Dialect, Direction, PayloadFraming, ResponseFormat, Setting, Value};
use crate::exchange::{AnswerScope, Exchange};
use crate::host::error::HostError;
use crate::host::short_bytes::CommandName;
use crate::host::trace::redact::PayloadView;
use crate::wiped::WipedBytes;
use spare_lines::SpareLines;

/// For commands that the module answers by itself.
pub(super) const SHORT: Duration = Duration::from_secs(5);
/// Added to `rsptimeout`, within which the module must report (002 §2.1): a late URC would land in the next command.
pub(super) const MARGIN: Duration = Duration::from_secs(10);
/// Maximum response time of QFTPOPEN (002 §2.2).
pub(super) const OPEN: Duration = Duration::from_secs(125);
/// Maximum response time of QIACT (COMMON 2.1).
pub(super) const ACTIVATE: Duration = Duration::from_secs(150);
/// Maximum response time of QIDEACT (COMMON 2.1).
pub(super) const DEACTIVATE: Duration = Duration::from_secs(40);
/// For a file of the module's own store, whose flash may be slow.
pub(super) const STORE: Duration = Duration::from_secs(190);
/// The rate of a slow network.
pub(super) const BYTES_PER_SECOND: u64 = 500;
/// For a file that the module moves between the server and its store, where the size is not known.
const STORE_TRANSFER: Duration = Duration::from_secs(3600);

/// The line that asks for words and no echo, whatever was set.
pub(super) const ECHO_OFF: &[u8] = b"ATE0Q0V1\r";

/// The question that tells its own `OK` from a late one, behind a CR that ends whatever was typed before.
pub(super) const QUESTION: &[u8] = b"\rAT+CMEE?\r";

/// The same where the start of a command may stand on the module's line, since the line lost the rest of it and its CR.
/// A CR alone would run that: an upload to the tenth byte of a file instead of the hundredth. With so many parameters
/// more, no module takes it.
pub(super) const PROBE: &[u8] = b"!,,,,,,,,!\rAT+CMEE?\r";

/// The time that the module may take for each part of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wait {
    For(Duration),
    /// As long as the module waits for the server: `report_wait.rs`.
    Report,
}

impl From<Duration> for Wait {
    fn from(time: Duration) -> Self {
        Wait::For(time)
    }
}

/// An exchange to run.
#[derive(Clone)]
pub(super) struct Step {
    /// The command line, CR included.
    pub(super) line: WipedBytes,
    /// The name that its information lines and its URC carry.
    pub(super) name: &'static str,
    /// More such names: those of a raw line's commands.
    pub(super) more_names: Vec<Vec<u8>>,
    pub(super) format: ResponseFormat,
    pub(super) wait: Wait,
    pub(super) payload: PayloadSpec,
    pub(super) kind: StepKind,
    /// The dialect it was written in.
    pub(super) dialect: &'static Dialect,
}

/// The kind of a step: what sets it apart from a command of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum StepKind {
    /// A command whose payload comes from the user or goes to the user.
    Command,
    /// A command that is answered in lines of free text (`ATI`).
    FreeText,
    /// A question whose result code counts only after its information: a late one of an earlier command is passed over.
    Probe,
    /// A piece of an upload that is not its last: the module reports no end of it.
    Piece,
    /// Several commands in one line, and the names of those that report by a URC.
    Joined(Vec<&'static str>),
    /// A listing: lines, and never stuffed (003 §1.2.11).
    Listing,
    /// A certificate that is read back, for the plan to compare.
    ReadBack,
    /// A certificate or a key, which the host sends by itself.
    Certificate(Content),
    /// A line of the user's own, whose payload is part of its answer.
    Raw,
}

/// A command line or its payload may hold a secret: only the command is shown.
impl core::fmt::Debug for Step {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Step({})", self.describe())
    }
}

/// Payload of the host's own, maybe a key: its size alone is shown.
#[derive(Clone, Default, PartialEq, Eq)]
pub(super) struct Content(pub(super) WipedBytes);

impl core::fmt::Debug for Content {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{} bytes", self.0.len())
    }
}

/// The payload of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PayloadSpec {
    Nothing,
    /// This many bytes to the module.
    Up(u64),
    /// From the module, with their number if it is known.
    Down(Option<u64>),
}

impl PayloadSpec {
    /// Returns the number of bytes that go to the module.
    pub(super) fn length_up(self) -> u64 {
        match self {
            PayloadSpec::Up(length) => length,
            PayloadSpec::Nothing | PayloadSpec::Down(_) => 0,
        }
    }

    /// Returns the number of bytes that will come, if it is known.
    pub(super) fn expected(self) -> Option<u64> {
        match self {
            PayloadSpec::Down(expected) => expected,
            PayloadSpec::Nothing | PayloadSpec::Up(_) => None,
        }
    }
}

impl Step {
    /// Makes a step of a line that is answered by information and a result code.
    pub(super) fn plain(dialect: &'static Dialect, line: &[u8], wait: impl Into<Wait>) -> Self {
        Step {
            line: line.into(),
            name: "",
            more_names: Vec::new(),
            format: ResponseFormat::Result,
            wait: wait.into(),
            payload: PayloadSpec::Nothing,
            kind: StepKind::Command,
            dialect,
        }
    }

    /// Makes the step that sets something by a command of the table for settings, which `OK` answers.
    pub(super) fn for_setting(
        spare: &mut SpareLines,
        dialect: &'static Dialect,
        configure: &'static Command,
        setting: &Setting,
        context: Option<u64>,
        values: &[Value<'_>],
    ) -> Result<Self, HostError> {
        let line = setting
            .emit_in(spare.take(), configure, context, values)
            .map_err(|param_error| HostError::InvalidArgument {
                command: configure.name,
                param_error,
            })?;
        Ok(Step {
            line,
            name: configure.name,
            ..Step::plain(dialect, b"", SHORT)
        })
    }

    /// Makes the step of a command of the table, in its write or execution form.
    pub(super) fn for_command(
        spare: &mut SpareLines,
        dialect: &'static Dialect,
        command: &'static Command,
        values: &[Value<'_>],
        wait: impl Into<Wait>,
    ) -> Result<Self, HostError> {
        let line = command
            .emit_in(spare.take(), values)
            .map_err(|param_error| HostError::InvalidArgument {
                command: command.name,
                param_error,
            })?;
        Ok(Step {
            line,
            name: command.name,
            format: command.shape(values),
            ..Step::plain(dialect, b"", wait)
        })
    }

    /// Makes the line that asks for words, no echo and errors as numbers, and shows that it was carried out to its end.
    pub(super) fn set_up(dialect: &'static Dialect) -> Self {
        Step {
            name: "+CMEE",
            kind: StepKind::Joined(Vec::new()),
            ..Step::plain(dialect, b"ATE0Q0V1+CMEE=1;+CMEE?\r", SHORT)
        }
    }

    /// Makes the command for errors as numbers.
    pub(super) fn numeric_errors(dialect: &'static Dialect) -> Self {
        Step {
            name: "+CMEE",
            ..Step::plain(dialect, b"AT+CMEE=1\r", SHORT)
        }
    }

    /// Makes the question that tells its own `OK` from a late one (see [`StepKind::Probe`]).
    pub(super) fn probe(dialect: &'static Dialect) -> Self {
        Step {
            name: "+CMEE",
            kind: StepKind::Probe,
            ..Step::plain(dialect, b"AT+CMEE?\r", SHORT)
        }
    }

    /// Starts its exchange.
    pub(super) fn exchange(&self) -> Exchange {
        let scope = match self.kind {
            StepKind::Probe => AnswerScope::AfterInformation,
            StepKind::FreeText => AnswerScope::FreeText,
            StepKind::Raw => AnswerScope::Everything,
            StepKind::Command
            | StepKind::Piece
            | StepKind::Joined(_)
            | StepKind::Listing
            | StepKind::ReadBack
            | StepKind::Certificate(_) => AnswerScope::Named,
        };
        let exchange = Exchange::of_dialect(self.dialect, self.format, scope);
        match &self.kind {
            StepKind::Piece => exchange.without_report(),
            StepKind::Joined(reports) => {
                exchange.joined(u8::try_from(reports.len()).unwrap_or(u8::MAX))
            }
            _ => exchange,
        }
    }

    /// Returns `true` if information of this name answers the command.
    pub(super) fn answers_to(&self, name: &[u8]) -> bool {
        let mut more = self.more_names.iter();
        self.name.as_bytes() == name || more.any(|known| known.eq_ignore_ascii_case(name))
    }

    /// Returns `true` if a command of this name reports by a URC, in a line of several commands.
    pub(super) fn reports(&self, name: &[u8]) -> bool {
        matches!(&self.kind, StepKind::Joined(names) if names.iter().any(|known| known.as_bytes() == name))
    }

    /// Returns the table in which the words of an error in its answer are looked up first.
    pub(super) fn words(&self) -> WordsOf {
        let raw = self.more_names.iter().map(Vec::as_slice);
        let mut names = raw.chain([self.name.as_bytes()]);
        let of_store = |name| {
            self.dialect
                .command_named(name)
                .is_some_and(|command| command.kind.is_file())
        };
        if names.any(of_store) {
            WordsOf::Store
        } else {
            WordsOf::Other
        }
    }

    /// Returns `true` if its payload is stuffed: all transfers of a dialect that stuffs but the listing (003 §1.2.15,
    /// §1.2.16).
    pub(super) fn is_stuffed(&self) -> bool {
        let transfers = match self.format {
            ResponseFormat::ResultPayloadUrc(Direction::Up) => true,
            ResponseFormat::ResultPayloadUrc(Direction::Down) => {
                matches!(self.payload, PayloadSpec::Down(_))
            }
            _ => false,
        };
        transfers
            && self.dialect.payload_framing == PayloadFraming::Stuffed
            && self.kind != StepKind::Listing
    }

    /// Returns the view of its payload in a trace: a certificate or a key is hidden.
    pub(super) fn payload_view(&self) -> PayloadView {
        match self.kind {
            StepKind::Certificate(_) | StepKind::ReadBack => PayloadView::Hidden,
            StepKind::Command
            | StepKind::Piece
            | StepKind::FreeText
            | StepKind::Probe
            | StepKind::Joined(_)
            | StepKind::Listing
            | StepKind::Raw => PayloadView::Shown,
        }
    }

    /// Returns what the host sends by itself; nothing where the user supplies the payload.
    pub(super) fn own_payload(&self) -> &[u8] {
        match &self.kind {
            StepKind::Certificate(content) => &content.0,
            _ => b"",
        }
    }

    /// Returns `true` if the module asks for its payload by a `>` that no line end follows (COMMON 8.2).
    pub(super) fn is_prompted(&self) -> bool {
        self.format == ResponseFormat::PayloadResult(Direction::Up)
    }

    /// Returns `true` if `text` is its command line come back.
    pub(super) fn is_echo(&self, text: &[u8]) -> bool {
        let line = without_ends(&self.line);
        !line.is_empty() && line.eq_ignore_ascii_case(text)
    }

    /// Returns the command without its parameters, for errors.
    pub(super) fn describe(&self) -> CommandName {
        let line = without_ends(&self.line);
        let end = memchr::memchr2(b'=', b';', line).unwrap_or(line.len());
        CommandName::new(&line[..end])
    }

    /// Returns the error of an answer that does not come in time.
    pub(super) fn no_answer(&self, waited: Duration) -> HostError {
        let seconds = waited.saturating_add(Duration::from_millis(500)).as_secs();
        HostError::NoAnswer {
            command: self.describe().into(),
            seconds: seconds.max(1),
        }
    }
}

/// Returns the time that the module may take to move a file between the server and its store. It says nothing before the
/// end.
pub(super) fn store_transfer_wait(length: Option<u64>) -> Duration {
    length.map_or(STORE_TRANSFER, |length| {
        STORE.saturating_add(Duration::from_secs(length / BYTES_PER_SECOND))
    })
}

/// Returns the text of a line that is sent: without its CR, and without what spoils or ends a line before it.
pub(super) fn without_ends(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let before = line.iter().rposition(|byte| *byte == b'\r');
    let line = before.map_or(line, |at| &line[at + 1..]);
    let start = line.iter().position(|byte| !byte.is_ascii_control());
    start.map_or(&b""[..], |start| &line[start..])
}

/// Returns the error of a dialect that has no command for this.
pub(super) fn unsupported(dialect: &'static Dialect, operation: &'static str) -> HostError {
    HostError::Unsupported {
        dialect: dialect.name,
        operation,
    }
}
