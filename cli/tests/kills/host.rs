//! The host is killed, or stopped, in the middle of a transfer: another run goes on, or begins anew.

use std::thread;
use std::time::Duration;

use fastrand::Rng;
use qftp_test::servers::Kind;
use rustix::process::Signal;

use crate::lab::{BAUD, LENGTH, Lab, Line, Way, noise, rotation, run, signal, wait};

/// Longer than a module waits for the next byte, with `--timeout 20`.
const STOPPED: Duration = Duration::from_secs(26);

const GOES_ON: &[&str] = &["--continue"];
const BEGINS_ANEW: &[&str] = &[];

#[test]
fn a_second_run_ends_what_a_killed_one_began() {
    thread::scope(|scope| {
        for (row, (dialect, kind, line)) in rotation().enumerate() {
            scope.spawn(move || {
                let lab = Lab::new(dialect, kind, line, &["--baud", BAUD]);
                let mut random = Rng::with_seed(row as u64);
                for way in [Way::Put, Way::Get] {
                    for options in [GOES_ON, BEGINS_ANEW] {
                        let place = random.u64(1..LENGTH as u64 / 2);
                        kill_and_run_again(&lab, way, options, LENGTH, place);
                    }
                }
            });
        }
    });
}

#[test]
fn a_second_run_ends_it_on_a_slow_line_too() {
    const SHORT: usize = 9000;
    thread::scope(|scope| {
        for (row, (dialect, _, line)) in rotation().enumerate() {
            scope.spawn(move || {
                let baud = if row % 2 == 0 { "9600" } else { "19200" };
                // This server writes each byte at once.
                let lab = Lab::new(dialect, Kind::Vsftpd, line, &["--baud", baud]);
                let mut random = Rng::with_seed(100 + row as u64);
                for way in [Way::Put, Way::Get] {
                    let place = random.u64(1..SHORT as u64 / 2);
                    kill_and_run_again(&lab, way, GOES_ON, SHORT, place);
                }
            });
        }
    });
}

/// Kills a run when so many bytes have arrived, and runs it again.
fn kill_and_run_again(lab: &Lab, way: Way, options: &[&str], length: usize, place: u64) {
    let name = format!("{way:?}{}.bin", options.len());
    let kind = lab.server.read().expect("the server").kind;
    let context = format!(
        "{} on {kind:?}, {name}, killed at {place}",
        lab.module().ready
    );
    let data = noise(length);
    lab.lay_out(way, &name, &data);
    let mut child = lab.start_until(way, &name, options, place, &context);
    child.kill().expect("killed");
    child.wait().expect("its end");
    lab.wait_until_sent(way, &name);
    let outcome = run(&mut lab.transfer(way, &name, options));
    outcome.expect_whole(&lab.end(way, &name), &data, &context);
    if options == GOES_ON {
        assert!(outcome.offset() > 0, "{context}: it began at 0");
    } else {
        assert_eq!(outcome.offset(), 0, "{context}");
    }
    lab.expect_next(&context);
}

#[test]
fn a_host_that_was_stopped_for_longer_than_the_module_waits_goes_on() {
    thread::scope(|scope| {
        for (dialect, kind, line) in rotation() {
            for way in [Way::Put, Way::Get] {
                scope.spawn(move || {
                    stop_and_go_on(&Lab::new(dialect, kind, line, &["--baud", BAUD]), way);
                });
            }
        }
    });
}

fn stop_and_go_on(lab: &Lab, way: Way) {
    let context = format!("{} {way:?}", lab.module().ready);
    let data = noise(LENGTH);
    lab.lay_out(way, "a.bin", &data);
    let options = ["--timeout", "20", "--max-time", "120"];
    let child = lab.start_until(way, "a.bin", &options, 50_000, &context);
    signal(&child, Signal::STOP);
    thread::sleep(STOPPED);
    signal(&child, Signal::CONT);
    let outcome = wait(child);
    outcome.expect_true(&lab.end(way, "a.bin"), &data, &context);
    lab.expect_next(&context);
}

#[test]
fn a_host_that_was_stopped_for_a_moment_loses_nothing() {
    thread::scope(|scope| {
        for way in [Way::Put, Way::Get] {
            scope.spawn(move || {
                let (dialect, kind, _) = rotation().next().expect("a dialect");
                let lab = Lab::new(dialect, kind, Line::Pty, &["--baud", BAUD]);
                let context = format!("{way:?}");
                let data = noise(LENGTH);
                lab.lay_out(way, "a.bin", &data);
                let child = lab.start_until(way, "a.bin", &[], 50_000, &context);
                signal(&child, Signal::STOP);
                thread::sleep(Duration::from_secs(1));
                signal(&child, Signal::CONT);
                wait(child).expect_whole(&lab.end(way, "a.bin"), &data, &context);
            });
        }
    });
}
