//! The time that the host waits for an answer, in every dialect.

use std::time::Duration;

use qftp::dialect::{self, Dialect, Family, ResponseFormat};
use qftp::host::{Answer, HostError, Login, Operation};

use super::Line;

/// Returns what a module says to a command of a login. It takes one a line.
fn answer(dialect: &Dialect, line: &[u8]) -> Vec<u8> {
    let line = String::from_utf8_lossy(line);
    if line.contains(";+") {
        return b"\r\nERROR\r\n".to_vec();
    }
    let name = line.trim_start_matches("AT").trim_end();
    let name = name.split_once('=').map_or(name, |(name, _)| name);
    let reported = dialect
        .command_named(name.as_bytes())
        .is_some_and(|command| command.reply == ResponseFormat::ResultUrc);
    let urc = match dialect.family {
        Family::Lte => format!("\r\n{name}: 0,0\r\n"),
        Family::Gsm => format!("\r\n{name}:0\r\n"),
        Family::Fibocom => format!("\r\n{name}: 1\r\n"),
    };
    let urc = if reported { urc } else { String::new() };
    format!("\r\nOK\r\n{urc}").into_bytes()
}

/// Makes a line behind a login with this `rsptimeout`.
fn logged_in(dialect: &'static Dialect, response_timeout_s: u8) -> Line {
    let mut line = Line::of(dialect);
    let mut login = Login::new("ftp.example.com", "user", "secret");
    login.response_timeout_s = response_timeout_s;
    line.start(Operation::Login(&login));
    for _ in 0..40 {
        let sent = std::mem::take(&mut line.sent);
        if line.heard.result.is_some() {
            break;
        }
        line.hear(&answer(dialect, &sent), 1000);
    }
    assert_eq!(
        line.heard.result,
        Some(Ok(Answer::Done)),
        "{}",
        dialect.name
    );
    line
}

/// Starts to delete a file, and returns the seconds after which the host gives up behind `said`.
fn seconds_without_answer(mut line: Line, said: &[u8]) -> u64 {
    line.start(Operation::Delete(b"f"));
    let begun = line.now;
    line.hear(said, 1000);
    line.wait();
    let Some(Err(HostError::NoAnswer { seconds, .. })) = line.heard.result else {
        panic!("{:?}", line.heard.result);
    };
    assert_eq!(line.now, begun + Duration::from_secs(seconds));
    seconds
}

#[test]
fn a_wait_follows_the_time_that_the_login_has_set() {
    for dialect in dialect::ALL {
        for said in [&b""[..], b"\r\nOK\r\n"] {
            for (set, lte) in [(20, 30), (90, 100), (180, 190)] {
                let waited = seconds_without_answer(logged_in(dialect, set), said);
                let expected = match dialect.family {
                    Family::Lte => lte,
                    _ => 100,
                };
                assert_eq!(waited, expected, "{}", dialect.name);
            }
            let waited = seconds_without_answer(Line::of(dialect), said);
            let unknown = if dialect.family == Family::Lte {
                190
            } else {
                100
            };
            assert_eq!(waited, unknown, "{}", dialect.name);
        }
    }
}

#[test]
fn a_restart_makes_the_time_unknown_again() {
    for dialect in dialect::ALL {
        let mut line = logged_in(dialect, 20);
        line.start(Operation::Delete(b"f"));
        let banner = dialect.banner[0].text;
        line.hear(format!("\r\n{banner}\r\n").as_bytes(), 1000);
        assert!(
            matches!(line.heard.result, Some(Err(HostError::Restarted { .. }))),
            "{}",
            dialect.name
        );
        line.start(Operation::Resync);
        line.hear(b"\r\n+CMEE: 0\r\n\r\nOK\r\n", 1000);
        line.set_up_again();
        assert_eq!(
            line.heard.result,
            Some(Ok(Answer::Done)),
            "{}",
            dialect.name
        );
        line.sent.clear();
        let unknown = if dialect.family == Family::Lte {
            190
        } else {
            100
        };
        assert_eq!(seconds_without_answer(line, b""), unknown);
    }
}

