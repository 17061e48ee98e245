//! The AT stream: a host without an operation reads lines; atat, oFono's gatsyntax and the C library read the same ones.

use std::process::Command;

use atat::digest::ParseError;
use atat::{AtDigester, DigestResult, Digester, Parser};
use qftp_bench_cases::at_stream::at_stream;
use qftp_bench_cases::{idle, lines};

use crate::allocations;
use crate::bench::{Bench, run};
use crate::figures::{Figures, in_turn, rate, seconds};
use crate::table::{Goal, Row};

const GROUP: &str = "AT stream";
const CHUNKS: [usize; 5] = [1, 16, 64, 1024, 4096];

pub(super) fn rows(bench: &Bench) -> Vec<Row> {
    let stream = at_stream(bench.scaled(2_000_000, 200_000, 10_000));
    let bytes = stream.as_bytes();
    let path = bench.folder().join("stream");
    std::fs::write(&path, bytes).expect("written");
    let c_engine = bench.compile_with_library("engine");
    let gatsyntax = gatsyntax(bench);
    let mut rows = Vec::new();
    for chunk in CHUNKS {
        let c = |program: &std::path::Path, case: String| {
            let printed = run(Command::new(program).arg(case).arg(&path));
            let taken: f64 = printed.trim().parse().expect("seconds");
            rate(bytes.len(), taken)
        };
        let name = if chunk == 1 {
            "1 byte".to_owned()
        } else {
            chunk.to_string()
        };
        let mut host = || rate(bytes.len(), seconds(|| idle::run(bytes, chunk)));
        let mut framing = || rate(bytes.len(), seconds(|| lines::split(bytes, chunk)));
        let mut atat = || rate(bytes.len(), seconds(|| digest(bytes, chunk)));
        let mut library = || c(&c_engine, format!("idle by {name}"));
        let mut ofono = || {
            gatsyntax
                .as_deref()
                .map_or(0.0, |program| c(program, chunk.to_string()))
        };
        let figures = in_turn(
            bench.rounds(),
            &mut [&mut host, &mut framing, &mut atat, &mut library, &mut ofono],
        );
        let [host, framing, atat, library, ofono] = &figures[..] else {
            unreachable!("five sides")
        };
        let least = if chunk == 1 {
            70.0
        } else if chunk == 16 {
            0.0
        } else {
            400.0
        };
        let goal = if least > 0.0 {
            Goal::AtLeast(least)
        } else {
            Goal::Open
        };
        rows.push(Row::alone(
            GROUP,
            format!("host idle, reads of {chunk}, MB/s"),
            host,
            goal,
        ));
        rows.push(Row::beside(
            GROUP,
            format!("host idle, reads of {chunk}, MB/s"),
            host,
            ("atat", atat),
            Goal::RatioAtLeast(3.0),
        ));
        let what = format!("host idle, reads of {chunk}, MB/s");
        rows.push(match gatsyntax {
            Some(_) => Row::beside(
                GROUP,
                what,
                host,
                ("gatsyntax", ofono),
                Goal::RatioAtLeast(1.0),
            ),
            None => Row::not_measured(
                GROUP,
                what + " beside gatsyntax",
                "not here: bench/peers.sh",
            ),
        });
        rows.push(Row::beside(
            GROUP,
            format!("C library, reads of {chunk}, MB/s"),
            library,
            ("Rust", host),
            Goal::RatioAtLeast(0.9),
        ));
        rows.push(Row::alone(
            GROUP,
            format!("framing alone, reads of {chunk}, MB/s"),
            framing,
            Goal::Open,
        ));
        rows.push(allocations_a_line(bytes, chunk));
    }
    rows
}

/// Counts how often a host that has warmed up allocates for a line: twice the stream, less once.
fn allocations_a_line(stream: &[u8], chunk: usize) -> Row {
    let twice = [stream, stream].concat();
    let mut lines = 0;
    let once = allocations::count(|| lines = idle::run(stream, chunk));
    let both = allocations::count(|| idle::run(&twice, chunk));
    let figure = Figures::new([(both.saturating_sub(once)) as f64 / lines as f64]);
    Row::alone(
        GROUP,
        format!("allocations a line, reads of {chunk}"),
        &figure,
        Goal::AtMost(0.0),
    )
}

/// Builds the peer where `bench/peers.sh` finds its source.
fn gatsyntax(bench: &Bench) -> Option<std::path::PathBuf> {
    let script = Bench::repository().join("bench/peers.sh");
    let output = Command::new(script).arg(bench.folder()).output().ok()?;
    if !output.status.success() {
        eprint!("{}", String::from_utf8_lossy(&output.stderr));
        return None;
    }
    Some(bench.folder().join("gatsyntax"))
}

/// The eight URCs among the lines, as a user of atat declares them.
struct Urcs;

const URCS: [&[u8]; 8] = [
    b"+CSQ:", b"+CREG:", b"+QIURC:", b"+QIACT:", b"+CGREG:", b"RDY", b"+CMTI:", b"+QIND:",
];

impl Parser for Urcs {
    fn parse(buffer: &[u8]) -> Result<(&[u8], usize), ParseError> {
        let start = buffer
            .iter()
            .take_while(|byte| matches!(byte, b'\r' | b'\n'))
            .count();
        let line = &buffer[start..];
        if !URCS.iter().any(|urc| line.starts_with(urc)) {
            let begins = |urc: &&[u8]| urc.starts_with(line);
            return Err(
                match line.is_empty() || URCS.iter().any(|urc| begins(&&urc[..])) {
                    true => ParseError::Incomplete,
                    false => ParseError::NoMatch,
                },
            );
        }
        let end = line.windows(2).position(|ends| ends == b"\r\n");
        let end = end.ok_or(ParseError::Incomplete)?;
        Ok((&line[..end], start + end + 2))
    }
}

/// Digests the stream as atat's ingress does: what is read waits in one buffer, and what is digested leaves it.
fn digest(stream: &[u8], chunk: usize) -> u64 {
    let mut digester = AtDigester::<Urcs>::new();
    let mut buffer = Vec::with_capacity(16 * 1024);
    let mut results = 0;
    for read in stream.chunks(chunk) {
        buffer.extend_from_slice(read);
        let mut taken = 0;
        loop {
            let (result, count) = digester.digest(&buffer[taken..]);
            results += u64::from(!matches!(result, DigestResult::None));
            taken += count;
            if count == 0 {
                break;
            }
        }
        buffer.drain(..taken);
    }
    results
}
