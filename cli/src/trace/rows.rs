//! The rows of a trace: what is shown of each event of a record.

use qftp::host::LineKind;
use qftp::record::{Record, RecordKind, escape};
use serde_json::{Value, json};

use crate::console;
use crate::explanation;

/// The most bytes of payload that a row shows.
const PAYLOAD_SHOWN: usize = 48;

const DIM: &str = "\x1b[2m";
const CYAN: &str = "\x1b[36m";
const RED: &str = "\x1b[31m";
const RESET: &str = "\x1b[0m";

/// A row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row {
    /// The line of the file; of payload, the last one.
    pub(super) number: usize,
    pub(super) ms: u64,
    /// `>`, `<` or `*`.
    mark: char,
    kind: &'static str,
    text: String,
    meaning: Option<String>,
    /// The number of bytes, of payload.
    bytes: Option<u64>,
    /// Belongs to no command.
    pub(super) is_unsolicited: bool,
    style: &'static str,
}

impl Row {
    /// Returns the row as a line for people, cut at a width.
    pub(super) fn line(&self, gap: u64, width: Option<usize>) -> String {
        let meaning = match &self.meaning {
            Some(meaning) => format!("   {meaning}"),
            None => String::new(),
        };
        let plain = format!(
            "{:>8} {:>6} {} {}{meaning}",
            self.ms,
            format!("+{gap}"),
            self.mark,
            self.text
        );
        let shown = match width {
            Some(width) if plain.chars().count() > width => {
                let kept: String = plain.chars().take(width.saturating_sub(1)).collect();
                format!("{kept}…")
            }
            _ => plain,
        };
        if self.style.is_empty() {
            shown
        } else {
            format!("{}{shown}{RESET}", self.style)
        }
    }

    /// Returns the row as a document.
    pub(super) fn document(&self) -> Value {
        json!({
            "line": self.number,
            "ms": self.ms,
            "from": match self.mark { '>' => "host", '<' => "module", _ => "" },
            "kind": self.kind,
            "text": self.text,
            "bytes": self.bytes,
            "meaning": self.meaning,
        })
    }
}

/// Returns the rows of a record; with `all_payload`, one for each piece of payload.
pub(super) fn of_record(record: &Record, all_payload: bool) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    for (index, event) in record.events.iter().enumerate() {
        let Some(mut row) = row(&event.kind, all_payload) else {
            continue;
        };
        row.number = Record::line_number(index);
        row.ms = u64::try_from(event.time.as_millis()).unwrap_or(u64::MAX);
        if let (false, Some(last)) = (all_payload, rows.last_mut())
            && let (Some(before), Some(bytes)) = (last.bytes, row.bytes)
            && (last.kind, last.mark) == (row.kind, row.mark)
        {
            (last.number, last.ms) = (row.number, row.ms);
            last.bytes = Some(before + bytes);
            last.text = count(before + bytes);
            continue;
        }
        rows.push(row);
    }
    rows
}

fn row(kind: &RecordKind, all_payload: bool) -> Option<Row> {
    let of = |mark, kind, text, style| Row {
        number: 0,
        ms: 0,
        mark,
        kind,
        text,
        meaning: None,
        bytes: None,
        is_unsolicited: false,
        style,
    };
    let side = |from_host: bool| if from_host { '>' } else { '<' };
    Some(match kind {
        RecordKind::Line {
            from_host,
            meaning,
            raw,
        } => line(of, side(*from_host), *meaning, raw),
        RecordKind::Payload {
            from_host,
            bytes,
            content,
        } => {
            let first = content.as_ref().filter(|_| all_payload);
            let first = first.map_or(String::new(), |content| {
                let first = &content[..content.len().min(PAYLOAD_SHOWN)];
                format!(" {}", console::shown(escape(first).as_bytes()))
            });
            let mut row = of(side(*from_host), "payload", count(*bytes) + &first, DIM);
            row.bytes = Some(*bytes);
            row
        }
        RecordKind::Skipped { bytes } => {
            let mut row = of(
                '<',
                "skipped",
                format!("{}, passed over", count(*bytes)),
                DIM,
            );
            row.is_unsolicited = true;
            row
        }
        RecordKind::Digest { bytes, sha256, .. } if all_payload => {
            let digits: Vec<String> = sha256.iter().map(|byte| format!("{byte:02x}")).collect();
            let text = format!("{} in all, SHA-256 {}", count(*bytes), digits.concat());
            of('*', "digest", text, DIM)
        }
        RecordKind::Opened => of('*', "opened", "port opened".into(), DIM),
        RecordKind::Module {
            manufacturer,
            model,
            revision,
            dialect,
        } => {
            let text = format!("{manufacturer} {model} {revision}, dialect {dialect}");
            of('*', "module", console::shown(text.as_bytes()), DIM)
        }
        RecordKind::Note(text) => of('*', "note", console::shown(text.as_bytes()), DIM),
        RecordKind::Exit(code) => of('*', "exit", format!("exit code {code}"), DIM),
        _ => return None,
    })
}

