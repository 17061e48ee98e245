//! The emulator is killed in the middle of a transfer, and another one comes at the same place: a port that goes and comes
//! back.

use std::thread;

use crate::lab::{BAUD, LENGTH, Lab, Line, Way, noise, rotation, wait};

#[test]
fn a_port_that_goes_and_comes_back_is_opened_again() {
    thread::scope(|scope| {
        for (dialect, kind, _) in rotation() {
            for line in [Line::Pty, Line::Tcp] {
                for way in [Way::Put, Way::Get] {
                    scope.spawn(move || {
                        let lab = Lab::new(dialect, kind, line, &["--baud", BAUD]);
                        let context = format!("{} on {kind:?}, {line:?} {way:?}", dialect.name);
                        kill_and_replace(lab, way, &context);
                    });
                }
            }
        }
    });
}

fn kill_and_replace(mut lab: Lab, way: Way, context: &str) {
    let data = noise(LENGTH);
    lab.lay_out(way, "a.bin", &data);
    let options = ["--retry", "5", "--retry-wait", "1", "--max-time", "200"];
    let child = lab.start_until(way, "a.bin", &options, 60_000, context);
    lab.kill_module();
    lab.start_module();
    let outcome = wait(child);
    outcome.expect_whole(&lab.end(way, "a.bin"), &data, context);
    assert!(outcome.attempts() > 1, "{context}");
    lab.expect_next(context);
}

#[test]
fn a_port_that_stays_away_ends_the_transfer_with_a_true_error() {
    thread::scope(|scope| {
        for (dialect, kind, line) in rotation() {
            for way in [Way::Put, Way::Get] {
                scope.spawn(move || {
                    let mut lab = Lab::new(dialect, kind, line, &["--baud", BAUD]);
                    let context = format!("{} on {kind:?}, {line:?} {way:?}", dialect.name);
                    let data = noise(LENGTH);
                    lab.lay_out(way, "a.bin", &data);
                    let options = ["--retry", "1", "--max-time", "5"];
                    let child = lab.start_until(way, "a.bin", &options, 60_000, &context);
                    lab.kill_module();
                    let outcome = wait(child);
                    assert!(!outcome.is_success(), "{context}");
                    outcome.expect_true(&lab.end(way, "a.bin"), &data, &context);
                    lab.start_module();
                    lab.expect_next(&context);
                });
            }
        }
    });
}
