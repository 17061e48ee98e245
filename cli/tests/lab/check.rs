//! `qftp check`: against emulators of every dialect, with quirks, over a terminal, and with a server of the user's.

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::process::{Output, Stdio};

use crate::background::{Background, qftp};
use qftp_conformance::quirk;
use qftp_test::servers::{Kind, Server};
use serde_json::Value;

/// The reasons for which an emulator need not show a case here.
const KNOWN_REASONS: [&str; 7] = [
    "no conversation shows it; a test of libqftp does",
    "it is slow: --group slow runs it",
    "the network would have to take the PDP context away",
    "the server would have to listen on port ",
    "the module has no memory card",
    "the case logs in to a host that is not there",
    "it shows lines to the server that each module words in its way",
];

fn run(arguments: &[&str]) -> Output {
    let mut command = qftp(&["check"]);
    command.args(arguments).output().expect("qftp runs")
}

/// Runs a check with `--json`, and returns its exit code and its result.
pub(crate) fn result(arguments: &[&str]) -> (Option<i32>, Value) {
    let output = run(&[&["--json"], arguments].concat());
    let result = serde_json::from_slice(&output.stdout);
    let told = String::from_utf8_lossy(&output.stderr);
    (
        output.status.code(),
        result.unwrap_or_else(|error| panic!("{error}: {told}")),
    )
}

/// Returns the names of the cases with a verdict.
pub(crate) fn names(result: &Value, verdict: &str) -> BTreeSet<String> {
    let cases = result["cases"].as_array().expect("cases").iter();
    let chosen = cases.filter(|case| case["verdict"] == verdict);
    chosen
        .map(|case| case["name"].as_str().expect("a name").to_owned())
        .collect()
}

/// Returns the reasons why cases were not run.
pub(crate) fn reasons(result: &Value) -> BTreeSet<String> {
    let cases = result["cases"].as_array().expect("cases").iter();
    let reasons = cases.filter(|case| case["verdict"] == "not-run");
    reasons
        .map(|case| case["reason"].as_str().expect("a reason").to_owned())
        .collect()
}

#[test]
fn cases_come_as_printed_from_an_emulator_of_each_dialect() {
    // `make conformance` plays all of them, and `crates/qftp-conformance` all of them in memory.
    for (dialect, sections) in [
        ("ec20", ["ec20/2.8", "ec20/2.15"]),
        ("ec2x", ["ec2x/2.5/uploadlen", "ec2x/2.11"]),
        ("bg96", ["bg96/2.2", "bg96/2.15"]),
        ("gsm", ["gsm/2.2.3", "gsm/2.2.9"]),
        ("nl668", ["nl668/1.2.15", "nl668/1.2.16"]),
    ] {
        cases_come_as_printed(dialect, sections);
    }
}

fn cases_come_as_printed(dialect: &str, sections: [&str; 2]) {
    let port = format!("emulator://{dialect}");
    let (exit, result) = result(&["--port", &port, sections[0], sections[1]]);
    let cases = result["cases"].as_array().expect("cases").iter();
    let wrong: Vec<&Value> = cases
        .filter(|case| case["verdict"] == "differs" || case["verdict"] == "not-supported")
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert_eq!(exit, Some(0));
    assert!(names(&result, "as-printed").len() > 8, "{dialect}");
    for reason in reasons(&result) {
        let known = KNOWN_REASONS.iter().any(|known| reason.starts_with(known));
        assert!(known, "{dialect}: {reason}");
    }
}

