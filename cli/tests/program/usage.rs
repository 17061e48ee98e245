//! What is typed wrong: exit code 2, nothing is sent, and the message helps.

use crate::running::Run;
use crate::scripted::Scripted;

#[test]
fn wrong_command_lines_send_nothing() {
    let module = Scripted::new(&[]);
    let run = Run::new().with("QFTP_PORT", &module.url());
    run.file("a", "a").file("b", "b").file("bad\"name", "c");
    let cases: &[(&[&str], &str)] = &[
        (&[], "Usage:"),
        (&["fly"], "unrecognized subcommand 'fly'"),
        (&["ls"], "<URL>"),
        (&["ls", "ftp://h/", "more"], "unexpected argument 'more'"),
        (&["put", "ftp://h/"], "<URL>"),
        (&["put", "a", "b"], "the URL is wrong"),
        (&["put", "-", "ftp://h/dir/"], "standard input has no name"),
        (
            &["put", "a", "-", "ftp://h/x"],
            "standard input has no name",
        ),
        (&["put", "bad\"name", "ftp://h/"], "the file name contains"),
        (&["get", "ftp://h/dir/"], "names a directory"),
        (
            &["get", "--continue", "ftp://h/a", "-"],
            "--continue needs a local file",
        ),
        (&["cat", "ftp://h/a%0d"], "the path contains"),
        (&["cat", "ftp://h/a", "ftp://i/a"], "different servers"),
        (&["cat", "--length", "x", "ftp://h/a"], "invalid value 'x'"),
        (&["ls", "http://h/"], "http:// is not FTP"),
        (&["ls", "sftp://h/"], "sftp:// is not FTP"),
        (
            &["ls", "--user", "bob", "ftp://h/"],
            "no password for bob on h",
        ),
        (&["mv", "ftp://h/a", "ftp://i/b"], "different servers"),
        (&["mv", "ftp://h/", "b"], "does not name a directory"),
        (&["mkdir", "ftp://h/"], "does not name a directory"),
        (&["at", "+CSQ"], "an AT command starts with AT"),
        (&["at", "AT+CSQ\rATZ"], "AT"),
        (&["--dialect", "ec99", "probe"], "[possible values: ec20, "),
        (&["--timeout", "19", "rm", "ftp://h/a"], "20..=180"),
        (
            &["--data-address", "mine", "rm", "ftp://h/a"],
            "peer-then-server",
        ),
        (&["--data-timeout", "14", "rm", "ftp://h/a"], "15..=50"),
        (&["--data-timeout", "51", "rm", "ftp://h/a"], "15..=50"),
        (
            &["--data-timeout", "15", "rm", "ftp://h/a"],
            "without --data-address peer-then-server",
        ),
        (&["--port", "socket://h", "probe"], "give host and port"),
        (&["--port", "gopher://h", "probe"], "unknown scheme"),
    ];
    all_refused(&run, cases);
    let sent: Vec<String> = module
        .typed()
        .into_iter()
        .filter(|line| line.contains("QFTP") || line.contains("ATZ"))
        .collect();
    assert!(sent.is_empty(), "{sent:?}");
}

fn all_refused(run: &Run, cases: &[(&[&str], &str)]) {
    for (words, part) in cases {
        let ended = run.run(words).expect(2);
        assert!(ended.stderr.contains(part), "{words:?}: {}", ended.stderr);
        assert_eq!(ended.text(), "", "{words:?}");
    }
}

