//! The program run as a user runs it, in a home of its own.

use std::ffi::OsStr;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// A home and working directory, and a command to run there.
pub(crate) struct Run {
    home: TempDir,
    environment: Vec<(String, String)>,
}

/// What came of it.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: i32,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: String,
}

impl Run {
    pub(crate) fn new() -> Self {
        Run {
            home: tempfile::tempdir().expect("a folder"),
            environment: Vec::new(),
        }
    }

    /// With an environment variable.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.into(), value.into()));
        self
    }

    /// The place of a file in the home.
    pub(crate) fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.home.path().join(name)
    }

    /// Puts a file into the home.
    pub(crate) fn file(&self, name: impl AsRef<Path>, content: impl AsRef<[u8]>) -> &Self {
        let path = self.path(name);
        fs::write(&path, content).expect("a file");
        #[cfg(unix)]
        if path.ends_with(".netrc") {
            use std::os::unix::fs::PermissionsExt;
            fs::set_permissions(&path, PermissionsExt::from_mode(0o600)).expect("a mode");
        }
        self
    }

    /// The program, ready to be started in the home with nothing of this environment that it heeds.
    pub(crate) fn command<S: AsRef<OsStr>>(&self, words: &[S]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_qftp"));
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("QFTP_") {
                command.env_remove(name);
            }
        }
        command
            .args(words)
            .current_dir(self.home.path())
            .env("HOME", self.home.path())
            .env_remove("XDG_CONFIG_HOME")
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Runs it to its end.
    pub(crate) fn run<S: AsRef<OsStr>>(&self, words: &[S]) -> Ended {
        self.command(words).output().expect("the program").into()
    }

    /// Runs it with this on standard input.
    pub(crate) fn feed<S: AsRef<OsStr>>(&self, words: &[S], input: &[u8]) -> Ended {
        let mut command = self.command(words);
        let mut child = command.stdin(Stdio::piped()).spawn().expect("the program");
        let mut stdin = child.stdin.take().expect("its input");
        let input = input.to_vec();
        // Beside the reading of its output, so that neither waits for the other; it may end without reading all.
        let feeder = std::thread::spawn(move || drop(stdin.write_all(&input)));
        let output = child.wait_with_output().expect("the program");
        feeder.join().expect("the feeder");
        output.into()
    }

    /// Starts it, to be ended later.
    pub(crate) fn start<S: AsRef<OsStr>>(&self, words: &[S]) -> Child {
        self.command(words).spawn().expect("the program")
    }
}

/// As Ctrl-C does.
pub(crate) fn interrupt(child: &Child) {
    use rustix::process::{Pid, Signal, kill_process};
    let id = i32::try_from(child.id()).expect("a number");
    kill_process(Pid::from_raw(id).expect("an id"), Signal::INT).expect("a signal");
}

impl From<Output> for Ended {
    fn from(output: Output) -> Self {
        Ended {
            code: output.status.code().unwrap_or(-1),
            stdout: output.stdout,
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

impl Ended {
    /// Insists on the exit code.
    pub(crate) fn expect(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{}", self.stderr);
        self
    }

    /// Standard output as text.
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.stdout).into_owned()
    }

    /// Standard output as one document.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.stdout).expect("one document")
    }

    /// Standard output as one document a line.
    pub(crate) fn rows(&self) -> Vec<Value> {
        let lines = self.stdout.split(|byte| *byte == b'\n');
        let lines = lines.filter(|line| !line.is_empty());
        lines
            .map(|line| serde_json::from_slice(line).expect("a document"))
            .collect()
    }

    /// The error on the last line of standard error.
    pub(crate) fn error(&self) -> Value {
        let line = self.stderr.lines().last().unwrap_or_default();
        let document: Value = serde_json::from_str(line).expect("an error as JSON");
        document["error"].clone()
    }

    /// Insists that none of the outputs has this.
    pub(crate) fn lacks(self, secret: &str) -> Self {
        let text = self.text();
        assert!(!text.contains(secret), "standard output: {text}");
        assert!(
            !self.stderr.contains(secret),
            "standard error: {}",
            self.stderr
        );
        self
    }
}
