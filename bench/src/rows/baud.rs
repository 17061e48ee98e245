//! A line with a baud rate, as the emulator keeps it: how much of it payload takes, and what it costs the host.

use std::io;

use qftp::client::{GetOptions, PutOptions};
use qftp::dialect::ec2x::EC2X;
use qftp::dialect::gsm::GSM;
use qftp::dialect::nl668::NL668;
use qftp_bench_cases::Content;
use qftp_test::servers::{Kind, Server};

use crate::bench::Bench;
use crate::figures::{Figures, seconds};
use crate::process::thread_seconds;
use crate::stage::{LineKind, Stage, login, prompt, serve};
use crate::table::{Goal, Row};

const GROUP: &str = "baud line";

pub(super) fn rows(bench: &Bench) -> Vec<Row> {
    let server = Server::start(Kind::Vsftpd);
    let cases: &[(u32, usize)] = bench.scaled(
        &[
            (115_200, 1_000),
            (115_200, 100_000),
            (921_600, 1_000),
            (921_600, 300_000),
        ],
        &[(115_200, 1_000), (115_200, 20_000), (921_600, 100_000)],
        &[(921_600, 1_000)],
    );
    let mut rows = Vec::new();
    for dialect in [&EC2X, &GSM, &NL668] {
        for (baud, size) in cases {
            let mut options = prompt(dialect);
            options.baud = Some(*baud);
            let mut stage = Stage::with(bench, options, LineKind::Pty, &login(&server));
            let content = Content::Random.bytes(*size);
            serve(&server, "file", &content);
            for direction in ["get", "put"] {
                let (mut used, mut cpu) = (Figures::default(), Figures::default());
                for _ in 0..bench.scaled(3, 1, 1) {
                    let before = thread_seconds();
                    let taken = seconds(|| {
                        match direction {
                            "get" => stage
                                .client
                                .get(b"file", &mut io::sink(), GetOptions::new()),
                            _ => stage.client.put(
                                &mut &content[..],
                                Some(*size as u64),
                                b"up",
                                PutOptions::new(),
                            ),
                        }
                        .expect("a transfer")
                    });
                    used.push(bits(dialect.name, &content) / f64::from(*baud) / taken);
                    cpu.push((thread_seconds() - before) * 1e6 / *size as f64);
                }
                let what = format!("{direction} of {size} bytes, {}, {baud} baud", dialect.name);
                // Of a small file the commands are a part.
                let goal = if *size < 10_000 {
                    Goal::Open
                } else {
                    Goal::AtLeast(0.97)
                };
                rows.push(Row::alone(
                    GROUP,
                    format!("{what}: payload of the line"),
                    &used,
                    goal,
                ));
                if *size >= 10_000 {
                    let goal = match (*baud, direction) {
                        (115_200, "get") => Goal::AtMost(0.71),
                        _ => Goal::Open,
                    };
                    rows.push(Row::alone(GROUP, format!("{what}: CPU s/MB"), &cpu, goal));
                }
            }
        }
    }
    rows
}

/// Returns the bits that the payload takes on the line: ten a byte, and of nl668 two bytes for one that is escaped.
fn bits(dialect: &str, content: &[u8]) -> f64 {
    let escaped = match dialect {
        "nl668" => content.iter().filter(|byte| matches!(byte, 3 | 16)).count(),
        _ => 0,
    };
    10.0 * (content.len() + escaped) as f64
}
