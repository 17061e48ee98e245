//! Conversations as records of a line, and back: a terminal's text becomes a file that `qftp trace` shows.
//!
//! A record has bytes where a conversation has `0..379`, and knows no `{n}`: that stays as it stands. What is not of the
//! line (facts, events, outcomes) becomes a note.

use std::fmt::Write as _;
use std::time::Duration;

use qftp::host::LineKind;
use qftp::record::{Record, RecordEvent, RecordHeader, RecordKind};

use super::notation::{self, MARKS, Mark, Script};
use super::parse;

/// Makes a record of a conversation. `! wait 20` lets time pass, nothing else does.
pub fn record(script: &Script) -> Record {
    let mut record = Record::default();
    record.header = RecordHeader::new("conversation");
    let mut time = Duration::ZERO;
    let mut in_answer = false;
    for line in &script.lines {
        let text = line.text.as_str();
        let kind = match line.mark {
            Mark::Type => command(text),
            Mark::Answer => answer(text, !in_answer),
            Mark::Send | Mark::Receive => match parse::bytes(text) {
                Some(bytes) => payload(line.mark == Mark::Send, bytes.bytes()),
                None => note(line.mark, text),
            },
            mark => {
                let wait = text.strip_prefix("wait ").and_then(notation::seconds);
                time += wait.filter(|_| mark == Mark::Event).unwrap_or_default();
                note(mark, text)
            }
        };
        in_answer = line.mark == Mark::Answer;
        record.events.push(RecordEvent::new(time, kind));
    }
    record
}

fn command(text: &str) -> RecordKind {
    let end = if text == "+++" { "" } else { "\r" };
    RecordKind::Line {
        from_host: true,
        meaning: LineKind::Command,
        raw: format!("{text}{end}").into(),
    }
}

fn answer(text: &str, first: bool) -> RecordKind {
    let before = if first { "\r\n" } else { "" };
    let raw = format!("{before}{text}\r\n").into_bytes();
    let result = ["OK", "ERROR", "NO CARRIER"].contains(&text) || text.contains("ERROR:");
    let meaning = match text {
        "" => return RecordKind::LineEnds(raw),
        _ if result => LineKind::Result,
        _ if text.starts_with("CONNECT") => LineKind::Connect,
        _ => LineKind::Information,
    };
    RecordKind::Line {
        from_host: false,
        meaning,
        raw,
    }
}

fn payload(from_host: bool, content: Vec<u8>) -> RecordKind {
    RecordKind::Payload {
        from_host,
        bytes: content.len() as u64,
        content: Some(content),
    }
}

fn note(mark: Mark, text: &str) -> RecordKind {
    RecordKind::Note(format!("{} {text}", mark.as_str()))
}

/// Returns the lines of a conversation that a record is of, each with its mark. Panics at an event that no conversation
/// has.
pub fn lines(record: &Record) -> Vec<(Mark, String)> {
    let mut lines = Vec::new();
    let mut in_answer = false;
    for event in &record.events {
        let before = std::mem::replace(&mut in_answer, false);
        match &event.kind {
            RecordKind::Line {
                from_host: true,
                raw,
                ..
            } => lines.push((Mark::Type, text(raw.strip_suffix(b"\r").unwrap_or(raw)))),
            RecordKind::Line { raw, .. } | RecordKind::LineEnds(raw) => {
                let raw = raw.strip_suffix(b"\r\n").expect("a line end");
                let raw = if before {
                    raw
                } else {
                    raw.strip_prefix(b"\r\n").expect("a line end")
                };
                lines.push((Mark::Answer, text(raw)));
                in_answer = true;
            }
            RecordKind::Payload {
                from_host,
                content: Some(content),
                ..
            } => {
                let mark = if *from_host {
                    Mark::Send
                } else {
                    Mark::Receive
                };
                lines.push((mark, literal(content)));
            }
            RecordKind::Note(note) => {
                let (mark, text) = note.split_once(' ').expect("a mark");
                let known = MARKS.iter().find(|(known, _)| *known == mark);
                lines.push((known.expect("a known mark").1, text.into()));
            }
            other => panic!("{other:?}"),
        }
    }
    lines
}

fn text(raw: &[u8]) -> String {
    String::from_utf8(raw.to_vec()).expect("UTF-8")
}

/// Returns bytes as they stand in a conversation.
fn literal(bytes: &[u8]) -> String {
    let mut text = String::from("\"");
    for byte in bytes {
        match byte {
            b'"' | b'\\' => {
                text.push('\\');
                text.push(char::from(*byte));
            }
            b' '..=b'~' => text.push(char::from(*byte)),
            // A string takes everything.
            _ => drop(write!(text, "\\x{byte:02x}")),
        }
    }
    text + "\""
}
