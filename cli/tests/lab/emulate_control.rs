//! A running `qftp emulate`: its trace, its keys, and `qftp emulate-ctl`.

use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use rustix::process::Signal;
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use serde_json::Value;
use tempfile::TempDir;

use crate::background::{Background, qftp};

fn text(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}

/// An emulator with a control socket.
struct Lab {
    folder: TempDir,
    module: Background,
}

impl Lab {
    fn new(more: &[&str]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let link = folder.path().join("ec25");
        let control = folder.path().join("control");
        let mut command = qftp(&["emulate", "--pty", text(&link)]);
        command.args(["--control", text(&control)]).args(more);
        let stderr = File::create(folder.path().join("stderr")).expect("a file");
        let module = Background::start(command.stderr(stderr));
        Lab { folder, module }
    }

    fn control(&self) -> PathBuf {
        self.folder.path().join("control")
    }

    fn ctl(&self, words: &[&str]) -> Output {
        let control = self.control();
        let mut command = qftp(&["emulate-ctl", text(&control)]);
        command.args(words).output().expect("qftp runs")
    }

    /// What it prints, where it succeeds.
    fn answer(&self, words: &[&str]) -> String {
        let output = self.ctl(words);
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{words:?}: {told}");
        assert_eq!(told, "");
        String::from_utf8(output.stdout).expect("UTF-8")
    }

    /// Sends commands by `qftp at`; returns its exit code.
    fn at(&self, commands: &[&str]) -> i32 {
        let mut command = qftp(&["--port", &self.module.ready, "at"]);
        let output = command.args(commands).output().expect("qftp runs");
        output.status.code().unwrap_or(-1)
    }

    /// What it printed on standard error, after it has ended.
    fn stderr(self) -> String {
        let (status, _) = self.module.end(Signal::TERM);
        assert_eq!(status.code(), Some(0));
        let path = self.folder.path().join("stderr");
        std::fs::read_to_string(path).expect("UTF-8")
    }
}

const ACCOUNT: &str = "AT+QFTPCFG=\"account\",\"joe\",\"geheim99\"";

#[test]
fn verbose_shows_both_directions_with_times_and_no_password() {
    let lab = Lab::new(&["-v"]);
    assert_eq!(lab.at(&["AT+CSQ", ACCOUNT, "AT+QFTPCFG=\"account\""]), 0);
    lab.answer(&["inject", "lose-urc"]);
    let printed = lab.stderr();
    let lines: Vec<(u64, &str)> = printed
        .lines()
        .map(|line| {
            let (ms, text) = line.trim_start().split_once(' ').expect("a time");
            (ms.parse().expect("milliseconds"), text)
        })
        .collect();
    assert!(lines.is_sorted_by_key(|(ms, _)| *ms), "{printed}");
    for wanted in [
        "* host opened the port",
        "> AT+CSQ",
        "< +CSQ: 28,99",
        "> AT+QFTPCFG=\"account\",\"joe\",***",
        "< +QFTPCFG: \"account\",\"joe\",***",
        "< OK",
        "* host closed the port",
        "* fault lose-urc injected",
    ] {
        assert!(
            lines.iter().any(|(_, line)| *line == wanted),
            "{wanted}: {printed}"
        );
    }
    assert!(!printed.contains("geheim99"), "{printed}");
    assert!(!printed.contains('\x1b'), "{printed}");
}

#[test]
fn without_verbose_it_prints_its_port_alone() {
    let lab = Lab::new(&[]);
    assert_eq!(lab.at(&["AT"]), 0);
    lab.answer(&["inject", "noise"]);
    assert_eq!(lab.stderr(), "");
}

