//! Lines and payload as a log or a trace shows them.

use alloc::borrow::Cow;

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
}

impl<'a> LineLog<'a> {
    /// Makes a line, for the test of a log.
    pub fn new(sent: bool, kind: LineKind, text: impl Into<Cow<'a, [u8]>>) -> Self {
        LineLog {
            sent,
            kind,
            text: text.into(),
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
