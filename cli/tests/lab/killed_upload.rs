//! A `qftp` that is killed in the middle of an upload: what the next one types is no part of the file.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use qftp::dialect;

use crate::background::{Background, qftp};

/// Slow enough to be killed in the middle, so many bits per second.
const BAUD: &str = "460800";
const LENGTH: usize = 4_000_000;
/// Bytes that the server has before the program is killed.
const STORED: u64 = 20_000;

/// A command and its answer.
const RECORD: &str = r#"{"qftp-record":1,"qftp":"0.1.0","port":"emulator","dialect":null,"command":["at","AT"]}
{"us":1000,"kind":"opened"}
{"us":1100,"from":"host","kind":"command","text":"ATE0\r"}
{"us":1200,"from":"module","kind":"result","text":"\r\nOK\r\n"}
"#;

/// A server, and an emulator of a dialect on a slow line.
struct Lab {
    folder: tempfile::TempDir,
    server: Background,
    module: Background,
}

impl Lab {
    fn new(dialect: &str, on_socket: bool) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let path = |name: &str| {
            let path = folder.path().join(name);
            path.to_str().expect("UTF-8").to_owned()
        };
        fs::create_dir(path("served")).expect("a folder");
        fs::create_dir(path("state")).expect("a folder");
        let mut serve = qftp(&[
            "serve",
            &path("served"),
            "--listen",
            "127.0.0.1:0",
            "--user",
            "joe",
        ]);
        let server = Background::start(serve.env("QFTP_PASSWORD", "w0rd"));
        let link = path("module");
        let place = if on_socket {
            ["--tcp", "127.0.0.1:0"]
        } else {
            ["--pty", &link]
        };
        let mut emulate = qftp(&["emulate", "--dialect", dialect, "--baud", BAUD]);
        let module = Background::start(emulate.args(place));
        let lab = Lab {
            folder,
            server,
            module,
        };
        // As a line without DTR: the module does not see that its host has gone.
        succeed(&mut lab.qftp(&["at", "AT&D0"]), dialect);
        lab
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join(name)
    }

    /// The program on the module's line, with a folder of its own for what it leaves.
    fn qftp(&self, arguments: &[&str]) -> Command {
        self.qftp_elsewhere("state", arguments)
    }

    /// The same, on a machine whose folder for what it leaves is this one.
    fn qftp_elsewhere(&self, state: &str, arguments: &[&str]) -> Command {
        let mut command = qftp(arguments);
        command
            .env("QFTP_PORT", &self.module.ready)
            .env("QFTP_PASSWORD", "w0rd")
            .env("XDG_RUNTIME_DIR", self.path(state))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
        command
    }

    fn put(&self, local: &Path, remote: &str) -> Command {
        let host = self
            .server
            .ready
            .split_once('@')
            .map_or("", |(_, host)| host);
        let host = host.trim_start_matches("ftp://");
        let url = format!("ftp://joe@{host}{remote}");
        self.qftp(&["put", "--retry", "0", local.to_str().expect("UTF-8"), &url])
    }

    fn marks(&self) -> usize {
        fs::read_dir(self.path("state/qftp")).map_or(0, Iterator::count)
    }
}

/// Runs a command to its end, which must be a good one.
fn succeed(command: &mut Command, context: &str) {
    let output = command.output().expect("qftp runs");
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{context}: {told}");
}

#[test]
fn the_next_program_types_nothing_into_the_file() {
    thread::scope(|scope| {
        for dialect in dialect::ALL {
            // The search for the speed types, too.
            for (on_socket, words) in [
                (true, &["at", "AT+CSQ"][..]),
                (false, &["at", "AT+CSQ"]),
                (false, &["-b", "auto", "at", "AT+CSQ"]),
            ] {
                scope.spawn(move || goes_on(dialect.name, on_socket, words));
            }
        }
    });
}

#[test]
fn a_command_that_types_by_itself_types_nothing_into_the_file() {
    thread::scope(|scope| {
        for words in [
            &["term"][..],
            &["replay", "record"],
            &["-b", "auto", "replay", "record"],
        ] {
            scope.spawn(move || goes_on("gsm", false, words));
        }
    });
}

