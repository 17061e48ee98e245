//! `--verbose`: prints the AT line on standard error.
//!
//! ```text
//! > AT+QFTPPUT="a.txt","COM:",0,1000,1
//! < CONNECT
//! > (1000 bytes)
//! < OK
//! < +QFTPPUT: 0,1000
//! ```
//!
//! The library redacts passwords before a line gets here. Payload is shown as a count, summed up until the next line.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use qftp::client::LineLog;

use crate::console;

/// The direction of payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    Up,
    Down,
}

/// The log of one line; clones share their counts.
#[derive(Clone, Debug, Default)]
pub(crate) struct Log {
    sent: Arc<AtomicU64>,
    received: Arc<AtomicU64>,
}

impl Log {
    /// Counts payload, for the next line.
    pub(crate) fn payload(&self, direction: Direction, bytes: u64) {
        let count = match direction {
            Direction::Up => &self.sent,
            Direction::Down => &self.received,
        };
        count.fetch_add(bytes, Ordering::Relaxed);
    }

    /// Prints a line.
    pub(crate) fn line(&self, line: &LineLog<'_>) {
        for text in self.lines(line) {
            console::note(text);
        }
    }

    /// Returns the lines to print: the payload before the line, then the line.
    fn lines(&self, line: &LineLog<'_>) -> Vec<String> {
        let mut lines = Vec::new();
        for (mark, count) in [('>', &self.sent), ('<', &self.received)] {
            match count.swap(0, Ordering::Relaxed) {
                0 => {}
                1 => lines.push(format!("\x1b[2m{mark} (1 byte)\x1b[0m")),
                bytes => lines.push(format!("\x1b[2m{mark} ({bytes} bytes)\x1b[0m")),
            }
        }
        let text = console::shown(&line.text);
        lines.push(if line.sent {
            format!("\x1b[36m> {text}\x1b[0m")
        } else {
            format!("< {text}")
        });
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use qftp::client::LineKind;

    fn plain(line: &str) -> String {
        anstream::adapter::strip_str(line).to_string()
    }

    #[test]
    fn payload_is_counted_between_the_lines() {
        let log = Log::default();
        let printed = |sent, text: &'static [u8]| {
            let line = LineLog::new(sent, LineKind::Noise, text);
            log.lines(&line)
                .iter()
                .map(|line| plain(line))
                .collect::<Vec<_>>()
        };
        assert_eq!(printed(true, b"AT+QFTPGET=\"a\""), ["> AT+QFTPGET=\"a\""]);
        assert_eq!(printed(false, b"CONNECT"), ["< CONNECT"]);
        log.payload(Direction::Down, 4);
        log.payload(Direction::Down, 1);
        assert_eq!(printed(false, b"OK"), ["< (5 bytes)", "< OK"]);
        log.payload(Direction::Up, 1);
        assert_eq!(
            printed(false, b"\x1b[2JOK"),
            ["> (1 byte)", "< \\u{1b}[2JOK"]
        );
    }
}
