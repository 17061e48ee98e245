//! A login where a program that went away left a command or a login under way: a module closes a session only when
//! neither is (003 §1.2.2), so the login waits for its end, as long as the module waits for the server.

#[allow(dead_code)] // each test uses its part
mod conversation;
#[allow(dead_code)]
mod mirror;
#[allow(dead_code)]
mod world;

use std::time::Duration;

use conversation::{Happening, play::Terminal};
use mirror::Mirror;
use qftp::dialect::{self, Dialect};
use qftp::host::{Answer, Failure, Host, Login, Operation as O};

/// How long a login waits here, the least that `rsptimeout` can be.
const PATIENCE: Duration = Duration::from_secs(20);

fn login() -> Login {
    Login {
        response_timeout_s: 20,
        ..Login::new("ftp.example.com", "test", "secret")
    }
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
fn left(dialect: &'static Dialect, left: Left) -> Mirror {
    let mut mirror = Mirror::new(dialect);
    let identity = mirror.run(O::Identify);
    assert!(matches!(identity, Ok(Answer::Identity(_))), "{identity:?}");
    // The module gives up later than the login.
    let patient = Login::new("ftp.example.com", "test", "secret");
    match left {
        Left::Login => {
            mirror.world.happen(Happening::Stall(true));
            mirror.start(O::Login(&patient));
        }
        Left::Command => {
            assert_eq!(mirror.run(O::Login(&patient)), Ok(Answer::Done));
            mirror.world.happen(Happening::Stall(true));
            mirror.start(O::MakeDir(b"d"));
        }
    }
    mirror.settle();
    mirror.host = Host::new(dialect);
    let identity = mirror.run(O::Identify);
    assert!(matches!(identity, Ok(Answer::Identity(_))), "{identity:?}");
    mirror
}

#[test]
fn it_waits_for_the_end_of_the_command() {
    for (dialect, what) in cases() {
        let mut mirror = left(dialect, what);
        let context = format!("{} {what:?}", dialect.name);
        let login = login();
        mirror.start(O::Login(&login));
        mirror.idle(PATIENCE / 2);
        assert!(!mirror.host.is_idle(), "{context}");
        mirror.world.happen(Happening::Stall(false));
        assert_eq!(mirror.finish(), Ok(Answer::Done), "{context}");
        assert_eq!(mirror.run(O::MakeDir(b"e")), Ok(Answer::Done));
    }
}

#[test]
fn it_waits_no_longer_than_the_server_is_waited_for() {
    for (dialect, what) in cases() {
        let mut mirror = left(dialect, what);
        let context = format!("{} {what:?}", dialect.name);
        let begun = mirror.world.now;
        let refused = mirror.run(O::Login(&login()));
        let busy = matches!(
            refused,
            Err(Failure::Module { .. } | Failure::Refused { .. })
        );
        assert!(busy, "{context}: {refused:?}");
        let waited = mirror.world.now.saturating_sub(begun);
        let most = PATIENCE + Duration::from_secs(1);
        assert!((PATIENCE..most).contains(&waited), "{context}: {waited:?}");
    }
}

#[test]
fn it_is_ended_while_it_waits() {
    for (dialect, what) in cases() {
        let mut mirror = left(dialect, what);
        let context = format!("{} {what:?}", dialect.name);
        mirror.start(O::Login(&login()));
        mirror.idle(PATIENCE / 2);
        let cancelled = Some(Failure::Cancelled { safe: 0 });
        assert_eq!(mirror.cancel(), cancelled, "{context}");
        let lines = mirror.run(O::Raw(b"AT+CSQ"));
        assert!(matches!(lines, Ok(Answer::Lines(_))), "{lines:?}");
    }
}
