//! The line to the module: raw commands, the probe, ports that are busy, absent or mute.

use serde_json::json;

use crate::running::Run;
use crate::scripted::Act::{HangUp, Say};
use crate::scripted::Scripted;

#[test]
fn raw_commands_print_their_answers() {
    let module = Scripted::new(&[
        ("AT+CSQ", &[Say("+CSQ: 28,99"), Say("OK")]),
        ("AT+COPS", &[Say("+CME ERROR: 30")]),
    ]);
    let run = Run::new().with("QFTP_PORT", &module.url());
    let ended = run.run(&["at", "AT+CSQ", "AT+CSQ"]).expect(0);
    assert_eq!(ended.text(), "+CSQ: 28,99\n+CSQ: 28,99\n");
    let ended = run.run(&["at", "--json", "AT+CSQ", "AT"]).expect(0);
    let expected = json!([
        { "command": "AT+CSQ", "lines": ["+CSQ: 28,99"] },
        { "command": "AT", "lines": [] },
    ]);
    assert_eq!(ended.json(), expected);
    let ended = run.run(&["at", "AT+COPS?"]).expect(103);
    assert!(ended.stderr.contains("+CME ERROR: 30"), "{}", ended.stderr);
    let error = run.run(&["at", "--json", "AT+NIX"]).expect(103).error();
    assert_eq!(
        (&error["kind"], &error["exit"]),
        (&json!("refused"), &json!(103))
    );
}

#[test]
fn a_raw_command_needs_no_known_module() {
    let module = Scripted::new(&[("ATI", &[Say("Acme"), Say("X1"), Say("OK")])]);
    let run = Run::new().with("QFTP_PORT", &module.url());
    run.run(&["at", "AT"]).expect(0);
    let ended = run.run(&["probe"]).expect(106);
    assert!(ended.stderr.contains("\"X1\""), "{}", ended.stderr);
    assert!(ended.stderr.contains("--dialect"), "{}", ended.stderr);
    run.run(&["--dialect", "ec2x", "probe"]).expect(0);
}

#[test]
fn the_probe_tells_what_the_module_knows() {
    let module = Scripted::new(&[
        ("AT+CPIN?", &[Say("+CPIN: READY"), Say("OK")]),
        ("AT+CEREG?", &[Say("+CEREG: 0,1"), Say("OK")]),
        ("AT+CSQ", &[Say("+CSQ: 28,99"), Say("OK")]),
        ("AT+CGATT?", &[Say("+CGATT: 1"), Say("OK")]),
    ]);
    let run = Run::new().with("QFTP_PORT", &module.url());
    let text = run.run(&["probe"]).expect(0).text();
    for line in [
        "Quectel EC25",
        "ec2x",
        "READY",
        "registered, home",
        "-57 dBm",
        "10.7.157.1",
    ] {
        assert!(text.contains(line), "{line}: {text}");
    }
    let document = run.run(&["probe", "--json"]).expect(0).json();
    assert_eq!(document["model"], "EC25");
    assert_eq!(document["sim"], "READY");
    assert!(document["operator"].is_null());
    assert_eq!(document["contexts"][0]["address"], "10.7.157.1");
}

#[test]
fn ports_that_cannot_be_opened() {
    let run = Run::new();
    let missing = run.path("nix");
    let missing = missing.to_str().expect("text");
    let error = run
        .run(&["--json", "--port", missing, "probe"])
        .expect(100)
        .error();
    assert_eq!(error["kind"], "port");
    let unix = format!("unix://{missing}");
    run.run(&["--port", &unix, "probe"]).expect(100);
    // Nothing listens on this port any more.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a socket");
    let gone = format!("socket://{}", listener.local_addr().expect("an address"));
    drop(listener);
    run.run(&["--port", &gone, "probe"]).expect(100);
    run.run(&["--port", "socket://nowhere.invalid:1", "probe"])
        .expect(100);
}

#[test]
fn a_port_that_another_program_has() {
    let pty = qftp::internal::pty::Pty::open(None).expect("a pseudo terminal");
    let path = pty.path().to_str().expect("text").to_owned();
    let _holder = qftp::connect::open(&path).expect("the port");
    let run = Run::new();
    let ended = run.run(&["--json", "--port", &path, "probe"]).expect(101);
    assert_eq!(ended.error()["kind"], "port-busy");
    assert!(ended.error()["hint"].is_string());
}

#[test]
fn a_module_that_does_not_answer() {
    let module = Scripted::mute();
    let run = Run::new().with("QFTP_PORT", &module.url());
    let ended = run.run(&["--json", "probe"]).expect(102);
    let error = ended.error();
    assert_eq!(error["kind"], "no-answer");
    assert!(
        error["hint"]
            .as_str()
            .is_some_and(|hint| hint.contains("AT port"))
    );
}

#[test]
fn a_line_that_breaks() {
    let module = Scripted::new(&[("AT+CSQ", &[HangUp])]);
    let run = Run::new().with("QFTP_PORT", &module.url());
    run.run(&["at", "AT+CSQ"]).expect(107);
}

#[test]
fn a_module_that_restarts() {
    let module = Scripted::new(&[("AT+CSQ", &[Say("RDY"), Say("+CFUN: 1")])]);
    let run = Run::new().with("QFTP_PORT", &module.url());
    run.run(&["at", "AT+CSQ"]).expect(108);
}

#[test]
fn numbers_are_explained_without_a_module() {
    let run = Run::new();
    let text = run.run(&["explain", "+QFTPPUT: 627,550"]).expect(0).text();
    assert!(text.starts_with("627   file-unavailable: "), "{text}");
    assert!(text.contains("\n550   reply of the server: "), "{text}");
    let text = run
        .run(&["--dialect", "gsm", "explain", "--", "-7"])
        .expect(0)
        .text();
    assert!(text.contains("the same as 607 of other modules"), "{text}");
    let ended = run
        .run(&["--dialect", "gsm", "explain", "627", "-7"])
        .expect(1);
    assert!(ended.text().starts_with("-7 "));
    assert!(ended.stderr.contains("627: not in the manual of gsm"));
    let documents = run.run(&["--json", "explain", "421"]).expect(0).json();
    let places: Vec<_> = (0..2).map(|at| documents[at]["place"].clone()).collect();
    assert_eq!(places, ["ftp-reply", "cme-error"]);
    for wrong in [&["explain", "twelve"][..], &["explain"]] {
        run.run(wrong).expect(2);
    }
}
