//! Lines, payloads and stuffing, cut anywhere: the same comes out as of the whole.

use std::time::Duration;

use qftp::internal::framing::command_line::{CommandLine, Editing, Typed};
use qftp::internal::framing::payload::{Found, Payload, Trailer};
use qftp::internal::framing::reply_line::{Inbox, MAX_LINE};
use qftp::internal::framing::stuffing::{ETX, Unstuff, stuff};

use crate::input::{Choices, cut};

/// Longer than every guard time.
const SILENCE: Duration = Duration::from_secs(60);

/// Runs the target.
pub fn run(data: &[u8]) {
    let mut choices = Choices::new(data);
    let kind = choices.byte();
    let seed = choices.byte();
    let number = choices.byte();
    let rest = choices.rest();
    // A payload of no bytes has ended before a byte is there.
    let mut pieces = cut(rest, seed);
    if pieces.is_empty() {
        pieces.push(rest);
    }
    match kind % 5 {
        0 => assert_eq!(reply_lines(&[rest]), reply_lines(&pieces)),
        1 => assert_eq!(typed(&[rest], number), typed(&pieces, number)),
        2 => assert_eq!(payload(&[rest], number), payload(&pieces, number)),
        3 => stuffed(rest, &pieces),
        _ => complete_download(rest, seed, number),
    }
}

fn reply_lines(pieces: &[&[u8]]) -> Vec<Vec<u8>> {
    let mut inbox = Inbox::default();
    let mut lines = Vec::new();
    for piece in pieces {
        inbox.push(Duration::ZERO, piece);
        while let Some(line) = inbox.next_line() {
            let line = inbox.bytes(line);
            assert!(line.len() <= MAX_LINE, "a line of {} bytes", line.len());
            lines.push(line.to_vec());
        }
        inbox.compact();
        assert!(inbox.pending().len() <= MAX_LINE + piece.len());
    }
    lines
}

fn typed(pieces: &[&[u8]], number: u8) -> Vec<Typed> {
    let editing = Editing {
        terminator: b'\r',
        backspace: 8,
        line_feed_ends: number & 1 != 0,
    };
    let mut line = CommandLine::default();
    let mut all = Vec::new();
    for piece in pieces {
        let mut rest = *piece;
        while !rest.is_empty() {
            let (count, typed) = line.take(rest, editing);
            assert!(count > 0, "it takes a byte at least");
            rest = &rest[count..];
            all.extend(typed);
        }
    }
    all
}

fn new_payload(number: u8) -> Payload {
    let expected = (number & 64 != 0).then_some(5);
    match number % 6 {
        0 => Payload::counted(u64::from(number)),
        1 => Payload::verified(Trailer::report("+QFTPGET"), expected),
        2 => Payload::verified(Trailer::information("+QFDWL"), expected),
        3 => Payload::verified(Trailer::short("+QFTPGET"), expected),
        4 => Payload::verified(Trailer::flag("+FTPLIST"), expected),
        _ => Payload::stuffed(Trailer::unmarked_flag("+FTPRETR"), expected),
    }
}

/// Returns the payload, and what is left behind its end; nothing is left if it has none.
fn payload(pieces: &[&[u8]], number: u8) -> (Vec<u8>, Option<Vec<u8>>) {
    let mut payload = new_payload(number);
    let (mut content, mut pending) = (Vec::new(), Vec::new());
    let mut is_over = false;
    for (index, piece) in pieces.iter().enumerate() {
        pending.extend_from_slice(piece);
        let silent = if index + 1 == pieces.len() {
            SILENCE
        } else {
            Duration::ZERO
        };
        while !is_over {
            if number & 128 != 0 {
                let unstuffed = payload.unstuff(&mut pending);
                content.extend_from_slice(&pending[..unstuffed.payload]);
                pending.drain(..unstuffed.taken);
            }
            match payload.find(&pending, silent) {
                Found::Payload(count) => {
                    assert!(count > 0, "no payload of 0 bytes");
                    content.extend(pending.drain(..count));
                }
                Found::Skip(count) => drop(pending.drain(..count)),
                Found::Wait(_) => break,
                Found::End | Found::BrokenOff => is_over = true,
            }
        }
    }
    assert_eq!(payload.received(), content.len() as u64);
    (content, is_over.then_some(pending))
}

/// What is stuffed comes back, and ends at the one bare ETX.
fn stuffed(content: &[u8], pieces: &[&[u8]]) {
    let mut line = Vec::new();
    for piece in pieces {
        stuff(piece, &mut line);
    }
    line.push(ETX);
    line.extend_from_slice(b"\r\nOK\r\n");
    let mut back = Vec::new();
    let (taken, ended) = Unstuff::default().pass(&line, &mut back);
    assert!(ended);
    assert_eq!(&line[taken..], b"\r\nOK\r\n");
    assert_eq!(back, content);
}

/// A download of any content, with its own trailer behind it, is that content.
fn complete_download(content: &[u8], seed: u8, number: u8) {
    let mut line = content.to_vec();
    let count = content.len();
    line.extend_from_slice(format!("\r\nOK\r\n\r\n+QFTPGET: 0,{count}\r\n").as_bytes());
    let expected = (number & 1 != 0).then_some(count as u64);
    let mut payload = Payload::verified(Trailer::report("+QFTPGET"), expected);
    let (mut got, mut pending) = (Vec::new(), Vec::new());
    let pieces = cut(&line, seed);
    for (index, piece) in pieces.iter().enumerate() {
        pending.extend_from_slice(piece);
        let silent = if index + 1 == pieces.len() {
            SILENCE
        } else {
            Duration::ZERO
        };
        loop {
            match payload.find(&pending, silent) {
                Found::Payload(count) => got.extend(pending.drain(..count)),
                Found::Skip(count) => drop(pending.drain(..count)),
                Found::Wait(_) => break,
                Found::BrokenOff => panic!("a whole download is broken off"),
                Found::End => {
                    assert_eq!(index + 1, pieces.len(), "it ends before its end");
                    break;
                }
            }
        }
    }
    assert_eq!(got, content);
}
