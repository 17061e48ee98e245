//! The examples in C and C++: built as their Makefile builds them against an installed library, and run with a software
//! module on a pseudo terminal and a real FTP server. All of it once more with the sanitizers.
#![cfg(unix)]

mod installed;

use std::fs::{self, OpenOptions};
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Command, Stdio};

use installed::{Checks, Examples, output, run};
use qftp::dialect::ec2x::EC2X;
use qftp::emulator::{Emulator, EmulatorOptions};
use qftp_test::servers::{Kind, Server};
use rustix::process::{Pid, Signal, kill_process};

/// What an example needs around it.
struct Bench {
    examples: Examples,
    server: Server,
    module: Emulator,
}

impl Bench {
    fn set(checks: Checks, kind: Kind) -> Self {
        let examples = Examples::make(checks);
        let link = examples.folder().join("ec25");
        let module = Emulator::on_pty(Some(&link), EmulatorOptions::new(&EC2X)).expect("a module");
        Bench {
            examples,
            server: Server::start(kind),
            module,
        }
    }

    /// An example with the account in its environment.
    fn example(&self, name: &str) -> Command {
        let mut command = self.examples.command(name);
        command
            .env("FTP_HOST", self.server.address.ip().to_string())
            .env("FTP_PORT", self.server.address.port().to_string())
            .env("FTP_USER", self.server.user)
            .env("FTP_PASSWORD", self.server.password);
        command
    }

    /// The same, on the module.
    fn on_module(&self, name: &str) -> Command {
        let mut command = self.example(name);
        command.arg(self.module.path().expect("a pseudo terminal"));
        command
    }

    fn write(&self, name: &str, content: &[u8]) {
        fs::write(self.examples.folder().join(name), content).expect("a file");
    }

    fn read(&self, name: &str) -> Option<Vec<u8>> {
        fs::read(self.examples.folder().join(name)).ok()
    }
}

/// Lines that look like a module's own, and every byte.
fn content(length: usize) -> Vec<u8> {
    let all: Vec<u8> = (0..=255).collect();
    let some = [&b"\r\nOK\r\n+QFTPPUT: 0,5\r\n+++"[..], &all].concat();
    some.into_iter().cycle().take(length).collect()
}

#[test]
fn the_examples_do_what_they_say() {
    for_each_example(Checks::None, Kind::Vsftpd);
}

#[test]
fn the_examples_do_it_under_the_sanitizers() {
    for_each_example(Checks::Sanitizers, Kind::Pyftpdlib);
}

fn for_each_example(checks: Checks, kind: Kind) {
    let bench = Bench::set(checks, kind);
    a_log_is_uploaded_as_far_as_the_server_lacks_it(&bench);
    an_update_goes_on_where_it_was_and_is_checked(&bench);
    urcs_are_printed_until_a_signal(&bench);
    the_bare_engine_uploads_in_a_loop_of_its_own(&bench);
    firmware_transfers_survive_faults(&bench);
    firmware_does_not_see_that_its_uart_is_none(&bench);
    a_string_goes_there_and_back_in_cpp(&bench);
    failures_are_told_and_end_with_1(&bench);
}

fn a_log_is_uploaded_as_far_as_the_server_lacks_it(bench: &Bench) {
    let whole = content(70_000);
    let upload = || {
        run(bench
            .on_module("upload_log")
            .args(["messages", "messages.log"]))
    };
    bench.write("messages", &whole[..50_000]);
    assert_eq!(upload(), "messages.log: 50000 bytes sent from 0\n");
    bench.write("messages", &whole);
    assert_eq!(upload(), "messages.log: 20000 bytes sent from 50000\n");
    assert_eq!(bench.server.get("messages.log"), Some(whole));
    // The log was started anew, and is shorter now.
    bench.write("messages", b"first line\n");
    assert_eq!(upload(), "messages.log: 11 bytes sent from 0\n");
}

