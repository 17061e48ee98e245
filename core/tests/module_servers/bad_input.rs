//! What no good server says: the code that the module gives for it (002 §5), and that the next command works, in the
//! same session or, where that is lost, in the next.

use std::sync::{Arc, Barrier, Mutex};

use proptest::prelude::*;
use qftp::dialect::ec2x::EC2X;
use qftp::emulator::EmulatorOptions;

use crate::scripted::{Act, CONTENT, Script, Scripted, say};
use qftp_test::at_session::AtSession;

/// What is left of the session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Session {
    Kept,
    Lost,
}

use Session::{Kept, Lost};

const SIZE: &str = "AT+QFTPSIZE=\"f\"";
const TIME: &str = "AT+QFTPMDTM=\"f\"";
pub(crate) const PATH: &str = "AT+QFTPPWD";
pub(crate) const GET: &str = "AT+QFTPGET=\"f\",\"COM:\"";
pub(crate) const PUT: &str = "AT+QFTPPUT=\"f\",\"COM:\",0,5,1";

pub(crate) fn session() -> AtSession {
    AtSession::with_account(EmulatorOptions::new(&EC2X), "u", "p")
}

pub(crate) fn open(server: &Scripted) -> String {
    let (host, port) = (server.address.ip(), server.address.port());
    format!("AT+QFTPOPEN=\"{host}\",{port}")
}

/// A command that gets this, at a server that does so at these FTP commands; then all is well.
#[track_caller]
fn check(script: Script, command: &str, expected: &str, left: Session) {
    let title = format!("{script:?}");
    let server = Scripted::start(script, usize::MAX);
    let mut session = session();
    assert_eq!(session.ask(&open(&server)), "0,0", "{title}");
    assert_eq!(session.ask(command), expected, "{title}");
    go_on(&mut session, &server, left, &title);
}

#[track_caller]
pub(crate) fn go_on(session: &mut AtSession, server: &Scripted, left: Session, title: &str) {
    let state = if left == Kept { "0,1" } else { "0,4" };
    assert_eq!(session.ask("AT+QFTPSTAT"), state, "{title}");
    if left == Lost {
        assert_eq!(session.refusal("AT+QFTPPWD"), "603", "{title}");
        assert_eq!(session.ask(&open(server)), "0,0", "{title}");
    }
    assert_eq!(session.ask("AT+QFTPPWD"), "0,/", "{title}");
    assert_eq!(session.get(GET), CONTENT, "{title}");
    assert_eq!(session.put(PUT, b"12345"), "0,5", "{title}");
    assert_eq!(session.ask("AT+QFTPCLOSE"), "0,0", "{title}");
}

/// What the server says at the beginning, and what the login comes to.
#[track_caller]
fn check_login(script: Script, expected: &str) {
    let title = format!("{script:?}").chars().take(200).collect::<String>();
    let server = Scripted::start(script, usize::MAX);
    let mut session = session();
    assert_eq!(session.ask(&open(&server)), expected, "{title}");
    let left = if expected == "0,0" { Kept } else { Lost };
    go_on(&mut session, &server, left, &title);
}

#[test]
fn greetings_and_logins() {
    let long = [b"220 ", &vec![b'x'; 1 << 20][..], b"\r\n"].concat();
    let longest = [b"220 ", &vec![b'x'; (4 << 20) - 1024][..], b"\r\n"].concat();
    let over = [b"220 ", &vec![b'x'; (4 << 20) - 3][..]].concat();
    let lines = format!(
        "220-first\r\n{}220 last\r\n",
        "220-more\r\n 220 no end\r\n".repeat(1000)
    );
    let cases: Vec<(&str, Vec<Act>, &str)> = vec![
        ("", vec![say("SSH-2.0-OpenSSH_9.2\r\n")], "601,0"),
        ("", vec![say("000 hi\r\n")], "601,0"),
        ("", vec![say("999 hi\r\n")], "601,0"),
        ("", vec![say("\0\x01\x7f\r\n")], "601,0"),
        ("", vec![say(b"\x80\xff\xfe\r\n")], "601,0"),
        ("", vec![say("350 what?\r\n")], "601,350"),
        ("", vec![say("421 full\r\n"), Act::Close], "614,421"),
        ("", vec![Act::Close], "606,0"),
        ("", vec![say("220 h"), Act::Close], "606,0"),
        ("", vec![Act::Flood(b"220-more\r\n")], "601,0"),
        ("", vec![Act::Flood(b"x")], "601,0"),
        ("", vec![Act::Flood(b"\r\n")], "601,0"),
        ("", vec![Act::Flood(b"150 wait\r\n")], "601,0"),
        ("", vec![say(over), Act::Wait], "601,0"),
        ("", vec![say(longest)], "0,0"),
        ("", vec![say(long)], "0,0"),
        ("", vec![say(lines)], "0,0"),
        ("", vec![say(b"220 \0\x01\x80\xff\r\n")], "0,0"),
        ("", vec![say("220 a\n")], "0,0"),
        ("", vec![say("\n\r\n220 a\rb\r\r\n")], "0,0"),
        ("", vec![say("120 soon\r\n220 now\r\n")], "0,0"),
        ("USER", vec![Act::Close], "606,0"),
        ("USER", vec![Act::Reset], "606,0"),
        ("USER", vec![say("999 who\r\n")], "601,0"),
        ("PASS", vec![Act::Close], "606,0"),
        ("PASS", vec![say("530 no\r\n")], "625,530"),
        ("PASS", vec![say("599 no\r\n")], "601,599"),
        ("PASS", vec![say("600 no\r\n")], "601,0"),
    ];
    for (verb, acts, expected) in cases {
        check_login(vec![(verb, acts)], expected);
    }
}

