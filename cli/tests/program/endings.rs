//! Exit codes of what module and server answer.

use serde_json::json;

use crate::running::Run;
use crate::scripted::Act::Say;
use crate::scripted::{Row, Scripted};

/// The module's answers, what is typed, the exit code and its kind, the module's code and the server's reply.
type Case = (
    &'static [Row],
    &'static [&'static str],
    i32,
    &'static str,
    Option<u16>,
    Option<u16>,
);

const SIZE: Row = ("AT+QFTPSIZE=", &[Say("OK"), Say("+QFTPSIZE: 0,1")]);

const CASES: &[Case] = &[
    (
        &[("AT+QFTPOPEN=", &[Say("OK"), Say("+QFTPOPEN: 604,0")])],
        &["ls", "ftp://h/"],
        6,
        "name",
        Some(604),
        None,
    ),
    (
        &[("AT+QFTPOPEN=", &[Say("OK"), Say("+QFTPOPEN: 605,0")])],
        &["ls", "ftp://h/"],
        7,
        "connect",
        Some(605),
        None,
    ),
    (
        &[("AT+QFTPOPEN=", &[Say("OK"), Say("+QFTPOPEN: 609,0")])],
        &["ls", "ftp://h/"],
        28,
        "timeout",
        Some(609),
        None,
    ),
    (
        &[("AT+QFTPOPEN=", &[Say("OK"), Say("+QFTPOPEN: 625,530")])],
        &["ls", "ftp://h/"],
        67,
        "login",
        Some(625),
        Some(530),
    ),
    (
        &[("AT+QFTPOPEN=", &[Say("OK"), Say("+QFTPOPEN: 631,0")])],
        &["ls", "ftp://h/"],
        35,
        "tls",
        Some(631),
        None,
    ),
    (
        &[("AT+QFTPDEL=", &[Say("OK"), Say("+QFTPDEL: 627,550")])],
        &["rm", "ftp://h/a"],
        9,
        "denied",
        Some(627),
        Some(550),
    ),
    (
        &[("AT+QFTPMKDIR=", &[Say("OK"), Say("+QFTPMKDIR: 606,0")])],
        &["mkdir", "ftp://h/a"],
        56,
        "connection-lost",
        Some(606),
        None,
    ),
    (
        &[("AT+QFTPSIZE=", &[Say("OK"), Say("+QFTPSIZE: 627,550")])],
        &["get", "ftp://h/a", "b"],
        19,
        "get",
        Some(627),
        Some(550),
    ),
    (
        &[SIZE, ("AT+QFTPGET=", &[Say("+CME ERROR: 603")])],
        &["cat", "ftp://h/a"],
        104,
        "module",
        Some(603),
        None,
    ),
    (
        &[("AT+QFTPPUT=", &[Say("+CME ERROR: 629")])],
        &["put", "a", "ftp://h/a"],
        25,
        "put",
        Some(629),
        None,
    ),
    (
        &[("AT+QIACT?", &[Say("OK")]), ("AT+QIACT=1", &[Say("ERROR")])],
        &["ls", "ftp://h/"],
        103,
        "refused",
        None,
        None,
    ),
];

#[test]
fn every_answer_has_its_exit_code() {
    for (rows, words, code, kind, module_code, reply) in CASES {
        let module = Scripted::new(rows);
        let run = Run::new().with("QFTP_PORT", &module.url());
        run.file("a", "x");
        let error = run
            .run(&[&["--json"], *words].concat())
            .expect(*code)
            .error();
        assert_eq!(error["exit"], json!(code), "{words:?}");
        assert_eq!(error["kind"], json!(kind), "{words:?}");
        assert_eq!(error["module_code"], json!(module_code), "{words:?}");
        assert_eq!(error["ftp_reply"], json!(reply), "{words:?}");
    }
}

#[test]
fn the_local_side() {
    let module = Scripted::new(&[]);
    let run = Run::new().with("QFTP_PORT", &module.url());
    std::fs::create_dir(run.path("folder")).expect("a folder");
    std::fs::create_dir(run.path("folder/a")).expect("a folder");
    run.run(&["put", "nix", "ftp://h/"]).expect(26);
    run.run(&["put", "folder", "ftp://h/"]).expect(26);
    run.run(&["get", "ftp://h/a", "nix/a"]).expect(23);
    run.run(&["get", "ftp://h/a", "folder"]).expect(23);
    assert!(module.typed().is_empty(), "the module was bothered");
}