#[test]
fn with_a_quirk_exactly_the_cases_that_it_touches_differ_and_a_file_brings_it_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("ours.txt");
    let file = file.to_str().expect("UTF-8");
    for (port, quirk_name, section) in [
        ("ec25", "quoted-pwd", "ec2x/2.4"),
        ("nl668", "no-ftpstor", "nl668/1.2.15"),
    ] {
        let port = format!("emulator://{port}?quirks={quirk_name}");
        let (exit, result) = result(&["--port", &port, "--write-quirks", file, section]);
        assert_eq!(exit, Some(1));
        let skipped = names(&result, "not-run");
        let mut wrong = names(&result, "differs");
        wrong.extend(names(&result, "not-supported"));
        let cases = result["cases"].as_array().expect("cases").iter();
        let touched: BTreeSet<String> = cases
            .map(|case| case["name"].as_str().expect("a name").to_owned())
            .filter(|name| quirk::touching(name).contains(&quirk_name) && !skipped.contains(name))
            .collect();
        assert_eq!(wrong, touched, "{quirk_name}");
        assert_eq!(result["quirks"], serde_json::json!([quirk_name]));
        let written = fs::read_to_string(file).expect("the file");
        assert!(
            written.ends_with(&format!("by qftp check\n{quirk_name}\n")),
            "{written}"
        );
    }
    // The file of the last one is that of nl668.
    let link = folder.path().join("nl668");
    let link = link.to_str().expect("UTF-8");
    let emulate = [
        "emulate",
        "--dialect",
        "nl668",
        "--pty",
        link,
        "--quirks",
        file,
    ];
    let module = Background::start(&mut qftp(&emulate));
    let case = [
        "--port",
        &module.ready,
        "--listen",
        "127.0.0.1:0",
        "nl668/1.2.15/write",
    ];
    let (_, result) = result(&case);
    assert_eq!(
        result["cases"][0]["quirks"],
        serde_json::json!(["no-ftpstor"]),
        "{result:#}"
    );
}

#[test]
fn a_module_on_a_terminal_is_brought_to_its_start_before_each_case() {
    let folder = tempfile::tempdir().expect("a folder");
    let link = folder.path().join("ec25");
    let link = link.to_str().expect("UTF-8");
    let _module = Background::start(&mut qftp(&["emulate", "--pty", link]));
    let some = [
        "ec2x/2.1/rsptimeout-set",
        "ec2x/2.9",
        "ec2x/2.1/filetype-default",
    ];
    let own = [&["--port", link, "--listen", "127.0.0.1:0"], &some[..]].concat();
    let (exit, own) = result(&own);
    assert_eq!(exit, Some(0), "{own:#}");
    assert!(names(&own, "as-printed").len() > 3);
    assert!(
        reasons(&own)
            .iter()
            .any(|reason| reason.contains("--reset restart"))
    );

    let (exit, none) = result(&["--port", link, "ec2x/2.1/rsptimeout-set", "ec2x/2.9"]);
    assert_eq!(exit, Some(0));
    assert!(
        reasons(&none)
            .iter()
            .any(|reason| reason.starts_with("there is no server"))
    );
}

#[test]
fn settings_that_report_by_a_urc_are_set_before_a_case() {
    let folder = tempfile::tempdir().expect("a folder");
    let link = folder.path().join("m95");
    let link = link.to_str().expect("UTF-8");
    let emulate = ["emulate", "--dialect", "gsm", "--pty", link];
    let _module = Background::start(&mut qftp(&emulate));
    let (exit, result) = result(&["--port", link, "gsm/2.2.9/test-form"]);
    assert_eq!(exit, Some(0), "{result:#}");
    assert_eq!(names(&result, "as-printed").len(), 1);
}

#[test]
fn a_server_of_the_users_is_emptied_and_nothing_is_asked_of_it_that_it_cannot_do() {
    let server = Server::start(Kind::Pyftpdlib);
    let url = format!(
        "ftp://{}:{}@{}/",
        server.user, server.password, server.address
    );
    server.put("left", b"of the user's");
    let arguments = [
        "--port",
        "emulator://ec25",
        "--server",
        &url,
        "ec2x/2.5",
        "ec2x/2.12",
    ];
    let refused = run(&arguments);
    let told = String::from_utf8_lossy(&refused.stderr);
    assert_eq!(refused.status.code(), Some(2), "{told}");
    assert!(
        told.contains("give an account whose directory is empty"),
        "{told}"
    );
    assert_eq!(server.get("left").as_deref(), Some(&b"of the user's"[..]));

    fs::remove_file(server.root.join("left")).expect("removed");
    let (exit, result) = result(&arguments);
    assert_eq!(exit, Some(0), "{result:#}");
    assert!(names(&result, "as-printed").len() > 4, "{result:#}");
    assert!(
        reasons(&result)
            .iter()
            .any(|reason| reason.contains("leave --server out"))
    );
}

