//! The life of one command, free of role.
//!
//! Rules:
//! - one command is in flight on a line at a time; its table entry says in which [`Reply`] shape it is answered;
//! - each line or byte run that belongs to the answer is a [`Happening`]; the table `TRANSITIONS` says which may
//!   come next, and it is the only place that does;
//! - this file does not know whether it serves the host or the module. The host steps an [`Exchange`] with what it
//!   reads and hears of a violation by [`OutOfTurn`]; the module steps one with what it is about to say, so that it
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

use crate::dialect::{Direction, Reply};

/// What may happen in an exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Happening {
    /// An information line of this command.
    Information,
    /// `CONNECT`
    Connect,
    /// The payload's last byte went by.
    PayloadEnd,
    /// `OK`
    Ok,
    /// `ERROR`, `+CME ERROR: <n>`, `NO CARRIER`
    Refused,
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
#[error("{happening:?} out of turn in state {state:?}")]
pub struct OutOfTurn {
    /// Where the exchange was, and stays.
    pub state: State,
    /// What came.
    pub happening: Happening,
}

/// The families of [`Reply`] that share a cycle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cycle {
    Plain,
    Reported,
    Transfer,
    Delayed,
    Inform,
    Bare,
}

/// Which happening leads where, for each cycle. Everything not listed is out of turn.
const TRANSITIONS: &[(Cycle, State, Happening, State)] = {
    use Cycle::{Bare, Delayed, Inform, Plain, Reported, Transfer};
    use Happening::{Connect, Information, Ok, PayloadEnd, Refused, Urc};
    use State::{Commanded, Done, LateResult, Payload, Report, Result};
    &[
        // Information lines, then the result code.
        (Plain, Commanded, Information, Commanded),
        (Plain, Commanded, Ok, Done),
        (Plain, Commanded, Refused, Done),
        // The result code, then the URC; or overtaken by it. Fibocom tells a text before the URC that ends it (003 §3.4).
        (Reported, Commanded, Ok, Report),
        (Reported, Report, Information, Report),
        (Reported, Commanded, Refused, Done),
        (Reported, Commanded, Urc, LateResult),
        (Reported, Report, Urc, Done),
        (Reported, LateResult, Ok, Done),
        (Reported, LateResult, Refused, Done),
        // CONNECT, payload, OK, URC.
        (Transfer, Commanded, Connect, Payload),
        (Transfer, Commanded, Ok, Report),
        (Transfer, Commanded, Refused, Done),
        (Transfer, Commanded, Urc, LateResult),
        (Transfer, Payload, PayloadEnd, Result),
        (Transfer, Payload, Ok, Report),
        (Transfer, Payload, Refused, Done),
        (Transfer, Payload, Urc, LateResult),
        (Transfer, Result, Ok, Report),
        (Transfer, Result, Refused, Done),
        (Transfer, Result, Urc, LateResult),
        (Transfer, Report, Urc, Done),
        (Transfer, LateResult, Ok, Done),
        (Transfer, LateResult, Refused, Done),
        // OK, CONNECT or the URC that stands for it, payload, URC. Broken off by +++ there is an OK before the URC.
        (Delayed, Commanded, Ok, Report),
        (Delayed, Commanded, Refused, Done),
        (Delayed, Report, Connect, Payload),
        (Delayed, Report, Urc, Done),
        (Delayed, Payload, PayloadEnd, Result),
        (Delayed, Payload, Ok, Result),
        (Delayed, Payload, Refused, Done),
        (Delayed, Payload, Urc, Done),
        (Delayed, Result, Urc, Done),
        // CONNECT, payload, information, OK. Broken off by +++ it is only OK (NEIGHBOURS 1.3).
        (Inform, Commanded, Connect, Payload),
        (Inform, Commanded, Refused, Done),
        (Inform, Payload, PayloadEnd, Result),
        (Inform, Payload, Information, Result),
        (Inform, Payload, Ok, Done),
        (Inform, Payload, Refused, Done),
        (Inform, Result, Information, Result),
        (Inform, Result, Ok, Done),
        (Inform, Result, Refused, Done),
        // CONNECT <n>, n bytes, OK.
        (Bare, Commanded, Connect, Payload),
        (Bare, Commanded, Refused, Done),
        (Bare, Payload, PayloadEnd, Result),
        (Bare, Payload, Ok, Done),
        (Bare, Payload, Refused, Done),
        (Bare, Result, Ok, Done),
        (Bare, Result, Refused, Done),
    ]
};

/// One command in flight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exchange {
    reply: Reply,
    state: State,
}

