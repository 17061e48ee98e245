//! Framing alone: a stream becomes lines.

use qftp::internal::at::parse_reply;
use qftp::internal::framing::reply_line::Inbox;

use crate::turn::NOW;

/// Splits the stream, read in pieces of `chunk` bytes, and returns the number of lines.
pub fn split(stream: &[u8], chunk: usize) -> u64 {
    each(stream, chunk, |_| ())
}

/// Splits the stream and parses each line; returns the number of lines.
pub fn parse(stream: &[u8], chunk: usize) -> u64 {
    each(stream, chunk, |line| {
        std::hint::black_box(parse_reply(line));
    })
}

fn each(stream: &[u8], chunk: usize, mut take: impl FnMut(&[u8])) -> u64 {
    let mut inbox = Inbox::default();
    let mut lines = 0;
    for read in stream.chunks(chunk) {
        inbox.push(NOW, read);
        while let Some(line) = inbox.next_line() {
            take(inbox.bytes(line));
            lines += 1;
        }
        inbox.compact();
    }
    lines
}
