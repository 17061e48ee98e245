//! `qftp emulate`, as a host sees it.

use std::fs;
use std::io::Read as _;
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::time::{Duration, Instant};

use crate::background::{Background, qftp};
use qftp::connect;
use qftp::dialect;
use qftp::port::{Port, PortError};
use rustix::process::Signal;

/// Long enough for a machine under load; a working module answers at once.
const TIMEOUT: Duration = Duration::from_secs(30);

fn text(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}

/// Types a line and reads until the answer is complete.
fn type_line(host: &mut dyn Port, line: &str) -> String {
    let line = format!("{line}\r");
    let count = host.write(line.as_bytes(), TIMEOUT).expect("written");
    assert_eq!(count, line.len());
    read_until(host, "\r\nOK\r\n")
}

/// Reads until the answer ends like this.
fn read_until(host: &mut dyn Port, end: &str) -> String {
    let mut answer = Vec::new();
    let mut buffer = [0; 4096];
    while !answer.ends_with(end.as_bytes()) {
        let count = host.read(&mut buffer, TIMEOUT).expect("read");
        assert!(count > 0, "no answer but {}", answer.escape_ascii());
        answer.extend_from_slice(&buffer[..count]);
    }
    String::from_utf8(answer).expect("UTF-8")
}

/// Opens the port. That of a host that has just closed it may look busy for a moment: a child that another test is
/// starting has its lock, too, from its fork to its exec.
pub(crate) fn open(port: &str) -> Box<dyn Port> {
    let begun = Instant::now();
    loop {
        match connect::open(port) {
            Err(PortError::Busy { .. }) if begun.elapsed() < TIMEOUT => {
                std::thread::sleep(Duration::from_millis(5));
            }
            opened => return opened.expect("the port opens"),
        }
    }
}

pub(crate) fn ask(port: &str, line: &str) -> String {
    let mut host = open(port);
    type_line(&mut *host, line)
}

#[test]
fn hosts_open_the_link_one_after_another_and_both_signals_remove_it() {
    for signal in [Signal::INT, Signal::TERM] {
        let folder = tempfile::tempdir().expect("a folder");
        let link = folder.path().join("ec25");
        let module = Background::start(&mut qftp(&["emulate", "--pty", text(&link)]));
        assert_eq!(module.ready, text(&link));
        assert!(link.is_symlink());
        assert_eq!(ask(&module.ready, "AT"), "AT\r\r\nOK\r\n");
        let mut second = open(&module.ready);
        assert_eq!(type_line(&mut *second, "ATE0"), "ATE0\r\r\nOK\r\n");
        assert_eq!(type_line(&mut *second, "AT"), "\r\nOK\r\n");
        let (status, rest) = module.end(signal);
        assert_eq!((status.code(), rest.as_str()), (Some(0), ""));
        assert!(!link.is_symlink(), "the link is gone");
    }
}

#[test]
fn a_link_in_use_is_refused_and_one_that_was_left_is_replaced() {
    let folder = tempfile::tempdir().expect("a folder");
    let link = folder.path().join("ec25");
    let arguments = ["emulate", "--pty", text(&link)];
    let first = Background::start(&mut qftp(&arguments));
    let target = fs::read_link(&link).expect("a link");
    let second = qftp(&arguments).output().expect("qftp runs");
    let told = String::from_utf8(second.stderr).expect("UTF-8");
    assert_eq!(second.status.code(), Some(101), "{told}");
    let owner = format!("is in use by an emulator, process {}", first.id());
    assert!(told.contains(&owner), "{told}");
    assert_eq!(fs::read_link(&link).expect("a link"), target);
    assert_eq!(ask(&first.ready, "AT"), "AT\r\r\nOK\r\n");

    first.end(Signal::KILL);
    assert!(link.is_symlink(), "the killed one could not remove it");
    // Its terminal may have gone to another program.
    let third = Background::start(&mut qftp(&arguments));
    assert_eq!(ask(&third.ready, "AT"), "AT\r\r\nOK\r\n");
    third.end(Signal::TERM);
    let left = fs::read_dir(folder.path()).expect("the folder").count();
    assert_eq!(left, 0, "neither link nor lock stays");
}

#[test]
fn on_a_socket() {
    let module = Background::start(&mut qftp(&["emulate", "--tcp", "127.0.0.1:0"]));
    assert!(
        module.ready.starts_with("socket://127.0.0.1:"),
        "{}",
        module.ready
    );
    for _ in 0..3 {
        assert_eq!(ask(&module.ready, "AT"), "AT\r\r\nOK\r\n");
    }
    let (status, _) = module.end(Signal::TERM);
    assert_eq!(status.code(), Some(0));
}

