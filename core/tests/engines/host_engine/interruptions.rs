//! Uploads in which the module speaks, in every dialect: payload never becomes commands.

use std::time::Duration;

use qftp::dialect::{self, Dialect, Family};
use qftp::host::{Answer, HostError, Operation};

use super::Line;

const LENGTH: usize = 2000;
/// Bytes that went out before the module speaks.
const SENT: usize = 100;
const MS: Duration = Duration::from_millis(1);

/// Starts an upload whose payload the port has taken in part.
fn uploading(dialect: &'static Dialect) -> Line {
    let mut line = Line::of(dialect);
    line.start(Operation::Put {
        remote: b"f",
        offset: 0,
        length: LENGTH as u64,
        last: true,
    });
    let starts: &[&[u8]] = match dialect.family {
        Family::Lte => &[b"\r\nCONNECT\r\n"],
        Family::Gsm => &[
            b"\r\nOK\r\n\r\n+QFTPCFG:0\r\n",
            b"\r\nOK\r\n\r\nCONNECT\r\n",
        ],
        Family::Fibocom => &[b"\r\nOK\r\n\r\n+FTPSTOR: 2\r\n"],
    };
    for said in starts {
        line.hear(said, 1000);
    }
    assert_eq!(line.host.supply(&[b'x'; 1000]), 1000, "{}", dialect.name);
    line.host.transmitted(line.now, SENT);
    assert!(line.host.poll_transmit().is_some(), "{}", dialect.name);
    line
}

/// Hears bytes, with a port that takes nothing.
fn hear(line: &mut Line, bytes: &[u8]) {
    line.host.handle_input(line.now, bytes);
    assert_eq!(line.host.poll_transmit(), None, "{}", bytes.escape_ascii());
    take_events(line);
}

fn take_events(line: &mut Line) {
    use qftp::host::Event;
    while let Some(event) = line.host.poll_event() {
        match event {
            Event::Urc(urc) => line.heard.urcs.push(urc.to_vec()),
            Event::Done(result) => line.heard.result = Some(result),
            _ => {}
        }
    }
}

/// Lets so much time pass, with a port that takes nothing.
fn be_silent(line: &mut Line, time: Duration) {
    let end = line.now + time;
    while let Some(at) = line.host.poll_timeout().filter(|at| *at <= end) {
        line.now = line.now.max(at);
        line.host.handle_timeout(line.now);
        take_events(line);
    }
    line.now = end;
}

/// The words by which a module of the dialect ends an upload, each with the kind of the error.
fn ends(dialect: &Dialect) -> Vec<&'static [u8]> {
    let mut ends: Vec<&[u8]> = vec![
        b"\r\nERROR\r\n",
        b"\r\nNO CARRIER\r\n",
        b"\r\n+CME ERROR: 605\r\n",
    ];
    ends.push(match dialect.family {
        Family::Lte => b"\r\nOK\r\n\r\n+QFTPPUT: 605,426\r\n",
        Family::Gsm => b"\r\n+QFTPPUT:-426\r\n\r\nOK\r\n",
        Family::Fibocom => b"\r\n+FTPSTOR: 0\r\n",
    });
    ends
}

#[test]
fn the_first_byte_stops_the_payload() {
    for dialect in dialect::ALL {
        for said in [&b"\r"[..], b"\n", b"E", b"+", b"\xff", b"\r\nERROR"] {
            let mut line = uploading(dialect);
            hear(&mut line, said);
            assert_eq!(line.host.poll_transmit(), None, "{}", dialect.name);
            assert_eq!(line.heard.result, None, "{}", dialect.name);
        }
    }
}

#[test]
fn an_end_behind_connect_at_once_lets_no_payload_out() {
    for dialect in dialect::ALL {
        if dialect.family != Family::Lte {
            continue; // others need two answers before
        }
        let mut line = Line::of(dialect);
        line.upload = vec![b'x'; LENGTH];
        line.start(Operation::Put {
            remote: b"f",
            offset: 0,
            length: LENGTH as u64,
            last: true,
        });
        line.sent.clear();
        line.hear(b"\r\nCONNECT\r\n\r\nERR", 1000);
        line.hear(b"OR\r\n", 1000);
        assert_eq!(line.sent, b"", "{}", dialect.name);
        assert!(matches!(
            line.heard.result,
            Some(Err(HostError::FinalError { .. }))
        ));
    }
}

