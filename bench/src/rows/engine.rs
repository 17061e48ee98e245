//! Payload through the engine alone: contents that look like the end of it, and uploads in small pieces.

use qftp::dialect::Dialect;
use qftp_bench_cases::download::Download;
use qftp_bench_cases::{Content, exchange, upload};

use crate::allocations;
use crate::bench::Bench;
use crate::figures::{Figures, in_turn, rate, seconds};
use crate::stage::hostile;
use crate::table::{Goal, Row};

const GROUP: &str = "engine";

pub(super) fn rows(bench: &Bench) -> Vec<Row> {
    let mut rows = Vec::new();
    for dialect in qftp::dialect::ALL {
        rows.extend(downloads(bench, dialect));
    }
    rows.extend(
        qftp::dialect::ALL
            .iter()
            .map(|dialect| uploads(bench, dialect)),
    );
    rows.extend(exchanges(bench));
    rows
}

/// Every content beside random content of the same dialect.
fn downloads(bench: &Bench, dialect: &'static Dialect) -> Vec<Row> {
    let size = bench.scaled(8 << 20, 1 << 20, 1 << 14);
    let random = Download::new(dialect, &Content::Random.bytes(size));
    let timed = |download: &Download| rate(size, seconds(|| download.run(4096)));
    let mut rows = Vec::new();
    for content in std::iter::once(Content::Random).chain(hostile(dialect).iter().copied()) {
        let download = Download::new(dialect, &content.bytes(size));
        let figures = in_turn(
            bench.rounds(),
            &mut [&mut || timed(&download), &mut || timed(&random)],
        );
        let what = format!("download {}, {}, MB/s", dialect.name, content.name());
        rows.push(Row::beside(
            GROUP,
            what,
            &figures[0],
            ("random", &figures[1]),
            Goal::Open,
        ));
        let count = download.run(4096);
        let pieces = Figures::new([count.pieces as f64 * 1e6 / count.moved as f64]);
        let what = format!("download {}, {}: events a MB", dialect.name, content.name());
        rows.push(Row::alone(GROUP, what, &pieces, Goal::AtMost(600.0)));
    }
    rows
}

fn uploads(bench: &Bench, dialect: &'static Dialect) -> Row {
    let content = Content::Random.bytes(bench.scaled(8 << 20, 1 << 20, 1 << 14));
    let timed = |piece| {
        rate(
            content.len(),
            seconds(|| upload::run(dialect, &content, piece)),
        )
    };
    let figures = in_turn(
        bench.rounds(),
        &mut [&mut || timed(64), &mut || timed(4096)],
    );
    let what = format!("upload {}, pieces of 64, MB/s", dialect.name);
    Row::beside(
        GROUP,
        what,
        &figures[0],
        ("pieces of 4096", &figures[1]),
        Goal::Open,
    )
}

fn exchanges(bench: &Bench) -> Vec<Row> {
    let times = bench.scaled(100_000, 10_000, 100);
    let mut exchange = exchange::Exchange::default();
    let mut one = || seconds(|| (0..times).for_each(|_| exchange.run())) * 1e6 / f64::from(times);
    let figures = in_turn(bench.rounds(), &mut [&mut one]);
    let count = allocations::count(|| (0..100).for_each(|_| exchange.run()));
    vec![
        Row::alone(GROUP, "one exchange, µs", &figures[0], Goal::AtMost(0.5)),
        Row::alone(
            GROUP,
            "allocations an exchange",
            &Figures::new([count as f64 / 100.0]),
            Goal::AtMost(0.0),
        ),
    ]
}
