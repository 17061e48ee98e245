//! The life of one command, free of role.
//!
//! Rules:
//! - one command is in flight on a line at a time; its table entry says in which [`ResponseFormat`] it is answered;
//! - each line or byte run that belongs to the answer is a [`LineEvent`]; the table `TRANSITIONS` says which may
//!   come next, and [`Exchange::classify`] which event a line is; no other place does;
//! - this file does not know whether it serves the host or the module. The host classifies what it reads, steps an
//!   [`Exchange`] with it and gets a violation as [`UnexpectedEvent`]. The module steps one with what it is about to
//!   send, so that it cannot answer out of turn either.
//!
//! Theory of operation. Every exchange starts in [`ExchangeState::Commanded`] and ends in [`ExchangeState::Done`]. A final
//! error (`ERROR`, `+CME ERROR`, `NO CARRIER`) ends it from anywhere but [`ExchangeState::Report`]. Manuals and firmware
//! differ, so the table allows more than the manuals print:
//! - A URC may overtake its `OK` (the printed examples of 000 §3.5 and 002 §3.6); that leads to
//!   [`ExchangeState::LateResult`].
//! - A data command whose data connection cannot be opened is answered in place of `CONNECT` by a final error (seen), or
//!   by `OK` and the URC (as printed).
//! - An upload that a module ends by itself, with the host still sending, leaves [`ExchangeState::Payload`] by the same
//!   lines.
//!
//! The table is about events; four rules about lines stand beside it, since a line alone does not tell its event:
//! - the URC of an abandoned command may come late, before the next command of the same name is accepted: it is not that
//!   command's ([`LineOwner::Stale`]);
//! - where the dialect has an interim report, a URC with that number announces payload or text (003);
//! - `NO CARRIER` belongs to a data command; else it is the end of a voice call (FIELD 6);
//! - lines without a name, and result codes without information, belong to an answer as far as its [`AnswerScope`]
//!   says.
//!
//! URCs of other services, echo and noise are recognised beside the exchange and never step it.

use crate::at::{Fields, FinalErrorLine, Line, Token};
use crate::dialect::{CountLine, Dialect, Direction, ResponseFormat};

/// An event of an exchange: a line, or the end of payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineEvent {
    /// An information line of this command.
    Information,
    /// The result `CONNECT`.
    Connect,
    /// The payload's last byte went by.
    PayloadEnd,
    /// The result `OK`.
    Ok,
    /// `ERROR`, `+CME ERROR: <n>`, `NO CARRIER`
    FinalError,
    /// The unsolicited result code of this command, good or bad.
    Urc,
}

/// The state of an exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExchangeState {
    /// The command line is out; nothing of the answer has come.
    Commanded,
    /// Data mode.
    Payload,
    /// The payload is over; information or the result code is due.
    Result,
    /// The result code was `OK`; the URC is due.
    Report,
    /// The URC overtook the result code, which is still due.
    LateResult,
    /// Nothing more belongs to this exchange.
    Done,
}

/// An event that has no place in the exchange's present state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{line_event:?} out of turn in state {state:?}")]
pub struct UnexpectedEvent {
    /// The state of the exchange, which stays.
    pub state: ExchangeState,
    /// The event.
    pub line_event: LineEvent,
}

/// The response formats that share a cycle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cycle {
    Plain,
    Reported,
    Transfer,
    Delayed,
    Inform,
    Bare,
}

