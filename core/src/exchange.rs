//! The life of one command, free of role.
//!
//! Rules:
//! - one command is in flight on a line at a time; its table entry says in which [`ResponseFormat`] shape it is answered;
//! - each line or byte run that belongs to the answer is a [`LineEvent`]; the table `TRANSITIONS` says which may
//!   come next, and it is the only place that does;
//! - this file does not know whether it serves the host or the module. The host steps an [`Exchange`] with what it
//!   reads and hears of a violation by [`UnexpectedEvent`]; the module steps one with what it is about to say, so that it
//!   cannot answer out of turn either.
//!
//! Theory of operation. Every exchange starts in [`State::Commanded`] and ends in [`State::Done`]. A refusal (`ERROR`,
//! `+CME ERROR`, `NO CARRIER`) ends it from anywhere but [`State::Report`]. Two liberties are in the table because
//! manuals and firmware differ: a URC may overtake its `OK` (the printed examples of 000 §3.5 and 002 §3.6), which
//! leads to [`State::LateResult`]; and a data command whose data connection cannot be opened is answered in place of
//! `CONNECT` by a refusal (seen) or by `OK` and the URC (as printed). An upload that a module ends by itself, with the
//! host still sending, leaves [`State::Payload`] by the same lines.
//!
//! URCs of other services, echo and noise are recognised beside the exchange and never step it.

use crate::dialect::{Direction, ResponseFormat};

/// What may happen in an exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineEvent {
    /// An information line of this command.
    Information,
    /// `CONNECT`
    Connect,
    /// The payload's last byte went by.
    PayloadEnd,
    /// `OK`
    Ok,
    /// `ERROR`, `+CME ERROR: <n>`, `NO CARRIER`
    FinalError,
    /// The unsolicited result code of this command, good or bad.
    Urc,
}

/// Where an exchange is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
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

/// Something came that has no place in the exchange's present state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{line_event:?} out of turn in state {state:?}")]
pub struct UnexpectedEvent {
    /// Where the exchange was, and stays.
    pub state: State,
    /// What came.
    pub line_event: LineEvent,
}

/// The families of [`ResponseFormat`] that share a cycle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cycle {
    Plain,
    Reported,
    Transfer,
    Delayed,
    Inform,
    Bare,
}

/// Which line event leads where, for each cycle. Everything not listed is out of turn.
const TRANSITIONS: &[(Cycle, State, LineEvent, State)] = {
    use Cycle::{Bare, Delayed, Inform, Plain, Reported, Transfer};
    use LineEvent::{Connect, FinalError, Information, Ok, PayloadEnd, Urc};
    use State::{Commanded, Done, LateResult, Payload, Report, Result};
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

/// One command in flight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exchange {
    reply: ResponseFormat,
    state: State,
}

impl Exchange {
    /// A command that is answered in this shape, just sent. [`crate::dialect::Command::shape`] settles
    /// [`ResponseFormat::ByPlace`]; left unsettled it counts as a transfer on the line.
    pub fn new(reply: ResponseFormat) -> Self {
        Exchange {
            reply,
            state: State::Commanded,
        }
    }

    /// Where it is.
    pub fn state(&self) -> State {
        self.state
    }

    /// Whether nothing more belongs to it.
    pub fn is_done(&self) -> bool {
        self.state == State::Done
    }

    /// Which way its payload goes, if it has one.
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

    /// Whether this may come next.
    pub fn allows(&self, line_event: LineEvent) -> bool {
        self.next(line_event).is_some()
    }

    /// Takes what came; returns the new state.
    pub fn step(&mut self, line_event: LineEvent) -> Result<State, UnexpectedEvent> {
        self.state = self.next(line_event).ok_or(UnexpectedEvent {
            state: self.state,
            line_event,
        })?;
        Ok(self.state)
    }

