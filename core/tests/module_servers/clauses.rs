//! Statements of the LTE manuals that need a server: those of chapter 3 in the file type that it sets, and replies that
//! come where they are not expected. A test is named by its section in 002.

use std::io::Read as _;
use std::thread;
use std::time::Duration;

use qftp::ErrorKind;
use qftp::client::{ClientOptions, Login, PutOptions, RetryPolicy};
use qftp::codes::ModuleCode;
use qftp::dialect::Dialect;
use qftp::dialect::bg96::BG96;
use qftp::dialect::ec2x::EC2X;
use qftp::emulator::{Emulator, EmulatorOptions};
use qftp::module::{Quirk, Quirks};

use crate::DIALECTS;
use crate::bad_input::{GET, PUT, Session, go_on, open, session};
use crate::scripted::{Act, Script, Scripted, say};
use qftp_test::at_session::AtSession;
use qftp_test::servers::{Kind, Server};

/// Text without line ends, which TYPE A leaves as it is.
fn text(length: usize) -> Vec<u8> {
    (b'a'..=b'z').cycle().take(length).collect()
}

/// 000 §3.3 and §3.4, 002 §3.6 and §3.7 as printed, behind `AT+QFTPCFG="filetype",1`. All at once, since `+++` takes
/// its time.
#[test]
fn examples_002_3_6_and_3_7_run_with_filetype_1_as_printed() {
    thread::scope(|scope| {
        for kind in Kind::ALL {
            for dialect in DIALECTS {
                scope.spawn(move || examples(kind, dialect));
            }
        }
    });
}

fn examples(kind: Kind, dialect: &'static Dialect) {
    let whole = text(1500);
    let server = Server::start(kind);
    let mut session = AtSession::logged_in(dialect, &server);
    session.ok("AT+QFTPCFG=\"filetype\",1");
    let put = |session: &mut AtSession, start: usize, piece: &[u8]| {
        session.connect(&format!("AT+QFTPPUT=\"t.txt\",\"COM:\",{start}"));
        session.type_bytes(piece);
        session.escape();
        session.expect("\r\nOK\r\n");
        session.urc("AT+QFTPPUT")
    };
    assert_eq!(put(&mut session, 0, &whole[..1000]), "0,1000", "{kind:?}");
    assert_eq!(session.ask("AT+QFTPSIZE=\"t.txt\""), "0,1000");
    assert_eq!(put(&mut session, 1000, &whole[1000..]), "0,500", "{kind:?}");
    assert_eq!(session.ask("AT+QFTPSIZE=\"t.txt\""), "0,1500");
    assert!(server.get("t.txt").as_ref() == Some(&whole), "{kind:?}");

    let get = "AT+QFTPGET=\"t.txt\",\"COM:\"";
    assert!(session.get(get) == whole, "{kind:?}");
    assert!(session.get(&format!("{get},0,500")) == whole[..500]);
    assert!(session.get(&format!("{get},500,500")) == whole[500..1000]);
    assert!(session.get(&format!("{get},450")) == whole[450..]);
    let place = if dialect.prefixed_names { "UFS:l" } else { "l" };
    for (start, stated) in [(0, "0,1500"), (450, "0,1050"), (450, "0,1050")] {
        let get = format!("AT+QFTPGET=\"t.txt\",\"{place}\",{start}");
        assert_eq!(session.ask(&get), stated, "{kind:?}");
        let size = &stated[2..];
        session.enter(&format!("AT+QFLST=\"{place}\""));
        session.expect(&format!("\r\n+QFLST: \"{place}\",{size}\r\n\r\nOK\r\n"));
    }
}

/// A position counts the bytes that the server stores, whatever the file type: two pieces are the file.
#[test]
fn get_002_2_6_pieces_of_a_text_fit_in_filetype_1() {
    let lines = b"one\ntwo\r\nthree\n".repeat(100);
    let half = lines.len() / 2;
    for kind in Kind::ALL {
        let server = Server::start(kind);
        server.put("t.txt", &lines);
        let mut session = AtSession::logged_in(DIALECTS[1], &server);
        session.ok("AT+QFTPCFG=\"filetype\",1");
        let get = "AT+QFTPGET=\"t.txt\",\"COM:\"";
        let first = session.get(&format!("{get},0,{half}"));
        let second = session.get(&format!("{get},{half}"));
        assert!([first, second].concat() == lines, "{kind:?}");
    }
}

/// Types a command at a server that does so, and reads what it reports; then all is well.
#[track_caller]
fn check(script: Script, command: &str, expected: &str) {
    let title = format!("{script:?}");
    let server = Scripted::start(script, usize::MAX);
    let mut session = session();
    assert_eq!(session.ask(&open(&server)), "0,0", "{title}");
    assert_eq!(session.ask(command), expected, "{title}");
    go_on(&mut session, &server, Session::Kept, &title);
}

#[test]
fn errors_002_6_425_and_426_answer_a_command_that_is_no_transfer() {
    for (verb, command) in [
        ("CWD", "AT+QFTPCWD=\"d\""),
        ("PWD", "AT+QFTPPWD"),
        ("SIZE", "AT+QFTPSIZE=\"f\""),
        ("DELE", "AT+QFTPDEL=\"f\""),
        ("MKD", "AT+QFTPMKDIR=\"d\""),
        ("RMD", "AT+QFTPRMDIR=\"d\""),
        ("MDTM", "AT+QFTPMDTM=\"f\""),
        ("RNFR", "AT+QFTPRENAME=\"f\",\"g\""),
        ("RNTO", "AT+QFTPRENAME=\"f\",\"g\""),
    ] {
        for (reply, expected) in [("425 x\r\n", "615,425"), ("426 x\r\n", "616,426")] {
            let mut script = vec![(verb, vec![say(reply)])];
            if verb == "RNTO" {
                script.push(("RNFR", vec![say("350 to?\r\n")]));
            }
            check(script, command, expected);
        }
    }
}

