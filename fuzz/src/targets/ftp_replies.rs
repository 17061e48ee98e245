//! Any bytes from an FTP server, while each operation of the FTP client engine runs.
//!
//! An operation ends once, at the latest when the connection ends. What is shown has no password.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use qftp::ftp::{
    Account, Engine, FailureKind, FtpDataAddress, FtpEvent, FtpOperation, FtpStore, FtpTransfer,
    LocalPorts, Retrieve, RetrieveKind, Security, SocketReply,
};

use crate::input::{Choices, Part, cut, parts};

const PASSWORD: &str = "Rosinante7";
/// The most that waits for the server.
const MOST_OUTPUT: usize = 64 * 1024;

fn operation(number: u8) -> FtpOperation {
    let path = || b"a.bin".to_vec();
    let transfer = FtpTransfer {
        ascii: number & 64 != 0,
        passive: number & 128 == 0,
        data_address: match number & 32 {
            0 => FtpDataAddress::Server,
            _ => FtpDataAddress::ControlPeerThenServer {
                after: Duration::from_secs(15),
            },
        },
    };
    let retrieve = |what, offset, limit| {
        FtpOperation::Retrieve(Retrieve {
            what,
            path: path(),
            offset,
            limit,
            transfer: transfer.clone(),
        })
    };
    match number % 18 {
        0 => FtpOperation::Cwd(path()),
        1 => FtpOperation::CdUp,
        2 => FtpOperation::Pwd,
        3 => FtpOperation::Size(path()),
        4 => FtpOperation::Delete(path()),
        5 => FtpOperation::MakeDir(path()),
        6 => FtpOperation::ModifiedTime(path()),
        7 => FtpOperation::Rename {
            from: path(),
            to: path(),
        },
        8 => FtpOperation::Status(None),
        9 => FtpOperation::System,
        10 => FtpOperation::Noop,
        11 => FtpOperation::Store(FtpStore {
            path: path(),
            offset: u64::from(number & 16),
            transfer,
        }),
        12 => retrieve(RetrieveKind::File, 0, None),
        13 => retrieve(RetrieveKind::File, 7, Some(5)),
        14 => retrieve(RetrieveKind::List, 0, None),
        15 => retrieve(RetrieveKind::Mlsd, 0, None),
        16 => FtpOperation::Quit,
        _ => open(number),
    }
}

fn open(number: u8) -> FtpOperation {
    FtpOperation::Open(Account {
        host: b"ftp.example.com".to_vec(),
        port: 21,
        user: b"user".to_vec(),
        password: PASSWORD.as_bytes().to_vec(),
        account: (number & 1 != 0).then(|| b"account".to_vec()),
        local_ports: LocalPorts::default(),
        security: match number % 3 {
            0 => Security::Plain,
            1 => Security::Implicit,
            _ => Security::Explicit,
        },
    })
}

struct Driver {
    engine: Engine,
    now: Duration,
    running: bool,
    /// Data connections open at once.
    data_opens: bool,
}

/// Runs the target.
pub fn run(data: &[u8]) {
    let mut choices = Choices::new(data);
    let flags = choices.byte();
    let seed = choices.byte();
    let mut driver = Driver {
        engine: Engine::new(),
        now: Duration::ZERO,
        running: false,
        data_opens: flags & 4 == 0,
    };
    driver.engine.set_transcript(true);
    driver.start(open(flags));
    for part in parts(choices.rest()) {
        match part {
            Part::Bytes(bytes) => {
                for piece in cut(bytes, seed) {
                    driver.engine.handle_input(driver.now, piece);
                    driver.drain();
                }
            }
            Part::Action(number) => driver.act(number),
        }
    }
    driver.reply(SocketReply::ControlClosed);
    assert!(!driver.running, "an operation outlives its connection");
    assert!(!driver.engine.is_busy());
}

impl Driver {
    fn act(&mut self, number: u8) {
        match number {
            0 => {
                if let Some(due) = self.engine.poll_timeout() {
                    self.now = self.now.max(due);
                    self.engine.handle_timeout(self.now);
                }
            }
            1 => self.engine.abort(self.now),
            2 => self.engine.finish(self.now),
            3 => self.engine.drop_session(self.now),
            4 => return self.reply(SocketReply::ControlClosed),
            5 if self.engine.is_downloading() => return self.reply(SocketReply::DataClosed),
            6 if self.engine.is_downloading() => {
                let taken = self.engine.handle_data(self.now, 9);
                assert!(taken <= 9, "more is taken than there is");
            }
            7 if self.engine.is_uploading() => return self.reply(SocketReply::DataSent(9)),
            8 if self.engine.moved().is_some() => return self.reply(SocketReply::DataFailed),
            9 => self.now += Duration::from_secs(1),
            number => return self.start(operation(number.wrapping_sub(10))),
        }
        self.drain();
    }

    fn start(&mut self, operation: FtpOperation) {
        let started = self.engine.start(self.now, operation);
        assert_eq!(started.is_err(), self.running, "busy while one runs");
        self.running = true;
        self.drain();
    }

    fn reply(&mut self, reply: SocketReply<'_>) {
        self.engine.handle_reply(self.now, reply);
        self.drain();
    }

    fn drain(&mut self) {
        loop {
            let sent = self.engine.poll_transmit().map_or(0, <[u8]>::len);
            assert!(sent <= MOST_OUTPUT, "{sent} bytes wait");
            self.engine.transmitted(self.now, sent);
            let Some(event) = self.engine.poll_event() else {
                return;
            };
            let shown = format!("{event:?}");
            assert!(!shown.contains(PASSWORD), "{shown}");
            if let Some(reply) = self.carry_out(&event) {
                self.engine.handle_reply(self.now, reply);
            }
        }
    }

    /// Does what a driver does, and returns its reply.
    fn carry_out(&mut self, event: &FtpEvent) -> Option<SocketReply<'static>> {
        let at = |port| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        Some(match event {
            FtpEvent::ConnectControl { .. } => SocketReply::Connected {
                local: at(40_000),
                peer: at(21),
            },
            FtpEvent::SecureControl => SocketReply::Secured,
            FtpEvent::SecureData => SocketReply::DataSecured,
            FtpEvent::ConnectData(_) if self.data_opens => SocketReply::DataConnected,
            FtpEvent::ConnectData(_) => SocketReply::DataConnectFailed { text: b"refused" },
            FtpEvent::Listen(_) => SocketReply::Listening(at(40_001)),
            FtpEvent::FinishData => SocketReply::DataFinished,
            FtpEvent::Done(result) => {
                assert!(self.running, "an operation ends twice: {result:?}");
                self.running = false;
                if let Err(failure) = result {
                    assert_ne!(failure.kind, FailureKind::TlsSetup, "no driver said so");
                }
                return None;
            }
            _ => return None,
        })
    }
}
