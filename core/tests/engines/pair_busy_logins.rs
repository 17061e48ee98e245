//! A login where a program that went away left a command or a login under way: a module closes a session only when
//! neither is (003 §1.2.2), so the login waits for its end, as long as the module waits for the server.

use std::time::Duration;

use crate::pair::Pair;
use qftp::dialect::{self, Dialect};
use qftp::host::{Answer, Host, HostError, Login, Operation as O};
use qftp_test::conversation::{LineEvent, play::Terminal};

/// How long a login waits here, the least that `rsptimeout` can be.
const TIMEOUT: Duration = Duration::from_secs(20);

fn login() -> Login {
    let mut login = Login::new("ftp.example.com", "test", "secret");
    login.response_timeout_s = 20;
    login
}

/// What was left under way.
#[derive(Clone, Copy, Debug)]
enum Left {
    Login,
    Command,
}

/// Every dialect, with either left under way.
fn cases() -> impl Iterator<Item = (&'static Dialect, Left)> {
    let both = |dialect| [Left::Login, Left::Command].map(|left| (dialect, left));
    dialect::ALL.iter().copied().flat_map(both)
}

/// Another program at a module whose server does not answer.
fn left(dialect: &'static Dialect, left: Left) -> Pair {
    let mut pair = Pair::new(dialect);
    let identity = pair.run(O::Identify);
    assert!(matches!(identity, Ok(Answer::Identity(_))), "{identity:?}");
    // The module gives up later than the login.
    let patient = Login::new("ftp.example.com", "test", "secret");
    match left {
        Left::Login => {
            pair.harness.happen(LineEvent::Stall(true));
            pair.start(O::Login(&patient));
        }
        Left::Command => {
            assert_eq!(pair.run(O::Login(&patient)), Ok(Answer::Done));
            pair.harness.happen(LineEvent::Stall(true));
            pair.start(O::MakeDir(b"d"));
        }
    }
    pair.settle();
    pair.host = Host::new(dialect);
    let identity = pair.run(O::Identify);
    assert!(matches!(identity, Ok(Answer::Identity(_))), "{identity:?}");
    pair
}

#[test]
fn it_waits_for_the_end_of_the_command() {
    for (dialect, what) in cases() {
        let mut pair = left(dialect, what);
        let context = format!("{} {what:?}", dialect.name);
        let login = login();
        pair.start(O::Login(&login));
        pair.idle(TIMEOUT / 2);
        assert!(!pair.host.is_idle(), "{context}");
        pair.harness.happen(LineEvent::Stall(false));
        assert_eq!(pair.finish(), Ok(Answer::Done), "{context}");
        assert_eq!(pair.run(O::MakeDir(b"e")), Ok(Answer::Done));
    }
}

#[test]
fn it_waits_no_longer_than_the_server_is_waited_for() {
    for (dialect, what) in cases() {
        let mut pair = left(dialect, what);
        let context = format!("{} {what:?}", dialect.name);
        let begun = pair.harness.now;
        let refused = pair.run(O::Login(&login()));
        let busy = matches!(
            refused,
            Err(HostError::Module { .. } | HostError::FinalError { .. })
        );
        assert!(busy, "{context}: {refused:?}");
        let waited = pair.harness.now.saturating_sub(begun);
        let most = TIMEOUT + Duration::from_secs(1);
        assert!((TIMEOUT..most).contains(&waited), "{context}: {waited:?}");
    }
}

#[test]
fn it_is_ended_while_it_waits() {
    for (dialect, what) in cases() {
        let mut pair = left(dialect, what);
        let context = format!("{} {what:?}", dialect.name);
        pair.start(O::Login(&login()));
        pair.idle(TIMEOUT / 2);
        let cancelled = Some(HostError::Cancelled { bytes_confirmed: 0 });
        assert_eq!(pair.cancel(), cancelled, "{context}");
        let lines = pair.run(O::Raw(b"AT+CSQ"));
        assert!(matches!(lines, Ok(Answer::Lines(_))), "{lines:?}");
    }
}
