//! `qftp emulate --record`: what a host of any kind typed and was told, as a record that is shown and replayed.

use std::fs;
use std::path::PathBuf;

use qftp::dialect;
use rustix::process::Signal;

use crate::background::{Background, qftp};

const CONTENT: &[u8] = b"\r\nOK\r\n one \x10 two \x03 three\r\n+QFTPGET: 0,5\r\n";

/// Runs the program to a good end. Returns what it printed.
fn run(words: &[&str], port: &str) -> String {
    let output = qftp(words)
        .env("QFTP_PORT", port)
        .env("QFTP_PASSWORD", "w0rd")
        .output()
        .expect("qftp runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{words:?}: {said}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn a_record_of_the_module_is_shown_and_replayed() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| -> String {
        let path: PathBuf = folder.path().join(name);
        path.to_str().expect("UTF-8").to_owned()
    };
    fs::create_dir(path("served")).expect("a folder");
    fs::write(path("served/a.bin"), CONTENT).expect("a file");
    let mut serve = qftp(&[
        "serve",
        &path("served"),
        "--listen",
        "127.0.0.1:0",
        "--user",
        "joe",
    ]);
    let server = Background::start(serve.env("QFTP_PASSWORD", "w0rd"));
    let (_, host) = server.ready.split_once('@').expect("a URL");
    let url = format!("ftp://joe@{}/a.bin", host.trim_end_matches('/'));
    for dialect in dialect::ALL {
        let context = dialect.name;
        let record = path(&format!("{context}.jsonl"));
        let module = Background::start(&mut qftp(&[
            "emulate",
            "--dialect",
            context,
            "--tcp",
            "127.0.0.1:0",
            "--record",
            &record,
            "--record-payload",
        ]));
        let got = path(&format!("{context}.bin"));
        run(&["get", &url, &got], &module.ready);
        assert_eq!(fs::read(&got).expect("a file"), CONTENT, "{context}");
        let (ended, _) = module.end(Signal::TERM);
        assert!(ended.success(), "{context}");

        let text = fs::read_to_string(&record).expect("a record");
        assert!(!text.contains("w0rd"), "{context}: {text}");
        let shown = run(&["trace", &record], "");
        let name = dialect.command(dialect::CommandKind::FtpGet);
        let name = name.expect("every dialect has it").name;
        assert!(shown.contains(name), "{context}: {shown}");

        let again = path(&format!("{context}.again"));
        run(&["get", &url, &again], &format!("replay://{record}"));
        assert_eq!(fs::read(&again).expect("a file"), CONTENT, "{context}");
    }
}