#[test]
fn errors_002_6_225_and_226_answer_a_command_that_is_no_transfer() {
    for reply in ["225 x\r\n", "226 x\r\n"] {
        check(vec![("DELE", vec![say(reply)])], "AT+QFTPDEL=\"f\"", "0,0");
        let expected = format!("601,{}", &reply[..3]);
        check(
            vec![("SIZE", vec![say(reply)])],
            "AT+QFTPSIZE=\"f\"",
            &expected,
        );
    }
}

#[test]
fn put_get_002_2_5_2_6_a_refused_abor_is_not_the_error_of_the_transfer() {
    for refusal in [
        "500 what?\r\n",
        "502 no ABOR\r\n",
        "225 nothing to abort\r\n",
    ] {
        for (verb, command) in [("RETR", GET), ("STOR", PUT)] {
            let begin = vec![Act::Accept, say("150 go\r\n"), Act::ResetData];
            let script = vec![(verb, begin), ("ABOR", vec![say(refusal)])];
            let server = Scripted::start(script, usize::MAX);
            let mut session = session();
            assert_eq!(session.ask(&open(&server)), "0,0");
            session.connect(command);
            if verb == "STOR" {
                session.type_bytes(b"12345");
            }
            session.take_until(&format!("\r\nOK\r\n\r\n+{}: ", &command[3..10]));
            let stated = session.take_until("\r\n");
            let stated = String::from_utf8_lossy(&stated).into_owned();
            assert_eq!(stated, "607,0", "{verb}, {refusal}");
            go_on(&mut session, &server, Session::Kept, refusal);
        }
    }
}

/// The server's words stand in the line as they are: it has no quotes around them.
#[test]
fn open_002_2_2_a_refused_auth_is_told_in_the_words_of_the_server() {
    let server = Server::start(Kind::Pyftpdlib);
    for dialect in [&EC2X, &BG96] {
        let mut session = AtSession::at(dialect, &server);
        session.ok("AT+QFTPCFG=\"ssltype\",2");
        let open = qftp_test::at_session::open(&server);
        assert_eq!(session.ask(&open), "631,500");
        session.enter("AT+QIGETERROR");
        session.expect("\r\n+QIGETERROR: 566,Command \"AUTH\" not understood.\r\n\r\nOK\r\n");
    }
}

/// The time between two packets is the network's (002 §2.1). A host that writes slowly to its card loses nothing.
#[test]
fn get_002_2_6_a_host_that_does_not_read_does_not_end_a_download() {
    let server = Server::start(Kind::Vsftpd);
    // More than all the buffers on its way together.
    let content: Vec<u8> = (0..=255).cycle().take(20_000_000).collect();
    server.put("f", &content);
    let mut options = EmulatorOptions::new(&EC2X);
    options.quirks = Quirks::MANUAL.with(Quirk::AnyTimeout);
    let mut session = AtSession::with(options, &server);
    session.log_in(&server);
    session.ok("AT+QFTPCFG=\"rsptimeout\",1");
    session.connect(GET);
    let first = session.take(1000);
    thread::sleep(Duration::from_secs(4));
    let rest = session.take(content.len() - 1000);
    assert!([first, rest].concat() == content);
    session.expect("\r\nOK\r\n");
    assert_eq!(session.urc(GET), "0,20000000");
}

/// The server takes the data connection and reads nothing: the client tells of the time-out, whatever it asks afterwards.
#[test]
fn put_002_2_5_a_client_tells_of_the_time_out_of_its_upload() {
    let stor = vec![Act::Accept, say("150 go\r\n")];
    let script = vec![("STOR", stor), ("SIZE", vec![say("550 none\r\n")])];
    let server = Scripted::start(script, usize::MAX);
    let mut options = EmulatorOptions::new(&EC2X);
    options.quirks = Quirks::MANUAL.with(Quirk::AnyTimeout);
    let (_module, line) = Emulator::in_process(options).expect("a module");
    let options = ClientOptions::new().retry(RetryPolicy::NONE);
    let mut client = options.with_port(line).expect("a client");
    let mut login = Login::new("127.0.0.1", "u", "p");
    login.port = server.address.port();
    client.login(&login).expect("a login");
    client
        .command(b"AT+QFTPCFG=\"rsptimeout\",1")
        .expect("a quirk");
    // More than all the buffers on its way together.
    let length = 30_000_000;
    let mut source = std::io::repeat(7).take(length);
    let put = client.put(&mut source, Some(length), b"f", PutOptions::new());
    let error = put.expect_err("nothing is read");
    assert_eq!(error.module_code(), Some(ModuleCode::TIMEOUT), "{error}");
    assert_eq!(error.kind(), ErrorKind::ServerTimeout);
    // The URC came when the next command is taken.
    let state = client.command(b"AT+QFTPSTAT").expect("a state");
    assert_eq!(state, [b"+QFTPSTAT: 0,1"]);
}
