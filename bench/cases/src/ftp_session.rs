//! The FTP client engine and the replies of a server: a login, questions, and a long reply.

use std::fmt::Write as _;
use std::net::{Ipv4Addr, SocketAddr};

use qftp::ftp::{Account, Engine, FtpEvent, FtpOperation, LocalPorts, Security, SocketReply};

use crate::turn::NOW;

/// A session that is logged in.
#[derive(Debug)]
pub struct FtpSession {
    engine: Engine,
    ended: u64,
    long: String,
}

impl Default for FtpSession {
    fn default() -> Self {
        let mut long = String::from("213-Status\r\n");
        for n in 0..100 {
            writeln!(long, " -rw-r--r-- 1 ftp ftp 1024 Jan 1 00:00 file{n}.bin\r")
                .expect("a string takes all");
        }
        long += "213 End\r\n";
        let mut session = FtpSession {
            engine: Engine::new(),
            ended: 0,
            long,
        };
        session.start(FtpOperation::Open(Account {
            host: b"ftp.example.com".to_vec(),
            port: 21,
            user: b"user".to_vec(),
            password: b"password".to_vec(),
            account: None,
            local_ports: LocalPorts::default(),
            security: Security::Plain,
        }));
        let at = |port| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        session.engine.handle_reply(
            NOW,
            SocketReply::Connected {
                local: at(40_000),
                peer: at(21),
            },
        );
        session.hear("220-Welcome\r\n220 Ready\r\n");
        session.hear("331 Password\r\n");
        session.hear("230 Logged in\r\n");
        // Some engines set the type at once.
        if session.engine.is_busy() {
            session.hear("200 Type set\r\n");
        }
        assert_eq!(session.ended, 1, "logged in: {:?}", session.engine);
        session
    }
}

impl FtpSession {
    /// Asks three questions and for a status of 100 lines.
    pub fn ask(&mut self) {
        let before = self.ended;
        self.start(FtpOperation::Pwd);
        self.hear("257 \"/logs\" is the current directory\r\n");
        self.start(FtpOperation::Size(b"a.bin".to_vec()));
        for _ in 0..3 {
            if self.ended == before + 1 {
                self.hear("213 1024\r\n"); // an answer to TYPE is as good
            }
        }
        self.start(FtpOperation::Cwd(b"logs".to_vec()));
        self.hear("250 Done\r\n");
        self.start(FtpOperation::Status(Some(b"logs".to_vec())));
        let long = std::mem::take(&mut self.long);
        self.hear(&long);
        self.long = long;
        assert_eq!(
            self.ended,
            before + 4,
            "all are answered: {:?}",
            self.engine
        );
    }

    fn start(&mut self, operation: FtpOperation) {
        self.engine.start(NOW, operation).expect("nothing runs");
        self.drain();
    }

    fn hear(&mut self, reply: &str) {
        self.engine.handle_input(NOW, reply.as_bytes());
        self.drain();
    }

    fn drain(&mut self) {
        loop {
            let sent = self.engine.poll_transmit().map_or(0, <[u8]>::len);
            self.engine.transmitted(NOW, sent);
            match self.engine.poll_event() {
                Some(FtpEvent::Done(_)) => self.ended += 1,
                None if sent == 0 => return,
                Some(_) | None => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_are_answered_again_and_again() {
        let mut session = FtpSession::default();
        for _ in 0..3 {
            session.ask();
        }
    }
}
