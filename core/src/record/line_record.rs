//! The record of a line without the engine of a host: at the emulator's end, or beside a program that types by itself.
//!
//! Only such an engine knows what a line means to it. What comes before the result of a command counts as information,
//! what comes behind that as an unsolicited result code. Of payload that the host sends there is the length alone.

use std::borrow::Cow;
use std::ops::Range;
use std::time::Duration;

use super::Recorder;
use crate::at::{Line, parse_reply};
use crate::host::{LineKind, RawKind, RawLog, Redactor};
use crate::module::{OutputKind, OutputRun};

/// The longest line in bytes; more of it counts as payload, which is not kept.
const LONGEST: usize = 4096;

/// Joins the bytes of the line to the events of a record.
#[derive(Debug)]
pub(crate) struct LineRecord {
    recorder: Recorder,
    redactor: Redactor,
    typed: Vec<u8>,
    told: Vec<u8>,
    told_kind: OutputKind,
    /// The last command has its result.
    answered: bool,
}

impl LineRecord {
    pub(crate) fn new(recorder: Recorder) -> Self {
        LineRecord {
            recorder,
            redactor: Redactor::default(),
            typed: Vec::new(),
            told: Vec::new(),
            told_kind: OutputKind::Lines,
            answered: true,
        }
    }

    /// Notes that the line has a host from here on.
    pub(crate) fn opened(&mut self, now: Duration) {
        self.closed(now);
        self.recorder.opened(now);
    }

    /// Notes that the host is gone.
    pub(crate) fn closed(&mut self, now: Duration) {
        self.end_lines(now);
        self.typed.clear();
    }

    /// Notes bytes of a command line, up to its end if they have it.
    pub(crate) fn typed(&mut self, now: Duration, bytes: &[u8], ended: bool) {
        self.typed.extend_from_slice(bytes);
        if ended || self.typed.len() > LONGEST {
            // The echo of its first characters stands behind it.
            if self.told_kind == OutputKind::Lines {
                self.end_lines(now);
            }
            let line = std::mem::take(&mut self.typed);
            self.add_typed(now, &line);
        }
    }

    /// Notes payload of the host.
    pub(crate) fn payload_taken(&mut self, now: Duration, count: usize) {
        self.end_lines(now);
        self.add(now, true, RawKind::Payload, Cow::Borrowed(b""), count);
    }

    /// Notes bytes that went to the host, all of one kind.
    pub(crate) fn told(&mut self, now: Duration, bytes: &[u8], run: OutputRun) {
        if run.kind == OutputKind::Payload {
            self.end_lines(now);
            let kept = self.redactor.raw_payload(bytes);
            return self.add(now, false, RawKind::Payload, kept, bytes.len());
        }
        if self.told_kind != run.kind {
            self.end_lines(now);
            self.told_kind = run.kind;
        }
        self.told.extend_from_slice(bytes);
        while let Some(end) = end_of_line(&self.told) {
            let rest = self.told.split_off(end);
            let line = std::mem::replace(&mut self.told, rest);
            self.add_told(now, &line);
        }
        if self.told.len() > LONGEST {
            self.end_lines(now);
        }
    }

    /// Records what the module said of a line that has not ended: a prompt, or a line end alone.
    pub(crate) fn end_lines(&mut self, now: Duration) {
        let line = std::mem::take(&mut self.told);
        if !line.is_empty() {
            self.add_told(now, &line);
        }
    }

    fn add_typed(&mut self, now: Duration, line: &[u8]) {
        let text = text_of(line);
        self.redactor.learn(&line[text.clone()]);
        let is_command = line[text.clone()]
            .windows(2)
            .take(4)
            .any(|start| start.eq_ignore_ascii_case(b"AT"));
        // Bytes that are no command may be payload that came too late.
        if !is_command && text.len() > 8 {
            return self.add(now, true, RawKind::Payload, Cow::Borrowed(b""), line.len());
        }
        self.answered = text.is_empty();
        self.add_line(now, true, LineKind::Command, line, text);
    }

    fn add_told(&mut self, now: Duration, line: &[u8]) {
        let text = text_of(line);
        if text.is_empty() {
            return self.add(
                now,
                false,
                RawKind::LineEnds,
                Cow::Borrowed(line),
                line.len(),
            );
        }
        let kind = match (self.told_kind, parse_reply(&line[text.clone()])) {
            (OutputKind::Echo, _) => LineKind::Echo,
            // A prompt stands for it.
            (_, Line::Connect(_) | Line::Text(b">")) => LineKind::Connect,
            (_, Line::Ok | Line::Failed(_)) => {
                self.answered = true;
                LineKind::Result
            }
            _ if self.answered => LineKind::Urc,
            _ => LineKind::Information,
        };
        self.add_line(now, false, kind, line, text);
    }

    fn add_line(
        &mut self,
        now: Duration,
        sent: bool,
        kind: LineKind,
        line: &[u8],
        text: Range<usize>,
    ) {
        let bytes = self.redactor.raw_line(line, text, kind);
        self.add(now, sent, RawKind::Line(kind), bytes, line.len());
    }

    fn add(&self, time: Duration, sent: bool, kind: RawKind, bytes: Cow<'_, [u8]>, length: usize) {
        self.recorder.raw(&RawLog {
            sent,
            kind,
            bytes,
            length,
            time,
        });
    }
}

/// Records what is left when the emulator ends.
impl Drop for LineRecord {
    fn drop(&mut self) {
        // The record has the time of its last event at least.
        self.end_lines(Duration::ZERO);
    }
}