#[test]
fn as_json_every_line_is_a_document_on_standard_output() {
    let folder = tempfile::tempdir().expect("a folder");
    let link = folder.path().join("ec25");
    let words = ["emulate", "--pty", text(&link), "-v", "--json"];
    let mut child = qftp(&words)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .expect("qftp starts");
    let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines();
    let mut next = || -> Value {
        let document = lines.next().expect("a line").expect("text");
        serde_json::from_str(&document).expect("a document")
    };
    let ready = next();
    assert_eq!(ready["event"], "ready");
    assert_eq!(ready["port"], text(&link));
    let output = qftp(&["--port", text(&link), "at", ACCOUNT]).output();
    assert!(output.expect("qftp runs").status.success());
    let mut seen = Vec::new();
    while seen
        .last()
        .is_none_or(|last: &Value| last["event"] != "host-went")
    {
        seen.push(next());
    }
    assert!(seen.iter().all(|event| event["ms"].is_u64()), "{seen:?}");
    assert_eq!(seen[0]["event"], "host-came");
    let typed = "AT+QFTPCFG=\"account\",\"joe\",***";
    let is_typed = |event: &Value| event["event"] == "typed" && event["text"] == typed;
    assert!(seen.iter().any(is_typed), "{seen:?}");
    let told = |event: &Value| event["event"] == "told" && event["text"] == "OK";
    assert!(seen.iter().any(told), "{seen:?}");
    let pid = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(pid, Signal::TERM).expect("a signal");
    assert!(child.wait().expect("its end").success());
}

#[test]
fn emulate_ctl_injects_clears_and_asks() {
    let lab = Lab::new(&[]);
    assert_eq!(lab.answer(&["inject", "no-network"]), "");
    let status: Value = serde_json::from_str(&lab.answer(&["status"])).expect("a document");
    assert_eq!(status["dialect"], "ec2x");
    assert_eq!(status["faults"], serde_json::json!(["no-network"]));
    assert_eq!(status["process"], lab.module.id());
    assert_eq!(lab.answer(&["clear", "no-network"]), "");
    assert_eq!(lab.answer(&["state", "sim=absent"]), "");
    assert_eq!(lab.at(&["AT+CPIN?"]), 103);
    assert_eq!(lab.answer(&["--json", "restart"]), "{\"ok\":true}\n");
    let status: Value =
        serde_json::from_str(&lab.answer(&["--json", "status"])).expect("a document");
    assert_eq!(status["faults"], serde_json::json!([]));
    assert_eq!(status["states"], serde_json::json!({ "sim": "absent" }));
    let faults = lab.answer(&["faults"]);
    assert!(faults.contains("\nsilent: neither hears"), "{faults}");
    let faults: Value = serde_json::from_str(&lab.answer(&["--json", "faults"])).expect("a list");
    assert_eq!(faults[0]["name"], "reboot");
    let listed: Value = serde_json::from_str(&lab.answer(&["--json", "states"])).expect("a list");
    assert_eq!(listed[0]["name"], "sim=ready|absent|pin|pin:DIGITS|puk");
}

#[test]
fn rules_of_a_fault_plan_fire_and_are_shown() {
    let folder = tempfile::tempdir().expect("a folder");
    let plan = folder.path().join("plan.toml");
    let rule = "seed = 7\n[[fault]]\naction = \"answer-busy\"\non = \"+CSQ\"\n";
    std::fs::write(&plan, rule).expect("a file");
    let rule = "answer-busy on=+CSQ nth=3";
    let lab = Lab::new(&["-v", "--faults", text(&plan), "--fault", rule]);
    let ask = || lab.at(&["AT+CSQ"]);
    assert_eq!([ask(), ask(), ask(), ask()], [103, 0, 103, 0]);
    let added = lab.answer(&["fault", "answer-busy on=+CSQ count=all"]);
    assert_eq!((added.as_str(), ask(), ask()), ("", 103, 103));
    assert_eq!(lab.answer(&["clear-faults"]), "");
    assert_eq!(ask(), 0);
    assert_eq!(lab.answer(&["fault", "reboot"]), "");
    let actions = lab.answer(&["actions"]);
    assert!(actions.contains("\nforeign-urc: says a line"), "{actions}");
    let printed = lab.stderr();
    let shown = |wanted: &str| {
        printed
            .lines()
            .filter(|line| line.ends_with(wanted))
            .count()
    };
    assert_eq!(shown(" * fault answer-busy on=+CSQ"), 1, "{printed}");
    assert_eq!(shown(" * fault answer-busy on=+CSQ nth=3"), 1, "{printed}");
    assert_eq!(
        shown(" * fault answer-busy on=+CSQ count=all"),
        2,
        "{printed}"
    );
    assert_eq!(shown(" * fault reboot"), 1, "{printed}");
    assert_eq!(shown(" * fault reboot injected"), 1, "{printed}");
}

