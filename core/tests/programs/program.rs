//! A program, the files that it moves, and where it runs.

use std::fmt;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;

use qftp::dialect::Dialect;
use qftp_test::servers::{Kind, Server};
use tempfile::TempDir;

use crate::content;
use crate::conversation::Conversation;
use crate::line::{self, Carrier, Timing};
use crate::tap::Tap;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Language {
    C,
    Python,
}

/// A program and what it is expected to do.
#[derive(Clone, Debug)]
pub(crate) struct Program {
    name: &'static str,
    language: Language,
    dialects: Vec<&'static Dialect>,
    timings: Vec<Timing>,
    puts: &'static [&'static str],
    gets: Option<&'static str>,
    varies: &'static [&'static str],
}

impl Program {
    /// Names a program of `c/`.
    pub(crate) fn c(name: &'static str) -> Self {
        Self::new(name, Language::C)
    }

    /// Names a program of `python/`.
    pub(crate) fn python(name: &'static str) -> Self {
        Self::new(name, Language::Python)
    }

    fn new(name: &'static str, language: Language) -> Self {
        Program {
            name,
            language,
            dialects: Vec::new(),
            timings: Timing::ALL.to_vec(),
            puts: &[],
            gets: None,
            varies: &[],
        }
    }

    /// Sets the dialects of its modules. Its conversation is recorded with the first one.
    pub(crate) fn on(self, dialects: &[&'static Dialect]) -> Self {
        let dialects = dialects.to_vec();
        Program { dialects, ..self }
    }

    /// Sets the names under which its file is on the server afterwards.
    pub(crate) fn puts(self, puts: &'static [&'static str]) -> Self {
        Program { puts, ..self }
    }

    /// Sets the name of the file on the server that it downloads.
    pub(crate) fn gets(self, name: &'static str) -> Self {
        Program {
            gets: Some(name),
            ..self
        }
    }

    /// Names the beginnings of lines that depend on the pace of the machine: results that the program does not wait
    /// for, and answers to its polling.
    pub(crate) fn varies(self, varies: &'static [&'static str]) -> Self {
        Program { varies, ..self }
    }

    /// Runs it on every line and compares the files; records a conversation and compares that too.
    pub(crate) fn check(self) {
        let runnable = Runnable::make(&self);
        let places = self.places();
        let (failures, conversation) = thread::scope(|scope| {
            let recording = scope.spawn(|| self.record(&runnable));
            let runs: Vec<_> = places
                .iter()
                .map(|place| scope.spawn(|| self.run_at(&runnable, place)))
                .collect();
            let ends = runs.into_iter().map(|run| run.join().expect("no panic"));
            let failures: Vec<String> = ends.filter_map(Result::err).collect();
            (failures, recording.join().expect("no panic"))
        });
        let list = failures.join("\n");
        assert!(failures.is_empty(), "{}:\n{list}", self.name);
        match conversation {
            Ok(conversation) => conversation.check(self.varies),
            Err(error) => panic!("{} through a tap: {error}", self.name),
        }
    }

    /// Lists where it runs: every line and every timing with its first dialect, one of each with the others.
    fn places(&self) -> Vec<Place> {
        let mut places = Vec::new();
        for (index, &dialect) in self.dialects.iter().enumerate() {
            for (&timing, &server) in self.timings.iter().zip(Kind::ALL.iter().cycle()) {
                for carrier in Carrier::ALL {
                    places.push(Place {
                        dialect,
                        carrier,
                        timing,
                        server,
                    });
                }
                if index > 0 {
                    break;
                }
            }
        }
        places
    }

    fn run_at(&self, runnable: &Runnable, place: &Place) -> Result<(), String> {
        let module = line::start(place.dialect, place.carrier, place.timing);
        let url = module.url().expect("a port");
        self.run(runnable, &url, &Server::start(place.server))
            .map_err(|error| format!("{place}: {error}"))
    }

    /// Runs it at a module behind this port, and compares the files.
    fn run(&self, runnable: &Runnable, url: &str, server: &Server) -> Result<(), String> {
        let folder = tempfile::tempdir().expect("a folder");
        let (up, down) = (content::up(), content::down());
        fs::write(folder.path().join("up.bin"), &up).expect("written");
        if let Some(name) = self.gets {
            place_on_server(server, name, &down);
        }
        let (address, port) = (server.address.ip(), server.address.port());
        let output = runnable
            .command()
            .args([url, &address.to_string(), &port.to_string()])
            .args([server.user, server.password])
            .arg(folder.path())
            .output()
            .expect("it starts");
        if !output.status.success() || !output.stdout.ends_with(b"done\n") {
            return Err(String::from_utf8_lossy(&output.stderr).trim().to_owned());
        }
        for name in self.puts {
            let there = fs::read(server.root.join(name)).unwrap_or_default();
            compare(name, &there, &up)?;
        }
        if self.gets.is_some() {
            let here = fs::read(folder.path().join("down.bin")).unwrap_or_default();
            compare("down.bin", &here, &down)?;
        }
        Ok(())
    }

    /// Records a conversation on a line that is much like that of a real module.
    fn record(&self, runnable: &Runnable) -> Result<Conversation, String> {
        let dialect = self.dialects[0];
        let server = Server::start(Kind::Vsftpd);
        let timing = *self.timings.last().expect("one at least");
        let module = line::start(dialect, Carrier::Tcp, timing);
        let tap = Tap::new(module.address().expect("a TCP line"));
        self.run(runnable, &tap.url(), &server)?;
        let chunks = tap.finish();
        Ok(Conversation::new(self.name, dialect, &server, &chunks))
    }
}

/// A module, its line, and the server that it reaches.
struct Place {
    dialect: &'static Dialect,
    carrier: Carrier,
    timing: Timing,
    server: Kind,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (dialect, server) = (self.dialect.name, self.server);
        write!(
            f,
            "{dialect}, {:?}, {:?}, {server:?}",
            self.carrier, self.timing
        )
    }
}

fn compare(name: &str, got: &[u8], wanted: &[u8]) -> Result<(), String> {
    let same = got.iter().zip(wanted).take_while(|(a, b)| a == b).count();
    let (length, whole) = (got.len(), wanted.len());
    (got == wanted)
        .then_some(())
        .ok_or_else(|| format!("{name} differs at {same}; it has {length} bytes, not {whole}"))
}

fn place_on_server(server: &Server, name: &str, content: &[u8]) {
    let path = server.root.join(name);
    let folder = path.parent().expect("a folder");
    fs::create_dir_all(folder).expect("made");
    fs::write(&path, content).expect("written");
    for (path, mode) in [(folder, 0o777), (&path, 0o644)] {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("permitted");
    }
}

/// A program that can be started.
enum Runnable {
    Compiled(
        PathBuf,
        #[expect(dead_code, reason = "it goes with its folder")] TempDir,
    ),
    Script(PathBuf),
}

impl Runnable {
    fn make(program: &Program) -> Self {
        let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/programs");
        match program.language {
            Language::C => Self::compile(&sources.join("c"), program.name),
            Language::Python => {
                Runnable::Script(sources.join(format!("python/{}.py", program.name)))
            }
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

    fn command(&self) -> Command {
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
