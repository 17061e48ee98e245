//! The conversation as a log or a trace shows it: lines by their kind, payload by its length and first bytes.

use alloc::borrow::Cow;
use core::ops::Range;

use super::{Activity, Host, Notice};
use crate::exchange::LineEvent;

/// So many bytes of a run of payload are shown.
pub const PAYLOAD_SHOWN: usize = 64;

/// One line of the conversation, for a log or a trace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineLog<'a> {
    /// `true`: the host sent it.
    pub sent: bool,
    /// What it is to the command that runs.
    pub kind: LineKind,
    /// Without its line end, passwords redacted.
    pub text: Cow<'a, [u8]>,
}

/// What a line is to the command that runs.
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

impl From<LineEvent> for LineKind {
    fn from(line_event: LineEvent) -> Self {
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
pub struct PayloadLog<'a> {
    /// `true`: the host sent it.
    pub sent: bool,
    /// Bytes that went over the line; what is sent to `nl668` counts with its stuffing.
    pub length: usize,
    /// The first of them, [`PAYLOAD_SHOWN`] at most, passwords redacted; none of certificates and keys that a login gives
    /// to the module.
    pub first: Cow<'a, [u8]>,
}

impl PayloadLog<'_> {
    /// The same with bytes of its own.
    pub(super) fn into_owned(self) -> PayloadLog<'static> {
        PayloadLog {
            first: Cow::Owned(self.first.into_owned()),
            ..self
        }
    }
}

impl Host {
    /// Puts what went out of the outbox into the trace, if it is payload.
    pub(super) fn note_sent_payload(&mut self, range: Range<usize>) {
        let Activity::Exchange(run) = &self.activity else {
            return;
        };
        if run.is_sending() && !range.is_empty() {
            let log = self.mask.payload(true, &self.outbox[range]);
            self.notices
                .push_back(Notice::PayloadSent(log.into_owned()));
        }
    }
}