#[test]
fn on_a_unix_socket() {
    let folder = tempfile::tempdir().expect("a folder");
    let socket = folder.path().join("module.sock");
    let arguments = ["emulate", "--unix", text(&socket)];
    let killed = Background::start(&mut qftp(&arguments));
    assert_eq!(killed.ready, format!("unix://{}", text(&socket)));
    for _ in 0..3 {
        assert_eq!(ask(&killed.ready, "AT"), "AT\r\r\nOK\r\n");
    }
    let second = qftp(&arguments).output().expect("qftp runs");
    let told = String::from_utf8(second.stderr).expect("UTF-8");
    assert_eq!(second.status.code(), Some(101), "{told}");
    let owner = format!("in use by an emulator, process {}", killed.id());
    assert!(told.contains(&owner), "{told}");
    let host = open(&killed.ready);
    let output = qftp(&["--port", &killed.ready, "at", "AT"]).output();
    let output = output.expect("qftp runs");
    assert_eq!(output.status.code(), Some(101), "{output:?}");
    drop(host);
    killed.end(Signal::KILL);
    assert!(socket.exists(), "the killed one could not remove it");
    let next = Background::start(&mut qftp(&arguments));
    assert_eq!(ask(&next.ready, "AT"), "AT\r\r\nOK\r\n");
    let (status, _) = next.end(Signal::TERM);
    assert_eq!(status.code(), Some(0));
    let left = fs::read_dir(folder.path()).expect("the folder").count();
    assert_eq!(left, 0, "neither socket nor lock stays");
}

#[test]
fn a_second_host_on_a_socket_is_told_that_it_is_busy() {
    let module = Background::start(&mut qftp(&["emulate", "--tcp", "127.0.0.1:0"]));
    let address = module.ready.trim_start_matches("socket://");
    for _ in 0..20 {
        let mut first = open(&module.ready);
        assert_eq!(type_line(&mut *first, "AT"), "AT\r\r\nOK\r\n");
        let mut second = TcpStream::connect(address).expect("a connection");
        let mut told = String::new();
        second.read_to_string(&mut told).expect("it is closed");
        assert_eq!(told, "\r\nBUSY\r\n");
        assert_eq!(type_line(&mut *first, "AT"), "AT\r\r\nOK\r\n");
        // The next one comes as soon as this one has gone.
    }
}

#[test]
fn a_port_on_the_network_is_warned_of() {
    let dir = tempfile::tempdir().expect("a folder");
    let emulate = ["emulate", "--tcp"];
    let serve = ["serve", text(dir.path()), "--listen"];
    for command in [&emulate[..], &serve] {
        for (address, warned) in [("127.0.0.1:0", false), ("0.0.0.0:0", true)] {
            let errors = dir.path().join("errors");
            let file = fs::File::create(&errors).expect("a file");
            let mut command = qftp(&[command, &[address]].concat());
            drop(Background::start(command.stderr(file)));
            let told = fs::read_to_string(&errors).expect("text");
            let is_warning = told.contains("is not a loopback address");
            assert_eq!(is_warning, warned, "{address}: {told}");
        }
    }
}

#[test]
fn the_program_drives_it_in_each_dialect() {
    for dialect in dialect::ALL {
        let (dialect, model) = (dialect.name, dialect.identities[0].model);
        let folder = tempfile::tempdir().expect("a folder");
        let link = folder.path().join("link");
        let arguments = ["emulate", "--dialect", dialect, "--pty", text(&link)];
        let module = Background::start(&mut qftp(&arguments));
        let output = qftp(&["--port", &module.ready, "at", "AT+CGMM"]).output();
        let output = output.expect("qftp runs");
        let answer = String::from_utf8(output.stdout).expect("UTF-8");
        assert!(
            output.status.success() && answer.contains(model),
            "{dialect}: {answer}"
        );
    }
}

