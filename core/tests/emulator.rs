//! An emulator on each kind of line, as a host sees it.

use std::os::unix::fs::PermissionsExt as _;
use std::sync::mpsc;
use std::time::Duration;

use qftp::ErrorKind;
use qftp::client::{Client, ClientOptions, Login};
use qftp::codes::ModuleCode;
use qftp::connect;
use qftp::dialect::ec2x::EC2X;
use qftp::emulator::{Emulator, EmulatorOptions};
use qftp::module::{Quirk, Quirks};
use qftp::port::Port;

/// An emulator on a Unix socket, and the folder that has it.
fn on_unix() -> (Emulator, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let socket = folder.path().join("a module");
    let module = Emulator::on_unix(&socket, EmulatorOptions::new(&EC2X)).expect("a socket");
    (module, folder)
}

fn on_every_line() -> Vec<(Emulator, Client)> {
    let on_pty = Emulator::on_pty(None, EmulatorOptions::new(&EC2X)).expect("a pty");
    let anywhere = ([127, 0, 0, 1], 0).into();
    let on_tcp = Emulator::on_tcp(anywhere, EmulatorOptions::new(&EC2X)).expect("a socket");
    let (inside, line) = Emulator::in_process(EmulatorOptions::new(&EC2X)).expect("a line");
    let (on_unix, _folder) = on_unix();
    let mut all: Vec<_> = [on_pty, on_tcp, on_unix]
        .into_iter()
        .map(|module| {
            let client = Client::open(&module.url().expect("a URL")).expect("a client");
            (module, client)
        })
        .collect();
    let client = ClientOptions::new().with_port(line).expect("a client");
    all.push((inside, client));
    all
}

#[test]
fn every_line_carries_a_conversation() {
    for (module, mut client) in on_every_line() {
        assert_eq!(client.dialect().name, "ec2x", "{module:?}");
        let signal = client.command(b"AT+CSQ").expect("a signal");
        assert_eq!(signal, [b"+CSQ: 28,99"], "{module:?}");
        let error = client.command(b"AT+QNOSUCH").expect_err("unknown");
        assert!(error.kind() == ErrorKind::FinalError, "{error}");
    }
}

#[test]
fn without_a_server_the_login_fails_and_says_why() {
    // Port 1 of the loopback: no server listens there.
    for (module, mut client) in on_every_line() {
        let mut login = Login::new(b"127.0.0.1", b"u", b"p");
        login.port = 1;
        let error = client.login(&login).expect_err("no server there");
        assert_eq!(
            error.module_code(),
            Some(ModuleCode(605)),
            "{module:?}: {error}"
        );
    }
}

/// The client works with a module that takes its time, and gets the same bytes.
#[test]
fn a_slow_module_carries_the_same_bytes() {
    let bytes: Vec<u8> = (0..=255).cycle().take(3000).collect();
    for model in ["ec25", "bg96", "ec20"] {
        let url = format!("emulator://{model}?latency=1..20ms,%2BQFUPL=30ms&seed=5&baud=460800");
        let mut client = Client::open(&url).expect("a client");
        let mut files = client.store();
        files
            .upload(&mut bytes.as_slice(), 3000, b"a.bin")
            .expect("up");
        let mut back = Vec::new();
        files.download(b"a.bin", &mut back).expect("down");
        assert!(back == bytes, "{model}");
    }
}

/// A host that ends its commands with CR LF counts its payload without the LF.
#[test]
fn a_host_that_sends_cr_lf_gets_its_bytes_into_the_file() {
    for (_module, mut line) in lines_of_every_kind() {
        let mut host = Typing { line: &mut *line };
        host.ask("AT+QFUPL=\"u.txt\",5,5\r\n", "CONNECT\r\n");
        host.ask("hello", "+QFUPL: 5,6b09\r\n\r\nOK\r\n");
        let payload = "CONNECT\r\nhello\r\n+QFDWL: 5,6b09\r\n\r\nOK\r\n";
        host.ask("AT+QFDWL=\"u.txt\"\r\n", payload);
    }
}

/// A program that writes and waits for a text.
struct Typing<'a> {
    line: &'a mut dyn Port,
}