#[test]
fn questions_and_answers() {
    let most = u64::MAX.to_string();
    let digits = "1234567890".repeat(3);
    let long = "x".repeat(1 << 20);
    for (verb, command, printed, expected, left) in [
        ("SIZE", SIZE, "213 -1\r\n".to_owned(), "601,213", Kept),
        ("SIZE", SIZE, format!("213 {digits}\r\n"), "601,213", Kept),
        (
            "SIZE",
            SIZE,
            format!("213 {most}\r\n"),
            &format!("0,{most}"),
            Kept,
        ),
        (
            "SIZE",
            SIZE,
            "213 18446744073709551616\r\n".into(),
            "601,213",
            Kept,
        ),
        ("SIZE", SIZE, "213 1e3\r\n".into(), "601,213", Kept),
        ("SIZE", SIZE, "213\r\n".into(), "601,213", Kept),
        ("SIZE", SIZE, format!("213 {long}\r\n"), "601,213", Kept),
        ("SIZE", SIZE, format!("213 7 {long}\r\n"), "0,7", Kept),
        ("SIZE", SIZE, "350 more?\r\n".into(), "601,350", Kept),
        ("SIZE", SIZE, "000 5\r\n".into(), "601,0", Lost),
        ("SIZE", SIZE, "999 5\r\n".into(), "601,0", Lost),
        ("SIZE", SIZE, "2130 5\r\n".into(), "601,0", Lost),
        ("SIZE", SIZE, "five\r\n".into(), "601,0", Lost),
        ("SIZE", SIZE, "421 bye\r\n".into(), "614,421", Lost),
        ("MDTM", TIME, "213 today\r\n".into(), "601,213", Kept),
        (
            "MDTM",
            TIME,
            "213 -20260102030405\r\n".into(),
            "601,213",
            Kept,
        ),
        ("MDTM", TIME, format!("213 {digits}\r\n"), "601,213", Kept),
        ("MDTM", TIME, "213 2026\r\n".into(), "601,213", Kept),
        (
            "PWD",
            PATH,
            "257-\"/a\r\nOK\r\n257 \"\r\n".into(),
            "601,257",
            Kept,
        ),
        ("PWD", PATH, "257 \"/a\rOK\r\"\r\n".into(), "601,257", Kept),
        ("PWD", PATH, "257 \"/a\0\"\r\n".into(), "601,257", Kept),
        ("PWD", PATH, "257 \"\r\n".into(), "601,257", Kept),
    ] {
        check(vec![(verb, vec![say(printed)])], command, expected, left);
    }
}

/// What the host types while the server takes its time comes before CONNECT, and is no part of the file.
#[test]
fn a_payload_that_comes_before_connect() {
    let (typed, kept) = (Arc::new(Barrier::new(2)), Arc::new(Mutex::new(Vec::new())));
    let acts = vec![
        Act::Meet(Arc::clone(&typed)),
        Act::Accept,
        say("150 go\r\n"),
        Act::Keep(Arc::clone(&kept)),
        Act::CloseData,
        say("226 done\r\n"),
    ];
    let server = Scripted::start(vec![("STOR", acts)], usize::MAX);
    let mut session = session();
    assert_eq!(session.ask(&open(&server)), "0,0");
    let put = "AT+QFTPPUT=\"a\",\"COM:\",0,6,1";
    session.enter(put);
    session.type_bytes(b"\nearly");
    typed.wait();
    session.expect("\r\nCONNECT\r\n");
    session.type_bytes(b"\nhello");
    session.expect("\r\nOK\r\n");
    assert_eq!(session.urc(put), "0,6");
    assert_eq!(*kept.lock().expect("the upload"), b"\nhello");
    go_on(&mut session, &server, Kept, "early");
}

