//! Starts of an emulator on each kind of line: what a host hears, and where it finds the port.
#![cfg(unix)]

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use qftp::ErrorKind;
use qftp::client::{Client, ClientOptions, Login};
use qftp::connect;
use qftp::dialect::ec2x::EC2X;
use qftp::dialect::nl668::NL668;
use qftp::dialect::{self, Dialect};
use qftp::emulator::{Emulator, EmulatorOptions};
use qftp::module::ModuleState;
use qftp::port::Port;

/// Only a test that fails waits so long.
const LIMIT: Duration = Duration::from_secs(20);
const SHORT: Duration = Duration::from_millis(20);

fn options(dialect: &'static Dialect) -> EmulatorOptions {
    let mut options = EmulatorOptions::new(dialect);
    options.boot_time = Duration::from_millis(50);
    options
}

#[test]
fn a_module_that_restarted_unseen_is_set_up_again() {
    for dialect in dialect::ALL {
        let (_module, line) = Emulator::in_process(options(dialect)).expect("an emulator");
        let mut client = ClientOptions::new().with_port(line).expect("a client");
        let mut ask = |line: &[u8]| client.command(line).expect("an answer");
        // As it is behind a restart.
        ask(b"AT+CMEE=0");
        ask(b"ATE1");
        ask(b"AT+CSQ");
        assert_eq!(ask(b"AT+CMEE?"), [b"+CMEE: 1"], "{}", dialect.name);
        // The echo is off again.
        ask(b"AT+CMEE=0");
        assert_eq!(ask(b"AT+CMEE?"), [b"+CMEE: 0"], "{}", dialect.name);
    }
}

fn vanishing() -> EmulatorOptions {
    let mut options = options(&EC2X);
    options.vanishes = true;
    options
}

fn banner(dialect: &Dialect) -> String {
    let lines: Vec<&str> = dialect.banner.iter().map(|line| line.text).collect();
    format!("\r\n{}\r\n", lines.join("\r\n\r\n"))
}

fn state(text: &str) -> ModuleState {
    text.parse().expect(text)
}

/// Reads until the module has said this last.
fn hear(port: &mut dyn Port, last: &str) -> String {
    let started = Instant::now();
    let mut heard = Vec::new();
    let mut buffer = [0; 256];
    while !heard.ends_with(last.as_bytes()) {
        let text = heard.escape_ascii();
        assert!(started.elapsed() < LIMIT, "heard {text}");
        let count = port.read(&mut buffer, SHORT).expect("a line");
        heard.extend(&buffer[..count]);
    }
    String::from_utf8(heard).expect("text")
}

fn ask(port: &mut dyn Port, line: &str, last: &str) -> String {
    port.write(line.as_bytes(), LIMIT).expect("written");
    port.write(b"\r", LIMIT).expect("written");
    hear(port, last)
}

/// Reads until the line is gone; returns what came before.
fn hear_to_the_end(port: &mut dyn Port) -> String {
    let started = Instant::now();
    let mut heard = Vec::new();
    let mut buffer = [0; 256];
    while started.elapsed() < LIMIT {
        match port.read(&mut buffer, SHORT) {
            Ok(count) => heard.extend(&buffer[..count]),
            Err(_) => return String::from_utf8(heard).expect("text"),
        }
    }
    panic!("the line is still there");
}

/// Waits until the emulator has a path again.
fn path(module: &Emulator) -> PathBuf {
    let started = Instant::now();
    loop {
        if let Some(path) = module.path() {
            return path;
        }
        assert!(started.elapsed() < LIMIT, "the port stays away");
        std::thread::sleep(SHORT);
    }
}

fn open(module: &Emulator) -> Box<dyn Port> {
    connect::open(&module.url().expect("a URL")).expect("a port")
}

