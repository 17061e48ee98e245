//! The manuals' examples typed at a software module that has a real FTP server to talk to.
#![cfg(unix)]

#[allow(dead_code)] // each test uses its part
mod conversation;
mod servers;

use std::fs;
use std::os::unix::fs::chown;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use conversation::play::{Terminal, play};
use conversation::{Conversation, Happening, Scene, Step, examples};
use qftp::dialect::Dialect;
use qftp::port::Port;
use qftp::soft::{Options, SoftModule};
use servers::{Kind, PASSWORD, Server, USER};

/// Longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(30);
/// What has not come by then was not said.
const MOMENT: Duration = Duration::from_millis(100);

/// A software module on a line within this process, and its server.
struct Line<'a> {
    server: &'a Server,
    port: Box<dyn Port>,
    _module: SoftModule,
}

impl<'a> Line<'a> {
    fn new(server: &'a Server, dialect: &'static Dialect) -> Self {
        let (module, port) = SoftModule::in_process(Options::new(dialect)).expect("a module");
        Line {
            server,
            port,
            _module: module,
        }
    }

    /// What comes within this time.
    fn listen(&mut self, time: Duration) -> Vec<u8> {
        let mut buffer = [0; 4096];
        let count = self.port.read(&mut buffer, time).expect("a line");
        buffer[..count].to_vec()
    }

    fn place(&self, path: &str) -> PathBuf {
        self.server.root.join(path.trim_start_matches('/'))
    }

    /// Gives something on the server to the server's user.
    fn give(&self, path: &str) {
        use std::os::unix::fs::MetadataExt as _;
        let owner = fs::metadata(&self.server.root).expect("a root");
        chown(self.place(path), Some(owner.uid()), Some(owner.gid())).expect("given");
    }
}

impl Terminal for Line<'_> {
    fn write(&mut self, bytes: &[u8]) {
        let mut rest = bytes;
        while !rest.is_empty() {
            let count = self.port.write(rest, PATIENCE).expect("a line");
            assert_ne!(count, 0, "the module takes nothing");
            rest = &rest[count..];
        }
    }

    fn read(&mut self) -> Vec<u8> {
        self.listen(PATIENCE)
    }

    fn rest(&mut self) -> Vec<u8> {
        self.listen(MOMENT)
    }

    fn silence(&mut self, time: Duration) {
        std::thread::sleep(time);
    }

    fn happen(&mut self, _: Happening) -> bool {
        false
    }

    fn prepare(&mut self, scene: &Scene) -> bool {
        match scene {
            Scene::ServerFile(path, content, time) => {
                fs::write(self.place(path), content.bytes()).expect("written");
                self.give(path);
                if let Some(time) = time {
                    let file = fs::File::options().write(true).open(self.place(path));
                    file.and_then(|file| file.set_modified(moment(time)))
                        .expect("a time");
                }
                true
            }
            Scene::ServerDirectory(path) => {
                fs::create_dir(self.place(path)).expect("made");
                self.give(path);
                true
            }
            Scene::StoreFile(..) | Scene::Login => false,
        }
    }

    fn server_file(&mut self, path: &str) -> Option<Vec<u8>> {
        fs::read(self.place(path)).ok()
    }

    /// As the module gives it: behind CONNECT, before the line with its length.
    fn store_file(&mut self, name: &str) -> Option<Vec<u8>> {
        self.write(format!("AT+QFDWL=\"{name}\"\r").as_bytes());
        let mut said = Vec::new();
        while !said.ends_with(b"\r\nOK\r\n") {
            if said.starts_with(b"AT") && said.ends_with(b"+CME ERROR: 405\r\n") {
                return None;
            }
            said.extend(self.read());
        }
        let find = |mark: &[u8]| said.windows(mark.len()).rposition(|window| window == mark);
        let connect = b"\r\nCONNECT\r\n";
        let start = said
            .windows(connect.len())
            .position(|window| window == connect)?
            + connect.len();
        Some(said[start..find(b"\r\n+QFDWL: ")?].to_vec())
    }

    fn adapt(&self, line: &str) -> String {
        let port = self.server.address.port();
        let here = format!("\"127.0.0.1\",{port}");
        line.replace("\"quectel.3322.org\",21", &here)
            .replace("\"101.95.183.122\",21", &here)
            .replace("\"test\",\"test\"", &format!("\"{USER}\",\"{PASSWORD}\""))
    }
}

/// `YYYYMMDDHHMMSS` of the manuals' one date, in UTC.
fn moment(time: &str) -> SystemTime {
    assert_eq!(time, "20140708110039");
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_404_817_239)
}

/// vsftpd has no MLSD.
fn has_it_all(kind: Kind, conversation: &Conversation) -> bool {
    let machine = |step: &Step| matches!(step, Step::Type(line) if line.contains("+QFTPMLSD"));
    kind != Kind::Vsftpd || !conversation.steps.iter().any(machine)
}

fn every_example_on(kind: Kind) {
    let mut played = 0;
    for (dialect, conversations) in examples() {
        for conversation in conversations.iter().filter(|one| has_it_all(kind, one)) {
            let server = Server::start(kind);
            let mut line = Line::new(&server, dialect);
            assert!(play(conversation, &mut line), "{}", conversation.title);
            played += 1;
        }
    }
    assert!(played >= 28, "{played}");
}

#[test]
fn every_example_on_vsftpd() {
    every_example_on(Kind::Vsftpd);
}

#[test]
fn every_example_on_proftpd() {
    every_example_on(Kind::ProFtpd);
}

#[test]
fn every_example_on_pure_ftpd() {
    every_example_on(Kind::PureFtpd);
}

#[test]
fn every_example_on_pyftpdlib() {
    every_example_on(Kind::Pyftpdlib);
}