#[test]
fn a_model_names_itself_and_has_its_places() {
    for (name, model, answer) in [
        ("m95", "Quectel_M95", "+QFTPCFG:-10"),
        ("M10", "Quectel_M10", "+QFTPCFG:-10"),
        ("gsm", "Quectel_M33", "+QFTPCFG:0"),
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        let link = folder.path().join("link");
        let arguments = ["emulate", "--dialect", name, "--pty", text(&link)];
        let module = Background::start(&mut qftp(&arguments));
        let mut host = open(&module.ready);
        let told = type_line(&mut *host, "AT+CGMM");
        assert!(told.contains(model), "{told}");
        let count = host.write(b"AT+QFTPCFG=4,\"/SD/\"\r", TIMEOUT);
        assert_eq!(count.expect("written"), 20);
        read_until(&mut *host, &format!("\r\n{answer}\r\n"));
    }
}

#[test]
fn a_slow_module_accepts_what_it_does_not_know() {
    let folder = tempfile::tempdir().expect("a folder");
    let link = folder.path().join("link");
    let mut command = qftp(&["emulate", "--dialect", "m95", "--pty", text(&link)]);
    command.args(["--baud", "57600", "--latency", "+CSQ=3600s,1..2ms"]);
    command.args([
        "--seed",
        "7",
        "--accept",
        "+QFOO,+QBAR",
        "--accept",
        "+qbaz",
    ]);
    let module = Background::start(&mut command);
    let mut host = open(&module.ready);
    type_line(&mut *host, "ATE0");
    assert_eq!(
        type_line(&mut *host, "AT+IPR?"),
        "\r\n+IPR: 57600\r\n\r\nOK\r\n"
    );
    for name in ["+QFOO", "+QBAR", "+QBAZ"] {
        let set = format!("AT{name}=1,\"a\"");
        assert_eq!(type_line(&mut *host, &set), "\r\nOK\r\n");
        let told = type_line(&mut *host, &format!("AT{name}?"));
        assert_eq!(told, format!("\r\n{name}: 1,\"a\"\r\n\r\nOK\r\n"));
    }
    let count = host.write(b"AT+CSQ\r", TIMEOUT);
    assert_eq!(count.expect("written"), 7);
    let read = host.read(&mut [0; 100], Duration::from_millis(100));
    assert_eq!(read.expect("read"), 0, "its answer takes an hour");
}

#[test]
fn it_deviates_from_its_manual_by_quirks() {
    let folder = tempfile::tempdir().expect("a folder");
    let link = folder.path().join("link");
    let arguments = ["emulate", "--pty", text(&link), "--quirk"];
    let mut command = qftp(&arguments);
    let module = Background::start(command.arg("quoted-pwd,mask-password"));
    let mut host = open(&module.ready);
    type_line(&mut *host, "ATE0");
    let set = "AT+QFTPCFG=\"account\",\"joe\",\"word\"";
    assert_eq!(type_line(&mut *host, set), "\r\nOK\r\n");
    assert_eq!(
        type_line(&mut *host, "AT+QFTPCFG=\"account\""),
        "\r\n+QFTPCFG: \"account\",\"joe\",\"****\"\r\n\r\nOK\r\n"
    );
}

#[test]
fn it_begins_in_states_and_says_the_lines_of_a_start() {
    let folder = tempfile::tempdir().expect("a folder");
    let link = folder.path().join("link");
    let arguments = ["emulate", "--pty", text(&link), "--banner", "--vanish"];
    let mut command = qftp(&arguments);
    command.args([
        "--boot-time",
        "0",
        "--state",
        "signal=11",
        "--state",
        "network=roaming",
    ]);
    let module = Background::start(&mut command);
    let mut host = open(&module.ready);
    let mut said = Vec::new();
    let mut buffer = [0; 4096];
    // To its last line: what is left of it would come behind the answer of the next command.
    while !said.ends_with(b"+QIND: PB DONE\r\n") {
        let count = host.read(&mut buffer, TIMEOUT).expect("read");
        assert!(count > 0, "no banner but {}", said.escape_ascii());
        said.extend_from_slice(&buffer[..count]);
    }
    assert!(said.windows(7).any(|part| part == b"\r\nRDY\r\n"));
    drop(host);
    assert!(ask(&module.ready, "AT+CSQ").contains("+CSQ: 11,99"));
    assert!(ask(&module.ready, "AT+CREG?").contains("+CREG: 0,5"));
}

#[test]
fn a_folder_is_its_flash() {
    let folder = tempfile::tempdir().expect("a folder");
    let flash = folder.path().join("flash");
    fs::create_dir(&flash).expect("a folder");
    fs::write(flash.join("a.txt"), "12345").expect("a file");
    let link = folder.path().join("link");
    let arguments = ["emulate", "--pty", text(&link), "--ufs", text(&flash)];
    let module = Background::start(&mut qftp(&arguments));
    let listed = ask(&module.ready, "AT+QFLST=\"*\"");
    assert!(listed.contains("+QFLST: \"UFS:a.txt\",5"), "{listed}");
}

