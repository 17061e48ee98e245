//! The events of a host, and how they wait until they are polled.

use alloc::vec::Vec;
use core::ops::Range;
use core::time::Duration;

use super::answer::Answer;
use super::error::HostError;
use super::trace::log::{LineKind, LineLog, PayloadLog, RawKind, RawLog};
use super::trace::redact::Redactor;
use super::warning::Warning;
use crate::dialect::Direction;
use crate::framing::reply_line::Inbox;

/// An event of the host, for its driver.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event<'a> {
    /// Downloaded payload, in order: all that the input before brought, as a rule in one event.
    Data(&'a [u8]),
    /// The module takes payload: call [`Host::supply`](super::Host::supply) until all of it is in.
    WantData,
    /// A line that belongs to no command: a URC of another service, a banner.
    Urc(&'a [u8]),
    /// A line that went out or came in, for logs. Passwords are redacted. Only after
    /// [`Host::log_lines`](super::Host::log_lines).
    Line(LineLog<'a>),
    /// Payload that went out or came in, for a trace: also that of a raw command or an aborted download. Only after
    /// [`Host::log_payload`](super::Host::log_payload).
    Payload(PayloadLog<'a>),
    /// Bytes of the line, for a record. Only after [`Host::log_raw`](super::Host::log_raw).
    Raw(RawLog<'a>),
    /// Something that the user should know, though nothing has failed.
    Warning(Warning),
    /// The operation ended; the next one may be started.
    Done(Result<Answer, HostError>),
}

/// An event that waits to be polled; lines and payload as places in the inbox.
#[derive(Debug)]
pub(super) enum Notice {
    Data(Range<usize>),
    WantData,
    Urc(Range<usize>),
    Sent(Duration, Vec<u8>),
    Received(Range<usize>, LineKind),
    PayloadSent(PayloadLog<'static>),
    /// And when the last of it came.
    PayloadReceived(Range<usize>, Duration),
    RawSent(RawLog<'static>),
    RawReceived(Consumed),
    Warning(Warning),
    Done(Result<Answer, HostError>),
}

/// Bytes of the inbox that were consumed together.
#[derive(Clone, Debug)]
pub(super) struct Consumed {
    pub(super) kind: RawKind,
    /// All of them.
    pub(super) all: Range<usize>,
    /// The line among them, without its ends; of a prompt that is no line, nothing.
    pub(super) text: Range<usize>,
}

impl Consumed {
    /// Returns them as a record keeps them.
    fn raw<'a>(&self, inbox: &'a Inbox, redactor: &Redactor) -> RawLog<'a> {
        let all = inbox.bytes(self.all.clone());
        let bytes = match self.kind {
            RawKind::Line(kind) => {
                let text = self.text.start.max(self.all.start)..self.text.end.max(self.all.start);
                let text = text.start - self.all.start..text.end - self.all.start;
                // What stands before a line besides line ends was dropped, as it was too long.
                let ends = |byte: &u8| matches!(byte, b'\r' | b'\n');
                let (before, line) = all.split_at(text.start);
                if before.iter().all(ends) {
                    redactor.raw_line(all, text, kind)
                } else {
                    let line = redactor.raw_line(line, 0..text.len(), kind);
                    let before = before.iter().copied().filter(ends);
                    before.chain(line.iter().copied()).collect()
                }
            }
            RawKind::Payload => redactor.raw_payload(all),
            RawKind::LineEnds | RawKind::Framing => all.into(),
            RawKind::Skipped => b"".into(),
        };
        RawLog {
            sent: false,
            kind: self.kind,
            bytes,
            length: all.len(),
            time: inbox.arrival(&self.all),
        }
    }
}

impl Notice {
    /// Returns the event; lines and payload are redacted now.
    pub(super) fn into_event<'a>(self, inbox: &'a Inbox, redactor: &Redactor) -> Event<'a> {
        match self {
            Notice::Data(range) => Event::Data(inbox.bytes(range)),
            Notice::WantData => Event::WantData,
            Notice::Urc(range) => Event::Urc(inbox.bytes(range)),
            Notice::Sent(time, text) => Event::Line(LineLog {
                sent: true,
                kind: LineKind::Command,
                text: text.into(),
                time,
            }),
            Notice::Received(range, kind) => Event::Line(LineLog {
                sent: false,
                kind,
                time: inbox.arrival(&range),
                text: redactor.received(inbox.bytes(range), kind),
            }),
            Notice::PayloadSent(log) => Event::Payload(log),
            Notice::PayloadReceived(range, time) => {
                Event::Payload(redactor.payload(time, Direction::Down, inbox.bytes(range)))
            }
            Notice::RawSent(log) => Event::Raw(log),
            Notice::RawReceived(consumed) => Event::Raw(consumed.raw(inbox, redactor)),
            Notice::Warning(warning) => Event::Warning(warning),
            Notice::Done(result) => Event::Done(result),
        }
    }
}