/// Kills an upload. The next program types nothing into its file, and removes the mark.
fn goes_on(dialect: &str, on_socket: bool, words: &[&str]) {
    let lab = Lab::new(dialect, on_socket);
    let context = format!("{dialect}, socket {on_socket}, {words:?}");
    fs::write(lab.path("typed"), "AT\n").expect("a file");
    fs::write(lab.path("record"), RECORD).expect("a file");
    let typed = kill_and_go_on(&lab, &context, |lab| {
        let typed = fs::File::open(lab.path("typed")).expect("a file");
        let mut command = lab.qftp(words);
        command.current_dir(lab.folder.path()).stdin(typed);
        command
    });
    assert_eq!(typed, "", "{context}");
    assert_eq!(lab.marks(), 0, "{context}");
}

#[test]
fn a_program_on_another_machine_types_no_more_than_it_is_documented_to() {
    thread::scope(|scope| {
        for dialect in dialect::ALL {
            for names_dialect in [true, false] {
                scope.spawn(move || {
                    let lab = Lab::new(dialect.name, false);
                    let context = format!("{}, named {names_dialect}", dialect.name);
                    let named = ["--dialect", dialect.name];
                    let named = if names_dialect { &named[..] } else { &[] };
                    let words = [named, &["--escape-first", "at", "AT+CSQ"]].concat();
                    let typed = kill_and_go_on(&lab, &context, |lab| {
                        fs::create_dir(lab.path("elsewhere")).expect("a folder");
                        lab.qftp_elsewhere("elsewhere", &words)
                    });
                    // There it is payload (003 §1.2.15).
                    let is_payload = !dialect.escape_ends_payload && !names_dialect;
                    assert_eq!(typed, if is_payload { "+++" } else { "" }, "{context}");
                });
            }
        }
    });
}

/// Waits until nothing of the killed program is on its way any more: a real port drops that when it is closed.
fn wait_for_the_line(remote: &Path) {
    let length = || fs::metadata(remote).map_or(0, |file| file.len());
    let (mut before, mut quiet_looks) = (length(), 0);
    // An emulator that waits for the processor is silent for a while, too.
    while quiet_looks < 4 {
        thread::sleep(Duration::from_secs(1));
        let now = length();
        quiet_looks = if now == before { quiet_looks + 1 } else { 0 };
        before = now;
    }
}

/// Kills an upload, and lets another program go on. Returns what that typed into the file.
fn kill_and_go_on(lab: &Lab, context: &str, next: impl FnOnce(&Lab) -> Command) -> String {
    // Nothing of it looks like what a host types.
    let letters: Vec<u8> = (0..=255)
        .filter(u8::is_ascii_lowercase)
        .cycle()
        .take(LENGTH)
        .collect();
    fs::write(lab.path("large"), &letters).expect("a file");
    let mut uploader = lab
        .put(&lab.path("large"), "large")
        .spawn()
        .expect("qftp starts");
    let remote = lab.path("served/large");
    while fs::metadata(&remote).map_or(0, |file| file.len()) < STORED {
        let ended = uploader.try_wait().expect("its state");
        assert!(ended.is_none(), "{context}: {ended:?}");
        thread::sleep(Duration::from_millis(5));
    }
    uploader.kill().expect("killed");
    uploader.wait().expect("its end");
    assert_eq!(lab.marks(), 1, "{context}");
    wait_for_the_line(&remote);

    succeed(&mut next(lab), context);
    fs::write(lab.path("small"), b"12345").expect("a file");
    succeed(&mut lab.put(&lab.path("small"), "small"), context);
    assert_eq!(
        fs::read(lab.path("served/small")).expect("stored"),
        b"12345",
        "{context}"
    );
    let stored = fs::read(&remote).expect("stored in part");
    let typed = stored.iter().position(|byte| !byte.is_ascii_lowercase());
    let sent = typed.unwrap_or(stored.len());
    assert!(letters.starts_with(&stored[..sent]), "{context}");
    stored[sent..].escape_ascii().to_string()
}
