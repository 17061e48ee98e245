//! The host finds the dialect of a module.

use std::time::Duration;

use qftp::dialect;
use qftp::host::{Answer, HostError, Operation};

use super::{Line, Turn};
use crate::pair::Pair;
use qftp_test::conversation::play::Terminal;

#[test]
fn identification_gets_a_line_in_step() {
    let turns: [Turn<'_>; 6] = [
        (b"AT\r", b"garbage\r\nERROR\r\n"),
        (b"ATE0Q0V1+CMEE=1;+CMEE?\r", b"\r\nOK\r\n"),
        (b"ATE0Q0V1\r", b"ATE0Q0V1\r\r\nOK\r\n"),
        (b"AT+CMEE=1\r", b"\r\nOK\r\n"),
        (b"AT+CMEE?\r", b"\r\nOK\r\n\r\n+CMEE: 1\r\n\r\nOK\r\n"),
        (
            b"ATI\r",
            b"\r\nQuectel\r\nBG96\r\nRevision: BG96MAR02A07M1G\r\n\r\nOK\r\n",
        ),
    ];
    let mut line = Line::new();
    line.start(Operation::Identify);
    let Ok(Answer::Identity(identity)) = line.play(&turns, 3) else {
        panic!("{:?}", line.heard)
    };
    assert_eq!(
        (identity.manufacturer.as_str(), identity.model.as_str()),
        ("Quectel", "BG96")
    );
    assert_eq!(line.host.dialect().name, "bg96");
}

#[test]
fn identification_of_a_silent_line_tries_the_escape_sequence_and_gives_up() {
    let mut line = Line::new();
    line.start(Operation::Identify);
    line.wait();
    assert_eq!(line.sent, b"AT\rATE0Q0V1\rATE0Q0V1\r+++\x03\rATE0Q0V1\r");
    // The time that it tells is the whole of it.
    let silent = HostError::NoAnswer {
        command: "AT".into(),
        seconds: 7,
    };
    assert_eq!(line.heard.result, Some(Err(silent)));
    assert_eq!(line.now, Duration::from_millis(3 * 500 + 2 * 1100 + 3000));
}

/// Lets an emulated module of every dialect, set up by these lines and with or without echo, be identified.
#[test]
fn a_module_in_any_state_of_its_result_codes_is_found() {
    for dialect in dialect::ALL {
        for state in ["V0", "Q1", "V0Q1", "V1", "X0"] {
            for echo in ["E0", "E1"] {
                let mut pair = Pair::new(dialect);
                pair.harness.write(format!("AT{echo}{state}\r").as_bytes());
                pair.harness.printed.clear();
                let found = pair.run(Operation::Identify);
                assert!(
                    matches!(found, Ok(Answer::Identity(_))),
                    "{} {echo}{state}: {found:?}",
                    dialect.name
                );
                assert_eq!(pair.host.dialect().name, dialect.name);
            }
        }
    }
}

/// The banner comes with the first line, in front of it, or as late as the last one.
#[test]
fn a_banner_means_that_the_module_is_there() {
    for dialect in dialect::ALL {
        for late in [0, 300, 600, 1200, 4000] {
            let mut line = Line::of(dialect);
            line.start(Operation::Identify);
            line.pass(Duration::from_millis(late));
            line.sent.clear();
            for said in dialect.banner {
                line.hear(format!("\r\n{}\r\n", said.text).as_bytes(), 1000);
            }
            assert!(line.sent.ends_with(b"AT\r"), "{} {late}", dialect.name);
            line.sent.clear();
            let identity = &dialect.identities[0];
            let ati = format!(
                "\r\n{}\r\n{}\r\nRevision: {}\r\n\r\nOK\r\n",
                identity.manufacturer, identity.model, identity.revision
            );
            for answer in ["\r\nOK\r\n", "\r\n+CMEE: 1\r\n\r\nOK\r\n", &ati] {
                line.hear(answer.as_bytes(), 1000);
            }
            let found = line.heard.result;
            assert!(
                matches!(found, Some(Ok(Answer::Identity(_)))),
                "{late}: {found:?}"
            );
        }
    }
}

/// A module whose supply breaks down with every start is not looked for without end.
#[test]
fn a_module_that_starts_again_and_again_is_given_up() {
    for dialect in dialect::ALL {
        let mut line = Line::of(dialect);
        line.start(Operation::Identify);
        let banner = format!("\r\n{}\r\n", dialect.banner[0].text);
        for _ in 0..5 {
            assert_eq!(line.heard.result, None);
            line.hear(banner.as_bytes(), 1000);
        }
        assert!(
            matches!(line.heard.result, Some(Err(HostError::Restarted { .. }))),
            "{}",
            dialect.name
        );
    }
}

/// A receiver of positions is no module, and its port never silent.
#[test]
fn identification_of_a_port_that_never_falls_silent_gives_up() {
    let mut line = Line::new();
    line.start(Operation::Identify);
    while line.heard.result.is_none() {
        line.now += Duration::from_millis(100);
        assert!(line.now < Duration::from_secs(60), "it never ends");
        line.hear(b"$GPGGA,092204.999,,,,,0,0,,,M,,M,,*43\r\n", 100);
        line.host.handle_timeout(line.now);
        line.drain();
    }
    assert!(matches!(
        line.heard.result,
        Some(Err(HostError::NoAnswer { .. }))
    ));
}

/// What `ATI` does not tell, `AT+CGMM` and `AT+CGMI` do: each of the five dialects is found by each of them.
#[test]
fn every_dialect_is_found_by_each_of_the_three_questions() {
    let start: [Turn<'_>; 2] = [
        (b"AT\r", b"\r\nOK\r\n"),
        (b"ATE0Q0V1+CMEE=1;+CMEE?\r", b"\r\n+CMEE: 1\r\n\r\nOK\r\n"),
    ];
    let refused: &[u8] = b"\r\nERROR\r\n";
    for dialect in dialect::ALL {
        for identity in dialect.identities {
            let told = |text: &str| format!("\r\n{text}\r\n\r\nOK\r\n").into_bytes();
            let by_ati = told(&format!("{}\r\n{}", identity.manufacturer, identity.model));
            let (model, maker) = (told(identity.model), told(identity.manufacturer));
            let mut ways: Vec<Vec<Turn<'_>>> = vec![
                vec![(b"ATI\r", &by_ati)],
                vec![
                    (b"ATI\r", refused),
                    (b"AT+CGMM\r", &model),
                    (b"AT+CGMI\r", &maker),
                ],
            ];
            if dialect::by_manufacturer(identity.manufacturer).is_some() {
                ways.push(vec![
                    (b"ATI\r", refused),
                    (b"AT+CGMM\r", refused),
                    (b"AT+CGMI\r", &maker),
                ]);
            }
            for way in ways {
                let mut line = Line::new();
                line.start(Operation::Identify);
                let turns: Vec<Turn<'_>> = start.iter().chain(&way).copied().collect();
                let result = line.play(&turns, 1);
                assert!(matches!(result, Ok(Answer::Identity(_))), "{result:?}");
                assert_eq!(line.host.dialect().name, dialect.name, "{identity:?}");
            }
        }
    }
}
