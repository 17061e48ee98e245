//! The lines of a module, put together from the bytes that come.

/// The longest line; more is shown in parts.
const LONGEST: usize = 2048;

/// A line, or the part of one that no end followed yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ModuleLine {
    pub(super) text: Vec<u8>,
    /// It is what was typed, come back.
    pub(super) is_echo: bool,
}

/// Puts lines together.
#[derive(Debug, Default)]
pub(super) struct Lines {
    open: Vec<u8>,
    /// The line that was typed last, until it has come back or something else has come.
    typed: Option<Vec<u8>>,
}

impl Lines {
    /// Takes note of a line that is sent: a module may send it back.
    pub(super) fn note_typed(&mut self, line: &[u8]) {
        self.typed = Some(line.to_vec());
    }

    /// Takes bytes and returns the lines that they end.
    pub(super) fn push(&mut self, bytes: &[u8]) -> Vec<ModuleLine> {
        let mut ended = Vec::new();
        for byte in bytes {
            match byte {
                b'\r' | b'\n' => ended.extend(self.end()),
                _ => self.open.push(*byte),
            }
            if self.open.len() >= LONGEST {
                ended.extend(self.end());
            }
        }
        ended
    }

    /// Returns the open part where no end follows, such as a prompt. Call it after a silence.
    pub(super) fn end(&mut self) -> Option<ModuleLine> {
        if self.open.is_empty() {
            return None;
        }
        let text = std::mem::take(&mut self.open);
        let is_echo = self.typed.take().is_some_and(|typed| typed == text);
        Some(ModuleLine { text, is_echo })
    }

    /// Returns true while a line is open.
    pub(super) fn is_open(&self) -> bool {
        !self.open.is_empty()
    }
}

/// The meaning of a line for a script that waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ResultCode {
    /// The command is done, or asks for data.
    Done,
    Failed,
}

const DONE: &[&[u8]] = &[b"OK", b"> ", b">"];
const FAILED: &[&[u8]] = &[
    b"ERROR",
    b"NO CARRIER",
    b"BUSY",
    b"NO ANSWER",
    b"NO DIALTONE",
];
const FAILED_WITH_CODE: &[&[u8]] = &[b"+CME ERROR:", b"+CMS ERROR:"];

/// Returns the result code that a line is (V.250 5.7), if it is one.
pub(super) fn result_code(line: &[u8]) -> Option<ResultCode> {
    let starts = |known: &&[u8]| line.starts_with(known);
    if DONE.contains(&line) || line == b"CONNECT" || line.starts_with(b"CONNECT ") {
        Some(ResultCode::Done)
    } else if FAILED.contains(&line) || FAILED_WITH_CODE.iter().any(starts) {
        Some(ResultCode::Failed)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str, is_echo: bool) -> ModuleLine {
        ModuleLine {
            text: text.into(),
            is_echo,
        }
    }

    #[test]
    fn lines_are_the_same_however_they_are_cut() {
        let said = b"AT+CSQ\r\r\n+CSQ: 20,99\r\n\r\nOK\r\n";
        let expected = [
            line("AT+CSQ", true),
            line("+CSQ: 20,99", false),
            line("OK", false),
        ];
        for size in [1, 2, 3, said.len()] {
            let mut lines = Lines::default();
            lines.note_typed(b"AT+CSQ");
            let cut: Vec<ModuleLine> = said
                .chunks(size)
                .flat_map(|bytes| lines.push(bytes))
                .collect();
            assert_eq!(cut, expected);
            assert!(!lines.is_open());
        }
    }

    #[test]
    fn a_prompt_is_shown_and_a_long_line_cut() {
        let mut lines = Lines::default();
        assert_eq!(lines.push(b"\r\n> "), []);
        assert_eq!(lines.end(), Some(line("> ", false)));
        assert_eq!(lines.end(), None);
        assert_eq!(lines.push(&[b'x'; LONGEST + 1]).len(), 1);
        assert!(lines.is_open());
    }

    #[test]
    fn result_codes_end_a_command() {
        for done in ["OK", "CONNECT", "CONNECT 1000", "> "] {
            assert_eq!(result_code(done.as_bytes()), Some(ResultCode::Done));
        }
        for failed in ["ERROR", "+CME ERROR: 10", "NO CARRIER"] {
            assert_eq!(result_code(failed.as_bytes()), Some(ResultCode::Failed));
        }
        for other in ["", "+CSQ: 20,99", "RING", "OKAY", "+CONNECT"] {
            assert_eq!(result_code(other.as_bytes()), None);
        }
    }
}
