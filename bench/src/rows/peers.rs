//! One large file beside pyserial, curl and the bare pseudo terminal, on the same server.

use std::cell::RefCell;
use std::path::Path;
use std::process::{Command, Stdio};

use qftp::client::{GetOptions, PutOptions};
use qftp::dialect::ec2x::EC2X;
use qftp::emulator::Emulator;
use qftp_bench_cases::Content;
use qftp_test::servers::{Kind, Server};

use crate::bench::{Bench, run};
use crate::figures::{in_turn, rate, seconds};
use crate::stage::{LineKind, Stage, prompt, serve};
use crate::table::{Goal, Row};

const GROUP: &str = "beside peers";

pub(super) fn rows(bench: &Bench) -> Vec<Row> {
    let size = bench.scaled(64 << 20, 4 << 20, 100_000);
    let server = Server::start(Kind::Vsftpd);
    serve(&server, "down", &Content::Random.bytes(size));
    let source = bench.folder().join("source");
    std::fs::write(&source, Content::Random.bytes(size)).expect("written");
    let raw = bench.compile("raw_pty", &[]);
    let lines = [
        LineKind::Pty,
        LineKind::Tcp,
        LineKind::Unix,
        LineKind::Memory,
    ];
    let stages = lines.map(|line| RefCell::new(Stage::new(bench, &EC2X, line, &server)));
    let python_line = Emulator::on_pty(None, prompt(&EC2X)).expect("an emulator");
    let python_path = python_line.path().expect("a path");
    let mut rows = Vec::new();
    for direction in ["get", "put"] {
        let ours = |stage: &RefCell<Stage>| {
            let client = &mut stage.borrow_mut().client;
            rate(
                size,
                seconds(|| {
                    match direction {
                        "get" => client.get_file(
                            b"down",
                            &bench.folder().join("down"),
                            GetOptions::new(),
                        ),
                        _ => client.put_file(&source, b"up", PutOptions::new()),
                    }
                    .expect("a transfer")
                }),
            )
        };
        let peers: [&mut dyn FnMut() -> f64; 3] = [
            &mut || rate(size, raw_pty(&raw, direction, size)),
            &mut || {
                rate(
                    size,
                    pyserial(direction, &python_path, &server, &source, size),
                )
            },
            &mut || rate(size, seconds(|| curl(&server, direction, &source))),
        ];
        let [raw_side, python_side, curl_side] = peers;
        let figures = in_turn(
            bench.rounds(),
            &mut [
                &mut || ours(&stages[0]),
                &mut || ours(&stages[1]),
                &mut || ours(&stages[2]),
                &mut || ours(&stages[3]),
                raw_side,
                python_side,
                curl_side,
            ],
        );
        let [pty, tcp, unix, memory, raw, python, curl] = &figures[..] else {
            unreachable!("seven sides")
        };
        let row = |name: &str, ours, peer, goal| {
            Row::beside(GROUP, format!("{direction} {name}, MB/s"), ours, peer, goal)
        };
        rows.extend([
            row("pty", pty, ("raw pty in C", raw), Goal::Open),
            row("pty", pty, ("pyserial", python), Goal::RatioAtLeast(1.0)),
            row("pty", pty, ("curl", curl), Goal::Open),
            row("in process", memory, ("curl", curl), Goal::Open),
            row("TCP", tcp, ("curl", curl), Goal::Open),
            row("Unix socket", unix, ("TCP", tcp), Goal::RatioAtLeast(0.8)),
        ]);
    }
    rows
}

/// Runs the program that only moves bytes over a pty, and returns its seconds.
fn raw_pty(program: &Path, direction: &str, size: usize) -> f64 {
    let printed = run(Command::new(program).arg(direction).arg(size.to_string()));
    printed.trim().parse().expect("seconds")
}

/// Runs the transfer as a program on pyserial does it, and returns the seconds of its payload.
fn pyserial(direction: &str, port: &Path, server: &Server, source: &Path, size: usize) -> f64 {
    let printed = run(Command::new(Bench::python())
        .arg("-I")
        .arg(Bench::repository().join("bench/python/transfer.py"))
        .arg(direction)
        .args([port, source])
        .args([&size.to_string(), &server.address.port().to_string()])
        .args([server.user, server.password]));
    printed.trim().parse().expect("seconds")
}

/// Makes a curl of this account that takes nothing from its surroundings and says errors alone.
pub(super) fn curl_as(account: &str) -> Command {
    let mut curl = Command::new("curl");
    curl.args(["--silent", "--show-error", "--disable", "--noproxy", "*"]);
    curl.args(["--user", account]);
    curl
}

/// Runs curl, which has to succeed.
pub(super) fn curl(server: &Server, direction: &str, source: &Path) {
    let mut curl = curl_as(&format!("{}:{}", server.user, server.password));
    if let Some(files) = &server.files {
        curl.arg("--ssl-reqd").arg("--cacert").arg(&files.authority);
    }
    match direction {
        "get" => curl.args(["--output", "/dev/null", &server.url("down")]),
        _ => curl
            .arg("--upload-file")
            .arg(source)
            .arg(server.url("up-curl")),
    };
    let status = curl.stdin(Stdio::null()).status().expect("curl runs");
    assert!(status.success(), "curl {direction}: {status}");
}