#[test]
fn a_host_on_each_kind_of_line_hears_the_lines_of_a_restart() {
    let anywhere = ([127, 0, 0, 1], 0).into();
    for dialect in dialect::ALL {
        let on_pty = Emulator::on_pty(None, options(dialect)).expect("a pty");
        let on_tcp = Emulator::on_tcp(anywhere, options(dialect)).expect("a socket");
        let (inside, line) = Emulator::in_process(options(dialect)).expect("a line");
        let folder = tempfile::tempdir().expect("a folder");
        let socket = folder.path().join("socket");
        let on_unix = Emulator::on_unix(&socket, options(dialect)).expect("a socket");
        let ports = [open(&on_pty), open(&on_tcp), open(&on_unix), line];
        for (module, mut port) in [on_pty, on_tcp, on_unix, inside].iter().zip(ports) {
            let port = port.as_mut();
            assert_eq!(ask(port, "ATE0", "OK\r\n"), "ATE0\r\r\nOK\r\n");
            let last = banner(dialect);
            let said = ask(port, "AT+CFUN=1,1", &last);
            assert_eq!(said, format!("\r\nOK\r\n{last}"), "{module:?}");
            module.restart().expect("restarted");
            assert_eq!(hear(port, &last), last, "{module:?}");
            assert_eq!(ask(port, "AT", "OK\r\n"), "AT\r\r\nOK\r\n");
        }
    }
}

#[test]
fn a_host_that_opens_the_terminal_late_hears_the_lines_of_the_start() {
    for dialect in [&EC2X, &NL668] {
        let mut options = options(dialect);
        options.banner = true;
        let module = Emulator::on_pty(None, options.clone()).expect("a pty");
        std::thread::sleep(Duration::from_millis(800));
        let last = banner(dialect);
        assert_eq!(hear(open(&module).as_mut(), &last), last);
        // The next host does not.
        let mut port = open(&module);
        assert_eq!(ask(port.as_mut(), "AT", "OK\r\n"), "AT\r\r\nOK\r\n");

        let anywhere = ([127, 0, 0, 1], 0).into();
        let module = Emulator::on_tcp(anywhere, options.clone()).expect("a socket");
        assert_eq!(hear(open(&module).as_mut(), &last), last);
        let (_module, mut line) = Emulator::in_process(options).expect("a line");
        assert_eq!(hear(line.as_mut(), &last), last);
    }
}

#[test]
fn a_terminal_vanishes_and_returns_under_another_name() {
    let module = Emulator::on_pty(None, vanishing()).expect("a pty");
    for reset in ["AT+CFUN=1,1", "AT+CFUN=1,1"] {
        let before = path(&module);
        let mut port = open(&module);
        let said = ask(port.as_mut(), reset, "\r\nOK\r\n");
        assert_eq!(said, format!("{reset}\r\r\nOK\r\n"));
        assert_eq!(hear_to_the_end(port.as_mut()), "");
        // A host that keeps the dead port open is not in the way.
        let after = path(&module);
        assert_ne!(before, after);
        let mut next = open(&module);
        assert_eq!(hear(next.as_mut(), &banner(&EC2X)), banner(&EC2X));
        assert_eq!(ask(next.as_mut(), "AT", "OK\r\n"), "AT\r\r\nOK\r\n");
    }
}

#[test]
fn a_link_names_the_terminal_that_is_there() {
    let folder = tempfile::tempdir().expect("a folder");
    let link = folder.path().join("module");
    let module = Emulator::on_pty(Some(&link), vanishing()).expect("a pty");
    let before = fs::read_link(&link).expect("a link");
    let mut port = open(&module);
    ask(port.as_mut(), "AT+QPOWD", "\r\nPOWERED DOWN\r\n");
    hear_to_the_end(port.as_mut());
    assert_eq!(module.path(), None);
    assert_eq!(module.url(), None);
    assert!(!link.is_symlink());
    module.set_state(state("power=on")).expect("switched on");
    assert_eq!(path(&module), link);
    assert_ne!(fs::read_link(&link).expect("a link"), before);
    let mut port = open(&module);
    assert_eq!(hear(port.as_mut(), &banner(&EC2X)), banner(&EC2X));
    drop(module);
    assert!(!link.is_symlink());
}

#[test]
fn a_socket_hangs_up_and_takes_the_next_host_when_the_module_is_back() {
    let anywhere = ([127, 0, 0, 1], 0).into();
    let on_tcp = Emulator::on_tcp(anywhere, vanishing()).expect("a socket");
    hangs_up_and_returns(&on_tcp);
    let folder = tempfile::tempdir().expect("a folder");
    let socket = folder.path().join("socket");
    hangs_up_and_returns(&Emulator::on_unix(&socket, vanishing()).expect("a socket"));
}

