//! System calls of the program, counted by strace: what reaches the disk when, and that nothing waits for a clock.

use std::collections::HashMap;
use std::fs;
use std::process::Command;

use qftp::dialect;
use qftp::emulator::{Emulator, EmulatorOptions};
use qftp_test::servers::Kind;

use crate::running::{Ended, Run};
use crate::transfers::server_and_home;

/// A call that has returned: its name, and all of it as strace shows it.
pub(crate) struct Call {
    pub(crate) name: String,
    pub(crate) text: String,
}

/// Runs the program to its good end and returns the calls of these names, in the order in which they returned.
fn calls(run: &Run, words: &[&str], names: &str) -> Vec<Call> {
    let (ended, calls) = traced(run, words, names, &[]);
    ended.expect(0);
    calls
}

/// Runs the program with more options of strace, and returns what came of it with the calls that returned.
pub(crate) fn traced(
    run: &Run,
    words: &[&str],
    names: &str,
    options: &[&str],
) -> (Ended, Vec<Call>) {
    let program = run.command(words);
    let log = run.path("calls");
    let mut strace = Command::new("strace");
    let environment = program.get_envs();
    let output = strace
        .args(["-f", "-qq", "-e", &format!("trace={names}")])
        .args(options)
        .arg("-o")
        .arg(&log)
        .arg(program.get_program())
        .args(program.get_args())
        .current_dir(run.path(""))
        .envs(environment.filter_map(|(name, value)| Some((name, value?))))
        .output();
    let output = output.expect("strace: scripts/test-setup.sh installs it");
    let log = fs::read_to_string(log).expect("the calls");
    (output.into(), returned(&log))
}

/// Joins the two lines of a call that other threads interrupt in the log.
fn returned(log: &str) -> Vec<Call> {
    let mut begun = HashMap::new();
    let mut calls = Vec::new();
    for line in log.lines() {
        let (thread, text) = line.split_once(' ').expect("a thread and a call");
        let text = text.trim_start();
        let text = if let Some(start) = text.strip_suffix("<unfinished ...>") {
            begun.insert(thread, start);
            continue;
        } else if let Some((_, end)) = text
            .strip_prefix("<... ")
            .and_then(|text| text.split_once(" resumed>"))
        {
            let start = begun.remove(thread).expect("the start of a call");
            format!("{}{end}", start.trim_end())
        } else {
            text.to_owned()
        };
        if let Some((name, _)) = text.split_once('(') {
            calls.push(Call {
                name: name.to_owned(),
                text,
            });
        }
    }
    calls
}

fn names(calls: &[Call]) -> Vec<&str> {
    calls.iter().map(|call| call.name.as_str()).collect()
}

/// The content before its name, and the name behind it.
#[test]
fn a_download_is_on_the_disk_unless_it_is_not_to_be() {
    let module = Emulator::on_pty(None, EmulatorOptions::new(dialect::ALL[0])).expect("a module");
    let (server, run, url) = server_and_home(Kind::Pyftpdlib, &module.url().expect("a path"));
    server.put("a.bin", b"12345");
    let url = format!("{url}/a.bin");
    for (words, expected) in [
        (vec!["get", &url, "a.bin"], vec!["fsync", "rename", "fsync"]),
        (vec!["get", "--no-fsync", &url, "a.bin"], vec!["rename"]),
    ] {
        let calls = calls(&run, &words, "fsync,fdatasync,rename");
        assert_eq!(names(&calls), expected, "{words:?}");
        assert_eq!(fs::read(run.path("a.bin")).expect("a file"), b"12345");
    }
}

/// Returns true for a wait that had a time, and ended with it: not a look that returns at once.
fn timed_out(call: &Call) -> bool {
    let (call, result) = call.text.rsplit_once(" = ").expect("a result");
    let looks = [", 0)", ", 0, NULL, 8)", "{tv_sec=0, tv_nsec=0}, NULL, 8)"];
    let call = call.replace(" )", ")");
    let call = call.trim_end();
    result.starts_with('0') && !looks.iter().any(|look| call.ends_with(look))
}

/// Between the client and the emulator of a small file, each wait ends by what the other one says.
#[test]
fn nothing_waits_for_a_clock_in_a_small_transfer() {
    for dialect in dialect::ALL {
        let port = format!("emulator://{}", dialect.name);
        let (_server, run, url) = server_and_home(Kind::Vsftpd, &port);
        run.file("one", b"x");
        let there = format!("{url}/one");
        for words in [["put", "one", &there], ["get", &there, "back"]] {
            let calls = calls(
                &run,
                &words,
                "epoll_wait,ppoll,poll,nanosleep,clock_nanosleep",
            );
            assert!(calls.len() > 20, "{} {words:?}: it waits", dialect.name);
            let timed = calls.iter().filter(|call| timed_out(call));
            let timed: Vec<_> = timed.map(|call| &call.text).collect();
            assert!(timed.is_empty(), "{} {words:?}: {timed:#?}", dialect.name);
        }
        assert_eq!(fs::read(run.path("back")).expect("a file"), b"x");
    }
}

#[test]
fn the_demonstration_waits_for_no_clock_in_its_emulator() {
    let run = Run::new();
    // Waits of the emulator's event loop take 256 events at most; those of the server are its own matter.
    let calls = calls(&run, &["demo", "--dialect", "gsm"], "epoll_wait");
    let own = calls.iter().filter(|call| call.text.contains(", 256, "));
    let (timed, others): (Vec<_>, Vec<_>) = own.partition(|call| timed_out(call));
    assert!(others.len() > 20, "{} waits", others.len());
    let timed: Vec<_> = timed.iter().map(|call| &call.text).collect();
    assert!(timed.is_empty(), "{timed:#?}");
}