/// Starts an upload of 100 bytes; the module takes it.
fn uploading(dialect: &'static Dialect) -> Line {
    let mut line = Line::of(dialect);
    line.upload = vec![b'x'; 100];
    line.start(Operation::Put {
        remote: b"f",
        offset: 0,
        length: 100,
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
    assert!(line.upload.is_empty(), "{}", dialect.name);
    line
}

#[test]
fn after_a_restart_in_an_upload_no_stale_result_answers_and_no_payload_is_a_urc() {
    for dialect in dialect::ALL {
        let mut line = uploading(dialect);
        for said in dialect.banner {
            line.hear(format!("\r\n{}\r\n", said.text).as_bytes(), 1000);
        }
        assert!(
            matches!(line.heard.result, Some(Err(HostError::Restarted { .. }))),
            "{}",
            dialect.name
        );
        // The module reads the rest of the payload as lines.
        line.hear(
            b"xxxx\r\r\nERROR\r\nAT+CREG: 1\r\r\nOK\r\n+CREG: 1\r\n",
            1000,
        );
        for urc in &line.heard.urcs {
            let mut banner = dialect.banner.iter();
            assert!(
                banner.any(|known| known.text.as_bytes() == urc),
                "{}: {}",
                dialect.name,
                urc.escape_ascii()
            );
        }
        assert_eq!(line.heard.urcs.len(), dialect.banner.len());
        line.sent.clear();
        let begun = line.now;
        line.start(Operation::Raw(b"AT+CSQ"));
        while line.sent.is_empty() {
            line.now = line.host.poll_timeout().expect("a wait");
            line.host.handle_timeout(line.now);
            line.drain();
        }
        // What is on its way must be no part of the line.
        assert!(
            line.now >= begun + Duration::from_secs(1),
            "{}",
            dialect.name
        );
        assert_eq!(line.sent, b"!,,,,,,,,!\rAT+CMEE?\r", "{}", dialect.name);
        line.hear(
            b"xx\r\r\nOK\r\n\r\nERROR\r\n\r\n+CMEE: 0\r\n\r\nOK\r\n",
            1000,
        );
        assert_eq!(line.heard.result, None, "{}", dialect.name);
        line.set_up_again();
        assert!(line.sent.ends_with(b"AT+CSQ\r"), "{}", dialect.name);
        line.hear(b"\r\n+CSQ: 20,99\r\n\r\nOK\r\n", 1000);
        let lines = Answer::Lines(vec![b"+CSQ: 20,99".to_vec()]);
        assert_eq!(line.heard.result, Some(Ok(lines)), "{}", dialect.name);
        assert!(line.heard.urcs.is_empty(), "{}", dialect.name);
    }
}

#[test]
fn after_an_upload_without_an_end_the_next_operation_is_soon_sent() {
    for dialect in dialect::ALL {
        let mut line = uploading(dialect);
        line.host.abort(line.now);
        line.drain();
        line.sent.clear();
        let begun = line.now;
        line.start(Operation::Raw(b"AT+CSQ"));
        while !line.sent.ends_with(b"AT+CMEE?\r") {
            line.now = line.host.poll_timeout().expect("a wait");
            line.host.handle_timeout(line.now);
            line.drain();
        }
        assert!(
            line.now < begun + Duration::from_secs(10),
            "{}",
            dialect.name
        );
        // Where the module may wait for a byte that was lost, it gets none of the line.
        let escaped = line.sent.starts_with(b"+++");
        assert_eq!(escaped, dialect.escape_ends_payload, "{}", dialect.name);
        line.hear(b"\r\n+CMEE: 1\r\n\r\nOK\r\n", 1000);
    }
}

#[test]
fn result_codes_without_a_command_are_no_urcs() {
    for dialect in dialect::ALL {
        let mut line = Line::of(dialect);
        line.hear(
            b"\r\nOK\r\n\r\nERROR\r\n\r\n+CME ERROR: 3\r\n\r\nCONNECT\r\n\r\nNO CARRIER\r\n\r\nRING\r\n\r\n+CMTI: \"SM\",1\r\n",
            1000,
        );
        let told: [&[u8]; 3] = [b"NO CARRIER", b"RING", b"+CMTI: \"SM\",1"];
        assert_eq!(line.heard.urcs, told, "{}", dialect.name);
    }
}

/// `gsm` tells by `+QFTPERROR` that the session is gone (001 §3, §4.6).
#[test]
fn a_lost_session_ends_the_wait_for_the_report() {
    let gsm = dialect::by_name("gsm").expect("gsm");
    for (said, raw_code) in [
        ("\r\n+QFTPERROR:-421\r\n\r\n+QFTPERROR:-6\r\n", -421),
        ("\r\n+QFTPERROR:-6\r\n", -6),
        // The command's own report is the better one.
        ("\r\n+QFTPERROR:-6\r\n\r\n+QFTPDELETE:-550\r\n", -550),
    ] {
        let mut line = Line::of(gsm);
        line.start(Operation::Delete(b"f"));
        line.hear(b"\r\nOK\r\n", 1000);
        line.pass(Duration::from_secs(30));
        let begun = line.now;
        line.hear(said.as_bytes(), 1000);
        line.wait();
        assert!(line.now <= begun + Duration::from_secs(2), "{said}");
        let result = line.heard.result.take().expect("a result");
        assert_eq!(result.expect_err("gone").raw_code(), Some(raw_code));
    }
    let mut line = uploading(gsm);
    line.hear(b"\r\n+QFTPERROR:-421\r\n", 1000);
    line.wait();
    let result = line.heard.result.take().expect("a result");
    assert_eq!(result.expect_err("gone").raw_code(), Some(-421));
    // A late report is not that of the next upload.
    line.sent.clear();
    line.start(Operation::Raw(b"AT"));
    line.hear(
        b"\r\n+QFTPPUT:100\r\n\r\n+CMEE: 1\r\n\r\nOK\r\n\r\nOK\r\n",
        1000,
    );
    assert_eq!(line.heard.result, Some(Ok(Answer::Lines(Vec::new()))));
}

/// 003 §3.7, §3.9 print these lines without blank lines between them.
#[test]
fn tight_lines_of_nl668_end_an_empty_listing_and_a_file_without_its_mark() {
    let nl668 = dialect::by_name("nl668").expect("nl668");
    for chunk in [1, 5, 1000] {
        let mut line = Line::of(nl668);
        line.start(Operation::List(qftp::host::Listing::List, b"."));
        line.hear(b"\r\nOK\r\n\r\n+FTPLIST: 2\r\n+FTPLIST: 1\r\n", chunk);
        line.wait();
        assert_eq!(line.heard.result, Some(Ok(Answer::Number(0))));
        for (content, expected, result) in [
            (&b"12345"[..], Some(5), Ok(5)),
            (b"", Some(0), Ok(0)),
            (b"12345", Some(6), Err(())),
            (b"12345", None, Err(())),
        ] {
            let mut line = Line::of(nl668);
            line.start(Operation::Get {
                remote: b"f",
                offset: 0,
                length: None,
                expected,
            });
            line.hear(b"\r\nOK\r\n\r\n+FTPRETR: 2\r\n", chunk);
            line.hear(content, chunk);
            let end: &[u8] = if content.is_empty() {
                b"+FTPRETR: 1\r\n"
            } else {
                b"\r\n+FTPRETR: 1\r\n"
            };
            line.hear(end, chunk);
            line.wait();
            assert_eq!(line.heard.data, content);
            match (line.heard.result.take().expect("a result"), result) {
                (Ok(Answer::Number(got)), Ok(number)) => assert_eq!(got, number),
                (Err(HostError::Incomplete { .. }), Err(())) => {}
                other => panic!("{expected:?}: {other:?}"),
            }
        }
    }
}
