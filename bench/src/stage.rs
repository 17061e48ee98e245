//! Servers, emulators and clients of a row.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::{SystemTime, UNIX_EPOCH};

use qftp::client::{Client, ClientOptions, Login};
use qftp::dialect::Dialect;
use qftp::emulator::{Emulator, EmulatorOptions};
use qftp::module::Latency;
use qftp_bench_cases::Content;
use qftp_test::servers::Server;

use crate::bench::Bench;

/// The line between client and emulator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineKind {
    /// Inside the process.
    Memory,
    /// A pseudo terminal.
    Pty,
    /// A TCP socket.
    Tcp,
    /// A Unix socket.
    Unix,
}

impl LineKind {
    /// Returns the name that tables show.
    pub fn name(self) -> &'static str {
        match self {
            LineKind::Memory => "in process",
            LineKind::Pty => "pty",
            LineKind::Tcp => "TCP",
            LineKind::Unix => "Unix socket",
        }
    }
}

/// The lines that a client has sent.
pub type Lines = Arc<Mutex<Vec<Vec<u8>>>>;

/// A client that is logged in, and its emulator.
pub struct Stage {
    /// The client.
    pub client: Client,
    /// The lines that it has sent, where they are kept.
    pub lines: Lines,
    /// The emulator; it ends behind the client.
    pub emulator: Emulator,
}

impl Stage {
    /// Logs a client in through an emulator of this dialect that answers at once.
    pub fn new(bench: &Bench, dialect: &'static Dialect, line: LineKind, server: &Server) -> Self {
        Self::with(bench, prompt(dialect), line, &login(server))
    }

    /// Logs a client in through an emulator with these options.
    pub fn with(bench: &Bench, options: EmulatorOptions, line: LineKind, login: &Login) -> Self {
        let lines = Lines::default();
        let (emulator, mut client) = open(bench, options, line, ClientOptions::new());
        let kept = Arc::clone(&lines);
        client.on_line(move |line| {
            if line.sent {
                kept.lock().expect("lines").push(line.text.to_vec());
            }
        });
        client.login(login).expect("a login");
        Stage {
            client,
            lines,
            emulator,
        }
    }

    /// Returns the number of command lines sent since the last call.
    pub fn lines_sent(&self) -> usize {
        std::mem::take(&mut *self.lines.lock().expect("lines")).len()
    }
}

/// Starts an emulator on such a line, and opens a client on it.
pub fn open(
    bench: &Bench,
    options: EmulatorOptions,
    line: LineKind,
    client: ClientOptions,
) -> (Emulator, Client) {
    let emulator = match line {
        LineKind::Memory => {
            let (emulator, port) = Emulator::in_process(options).expect("an emulator");
            return (emulator, client.with_port(port).expect("a client"));
        }
        LineKind::Pty => Emulator::on_pty(None, options),
        LineKind::Tcp => Emulator::on_tcp(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), options),
        LineKind::Unix => Emulator::on_unix(&bench.folder().join(unique("line")), options),
    };
    let emulator = emulator.expect("an emulator");
    let url = emulator.url().expect("a line outside the process");
    let client = client.open(&url).expect("a client");
    (emulator, client)
}

/// Returns the options of an emulator that answers at once.
pub fn prompt(dialect: &'static Dialect) -> EmulatorOptions {
    let mut options = EmulatorOptions::new(dialect);
    options.latency = Latency::NONE;
    options
}

/// Returns the login at a server of the tests.
pub fn login(server: &Server) -> Login {
    let host = server.address.ip().to_string();
    let mut login = Login::new(host, server.user, server.password);
    login.port = server.address.port();
    login
}

/// Puts a file on the server, past FTP.
pub fn serve(server: &Server, name: &str, content: &[u8]) {
    fs::write(server.root.join(name), content).expect("a file on the server");
}

/// Returns a name that no other call has returned.
fn unique(name: &str) -> PathBuf {
    let time = SystemTime::now().duration_since(UNIX_EPOCH);
    PathBuf::from(format!("{name}-{}", time.expect("a clock").as_nanos()))
}

/// Returns the contents that look like the end of a payload in this dialect.
pub fn hostile(dialect: &Dialect) -> &'static [Content] {
    match dialect.name {
        "gsm" => &[Content::GsmFalseTrailers],
        "nl668" => &[Content::Etx],
        _ => &[Content::FalseTrailers, Content::PartialTrailers],
    }
}