/// The events of each cycle: from a state, by an event, to the next state. Everything not listed is out of turn.
const TRANSITIONS: &[(Cycle, ExchangeState, LineEvent, ExchangeState)] = {
    use Cycle::{Bare, Delayed, Inform, Plain, Reported, Transfer};
    use ExchangeState::{Commanded, Done, LateResult, Payload, Report, Result};
    use LineEvent::{Connect, FinalError, Information, Ok, PayloadEnd, Urc};
    &[
        // Information lines, then the result code.
        (Plain, Commanded, Information, Commanded),
        (Plain, Commanded, Ok, Done),
        (Plain, Commanded, FinalError, Done),
        // The result code, then the URC; or overtaken by it. Fibocom tells a text before the URC that ends it (003 §3.4).
        (Reported, Commanded, Ok, Report),
        (Reported, Report, Information, Report),
        (Reported, Commanded, FinalError, Done),
        (Reported, Commanded, Urc, LateResult),
        (Reported, Report, Urc, Done),
        (Reported, LateResult, Ok, Done),
        (Reported, LateResult, FinalError, Done),
        // CONNECT, payload, OK, URC.
        (Transfer, Commanded, Connect, Payload),
        (Transfer, Commanded, Ok, Report),
        (Transfer, Commanded, FinalError, Done),
        (Transfer, Commanded, Urc, LateResult),
        (Transfer, Payload, PayloadEnd, Result),
        (Transfer, Payload, Ok, Report),
        (Transfer, Payload, FinalError, Done),
        (Transfer, Payload, Urc, LateResult),
        (Transfer, Result, Ok, Report),
        (Transfer, Result, FinalError, Done),
        (Transfer, Result, Urc, LateResult),
        (Transfer, Report, Urc, Done),
        (Transfer, LateResult, Ok, Done),
        (Transfer, LateResult, FinalError, Done),
        // OK, CONNECT or the URC that stands for it, payload, URC. Broken off by +++ there is an OK before the URC.
        (Delayed, Commanded, Ok, Report),
        (Delayed, Commanded, FinalError, Done),
        (Delayed, Report, Connect, Payload),
        (Delayed, Report, Urc, Done),
        (Delayed, Payload, PayloadEnd, Result),
        (Delayed, Payload, Ok, Result),
        (Delayed, Payload, FinalError, Done),
        (Delayed, Payload, Urc, Done),
        (Delayed, Result, Urc, Done),
        (Delayed, Result, FinalError, Done),
        // CONNECT, payload, information, OK. Broken off by +++ it is only OK (COMMON 1.3).
        (Inform, Commanded, Connect, Payload),
        (Inform, Commanded, FinalError, Done),
        (Inform, Payload, PayloadEnd, Result),
        (Inform, Payload, Information, Result),
        (Inform, Payload, Ok, Done),
        (Inform, Payload, FinalError, Done),
        (Inform, Result, Information, Result),
        (Inform, Result, Ok, Done),
        (Inform, Result, FinalError, Done),
        // CONNECT <n>, n bytes, OK.
        (Bare, Commanded, Connect, Payload),
        (Bare, Commanded, FinalError, Done),
        (Bare, Payload, PayloadEnd, Result),
        (Bare, Payload, Ok, Done),
        (Bare, Payload, FinalError, Done),
        (Bare, Result, Ok, Done),
        (Bare, Result, FinalError, Done),
    ]
};

/// The extent of an answer: which lines belong to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AnswerScope {
    /// Lines that carry the command's name, and the result code.
    Named,
    /// The same, with a result code that counts only behind information: one without is of an earlier command.
    AfterInformation,
    /// Lines of free text too (`ATI`).
    FreeText,
    /// Lines of free text, and `NO CARRIER` without data mode: the command is unknown.
    Everything,
}

/// The command that an information line names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LineOwner {
    /// The exchange's command.
    Command,
    /// A command of the exchange's line, which reports by a URC.
    Reporting,
    /// The exchange's command, or an abandoned one of the same name.
    Stale,
    /// Another command, or none.
    Other,
}

/// One command in flight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exchange {
    reply: ResponseFormat,
    state: ExchangeState,
    scope: AnswerScope,
    count_line: CountLine,
    interim_report: Option<u64>,
    /// Information of the answer has come.
    informed: bool,
    /// The result code ends it: no URC follows.
    unreported: bool,
    /// The URCs that are still due, for a line of several commands.
    joined: Option<u8>,
}