#[test]
fn what_ends_the_upload_discards_the_rest_and_the_line_is_silent_before_the_next_command() {
    for dialect in dialect::ALL {
        for (end, chunk) in ends(dialect)
            .into_iter()
            .flat_map(|end| [(end, 1), (end, 1000)])
        {
            let context = format!("{} {}", dialect.name, end.escape_ascii());
            let mut line = uploading(dialect);
            assert!(!line.host.poll_discard(), "{context}");
            for piece in end.chunks(chunk) {
                hear(&mut line, piece);
            }
            let discards = line.host.poll_discard();
            assert!(discards && !line.host.poll_discard(), "{context}");
            assert_eq!(line.host.supply(b"more"), 0, "{context}");
            line.wait();
            let failure = line
                .heard
                .result
                .clone()
                .expect("a result")
                .expect_err(&context);
            let told = matches!(
                failure,
                HostError::FinalError { .. }
                    | HostError::Module { .. }
                    | HostError::Incomplete { .. }
            );
            assert!(told, "{context}: {failure:?}");
            next_command_works(&mut line, &context);
        }
    }
}

/// The next command is typed behind a silence, which begins when the port is empty; results of payload answer nothing.
fn next_command_works(line: &mut Line, context: &str) {
    line.sent.clear();
    line.start(Operation::Raw(b"AT+CSQ"));
    line.pass(MS * 900);
    assert_eq!(line.sent, b"", "{context}");
    assert!(line.host.keeps_silence(), "{context}");
    line.host.note_unsent(line.now);
    line.pass(MS * 1000);
    assert_eq!(line.sent, b"", "{context}");
    line.hear(b"\r\nERROR\r\n\r\nOK\r\nAT+X\r\r\n", 1000);
    line.pass(MS * 1000);
    assert_eq!(line.sent, b"", "{context}");
    line.pass(MS * 200);
    assert_eq!(line.sent, b"!,,,,,,,,!\rAT+CMEE?\r", "{context}");
    assert!(!line.host.keeps_silence(), "{context}");
    line.hear(b"\r\nERROR\r\n\r\nOK\r\n\r\n+CMEE: 1\r\n\r\nOK\r\n", 1000);
    if context.ends_with("restarted") {
        line.set_up_again();
    }
    assert!(line.sent.ends_with(b"AT+CSQ\r"), "{context}");
    line.hear(b"\r\n+CSQ: 20,99\r\n\r\nOK\r\n", 1000);
    let lines = Answer::Lines(vec![b"+CSQ: 20,99".to_vec()]);
    assert_eq!(line.heard.result, Some(Ok(lines)), "{context}");
    assert!(line.heard.urcs.is_empty(), "{context}");
}

#[test]
fn a_port_that_never_sends_all_holds_the_silence_up_for_half_a_minute() {
    for dialect in dialect::ALL {
        let mut line = uploading(dialect);
        hear(&mut line, b"\r\nERROR\r\n");
        line.sent.clear();
        let begun = line.now;
        line.start(Operation::Raw(b"AT+CSQ"));
        while line.sent.is_empty() {
            line.pass(MS * 10);
            line.host.note_unsent(line.now);
            assert!(line.now < begun + MS * 32_000, "{}", dialect.name);
        }
        assert!(line.now > begun + MS * 30_000, "{}", dialect.name);
    }
}

