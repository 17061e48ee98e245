//! The sample of faults on real servers, by a C program on the shared library.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Stdio};
use std::sync::OnceLock;

use qftp_test::fault_sample::{self, Failure, Scene, Surface};

use crate::library::{Linked, Program};

/// `QFTP_ERR_UNSUPPORTED`.
const UNSUPPORTED: &str = "4";

fn program() -> &'static Program {
    static PROGRAM: OnceLock<Program> = OnceLock::new();
    PROGRAM.get_or_init(|| Program::compile("faults", Linked::Shared))
}

/// The program while it runs.
struct Running {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    /// The conversation on the line.
    log: PathBuf,
}

impl Surface for Running {
    const RESUMES_WHOLE_FILES: bool = true;

    fn open(scene: &Scene<'_>) -> Self {
        let local = if scene.form.is_upload() {
            scene.source()
        } else {
            scene.target()
        };
        let log = scene.folder().join("log");
        let server = scene.server;
        let mut child = program()
            .command()
            .arg(&scene.port)
            .arg(server.address.ip().to_string())
            .arg(server.address.port().to_string())
            .args([server.user, server.password, scene.form.word()])
            .arg(local)
            .arg(&scene.remote)
            .arg(scene.from().to_string())
            .arg(scene.other())
            .env("XDG_RUNTIME_DIR", scene.folder())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(File::create(&log).expect("a file"))
            .spawn()
            .expect("the program starts");
        let input = child.stdin.take().expect("its input");
        let output = BufReader::new(child.stdout.take().expect("its output"));
        let mut running = Running {
            child,
            input,
            output,
            log,
        };
        assert_eq!(running.line(), "ready", "{}", running.log());
        running
    }

    fn transfer(&mut self, _: &Scene<'_>) -> Result<u32, Failure> {
        let told = self.step();
        match told.strip_prefix("moved ") {
            Some(attempts) => Ok(attempts.parse().expect("a number")),
            None => Err(failure(&told)),
        }
    }

    fn size_of_other(&mut self, _: &Scene<'_>) -> Result<u64, String> {
        let told = self.step();
        match told.strip_prefix("size ") {
            Some(size) => Ok(size.parse().expect("a number")),
            None => Err(failure(&told).text),
        }
    }

    fn log(&self) -> String {
        let log = fs::read(&self.log).unwrap_or_default();
        String::from_utf8_lossy(&log).replace('\n', "\n    ")
    }
}

impl Running {
    /// Lets the program take its next step. Returns what it tells of it.
    fn step(&mut self) -> String {
        self.input.write_all(b"\n").expect("it waits for a line");
        self.line()
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.output.read_line(&mut line).expect("text");
        assert!(line.ends_with('\n'), "it ended early: {}", self.log());
        line.trim_end().to_owned()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill(); // it may have ended
        let _ = self.child.wait();
    }
}

/// Reads `failed STATUS BYTES MESSAGE`.
fn failure(told: &str) -> Failure {
    let mut words = told.splitn(4, ' ');
    assert_eq!(words.next(), Some("failed"), "{told}");
    let status = words.next().expect("a status");
    let bytes_confirmed = words.next().and_then(|bytes| bytes.parse().ok());
    Failure {
        text: format!("{} ({status})", words.next().unwrap_or_default()),
        bytes_confirmed: bytes_confirmed.expect("a number"),
        is_unsupported: status == UNSUPPORTED,
    }
}

#[test]
fn a_c_program_leaves_a_whole_file_or_a_true_error() {
    fault_sample::run::<Running>();
}
