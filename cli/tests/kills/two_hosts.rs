//! Two hosts on one port: the second is told that it is busy, and the first one's transfer is whole.

use std::thread;

use rustix::process::Signal;

use crate::lab::{BAUD, LENGTH, Lab, Line, Way, noise, rotation, run, signal, wait};

#[test]
fn the_second_host_is_told_and_the_first_goes_on() {
    thread::scope(|scope| {
        for (dialect, kind, _) in rotation() {
            for line in [Line::Pty, Line::Tcp] {
                scope.spawn(move || {
                    let lab = Lab::new(dialect, kind, line, &["--baud", BAUD]);
                    for way in [Way::Put, Way::Get] {
                        let context = format!("{} {line:?} {way:?}", dialect.name);
                        let data = noise(LENGTH);
                        lab.lay_out(way, "a.bin", &data);
                        let first = lab.start_until(way, "a.bin", &[], 30_000, &context);
                        // It holds the port as long as the others run, however slow this machine is.
                        signal(&first, Signal::STOP);
                        for _ in 0..3 {
                            let second = run(&mut lab.qftp(&["at", "AT+CSQ"]));
                            assert_eq!(second.code, Some(101), "{context}: {}", second.stderr);
                            assert_eq!(
                                second.error["kind"], "port-busy",
                                "{context}: {}",
                                second.stderr
                            );
                        }
                        signal(&first, Signal::CONT);
                        let outcome = wait(first);
                        outcome.expect_whole(&lab.end(way, "a.bin"), &data, &context);
                        assert_eq!(outcome.attempts(), 1, "{context}: it was disturbed");
                        std::fs::remove_file(lab.end(way, "a.bin")).expect("removed");
                    }
                });
            }
        }
    });
}
