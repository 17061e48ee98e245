//! What no good server says, to the modules of the other families: `gsm` has numbers of its own (001 §3), `nl668` says
//! that it failed (003).

use qftp::dialect::gsm::GSM;
use qftp::dialect::nl668::NL668;
use qftp::emulator::EmulatorOptions;

use crate::scripted::{Act, Script, Scripted, say};
use qftp_test::at_session::AtSession;

/// What the server does at which command; what is typed, and the URC for it: `gsm`, then `nl668`; whether the session
/// is still there.
type Case = (
    &'static str,
    &'static str,
    [(&'static str, &'static str); 2],
    bool,
);

const SIZE: [&str; 2] = ["AT+QFTPSIZE=\"f\"", "AT+FTPSTAT=\"f\""];
const PATH: &str = "AT+FTPPWD";
const GET: [&str; 2] = ["AT+QFTPGET=\"f\"", "AT+FTPRETR=\"f\""];

const CASES: &[Case] = &[
    (
        "SIZE",
        "213 -1\r\n",
        [(SIZE[0], "+QFTPSIZE:-1"), ("", "")],
        true,
    ),
    (
        "SIZE",
        "213 123456789012345678901234567890\r\n",
        [(SIZE[0], "+QFTPSIZE:-1"), ("", "")],
        true,
    ),
    (
        "SIZE",
        "999 5\r\n",
        [(SIZE[0], "+QFTPSIZE:-1"), ("", "")],
        false,
    ),
    // Replies of a transfer are answers elsewhere too (001 §3).
    (
        "SIZE",
        "425 x\r\n",
        [(SIZE[0], "+QFTPSIZE:-425"), ("", "")],
        true,
    ),
    (
        "SIZE",
        "426 x\r\n",
        [(SIZE[0], "+QFTPSIZE:-426"), ("", "")],
        true,
    ),
    (
        "STAT",
        "425 x\r\n",
        [("", ""), (SIZE[1], "+FTPSTAT: 0")],
        true,
    ),
    (
        "STAT",
        "426 x\r\n",
        [("", ""), (SIZE[1], "+FTPSTAT: 0")],
        true,
    ),
    (
        "STAT",
        "350 what?\r\n",
        [("", ""), (SIZE[1], "+FTPSTAT: 0")],
        true,
    ),
    (
        "STAT",
        "000\r\n",
        [("", ""), (SIZE[1], "+FTPSTAT: 0")],
        false,
    ),
    (
        "PWD",
        "257 \"/a\rOK\r\"\r\n",
        [("", ""), (PATH, "+FTPPWD: 0")],
        true,
    ),
    (
        "PWD",
        "257-\"/a\r\nOK\r\n257 \"\r\n",
        [("", ""), (PATH, "+FTPPWD: 0")],
        true,
    ),
    ("PWD", "257 \0\r\n", [("", ""), (PATH, "+FTPPWD: 0")], true),
    (
        "PWD",
        "\u{fffd}\r\n",
        [("", ""), (PATH, "+FTPPWD: 0")],
        false,
    ),
    (
        "PASV",
        "227 (127,0,0,1,0,0)\r\n",
        [(GET[0], "+QFTPGET:-425"), (GET[1], "+FTPRETR: 0")],
        true,
    ),
    (
        "PASV",
        "227 (127,0,0,1,273,112)\r\n",
        [(GET[0], "+QFTPGET:-425"), (GET[1], "+FTPRETR: 0")],
        true,
    ),
    (
        "PASV",
        "227 (127,0,0,1,0,1)\r\n",
        [(GET[0], "+QFTPGET:-425"), (GET[1], "+FTPRETR: 0")],
        true,
    ),
    (
        "PASV",
        "421 bye\r\n",
        [(GET[0], "+QFTPGET:-421"), (GET[1], "+FTPRETR: 0")],
        false,
    ),
];

fn open(session: &mut AtSession, gsm: bool, server: &Scripted, expected: &str) {
    let port = server.address.port();
    if gsm {
        session.enter(&format!("AT+QFTPOPEN=\"127.0.0.1\",{port}"));
        session.expect(&format!("\r\nOK\r\n\r\n+QFTPOPEN:{expected}\r\n"));
    } else {
        let expected = if expected == "0" { "1" } else { "0" };
        session.enter(&format!("AT+FTPOPEN=\"127.0.0.1\",\"u\",\"p\",,,{port}"));
        session.expect(&format!("\r\nOK\r\n\r\n+FTPOPEN: {expected}\r\n"));
    }
}

