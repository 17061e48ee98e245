//! Lines and payload as a log or a trace shows them.

use alloc::borrow::Cow;
use core::time::Duration;

use crate::exchange::LineEvent;

/// Number of bytes that a trace shows of a run of payload.
pub const PAYLOAD_SHOWN: usize = 64;

/// One line of the conversation, for a log or a trace.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LineLog<'a> {
    /// `true` if the host sent it.
    pub sent: bool,
    /// Its meaning to the command that runs.
    pub kind: LineKind,
    /// Without its line end, passwords redacted.
    pub text: Cow<'a, [u8]>,
    /// The time on the clock of the host: of a line that came, when its last byte came; of one that is sent, when it was
    /// begun. A host may look at a line much later than it came, as it waits for silence behind a listing.
    pub time: Duration,
}

impl<'a> LineLog<'a> {
    /// Makes a line of the time 0, for the test of a log.
    pub fn new(sent: bool, kind: LineKind, text: impl Into<Cow<'a, [u8]>>) -> Self {
        LineLog {
            sent,
            kind,
            text: text.into(),
            time: Duration::ZERO,
        }
    }
}

/// The meaning of a line to the command that runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LineKind {
    /// A command line, or the `+++` that ends data mode.
    Command,
    /// An information line of the command.
    Information,
    /// Payload follows: `CONNECT`, or what stands for it.
    Connect,
    /// `OK`, `ERROR`, `+CME ERROR: <n>`, `NO CARRIER`
    Result,
    /// The command's unsolicited result code.
    Urc,
    /// A line that belongs to no command: a URC of another family, a banner.
    Unsolicited,
    /// The command line come back.
    Echo,
    /// A result code that nothing asked for: the rest of an abandoned command.
    Noise,
}

impl LineKind {
    /// Returns the kind of a line that means this event.
    pub(in crate::host) fn from_event(line_event: LineEvent) -> Self {
        match line_event {
            LineEvent::Information => LineKind::Information,
            LineEvent::Connect => LineKind::Connect,
            LineEvent::Ok | LineEvent::FinalError | LineEvent::PayloadEnd => LineKind::Result,
            LineEvent::Urc => LineKind::Urc,
        }
    }
}

/// A run of payload, for a trace.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PayloadLog<'a> {
    /// `true` if the host sent it.
    pub sent: bool,
    /// Bytes that went over the line; what is sent to `nl668` counts with its stuffing.
    pub length: usize,
    /// The first of them, [`PAYLOAD_SHOWN`] at most, passwords redacted; none of certificates and keys that a login gives
    /// to the module.
    pub first: Cow<'a, [u8]>,
    /// The time on the clock of the host when the last of them came or went.
    pub time: Duration,
}

impl PayloadLog<'_> {
    /// Returns the same with bytes of its own.
    pub(crate) fn into_owned(self) -> PayloadLog<'static> {
        PayloadLog {
            first: Cow::Owned(self.first.into_owned()),
            ..self
        }
    }
}

/// Bytes of the line as a record keeps them: each byte that went over it stands in one of these, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RawLog<'a> {
    /// `true` if the host sent them.
    pub sent: bool,
    /// Their meaning.
    pub kind: RawKind,
    /// The bytes with their line ends, passwords redacted. Empty where they are payload that may hold a secret, or mean
    /// nothing to the host.
    pub bytes: Cow<'a, [u8]>,
    /// The number of bytes that went over the line.
    pub length: usize,
    /// The time on the clock of the host, as that of a [`LineLog`].
    pub time: Duration,
}

impl RawLog<'_> {
    /// Returns the same with bytes of its own.
    pub(crate) fn into_owned(self) -> RawLog<'static> {
        RawLog {
            bytes: Cow::Owned(self.bytes.into_owned()),
            ..self
        }
    }
}

/// The meaning of bytes on the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RawKind {
    /// A line, with the line ends around it.
    Line(LineKind),
    /// Line ends that came by themselves.
    LineEnds,
    /// Payload, as the host takes it.
    Payload,
    /// Bytes around payload: DLE and ETX of `nl668`.
    Framing,
    /// Bytes that mean nothing to the host: they came while it left data mode, or are those of a socket service.
    Skipped,
}