#[test]
fn the_upload_goes_on_behind_an_unsolicited_line_and_a_silence() {
    for dialect in dialect::ALL {
        for (said, urcs) in [
            (&b"\r\n+CMTI: \"SM\",1\r\n"[..], 1),
            (b"\r\nRING\r\n", 1),
            (b"\r\n", 0),
            (b"\r", 0),
        ] {
            let context = format!("{} {}", dialect.name, said.escape_ascii());
            let mut line = uploading(dialect);
            hear(&mut line, said);
            be_silent(&mut line, MS * 299);
            assert_eq!(line.host.poll_transmit(), None, "{context}");
            be_silent(&mut line, MS);
            assert!(line.host.poll_transmit().is_some(), "{context}");
            assert_eq!(line.heard.urcs.len(), urcs, "{context}");
            assert!(!line.host.poll_discard(), "{context}");
            assert_eq!(line.heard.result, None, "{context}");
            // All of the rest goes out, and the end of the upload is a good one.
            line.upload = vec![b'x'; LENGTH - 1000];
            line.sent.clear();
            line.drain();
            let end = usize::from(dialect.family == Family::Fibocom);
            assert_eq!(line.sent.len(), LENGTH - SENT + end, "{context}");
            line.hear(
                match dialect.family {
                    Family::Lte => b"\r\nOK\r\n\r\n+QFTPPUT: 0,2000\r\n",
                    Family::Gsm => b"\r\n+QFTPPUT:2000\r\n\r\nOK\r\n",
                    Family::Fibocom => b"\r\n+FTPSTOR: 1\r\n",
                },
                1000,
            );
            line.wait();
            let moved = Some(Ok(Answer::Number(LENGTH as u64)));
            assert_eq!(line.heard.result, moved, "{context}");
        }
    }
}

#[test]
fn what_nothing_explains_ends_the_upload_after_a_second() {
    for dialect in dialect::ALL {
        for (said, shown) in [
            (&b"\xff"[..], &b"\xff"[..]),
            (b"AT+QFDEL=\"*\"\r\r\n", b"AT+QFDEL=\"*\""),
            (b"\r\n+CMTI: \"SM\",1\r\n\r\nERR?R\r\n", b"ERR?R"),
        ] {
            let context = format!("{} {}", dialect.name, said.escape_ascii());
            let mut line = uploading(dialect);
            hear(&mut line, said);
            be_silent(&mut line, MS * 999);
            assert_eq!(line.heard.result, None, "{context}");
            assert_eq!(line.host.poll_transmit(), None, "{context}");
            be_silent(&mut line, MS);
            match line.heard.result.take() {
                Some(Err(HostError::UnexpectedLine { line, .. })) => {
                    assert_eq!(line, shown, "{context}");
                }
                other => panic!("{context}: {other:?}"),
            }
            assert!(line.host.poll_discard(), "{context}");
            assert_eq!(line.host.poll_transmit(), None, "{context}");
            // The module may be in data mode: nothing is typed that it would take for payload.
            line.sent.clear();
            line.start(Operation::Raw(b"AT+CSQ"));
            line.pass(Duration::from_secs(3));
            let way_out: &[u8] = if dialect.escape_ends_payload {
                b"+++!,,,,,,,,!\rAT+CMEE?\r"
            } else {
                b"\x03\x03!,,,,,,,,!\rAT+CMEE?\r"
            };
            assert_eq!(line.sent, way_out, "{context}");
        }
    }
}

#[test]
fn a_result_behind_noise_is_the_reason() {
    for dialect in dialect::ALL {
        let mut line = uploading(dialect);
        hear(&mut line, b"\xff\r\n");
        be_silent(&mut line, MS * 500);
        hear(&mut line, b"\r\nERROR\r\n");
        let failure = line.heard.result.clone();
        let told = matches!(failure, Some(Err(HostError::FinalError { .. })));
        assert!(told, "{}: {failure:?}", dialect.name);
        assert!(line.host.poll_discard(), "{}", dialect.name);
    }
}

#[test]
fn a_restart_discards_the_rest_and_no_stale_result_answers() {
    for dialect in dialect::ALL {
        let mut line = uploading(dialect);
        for said in dialect.banner {
            hear(&mut line, format!("\r\n{}\r\n", said.text).as_bytes());
        }
        let restarted = matches!(line.heard.result, Some(Err(HostError::Restarted { .. })));
        assert!(restarted, "{}: {:?}", dialect.name, line.heard.result);
        assert!(line.host.poll_discard(), "{}", dialect.name);
        next_command_works(&mut line, &format!("{} restarted", dialect.name));
    }
}
