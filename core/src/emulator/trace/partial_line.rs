//! A line on its way into a trace: bytes come in any pieces, and the line is shown as a whole.
//!
//! A line is never shown from its middle: there a password would have lost the command before it, by which it is known.

/// More bytes of a line are not shown; no command line and no answer is as long.
pub(super) const LONGEST: usize = 4096;

/// Bytes that are shown of what is no command: an escape sequence, a Ctrl-Z, a command that lost its first character.
pub(super) const SHORT: usize = 8;

/// A line that has not ended.
#[derive(Debug, Default)]
pub(super) struct PartialLine {
    bytes: Vec<u8>,
    /// It has been shown as it is.
    shown: bool,
}

impl PartialLine {
    /// Takes a piece of the line.
    pub(super) fn push(&mut self, piece: &[u8]) {
        let room = LONGEST.saturating_sub(self.bytes.len());
        let piece = &piece[..piece.len().min(room)];
        if !piece.is_empty() {
            self.bytes.extend_from_slice(piece);
            self.shown = false;
        }
    }

    /// Takes pieces of lines, and returns the lines that have ended, without the empty ones.
    pub(super) fn push_lines(&mut self, bytes: &[u8]) -> Vec<Vec<u8>> {
        let mut lines = Vec::new();
        let mut rest = bytes;
        while let Some(end) = rest.iter().position(|byte| matches!(byte, b'\r' | b'\n')) {
            self.push(&rest[..end]);
            rest = &rest[end + 1..];
            let line = self.take();
            if !line.is_empty() {
                lines.push(line);
            }
        }
        self.push(rest);
        lines
    }

    /// Returns the line so far, and begins the next.
    pub(super) fn take(&mut self) -> Vec<u8> {
        self.shown = false;
        std::mem::take(&mut self.bytes)
    }

    /// Drops the line.
    pub(super) fn clear(&mut self) {
        self.take();
    }

    /// Returns the line so far, where there is something new in it.
    pub(super) fn unshown(&self) -> Option<&[u8]> {
        (!self.is_shown()).then_some(&self.bytes)
    }

    /// Returns whether there is nothing new to show.
    pub(super) fn is_shown(&self) -> bool {
        self.shown || self.bytes.is_empty()
    }

    /// Notes that the line so far has been shown.
    pub(super) fn set_shown(&mut self) {
        self.shown = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_at_every_cr_and_lf() {
        let mut line = PartialLine::default();
        assert_eq!(line.push_lines(b"\r\nA\r"), [b"A"]);
        assert_eq!(line.push_lines(b"\nB\rC\n\n"), [b"B", b"C"]);
        assert!(line.push_lines(b"D").is_empty());
        assert_eq!(line.unshown(), Some(&b"D"[..]));
        line.set_shown();
        assert_eq!(line.unshown(), None);
        assert_eq!(line.push_lines(b"E\r"), [b"DE"]);
        assert_eq!(line.unshown(), None);
    }

    #[test]
    fn a_line_is_cut_at_its_limit() {
        let mut line = PartialLine::default();
        line.push(&[b'x'; LONGEST - 1]);
        line.push(b"yz");
        let bytes = line.take();
        assert_eq!((bytes.len(), bytes.last()), (LONGEST, Some(&b'y')));
    }
}
