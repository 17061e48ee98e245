//! An upload through the host engine, supplied in pieces of a given size.

use qftp::dialect::Dialect;
use qftp::dialect::gsm::GSM;
use qftp::dialect::nl668::NL668;
use qftp::host::{Event, Host, Operation};

use crate::turn::{Count, NOW, answer_setting, turn};

/// Uploads a file; `piece` bytes at most are supplied at once. Returns the bytes that went over the line.
pub fn run(dialect: &'static Dialect, content: &[u8], piece: usize) -> u64 {
    let size = content.len() as u64;
    let mut host = Host::new(dialect);
    let mut count = Count::default();
    let operation = Operation::Put {
        remote: b"f",
        offset: 0,
        length: size,
        last: true,
    };
    host.start(NOW, operation).expect("started");
    let sent = turn(&mut host, &mut count);
    answer_setting(&mut host, &mut count, sent);
    let is_gsm = std::ptr::eq(dialect, &raw const GSM);
    let is_nl668 = std::ptr::eq(dialect, &raw const NL668);
    let (start, end) = if is_nl668 {
        (
            "\r\nOK\r\n\r\n+FTPSTOR: 2\r\n",
            "\r\n+FTPSTOR: 1\r\n".to_owned(),
        )
    } else if is_gsm {
        (
            "\r\nOK\r\n\r\nCONNECT\r\n",
            format!("\r\n+QFTPPUT:{size}\r\n"),
        )
    } else {
        (
            "\r\nCONNECT\r\n",
            format!("\r\nOK\r\n\r\n+QFTPPUT: 0,{size}\r\n"),
        )
    };
    host.handle_input(NOW, start.as_bytes());
    let mut sent = 0;
    let mut rest = content;
    loop {
        let mut wants = false;
        while let Some(event) = host.poll_event() {
            wants |= matches!(event, Event::WantData);
        }
        while wants && !rest.is_empty() {
            let taken = host.supply(&rest[..piece.min(rest.len())]);
            rest = &rest[taken..];
            wants = taken == piece;
        }
        let Some(bytes) = host.poll_transmit() else {
            break;
        };
        let length = bytes.len().min(4096);
        sent += length as u64;
        host.transmitted(NOW, length);
    }
    assert!(rest.is_empty(), "all is taken: {host:?}");
    host.handle_input(NOW, end.as_bytes());
    turn(&mut host, &mut count);
    assert!(count.done, "the upload ends: {host:?}");
    sent
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Content;

    #[test]
    fn every_content_goes_up() {
        for dialect in qftp::dialect::ALL {
            for content in Content::ALL {
                assert!(run(dialect, &content.bytes(100_000), 1000) >= 100_000);
            }
        }
    }
}
