//! A terminal made of a line to a module and a server.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::Duration;

use qftp::emulator::{Emulator, EmulatorOptions};
use qftp::port::Port;

use qftp_test::conversation::play::Terminal;
use qftp_test::conversation::{LineEvent, Scene};
use qftp_test::servers::Server;

/// Nothing here takes that long; what does hangs.
pub(crate) const TIMEOUT: Duration = Duration::from_secs(60);

/// A line to a module.
pub(crate) trait Wire {
    /// Sends all of it.
    fn write(&mut self, bytes: &[u8]);
    /// What comes next; nothing if it does not come.
    fn read(&mut self) -> Vec<u8>;
}

impl Wire for Box<dyn Port> {
    fn write(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let count = self.as_mut().write(bytes, TIMEOUT).expect("a line");
            assert!(count > 0, "the module takes nothing");
            bytes = &bytes[count..];
        }
    }

    fn read(&mut self) -> Vec<u8> {
        let mut buffer = [0; 16 * 1024];
        let count = self.as_mut().read(&mut buffer, TIMEOUT).expect("a line");
        buffer[..count].to_vec()
    }
}

/// A module on a line that is nowhere else.
pub(crate) fn within_this_process(options: EmulatorOptions) -> (Emulator, Box<dyn Wire>) {
    let (module, line) = Emulator::in_process(options).expect("a module");
    (module, Box::new(line))
}

/// See above.
pub(crate) struct TestTerminal<'a> {
    server: &'a Server,
    wire: Box<dyn Wire>,
}

impl<'a> TestTerminal<'a> {
    /// At a module that was just switched on, with nothing on the server.
    pub(crate) fn new(server: &'a Server, wire: Box<dyn Wire>) -> Self {
        clear(&server.root);
        TestTerminal { server, wire }
    }

    fn on_server(&self, path: &str) -> PathBuf {
        self.server.root.join(path.trim_start_matches('/'))
    }

    /// What came up to the end of this.
    fn read_to(&mut self, end: &[u8]) -> Vec<u8> {
        let mut seen = Vec::new();
        while !seen.ends_with(end) {
            let more = self.read();
            assert!(!more.is_empty(), "{}", seen.escape_ascii());
            seen.extend(more);
        }
        seen
    }
}

impl Terminal for TestTerminal<'_> {
    fn write(&mut self, bytes: &[u8]) {
        self.wire.write(bytes);
    }

    fn read(&mut self) -> Vec<u8> {
        self.wire.read()
    }

    fn rest(&mut self) -> Vec<u8> {
        // What comes before the answer to this came of what was before. No example turns the echo off.
        let end = b"AT\r\r\nOK\r\n";
        self.write(b"AT\r");
        let mut seen = self.read_to(end);
        seen.truncate(seen.len() - end.len());
        seen
    }

    fn silence(&mut self, time: Duration) {
        thread::sleep(time);
    }

    fn happen(&mut self, _: LineEvent) -> bool {
        false
    }

    fn prepare(&mut self, scene: &Scene) -> bool {
        let (path, mode) = match scene {
            Scene::ServerFile(path, content, time) => {
                let path = self.on_server(path);
                fs::write(&path, content.bytes()).expect("written");
                if let Some(time) = time {
                    set_time(&path, time);
                }
                (path, 0o666)
            }
            Scene::ServerDirectory(path) => {
                let path = self.on_server(path);
                fs::create_dir(&path).expect("made");
                (path, 0o777)
            }
            Scene::StoreFile(..) | Scene::Login => return false,
        };
        let everybody = fs::Permissions::from_mode(mode);
        fs::set_permissions(path, everybody).expect("permitted");
        true
    }

    fn server_file(&mut self, path: &str) -> Option<Vec<u8>> {
        self.server.get(path.trim_start_matches('/'))
    }

    fn store_file(&mut self, name: &str) -> Option<Vec<u8>> {
        let (connect, end) = (b"\r\nCONNECT\r\n", b"\r\n\r\nOK\r\n");
        self.write(format!("AT+QFDWL=\"{name}\"\r").as_bytes());
        let mut seen = self.read();
        while !seen.ends_with(end) {
            let is_refused = find(&seen, b"+CME ERROR: ").is_some() && seen.ends_with(b"\r\n");
            if is_refused && find(&seen, connect).is_none() {
                return None;
            }
            let more = self.read();
            assert!(!more.is_empty(), "{}", seen.escape_ascii());
            seen.extend(more);
        }
        let start = find(&seen, connect).expect("CONNECT") + connect.len();
        let trailer = b"\r\n+QFDWL: ";
        let length = seen[start..]
            .windows(trailer.len())
            .rposition(|window| window == trailer)
            .expect("a trailer");
        Some(seen[start..start + length].to_vec())
    }

    fn adapt(&self, line: &str) -> String {
        let (host, port) = (self.server.address.ip(), self.server.address.port());
        if line.starts_with("AT+QFTPOPEN=") {
            return format!("AT+QFTPOPEN=\"{host}\",{port}");
        }
        let account = format!("\"{}\",\"{}\"", self.server.user, self.server.password);
        line.replace("\"test\",\"test\"", &account)
    }
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}

/// Removes everything in a folder.
fn clear(folder: &Path) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            fs::remove_dir_all(path).expect("removed");
        } else {
            fs::remove_file(path).expect("removed");
        }
    }
}

/// `YYYYMMDDHHMMSS`, in UTC.
fn set_time(path: &Path, time: &str) {
    let (minutes, seconds) = time.split_at(12);
    let status = Command::new("touch")
        .env("TZ", "UTC")
        .args(["-t", &format!("{minutes}.{seconds}")])
        .arg(path)
        .status();
    assert!(status.is_ok_and(|status| status.success()), "touch {time}");
}
