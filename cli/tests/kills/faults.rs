//! The program on an emulator that fails by itself, with real servers behind it: whole, or an error that is true.

use std::thread;

use qftp::dialect;
use qftp_test::servers::Kind;

use crate::lab::{Lab, Line, Way, noise, run};

const CONTENT: usize = 20_000;

/// Rules for an upload, with the place of its transfer; `PUT` is the dialect's command.
const UPLOADS: &[&str] = &[
    "lose bytes=2 stream=upstream after=9000",
    "double stream=upstream after=300 on=PUT",
    "answer-busy on=PUT",
    "lose-urc urc=PUT",
    "drop-data after=5000",
    "reply code=552 command=STOR",
    "reboot after=7000",
];

/// Rules for a download.
const DOWNLOADS: &[&str] = &[
    "lose bytes=3 after=9000",
    "insert text=\"\\r\\nOK\\r\\n\" after=300 on=GET",
    "foreign-urc text=\"+CREG: 2\" after=2000 on=GET",
    "stall for=4s after=4000",
    "pdp-deactivate after=5000",
    "drop-control command=RETR",
    "silent for=3s after=8000",
];

#[test]
fn the_program_is_true_on_an_emulator_that_fails() {
    thread::scope(|scope| {
        for (row, dialect) in dialect::ALL.iter().enumerate() {
            scope.spawn(move || {
                let named = |kind| dialect.command(kind).map_or("", |command| command.name);
                let put = named(qftp::dialect::CommandKind::FtpPut);
                let get = named(qftp::dialect::CommandKind::FtpGet);
                for (way, rules) in [(Way::Put, UPLOADS), (Way::Get, DOWNLOADS)] {
                    for (number, rule) in rules.iter().enumerate() {
                        let rule = rule.replace("PUT", put).replace("GET", get);
                        let kind = Kind::ALL[(row + number) % Kind::ALL.len()];
                        fail_once(dialect, kind, way, &rule);
                    }
                }
            });
        }
    });
}

fn fail_once(dialect: &'static dialect::Dialect, kind: Kind, way: Way, rule: &str) {
    let context = format!("{} on {kind:?}, {way:?}, {rule}", dialect.name);
    let lab = Lab::new(dialect, kind, Line::Pty, &["--fault", rule, "--seed", "7"]);
    let data = noise(CONTENT);
    lab.lay_out(way, "a.bin", &data);
    let options = [
        "--retry-wait",
        "0.1",
        "--max-time",
        "120",
        "--timeout",
        "20",
    ];
    let outcome = run(&mut lab.transfer(way, "a.bin", &options));
    outcome.expect_true(&lab.end(way, "a.bin"), &data, &context);
    lab.expect_next(&context);
}
