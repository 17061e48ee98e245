//! `qftp demo`: what it prints, and that it leaves nothing behind.

use std::process::Output;

use qftp::dialect;
use qftp::module::Firmware;
use qftp::module::firmware::DEPARTURES;

use crate::background::qftp;

fn demo(arguments: &[&str]) -> (Output, String, String) {
    let temporary = tempfile::tempdir().expect("a folder");
    let mut command = qftp(&["demo"]);
    command.args(arguments).env("TMPDIR", temporary.path());
    let output = command.output().expect("qftp runs");
    let left = temporary.path().read_dir().expect("the folder").count();
    assert_eq!(left, 0, "its folders are deleted");
    let told = String::from_utf8(output.stdout.clone()).expect("UTF-8");
    let log = String::from_utf8(output.stderr.clone()).expect("UTF-8");
    (output, told, log)
}

#[test]
fn all_files_come_back_equal_in_each_dialect() {
    for dialect in dialect::ALL {
        let dialect = dialect.name;
        let (output, told, log) = demo(&["--dialect", dialect]);
        assert!(output.status.success(), "{dialect}: {told}{log}");
        assert_eq!(told.lines().last(), Some("demo: 5 files, SHA-256 equal"));
        assert!(told.contains(&format!("dialect {dialect}")), "{told}");
        // The digest of nothing, and of one zero byte.
        assert!(
            told.contains("e3b0c44298fc1c14") && told.contains("6e340b9cffb37a98"),
            "{told}"
        );
        assert!(told.contains("  5000000  "), "{told}");
        // What a dialect has no command for is not pretended.
        let without = "sizes:  asked for by AT+QFTPSIZE, since gsm has no listing";
        let said = told.lines().any(|line| line == without);
        assert_eq!(said, dialect == "gsm", "{told}");
        assert_eq!(log, "", "no progress bar where there is no terminal");
    }
}

#[test]
fn all_dialects_have_their_turn() {
    let (output, told, log) = demo(&["--dialect", "all"]);
    assert!(output.status.success(), "{told}{log}");
    let files = 5 * dialect::ALL.len();
    let last = format!("demo: {files} files, SHA-256 equal");
    assert_eq!(told.lines().last(), Some(last.as_str()));
    let dialect_of = |line: &str| {
        let (_, behind) = line.split_once("dialect ")?;
        behind.split_once(',').map(|(name, _)| name.to_owned())
    };
    let turns: Vec<String> = told.lines().filter_map(dialect_of).collect();
    let names: Vec<&str> = dialect::ALL.iter().map(|dialect| dialect.name).collect();
    assert_eq!(turns, names);
    assert_eq!(told.matches("\ntogether ").count(), names.len(), "{told}");
}

#[test]
fn the_conversation_shows_no_password() {
    let (output, told, log) = demo(&["-v"]);
    assert!(output.status.success(), "{told}{log}");
    for line in [
        "> AT+QFTPCFG=\"account\",\"demo\",***",
        "> AT+QFTPPUT=\"random.bin\",\"COM:\",0,5000000,1",
        "< +QFTPPUT: 0,5000000",
        "< (5000000 bytes)",
        "< +QFTPGET: 0,5000000",
        "< +QFTPCLOSE: 0,0",
    ] {
        assert!(log.lines().any(|logged| logged == line), "{line} in\n{log}");
    }
    assert!(!told.contains("password"), "{told}");
}

/// The departures of its own, one and all, on every dialect's turn.
#[test]
fn all_files_come_back_equal_from_modules_that_depart_from_their_manual() {
    let all: Vec<&str> = DEPARTURES.iter().map(|known| known.name).collect();
    let (output, told, log) = demo(&["--dialect", "all", "--firmware", &all.join(",")]);
    assert!(output.status.success(), "{told}{log}");
    for dialect in dialect::ALL {
        let firmware = match Firmware::all_of(dialect).to_string() {
            names if names.is_empty() => names,
            names => format!(", firmware {names}"),
        };
        let part = format!(", dialect {}{firmware}, on ", dialect.name);
        assert!(told.contains(&part), "{part} in\n{told}");
    }
}

#[test]
fn firmware_of_another_dialect_is_refused() {
    let (output, told, log) = demo(&["--dialect", "gsm", "--firmware", "quoted-pwd"]);
    assert_eq!(output.status.code(), Some(2), "{told}");
    assert!(
        log.contains("no firmware option of gsm: there are space-after-colon"),
        "{log}"
    );
}
