//! A terminal for tests: types commands at a module and reads the answers.

use std::thread;
use std::time::Duration;

use qftp::dialect::Dialect;
use qftp::emulator::{Emulator, EmulatorOptions};
use qftp::port::Port;

use crate::servers::Server;

/// Nothing here takes that long; what does hangs.
const TIMEOUT: Duration = Duration::from_secs(60);

/// A module and the line to it.
pub struct AtSession {
    /// Ends with it.
    _module: Emulator,
    line: Box<dyn Port>,
    /// Read and not yet looked at.
    pending: Vec<u8>,
    /// All of it, for the message of a test that fails.
    seen: String,
}

impl AtSession {
    /// Opens a line to an emulator: echo off, context active, the account of `server` set.
    pub fn at(dialect: &'static Dialect, server: &Server) -> Self {
        Self::with(EmulatorOptions::new(dialect), server)
    }

    /// Opens a line to an emulator with these options and sets the account of `server`.
    pub fn with(options: EmulatorOptions, server: &Server) -> Self {
        Self::with_account(options, server.user, server.password)
    }

    /// Opens a line to an emulator with these options and sets this account.
    pub fn with_account(options: EmulatorOptions, user: &str, password: &str) -> Self {
        let mut session = Self::bare(options);
        session.ok("AT+QICSGP=1,1,\"UNINET\",\"\",\"\",1");
        session.ok("AT+QIACT=1");
        session.ok(&format!("AT+QFTPCFG=\"account\",\"{user}\",\"{password}\""));
        session
    }

    /// Opens a line to an emulator with these options and turns the echo off.
    pub fn bare(options: EmulatorOptions) -> Self {
        let (module, line) = Emulator::in_process(options).expect("a module");
        let mut session = AtSession {
            _module: module,
            line,
            pending: Vec::new(),
            seen: String::new(),
        };
        session.type_bytes(b"ATE0\r");
        session.expect("ATE0\r\r\nOK\r\n");
        session
    }

    /// Opens a line to an emulator and logs in at the server.
    pub fn logged_in(dialect: &'static Dialect, server: &Server) -> Self {
        let mut session = Self::at(dialect, server);
        session.log_in(server);
        session
    }

    /// Logs in at the server.
    pub fn log_in(&mut self, server: &Server) {
        assert_eq!(self.ask(&open(server)), "0,0");
    }

    /// Expects `OK` alone for a command.
    #[track_caller]
    pub fn ok(&mut self, command: &str) {
        self.enter(command);
        self.expect("\r\nOK\r\n");
    }

    /// Expects a refusal of a command; returns the number of its `+CME ERROR`.
    #[track_caller]
    pub fn refusal(&mut self, command: &str) -> String {
        self.enter(command);
        self.expect("\r\n+CME ERROR: ");
        self.rest_of_line()
    }

    /// Expects `OK` and a URC for an FTP command; returns the text behind the URC's colon.
    #[track_caller]
    pub fn ask(&mut self, command: &str) -> String {
        self.enter(command);
        self.expect("\r\nOK\r\n");
        self.urc(command)
    }

    /// Expects the URC of a command; returns the text behind its colon.
    #[track_caller]
    pub fn urc(&mut self, command: &str) -> String {
        let name = name_of(command);
        self.expect(&format!("\r\n+{name}: "));
        self.rest_of_line()
    }

    /// Expects data mode after a command.
    #[track_caller]
    pub fn connect(&mut self, command: &str) {
        self.enter(command);
        self.expect("\r\nCONNECT\r\n");
    }

    /// Uploads a payload that ends by its count; returns the text of the URC.
    #[track_caller]
    pub fn put(&mut self, command: &str, payload: &[u8]) -> String {
        self.connect(command);
        self.type_bytes(payload);
        self.expect("\r\nOK\r\n");
        self.urc(command)
    }

    /// Downloads to the line; returns the payload once a URC states its length.
    #[track_caller]
    pub fn get(&mut self, command: &str) -> Vec<u8> {
        self.connect(command);
        self.payload(command, 0)
    }