#[test]
fn results_are_shown_in_every_form() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name).to_str().expect("UTF-8").to_owned();
    let (junit, html, json) = (path("a.xml"), path("a.html"), path("a.json"));
    let port = "emulator://ec25?quirks=quoted-pwd";
    let arguments = [
        "--port",
        port,
        "--against",
        "emulator://ec25",
        "--junit",
        &junit,
        "--html",
        &html,
        "ec2x/2.4",
    ];
    let output = run(&[&["--json"], &arguments[..]].concat());
    fs::write(&json, &output.stdout).expect("written");
    let result: Value = serde_json::from_slice(&output.stdout).expect("a result");
    assert_eq!(result["against"], "emulator://ec25");
    let other = result["cases"].as_array().expect("cases").iter();
    let other = other.filter(|case| !case["other"].is_null()).count();
    assert_eq!(other, names(&result, "differs").len());
    assert!(other > 0);
    assert!(
        fs::read_to_string(&junit)
            .expect("a file")
            .contains("<failure message=")
    );
    assert!(
        fs::read_to_string(&html)
            .expect("a file")
            .contains("<td class=\"differs\">")
    );

    let matrix = path("matrix.html");
    let shown = run(&["--from", &json, "--from", &json, "--html", &matrix]);
    assert_eq!(shown.status.code(), Some(1));
    let text = String::from_utf8_lossy(&shown.stdout);
    assert!(text.contains("against emulator://ec25: "), "{text}");
    assert!(
        fs::read_to_string(&matrix)
            .expect("a file")
            .contains("qftp check: 2 modules")
    );
}

#[test]
fn a_list_needs_no_module_and_strict_takes_no_excuse() {
    let listed = run(&["--dialect", "m95", "--dry-run", "gsm/2.2.1"]);
    let text = String::from_utf8_lossy(&listed.stdout);
    assert_eq!(listed.status.code(), Some(0));
    assert!(
        text.lines().count() > 5 && text.contains("gsm/2.2.1/port-range  "),
        "{text}"
    );

    let case = ["--port", "emulator://ec25", "ec2x/2.2/port-range"];
    assert_eq!(run(&case).status.code(), Some(1), "no case was run");
    let two = [&case[..], &["ec2x/2.2/port-quoted"]].concat();
    assert_eq!(run(&two).status.code(), Some(0));
    assert_eq!(
        run(&[&two[..], &["--strict"]].concat()).status.code(),
        Some(1)
    );
    let other = [
        "--dialect",
        "ec2x",
        "--port",
        "emulator://gsm",
        "ec2x/2.13/forms+QFTPMLSD",
    ];
    let (exit, result) = result(&other);
    assert_eq!(exit, Some(1), "{result:#}");
    let unknown = run(&["--port", "emulator://ec25", "ec2x/9.9"]);
    assert_eq!(unknown.status.code(), Some(2));
}

#[cfg(feature = "serve")]
#[test]
fn cases_log_in_over_tls_to_the_server_of_the_program() {
    for (dialect, selectors) in [
        (
            "ec2x",
            &[
                "ec2x/1.3/implicit-tls",
                "ec2x/1.3/same-commands",
                "ec2x/2.1/ssltype-explicit",
                // It asks for TLS 1.0 alone.
                "ec2x/3.2/login",
            ][..],
        ),
        ("ec20", &["ec20/1.1/implicit-tls"]),
        ("bg96", &["bg96/2.1/ssltype-explicit"]),
    ] {
        let port = format!("emulator://{dialect}");
        let (exit, result) = result(&[&["--port", &port][..], selectors].concat());
        assert_eq!(exit, Some(0), "{result:#}");
        assert_eq!(
            names(&result, "as-printed").len(),
            selectors.len(),
            "{result:#}"
        );
    }
}

