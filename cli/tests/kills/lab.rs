//! A server, an emulator of a dialect, and the program on its port.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, chown};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::RwLock;
use std::thread;
use std::time::Duration;

use qftp::dialect::{self, Dialect};
use qftp_test::servers::{Kind, Server};
use rustix::process::{Pid, Signal, kill_process};

use crate::background::{Background, qftp};
use crate::outcome::Outcome;

/// Slow enough to be interrupted in the middle, in bits per second.
pub(crate) const BAUD: &str = "460800";
pub(crate) const LENGTH: usize = 300_000;

/// The line between program and emulator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Line {
    Pty,
    Tcp,
}

/// The direction of a transfer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    Put,
    Get,
}

pub(crate) struct Lab {
    folder: tempfile::TempDir,
    pub(crate) server: RwLock<Server>,
    pub(crate) module: Option<Background>,
    dialect: &'static Dialect,
    line: Line,
    options: Vec<String>,
}

/// Each dialect with a server and a line, in rotation.
pub(crate) fn rotation() -> impl Iterator<Item = (&'static Dialect, Kind, Line)> {
    let kinds = [
        Kind::Vsftpd,
        Kind::PureFtpd,
        Kind::ProFtpd,
        Kind::Vsftpd,
        Kind::Pyftpdlib,
    ];
    let lines = [Line::Pty, Line::Tcp];
    let dialects = dialect::ALL.iter().enumerate();
    dialects.map(move |(row, dialect)| (*dialect, kinds[row % kinds.len()], lines[row % 2]))
}

impl Lab {
    pub(crate) fn new(dialect: &'static Dialect, kind: Kind, line: Line, options: &[&str]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        fs::create_dir(folder.path().join("state")).expect("a folder");
        fs::create_dir(folder.path().join("here")).expect("a folder");
        let mut lab = Lab {
            folder,
            server: RwLock::new(Server::start(kind)),
            module: None,
            dialect,
            line,
            options: options.iter().map(ToString::to_string).collect(),
        };
        lab.start_module();
        lab
    }

    /// Starts the emulator: the first one, or another one at the same place.
    pub(crate) fn start_module(&mut self) {
        let place = match (self.line, &self.module) {
            (Line::Pty, _) => self.path("module").to_str().expect("UTF-8").to_owned(),
            (Line::Tcp, None) => "127.0.0.1:0".to_owned(),
            (Line::Tcp, Some(module)) => module.ready.trim_start_matches("socket://").to_owned(),
        };
        let option = match self.line {
            Line::Pty => "--pty",
            Line::Tcp => "--tcp",
        };
        let mut command = qftp(&["emulate", "--dialect", self.dialect.name, option, &place]);
        // What a killed one leaves goes with the lab.
        command
            .args(&self.options)
            .env("TMPDIR", self.folder.path());
        self.module = Some(Background::start(&mut command));
    }

    /// Kills the emulator, and waits until it is gone. Its place stays known.
    pub(crate) fn kill_module(&mut self) {
        self.module.as_mut().expect("it runs").kill();
    }