    /// Reads the rest of a download of which `before` bytes came already.
    #[track_caller]
    pub fn payload(&mut self, command: &str, before: usize) -> Vec<u8> {
        let name = name_of(command);
        let mut length = 0;
        loop {
            let end = format!("\r\nOK\r\n\r\n+{name}: 0,{}\r\n", before + length);
            let rest = self.pending.get(length..).unwrap_or_default();
            if rest.starts_with(end.as_bytes()) {
                // Only so many bytes can be followed by this.
                let payload = self.pending.drain(..length).collect();
                self.pending.drain(..end.len());
                self.seen.push_str("<payload>");
                self.seen.push_str(&end);
                return payload;
            }
            if rest.len() < end.len() {
                self.read();
            } else {
                length += 1;
            }
        }
    }

    /// Takes so many bytes as they come.
    #[track_caller]
    pub fn take(&mut self, count: usize) -> Vec<u8> {
        while self.pending.len() < count {
            self.read();
        }
        self.pending.drain(..count).collect()
    }

    /// Takes everything before this text.
    #[track_caller]
    pub fn take_until(&mut self, text: &str) -> Vec<u8> {
        let mut from = 0;
        loop {
            let rest = self.pending.get(from..).unwrap_or_default();
            let found = rest
                .windows(text.len())
                .position(|window| window == text.as_bytes());
            if let Some(at) = found {
                let before = self.pending.drain(..from + at).collect();
                self.pending.drain(..text.len());
                return before;
            }
            from = (self.pending.len() + 1).saturating_sub(text.len());
            self.read();
        }
    }

    /// Types a command and its CR.
    pub fn enter(&mut self, command: &str) {
        self.seen.extend(["\n> ", command, "\n"]);
        self.type_bytes(format!("{command}\r").as_bytes());
    }

    /// Types bytes as they are.
    pub fn type_bytes(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let count = self.line.write(bytes, TIMEOUT).expect("the line stands");
            assert!(count > 0, "the module takes nothing after{}", self.seen);
            bytes = &bytes[count..];
        }
    }

    /// Types `+++` alone, with silence before and after (S12, one second). Nothing is read meanwhile, so that a
    /// download fills the line and waits.
    pub fn escape(&mut self) {
        let guard = Duration::from_millis(1_200);
        thread::sleep(guard);
        self.type_bytes(b"+++");
        thread::sleep(guard);
    }

    /// Expects this text next.
    #[track_caller]
    pub fn expect(&mut self, text: &str) {
        while self.pending.len() < text.len() && text.as_bytes().starts_with(&self.pending) {
            self.read();
        }
        let came = self.pending.starts_with(text.as_bytes());
        let pending = self.pending.escape_ascii();
        assert!(came, "{text:?} expected, not {pending}, after{}", self.seen);
        self.pending.drain(..text.len());
        self.seen.push_str(text);
    }

    fn rest_of_line(&mut self) -> String {
        let line = self.take_until("\r\n");
        let line = String::from_utf8_lossy(&line).into_owned();
        self.seen.push_str(&line);
        line
    }

    #[track_caller]
    fn read(&mut self) {
        let mut buffer = [0; 16 * 1024];
        let count = match self.line.read(&mut buffer, TIMEOUT) {
            Ok(count) => count,
            Err(error) => panic!("{error} after{}", self.seen),
        };
        let pending = self.pending.escape_ascii();
        assert!(count > 0, "nothing comes but {pending}, after{}", self.seen);
        self.pending.extend_from_slice(&buffer[..count]);
    }
}

/// Returns `QFTPGET` of `AT+QFTPGET="a"`.
fn name_of(command: &str) -> &str {
    let name = command.trim_start_matches("AT+");
    name.split('=').next().unwrap_or(name)
}

/// Returns the command that logs in at a server.
pub fn open(server: &Server) -> String {
    let (host, port) = (server.address.ip(), server.address.port());
    format!("AT+QFTPOPEN=\"{host}\",{port}")
}
