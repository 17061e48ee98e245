//! The server is killed, or stopped, in the middle of a transfer: the program tries again, or tells the truth.

use std::thread;
use std::time::Duration;

use qftp_test::servers::Kind;

use crate::lab::{BAUD, LENGTH, Lab, Way, noise, rotation, wait};

/// The time for which a server is gone, or silent.
const GONE: Duration = Duration::from_secs(2);

const PLACE: u64 = 50_000;

const RETRIES: &[&str] = &[
    "--retry",
    "5",
    "--retry-wait",
    "1",
    "--max-time",
    "120",
    "--timeout",
    "20",
];

/// Runs a transfer in each dialect and direction, all at a time.
fn in_all(work: impl Fn(&Lab, Way, &str) + Sync) {
    in_all_on(|kind| kind, work);
}

/// The same on servers that go on after SIGSTOP. A session of vsftpd has two processes, and one waits for ever for the
/// end of the other that was stopped.
fn in_all_stoppable(work: impl Fn(&Lab, Way, &str) + Sync) {
    let other = |kind| match kind {
        Kind::Vsftpd => Kind::ProFtpd,
        kind => kind,
    };
    in_all_on(other, work);
}

fn in_all_on(server: impl Fn(Kind) -> Kind, work: impl Fn(&Lab, Way, &str) + Sync) {
    let work = &work;
    thread::scope(|scope| {
        for (dialect, kind, line) in rotation() {
            let kind = server(kind);
            for way in [Way::Put, Way::Get] {
                scope.spawn(move || {
                    let lab = Lab::new(dialect, kind, line, &["--baud", BAUD]);
                    let context = format!("{} on {kind:?}, {line:?} {way:?}", dialect.name);
                    lab.lay_out(way, "a.bin", &noise(LENGTH));
                    work(&lab, way, &context);
                });
            }
        }
    });
}

#[test]
fn a_server_that_is_killed_and_comes_back_gets_the_rest() {
    in_all(|lab, way, context| {
        let child = lab.start_until(way, "a.bin", RETRIES, PLACE, context);
        lab.server.write().expect("the server").kill();
        thread::sleep(GONE);
        lab.server.write().expect("the server").restart();
        let outcome = wait(child);
        outcome.expect_whole(&lab.end(way, "a.bin"), &noise(LENGTH), context);
        assert!(outcome.attempts() > 1, "{context}");
        lab.expect_next(context);
    });
}

#[test]
fn a_server_that_stays_away_ends_the_transfer_with_a_true_error() {
    in_all(|lab, way, context| {
        let options = ["--retry", "2", "--max-time", "20", "--timeout", "20"];
        let child = lab.start_until(way, "a.bin", &options, PLACE, context);
        lab.server.write().expect("the server").kill();
        let outcome = wait(child);
        assert!(!outcome.is_success(), "{context}");
        outcome.expect_true(&lab.end(way, "a.bin"), &noise(LENGTH), context);
        lab.server.write().expect("the server").restart();
        lab.expect_next(context);
    });
}

#[test]
fn a_server_that_is_stopped_for_a_while_loses_nothing() {
    in_all_stoppable(|lab, way, context| {
        let child = lab.start_until(way, "a.bin", RETRIES, PLACE, context);
        lab.server.read().expect("the server").pause();
        thread::sleep(GONE);
        lab.server.read().expect("the server").resume();
        wait(child).expect_whole(&lab.end(way, "a.bin"), &noise(LENGTH), context);
        lab.expect_next(context);
    });
}

#[test]
fn a_server_that_stays_stopped_ends_the_transfer_with_a_true_error() {
    in_all_stoppable(|lab, way, context| {
        let options = ["--retry", "1", "--max-time", "30", "--timeout", "20"];
        let child = lab.start_until(way, "a.bin", &options, PLACE, context);
        lab.server.read().expect("the server").pause();
        let outcome = wait(child);
        lab.server.read().expect("the server").resume();
        outcome.expect_true(&lab.end(way, "a.bin"), &noise(LENGTH), context);
        lab.expect_next(context);
    });
}
