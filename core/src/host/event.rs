//! The events of a host, and how they wait until they are polled.

use alloc::vec::Vec;
use core::ops::Range;

use super::answer::Answer;
use super::error::HostError;
use super::tls::Warning;
use super::trace::log::{LineKind, LineLog, PayloadLog};
use super::trace::redact::Redactor;
use crate::dialect::Direction;
use crate::framing::reply_line::Inbox;

/// An event of the host, for its driver.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event<'a> {
    /// Downloaded payload, in order.
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
    /// A login does without security that it could have.
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
    Sent(Vec<u8>),
    Received(Range<usize>, LineKind),
    PayloadSent(PayloadLog<'static>),
    PayloadReceived(Range<usize>),
    Warning(Warning),
    Done(Result<Answer, HostError>),
}

impl Notice {
    /// Returns the event; lines and payload are redacted now.
    pub(super) fn into_event<'a>(self, inbox: &'a Inbox, redactor: &Redactor) -> Event<'a> {
        match self {
            Notice::Data(range) => Event::Data(inbox.bytes(range)),
            Notice::WantData => Event::WantData,
            Notice::Urc(range) => Event::Urc(inbox.bytes(range)),
            Notice::Sent(text) => Event::Line(LineLog {
                sent: true,
                kind: LineKind::Command,
                text: text.into(),
            }),
            Notice::Received(range, kind) => Event::Line(LineLog {
                sent: false,
                kind,
                text: redactor.received(inbox.bytes(range), kind),
            }),
            Notice::PayloadSent(log) => Event::Payload(log),
            Notice::PayloadReceived(range) => {
                Event::Payload(redactor.payload(Direction::Down, inbox.bytes(range)))
            }
            Notice::Warning(warning) => Event::Warning(warning),
            Notice::Done(result) => Event::Done(result),
        }
    }
}
