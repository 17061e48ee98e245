//! A port as the terminal of a conversation.

use std::time::{Duration, Instant};

use qftp::dialect::{Dialect, Family};
use qftp::port::Port;
use qftp_conformance::conversation::play::Terminal;
use qftp_conformance::conversation::{Bytes, LineEvent, Scene};

use super::server::CheckServer;
use crate::console;
use crate::interrupt::Interrupt;

/// The interval at which signals are looked for.
const TICK: Duration = Duration::from_millis(50);

/// The times that a module gets.
#[derive(Clone, Copy, Debug)]
pub(super) struct Patience {
    /// For something to come.
    pub(super) answer: Duration,
    /// Silence after which nothing more comes.
    pub(super) rest: Duration,
    /// For it to hear of what happens at the server, or on the line.
    pub(super) settle: Duration,
}

/// A module at the end of a port, and the server behind it.
pub(super) struct PortTerminal<'a> {
    pub(super) port: Box<dyn Port>,
    pub(super) dialect: &'static Dialect,
    pub(super) server: &'a mut CheckServer,
    pub(super) patience: Patience,
    pub(super) has_dtr: bool,
    pub(super) verbose: bool,
    pub(super) interrupt: &'a Interrupt,
    /// All that was heard in this case.
    pub(super) heard: Vec<u8>,
    /// The reason of a step that could not be done.
    pub(super) cannot: Option<String>,
    /// The error of the port, once there was one.
    pub(super) failed: Option<String>,
}

impl PortTerminal<'_> {
    /// Reads what comes until there is silence for so long.
    fn read_for(&mut self, first: Duration) -> Vec<u8> {
        let start = Instant::now();
        let mut buffer = [0; 16 * 1024];
        while self.failed.is_none() && !self.interrupt.asked() {
            let left = first.saturating_sub(start.elapsed());
            match self.port.read(&mut buffer, left.min(TICK)) {
                Ok(0) if left.is_zero() => break,
                Ok(0) => {}
                Ok(count) => {
                    let came = buffer[..count].to_vec();
                    self.show('<', &came);
                    self.heard.extend_from_slice(&came);
                    return came;
                }
                Err(error) => self.failed = Some(format!("{}: {error}", self.port.name())),
            }
        }
        Vec::new()
    }

    fn show(&self, mark: char, bytes: &[u8]) {
        if self.verbose {
            console::note(format_args!("{mark} {}", bytes.escape_ascii()));
        }
    }

    /// Types a line and returns what comes up to one of the ends.
    pub(super) fn ask(&mut self, line: &str, ends: &[&str]) -> String {
        self.write(format!("{line}\r").as_bytes());
        let mut seen = Vec::new();
        loop {
            let more = self.read();
            seen.extend_from_slice(&more);
            let text = String::from_utf8_lossy(&seen).into_owned();
            if more.is_empty() || ends.iter().any(|end| text.contains(end)) {
                return text;
            }
        }
    }

    /// Puts a file into the module's store (QFUPL).
    fn upload(&mut self, name: &str, content: &[u8]) -> Result<(), String> {
        let line = format!("AT+QFUPL=\"{name}\",{}", content.len());
        let refused = || format!("the module does not take the file {name}");
        if !self
            .ask(&line, &["CONNECT\r\n", "ERROR"])
            .contains("CONNECT")
        {
            return Err(refused());
        }
        self.write(content);
        let mut seen = Vec::new();
        while !seen.ends_with(b"OK\r\n") {
            let more = self.read();
            if more.is_empty() {
                return Err(refused());
            }
            seen.extend_from_slice(&more);
        }
        Ok(())
    }

    /// Reads a file of the module's store (QFDWL).
    fn download(&mut self, name: &str) -> Option<Vec<u8>> {
        let (connect, trailer) = (b"CONNECT\r\n", b"\r\n+QFDWL: ");
        self.write(format!("AT+QFDWL=\"{name}\"\r").as_bytes());
        let mut seen = Vec::new();
        loop {
            let more = self.read();
            seen.extend_from_slice(&more);
            let begun = find(&seen, connect);
            let ended = seen.ends_with(b"OK\r\n") && begun.is_some();
            let refused = begun.is_none() && find(&seen, b"ERROR").is_some();
            if more.is_empty() || refused {
                return None;
            }
            if ended {
                let content = &seen[begun? + connect.len()..];
                let end = content
                    .windows(trailer.len())
                    .rposition(|window| window == trailer)?;
                return Some(content[..end].to_vec());
            }
        }
    }

    fn note(&mut self, done: Result<(), String>) -> bool {
        match done {
            Ok(()) => true,
            Err(reason) => {
                self.cannot = Some(reason);
                false
            }
        }
    }
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}

impl Terminal for PortTerminal<'_> {
    fn family(&self) -> Family {
        self.dialect.family
    }

    fn login(&self) -> String {
        self.server.login(self.dialect)
    }

    fn write(&mut self, bytes: &[u8]) {
        self.show('>', bytes);
        let mut rest = bytes;
        let start = Instant::now();
        while !rest.is_empty() && self.failed.is_none() && !self.interrupt.asked() {
            match self.port.write(rest, TICK) {
                Ok(count) => rest = &rest[count..],
                Err(error) => self.failed = Some(format!("{}: {error}", self.port.name())),
            }
            if start.elapsed() > self.patience.answer && !rest.is_empty() {
                self.failed = Some(format!("{}: the module takes nothing", self.port.name()));
            }
        }
    }

    fn read(&mut self) -> Vec<u8> {
        self.read_for(self.patience.answer)
    }

    fn read_behind(&mut self) -> Vec<u8> {
        self.rest()
    }

    fn rest(&mut self) -> Vec<u8> {
        let mut seen = Vec::new();
        loop {
            let more = self.read_for(self.patience.rest);
            if more.is_empty() {
                return seen;
            }
            seen.extend_from_slice(&more);
        }
    }

    fn silence(&mut self, time: Duration) {
        let start = Instant::now();
        while start.elapsed() < time && !self.interrupt.asked() {
            std::thread::sleep(time.saturating_sub(start.elapsed()).min(TICK));
        }
    }

    fn happen(&mut self, event: LineEvent) -> bool {
        let is_heard = matches!(event, LineEvent::Dtr(_) | LineEvent::LoseSession);
        if is_heard {
            // That which is on its way arrives before.
            self.silence(self.patience.settle);
        }
        let done = match event {
            LineEvent::Dtr(on) if self.has_dtr => self
                .port
                .set_dtr(on)
                .map_err(|error| format!("the port has no DTR: {error}")),
            LineEvent::Dtr(_) => Err("the port has no DTR".into()),
            LineEvent::LoseContext(_) => {
                Err("the network would have to take the PDP context away".into())
            }
            _ => self.server.happen(event),
        };
        if is_heard {
            // The module hears of it before the next line.
            self.silence(self.patience.settle);
        }
        self.note(done)
    }

    fn prepare(&mut self, scene: &Scene) -> bool {
        let done = match scene {
            Scene::StoreFile(name, content) => self.upload(name, &Bytes::bytes(content)),
            _ => self.server.prepare(scene),
        };
        self.note(done)
    }

    fn server_file(&mut self, path: &str) -> Option<Vec<u8>> {
        self.server.file(path)
    }

    fn store_file(&mut self, name: &str) -> Option<Vec<u8>> {
        self.download(name)
    }
}
