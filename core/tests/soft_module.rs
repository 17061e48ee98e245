//! A software module on each kind of line, as a host sees it.

use std::sync::mpsc;
use std::time::Duration;

use qftp::client::{Client, Error, Login, Options as ClientOptions};
use qftp::dialect::ec2x::EC2X;
use qftp::module::{Departure, Firmware};
use qftp::port;
use qftp::soft::{Options, SoftModule};

fn on_every_line() -> Vec<(SoftModule, Client)> {
    let on_pty = SoftModule::on_pty(None, Options::new(&EC2X)).expect("a pty");
    let anywhere = ([127, 0, 0, 1], 0).into();
    let on_tcp = SoftModule::on_tcp(anywhere, Options::new(&EC2X)).expect("a socket");
    let (inside, line) = SoftModule::in_process(Options::new(&EC2X)).expect("a line");
    let mut all: Vec<_> = [on_pty, on_tcp]
        .into_iter()
        .map(|module| {
            let client = Client::open(&module.url().expect("a URL")).expect("a client");
            (module, client)
        })
        .collect();
    let client = Client::with_port(line, ClientOptions::default()).expect("a client");
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
        assert!(matches!(error, Error::Refused { .. }), "{error}");
    }
}

#[test]
fn without_a_server_the_login_fails_and_says_why() {
    // Port 1 of the loopback: nobody listens there.
    for (module, mut client) in on_every_line() {
        let mut login = Login::new(b"127.0.0.1", b"u", b"p");
        login.port = 1;
        let error = client.login(&login).expect_err("nobody there");
        assert_eq!(error.module_code(), Some(605), "{module:?}: {error}");
    }
}

#[test]
fn hosts_come_and_go_on_a_pty() {
    let module = SoftModule::on_pty(None, Options::new(&EC2X)).expect("a pty");
    let url = module.url().expect("a path");
    for _ in 0..5 {
        let mut line = port::open(&url).expect("opened");
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
        let mut files = client.files();
        files
            .upload(&mut bytes.as_slice(), 70_000, b"RAM:a.bin")
            .expect("up");
        let mut back = Vec::new();
        files.download(b"RAM:a.bin", &mut back).expect("down");
        assert!(back == bytes);
        files.delete(b"RAM:a.bin").expect("deleted");
    }
}

#[test]
fn unsolicited_result_codes_are_told_beside_the_line() {
    let (urcs, told) = mpsc::channel();
    let mut options = Options::new(&EC2X);
    options.urcs = Some(urcs);
    let (_module, line) = SoftModule::in_process(options).expect("a line");
    let mut client = Client::with_port(line, ClientOptions::default()).expect("a client");
    client.command(b"AT+CSQ").expect("a signal");
    assert!(told.try_recv().is_err(), "that was an answer");
    let mut login = Login::new(b"127.0.0.1", b"u", b"p");
    login.port = 1;
    client.login(&login).expect_err("nobody there");
    // The client has read it on the line, so it has been told before. After that nobody listens any more.
    let all: Vec<Vec<u8>> = told.try_iter().collect();
    drop(told);
    assert_eq!(
        all.last().map(Vec::as_slice),
        Some(&b"+QFTPOPEN: 605,0"[..])
    );
    client.login(&login).expect_err("still nobody there");
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
    let masked = [b"+QFTPCFG: \"account\",\"joe\",\"****\""];
    let mut options = Options::new(&EC2X);
    options.firmware = Firmware::MANUAL.with(Departure::MaskPassword);
    let (_module, line) = SoftModule::in_process(options).expect("a line");
    let mut client = Client::with_port(line, ClientOptions::default()).expect("a client");
    assert_eq!(account(&mut client), masked);
    let url = "soft://ec2x?firmware=mask-password,quoted-pwd";
    let mut client = Client::open(url).expect("a client");
    assert_eq!(account(&mut client), masked);
    let mut client = Client::open("soft://ec2x?firmware=").expect("a client");
    assert_eq!(
        account(&mut client),
        [b"+QFTPCFG: \"account\",\"joe\",\"word\""]
    );
}

#[test]
fn firmware_that_cannot_be_is_refused() {
    for (url, part) in [
        (
            "soft://ec2x?firmware=mask-pasword",
            "unknown firmware option \"mask-pasword\": there are mask-password, quoted-pwd, ",
        ),
        (
            "soft://ec2x?firmware=quoted-pwd,space-after-colon",
            "space-after-colon is no firmware option of ec2x: there are mask-password, ",
        ),
        (
            "soft://nl668?firmware=quoted-pwd",
            "quoted-pwd is no firmware option of nl668: there are none",
        ),
    ] {
        let error = port::open(url).err().expect("refused").to_string();
        assert!(error.contains(part), "{error}");
    }
    let mut options = Options::new(&EC2X);
    options.firmware = Firmware::MANUAL.with(Departure::ConfigType6);
    let error = SoftModule::on_pty(None, options).expect_err("refused");
    assert_eq!(error.kind(), std::io::ErrorKind::InvalidInput);
}