impl Exchange {
    /// Starts the exchange of a command that was just sent, answered in this format.
    ///
    /// [`crate::dialect::Command::shape`] settles [`ResponseFormat::ByPlace`]; left unsettled it counts as a transfer on
    /// the line.
    pub fn new(reply: ResponseFormat) -> Self {
        Exchange {
            reply,
            state: ExchangeState::Commanded,
            scope: AnswerScope::Named,
            count_line: CountLine::Information,
            interim_report: None,
            informed: false,
            unreported: false,
            joined: None,
        }
    }

    /// Starts the exchange of a command whose answer's lines will be classified.
    pub fn of_dialect(dialect: &Dialect, reply: ResponseFormat, scope: AnswerScope) -> Self {
        Exchange {
            scope,
            count_line: dialect.count_line,
            interim_report: dialect.interim_report,
            ..Exchange::new(reply)
        }
    }

    /// Ends it at the `OK` behind its payload: the module reports an upload behind its last piece alone (003 §1.2.20).
    #[must_use]
    pub fn without_report(self) -> Self {
        Exchange {
            unreported: true,
            ..self
        }
    }

    /// Makes it that of a line of several commands, so many of which report by a URC: information and URCs in any order
    /// before the one result code, the other URCs behind it.
    #[must_use]
    pub fn joined(self, reports: u8) -> Self {
        Exchange {
            joined: Some(reports),
            ..self
        }
    }

    /// Returns its state.
    pub fn state(&self) -> ExchangeState {
        self.state
    }

    /// Returns `true` if nothing more belongs to it.
    pub fn is_done(&self) -> bool {
        self.state == ExchangeState::Done
    }

    /// Returns the direction of its payload, if it has one.
    pub fn direction(&self) -> Option<Direction> {
        match self.reply {
            ResponseFormat::Result | ResponseFormat::ResultUrc | ResponseFormat::Text(_) => None,
            ResponseFormat::PayloadResultUrc(direction)
            | ResponseFormat::ByPlace(direction, _)
            | ResponseFormat::PayloadInformationResult(direction)
            | ResponseFormat::PayloadResult(direction)
            | ResponseFormat::ResultPayloadUrc(direction) => Some(direction),
        }
    }

    /// Returns `true` if the answer may be complete: only a result code is due, and its URC has come.
    pub fn is_answered(&self) -> bool {
        matches!(self.state, ExchangeState::LateResult | ExchangeState::Done)
    }

    /// Returns `true` if this event may come next.
    pub fn allows(&self, line_event: LineEvent) -> bool {
        let early = self.scope == AnswerScope::AfterInformation && !self.informed;
        let result = matches!(line_event, LineEvent::Ok | LineEvent::FinalError);
        !(early && result) && self.next(line_event).is_some()
    }

    /// Returns the event that a line is to this command, allowed or not; `None` if the line belongs to something else.
    ///
    /// `owner` says whose name an information line carries.
    pub fn classify(&mut self, line: &Line<'_>, owner: LineOwner) -> Option<LineEvent> {
        let line_event = match line {
            Line::Ok => Some(LineEvent::Ok),
            Line::Connect(_) => Some(LineEvent::Connect),
            Line::Failed(FinalErrorLine::NoCarrier)
                if self.direction().is_none() && self.scope != AnswerScope::Everything =>
            {
                None
            }
            Line::Failed(_) => Some(LineEvent::FinalError),
            Line::Information { fields, .. } => self.classify_information(fields, owner),
            Line::Text(text) => self.classify_text(text),
        };
        let informs = matches!(line, Line::Information { .. } | Line::Text(_))
            && matches!(
                line_event,
                Some(LineEvent::Information | LineEvent::Connect)
            );
        self.informed |= informs;
        line_event
    }

