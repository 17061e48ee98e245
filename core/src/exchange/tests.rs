//! Each response format as the manuals print it, and the rules beside the table.

use super::LineEvent::{Connect, FinalError, Information, Ok, PayloadEnd, Urc};
use super::*;
use crate::dialect::ec2x::EC2X;
use crate::dialect::nl668::NL668;
use alloc::vec::Vec;

fn run(reply: ResponseFormat, line_events: &[LineEvent]) -> Result<ExchangeState, UnexpectedEvent> {
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
            Result::Ok(ExchangeState::Done),
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
            state: ExchangeState::Done,
            ..Exchange::new(reply)
        };
        for line_event in [Information, Connect, PayloadEnd, Ok, FinalError, Urc] {
            assert!(!done.allows(line_event));
        }
    }
    let reached: Vec<ExchangeState> = TRANSITIONS.iter().map(|(.., next)| *next).collect();
    for (_, from, ..) in TRANSITIONS {
        assert!(
            *from == ExchangeState::Commanded || reached.contains(from),
            "{from:?} is never entered"
        );
    }
}

#[test]
fn a_payload_without_connect_is_out_of_turn() {
    let reply = ResponseFormat::PayloadResultUrc(Direction::Down);
    let error = UnexpectedEvent {
        state: ExchangeState::Commanded,
        line_event: PayloadEnd,
    };
    assert_eq!(run(reply, &[PayloadEnd]), Err(error));
    let refused = |state, line_event| Err(UnexpectedEvent { state, line_event });
    assert_eq!(
        run(ResponseFormat::Result, &[Urc]),
        refused(ExchangeState::Commanded, Urc)
    );
    assert_eq!(
        run(ResponseFormat::ResultUrc, &[Ok, Ok]),
        refused(ExchangeState::Report, Ok)
    );
    let delayed = ResponseFormat::ResultPayloadUrc(Direction::Down);
    for (line_events, state) in [
        (&[Connect][..], ExchangeState::Commanded),
        (&[Urc], ExchangeState::Commanded),
        (&[Information], ExchangeState::Commanded),
        (&[Ok, Ok], ExchangeState::Report),
        (&[Ok, PayloadEnd], ExchangeState::Report),
        (&[Ok, FinalError], ExchangeState::Report),
        (&[Ok, Connect, Connect], ExchangeState::Payload),
        (&[Ok, Connect, PayloadEnd, Ok], ExchangeState::Result),
        (&[Ok, Urc, Ok], ExchangeState::Done),
    ] {
        let last = line_events[line_events.len() - 1];
        assert_eq!(
            run(delayed, line_events),
            refused(state, last),
            "{line_events:?}"
        );
    }
}

const OWN: Line<'_> = Line::Information {
    name: b"+X",
    fields: b"2,text",
};

fn of_dialect(dialect: &Dialect, reply: ResponseFormat, scope: AnswerScope) -> Exchange {
    Exchange::of_dialect(dialect, reply, scope)
}

#[test]
fn a_late_urc_answers_no_command_that_was_not_accepted_yet() {
    let mut exchange = of_dialect(&EC2X, ResponseFormat::ResultUrc, AnswerScope::Named);
    assert_eq!(exchange.classify(&OWN, LineOwner::Other), None);
    assert_eq!(exchange.classify(&OWN, LineOwner::Stale), None);
    assert_eq!(exchange.classify(&OWN, LineOwner::Command), Some(Urc));
    assert!(exchange.step(Ok).is_ok());
    assert_eq!(exchange.classify(&OWN, LineOwner::Stale), Some(Urc));
}

#[test]
fn an_interim_report_announces_payload_or_text() {
    let formats = [
        (ResponseFormat::ResultPayloadUrc(Direction::Down), Connect),
        (ResponseFormat::ResultUrc, Information),
    ];
    for (format, expected) in formats {
        let classify = |dialect| {
            of_dialect(dialect, format, AnswerScope::Named).classify(&OWN, LineOwner::Command)
        };
        assert_eq!(classify(&NL668), Some(expected));
        assert_eq!(classify(&EC2X), Some(Urc));
    }
    let counted = ResponseFormat::PayloadResult(Direction::Down);
    let classify = |dialect| {
        of_dialect(dialect, counted, AnswerScope::Named).classify(&OWN, LineOwner::Command)
    };
    assert_eq!(classify(&NL668), Some(Connect));
    assert_eq!(classify(&EC2X), Some(Information));
}

#[test]
fn no_carrier_belongs_to_data_commands_and_to_unknown_ones() {
    let line = Line::Failed(FinalErrorLine::NoCarrier);
    let cases = [
        (ResponseFormat::Result, AnswerScope::Named, None),
        (ResponseFormat::Result, AnswerScope::FreeText, None),
        (
            ResponseFormat::Result,
            AnswerScope::Everything,
            Some(FinalError),
        ),
        (
            ResponseFormat::PayloadResult(Direction::Down),
            AnswerScope::Named,
            Some(FinalError),
        ),
    ];
    for (format, scope, expected) in cases {
        let mut exchange = of_dialect(&EC2X, format, scope);
        assert_eq!(exchange.classify(&line, LineOwner::Other), expected);
    }
}

#[test]
fn a_result_code_of_a_probe_counts_behind_its_information() {
    let scope = AnswerScope::AfterInformation;
    let mut exchange = of_dialect(&EC2X, ResponseFormat::Result, scope);
    assert!(!exchange.allows(Ok) && !exchange.allows(FinalError));
    assert_eq!(
        exchange.classify(&OWN, LineOwner::Command),
        Some(Information)
    );
    assert!(exchange.allows(Ok) && exchange.allows(FinalError));
}

#[test]
fn lines_without_a_name_belong_to_an_answer_by_its_scope() {
    let line = Line::Text(b"EC25");
    let classify = |dialect, format, scope| {
        of_dialect(dialect, format, scope).classify(&line, LineOwner::Other)
    };
    let result = ResponseFormat::Result;
    assert_eq!(classify(&EC2X, result, AnswerScope::Named), None);
    for scope in [AnswerScope::FreeText, AnswerScope::Everything] {
        assert_eq!(classify(&EC2X, result, scope), Some(Information));
    }
    let text = ResponseFormat::Text("EC25");
    assert_eq!(classify(&EC2X, text, AnswerScope::Named), Some(Ok));
    // Lines that go on behind the first one (003 §1.2.12).
    let mut status = of_dialect(&NL668, ResponseFormat::ResultUrc, AnswerScope::Everything);
    assert_eq!(status.classify(&line, LineOwner::Other), None);
    assert_eq!(status.classify(&OWN, LineOwner::Command), Some(Information));
    assert_eq!(status.classify(&line, LineOwner::Other), Some(Information));
}