#[test]
fn a_path_that_forges_nothing() {
    let server = Scripted::start(
        vec![(
            "PWD",
            vec![say(b"257 \"/\xe9\xff\x80 +QFTPPWD: 0,/x\"\r\n")],
        )],
        usize::MAX,
    );
    let mut session = session();
    assert_eq!(session.ask(&open(&server)), "0,0");
    session.enter(PATH);
    session.expect("\r\nOK\r\n\r\n+QFTPPWD: 0,");
    assert_eq!(session.take_until("\r\n"), b"/\xe9\xff\x80 +QFTPPWD: 0,/x");
    go_on(&mut session, &server, Kept, "8 bit");
}

#[test]
fn where_no_data_connection_can_be_made() {
    for (passive, extended) in [
        ("227 (127,0,0,1,0,0)", "229 (|||0|)"),
        ("227 (127,0,0,1,273,112)", "229 (|||70000|)"),
        ("227 (127,0,0,1,255,256)", "229 (|||65536|)"),
        ("227 (127,0,0,1,4)", "229 (||1025|)"),
        ("227 (256,0,0,1,4,1)", "229 (|!|1025|)"),
        ("227 (127,0,0,1,-4,1)", "229 (|||-1025|)"),
        ("227 ok", "229 ok"),
        ("227", "229"),
        ("227 \0\x01\x7f", "229 (\0\0\x001025\0)"),
        ("200 (127,0,0,1", "200 (|||"),
    ] {
        for command in [GET, PUT, "AT+QFTPLIST=\".\""] {
            let script = vec![
                ("PASV", vec![say(format!("{passive}\r\n"))]),
                ("EPSV", vec![say(format!("{extended}\r\n"))]),
            ];
            let code = format!("615,{}", &passive[..3]);
            check(script, command, &code, Kept);
        }
    }
    for (passive, code, left) in [
        ("425 none free", "615,425", Kept),
        ("599 no", "601,599", Kept),
        ("421 bye", "614,421", Lost),
        ("000 ok", "601,0", Lost),
        // No server listens there.
        ("227 (127,0,0,1,0,1)", "615,0", Kept),
        ("227 (127,0,0,9,0,1)", "615,0", Kept),
        // No server can be there.
        ("227 (255,255,255,255,4,1)", "615,0", Kept),
        ("227 (224,0,0,1,4,1)", "615,0", Kept),
    ] {
        let script = vec![
            ("PASV", vec![say(format!("{passive}\r\n"))]),
            ("EPSV", vec![say("500 what?\r\n")]),
        ];
        check(script, GET, code, left);
    }
    for acts in [vec![Act::Close], vec![Act::Reset]] {
        check(vec![("PASV", acts)], GET, "606,0", Lost);
    }
}

/// In mid transfer: the payload that came is handed on, then the URC says what became of it.
#[test]
fn transfers_that_break() {
    let go = || say("150 go\r\n");
    let cases: Vec<(&str, Vec<Act>, &str, Session)> = vec![
        ("RETR", vec![Act::Accept, go(), Act::Close], "606,0", Lost),
        ("RETR", vec![Act::Accept, go(), Act::Reset], "606,0", Lost),
        (
            "RETR",
            vec![Act::Accept, go(), Act::Send(b"hel"), Act::Close],
            "606,0",
            Lost,
        ),
        (
            "RETR",
            vec![
                Act::Accept,
                go(),
                Act::Send(b"hel"),
                Act::ResetData,
                say("226 done\r\n"),
            ],
            "607,226",
            Kept,
        ),
        (
            "RETR",
            vec![Act::Accept, go(), Act::ResetData, say("426 broke\r\n")],
            "616,426",
            Kept,
        ),
        (
            "RETR",
            vec![Act::Accept, go(), Act::CloseData, say("451 disk\r\n")],
            "618,451",
            Kept,
        ),
        (
            "RETR",
            vec![Act::Accept, go(), Act::CloseData, say("999 done\r\n")],
            "601,0",
            Lost,
        ),
        ("STOR", vec![Act::Accept, go(), Act::Close], "606,0", Lost),
        (
            "STOR",
            vec![
                Act::Accept,
                go(),
                Act::Take(5),
                Act::CloseData,
                say("452 full\r\n"),
            ],
            "619,452",
            Kept,
        ),
        (
            "STOR",
            vec![
                Act::Accept,
                go(),
                Act::Take(5),
                Act::CloseData,
                say("done\r\n"),
            ],
            "601,0",
            Lost,
        ),
    ];
    for (verb, acts, expected, left) in cases {
        let title = format!("{verb}, {acts:?}");
        // Otherwise it may be too late for payload.
        let taken = acts.iter().any(|act| matches!(act, Act::Take(_)));
        let server = Scripted::start(vec![(verb, acts)], usize::MAX);
        let mut session = session();
        assert_eq!(session.ask(&open(&server)), "0,0", "{title}");
        let command = if verb == "RETR" { GET } else { PUT };
        session.connect(command);
        if taken {
            session.type_bytes(b"12345");
        }
        let name = &command[3..10];
        let payload = session.take_until(&format!("\r\nOK\r\n\r\n+{name}: "));
        assert!(CONTENT.starts_with(&payload), "{title}");
        let stated = session.take_until("\r\n");
        assert_eq!(String::from_utf8_lossy(&stated), expected, "{title}");
        go_on(&mut session, &server, left, &title);
    }
}

