//! A download through the host engine: a line that was made beforehand, in reads of a given size.

use qftp::dialect::Dialect;
use qftp::dialect::gsm::GSM;
use qftp::dialect::nl668::NL668;
use qftp::host::{Host, Operation};

pub use crate::turn::Count;
use crate::turn::{NOW, Sent, answer_setting, turn};

/// The byte that escapes within a stuffed payload (003 §1.2.16), and the one that ends it.
const DLE: u8 = 0x10;
const ETX: u8 = 0x03;

/// A download of one file in one dialect.
#[derive(Debug)]
pub struct Download {
    dialect: &'static Dialect,
    size: u64,
    start: &'static [u8],
    payload: Vec<u8>,
    end: String,
}

impl Download {
    /// Prepares the line of a module of this dialect that sends this file.
    pub fn new(dialect: &'static Dialect, content: &[u8]) -> Self {
        let size = content.len() as u64;
        let (start, payload, end): (&[u8], _, _) = if std::ptr::eq(dialect, &raw const NL668) {
            (
                b"\r\nOK\r\n\r\n+FTPRETR: 2\r\n",
                stuffed(content),
                "\r\n+FTPRETR: 1\r\n".to_owned(),
            )
        } else if std::ptr::eq(dialect, &raw const GSM) {
            (
                b"\r\nOK\r\n\r\nCONNECT\r\n",
                content.to_vec(),
                format!("\r\n+QFTPGET:{size}\r\n"),
            )
        } else {
            (
                b"\r\nCONNECT\r\n",
                content.to_vec(),
                format!("\r\nOK\r\n\r\n+QFTPGET: 0,{size}\r\n"),
            )
        };
        Download {
            dialect,
            size,
            start,
            payload,
            end,
        }
    }

    /// Runs it with reads of `chunk` bytes.
    pub fn run(&self, chunk: usize) -> Count {
        let mut host = Host::new(self.dialect);
        let mut count = Count::default();
        let operation = Operation::Get {
            remote: b"f",
            offset: 0,
            length: None,
            expected: Some(self.size),
        };
        host.start(NOW, operation).expect("started");
        let sent = turn(&mut host, &mut count);
        answer_setting(&mut host, &mut count, sent);
        host.handle_input(NOW, self.start);
        turn(&mut host, &mut count);
        for read in self.payload.chunks(chunk) {
            host.handle_input(NOW, read);
            turn(&mut host, &mut count);
        }
        host.handle_input(NOW, self.end.as_bytes());
        // A GSM module is asked whether it is in command mode again.
        if turn(&mut host, &mut count) != Sent::Nothing {
            host.handle_input(NOW, b"\r\nOK\r\n");
            turn(&mut host, &mut count);
        }
        assert!(count.done, "the download ends: {host:?}");
        assert_eq!(count.moved, self.size);
        count
    }
}

fn stuffed(content: &[u8]) -> Vec<u8> {
    let mut payload = Vec::with_capacity(content.len() * 2);
    for byte in content {
        if matches!(*byte, DLE | ETX) {
            payload.push(DLE);
        }
        payload.push(*byte);
    }
    payload.push(ETX);
    payload
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Content;

    #[test]
    fn every_content_arrives_in_every_dialect() {
        for dialect in qftp::dialect::ALL {
            for content in Content::ALL {
                let download = Download::new(dialect, &content.bytes(10_000));
                for chunk in [1, 64] {
                    download.run(chunk);
                }
            }
        }
    }

    #[test]
    fn a_read_is_one_event_whatever_the_content() {
        for dialect in qftp::dialect::ALL {
            for content in Content::ALL {
                let download = Download::new(dialect, &content.bytes(1 << 20));
                let reads = download.payload.len().div_ceil(4096) as u64;
                let count = download.run(4096);
                let case = format!(
                    "{}, {}: {count:?} of {reads} reads",
                    dialect.name,
                    content.name()
                );
                // What may belong to a trailer is held back and makes a run of its own at most.
                assert!(count.pieces <= 2 * reads, "{case}");
            }
        }
    }
}
