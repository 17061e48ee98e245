//! The C library as it is shipped, beside the engine in Rust.

use std::path::Path;
use std::process::Command;

use qftp::dialect::ec2x::EC2X;
use qftp_bench_cases::at_stream::at_stream;
use qftp_bench_cases::download::Download;
use qftp_bench_cases::exchange::Exchange;
use qftp_bench_cases::{Content, upload};

use crate::bench::{Bench, run};
use crate::figures::{Figures, in_turn, rate, seconds};
use crate::table::{Goal, Row};

const GROUP: &str = "C library";

pub(super) fn rows(bench: &Bench) -> Vec<Row> {
    let size = bench.scaled(8 << 20, 1 << 20, 20_000);
    let content = Content::Random.bytes(size);
    let file = bench.folder().join("random");
    let stream = bench.folder().join("stream");
    std::fs::write(&file, &content).expect("written");
    std::fs::write(&stream, at_stream(10_000)).expect("written");
    let engine = bench.compile_with_library("engine");
    let c = |case: &str, input: &Path| -> f64 {
        // The second run has warm caches.
        let printed = run(Command::new(&engine).arg(case).arg(input).arg("2"));
        let last = printed.lines().last().expect("two runs");
        last.parse().expect("seconds")
    };
    let mut exchange = Exchange::default();
    let download = Download::new(&EC2X, &content);
    let mut rows = Vec::new();
    let figures = in_turn(
        bench.rounds(),
        &mut [&mut || c("1000 questions", &stream) * 1e3, &mut || {
            seconds(|| (0..1000).for_each(|_| exchange.run())) * 1e3
        }],
    );
    rows.push(
        Row::beside(
            GROUP,
            "one exchange, µs",
            &figures[0],
            ("Rust", &figures[1]),
            Goal::RatioAtMost(1.0 / 0.9),
        )
        .with_goal("within 0.9 of Rust"),
    );
    let figures = in_turn(
        bench.rounds(),
        &mut [&mut || rate(size, c("download", &file)), &mut || {
            rate(size, seconds(|| download.run(4096)))
        }],
    );
    rows.push(Row::beside(
        GROUP,
        "download, MB/s",
        &figures[0],
        ("Rust", &figures[1]),
        Goal::RatioAtLeast(0.9),
    ));
    for piece in [64, 1024, 4096] {
        let figures = in_turn(
            bench.rounds(),
            &mut [
                &mut || rate(size, c(&format!("writes of {piece}, whenever"), &file)),
                &mut || rate(size, c(&format!("writes of {piece}, when asked"), &file)),
                &mut || rate(size, c(&format!("upload by {piece}"), &file)),
                &mut || rate(size, seconds(|| upload::run(&EC2X, &content, piece))),
            ],
        );
        let what = format!("upload, writes of {piece}, supplied whenever there is room, MB/s");
        rows.push(Row::beside(
            GROUP,
            what,
            &figures[0],
            ("at WANT_DATA", &figures[1]),
            Goal::RatioAtLeast(0.9),
        ));
        let what = format!("upload, supplied {piece} at WANT_DATA, MB/s");
        rows.push(Row::beside(
            GROUP,
            what,
            &figures[2],
            ("Rust", &figures[3]),
            Goal::RatioAtLeast(0.9),
        ));
    }
    let bytes = std::fs::metadata(bench.library())
        .expect("the library")
        .len();
    rows.push(Row::alone(
        GROUP,
        "libqftp.so, client and engine, bytes",
        &Figures::new([bytes as f64]),
        Goal::Open,
    ));
    rows
}
