//! System calls, counted by `strace -c`: of a transfer a megabyte, and of a client that waits.

use std::fs;
use std::process::{Command, Stdio};

use qftp::dialect::Dialect;
use qftp::dialect::ec2x::EC2X;
use qftp::emulator::Emulator;
use qftp_bench_cases::Content;
use qftp_test::servers::Server;

use crate::bench::Bench;
use crate::stage::{prompt, serve};

/// Runs a program under strace, and returns the number of its system calls, with all its threads.
pub fn count(bench: &Bench, command: &Command) -> f64 {
    let summary = bench.folder().join("strace");
    let mut strace = Command::new("strace");
    strace
        .args(["-f", "-c", "-q", "-U", "calls,name", "-o"])
        .arg(&summary)
        .arg(command.get_program())
        .args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => strace.env(name, value),
            None => strace.env_remove(name),
        };
    }
    let status = strace.stdout(Stdio::null()).status();
    let status = status.expect("strace: scripts/test-setup.sh installs it");
    assert!(status.success(), "{command:?}: {status}");
    let text = fs::read_to_string(&summary).expect("the summary");
    let total = text
        .lines()
        .find_map(|line| line.trim().strip_suffix("total"));
    let total = total.and_then(|line| line.trim().parse().ok());
    total.unwrap_or_else(|| panic!("strace prints no total:\n{text}"))
}

/// Counts the calls of a client that waits three seconds, less those of one that waits one second; a second.
pub fn wake_ups(bench: &Bench) -> f64 {
    let emulator = Emulator::on_pty(None, prompt(&EC2X)).expect("an emulator");
    let url = emulator.url().expect("a url");
    let calls = |seconds: u32| {
        let mut worker = Command::new(bench.worker());
        worker.args(["--worker", "wait", &url, &seconds.to_string()]);
        count(bench, &worker)
    };
    let (short, long) = (calls(1), calls(3));
    (long - short) / 2.0
}

/// Counts the calls of the program for a large file, less those for a small one; a megabyte of the difference.
pub fn a_megabyte(
    bench: &Bench,
    server: &Server,
    dialect: &'static Dialect,
    content: Content,
    direction: &str,
    sizes: [usize; 2],
) -> f64 {
    let emulator = Emulator::on_pty(None, prompt(dialect)).expect("an emulator");
    let local = bench.folder().join("local");
    let counts = sizes.map(|size| {
        let bytes = content.bytes(size);
        match direction {
            "get" => serve(server, "file", &bytes),
            _ => std::fs::write(&local, &bytes).expect("written"),
        }
        let mut program = Command::new(bench.program());
        program.arg("--port").arg(emulator.path().expect("a path"));
        program.args(["--user", server.user, "--quiet", direction]);
        let url = server.url("file");
        match direction {
            "get" => program.arg(url).arg(&local),
            _ => program.arg(&local).arg(url),
        };
        program.env("QFTP_PASSWORD", server.password);
        let calls = count(bench, &program);
        if direction == "get" {
            assert!(std::fs::read(&local).expect("read") == bytes, "the content");
        }
        std::fs::remove_file(server.root.join("file")).expect("the file is on the server");
        calls
    });
    (counts[1] - counts[0]) * 1e6 / (sizes[1] - sizes[0]) as f64
}
