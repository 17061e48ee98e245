//! The time that the host waits for an answer, in every dialect.

use std::time::Duration;

use qftp::dialect::{self, Dialect, Family, ResponseFormat};
use qftp::host::{Answer, HostError, Login, Operation};

use super::Line;

/// Returns what a module says to a command of a login.
fn answer(dialect: &Dialect, line: &[u8]) -> Vec<u8> {
    let line = String::from_utf8_lossy(line);
    let name = line.trim_start_matches("AT").trim_end();
    let name = name.split_once('=').map_or(name, |(name, _)| name);
    let reported = dialect
        .command_named(name.as_bytes())
        .is_some_and(|command| command.reply == ResponseFormat::ResultUrc);
    let urc = match dialect.family {
        Family::Lte => format!("\r\n{name}: 0,0\r\n"),
        Family::Gsm => format!("\r\n{name}:0\r\n"),
        _ => format!("\r\n{name}: 1\r\n"),
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
        line.sent.clear();
        let unknown = if dialect.family == Family::Lte {
            190
        } else {
            100
        };
        assert_eq!(seconds_without_answer(line, b""), unknown);
    }
}