#[test]
fn a_rule_that_is_wrong_is_told() {
    for (words, part) in [
        (
            ["--fault", "loud"],
            "fault rule \"loud\": unknown action \"loud\": there are lose, ",
        ),
        (
            ["--fault", "lose byte=1"],
            "unknown word \"byte\": lose takes bytes, on, ",
        ),
        (
            ["--fault", "lose on=+FTPOPEN"],
            "does not fit ec2x: it has no command +FTPOPEN",
        ),
        (
            ["--faults", "missing.toml"],
            "the fault plan cannot be read: missing.toml: ",
        ),
    ] {
        let mut command = qftp(&["emulate", "--tcp", "127.0.0.1:0"]);
        let output = command.args(words).output().expect("qftp runs");
        let told = String::from_utf8(output.stderr).expect("UTF-8");
        assert_eq!(output.status.code(), Some(2), "{told}");
        assert!(told.contains(part), "{told}");
    }
}

#[test]
fn emulate_ctl_explains_what_is_wrong() {
    let lab = Lab::new(&["--dialect", "gsm"]);
    for (words, code, part) in [
        (
            &["fly"][..],
            2,
            "unknown command \"fly\": there are inject, ",
        ),
        (
            &["inject"],
            2,
            "inject needs a FAULT, as in \"inject no-network\"",
        ),
        (&["state", "sim=gone"], 2, "sim takes ready|absent"),
        (&["status", "now"], 2, "status takes no argument"),
        (
            &["inject", "loud"],
            2,
            "unknown fault \"loud\": there are reboot, ",
        ),
        (&["inject", "busy"], 2, "does not occur on gsm"),
        (&["fault", "busy on=+CSQ"], 2, "does not fit gsm"),
        (
            &["fault", "lose byte=1"],
            2,
            "unknown word \"byte\": lose takes bytes",
        ),
        (&["inject", "a\nstatus"], 2, "one line of text"),
        (&[], 2, "<COMMAND>"),
    ] {
        let output = lab.ctl(words);
        let told = String::from_utf8(output.stderr).expect("UTF-8");
        assert_eq!(output.status.code(), Some(code), "{words:?}: {told}");
        assert!(told.contains(part), "{words:?}: {told}");
        assert!(output.stdout.is_empty());
    }
    let missing = lab.folder.path().join("missing");
    let output = qftp(&["--json", "emulate-ctl", text(&missing), "status"]).output();
    let output = output.expect("qftp runs");
    assert_eq!(output.status.code(), Some(100));
    let error: Value = serde_json::from_slice(&output.stderr).expect("a document");
    let message = error["error"]["message"].as_str().expect("a message");
    assert!(message.ends_with("missing does not exist"), "{message}");
    // Left by an emulator that was killed.
    let left = lab.folder.path().join("left");
    drop(std::os::unix::net::UnixListener::bind(&left).expect("a socket"));
    let output = qftp(&["emulate-ctl", text(&left), "status"]).output();
    let output = output.expect("qftp runs");
    let told = String::from_utf8(output.stderr).expect("UTF-8");
    assert_eq!(output.status.code(), Some(100));
    assert!(told.contains("no emulator listens there"), "{told}");
}

#[test]
fn a_control_socket_that_cannot_be_made_is_told() {
    let lab = Lab::new(&[]);
    let file = lab.folder.path().join("file");
    std::fs::write(&file, "mine").expect("a file");
    let beyond = lab.folder.path().join("missing").join("control");
    let long = lab.folder.path().join("x".repeat(120));
    let control = lab.control();
    let owner = format!("in use by an emulator, process {}", lab.module.id());
    let other = lab.folder.path().join("other");
    for (path, code, part) in [
        (&control, 101, owner.as_str()),
        (&file, 2, "exists and is not a socket"),
        (&beyond, 2, "the folder for it does not exist"),
        (&long, 2, "at most 107 bytes"),
    ] {
        for place in [["--pty", text(&other)], ["--tcp", "127.0.0.1:0"]] {
            let mut command = qftp(&["emulate", "--control", text(path)]);
            let output = command.args(place).output().expect("qftp runs");
            let told = String::from_utf8(output.stderr).expect("UTF-8");
            assert_eq!(output.status.code(), Some(code), "{told}");
            assert!(told.contains(part), "{told}");
        }
    }
    assert_eq!(std::fs::read(&file).expect("read"), b"mine");
    assert!(!other.is_symlink(), "nothing of it stays");
}

