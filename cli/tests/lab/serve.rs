//! `qftp serve`, as curl sees it.

use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Output};

use crate::background::{Background, qftp};
use rustix::process::Signal;
use tempfile::TempDir;

fn curl(arguments: &[&str]) -> Output {
    Command::new("curl")
        .args(["--silent", "--show-error", "--max-time", "60"])
        .args(arguments)
        .output()
        .expect("curl runs; scripts/test-setup.sh brings it")
}

/// A server with one user, and its URL with a path.
struct Lab {
    folder: TempDir,
    server: Background,
}

impl Lab {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let dir = folder.path().to_str().expect("UTF-8");
        let mut command = qftp(&["serve", dir, "--listen", "127.0.0.1:0", "--user", "joe"]);
        let server = Background::start(command.env("QFTP_PASSWORD", "w0rd"));
        Lab { folder, server }
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.server.ready)
    }

    fn curl(&self, path: &str, arguments: &[&str]) -> Output {
        let url = self.url(path);
        let output = curl(&[arguments, &["--user", "joe:w0rd", &url]].concat());
        assert_ne!(output.status.code(), Some(28), "time-out: {arguments:?}");
        output
    }

    fn file(&self, name: &str) -> Vec<u8> {
        fs::read(self.folder.path().join(name)).expect("a file of the server")
    }
}

fn text(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}

#[test]
fn files_go_up_and_come_down_in_both_modes() {
    let lab = Lab::new();
    let local = lab.folder.path().join("local");
    let content: Vec<u8> = (0..=255).cycle().take(300_000).collect();
    fs::write(&local, &content).expect("a file");
    for (mode, name) in [("--ftp-pasv", "passive"), ("--ftp-port", "active")] {
        let mode = if mode == "--ftp-port" {
            vec![mode, "127.0.0.1", "--disable-eprt"]
        } else {
            vec![mode]
        };
        let up = lab.curl(
            name,
            &[mode.as_slice(), &["--upload-file", text(&local)]].concat(),
        );
        assert!(up.status.success(), "{name}: {up:?}");
        assert!(lab.file(name) == content, "{name}");
        let down = lab.curl(name, &mode);
        assert!(down.stdout == content, "{name}: {:?}", down.stderr);
    }
    let plain_pasv = lab.curl("passive", &["--disable-epsv"]);
    assert!(plain_pasv.stdout == content);
}

#[test]
fn what_a_module_asks_of_a_server_is_there() {
    let lab = Lab::new();
    let local = lab.folder.path().join("local");
    fs::write(&local, "0123456789").expect("a file");
    let upload = ["--upload-file", text(&local)];

    assert!(
        lab.curl("dir/a", &[&upload[..], &["--ftp-create-dirs"]].concat())
            .status
            .success()
    );
    assert!(
        lab.curl("dir/a", &[&upload[..], &["--append"]].concat())
            .status
            .success()
    );
    assert_eq!(lab.file("dir/a"), b"01234567890123456789");
    assert_eq!(lab.curl("dir/a", &["--continue-at", "15"]).stdout, b"56789");

    let listed = |arguments: &[&str]| {
        let listed = lab.curl("dir/", arguments);
        String::from_utf8(listed.stdout).expect("UTF-8")
    };
    assert_eq!(listed(&["--list-only"]).trim_end(), "a");
    assert!(listed(&["--request", "MLSD"]).contains("size=20;"), "MLSD");
    assert!(listed(&[]).starts_with("-rw"), "LIST");
    // A file by its path, as common servers do, and nothing for one that is not there.
    let file = listed(&["--request", "LIST a"]);
    assert!(file.contains(" 20 ") && file.ends_with(" a\n"), "{file}");
    assert_eq!(file, listed(&[]));
    assert_eq!(listed(&["--request", "LIST none"]), "");

    let head = lab.curl("dir/a", &["--head"]);
    let head = String::from_utf8(head.stdout).expect("UTF-8");
    assert!(
        head.contains("Last-Modified: ") && head.contains("Content-Length: 20"),
        "{head}"
    );

    let commands = [
        "RNFR dir/a",
        "RNTO dir/b",
        "MKD other",
        "RMD other",
        "DELE dir/b",
        "RMD dir",
    ];
    let quotes = commands.map(|command| ["--quote", command]);
    let done = lab.curl("", &quotes.concat());
    assert!(done.status.success(), "{done:?}");
    assert!(!lab.folder.path().join("dir").exists());
}

#[test]
fn other_accounts_are_refused_and_paths_stay_inside() {
    let lab = Lab::new();
    for user in ["joe:wrong", "eve:w0rd", "anonymous:a@b"] {
        let refused = curl(&["--user", user, &lab.url("")]);
        assert_eq!(refused.status.code(), Some(67), "{user}: {refused:?}");
    }
    let outside = lab.folder.path().join("../outside-of-qftp-serve");
    fs::write(lab.folder.path().join("inside"), "x").expect("a file");
    let quotes = [
        "--quote",
        "RNFR inside",
        "--quote",
        "RNTO ../outside-of-qftp-serve",
    ];
    assert_eq!(lab.curl("", &quotes).status.code(), Some(21));
    assert!(!outside.exists());
}

#[test]
fn a_made_account_is_printed_and_holds() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("a"), "content").expect("a file");
    let server = Background::start(&mut qftp(&[
        "serve",
        text(folder.path()),
        "--listen",
        "127.0.0.1:0",
    ]));
    let [printed] = server.printed.as_slice() else {
        panic!("one line before it is ready: {:?}", server.printed);
    };
    let password = printed.strip_prefix("password: ").expect("a password");
    assert!(
        server.ready.starts_with("ftp://qftp@127.0.0.1:"),
        "{}",
        server.ready
    );
    let got = curl(&[
        "--user",
        &format!("qftp:{password}"),
        &format!("{}a", server.ready),
    ]);
    assert_eq!(got.stdout, b"content");
}

#[test]
fn both_signals_end_it_well_and_a_given_password_is_not_printed() {
    for signal in [Signal::INT, Signal::TERM] {
        let lab = Lab::new();
        assert!(lab.server.printed.is_empty());
        assert!(!lab.server.ready.contains("w0rd"));
        let (status, rest) = lab.server.end(signal);
        assert_eq!((status.code(), rest.as_str()), (Some(0), ""));
    }
}

#[test]
fn what_cannot_be_served_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("file");
    fs::write(&file, "x").expect("a file");
    let other = TcpListener::bind("127.0.0.1:0").expect("a port");
    let taken = other.local_addr().expect("an address").to_string();
    let missing = folder.path().join("missing");
    let cases = [
        (
            text(&missing),
            "127.0.0.1:0",
            2,
            "the folder does not exist",
        ),
        (text(&file), "127.0.0.1:0", 2, "is not a folder"),
        (text(folder.path()), "nowhere", 2, "invalid"),
        (text(folder.path()), &taken, 101, "is in use"),
        (
            text(folder.path()),
            "192.0.2.1:0",
            100,
            "not an address of this machine",
        ),
    ];
    for (dir, listen, code, words) in cases {
        let output = qftp(&["serve", dir, "--listen", listen])
            .output()
            .expect("qftp runs");
        let told = String::from_utf8(output.stderr).expect("UTF-8");
        assert_eq!(output.status.code(), Some(code), "{told}");
        assert!(told.contains(words), "{told}");
        assert!(output.stdout.is_empty());
    }
}