fn an_update_goes_on_where_it_was_and_is_checked(bench: &Bench) {
    // Around the borders of SHA-256's blocks, too.
    for length in [0, 1, 55, 56, 63, 64, 200_000] {
        let image = content(length);
        bench.write("image", &image);
        let digest = run(bench.examples.command("/usr/bin/sha256sum").arg("image"));
        bench.server.put("image", &image);
        bench.server.put("image.sha256", digest.as_bytes());
        let have = length / 2;
        bench.write("new.part", &image[..have]);
        let printed = run(bench.on_module("update").args(["image", "new"]));
        let rest = format!("{} bytes from {have}\n", length - have);
        assert!(printed.starts_with(&rest), "{printed}");
        assert!(printed.contains(&digest[..64]), "{printed}");
        assert_eq!(bench.read("new"), Some(image));
        assert_eq!(bench.read("new.part"), None);
    }
    // Another image than the sum is of: the old one stays.
    let before = bench.read("new");
    bench.server.put("image", &content(1000));
    let refused = output(bench.on_module("update").args(["image", "new"]));
    assert_eq!(refused.status.code(), Some(1), "{refused:?}");
    assert_eq!(bench.read("new"), before);
    assert_eq!(bench.read("new.part"), None);
}

fn urcs_are_printed_until_a_signal(bench: &Bench) {
    let mut monitor = bench
        .on_module("urc_monitor")
        .arg("AT+CREG=2")
        .stdout(Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut lines = BufReader::new(monitor.stdout.take().expect("its output")).lines();
    let mut next = || lines.next().expect("a line").expect("text");
    assert_eq!(next(), "watching EC25");
    // Another terminal types at the module, whose context the examples before activated; the answer comes unasked.
    let path = bench.module.path().expect("a pseudo terminal");
    let mut line = OpenOptions::new().write(true).open(path).expect("the line");
    let server = &bench.server;
    let (user, password, port) = (server.user, server.password, server.address.port());
    let typed = format!(
        "AT+QFTPCFG=\"account\",\"{user}\",\"{password}\";+QFTPOPEN=\"127.0.0.1\",{port}\r"
    );
    line.write_all(typed.as_bytes()).expect("it is typed");
    let mut count = 1;
    while !next().ends_with(" +QFTPOPEN: 0,0") {
        count += 1;
    }
    kill_process(Pid::from_child(&monitor), Signal::TERM).expect("a signal is sent");
    assert_eq!(next(), format!("{count} seen"));
    assert!(monitor.wait().expect("it ends").success());
}

fn the_bare_engine_uploads_in_a_loop_of_its_own(bench: &Bench) {
    for length in [0, 1, 100_000] {
        let file = content(length);
        bench.write("file", &file);
        let printed = run(bench.on_module("bare_engine").args(["file", "by-engine"]));
        assert_eq!(printed, format!("by-engine: {length} bytes\n"));
        assert_eq!(bench.server.get("by-engine"), Some(file));
    }
}

/// Tells the tries that `bare_transfer` printed, and the rest of its line.
fn tries(printed: &str, remote: &str) -> (u32, String) {
    let line = printed.lines().find(|line| line.starts_with(remote));
    let line = line.unwrap_or_else(|| panic!("{printed}"));
    let (moved, tries) = line.split_once(" in ").expect("tries");
    let tries = tries.trim_end_matches(" tries").parse().expect("a number");
    (tries, moved.to_owned())
}

/// The data connection is cut in one piece, and the module restarts in another; both ends are whole afterwards.
fn firmware_transfers_survive_faults(bench: &Bench) {
    let transfer = |verb: &str, local: &str, remote: &str| {
        let path = bench.module.path().expect("a pseudo terminal");
        let mut command = bench.example("bare_transfer");
        command.arg(verb).arg(path).args([local, remote]);
        tries(&run(&mut command), remote)
    };
    let cut_and_restart = |command: &str| {
        for rule in [
            format!("drop-data after=90000 on={command}"),
            format!("reboot after=50000 on={command} nth=2"),
        ] {
            let rule = rule.parse().expect("a rule");
            bench
                .module
                .add_fault(rule)
                .expect("a fault of the dialect");
        }
    };
    let log = content(300_000);
    bench.write("log", &log);
    cut_and_restart("+QFTPPUT");
    let (tries, moved) = transfer("put", "log", "by-transfer.log");
    assert_eq!(moved, "by-transfer.log: 300000 bytes from 0");
    assert!(tries >= 3, "{tries}: both faults came");
    assert_eq!(bench.server.get("by-transfer.log"), Some(log.clone()));

    // The log grew; what the server has is not sent again.
    bench.module.clear_faults().expect("it runs");
    let log = [log, b"one line more\n".to_vec()].concat();
    bench.write("log", &log);
    let (tries, moved) = transfer("put", "log", "by-transfer.log");
    assert_eq!(
        (tries, moved.as_str()),
        (1, "by-transfer.log: 14 bytes from 300000")
    );
    assert_eq!(bench.server.get("by-transfer.log"), Some(log));

    let image = content(400_000);
    bench.server.put("by-transfer.bin", &image);
    bench.write("image", &image[..10_000]);
    cut_and_restart("+QFTPGET");
    let (tries, moved) = transfer("get", "image", "by-transfer.bin");
    assert_eq!(moved, "by-transfer.bin: 390000 bytes from 10000");
    assert!(tries >= 3, "{tries}: both faults came");
    assert_eq!(bench.read("image").as_deref(), Some(&image[..]));
    bench.module.clear_faults().expect("it runs");
}

fn firmware_does_not_see_that_its_uart_is_none(bench: &Bench) {
    let printed = run(bench
        .example("uart_drop_in")
        .args(["report.txt", "temperature 21.5"]));
    assert_eq!(
        printed,
        "[+QFTPOPEN: 0,0]\n[+QFTPPUT: 0,16]\n[+QFTPCLOSE: 0,0]\n"
    );
    assert_eq!(
        bench.server.get("report.txt").as_deref(),
        Some(&b"temperature 21.5"[..])
    );
}

fn a_string_goes_there_and_back_in_cpp(bench: &Bench) {
    let printed = run(bench.on_module("raii").arg("hello.txt"));
    assert!(
        printed.lines().any(|line| line == "hello.txt 15"),
        "{printed}"
    );
    assert_eq!(
        bench.server.get("hello.txt").as_deref(),
        Some(&b"Hello from C++\n"[..])
    );
}

/// No account, no such port, no such file, too few arguments; one line or two that say so, and 1.
fn failures_are_told_and_end_with_1(bench: &Bench) {
    let mut no_user = bench.on_module("upload_log");
    no_user.args(["messages", "x"]).env_remove("FTP_USER");
    let mut wrong_password = bench.on_module("raii");
    wrong_password.arg("x").env("FTP_PASSWORD", "wrong");
    let mut refused = bench.example("uart_drop_in");
    refused.args(["x", "y"]).env("FTP_PASSWORD", "wrong");
    let mut no_file = bench.on_module("bare_engine");
    no_file.args(["none", "x"]);
    let mut no_transfer = bench.example("bare_transfer");
    no_transfer
        .arg("get")
        .arg(bench.module.path().expect("a pseudo terminal"))
        .args(["nothing", "none"]);
    let mut not_there = bench.on_module("update");
    not_there.args(["none", "x"]);
    let mut no_port = bench.example("urc_monitor");
    no_port.arg("/dev/none");
    for (mut command, told) in [
        (no_user, "user is NULL"),
        (wrong_password, "(status 10, FTP 530)"),
        (refused, "firmware: no \"+QFTPOPEN: 0,0\""),
        (no_file, "none: No such file"),
        (no_transfer, "bare_transfer: none: "),
        (not_there, "none.sha256"),
        (no_port, "/dev/none"),
        (bench.example("upload_log"), "usage: "),
        (bench.example("update"), "usage: "),
        (bench.example("urc_monitor"), "usage: "),
        (bench.example("bare_engine"), "usage: "),
        (bench.example("bare_transfer"), "usage: "),
        (bench.example("uart_drop_in"), "usage: "),
        (bench.example("raii"), "usage: "),
    ] {
        let output = output(&mut command);
        let printed = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{command:?}: {output:?}");
        assert!(printed.contains(told), "{command:?}: {printed}");
    }
}
