//! A download through a module engine: a server in memory gives the payload.

use qftp::dialect::Dialect;
use qftp::ftp::{FtpOperation, FtpOutcome, FtpValue};
use qftp::module::{DriverReply, Latency, Module, ModuleEvent};

use crate::turn::NOW;

/// A module that is logged in.
#[derive(Debug)]
pub struct ModuleTransfer {
    module: Module,
    said: u64,
    running: Option<FtpOperation>,
}

impl ModuleTransfer {
    /// Logs a module of this dialect in; `lines` are typed one after another.
    pub fn new(dialect: &'static Dialect, lines: &[&str]) -> Self {
        let mut this = ModuleTransfer {
            module: Module::new(dialect).with_latency(Latency::NONE),
            said: 0,
            running: None,
        };
        for line in lines {
            this.type_line(line);
            if this.running.take().is_some() {
                this.end();
            }
        }
        this
    }

    /// Downloads this file in payload of `chunk` bytes, and returns the number of bytes that the module said.
    pub fn download(&mut self, line: &str, content: &[u8], chunk: usize) -> u64 {
        let before = self.said;
        self.type_line(line);
        assert!(
            matches!(self.running.take(), Some(FtpOperation::Retrieve(_))),
            "a download starts: {:?}",
            self.module
        );
        self.module.handle_reply(NOW, DriverReply::Ready);
        self.drain();
        for data in content.chunks(chunk) {
            self.module.handle_reply(NOW, DriverReply::Data(data));
            self.drain();
        }
        self.end();
        self.said - before
    }

    fn end(&mut self) {
        let outcome = FtpOutcome {
            code: 226,
            text: Vec::new(),
            value: FtpValue::None,
        };
        self.module
            .handle_reply(NOW, DriverReply::Done(Ok(outcome)));
        self.drain();
    }

    fn type_line(&mut self, line: &str) {
        self.module
            .handle_input(NOW, format!("{line}\r").as_bytes());
        self.drain();
    }

    fn drain(&mut self) {
        loop {
            while let Some(event) = self.module.poll_event() {
                if let ModuleEvent::Ftp(operation) = event {
                    self.running = Some(operation);
                }
            }
            let Some(bytes) = self.module.poll_transmit() else {
                return;
            };
            let length = bytes.len();
            self.said += length as u64;
            self.module.transmitted(NOW, length);
        }
    }
}

/// What logs a module of the dialect `ec2x` in.
pub const EC2X_LOGIN: [&str; 4] = [
    "AT+QIACT=1",
    "AT+QFTPCFG=\"contextid\",1",
    "AT+QFTPCFG=\"account\",\"user\",\"password\"",
    "AT+QFTPOPEN=\"ftp.example.com\",21",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Content;
    use qftp::dialect::ec2x::EC2X;

    #[test]
    fn a_download_reaches_the_line() {
        let mut module = ModuleTransfer::new(&EC2X, &EC2X_LOGIN);
        let content = Content::Random.bytes(10_000);
        for _ in 0..2 {
            assert!(module.download("AT+QFTPGET=\"f\",\"COM:\"", &content, 1000) > 10_000);
        }
    }
}
