//! The control socket of an emulator: every command, clients that do wrong, and the file of the socket.
#![cfg(unix)]

use std::fs;
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::mpsc::channel;

use qftp::client::{Client, ClientOptions};
use qftp::dialect::{ec2x::EC2X, gsm::GSM};
use qftp::emulator::control::{CONTROL_COMMANDS, ControlClient, ControlError, LONGEST_COMMAND};
use qftp::emulator::fault::FAULTS;
use qftp::emulator::{Emulator, EmulatorOptions, Fault, TraceKind};
use qftp::module::state::STATES;
use tempfile::TempDir;

/// An emulator with a control socket, and a client on its line.
struct Bench {
    folder: TempDir,
    client: Client,
    module: Emulator,
}

impl Bench {
    fn new(mut options: EmulatorOptions) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        options.control = Some(folder.path().join("control"));
        let (module, line) = Emulator::in_process(options).expect("an emulator");
        let client = ClientOptions::new().with_port(line).expect("a client");
        Bench {
            folder,
            client,
            module,
        }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("control")
    }

    fn control(&self) -> ControlClient {
        ControlClient::connect(&self.path()).expect("connected")
    }

    /// A plain connection, for what [`ControlClient`] does not send.
    fn stream(&self) -> UnixStream {
        UnixStream::connect(self.path()).expect("connected")
    }

    fn status(&self) -> String {
        let lines = self.control().send("status").expect("the status");
        assert_eq!(lines.len(), 1, "{lines:?}");
        lines.concat()
    }
}

/// All that comes until the emulator closes the connection, or until what ended it on this side.
fn rest(stream: &mut UnixStream) -> String {
    let mut answer = Vec::new();
    match stream.read_to_end(&mut answer) {
        Ok(_) => {}
        // It closed with bytes of ours unread.
        Err(error) => assert_eq!(error.kind(), ErrorKind::ConnectionReset),
    }
    String::from_utf8(answer).expect("text")
}

