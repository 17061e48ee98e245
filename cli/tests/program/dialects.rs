//! What differs from dialect to dialect, as a user of the program sees it.

use std::fs;

use qftp::client::{Support, Task, support};
use qftp::dialect::{self, Dialect};
use qftp::emulator::{Emulator, EmulatorOptions};

use crate::running::Run;
use qftp_test::servers::{Kind, PASSWORD, Server, USER};

/// Every dialect, and a module of it inside the program.
fn inside() -> impl Iterator<Item = (&'static Dialect, String)> {
    let url = |dialect: &&'static Dialect| (*dialect, format!("emulator://{}", dialect.name));
    dialect::ALL.iter().map(url)
}

/// A server, a home that knows the account, and the URL of its files.
fn server() -> (Server, Run, String) {
    let server = Server::start(Kind::Pyftpdlib);
    let run = Run::new();
    let account = format!("machine 127.0.0.1 login {USER} password {PASSWORD}\n");
    run.file(".netrc", account);
    let url = format!("ftp://{}", server.address);
    (server, run, url)
}

#[test]
fn parts_and_names_through_a_module_inside_the_program() {
    for (_, port) in inside() {
        let (server, run, url) = server();
        let at = |path: &str| format!("{url}/{path}");
        let go = |words: &[&str]| run.run(&[&["-p", &port], words].concat()).expect(0);
        run.file("first", "one ").file("second", "two");
        go(&["mkdir", &at("d")]);
        go(&["put", "--append", "first", &at("d/a")]);
        go(&["put", "--append", "second", &at("d/a")]);
        assert_eq!(
            server.get("d/a").as_deref(),
            Some(&b"one two"[..]),
            "{port}"
        );
        go(&["get", "--continue", &at("d/a"), "first"]);
        assert_eq!(fs::read(run.path("first")).expect("a file"), b"one two");
        assert_eq!(go(&["cat", "--offset", "4", &at("d/a")]).text(), "two");
        assert_eq!(go(&["--json", "stat", &at("d/a")]).json()["size"], 7);
        go(&["mv", &at("d/a"), "b"]);
        assert_eq!(server.get("b").as_deref(), Some(&b"one two"[..]), "{port}");
        go(&["rm", &at("b")]);
        go(&["rmdir", &at("d")]);
        assert_eq!(server.list(""), [""; 0], "{port}");
    }
}

/// What the program does for a task; none where it has no command for it alone.
fn words(task: Task) -> Option<&'static [&'static str]> {
    Some(match task {
        Task::GetPart => &["cat", "--length", "1", "ftp://h/a"],
        Task::List => &["ls", "ftp://h/"],
        Task::ImplicitTls => &["--insecure", "rm", "ftps://h/a"],
        Task::ExplicitTls => &["--insecure", "rm", "ftpes://h/a"],
        Task::PeerAddress => &["--data-address", "peer", "rm", "ftp://h/a"],
        Task::PeerThenServerAddress => &["--data-address", "peer-then-server", "rm", "ftp://h/a"],
        _ => return None,
    })
}

#[test]
fn what_a_dialect_cannot_do_is_told_before_the_session() {
    let missing = inside().flat_map(|(dialect, port)| {
        let lacks = move |task: &Task| support(dialect, *task) == Support::Missing;
        Task::all()
            .filter(lacks)
            .filter_map(|task| Some((task, words(task)?)))
            .map(move |(task, words)| (dialect, port.clone(), task, words))
    });
    let mut told = Vec::new();
    for (dialect, port, task, words) in missing {
        let run = Run::new();
        let sentence = format!("{} has no command for {}", dialect.name, task.name());
        // The module is asked what it is, and nothing else.
        let ended = run.run(&[&["-v", "-p", &port], words].concat()).expect(106);
        assert!(ended.stderr.contains(&sentence), "{}", ended.stderr);
        let mut sent = ended.stderr.lines().filter(|line| line.starts_with("> "));
        let last = sent.next_back().unwrap_or_default();
        assert_eq!(last, "> ATI", "{}", ended.stderr);
        // Where the dialect is named, not even that: there is no such port.
        let named = ["--json", "--dialect", dialect.name, "-p", "/dev/nowhere"];
        let error = run.run(&[&named, words].concat()).expect(106).error();
        assert_eq!(error["detail"], sentence.as_str());
        assert_eq!(error["kind"], "unsupported");
        told.push(format!("{} {}", dialect.name, task.name()));
    }
    let expected = [
        "ec20 explicit TLS",
        "ec20 data address peer",
        "ec20 data address peer-then-server",
        "bg96 data address peer-then-server",
        "gsm get part",
        "gsm list",
        "gsm implicit TLS",
        "gsm explicit TLS",
        "gsm data address peer",
        "gsm data address peer-then-server",
        "nl668 get part",
        "nl668 explicit TLS",
        "nl668 data address peer",
        "nl668 data address peer-then-server",
    ];
    assert_eq!(told, expected);
}

#[test]
fn an_error_has_the_number_as_the_module_printed_it() {
    let (_server, run, url) = server();
    let missing = format!("{url}/missing");
    for (dialect, exit, code, printed) in [
        ("ec2x", 9, 627, 627),
        ("gsm", 9, 627, -550),
        ("nl668", 9, 627, 0),
    ] {
        let port = format!("emulator://{dialect}");
        let ended = run.run(&["--json", "-p", &port, "rm", &missing]);
        let error = ended.expect(exit).error();
        assert_eq!(error["module_code"], code, "{dialect}");
        assert_eq!(error["raw_code"], printed, "{dialect}");
    }
}

/// `nl668` gives no reason, but shows the control connection; then the reason is the server's reply.
#[test]
fn a_module_without_reasons_is_made_to_give_them() {
    let module =
        Emulator::on_pty(None, EmulatorOptions::new(&dialect::nl668::NL668)).expect("a module");
    let (server, run, url) = server();
    let run = run.with("QFTP_PORT", &module.url().expect("a path"));
    server.put("a", b"12345");
    let missing = format!("{url}/missing");
    let error = run.run(&["--json", "rm", &missing]).expect(9).error();
    assert_eq!(error["ftp_reply"], 550);
    assert_eq!(error["module_code"], 627);
    assert_eq!(error["raw_code"], 0);
    // What it shows gets into no listing and no file.
    assert_eq!(run.run(&["ls", &url]).expect(0).text(), "a\n");
    let there = format!("{url}/a");
    assert_eq!(run.run(&["cat", &there]).expect(0).text(), "12345");
    run.file("b", "678");
    run.run(&["put", "--append", "b", &there]).expect(0);
    assert_eq!(server.get("a").as_deref(), Some(&b"12345678"[..]));
}

#[test]
fn every_dialect_can_be_named_and_all_only_by_the_demonstration() {
    let run = Run::new();
    let help = run.run(&["--help"]).expect(0).text();
    let wrong = run.run(&["--dialect", "ec99", "ports"]).expect(2).stderr;
    for (dialect, port) in inside() {
        let name = dialect.name;
        assert!(help.contains(&format!("- {name}:")), "{help}");
        assert!(wrong.contains(name), "{wrong}");
        let named = ["--json", "--dialect", name, "-p", &port, "probe"];
        let probe = run.run(&named).expect(0).json();
        assert_eq!(probe["dialect"], name);
    }
    for words in [&["ls", "ftp://h/"][..], &["probe"], &["at", "AT"]] {
        let named = ["--dialect", "all", "-p", "emulator://ec2x"];
        let ended = run.run(&[&named, words].concat()).expect(2);
        assert!(ended.stderr.contains("qftp demo"), "{}", ended.stderr);
    }
}