#[test]
fn tls_that_cannot_be_meant_opens_no_port() {
    let run = Run::new().with("QFTP_PORT", "/dev/nowhere");
    let certificate = "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n";
    run.file("pem", certificate)
        .file("key", certificate.replace("CERTIFICATE", "PRIVATE KEY"))
        .file(
            "locked",
            certificate.replace("CERTIFICATE", "ENCRYPTED PRIVATE KEY"),
        )
        .file("text", "ca");
    let cases: &[(&[&str], &str)] = &[
        (&["ls", "ftps://h/"], "a CA is missing"),
        (&["ls", "ftpes://h/"], "hint: give the certificate"),
        (&["--insecure", "--ca", "pem", "ls", "ftps://h/"], "exclude"),
        (
            &[
                "--insecure",
                "--cert",
                "pem",
                "--key",
                "key",
                "ls",
                "ftps://h/",
            ],
            "exclude",
        ),
        (
            &["--ca", "pem", "--cert", "pem", "ls", "ftps://h/"],
            "without --key",
        ),
        (
            &["--ca", "pem", "--key", "key", "ls", "ftps://h/"],
            "without --cert",
        ),
        (
            &["--ca", "text", "ls", "ftps://h/"],
            "text: the CA is no PEM",
        ),
        (
            &[
                "--ca",
                "pem",
                "--cert",
                "pem",
                "--key",
                "locked",
                "ls",
                "ftps://h/",
            ],
            "locked: the key is encrypted",
        ),
        (
            &["--ca", "key", "ls", "ftps://h/"],
            "key: the CA holds a private key",
        ),
        (&["--ca", "pem", "ls", "ftp://h/"], "has no TLS"),
        (&["ls", "--insecure", "ftp://h/"], "has no TLS"),
        (&["ls", "--ignore-dates", "ftp://h/"], "has no TLS"),
    ];
    all_refused(&run, cases);
    let missing = ["--ca", "missing", "ls", "ftps://h/"];
    let ended = run.run(&missing).expect(26);
    assert!(
        ended.stderr.contains("cannot read missing: no such file"),
        "{}",
        ended.stderr
    );
}

#[test]
fn options_that_mean_nothing_to_a_command_are_refused() {
    let run = Run::new().with("QFTP_TIMEOUT", "19");
    run.file("a.jsonl", "");
    for words in [
        &["explain", "627", "--port", "x"][..],
        &["--apn", "internet", "explain", "627"],
        &["trace", "--insecure", "a.jsonl"],
        &["ports", "--user", "joe"],
        &["--wait", "3", "ports"],
        &["probe", "--timeout", "20"],
        &["serve", "-p", "2122", "."],
        &["completions", "bash", "--json"],
    ] {
        let ended = run.run(words).expect(2);
        let told = ["unexpected argument '-", "does not take --"];
        let told = told.iter().any(|part| ended.stderr.contains(part));
        assert!(
            told && ended.stderr.contains("Usage: qftp "),
            "{words:?}: {}",
            ended.stderr
        );
    }
    run.run(&["explain", "627"]).expect(0);
    let wrong = run.run(&["ls", "ftp://h/"]).expect(2);
    assert!(wrong.stderr.contains("QFTP_TIMEOUT"), "{}", wrong.stderr);
}

#[test]
fn without_a_port_it_looks_for_a_module_and_says_how_to_name_one() {
    let run = Run::new();
    for words in [&["probe"][..], &["ls", "ftp://h/"], &["at", "AT"]] {
        let ended = run.run(words).expect(100);
        for part in [
            "the port of the module was not found",
            "--port",
            "qftp ports",
        ] {
            assert!(ended.stderr.contains(part), "{}", ended.stderr);
        }
    }
    let ended = run
        .run(&["-b", "9600", "-p", "socket://h:1", "at", "AT"])
        .expect(2);
    assert!(ended.stderr.contains("serial devices"), "{}", ended.stderr);
}

#[test]
fn help_version_and_completions() {
    let run = Run::new();
    let help = run.run(&["--help"]).expect(0).text();
    for part in ["First steps:", "Ports:", "Exit codes:", "  67  ", " 130  "] {
        assert!(help.contains(part), "{part}");
    }
    assert!(
        run.run(&["put", "--help"])
            .expect(0)
            .text()
            .contains("Examples:")
    );
    let version = run.run(&["--version"]).expect(0).text();
    assert_eq!(version.trim(), concat!("qftp ", env!("CARGO_PKG_VERSION")));
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = run.run(&["completions", shell]).expect(0).text();
        assert!(script.contains("QFTP_COMPLETE"), "{shell}");
    }
}

#[test]
fn errors_as_json_are_one_document() {
    let run = Run::new();
    for words in [&["--json", "ls"][..], &["ls", "--json", "http://h/"]] {
        let ended = run.run(words).expect(2);
        let error = ended.error();
        assert_eq!(ended.stderr.lines().count(), 1, "{}", ended.stderr);
        assert_eq!(error["exit"], 2);
        assert_eq!(error["kind"], "usage");
        assert!(error["module_code"].is_null() && error["ftp_reply"].is_null());
        assert!(error["message"].is_string());
        assert_eq!(ended.text(), "");
    }
}

#[test]
fn ports_are_listed_without_a_module() {
    let run = Run::new();
    assert!(run.run(&["--json", "ports"]).expect(0).json().is_array());
    run.run(&["ports"]).expect(0);
}
