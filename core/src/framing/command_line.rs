//! Splits the bytes typed at a module into command lines.
//!
//! A line ends at the character of S3, CR at first; LF counts for nothing (002 §1.2.2). The character of S5,
//! backspace at first, takes a character back. `A/` is a line of its own that no CR ends: it repeats the last one.
//!
//! A line longer than [`MAX_COMMAND_LINE`] is swallowed up to its end, so memory is bounded whatever is typed. Each
//! byte is looked at once, however the input is cut.

use alloc::vec::Vec;

use crate::at::MAX_COMMAND_LINE;
use crate::wiped::WipedBytes;

/// The engine's task with a complete line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Typed {
    /// A line, its end removed; may be empty.
    Line(Vec<u8>),
    /// `A/`: the last line once more.
    Repeat,
    /// A line of more than [`MAX_COMMAND_LINE`] bytes, which is lost.
    TooLong,
}

/// The characters that mean something on a command line; S-registers set them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Editing {
    /// S3: ends a line.
    pub terminator: u8,
    /// S5: takes a character back.
    pub backspace: u8,
    /// True if LF ends a line too; one behind a CR then ends an empty one.
    pub line_feed_ends: bool,
}

/// A command line while it is typed.
#[derive(Debug, Default)]
pub struct CommandLine {
    line: WipedBytes,
    overlong: bool,
}

impl CommandLine {
    /// Takes input up to the end of the first line in it. Returns how many bytes were taken, and the line if its end
    /// was among them; what follows it is left to the caller, since the line may change who gets it.
    pub fn take(&mut self, input: &[u8], editing: Editing) -> (usize, Option<Typed>) {
        for (at, byte) in input.iter().copied().enumerate() {
            if let Some(typed) = self.push(byte, editing) {
                return (at + 1, Some(typed));
            }
        }
        (input.len(), None)
    }

    /// Forgets what has been typed of a line.
    pub fn clear(&mut self) {
        self.line.clear();
        self.overlong = false;
    }

    fn push(&mut self, byte: u8, editing: Editing) -> Option<Typed> {
        if byte == editing.terminator || editing.line_feed_ends && byte == b'\n' {
            let line = core::mem::take(&mut self.line);
            return Some(if core::mem::take(&mut self.overlong) {
                Typed::TooLong
            } else {
                Typed::Line(line.into_vec())
            });
        }
        match byte {
            b'\n' => {}
            _ if self.overlong => {}
            _ if byte == editing.backspace => {
                self.line.pop();
            }
            b'/' if self.line.eq_ignore_ascii_case(b"A") => {
                self.line.clear();
                return Some(Typed::Repeat);
            }
            _ if self.line.len() >= MAX_COMMAND_LINE => {
                self.line.clear();
                self.overlong = true;
            }
            _ => self.line.push(byte),
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;

    const EDITING: Editing = Editing {
        terminator: b'\r',
        backspace: 8,
        line_feed_ends: false,
    };

    /// Returns every line of an input that comes in pieces of at most `size` bytes.
    fn typed(input: &[u8], size: usize) -> Vec<Typed> {
        let mut line = CommandLine::default();
        let mut all = Vec::new();
        for piece in input.chunks(size) {
            let mut rest = piece;
            while !rest.is_empty() {
                let (count, typed) = line.take(rest, EDITING);
                rest = &rest[count..];
                all.extend(typed);
            }
        }
        all
    }

    fn line(text: &[u8]) -> Typed {
        Typed::Line(text.to_vec())
    }

    #[test]
    fn lines_however_they_are_cut() {
        let cases: Vec<(&[u8], Vec<Typed>)> = vec![
            (b"AT\r", vec![line(b"AT")]),
            (b"AT\r\nATI\r\n", vec![line(b"AT"), line(b"ATI")]),
            (b"\nA\nT\n\r", vec![line(b"AT")]),
            (b"\r\r", vec![line(b""), line(b"")]),
            (b"ATX\x08I\r", vec![line(b"ATI")]),
            (b"\x08\x08AT\r", vec![line(b"AT")]),
            (
                b"ATI\rA/a/\r",
                vec![line(b"ATI"), Typed::Repeat, Typed::Repeat, line(b"")],
            ),
            (b"AT+X=\"A/\"\r", vec![line(b"AT+X=\"A/\"")]),
            (b"AT", vec![]),
        ];
        for (input, expected) in cases {
            for size in 1..=input.len() {
                assert_eq!(
                    typed(input, size),
                    expected,
                    "{} by {size}",
                    input.escape_ascii()
                );
            }
        }
    }

    #[test]
    fn a_line_one_byte_too_long_is_lost_and_the_next_is_read() {
        let longest = vec![b'x'; MAX_COMMAND_LINE];
        let mut input = longest.clone();
        input.extend_from_slice(b"\rx");
        input.extend_from_slice(&longest);
        input.extend_from_slice(b"\rAT\r");
        assert_eq!(
            typed(&input, 4096),
            [Typed::Line(longest), Typed::TooLong, line(b"AT")]
        );
    }

    #[test]
    fn a_megabyte_without_an_end_takes_no_more_room_than_a_line() {
        let mut line = CommandLine::default();
        let input = vec![b'"'; 1 << 20];
        assert_eq!(line.take(&input, EDITING), (input.len(), None));
        assert!(line.line.len() <= 2 * MAX_COMMAND_LINE);
        assert_eq!(line.take(b"\r", EDITING), (1, Some(Typed::TooLong)));
    }

    #[test]
    fn a_line_feed_ends_a_line_where_the_dialect_says_so() {
        let editing = Editing {
            line_feed_ends: true,
            ..EDITING
        };
        let mut typed = CommandLine::default();
        assert_eq!(typed.take(b"AT\n", editing), (3, Some(line(b"AT"))));
        assert_eq!(typed.take(b"AT\r\n", editing), (3, Some(line(b"AT"))));
        assert_eq!(typed.take(b"\n", editing), (1, Some(line(b""))));
    }

    #[test]
    fn s3_and_s5_say_which_characters_count() {
        let editing = Editing {
            terminator: b';',
            backspace: b'#',
            line_feed_ends: false,
        };
        let mut line = CommandLine::default();
        assert_eq!(
            line.take(b"ATX#\r;rest", editing),
            (6, Some(Typed::Line(b"AT\r".to_vec())))
        );
        line.take(b"half a line", editing);
        line.clear();
        assert_eq!(
            line.take(b"AT;", editing),
            (3, Some(Typed::Line(b"AT".to_vec())))
        );
    }
}