/// A reset may come before the module sees that it is connected: then there was no connection to lose.
#[test]
fn a_reset_at_once() {
    for _ in 0..20 {
        let server = Scripted::start(vec![("", vec![Act::Reset])], usize::MAX);
        let mut session = session();
        let stated = session.ask(&open(&server));
        assert!(["605,0", "606,0"].contains(&stated.as_str()), "{stated}");
        go_on(&mut session, &server, Lost, "reset");
    }
}

/// A server that talks unasked loses its session, and the module hears its host all the while.
#[test]
fn a_flood_that_nobody_asked_for() {
    for flood in [&b"200 more\r\n"[..], b"200-", b"x", b"\n", b"421 bye\r\n"] {
        let script = vec![("PWD", vec![say("257 \"/\"\r\n"), Act::Flood(flood)])];
        let server = Scripted::start(script, usize::MAX);
        let mut session = session();
        assert_eq!(session.ask(&open(&server)), "0,0");
        assert_eq!(session.ask(PATH), "0,/");
        while session.ask("AT+QFTPSTAT") == "0,1" {
            session.ok("AT");
        }
        go_on(&mut session, &server, Lost, "flood");
    }
}

/// Everything the server says comes in single bytes.
#[test]
fn byte_by_byte() {
    let script = vec![
        ("", vec![say("220-hi\r\n220-\r\n 220 x\r\n220 all\r\n")]),
        ("PWD", vec![say("257-\"/\"\r\n257 is it\r\n")]),
    ];
    let server = Scripted::start(script, 1);
    let mut session = session();
    assert_eq!(session.ask(&open(&server)), "0,0");
    assert_eq!(session.ask(SIZE), "0,5");
    assert_eq!(session.ask(TIME), "0,\"20260102030405\"");
    go_on(&mut session, &server, Kept, "bytes");
}

fn talk() -> impl Strategy<Value = Vec<u8>> {
    let line = (
        prop_oneof![6 => 100_u16..600, 1 => Just(0), 1 => Just(999)],
        prop_oneof![4 => Just(' '), 1 => Just('-'), 1 => Just('x')],
        proptest::collection::vec(any::<u8>(), 0..20),
        prop_oneof![4 => Just("\r\n"), 1 => Just("\n"), 1 => Just("\r"), 1 => Just("")],
    );
    let line = line.prop_map(|(code, mark, text, end)| {
        let head = format!("{code:03}{mark}");
        [head.as_bytes(), &text, end.as_bytes()].concat()
    });
    let noise = proptest::collection::vec(any::<u8>(), 0..100);
    let lines = proptest::collection::vec(line, 0..6).prop_map(|lines| lines.concat());
    prop_oneof![4 => lines, 1 => noise]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Whatever is said before the server hangs up, the command gets its end, and the module goes on.
    #[test]
    fn any_bytes_and_an_end(
        at in prop_oneof![
            Just(("", GET)), Just(("USER", GET)), Just(("PASS", GET)),
            Just(("PWD", PATH)), Just(("SIZE", SIZE)), Just(("MDTM", TIME)),
            Just(("TYPE", GET)), Just(("PASV", GET)), Just(("RETR", GET)), Just(("STOR", PUT)),
        ],
        talk in talk(),
        piece in prop_oneof![Just(1_usize), Just(usize::MAX)],
    ) {
        let (verb, command) = at;
        let server = Scripted::start(vec![(verb, vec![say(talk), Act::Close])], piece);
        let mut session = session();
        if session.ask(&open(&server)) == "0,0" {
            session.enter(command);
            let name = &command.split('=').next().unwrap_or(command)[2..];
            // Before it there may be CONNECT, or that there is no session any more.
            let printed = session.take_until("\r\n");
            prop_assert_eq!(printed, b"");
            let first = session.take_until("\r\n");
            if first != b"+CME ERROR: 603" {
                session.take_until(&format!("{name}: "));
                session.take_until("\r\n");
            }
            while session.ask("AT+QFTPSTAT") != "0,4" {}
        }
        session.ok("AT");
        prop_assert_eq!(session.ask(&open(&server)), "0,0");
        prop_assert_eq!(session.ask(PATH), "0,/");
    }
}
