//! The record of a line at the host's end, where no engine drives it: the kind of each byte is read from the bytes alone.
//!
//! Behind `CONNECT`, or a prompt, all is payload up to a final result code at the end of what has come. A file that has
//! such a code at the end of a read is cut there; the record is for readers, and a replay of it may differ.

use std::time::Duration;

use super::Recorder;
use super::line_record::{LineRecord, end_of_line, text_of};
use crate::at::{Line, parse_reply};
use crate::module::{OutputKind, OutputRun};

/// Bytes that may be kept back: more of them come before the end of a line or of payload.
const KEPT: usize = 64 * 1024;
/// The longest end of payload: a line about it, and the result code.
const LONGEST_END: usize = 128;
/// Ends data mode.
const ESCAPE: &[u8] = b"+++";

/// Records what a program sends and reads.
#[derive(Debug)]
pub struct LineTap {
    record: LineRecord,
    /// The command line without its end, up to what was sent of it.
    typed: Vec<u8>,
    /// The last whole command line, while its echo may come.
    echo: Option<Vec<u8>>,
    /// Came, and its kind is not known.
    came: Vec<u8>,
    is_in_data_mode: bool,
    /// The host sent something in data mode: what comes is the result.
    is_upload: bool,
    now: Duration,
}

impl LineTap {
    /// Adds to this record.
    pub fn new(recorder: Recorder) -> Self {
        LineTap {
            record: LineRecord::new(recorder),
            typed: Vec::new(),
            echo: None,
            came: Vec::new(),
            is_in_data_mode: false,
            is_upload: false,
            now: Duration::ZERO,
        }
    }

    /// Notes that the port was opened.
    pub fn opened(&mut self, now: Duration) {
        self.settle(now);
        self.typed.clear();
        self.echo = None;
        self.is_in_data_mode = false;
        self.record.opened(now);
    }

    /// Notes bytes that were sent.
    pub fn sent(&mut self, now: Duration, bytes: &[u8]) {
        if bytes == ESCAPE {
            self.settle(now);
            self.is_upload = true;
            return self.record.typed(now, bytes, true);
        }
        if self.is_in_data_mode {
            self.settle(now);
            self.is_upload = true;
            return self.record.payload_taken(now, bytes.len());
        }
        for piece in bytes.split_inclusive(|byte| *byte == b'\r') {
            self.typed.extend_from_slice(piece);
            let is_ended = piece.ends_with(b"\r");
            if is_ended {
                // The echo of its first characters may hold a password that is not known yet.
                if !self.typed.starts_with(&self.came) {
                    self.settle(now);
                }
                let line = std::mem::take(&mut self.typed);
                self.echo = Some(line[text_of(&line)].to_vec());
            }
            self.record.typed(now, piece, is_ended);
        }
    }

    /// Notes bytes that came.
    pub fn came(&mut self, now: Duration, bytes: &[u8]) {
        self.now = now;
        self.came.extend_from_slice(bytes);
        if self.is_in_data_mode {
            let first = end_of_line(&self.came).map(|end| &self.came[..end]);
            let end = if self.is_upload && first.is_some_and(is_result) {
                Some(0)
            } else {
                end_of_payload(&self.came)
            };
            let Some(end) = end else {
                if self.came.len() > KEPT {
                    self.tell(OutputKind::Payload, self.came.len() - LONGEST_END);
                }
                return;
            };
            self.tell(OutputKind::Payload, end);
            self.is_in_data_mode = false;
        }
        while let Some(end) = end_of_line(&self.came) {
            let text = &self.came[text_of(&self.came[..end])];
            let kind = if self.echo.as_deref() == Some(text) {
                self.echo = None;
                OutputKind::Echo
            } else {
                self.is_in_data_mode = matches!(parse_reply(text), Line::Connect(_));
                OutputKind::Lines
            };
            self.tell(kind, end);
            if self.is_in_data_mode {
                self.is_upload = false;
                let rest = std::mem::take(&mut self.came);
                return self.came(now, &rest);
            }
        }
        if self.came.trim_ascii() == b">" {
            self.tell(OutputKind::Lines, self.came.len());
            self.is_in_data_mode = true;
            self.is_upload = false;
        }
        if self.came.len() > KEPT {
            self.settle(now);
        }
    }

    /// Records what was kept back.
    fn settle(&mut self, now: Duration) {
        self.now = self.now.max(now);
        let kind = if self.is_in_data_mode {
            OutputKind::Payload
        } else {
            OutputKind::Lines
        };
        self.tell(kind, self.came.len());
        self.record.end_lines(self.now);
    }

    /// Records the first bytes of what came.
    fn tell(&mut self, kind: OutputKind, length: usize) {
        let rest = self.came.split_off(length);
        let told = std::mem::replace(&mut self.came, rest);
        if !told.is_empty() {
            self.record
                .told(self.now, &told, OutputRun { kind, length });
        }
    }
}

