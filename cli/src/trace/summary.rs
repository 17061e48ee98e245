//! The sums of a record: its commands and their time, bytes, and errors.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

use qftp::host::LineKind;
use qftp::record::{Record, RecordKind};
use serde_json::{Value, json};

use crate::console;
use crate::explanation;

/// The sums of a record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Summary {
    /// Number and time of each command, by its name.
    commands: BTreeMap<String, (u64, Duration)>,
    sent: u64,
    received: u64,
    errors: u64,
    unsolicited: u64,
}

impl Summary {
    /// Sums up a record. The time of a command ends with the last line that belongs to it.
    pub(super) fn new(record: &Record) -> Self {
        let mut summary = Summary::default();
        let mut running: Option<(String, Duration)> = None;
        for event in &record.events {
            match &event.kind {
                RecordKind::Line {
                    from_host: true,
                    raw,
                    ..
                } => {
                    let name = command_name(raw);
                    summary.commands.entry(name.clone()).or_default().0 += 1;
                    running = Some((name, event.time));
                    continue;
                }
                RecordKind::Line {
                    meaning: LineKind::Unsolicited | LineKind::Noise,
                    ..
                } => {
                    summary.unsolicited += 1;
                    continue;
                }
                RecordKind::Line { raw, .. } => {
                    let line = console::shown(raw.trim_ascii());
                    let failed = ["ERROR", "NO CARRIER"].contains(&line.as_str())
                        || line.starts_with("+CMS ERROR")
                        || line.starts_with("+CME ERROR")
                        || explanation::of_line(&line).is_some();
                    summary.errors += u64::from(failed);
                }
                RecordKind::Payload {
                    from_host, bytes, ..
                } => {
                    let sum = if *from_host {
                        &mut summary.sent
                    } else {
                        &mut summary.received
                    };
                    *sum = sum.saturating_add(*bytes);
                }
                _ => continue,
            }
            if let Some((name, since)) = &mut running
                && let Some((_, time)) = summary.commands.get_mut(name)
            {
                *time += event.time.saturating_sub(*since);
                *since = event.time;
            }
        }
        summary
    }

    /// Returns the sums as lines.
    pub(super) fn text(&self) -> String {
        let count = |(count, _): &(u64, Duration)| *count;
        let total: u64 = self.commands.values().map(count).sum();
        let mut text = format!(
            "\ncommands {total}, errors {}, lines of no command {}, bytes up {}, bytes down {}\n",
            self.errors, self.unsolicited, self.sent, self.received
        );
        let mut commands: Vec<_> = self.commands.iter().collect();
        commands.sort_by_key(|(_, (_, time))| std::cmp::Reverse(*time));
        if !commands.is_empty() {
            text.push_str("\n      ms  count  command\n");
        }
        for (name, (count, time)) in commands {
            // A string takes everything.
            let _ = writeln!(text, "{:>8}  {count:>5}  {name}", time.as_millis());
        }
        text
    }

    /// Returns the sums as a document.
    pub(super) fn document(&self) -> Value {
        let command = |(name, (count, time)): (&String, &(u64, Duration))| json!({ "command": name, "count": count, "ms": u64::try_from(time.as_millis()).ok() });
        json!({
            "commands": self.commands.iter().map(command).collect::<Value>(),
            "errors": self.errors,
            "unsolicited": self.unsolicited,
            "bytes_up": self.sent,
            "bytes_down": self.received,
        })
    }
}

/// Returns the command of a line without its parameters.
fn command_name(raw: &[u8]) -> String {
    let line = raw.trim_ascii();
    let end = line.iter().position(|byte| *byte == b'=');
    console::shown(&line[..end.unwrap_or(line.len())])
}

#[cfg(test)]
mod tests {
    use super::*;
    use qftp::record::RecordEvent;

    #[test]
    fn the_time_of_a_command_ends_with_its_last_line() {
        let mut record = Record::default();
        let line = |from_host, meaning, raw: &str| RecordKind::Line {
            from_host,
            meaning,
            raw: raw.into(),
        };
        for (ms, kind) in [
            (0, line(true, LineKind::Command, "AT+QFTPDEL=\"a\"\r")),
            (10, line(false, LineKind::Result, "\r\nOK\r\n")),
            (300, line(false, LineKind::Urc, "\r\n+QFTPDEL: 627,550\r\n")),
            (900, line(false, LineKind::Unsolicited, "\r\n+CREG: 1\r\n")),
            (1000, line(true, LineKind::Command, "AT+QFTPDEL=\"b\"\r")),
            (1005, line(false, LineKind::Result, "\r\nERROR\r\n")),
        ] {
            record
                .events
                .push(RecordEvent::new(Duration::from_millis(ms), kind));
        }
        let summary = Summary::new(&record);
        assert_eq!(
            summary.commands["AT+QFTPDEL"],
            (2, Duration::from_millis(305))
        );
        assert_eq!((summary.errors, summary.unsolicited), (2, 1));
        assert!(summary.text().ends_with("     305      2  AT+QFTPDEL\n"));
    }
}