    fn classify_information(&self, fields: &[u8], owner: LineOwner) -> Option<LineEvent> {
        match self.reply {
            _ if owner == LineOwner::Other => None,
            _ if self.joined.is_some() => match owner {
                LineOwner::Reporting => Some(LineEvent::Urc),
                LineOwner::Command => Some(LineEvent::Information),
                LineOwner::Stale | LineOwner::Other => None,
            },
            // In place of CONNECT a line says how much comes (003 §1.2.19).
            ResponseFormat::PayloadResult(_) if self.count_line == CountLine::Connect => {
                Some(LineEvent::Connect)
            }
            ResponseFormat::Result
            | ResponseFormat::Text(_)
            | ResponseFormat::PayloadInformationResult(_)
            | ResponseFormat::PayloadResult(_) => Some(LineEvent::Information),
            _ if owner == LineOwner::Stale && self.state == ExchangeState::Commanded => None,
            ResponseFormat::ResultPayloadUrc(_) | ResponseFormat::PayloadResultUrc(_)
                if self.is_interim(fields) =>
            {
                Some(LineEvent::Connect)
            }
            _ if self.is_interim(fields) => Some(LineEvent::Information),
            _ => Some(LineEvent::Urc),
        }
    }

    fn is_interim(&self, fields: &[u8]) -> bool {
        let first = Fields::new(fields).next().and_then(Result::ok);
        let first = first.and_then(Token::integer);
        self.interim_report.is_some() && first == self.interim_report
    }

    fn classify_text(&self, text: &[u8]) -> Option<LineEvent> {
        let takes_text = matches!(self.scope, AnswerScope::FreeText | AnswerScope::Everything);
        match self.reply {
            ResponseFormat::Text(expected) if text == expected.as_bytes() => Some(LineEvent::Ok),
            ResponseFormat::Result if takes_text => Some(LineEvent::Information),
            // A server's status has lines of its own behind the first (003 §1.2.12).
            ResponseFormat::ResultUrc
                if takes_text && self.interim_report.is_some() && self.informed =>
            {
                Some(LineEvent::Information)
            }
            _ => None,
        }
    }

    /// Takes an event and returns the new state.
    ///
    /// # Errors
    ///
    /// [`UnexpectedEvent`] if it may not come next; the state stays.
    pub fn step(&mut self, line_event: LineEvent) -> Result<ExchangeState, UnexpectedEvent> {
        self.state = self.next(line_event).ok_or(UnexpectedEvent {
            state: self.state,
            line_event,
        })?;
        if let (Some(due), LineEvent::Urc) = (&mut self.joined, line_event) {
            *due = due.saturating_sub(1);
        }
        Ok(self.state)
    }

    fn next(&self, line_event: LineEvent) -> Option<ExchangeState> {
        if self.unreported && (self.state, line_event) == (ExchangeState::Result, LineEvent::Ok) {
            return Some(ExchangeState::Done);
        }
        if let Some(due) = self.joined {
            return next_joined(self.state, line_event, due);
        }
        let cycle = match self.reply {
            ResponseFormat::Result | ResponseFormat::Text(_) => Cycle::Plain,
            ResponseFormat::ResultUrc => Cycle::Reported,
            ResponseFormat::PayloadResultUrc(_) | ResponseFormat::ByPlace(..) => Cycle::Transfer,
            ResponseFormat::PayloadInformationResult(_) => Cycle::Inform,
            ResponseFormat::PayloadResult(_) => Cycle::Bare,
            ResponseFormat::ResultPayloadUrc(_) => Cycle::Delayed,
        };
        TRANSITIONS
            .iter()
            .find(|(of, state, what, _)| {
                *of == cycle && *state == self.state && *what == line_event
            })
            .map(|(.., next)| *next)
    }
}

/// Returns the next state of a line of several commands, with so many URCs due.
fn next_joined(state: ExchangeState, line_event: LineEvent, due: u8) -> Option<ExchangeState> {
    use ExchangeState::{Commanded, Done, Report};
    match (state, line_event, due) {
        (Commanded, LineEvent::Information, _) | (Commanded, LineEvent::Urc, 1..) => {
            Some(Commanded)
        }
        (Commanded, LineEvent::Ok, 0)
        | (Commanded, LineEvent::FinalError, _)
        | (Report, LineEvent::Urc, 1) => Some(Done),
        (Commanded, LineEvent::Ok, _) | (Report, LineEvent::Urc, 2..) => Some(Report),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