fn is_end(byte: u8) -> bool {
    matches!(byte, b'\r' | b'\n')
}

/// Returns the place of a line without the line ends around it.
pub(super) fn text_of(line: &[u8]) -> Range<usize> {
    let start = line.iter().take_while(|byte| is_end(**byte)).count();
    let ends = line[start..]
        .iter()
        .rev()
        .take_while(|byte| is_end(**byte))
        .count();
    start..line.len() - ends
}

/// Returns the end of the first line with a text and a line end; `None` where more of it may come.
pub(super) fn end_of_line(bytes: &[u8]) -> Option<usize> {
    let start = bytes.iter().position(|byte| !is_end(*byte))?;
    let end = start + bytes[start..].iter().position(|byte| is_end(*byte))?;
    match &bytes[end..] {
        // The LF may be on its way.
        b"\r" => None,
        [b'\r', b'\n', ..] => Some(end + 2),
        _ => Some(end + 1),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use std::io::Write;
    use std::sync::{Arc, Mutex};

    use super::*;
    use crate::record::{Record, RecordEvent, RecordHeader, RecordKind};

    /// A file in memory.
    #[derive(Clone, Default)]
    pub(crate) struct Shared(Arc<Mutex<Vec<u8>>>);

    impl Shared {
        pub(crate) fn bytes(&self) -> Vec<u8> {
            self.0.lock().expect("the file").clone()
        }
    }

    impl Write for Shared {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().expect("the file").write(bytes)
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    fn recorded(play: impl Fn(&mut LineRecord)) -> Vec<RecordEvent> {
        let file = Shared::default();
        let recorder = Recorder::new(file.clone(), &RecordHeader::new("emulator"));
        let mut record = LineRecord::new(recorder);
        play(&mut record);
        drop(record);
        Record::parse(&file.bytes()).expect("a record").events
    }

    fn tell(record: &mut LineRecord, kind: OutputKind, bytes: &[u8]) {
        let length = bytes.len();
        record.told(Duration::ZERO, bytes, OutputRun { kind, length });
    }

    /// Returns the lines of a record: who sent each, its meaning and its bytes.
    pub(crate) fn lines(events: Vec<RecordEvent>) -> Vec<String> {
        let line = |event: RecordEvent| match event.kind {
            RecordKind::Line {
                from_host,
                meaning,
                raw,
            } => {
                let mark = if from_host { '>' } else { '<' };
                format!("{mark} {meaning:?} {}", raw.escape_ascii())
            }
            RecordKind::Payload {
                from_host, bytes, ..
            } => format!("{} ({bytes})", if from_host { '>' } else { '<' }),
            RecordKind::LineEnds(ends) => format!("< {}", ends.escape_ascii()),
            RecordKind::Digest { .. } => "digest".into(),
            other => format!("{other:?}"),
        };
        events.into_iter().map(line).collect()
    }

    #[test]
    fn each_byte_stands_in_an_event_however_it_is_cut() {
        for size in 1..12 {
            let events = recorded(|record| {
                record.opened(Duration::ZERO);
                for piece in b"AT+CSQ\r".chunks(size) {
                    record.typed(Duration::ZERO, piece, piece.ends_with(b"\r"));
                    tell(record, OutputKind::Echo, piece);
                }
                for piece in b"\r\n+CSQ: 28,99\r\n\r\nOK\r\n\r\nRING\r\n".chunks(size) {
                    tell(record, OutputKind::Lines, piece);
                }
            });
            let expected = [
                "Opened",
                "> Command AT+CSQ\\r",
                "< Echo AT+CSQ\\r",
                "< Information \\r\\n+CSQ: 28,99\\r\\n",
                "< Result \\r\\nOK\\r\\n",
                "< Urc \\r\\nRING\\r\\n",
            ];
            assert_eq!(lines(events), expected, "pieces of {size}");
        }
    }

    #[test]
    fn payload_is_counted_and_a_prompt_stands_before_it() {
        let events = recorded(|record| {
            record.typed(Duration::ZERO, b"AT+QFTPGET=\"a\"\r", true);
            tell(record, OutputKind::Lines, b"\r\nCONNECT\r\n");
            tell(record, OutputKind::Payload, b"abc");
            tell(record, OutputKind::Lines, b"\r\nOK\r\n");
            record.typed(Duration::ZERO, b"AT+FTPPUT=\"a\",3,1\r", true);
            tell(record, OutputKind::Lines, b"\r\n>");
            record.payload_taken(Duration::ZERO, 3);
        });
        let expected = [
            r#"> Command AT+QFTPGET=\"a\"\r"#,
            "< Connect \\r\\nCONNECT\\r\\n",
            "< (3)",
            "digest",
            "< Result \\r\\nOK\\r\\n",
            r#"> Command AT+FTPPUT=\"a\",3,1\r"#,
            "< Connect \\r\\n>",
            "> (3)",
        ];
        assert_eq!(lines(events), expected);
    }

    #[test]
    fn no_password_is_kept() {
        let events = recorded(|record| {
            let line = b"AT+QFTPCFG=\"account\",\"joe\",\"s3cret\"\r";
            record.typed(Duration::ZERO, line, true);
            tell(record, OutputKind::Echo, line);
            tell(record, OutputKind::Lines, b"\r\n+X: \"s3cret\"\r\n");
            record.typed(Duration::ZERO, b"MIIEvQIBADANBgkqhkiG9w0B\r", true);
        });
        let text = lines(events).join("\n");
        assert!(!text.contains("s3cret") && !text.contains("MII"), "{text}");
        assert_eq!(text.matches("***").count(), 3, "{text}");
    }
}