#[test]
fn what_cannot_be_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("file");
    fs::write(&file, "mine").expect("a file");
    let file = text(&file);
    let missing = folder.path().join("missing");
    let beyond = missing.join("link");
    let (missing, beyond) = (text(&missing), text(&beyond));
    let other = TcpListener::bind("127.0.0.1:0").expect("a port");
    let taken = other.local_addr().expect("an address").to_string();
    let link = folder.path().join("link");
    let link = text(&link);
    let names: Vec<&str> = dialect::ALL.iter().map(|dialect| dialect.name).collect();
    let possible = format!("[possible values: {}", names.join(", "));
    let cases: &[(&[&str], i32, &str)] = &[
        (&["--pty", file], 2, "is not a symbolic link"),
        (&["--pty", beyond], 2, "the folder for it does not exist"),
        (
            &["--pty", link, "--ufs", missing],
            2,
            "the folder does not exist",
        ),
        (&["--pty", link, "--sd", file], 2, "is not a folder"),
        (&["--pty", link, "--dialect", "ec99"], 2, &possible),
        (
            &["--pty", link, "--dialect", "all"],
            2,
            "is for `qftp demo`",
        ),
        (
            &["--pty", link, "--quirk", "mask-password,loud"],
            2,
            "mask-password, quoted-pwd",
        ),
        (
            &["--pty", link, "--dialect", "gsm", "--quirk", "quoted-pwd"],
            2,
            "there are space-after-colon",
        ),
        (&["--tcp", &taken], 101, "is in use"),
        (&["--unix", file], 2, "exists and is not a socket"),
        (
            &["--unix", link, "--tcp", "127.0.0.1:0"],
            2,
            "cannot be used with",
        ),
        (
            &["--tcp", "192.0.2.1:0"],
            100,
            "not an address of this machine",
        ),
        (&["--tcp", "localhost"], 2, "invalid"),
        (
            &["--pty", link, "--state", "sim=gone"],
            2,
            "sim takes ready|absent",
        ),
        (&["--pty", link, "--state", "mood=good"], 2, "unknown state"),
        (
            &["--pty", link, "--boot-time", "3601"],
            2,
            "give seconds, 0 to 3600",
        ),
        (
            &["--pty", link, "--boot-time", "NaN"],
            2,
            "give seconds, 0 to 3600",
        ),
        (
            &["--pty", link, "--tcp", "127.0.0.1:0"],
            2,
            "cannot be used with",
        ),
        (&[], 2, "--pty"),
    ];
    all_refused(cases);
    assert_eq!(fs::read(file).expect("still there"), b"mine");
    assert!(!Path::new(link).is_symlink());
}

#[test]
fn times_and_names_that_cannot_be_are_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let link = folder.path().join("link");
    let link = text(&link);
    all_refused(&[
        (
            &["--pty", link, "--latency", "urc=5parsecs"],
            2,
            "--latency: urc=5parsecs: give a time such as 20ms",
        ),
        (
            &["--pty", link, "--latency", "answer=5ms"],
            2,
            "--latency: answer: name response, urc, seed or a command",
        ),
        (
            &["--pty", link, "--baud", "0"],
            2,
            "give bits per second, as 115200",
        ),
        (
            &["--pty", link, "--seed=-1"],
            2,
            "give a number, 0 to 18446744073709551615",
        ),
        (
            &["--pty", link, "--accept", "+QFOO,+CSQ"],
            2,
            "--accept: +CSQ is a command that ec2x knows",
        ),
        (
            &["--pty", link, "--accept", "QFOO"],
            2,
            "--accept: \"QFOO\" is no name of a command: give + and letters",
        ),
    ]);
    assert!(!Path::new(link).is_symlink());
}

/// Runs each command line; it ends with this code and these words.
fn all_refused(cases: &[(&[&str], i32, &str)]) {
    for (arguments, code, words) in cases {
        let output = qftp(&["emulate"])
            .args(*arguments)
            .output()
            .expect("qftp runs");
        let told = String::from_utf8(output.stderr).expect("UTF-8");
        assert_eq!(output.status.code(), Some(*code), "{arguments:?}: {told}");
        assert!(told.contains(words), "{arguments:?}: {told}");
        assert!(output.stdout.is_empty());
    }
}