impl Typing<'_> {
    fn ask(&mut self, typed: &str, end: &str) {
        let wait = Duration::from_secs(60);
        let mut rest = typed.as_bytes();
        while !rest.is_empty() {
            let count = self.line.write(rest, wait).expect("written");
            rest = &rest[count..];
        }
        let mut heard = Vec::new();
        while !heard.ends_with(end.as_bytes()) {
            let mut buffer = [0; 256];
            let count = self.line.read(&mut buffer, wait).expect("read");
            assert!(count > 0, "{typed:?}: {}", heard.escape_ascii());
            heard.extend(&buffer[..count]);
        }
    }
}

fn lines_of_every_kind() -> Vec<(Emulator, Box<dyn Port>)> {
    let options = || EmulatorOptions::new(&EC2X);
    let anywhere = ([127, 0, 0, 1], 0).into();
    let on_pty = Emulator::on_pty(None, options()).expect("a pty");
    let on_tcp = Emulator::on_tcp(anywhere, options()).expect("a socket");
    let (on_unix, _folder) = on_unix();
    let opened = |module: Emulator| {
        let line = connect::open(&module.url().expect("a URL")).expect("a line");
        (module, line)
    };
    let inside = Emulator::in_process(options()).expect("a line");
    vec![opened(on_pty), opened(on_tcp), opened(on_unix), inside]
}

#[test]
fn hosts_come_and_go_on_a_pty() {
    let module = Emulator::on_pty(None, EmulatorOptions::new(&EC2X)).expect("a pty");
    hosts_come_and_go(&module);
}

#[test]
fn hosts_come_and_go_on_a_unix_socket_one_at_a_time() {
    let (module, folder) = on_unix();
    let path = module.path().expect("a path");
    assert_eq!(path, folder.path().join("a module"));
    let file = std::fs::metadata(&path).expect("a socket");
    assert_eq!(file.permissions().mode() & 0o777, 0o600);
    hosts_come_and_go(&module);
    let url = module.url().expect("a URL");
    let first = Client::open(&url).expect("a client");
    let second = Client::open(&url).expect_err("the line is in use");
    assert!(second.kind() == ErrorKind::PortBusy, "{second}");
    drop(first);
    let options = EmulatorOptions::new(&EC2X);
    let other = Emulator::on_unix(&path, options).expect_err("the socket is in use");
    assert_eq!(other.kind(), std::io::ErrorKind::ResourceBusy);
    drop(module);
    let left = std::fs::read_dir(folder.path())
        .expect("the folder")
        .count();
    assert_eq!(left, 0, "neither socket nor lock stays");
}

fn hosts_come_and_go(module: &Emulator) {
    let url = module.url().expect("a path");
    for _ in 0..5 {
        let mut line = connect::open(&url).expect("opened");
        line.write(b"AT+HALF", Duration::from_secs(5))
            .expect("written");
        drop(line);
        let mut client = Client::open(&url).expect("a client");
        assert_eq!(client.command(b"AT+CGMM").expect("a model"), [b"EC25"]);
    }
}

#[test]
fn the_store_of_a_module_takes_and_gives_files() {
    for (_module, mut client) in on_every_line() {
        let bytes: Vec<u8> = (0..=255).cycle().take(70_000).collect();
        let mut files = client.store();
        files
            .upload(&mut bytes.as_slice(), 70_000, b"RAM:a.bin")
            .expect("up");
        let mut back = Vec::new();
        files.download(b"RAM:a.bin", &mut back).expect("down");
        assert!(back == bytes);
        files.remove(b"RAM:a.bin").expect("deleted");
    }
}

#[test]
fn unsolicited_result_codes_are_told_beside_the_line() {
    let (urcs, told) = mpsc::channel();
    let mut options = EmulatorOptions::new(&EC2X);
    options.urcs = Some(urcs);
    let (_module, line) = Emulator::in_process(options).expect("a line");
    let mut client = ClientOptions::new().with_port(line).expect("a client");
    client.command(b"AT+CSQ").expect("a signal");
    assert!(told.try_recv().is_err(), "that was an answer");
    let mut login = Login::new(b"127.0.0.1", b"u", b"p");
    login.port = 1;
    client.login(&login).expect_err("no server there");
    // The client has read it on the line, so it has been told before. After that the port is closed.
    let all: Vec<Vec<u8>> = told.try_iter().collect();
    drop(told);
    assert_eq!(
        all.last().map(Vec::as_slice),
        Some(&b"+QFTPOPEN: 605,0"[..])
    );
    client.login(&login).expect_err("still no server there");
}