impl Drop for LineTap {
    fn drop(&mut self) {
        self.settle(self.now);
    }
}

/// Returns the place where payload ends: before a final result code that is the last of what came, and a line about the
/// payload before it, `+QFDWL: 5,6a4e`.
fn end_of_payload(came: &[u8]) -> Option<usize> {
    let body = came.strip_suffix(b"\r\n")?;
    let result = line_start(body)?;
    if !is_result(&body[result..]) {
        return None;
    }
    let before = &came[..result];
    let about = before.strip_suffix(b"\r\n").and_then(|body| {
        let start = line_start(body)?;
        body[start..].starts_with(b"\r\n+").then_some(start)
    });
    Some(about.unwrap_or(result))
}

/// Returns true for a final result code, with line ends or without.
fn is_result(line: &[u8]) -> bool {
    matches!(
        parse_reply(&line[text_of(line)]),
        Line::Ok | Line::Failed(_)
    )
}

/// Returns the place of the CR LF in front of the last line.
fn line_start(body: &[u8]) -> Option<usize> {
    let from = body.len().saturating_sub(LONGEST_END);
    let place = body[from..].windows(2).rposition(|two| two == b"\r\n")?;
    Some(from + place)
}

#[cfg(test)]
mod tests {
    use super::super::line_record::tests::{Shared, lines};
    use super::*;
    use crate::record::{Record, RecordHeader};

    /// Records what goes over a line: `>` is sent, `<` comes.
    fn recorded(parts: &[(char, &[u8])]) -> Vec<String> {
        let file = Shared::default();
        let mut tap = LineTap::new(Recorder::new(file.clone(), &RecordHeader::new("serial")));
        tap.opened(Duration::ZERO);
        for (side, bytes) in parts {
            match side {
                '>' => tap.sent(Duration::ZERO, bytes),
                _ => tap.came(Duration::ZERO, bytes),
            }
        }
        drop(tap);
        let record = Record::parse(&file.bytes()).expect("a record");
        lines(record.events)
    }

    #[test]
    fn lines_echo_and_payload_are_told_apart_however_they_are_cut() {
        let came: &[u8] = b"AT+QFDWL=\"a\"\r\r\nCONNECT\r\nab\r\ncd\r\n+QFDWL: 6,1a\r\n\r\nOK\r\n";
        let expected = [
            "Opened",
            r#"> Command AT+QFDWL=\"a\"\r"#,
            r#"< Echo AT+QFDWL=\"a\"\r"#,
            r"< Connect \r\nCONNECT\r\n",
            "< (6)",
            "digest",
            r"< Information \r\n+QFDWL: 6,1a\r\n",
            r"< Result \r\nOK\r\n",
        ];
        for length in 1..=came.len() {
            let mut parts: Vec<(char, &[u8])> = vec![('>', b"AT+QFDWL=\"a\"\r")];
            parts.extend(came.chunks(length).map(|piece| ('<', piece)));
            assert_eq!(recorded(&parts), expected, "pieces of {length}");
        }
    }

    #[test]
    fn an_upload_and_an_escape() {
        let came = recorded(&[
            ('>', b"AT+QFTPPUT=\"a\",\"COM:\"\r"),
            ('<', b"\r\nCONNECT\r\n"),
            ('>', b"AT one\r"),
            ('>', b"+++"),
            ('<', b"\r\nOK\r\n\r\n+QFTPPUT: 0,7\r\n"),
            ('>', b"AT+FTPPUT=\"a\",3,1\r"),
            ('<', b"\r\n>"),
            ('>', b"abc"),
            ('<', b"\r\nOK\r\n"),
        ]);
        let expected = [
            "Opened",
            r#"> Command AT+QFTPPUT=\"a\",\"COM:\"\r"#,
            r"< Connect \r\nCONNECT\r\n",
            "> (7)",
            "> Command +++",
            r"< Result \r\nOK\r\n",
            r"< Urc \r\n+QFTPPUT: 0,7\r\n",
            r#"> Command AT+FTPPUT=\"a\",3,1\r"#,
            r"< Connect \r\n>",
            "> (3)",
            r"< Result \r\nOK\r\n",
        ];
        assert_eq!(came, expected);
    }

    #[test]
    fn no_password_is_kept_though_it_is_typed_in_pieces() {
        let text = recorded(&[
            ('>', b"AT+QFTPCFG=\"account\",\"joe\",\"s3c"),
            ('<', b"AT+QFTPCFG=\"account\",\"joe\",\"s3c"),
            ('>', b"ret\"\r"),
            ('<', b"ret\"\r\r\nOK\r\n"),
            ('>', b"AT+QFTPCFG=\"account\"\r"),
            (
                '<',
                b"\r\n+QFTPCFG: \"account\",\"joe\",\"s3cret\"\r\n\r\nOK\r\n",
            ),
        ])
        .join("\n");
        assert!(!text.contains("s3c"), "{text}");
        assert_eq!(text.matches("***").count(), 3, "{text}");
    }
}
