//! Whole transfers through an emulator to a server: every content by dialect, in the process and on a pty.

use std::cell::RefCell;
use std::io::{self, Write};

use qftp::client::{GetOptions, PutOptions};
use qftp::dialect::{ALL, Dialect};
use qftp_bench_cases::Content;
use qftp_test::servers::{Kind, Server};

use crate::bench::Bench;
use crate::figures::{Figures, rate, seconds};
use crate::process::thread_seconds;
use crate::stage::{LineKind, Stage, hostile, serve};
use crate::table::{Goal, Row};

const GROUP: &str = "transfers";

pub(super) fn rows(bench: &Bench) -> Vec<Row> {
    let server = Server::start(Kind::Vsftpd);
    let mut rows = Vec::new();
    for line in [LineKind::Memory, LineKind::Pty] {
        for dialect in ALL {
            rows.extend(of_dialect(bench, &server, line, dialect));
        }
    }
    rows
}

/// The rates of a transfer, and its processor seconds a GB at the host.
#[derive(Default)]
struct Side {
    rate: Figures,
    cpu: Figures,
}

impl Side {
    fn measure(&mut self, size: usize, work: impl FnOnce()) {
        let before = thread_seconds();
        self.rate.push(rate(size, seconds(work)));
        self.cpu
            .push((thread_seconds() - before) * 1e9 / size as f64);
    }
}

fn of_dialect(
    bench: &Bench,
    server: &Server,
    line: LineKind,
    dialect: &'static Dialect,
) -> Vec<Row> {
    let size = bench.scaled(16 << 20, 1 << 20, 50_000);
    let stage = RefCell::new(Stage::new(bench, dialect, line, server));
    let contents: Vec<Content> = std::iter::once(Content::Random)
        .chain(hostile(dialect).iter().copied())
        .collect();
    for content in &contents {
        serve(server, content.name(), &content.bytes(size));
    }
    let local = bench.folder().join("transfer");
    let source = bench.folder().join("source");
    std::fs::write(&source, Content::Random.bytes(size)).expect("written");
    let mut sides: Vec<Side> = contents.iter().map(|_| Side::default()).collect();
    let mut up = Side::default();
    for _ in 0..bench.rounds() {
        for (content, side) in contents.iter().zip(&mut sides) {
            side.measure(size, || {
                let client = &mut stage.borrow_mut().client;
                let name = content.name().as_bytes();
                client
                    .get_file(name, &local, GetOptions::new())
                    .expect("a download");
            });
            let same = std::fs::read(&local).expect("read") == content.bytes(size);
            assert!(same, "{}, {}: the content", dialect.name, content.name());
        }
        up.measure(size, || {
            let client = &mut stage.borrow_mut().client;
            client
                .put_file(&source, b"up", PutOptions::new())
                .expect("an upload");
        });
    }
    let place = format!("{}, {}", dialect.name, line.name());
    let random = &sides[0];
    let mut rows = vec![
        Row::alone(
            GROUP,
            format!("get {place}, random, MB/s"),
            &random.rate,
            Goal::Open,
        ),
        Row::alone(
            GROUP,
            format!("get {place}, random, CPU s/GB"),
            &random.cpu,
            Goal::Open,
        ),
        Row::alone(
            GROUP,
            format!("put {place}, random, MB/s"),
            &up.rate,
            Goal::Open,
        ),
        Row::alone(
            GROUP,
            format!("put {place}, random, CPU s/GB"),
            &up.cpu,
            Goal::Open,
        ),
    ];
    for (content, side) in contents.iter().zip(&sides).skip(1) {
        let what = format!("get {place}, {}", content.name());
        let peer = ("random", &random.rate);
        rows.push(Row::beside(
            GROUP,
            format!("{what}, MB/s"),
            &side.rate,
            peer,
            Goal::RatioAtLeast(0.8),
        ));
        let peer = ("random", &random.cpu);
        rows.push(Row::beside(
            GROUP,
            format!("{what}, CPU s/GB"),
            &side.cpu,
            peer,
            Goal::RatioAtMost(2.0),
        ));
    }
    for content in contents {
        rows.extend(calls(&mut stage.borrow_mut(), &place, content, size));
    }
    rows
}

/// Counts the calls of a writer.
struct CountingSink(usize);

impl Write for CountingSink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += 1;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Counts the calls of the user's writer and of the progress callback.
fn calls(stage: &mut Stage, place: &str, content: Content, size: usize) -> [Row; 2] {
    let mut sink = CountingSink(0);
    let mut progress = 0;
    let mut count = |_, _| progress += 1;
    let options = GetOptions::new().progress(&mut count);
    let got = stage
        .client
        .get(content.name().as_bytes(), &mut sink, options);
    got.expect("a download");
    let a_megabyte = |count: usize| Figures::new([count as f64 * 1e6 / size as f64]);
    let what = format!("get {place}, {}", content.name());
    // Chunks of a line have 4 KB on a pty, and some are smaller.
    let goal = Goal::AtMost(1000.0);
    [
        Row::alone(
            GROUP,
            format!("{what}: writes a MB"),
            &a_megabyte(sink.0),
            goal,
        ),
        Row::alone(
            GROUP,
            format!("{what}: progress calls a MB"),
            &a_megabyte(progress),
            goal,
        ),
    ]
}