impl Exchange {
    /// A command that is answered in this shape, just sent. [`crate::dialect::Command::shape`] settles
    /// [`Reply::ByPlace`]; left unsettled it counts as a transfer on the line.
    pub fn new(reply: Reply) -> Self {
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
            Reply::Result | Reply::ResultUrc | Reply::Text(_) => None,
            Reply::PayloadResultUrc(direction)
            | Reply::ByPlace(direction, _)
            | Reply::PayloadInformationResult(direction)
            | Reply::PayloadResult(direction)
            | Reply::ResultPayloadUrc(direction) => Some(direction),
        }
    }

    /// Whether this may come next.
    pub fn allows(&self, happening: Happening) -> bool {
        self.next(happening).is_some()
    }

    /// Takes what came; returns the new state.
    pub fn step(&mut self, happening: Happening) -> Result<State, OutOfTurn> {
        self.state = self.next(happening).ok_or(OutOfTurn {
            state: self.state,
            happening,
        })?;
        Ok(self.state)
    }

    fn next(&self, happening: Happening) -> Option<State> {
        let cycle = match self.reply {
            Reply::Result | Reply::Text(_) => Cycle::Plain,
            Reply::ResultUrc => Cycle::Reported,
            Reply::PayloadResultUrc(_) | Reply::ByPlace(..) => Cycle::Transfer,
            Reply::PayloadInformationResult(_) => Cycle::Inform,
            Reply::PayloadResult(_) => Cycle::Bare,
            Reply::ResultPayloadUrc(_) => Cycle::Delayed,
        };
        TRANSITIONS
            .iter()
            .find(|(of, state, what, _)| *of == cycle && *state == self.state && *what == happening)
            .map(|(.., next)| *next)
    }
}

#[cfg(test)]
mod tests {
    use super::Happening::{Connect, Information, Ok, PayloadEnd, Refused, Urc};
    use super::*;
    use alloc::vec::Vec;

    fn run(reply: Reply, happenings: &[Happening]) -> Result<State, OutOfTurn> {
        let mut exchange = Exchange::new(reply);
        let mut state = exchange.state();
        for happening in happenings {
            state = exchange.step(*happening)?;
        }
        Result::Ok(state)
    }

    #[test]
    fn each_shape_as_the_manuals_print_it_ends() {
        let up = Direction::Up;
        let shapes: &[(Reply, &[Happening])] = &[
            (Reply::Result, &[Ok]),
            (Reply::Result, &[Information, Information, Ok]),
            (Reply::Result, &[Refused]),
            (Reply::ResultUrc, &[Ok, Urc]),
            (Reply::ResultUrc, &[Urc, Ok]),
            (Reply::ResultUrc, &[Refused]),
            (Reply::PayloadResultUrc(up), &[Connect, PayloadEnd, Ok, Urc]),
            (Reply::PayloadResultUrc(up), &[Ok, Urc]),
            (Reply::PayloadResultUrc(up), &[Refused]),
            (Reply::PayloadResultUrc(up), &[Connect, Urc, Ok]),
            (Reply::PayloadResultUrc(up), &[Connect, Ok, Urc]),
            (
                Reply::PayloadInformationResult(up),
                &[Connect, PayloadEnd, Information, Ok],
            ),
            (Reply::PayloadInformationResult(up), &[Connect, Ok]),
            (Reply::PayloadInformationResult(up), &[Connect, Refused]),
            (Reply::PayloadResult(up), &[Connect, PayloadEnd, Ok]),
            // 003 §3.4: the text of FTPPWD, then the URC that ends it.
            (Reply::ResultUrc, &[Ok, Information, Urc]),
            (Reply::ResultPayloadUrc(up), &[Ok, Connect, PayloadEnd, Urc]),
            // The module ends the payload by itself, or nothing comes of it.
            (Reply::ResultPayloadUrc(up), &[Ok, Connect, Urc]),
            (Reply::ResultPayloadUrc(up), &[Ok, Urc]),
            (Reply::ResultPayloadUrc(up), &[Refused]),
            (Reply::ResultPayloadUrc(up), &[Ok, Connect, Refused]),
            // Broken off by +++.
            (Reply::ResultPayloadUrc(up), &[Ok, Connect, Ok, Urc]),
            (Reply::Text("DEACT OK"), &[Ok]),
        ];
        for (reply, happenings) in shapes {
            assert_eq!(
                run(*reply, happenings),
                Result::Ok(State::Done),
                "{reply:?} {happenings:?}"
            );
        }
    }

    #[test]
    fn nothing_follows_the_end_and_every_state_is_reached() {
        let replies = [
            Reply::Result,
            Reply::ResultUrc,
            Reply::PayloadResultUrc(Direction::Down),
            Reply::PayloadInformationResult(Direction::Up),
            Reply::PayloadResult(Direction::Down),
            Reply::ResultPayloadUrc(Direction::Down),
        ];
        for reply in replies {
            let done = Exchange {
                reply,
                state: State::Done,
            };
            for happening in [Information, Connect, PayloadEnd, Ok, Refused, Urc] {
                assert!(!done.allows(happening));
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
        let reply = Reply::PayloadResultUrc(Direction::Down);
        let error = OutOfTurn {
            state: State::Commanded,
            happening: PayloadEnd,
        };
        assert_eq!(run(reply, &[PayloadEnd]), Err(error));
        assert!(run(Reply::Result, &[Urc]).is_err());
        assert!(run(Reply::ResultUrc, &[Ok, Ok]).is_err());
        let delayed = Reply::ResultPayloadUrc(Direction::Down);
        for happenings in [
            &[Connect][..],
            &[Urc],
            &[Information],
            &[Ok, Ok],
            &[Ok, PayloadEnd],
            &[Ok, Refused],
            &[Ok, Connect, Connect],
            &[Ok, Connect, PayloadEnd, Ok],
            &[Ok, Urc, Ok],
        ] {
            assert!(run(delayed, happenings).is_err(), "{happenings:?}");
        }
    }
}