fn hangs_up_and_returns(module: &Emulator) {
    let mut port = open(module);
    let said = ask(port.as_mut(), "AT+CFUN=1,1", "\r\nOK\r\n");
    assert_eq!(said, "AT+CFUN=1,1\r\r\nOK\r\n");
    assert_eq!(hear_to_the_end(port.as_mut()), "");
    let mut next = open(module);
    assert_eq!(hear(next.as_mut(), &banner(&EC2X)), banner(&EC2X));
    assert_eq!(ask(next.as_mut(), "AT", "OK\r\n"), "AT\r\r\nOK\r\n");
}

#[test]
fn a_loss_of_power_takes_the_port_along_without_a_word() {
    let module = Emulator::on_pty(None, vanishing()).expect("a pty");
    let mut port = open(&module);
    ask(port.as_mut(), "AT", "OK\r\n");
    module.set_state(state("power=off")).expect("switched off");
    assert_eq!(hear_to_the_end(port.as_mut()), "");
    assert_eq!(module.path(), None);
    module.restart().expect("restarted");
    path(&module);
    let mut port = open(&module);
    assert_eq!(hear(port.as_mut(), &banner(&EC2X)), banner(&EC2X));
}

#[test]
fn a_module_that_is_off_stays_deaf_on_its_port() {
    let (module, line) = Emulator::in_process(EmulatorOptions::new(&EC2X)).expect("a line");
    let mut client = ClientOptions::new().with_port(line).expect("a client");
    client.command(b"AT+QPOWD").expect("switched off");
    module.set_state(state("power=off")).expect("off already");
    module.set_state(state("power=on")).expect("switched on");
    client.poll(LIMIT).expect("the lines of a start");
    assert_eq!(client.command(b"AT+CGMM").expect("a model"), [b"EC25"]);
}

#[test]
fn a_client_works_again_after_a_reset() {
    for dialect in dialect::ALL {
        let (_module, line) = Emulator::in_process(options(dialect)).expect("a line");
        let mut client = ClientOptions::new().with_port(line).expect("a client");
        client.command(b"AT+CFUN=1,1").expect("reset");
        // Until the module has started, it hears nothing.
        let mut heard = false;
        while !heard {
            heard = client.command(b"AT+CSQ").is_ok();
        }
        assert_eq!(
            client.command(b"AT+CSQ").expect("a signal"),
            [b"+CSQ: 28,99"]
        );
    }
}

#[test]
fn states_are_set_at_the_start_by_options_and_url_and_while_it_runs() {
    let mut options = EmulatorOptions::new(&EC2X);
    options.states = vec![state("sim=absent"), state("signal=3")];
    let (module, line) = Emulator::in_process(options).expect("a line");
    let mut client = ClientOptions::new().with_port(line).expect("a client");
    assert_eq!(client.command(b"AT+CSQ").expect("signal"), [b"+CSQ: 3,99"]);
    client.command(b"AT+CPIN?").expect_err("no card");
    let error = client
        .login(&Login::new(b"127.0.0.1", b"u", b"p"))
        .expect_err("no card");
    assert!(error.kind() == ErrorKind::FinalError, "{error}");
    module.set_state(state("sim=ready")).expect("a card");
    client.poll(LIMIT).expect("what it says of the card");
    let card = client.command(b"AT+CPIN?").expect("a card");
    assert_eq!(card, [b"+CPIN: READY"]);

    let url = "emulator://ec25?states=sim=pin:0000,network=roaming&boot_time=0";
    let mut client = Client::open(url).expect("a client");
    let card = client.command(b"AT+CPIN?").expect("a card");
    assert_eq!(card, [b"+CPIN: SIM PIN"]);
    client.command(b"AT+CPIN=\"0000\"").expect("unlocked");
    let network = client.command(b"AT+CREG?").expect("a state");
    assert_eq!(network, [b"+CREG: 0,5"]);
}