#[test]
fn firmware_is_named_in_the_options_and_in_the_url() {
    let account = |client: &mut Client| {
        client
            .command(b"AT+QFTPCFG=\"account\",\"joe\",\"word\"")
            .expect("set");
        client
            .command(b"AT+QFTPCFG=\"account\"")
            .expect("read back")
    };
    let redact = [b"+QFTPCFG: \"account\",\"joe\",\"****\""];
    let mut options = EmulatorOptions::new(&EC2X);
    options.quirks = Quirks::MANUAL.with(Quirk::MaskPassword);
    let (_module, line) = Emulator::in_process(options).expect("a line");
    let mut client = ClientOptions::new().with_port(line).expect("a client");
    assert_eq!(account(&mut client), redact);
    let url = "emulator://ec2x?quirks=mask-password,quoted-pwd";
    let mut client = Client::open(url).expect("a client");
    assert_eq!(account(&mut client), redact);
    let mut client = Client::open("emulator://ec2x?quirks=").expect("a client");
    assert_eq!(
        account(&mut client),
        [b"+QFTPCFG: \"account\",\"joe\",\"word\""]
    );
}

#[test]
fn firmware_that_cannot_be_is_refused() {
    for (url, part) in [
        (
            "emulator://ec2x?quirks=mask-pasword",
            "unknown quirk \"mask-pasword\": there are mask-password, quoted-pwd, ",
        ),
        (
            "emulator://ec2x?quirks=quoted-pwd,space-after-colon",
            "space-after-colon is no quirk of ec2x: there are mask-password, ",
        ),
        (
            "emulator://nl668?quirks=quoted-pwd",
            "quoted-pwd is no quirk of nl668: there are payload-from-cr, no-ftpstor, no-ftpretr",
        ),
    ] {
        let error = connect::open(url).err().expect("refused").to_string();
        assert!(error.contains(part), "{error}");
    }
    let mut options = EmulatorOptions::new(&EC2X);
    options.quirks = Quirks::MANUAL.with(Quirk::NoConfigType6);
    let error = Emulator::on_pty(None, options).expect_err("refused");
    assert_eq!(error.kind(), std::io::ErrorKind::InvalidInput);
}

#[test]
fn an_emulator_is_named_by_its_model_or_its_dialect() {
    for (name, dialect) in [
        ("EC25", "ec2x"),
        ("ec2x", "ec2x"),
        ("bg96", "bg96"),
        ("M95", "gsm"),
        ("nl668", "nl668"),
    ] {
        let client = Client::open(&format!("emulator://{name}")).expect(name);
        assert_eq!(client.dialect().name, dialect, "{name}");
        let options = EmulatorOptions::named(name).expect(name);
        assert_eq!(options.dialect.name, dialect, "{name}");
    }
}

#[test]
fn an_unknown_name_is_refused_with_the_models_there_are() {
    let text = "unknown dialect or model \"ec99\"; there are ec20 (EC20), ec2x (EC25, ";
    let error = EmulatorOptions::named("ec99").expect_err("unknown");
    assert!(error.to_string().starts_with(text), "{error}");
    let error = connect::open("emulator://ec99").err().expect("refused");
    let text = format!("port emulator://ec99: {text}");
    assert!(error.to_string().starts_with(&text), "{error}");
}

/// Only M33 has a card (001 §2.2.8), and each model has its own name.
#[test]
fn an_emulator_is_the_model_that_it_is_called_by() {
    for (name, model, has_card) in [
        ("m10", "Quectel_M10", false),
        ("gsm", "Quectel_M33", true),
        ("EG95", "EG95", true),
    ] {
        let mut client = Client::open(&format!("emulator://{name}")).expect(name);
        assert_eq!(client.identity().model, model);
        assert_eq!(
            client.command(b"AT+QFLDS=\"SD\"").is_ok(),
            has_card,
            "{name}"
        );
    }
}

#[test]
fn a_command_is_accepted_where_the_url_says_so() {
    let mut client = Client::open("emulator://ec25?accept=+QFOO,+QBAR").expect("opened");
    client.command(b"AT+QFOO=1,\"a\"").expect("accepted");
    let read = client.command(b"AT+QFOO?").expect("read");
    assert_eq!(read, [b"+QFOO: 1,\"a\""]);
    client.command(b"AT+QBAR").expect("accepted");
    client.command(b"AT+QBAZ").expect_err("unknown");
    let mut options = EmulatorOptions::new(&EC2X);
    options.accept = vec!["+CSQ".to_owned()];
    let error = Emulator::in_process(options).err().expect("refused");
    assert_eq!(error.to_string(), "+CSQ is a command that ec2x knows");
}
