//! A program that can be started: compiled, or with its interpreter.

use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

/// Says what a program is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Language {
    C,
    Python,
}

/// See above.
pub(crate) enum Runnable {
    Compiled(
        PathBuf,
        #[expect(dead_code, reason = "it goes with its folder")] TempDir,
    ),
    Script(PathBuf),
}

impl Runnable {
    pub(crate) fn make(language: Language, name: &str) -> Self {
        let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/programs");
        match language {
            Language::C => Self::compile(&sources.join("c"), name),
            Language::Python => Runnable::Script(sources.join(format!("python/{name}.py"))),
        }
    }

    fn compile(sources: &Path, name: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join(name);
        let output = Command::new("cc")
            .args(["-std=c99", "-Wall", "-Wextra", "-Werror", "-pedantic", "-g"])
            .args(["-fsanitize=address,undefined", "-fno-sanitize-recover=all"])
            .arg("-o")
            .arg(&path)
            .arg(sources.join("board.c"))
            .arg(sources.join(format!("{name}.c")))
            .output()
            .expect("a C compiler");
        let printed = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{name}: {printed}");
        Runnable::Compiled(path, folder)
    }

    /// Returns the command that starts it.
    pub(crate) fn command(&self) -> Command {
        match self {
            Runnable::Compiled(path, _) => Command::new(path),
            Runnable::Script(path) => {
                let python =
                    Path::new(env!("CARGO_MANIFEST_DIR")).join("../.cache/venv/bin/python");
                assert!(python.exists(), "no Python environment: run `make setup`");
                let mut command = Command::new(python);
                // -B leaves no compiled files beside the sources.
                command.env_remove("PYTHONPATH").arg("-B").arg(path);
                command
            }
        }
    }
}