    fn next(&self, line_event: LineEvent) -> Option<State> {
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

#[cfg(test)]
mod tests {
    use super::LineEvent::{Connect, FinalError, Information, Ok, PayloadEnd, Urc};
    use super::*;
    use alloc::vec::Vec;

    fn run(reply: ResponseFormat, line_events: &[LineEvent]) -> Result<State, UnexpectedEvent> {
        let mut exchange = Exchange::new(reply);
        let mut state = exchange.state();
        for line_event in line_events {
            state = exchange.step(*line_event)?;
        }
        Result::Ok(state)
    }

    #[test]
    fn each_shape_as_the_manuals_print_it_ends() {
        let up = Direction::Up;
        let shapes: &[(ResponseFormat, &[LineEvent])] = &[
            (ResponseFormat::Result, &[Ok]),
            (ResponseFormat::Result, &[Information, Information, Ok]),
            (ResponseFormat::Result, &[FinalError]),
            (ResponseFormat::ResultUrc, &[Ok, Urc]),
            (ResponseFormat::ResultUrc, &[Urc, Ok]),
            (ResponseFormat::ResultUrc, &[FinalError]),
            (
                ResponseFormat::PayloadResultUrc(up),
                &[Connect, PayloadEnd, Ok, Urc],
            ),
            (ResponseFormat::PayloadResultUrc(up), &[Ok, Urc]),
            (ResponseFormat::PayloadResultUrc(up), &[FinalError]),
            (ResponseFormat::PayloadResultUrc(up), &[Connect, Urc, Ok]),
            (ResponseFormat::PayloadResultUrc(up), &[Connect, Ok, Urc]),
            (
                ResponseFormat::PayloadInformationResult(up),
                &[Connect, PayloadEnd, Information, Ok],
            ),
            (ResponseFormat::PayloadInformationResult(up), &[Connect, Ok]),
            (
                ResponseFormat::PayloadInformationResult(up),
                &[Connect, FinalError],
            ),
            (
                ResponseFormat::PayloadResult(up),
                &[Connect, PayloadEnd, Ok],
            ),
            // 003 §3.4: the text of FTPPWD, then the URC that ends it.
            (ResponseFormat::ResultUrc, &[Ok, Information, Urc]),
            (
                ResponseFormat::ResultPayloadUrc(up),
                &[Ok, Connect, PayloadEnd, Urc],
            ),
            // The module ends the payload by itself, or nothing comes of it.
            (ResponseFormat::ResultPayloadUrc(up), &[Ok, Connect, Urc]),
            (ResponseFormat::ResultPayloadUrc(up), &[Ok, Urc]),
            (ResponseFormat::ResultPayloadUrc(up), &[FinalError]),
            (
                ResponseFormat::ResultPayloadUrc(up),
                &[Ok, Connect, FinalError],
            ),
            // Broken off by +++.
            (
                ResponseFormat::ResultPayloadUrc(up),
                &[Ok, Connect, Ok, Urc],
            ),
            (ResponseFormat::Text("DEACT OK"), &[Ok]),
        ];
        for (reply, line_events) in shapes {
            assert_eq!(
                run(*reply, line_events),
                Result::Ok(State::Done),
                "{reply:?} {line_events:?}"
            );
        }
    }

    #[test]
    fn nothing_follows_the_end_and_every_state_is_reached() {
        let replies = [
            ResponseFormat::Result,
            ResponseFormat::ResultUrc,
            ResponseFormat::PayloadResultUrc(Direction::Down),
            ResponseFormat::PayloadInformationResult(Direction::Up),
            ResponseFormat::PayloadResult(Direction::Down),
            ResponseFormat::ResultPayloadUrc(Direction::Down),
        ];
        for reply in replies {
            let done = Exchange {
                reply,
                state: State::Done,
            };
            for line_event in [Information, Connect, PayloadEnd, Ok, FinalError, Urc] {
                assert!(!done.allows(line_event));
            }
        }
        let reached: Vec<State> = TRANSITIONS.iter().map(|(.., next)| *next).collect();
        for (_, from, ..) in TRANSITIONS {
            assert!(
                *from == State::Commanded || reached.contains(from),
                "{from:?} is never entered"
            );
        }
    }

    #[test]
    fn a_payload_without_connect_is_out_of_turn() {
        let reply = ResponseFormat::PayloadResultUrc(Direction::Down);
        let error = UnexpectedEvent {
            state: State::Commanded,
            line_event: PayloadEnd,
        };
        assert_eq!(run(reply, &[PayloadEnd]), Err(error));
        assert!(run(ResponseFormat::Result, &[Urc]).is_err());
        assert!(run(ResponseFormat::ResultUrc, &[Ok, Ok]).is_err());
        let delayed = ResponseFormat::ResultPayloadUrc(Direction::Down);
        for line_events in [
            &[Connect][..],
            &[Urc],
            &[Information],
            &[Ok, Ok],
            &[Ok, PayloadEnd],
            &[Ok, FinalError],
            &[Ok, Connect, Connect],
            &[Ok, Connect, PayloadEnd, Ok],
            &[Ok, Urc, Ok],
        ] {
            assert!(run(delayed, line_events).is_err(), "{line_events:?}");
        }
    }
}