#[test]
fn the_completions_know_commands_and_faults() {
    for (word, expected) in [
        (None, &["inject", "clear-faults", "state"][..]),
        (
            Some("inject"),
            &["pdp-deactivate", "no-network", "foreign-urc"],
        ),
        (Some("state"), &["sim=absent"]),
    ] {
        let mut words = vec!["--", "qftp", "emulate-ctl", "c"];
        words.extend(word);
        words.push("");
        let index = (words.len() - 2).to_string();
        let mut command = qftp(&words);
        command
            .env("QFTP_COMPLETE", "bash")
            .env("_CLAP_COMPLETE_INDEX", index);
        let output = command.output().expect("qftp runs");
        let offered = String::from_utf8(output.stdout).expect("UTF-8");
        for name in expected {
            assert!(offered.lines().any(|line| line == *name), "{offered}");
        }
    }
}

/// The program in the foreground of a terminal of its own, and that terminal.
fn in_terminal(words: &[&str]) -> (std::process::Child, File) {
    let screen = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a terminal");
    grantpt(&screen).expect("granted");
    unlockpt(&screen).expect("unlocked");
    let name = ptsname(&screen, Vec::new()).expect("its name");
    let path = name.to_str().expect("text").to_owned();
    let end = OpenOptions::new().read(true).write(true).open(&path);
    let end = end.expect("the other end");
    let other = || Stdio::from(end.try_clone().expect("a descriptor"));
    let child = Command::new("setsid")
        .args(["--ctty", env!("CARGO_BIN_EXE_qftp")])
        .args(words)
        .env_remove("QFTP_PORT")
        .stdin(other())
        .stdout(other())
        .stderr(other())
        .spawn();
    (child.expect("qftp starts"), File::from(screen))
}

/// The screen of a terminal, and what has been read of it and not yet been asked for.
struct Screen {
    terminal: File,
    unread: String,
}

impl Screen {
    /// Reads until this is shown; returns all up to it since the last call.
    fn until(&mut self, wanted: &str) -> String {
        let mut buffer = [0; 1024];
        loop {
            if let Some(place) = self.unread.find(wanted) {
                let rest = self.unread.split_off(place + wanted.len());
                return std::mem::replace(&mut self.unread, rest);
            }
            let count = self.terminal.read(&mut buffer).expect("the screen");
            assert!(count > 0, "no {wanted} but {}", self.unread);
            let shown = String::from_utf8_lossy(&buffer[..count]);
            self.unread.push_str(&shown);
        }
    }
}

#[test]
fn keys_in_a_terminal_inject_faults() {
    let folder = tempfile::tempdir().expect("a folder");
    let link = folder.path().join("ec25");
    let control = folder.path().join("control");
    let words = ["emulate", "--pty", text(&link), "--control", text(&control)];
    let (mut child, terminal) = in_terminal(&words);
    let mut screen = Screen {
        terminal,
        unread: String::new(),
    };
    // The keys and the port are told by two outputs, in either order.
    if !screen.until("ready: ").contains("q quit") {
        screen.until("q quit");
    }
    let mut press = |keys: &[u8], wanted: &str| {
        screen.terminal.write_all(keys).expect("typed");
        screen.until(wanted)
    };
    let on = press(b"n", "fault no-network injected");
    assert!(!on.contains("host opened"), "only what a key did: {on}");
    press(b"N", "fault no-network cleared");
    // A fault that came by the socket is cleared by its key.
    let ctl = qftp(&["emulate-ctl", text(&control), "inject", "silent=9"]).status();
    assert!(ctl.expect("qftp runs").success());
    press(b"", "fault silent=9 injected");
    press(b"s", "state sim=absent");
    press(b"s", "state sim=ready");
    press(b"mzx", "fault noise injected");
    press(b"?", "q quit");
    let status = qftp(&["emulate-ctl", text(&control), "status"]).output();
    let status = String::from_utf8(status.expect("qftp runs").stdout).expect("UTF-8");
    assert!(status.contains("\"faults\":[]"), "{status}");
    screen.terminal.write_all(b"q").expect("typed");
    assert_eq!(child.wait().expect("its end").code(), Some(0));
    assert!(!link.is_symlink());
}
