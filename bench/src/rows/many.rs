//! Many emulators in one process, and many lines at once on three servers.

use std::process::Command;

use qftp_bench_cases::Content;
use qftp_test::servers::{Kind, Server};

use super::lab::Lab;
use crate::bench::{Bench, run};
use crate::figures::Figures;
use crate::stage::serve;
use crate::table::{Goal, Row};

const GROUP: &str = "many emulators";

pub(super) fn rows(bench: &Bench) -> Vec<Row> {
    let count = bench.scaled(1000, 100, 10);
    let figures = worker(bench, &["emulators", &count.to_string()]);
    let [memory, threads, descriptors] = figures[..] else {
        panic!("three figures: {figures:?}")
    };
    let one = |figure: f64| Figures::new([figure]);
    let mut rows = vec![
        Row::alone(
            GROUP,
            format!("{count} emulators on ptys, MB in all"),
            &one(memory / 1e3),
            Goal::AtMost(40.0),
        ),
        Row::alone(
            GROUP,
            format!("{count} emulators on ptys, threads in all"),
            &one(threads),
            Goal::AtMost(8.0),
        ),
        Row::alone(
            GROUP,
            format!("{count} emulators on ptys, descriptors each"),
            &one(descriptors),
            Goal::AtMost(4.0),
        ),
    ];
    let size = bench.scaled(1 << 20, 1 << 18, 10_000);
    let content = Content::Random.bytes(size);
    for kind in [Kind::Pyftpdlib, Kind::Vsftpd] {
        let server = Server::start(kind);
        serve(&server, "down", &content);
        let name = format!("{kind:?}");
        rows.extend(lines(
            bench,
            count,
            &name,
            server.address.port(),
            server.user,
            server.password,
            size,
        ));
    }
    let lab = Lab::start(bench);
    std::fs::write(lab.folder().join("down"), &content).expect("written");
    rows.extend(lines(
        bench,
        count,
        "qftp serve",
        lab.port,
        Lab::USER,
        Lab::PASSWORD,
        size,
    ));
    rows
}

fn lines(
    bench: &Bench,
    count: usize,
    server: &str,
    port: u16,
    user: &str,
    password: &str,
    size: usize,
) -> Vec<Row> {
    let mut failed = Figures::default();
    let mut rates = Figures::default();
    let mut jain = Figures::default();
    for _ in 0..bench.scaled(3, 1, 1) {
        let figures = worker(
            bench,
            &[
                "lines",
                &count.to_string(),
                &port.to_string(),
                user,
                password,
            ],
        );
        let [failures, seconds, index] = figures[..] else {
            panic!("three figures: {figures:?}")
        };
        failed.push(failures);
        rates.push((count * size) as f64 / 1e6 / seconds);
        jain.push(index);
    }
    let what = format!("{count} lines at once, {server}");
    vec![
        Row::alone(
            GROUP,
            format!("{what}: lines that failed"),
            &failed,
            Goal::AtMost(0.0),
        ),
        Row::alone(GROUP, format!("{what}: MB/s in all"), &rates, Goal::Open),
        Row::alone(
            GROUP,
            format!("{what}: Jain's index"),
            &jain,
            Goal::AtLeast(0.9),
        ),
    ]
}

fn worker(bench: &Bench, arguments: &[&str]) -> Vec<f64> {
    let printed = run(Command::new(bench.worker()).arg("--worker").args(arguments));
    let figures = printed.lines().map(|line| line.parse().expect("a figure"));
    figures.collect()
}
