//! The sample of faults on real servers, by the program: a process for each transfer, which logs in by itself.
#![cfg(target_os = "linux")]

use std::process::{Command, Stdio};

use qftp_test::fault_sample::{self, Failure, Form, Scene, Surface};
use serde_json::Value;

/// Exit codes that need not be looked at further: a wrong command line, and a dialect that cannot do it.
const USAGE: i32 = 2;
const UNSUPPORTED: i32 = 106;

/// The program; it keeps nothing between two transfers but what it said last.
struct Program {
    said: String,
}

impl Surface for Program {
    // It has no way to name the byte at which an upload begins.
    const FORMS: &'static [Form] = &[
        Form::Put,
        Form::Append,
        Form::PutContinue,
        Form::Get,
        Form::GetContinue,
    ];
    // Of an opening and a login.
    const BYTES_BEFORE: usize = 600;

    fn open(_: &Scene<'_>) -> Self {
        Program {
            said: String::new(),
        }
    }

    fn transfer(&mut self, scene: &Scene<'_>) -> Result<u32, Failure> {
        let url = url(scene, &scene.remote);
        let here = if scene.form.is_upload() {
            scene.source()
        } else {
            scene.target()
        };
        let here = here.to_str().expect("UTF-8");
        let words: &[&str] = match scene.form {
            Form::Put => &["put", here, &url],
            Form::Append => &["put", "--append", here, &url],
            Form::PutContinue => &["put", "--continue", here, &url],
            Form::Get => &["get", &url, here],
            Form::GetContinue => &["get", "--continue", &url, here],
            Form::Resume => unreachable!("not a form of the program"),
        };
        let document = self.qftp(scene, &[words, &["--retry-wait", "1"]].concat())?;
        let attempts = document["attempts"].as_u64().expect("a number");
        Ok(u32::try_from(attempts).expect("a few"))
    }

    fn size_of_other(&mut self, scene: &Scene<'_>) -> Result<u64, String> {
        let document = self
            .qftp(scene, &["stat", &url(scene, scene.other())])
            .map_err(|failure| failure.text)?;
        document["size"].as_u64().ok_or_else(|| "no size".into())
    }

    fn log(&self) -> String {
        self.said.replace('\n', "\n    ")
    }
}

impl Program {
    /// Runs the program. Returns the document that it prints.
    fn qftp(&mut self, scene: &Scene<'_>, words: &[&str]) -> Result<Value, Failure> {
        let output = Command::new(env!("CARGO_BIN_EXE_qftp"))
            .args(["--json", "--verbose", "--quiet", "--timeout", "20"])
            .args(words)
            .env("QFTP_PORT", &scene.port)
            .env("QFTP_PASSWORD", scene.server.password)
            .env("XDG_RUNTIME_DIR", scene.folder())
            .stdin(Stdio::null())
            .output()
            .expect("qftp runs");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        if output.status.success() {
            self.said = said;
            return Ok(serde_json::from_slice(&output.stdout).expect("a document"));
        }
        let code = output.status.code().expect("no signal ends it");
        assert_ne!(code, USAGE, "{words:?}: {said}");
        let last = said.lines().last().unwrap_or_default();
        let told: Value = serde_json::from_str(last).unwrap_or_else(|_| panic!("{code}: {said}"));
        let error = &told["error"];
        let text = error["message"].as_str().expect("a message").to_owned();
        self.said = said;
        Err(Failure {
            text: format!("{text} (exit {code})"),
            bytes_confirmed: error["bytes_confirmed"].as_u64().unwrap_or(0),
            is_unsupported: code == UNSUPPORTED,
        })
    }
}

fn url(scene: &Scene<'_>, name: &str) -> String {
    let server = scene.server;
    format!("ftp://{}@{}/{name}", server.user, server.address)
}

#[test]
fn the_program_leaves_a_whole_file_or_a_true_error() {
    fault_sample::run::<Program>();
}