/// Returns the row of a line, without its line ends.
fn line(
    of: impl Fn(char, &'static str, String, &'static str) -> Row,
    mark: char,
    meaning: LineKind,
    raw: &[u8],
) -> Row {
    let text = console::shown(raw.trim_ascii());
    let explained = explanation::of_line(&text);
    let refused = text == "ERROR" || text == "NO CARRIER" || text.starts_with("+CMS ERROR");
    let style = match meaning {
        LineKind::Command => CYAN,
        LineKind::Echo | LineKind::Noise => DIM,
        _ if refused || explained.is_some() => RED,
        _ => "",
    };
    let (kind, remark) = match meaning {
        LineKind::Command => ("command", ""),
        LineKind::Information => ("information", ""),
        LineKind::Connect => ("connect", ""),
        LineKind::Result => ("result", ""),
        LineKind::Urc => ("urc", ""),
        LineKind::Unsolicited => ("unsolicited", " (of no command)"),
        LineKind::Echo => ("echo", " (echo)"),
        _ => ("noise", " (noise)"),
    };
    let mut row = of(mark, kind, text + remark, style);
    row.meaning = explained;
    row.is_unsolicited = matches!(meaning, LineKind::Unsolicited | LineKind::Noise);
    row
}

fn count(bytes: u64) -> String {
    match bytes {
        1 => "(1 byte)".into(),
        bytes => format!("({bytes} bytes)"),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use qftp::record::RecordEvent;

    fn record() -> Record {
        let mut record = Record::default();
        let line = |from_host, meaning, raw: &[u8]| RecordKind::Line {
            from_host,
            meaning,
            raw: raw.to_vec(),
        };
        let payload = |content: &[u8]| RecordKind::Payload {
            from_host: false,
            bytes: content.len() as u64,
            content: Some(content.to_vec()),
        };
        let kinds = [
            line(true, LineKind::Command, b"AT+QFTPGET=\"a\"\r"),
            RecordKind::LineEnds(b"\r\n".to_vec()),
            line(false, LineKind::Unsolicited, b"\r\n+X: \x1b[2J\r\n"),
            payload(b"ab"),
            payload(b"\xff"),
            RecordKind::Digest {
                from_host: false,
                bytes: 3,
                sha256: [7; 32],
            },
            line(false, LineKind::Urc, b"\r\n+QFTPGET: 627,550\r\n"),
        ];
        for (kind, ms) in kinds.into_iter().zip([5, 6, 7, 9, 20, 20, 3000]) {
            record
                .events
                .push(RecordEvent::new(Duration::from_millis(ms), kind));
        }
        record
    }

    fn lines(all_payload: bool, width: Option<usize>) -> Vec<String> {
        let rows = of_record(&record(), all_payload);
        let plain = |row: &Row| anstream::adapter::strip_str(&row.line(1, width)).to_string();
        rows.iter().map(plain).collect()
    }

    #[test]
    fn payload_is_summed_up_and_control_characters_are_shown() {
        let shown = lines(false, None);
        assert_eq!(
            shown[..3],
            [
                "       5     +1 > AT+QFTPGET=\"a\"",
                "       7     +1 < +X: \\u{1b}[2J (of no command)",
                "      20     +1 < (3 bytes)",
            ]
        );
        assert!(
            shown[3].starts_with("    3000     +1 < +QFTPGET: 627,550   "),
            "{}",
            shown[3]
        );
        assert_eq!(shown.len(), 4);
    }

    #[test]
    fn each_piece_of_payload_can_be_shown() {
        let shown = lines(true, None);
        assert_eq!(shown[2], "       9     +1 < (2 bytes) ab");
        assert_eq!(shown[3], "      20     +1 < (1 byte) \\xff");
        let digest = format!(
            "      20     +1 * (3 bytes) in all, SHA-256 {}",
            "07".repeat(32)
        );
        assert_eq!(shown[4], digest);
    }

    #[test]
    fn lines_are_cut_at_the_width_and_not_before() {
        let whole = lines(false, None);
        let width = whole[0].chars().count();
        assert_eq!(lines(false, Some(width))[0], whole[0]);
        let cut = lines(false, Some(width - 1));
        assert!(cut[0].ends_with('…') && cut[0].chars().count() == width - 1);
    }
}