#[test]
fn a_record_of_a_check_has_each_case_and_no_password() {
    let server = Server::start(Kind::Pyftpdlib);
    let url = format!("ftp://{}@{}/", server.user, server.address);
    let folder = tempfile::tempdir().expect("a folder");
    let record = folder.path().join("a.jsonl");
    let record = record.to_str().expect("UTF-8");
    let cases = ["ec2x/2.5/uploadlen", "ec2x/2.6/downloadlen-end", "ec2x/2.9"];
    let line = ["check", "--port", "emulator://ec25", "--server", &url];
    let mut check = qftp(&line);
    let check = check.args(cases).args(["--record", record, "--json"]);
    let output = check
        .env("QFTP_PASSWORD", server.password)
        .output()
        .expect("qftp runs");
    let result: Value = serde_json::from_slice(&output.stdout).expect("a result");
    assert!(output.status.success(), "{result:#}");

    let text = fs::read_to_string(record).expect("a record");
    assert!(!text.contains(server.password), "{text}");
    let shown = qftp(&["--json", "trace", record]).output().expect("shown");
    let shown: Value = serde_json::from_slice(&shown.stdout).expect("rows");
    let rows = shown["rows"].as_array().expect("rows");
    let has = |kind: &str, text: &str| {
        let fits = |row: &&Value| row["kind"] == kind && row["text"].as_str() == Some(text);
        rows.iter().any(|row| fits(&row))
    };
    for name in names(&result, "as-printed") {
        assert!(has("note", &format!("case {name}")), "{name}: {shown:#}");
    }
    assert!(has("command", "AT+QFTPSTAT"), "{shown:#}");
    let account = format!("AT+QFTPCFG=\"account\",\"{}\",***", server.user);
    assert!(has("command", &account), "{shown:#}");
    assert!(rows.iter().any(|row| row["kind"] == "payload"), "{shown:#}");
}

#[test]
fn a_module_that_goes_away_fails_the_check() {
    let folder = tempfile::tempdir().expect("a folder");
    let link = folder.path().join("ec25");
    let link = link.to_str().expect("UTF-8");
    let mut module = Background::start(&mut qftp(&["emulate", "--pty", link]));
    let mut check = qftp(&[
        "--json",
        "check",
        "-v",
        "--port",
        link,
        "--dialect",
        "ec2x",
        "ec2x/2.1/rsptimeout-set",
        "ec2x/2.9",
    ]);
    let mut check = check
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("qftp starts");
    // It is in the first case.
    let mut told = BufReader::new(check.stderr.take().expect("its standard error"));
    let mut seen = String::new();
    while !seen.contains("rsptimeout\\\",") {
        seen.clear();
        assert!(told.read_line(&mut seen).expect("a line") > 0, "it ended");
    }
    module.kill();
    std::io::copy(&mut told, &mut std::io::sink()).expect("read");
    let output = check.wait_with_output().expect("its end");
    assert_eq!(output.status.code(), Some(1));
    let result: Value = serde_json::from_slice(&output.stdout).expect("a result");
    assert!(!names(&result, "failed").is_empty(), "{result:#}");
    assert!(names(&result, "as-printed").is_empty(), "{result:#}");
}

#[test]
fn an_address_that_no_module_could_call_is_refused() {
    let refused = run(&[
        "--port",
        "emulator://ec25",
        "--listen",
        "0.0.0.0:0",
        "ec2x/2.9",
    ]);
    let told = String::from_utf8_lossy(&refused.stderr);
    assert_eq!(refused.status.code(), Some(2), "{told}");
    assert!(told.contains("--server-name"), "{told}");
}