#[test]
fn faults_are_injected_and_cleared() {
    let mut bench = Bench::new(EmulatorOptions::new(&EC2X));
    let mut control = bench.control();
    assert!(bench.status().contains(r#""dialect":"ec2x""#));
    assert_eq!(control.send("inject no-network").expect("ok"), [""; 0]);
    let signal = bench.client.command(b"AT+CSQ").expect("an answer");
    assert_eq!(signal, [b"+CSQ: 99,99"]);
    control.send("inject silent=4000").expect("ok");
    control.send("inject silent=8000").expect("ok");
    control.send("inject drop-data").expect("ok");
    let faults = r#""faults":["no-network","silent=8000"]"#;
    assert!(bench.status().contains(faults), "{}", bench.status());
    control.send("clear no-network").expect("ok");
    control.send("clear silent").expect("ok");
    control
        .send("clear busy")
        .expect("one that was not injected");
    assert!(bench.status().contains(r#""faults":[]"#));
    let signal = bench.client.command(b"AT+CSQ").expect("an answer");
    assert_eq!(signal, [b"+CSQ: 28,99"]);
    // The handle of the emulator and the socket work on the same faults.
    bench.module.inject(Fault::NoData).expect("injected");
    assert!(bench.status().contains(r#""faults":["no-data"]"#));
    control.send("restart").expect("ok");
    assert!(
        bench.status().contains(r#""faults":[]"#),
        "{}",
        bench.status()
    );
}

#[test]
fn states_are_set_and_reported() {
    let mut options = EmulatorOptions::new(&EC2X);
    options.states = vec!["registration-time=0".parse().expect("a state")];
    let mut bench = Bench::new(options);
    let mut control = bench.control();
    control.send("state signal=11").expect("ok");
    control.send("state signal=12").expect("ok");
    let signal = bench.client.command(b"AT+CSQ").expect("an answer");
    assert_eq!(signal, [b"+CSQ: 12,99"]);
    let states = r#""states":{"registration-time":"0","signal":"12"}"#;
    assert!(bench.status().contains(states), "{}", bench.status());
    // What commands of the host changed stands there, too.
    let ready = r#""power":"on","functionality":1,"sim":"READY","registration":1,"attached":true}"#;
    assert!(bench.status().ends_with(ready), "{}", bench.status());
    bench.client.command(b"AT+CFUN=0").expect("an answer");
    let off = r#""functionality":0,"sim":"NOT READY","registration":0,"attached":false}"#;
    assert!(bench.status().ends_with(off), "{}", bench.status());
    let known: Vec<String> = STATES
        .iter()
        .map(|known| format!("{}={}: {}", known.name, known.values, known.what))
        .collect();
    assert_eq!(control.send("states").expect("the states"), known);
}

#[test]
fn every_command_answers_its_example_and_the_lists_are_complete() {
    let bench = Bench::new(EmulatorOptions::new(&GSM));
    let mut control = bench.control();
    for known in CONTROL_COMMANDS {
        let line = format!("{} {}", known.name, known.example);
        control.send(&line).expect(known.name);
    }
    let help = control.send("help").expect("the commands");
    assert_eq!(help.len(), CONTROL_COMMANDS.len());
    let faults = control.send("faults").expect("the faults");
    let known: Vec<String> = FAULTS
        .iter()
        .filter(|known| known.occurs.includes(&GSM))
        .map(|known| format!("{}: {}", known.name, known.what))
        .collect();
    assert_eq!(faults, known);
    for (line, part) in [
        ("inject busy", "does not occur on gsm"),
        ("inject loud", "unknown fault"),
        ("fly", "unknown command"),
        ("clear", "needs a FAULT"),
        ("", "unknown command"),
    ] {
        match control.send(line) {
            Err(ControlError::Refused { reason }) => assert!(reason.contains(part), "{reason}"),
            other => panic!("{line}: {other:?}"),
        }
    }
    let two = control.send("status\nstatus").expect_err("two lines");
    assert!(matches!(two, ControlError::Io(error) if error.kind() == ErrorKind::InvalidInput));
    control.send("status").expect("still connected");
}

#[test]
fn clients_that_do_wrong_hurt_neither_the_module_nor_each_other() {
    let mut bench = Bench::new(EmulatorOptions::new(&EC2X));
    let mut good = bench.control();

    let mut long = bench.stream();
    // One byte more than fits, and no end.
    long.write_all(&[b'x'; LONGEST_COMMAND + 1])
        .expect("written");
    assert_eq!(rest(&mut long), "error: the line is too long\n");

    let mut cut = bench.stream();
    cut.write_all(b"inject silent").expect("written");
    cut.shutdown(std::net::Shutdown::Write).expect("ended");
    assert_eq!(rest(&mut cut), "error: the line has no end\n");

    let mut binary = bench.stream();
    binary
        .write_all(b"\xff\xfe\x00\nclear busy\n")
        .expect("written");
    binary.shutdown(std::net::Shutdown::Write).expect("ended");
    assert_eq!(rest(&mut binary), "error: the line is not text\nok\n");

    // It asks and does not listen.
    let flood = bench.stream();
    flood.set_nonblocking(true).expect("set");
    let commands = b"faults\n".repeat(1000);
    let mut taken = 0;
    while let Ok(count) = (&flood).write(&commands) {
        taken += count;
        assert!(taken < 64 << 20, "its answers are kept without limit");
    }
    assert!(bench.status().contains(r#""faults":[]"#));
    good.send("status").expect("an answer");
    bench.client.command(b"AT+CSQ").expect("an answer");
}

#[test]
fn a_line_of_the_greatest_length_is_read() {
    let bench = Bench::new(EmulatorOptions::new(&EC2X));
    let line = format!("status{}", " ".repeat(LONGEST_COMMAND - "status".len()));
    assert_eq!(bench.control().send(&line).expect("the status").len(), 1);
}

#[test]
fn sixteen_clients_are_served_and_one_more_is_told() {
    let bench = Bench::new(EmulatorOptions::new(&EC2X));
    let mut clients: Vec<ControlClient> = (0..16).map(|_| bench.control()).collect();
    for client in &mut clients {
        client.send("status").expect("an answer");
    }
    assert_eq!(rest(&mut bench.stream()), "error: too many clients\n");
    clients.pop();
    // The place is free when the emulator has noticed it.
    loop {
        match bench.control().send("status") {
            Ok(_) => break,
            Err(ControlError::Refused { reason }) => assert_eq!(reason, "too many clients"),
            Err(ControlError::Io(_)) => {}
            Err(other) => panic!("{other}"),
        }
    }
}

fn start(path: &Path) -> std::io::Result<Emulator> {
    let mut options = EmulatorOptions::new(&EC2X);
    options.control = Some(path.to_owned());
    Emulator::on_pty(None, options)
}

#[test]
fn the_socket_is_for_its_user_alone_and_goes_with_the_emulator() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("control");
    let module = start(&path).expect("an emulator");
    let mode = fs::metadata(&path)
        .expect("the socket")
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
    let second = start(&path).expect_err("in use");
    assert_eq!(second.kind(), ErrorKind::ResourceBusy);
    ControlClient::connect(&path).expect("the first still listens");
    drop(module);
    assert_eq!(fs::read_dir(folder.path()).expect("the folder").count(), 0);
}

#[test]
fn a_socket_that_was_left_is_replaced_and_anything_else_is_not() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("control");
    let listener = UnixListener::bind(&path).expect("a socket");
    let other = start(&path).expect_err("another program listens");
    assert_eq!(other.kind(), ErrorKind::ResourceBusy);
    drop(listener);
    drop(start(&path).expect("the socket was left"));
    fs::write(&path, "mine").expect("a file");
    let file = start(&path).expect_err("a file");
    assert_eq!(file.kind(), ErrorKind::AlreadyExists);
    assert_eq!(fs::read(&path).expect("still there"), b"mine");
    let long = start(&folder.path().join("x".repeat(120))).expect_err("too long");
    assert_eq!(long.kind(), ErrorKind::InvalidInput);
    start(Path::new("/")).expect_err("no name");
    assert!(!folder.path().join("x".repeat(120)).exists());
}

#[test]
fn the_trace_shows_hosts_and_faults() {
    let (sender, events) = channel();
    let mut options = EmulatorOptions::new(&EC2X);
    options.trace = Some(sender);
    let any = "127.0.0.1:0".parse().expect("an address");
    let module = Emulator::on_tcp(any, options).expect("an emulator");
    let address = module.address().expect("an address");
    let mut host = std::net::TcpStream::connect(address).expect("connected");
    host.write_all(b"ATE0\r").expect("written");
    let mut answer = [0; 11];
    host.read_exact(&mut answer).expect("an answer");
    module.inject(Fault::Busy).expect("injected");
    module.clear(Fault::Busy).expect("cleared");
    let peer = host.local_addr().ok();
    drop(host);
    let mut kinds = Vec::new();
    while kinds.last() != Some(&TraceKind::HostWent) {
        kinds.push(events.recv().expect("an event").kind);
    }
    let busy = |injected| TraceKind::Fault {
        fault: Fault::Busy,
        injected,
    };
    let expected = [
        TraceKind::HostCame { peer },
        TraceKind::Typed {
            text: b"ATE0".to_vec(),
            ended: true,
        },
        TraceKind::Echo {
            text: b"ATE0".to_vec(),
        },
        TraceKind::Told {
            text: b"OK".to_vec(),
            ended: true,
        },
        busy(true),
        busy(false),
        TraceKind::HostWent,
    ];
    assert_eq!(kinds, expected);
}