fn session(gsm: bool) -> AtSession {
    if gsm {
        let mut session = AtSession::bare(EmulatorOptions::new(&GSM));
        session.ok("AT+QFTPUSER=\"u\"");
        session.ok("AT+QFTPPASS=\"p\"");
        // Passive: 001 begins with active.
        session.ok("AT+QFTPCFG=1,1");
        session.expect("\r\n+QFTPCFG:0\r\n");
        session
    } else {
        let mut session = AtSession::bare(EmulatorOptions::new(&NL668));
        session.enter("AT+MIPCALL=1");
        session.expect("\r\nOK\r\n\r\n+MIPCALL: ");
        session.take_until("\r\n");
        session
    }
}

/// It has a session, in which answers are to their questions.
fn resync(session: &mut AtSession, gsm: bool) {
    session.enter(if gsm { SIZE[0] } else { PATH });
    session.expect(if gsm {
        "\r\nOK\r\n\r\n+QFTPSIZE:5\r\n"
    } else {
        "\r\nOK\r\n\r\n+FTPPWD: 2,\"/\"\r\n\r\n+FTPPWD: 1\r\n"
    });
}

#[test]
fn commands() {
    for (kind, told, typed, kept) in CASES {
        for (gsm, (command, urc)) in [true, false].into_iter().zip(typed) {
            if command.is_empty() {
                continue;
            }
            let mut script = vec![(*kind, vec![say(told)])];
            if *kind == "PASV" {
                script.push(("EPSV", vec![say("500 what?\r\n")]));
            }
            let server = Scripted::start(script, usize::MAX);
            let mut session = session(gsm);
            open(&mut session, gsm, &server, "0");
            session.enter(command);
            session.expect(&format!("\r\nOK\r\n\r\n{urc}\r\n"));
            if !kept {
                if gsm && *kind == "PASV" {
                    session.expect("\r\n+QFTPERROR:-6\r\n");
                }
                open(&mut session, gsm, &server, "0");
            }
            resync(&mut session, gsm);
        }
    }
}

#[test]
fn logins() {
    let scripts: &[(Script, &str)] = &[
        (vec![("", vec![say("SSH-2.0-x\r\n")])], "-1"),
        (vec![("", vec![say("999 hi\r\n")])], "-1"),
        (vec![("", vec![Act::Flood(b"220-more\r\n")])], "-1"),
        (vec![("", vec![Act::Close])], "-6"),
        (vec![("USER", vec![Act::Close])], "-6"),
        (vec![("PASS", vec![say("530 no\r\n")])], "-530"),
    ];
    for (script, expected) in scripts {
        for gsm in [true, false] {
            let server = Scripted::start(script.clone(), usize::MAX);
            let mut session = session(gsm);
            open(&mut session, gsm, &server, expected);
            open(&mut session, gsm, &server, "0");
            resync(&mut session, gsm);
        }
    }
}

/// `nl668` shows the lines of the control connection and the server's status: a CR in them ends no line of the module.
#[test]
fn a_shown_line_is_one_line() {
    let script = vec![
        ("", vec![say("220 a\r\r\n")]),
        (
            "STAT",
            vec![say("211-x\rOK\r\r\n y\r\n211 \r+FTPSTAT: 0\r\r\n")],
        ),
        ("SYST", vec![say("215 x\r+FTPINFO:y\r\n")]),
    ];
    let server = Scripted::start(script, usize::MAX);
    let mut session = session(false);
    open(&mut session, false, &server, "0");
    session.enter("AT+FTPSTAT");
    session.expect("\r\nOK\r\n\r\n+FTPSTAT: 2,x OK \r\n y\r\n +FTPSTAT: 0 \r\n\r\n+FTPSTAT: 1\r\n");
    session.ok("AT+FTPINFO=1");
    session.enter("AT+FTPSYST");
    session.expect("\r\nOK\r\n\r\n+FTPINFO:SYST\r\n\r\n+FTPINFO:215 x +FTPINFO:y\r\n");
    session.expect("\r\n+FTPSYST: 2,x +FTPINFO:y\r\n\r\n+FTPSYST: 1\r\n");
    session.ok("AT+FTPINFO=0");
    resync(&mut session, false);
}

/// A status of 1 MB: what is kept is cut, and the module goes on.
#[test]
fn a_status_without_measure() {
    for (text, least) in [
        (format!("211 {}\r\n", "x".repeat(1 << 20)), 60_000),
        (
            format!("211-\r\n{}211 end\r\n", " a line\r\n".repeat(50_000)),
            400_000,
        ),
    ] {
        let server = Scripted::start(vec![("STAT", vec![say(text)])], usize::MAX);
        let mut session = session(false);
        open(&mut session, false, &server, "0");
        session.enter("AT+FTPSTAT");
        session.expect("\r\nOK\r\n\r\n+FTPSTAT: 2,");
        let shown = session.take_until("\r\n\r\n+FTPSTAT: 1\r\n");
        assert!((least..2 << 20).contains(&shown.len()), "{}", shown.len());
        resync(&mut session, false);
    }
}