    pub(crate) fn module(&self) -> &Background {
        self.module.as_ref().expect("it runs")
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The place of a file on this side.
    pub(crate) fn here(&self, name: &str) -> PathBuf {
        self.path("here").join(name)
    }

    /// The place of a file on the server.
    pub(crate) fn there(&self, name: &str) -> PathBuf {
        self.server.read().expect("the server").root.join(name)
    }

    /// The program on the module's line, with a folder of its own for what it leaves.
    pub(crate) fn qftp(&self, arguments: &[&str]) -> Command {
        let mut command = qftp(&["--json", "--quiet"]);
        command
            .args(arguments)
            .env("QFTP_PORT", &self.module().ready)
            .env(
                "QFTP_PASSWORD",
                self.server.read().expect("the server").password,
            )
            .env("XDG_RUNTIME_DIR", self.path("state"))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    pub(crate) fn url(&self, name: &str) -> String {
        let server = self.server.read().expect("the server");
        format!("ftp://{}@{}/{name}", server.user, server.address)
    }

    /// The command of a transfer. The file has the same name at both ends.
    pub(crate) fn transfer(&self, way: Way, name: &str, options: &[&str]) -> Command {
        let (url, here) = (self.url(name), self.here(name));
        let here = here.to_str().expect("UTF-8");
        let words = match way {
            Way::Put => ["put", here, &url],
            Way::Get => ["get", &url, here],
        };
        let mut command = self.qftp(&words);
        command.args(options);
        command
    }

    /// Puts the content where the transfer begins.
    pub(crate) fn lay_out(&self, way: Way, name: &str, data: &[u8]) {
        match way {
            Way::Put => fs::write(self.here(name), data).expect("a file"),
            Way::Get => {
                let path = self.there(name);
                fs::write(&path, data).expect("a file");
                let root = path.parent().expect("the root");
                let owner = fs::metadata(root).expect("the root");
                chown(&path, Some(owner.uid()), Some(owner.gid())).expect("its owner");
            }
        }
    }

    /// The file at the end of a transfer.
    pub(crate) fn end(&self, way: Way, name: &str) -> PathBuf {
        match way {
            Way::Put => self.there(name),
            Way::Get => self.here(name),
        }
    }

    /// The bytes that have arrived so far, in the file or in its part.
    pub(crate) fn arrived(&self, way: Way, name: &str) -> u64 {
        match way {
            Way::Put => length(&self.there(name)),
            Way::Get => {
                let begin = format!(".{name}.");
                let entries = fs::read_dir(self.path("here")).expect("a folder").flatten();
                let parts = entries.filter(|entry| {
                    let name = entry.file_name();
                    let name = name.to_string_lossy();
                    name.starts_with(&begin) && name.ends_with(".part")
                });
                parts.map(|part| length(&part.path())).max().unwrap_or(0)
            }
        }
    }

    /// Starts a transfer, and waits until so many bytes have arrived.
    pub(crate) fn start_until(
        &self,
        way: Way,
        name: &str,
        options: &[&str],
        place: u64,
        context: &str,
    ) -> Child {
        let mut child = self
            .transfer(way, name, options)
            .spawn()
            .expect("qftp starts");
        while self.arrived(way, name) < place {
            if child.try_wait().expect("its state").is_some() {
                let ended = child.wait_with_output().expect("its end");
                panic!("{context}: it ended before byte {place}: {ended:?}");
            }
            thread::sleep(Duration::from_millis(3));
        }
        child
    }

    /// Waits until what a killed host had written has left the line, as closing a serial port does. A pseudo terminal is
    /// closed at once, and the next host would come behind bytes that a slow line still carries.
    pub(crate) fn wait_until_sent(&self, way: Way, name: &str) {
        let mut seen = None;
        loop {
            let arrived = self.arrived(way, name);
            if seen.replace(arrived) == Some(arrived) {
                return;
            }
            thread::sleep(Duration::from_millis(1500));
        }
    }

    /// Does what a user does next, which must succeed.
    pub(crate) fn expect_next(&self, context: &str) {
        let name = "next.txt";
        fs::write(self.here(name), b"0123456789").expect("a file");
        let outcome = run(&mut self.transfer(Way::Put, name, &[]));
        let context = format!("{context}, the next operation");
        outcome.expect_whole(&self.there(name), b"0123456789", &context);
    }
}

fn length(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |file| file.len())
}

/// Runs a command to its end.
pub(crate) fn run(command: &mut Command) -> Outcome {
    command.output().expect("qftp runs").into()
}

pub(crate) fn wait(child: Child) -> Outcome {
    child.wait_with_output().expect("its end").into()
}

pub(crate) fn signal(child: &Child, signal: Signal) {
    kill_process(Pid::from_child(child), signal).expect("a signal is sent");
}

/// Returns content in which no two places look alike.
pub(crate) fn noise(count: usize) -> Vec<u8> {
    let mut random = fastrand::Rng::with_seed(count as u64);
    (0..count).map(|_| random.u8(..)).collect()
}
