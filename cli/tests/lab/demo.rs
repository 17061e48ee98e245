//! `qftp demo`: what it prints, and that it leaves nothing behind.

use std::process::Output;

use qftp::dialect;
use qftp::module::Quirks;
use qftp::module::quirks::QUIRKS;

use crate::background::qftp;

pub(crate) fn demo(arguments: &[&str]) -> (Output, String, String) {
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
        let without = "sizes:  from AT+QFTPSIZE, since gsm has no listing";
        let printed = told.lines().any(|line| line == without);
        assert_eq!(printed, dialect == "gsm", "{told}");
        assert_eq!(log, "", "no progress bar where there is no terminal");
    }
}

#[test]
fn a_model_transfers_under_its_name() {
    for (name, told_as) in [("m10", "Quectel_M10"), ("bg95", "BG95")] {
        let (output, told, log) = demo(&["--dialect", name]);
        assert!(output.status.success(), "{name}: {told}{log}");
        let module = told.lines().find(|line| line.starts_with("module:"));
        assert!(module.is_some_and(|line| line.contains(told_as)), "{told}");
        assert_eq!(told.lines().last(), Some("demo: 5 files, SHA-256 equal"));
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
    assert!(log.contains("+QFTPCFG=\"account\",\"demo\",***;"), "{log}");
    for line in [
        // The first of several pieces.
        "> AT+QFTPPUT=\"random.bin\",\"COM:\",0,262144,0",
        "< +QFTPPUT: 0,262144",
        "< (262144 bytes)",
        "< +QFTPGET: 0,262144",
        "< +QFTPCLOSE: 0,0",
    ] {
        assert!(log.lines().any(|logged| logged == line), "{line} in\n{log}");
    }
    assert!(!told.contains("password"), "{told}");
    assert!(!told.contains("tls:"), "TLS was not asked for: {told}");
}

/// The quirks of its own, all but one, on every dialect's turn: a module without FTPSTOR takes no empty file (003 §1.2.20).
#[test]
fn all_files_come_back_equal_from_modules_that_depart_from_their_manual() {
    const NO_EMPTY_FILE: &str = "no-ftpstor";
    let all = QUIRKS.iter().map(|known| known.name);
    let all: Vec<&str> = all.filter(|name| *name != NO_EMPTY_FILE).collect();
    let (output, told, log) = demo(&["--dialect", "all", "--quirk", &all.join(",")]);
    assert!(output.status.success(), "{told}{log}");
    for dialect in dialect::ALL {
        let of_dialect = Quirks::all_of(dialect).to_string();
        let names = of_dialect.split(',').filter(|name| *name != NO_EMPTY_FILE);
        let firmware = match names.collect::<Vec<_>>().join(",") {
            names if names.is_empty() => names,
            names => format!(", quirks {names}"),
        };
        let part = format!(", dialect {}{firmware}, on ", dialect.name);
        assert!(told.contains(&part), "{part} in\n{told}");
    }
}

#[test]
fn firmware_of_another_dialect_is_refused() {
    let (output, told, log) = demo(&["--dialect", "gsm", "--quirk", "quoted-pwd"]);
    assert_eq!(output.status.code(), Some(2), "{told}");
    assert!(
        log.contains("no quirk of gsm: there are space-after-colon"),
        "{log}"
    );
}

/// What a dialect has, where explicit TLS is asked for.
const BEST: [(&str, Option<&str>); 5] = [
    ("ec20", Some("implicit")),
    ("ec2x", Some("explicit")),
    ("bg96", Some("explicit")),
    ("gsm", None),
    ("nl668", Some("implicit")),
];

#[test]
fn each_dialect_has_its_turn_over_the_tls_that_it_has() {
    let (output, told, log) = demo(&["--dialect", "all", "--tls"]);
    assert!(output.status.success(), "{told}{log}");
    assert_eq!(told.lines().last(), Some("demo: 20 files, SHA-256 equal"));
    let turns: Vec<&str> = told.split("\n\n").collect();
    for (dialect, mode) in BEST {
        let turn = turns.iter().find(|turn| match mode {
            Some(_) => turn.contains(&format!("dialect {dialect}, ")),
            None => turn.contains(&format!("{dialect} has no TLS and is skipped")),
        });
        let turn = turn.unwrap_or_else(|| panic!("{dialect} in\n{told}"));
        let Some(mode) = mode else { continue };
        let alone = turn.contains(&format!("{dialect} has {mode} TLS only"));
        assert_eq!(alone, mode == "implicit", "{turn}");
        let (scheme, switch) = match (mode, dialect) {
            ("explicit", _) => ("ftpes", "AT+QFTPCFG=\"ssltype\",2 "),
            (_, "nl668") => ("ftps", ",,1 "),
            _ => ("ftps", "AT+QFTPCFG=\"ssltype\",1 "),
        };
        assert!(turn.contains(&format!("server: {scheme}://")), "{turn}");
        assert!(turn.contains(switch), "{turn}");
        let file = if dialect == "nl668" {
            "AT+GTSSLFILE="
        } else {
            "AT+QFUPL="
        };
        assert!(turn.contains(file) && turn.contains("ca:     /"), "{turn}");
    }
}

#[test]
fn the_module_is_told_to_verify_before_it_opens() {
    let (output, told, log) = demo(&["--tls", "implicit", "-v"]);
    assert!(output.status.success(), "{told}{log}");
    assert!(told.contains("server: ftps://"), "{told}");
    let place = |part: &str| {
        let mut lines = log.lines();
        let place = lines.position(|line| line.contains(part));
        place.unwrap_or_else(|| panic!("{part} in\n{log}"))
    };
    let verify = place("+QSSLCFG=\"seclevel\",5,1;");
    assert!(verify < place("> AT+QFTPOPEN="), "{log}");
    assert!(place("cacert") < place("> AT+QFTPOPEN="), "{log}");
}

#[test]
fn a_dialect_without_that_tls_says_what_it_has() {
    for (dialect, hint) in [("ec20", "--tls implicit"), ("gsm", "no TLS at all")] {
        let (output, told, log) = demo(&["--dialect", dialect, "--tls", "explicit"]);
        assert_eq!(output.status.code(), Some(106), "{told}{log}");
        assert!(log.contains(hint), "{log}");
        assert_eq!(told, "");
    }
}
