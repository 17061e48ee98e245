//! Buffers and splits input from the module.
//!
//! A line ends at CR LF, at LF, or at a CR that something else follows (the echo of a command line). Empty lines
//! count for nothing. A CR at the end of what has been read waits for its LF, so that the first payload byte after
//! `CONNECT` is never mistaken for one or the other.

use alloc::collections::VecDeque;
use core::ops::Range;
use core::time::Duration;

use super::stuffing::Unstuffed;
use crate::wiped::WipedBytes;

/// Longest reply line kept, in bytes. The longest a manual's table allows is the read-back of an account, two strings
/// of 255 bytes; server texts of a few kilobytes are known. What exceeds it is dropped up to the line's end.
pub const MAX_LINE: usize = 8192;

/// Words in which looking at each is faster than a search: most lines are short.
const NEAR: usize = 8;
/// Bytes of a word.
const WORD: usize = size_of::<u64>();

/// Bytes read, in order; the front is consumed as lines or as payload.
#[derive(Debug, Default)]
pub struct Inbox {
    bytes: WipedBytes,
    /// Consumed up to here.
    start: usize,
    /// No line end in `bytes[start..searched]`, so that a line that comes byte by byte is searched once.
    searched: usize,
    /// A line grew past [`MAX_LINE`]; its rest is being dropped.
    dropping: bool,
    /// The time when the last bytes came.
    read_at: Duration,
    /// For what came earlier: where the bytes of that time end, and when they came.
    arrivals: VecDeque<(usize, Duration)>,
}

impl Inbox {
    /// Appends what was read at a time.
    #[inline]
    pub fn push(&mut self, now: Duration, input: &[u8]) {
        if now != self.read_at {
            self.note_time(now);
        }
        match input {
            [byte] => self.push_byte(*byte),
            _ => self.bytes.extend(input),
        }
    }

    /// Appends a byte, and looks at it at once: most end no line, and [`Inbox::next_line`] has nothing to look for then.
    #[inline]
    fn push_byte(&mut self, byte: u8) {
        let end = self.bytes.len();
        let ends_no_line =
            self.searched == end && !is_line_end(byte) && end - self.start < MAX_LINE;
        self.searched += usize::from(ends_no_line);
        self.bytes.push(byte);
    }

    fn note_time(&mut self, now: Duration) {
        let end = self.bytes.len();
        if end > 0 {
            self.arrivals.push_back((end, self.read_at));
        }
        self.read_at = now;
    }

    /// Returns the time when the last byte of a range came, until [`Inbox::compact`].
    pub fn arrival(&self, range: &Range<usize>) -> Duration {
        let last = range.end.max(1) - 1;
        let read = self.arrivals.iter().find(|(end, _)| last < *end);
        read.map_or(self.read_at, |(_, time)| *time)
    }

    /// Returns the number of bytes that are consumed since [`Inbox::compact`].
    pub fn consumed(&self) -> usize {
        self.start
    }

    /// Gives the room of consumed bytes free. Ranges handed out before are worthless afterwards.
    #[inline]
    pub fn compact(&mut self) {
        if self.start > 0 {
            self.move_to_front();
        }
    }

    #[inline(never)]
    fn move_to_front(&mut self) {
        self.bytes.remove_front(self.start);
        self.searched = self.searched.saturating_sub(self.start);
        while self
            .arrivals
            .front()
            .is_some_and(|(end, _)| *end <= self.start)
        {
            self.arrivals.pop_front();
        }
        for (end, _) in &mut self.arrivals {
            *end -= self.start;
        }
        self.start = 0;
    }

    /// Returns the bytes of a line or payload run, until [`Inbox::compact`].
    pub fn bytes(&self, range: Range<usize>) -> &[u8] {
        self.bytes.get(range).unwrap_or(b"")
    }

    /// Returns the input that has been read and not consumed.
    pub fn pending(&self) -> &[u8] {
        &self.bytes[self.start..]
    }

    /// Returns `true` if nothing came since [`Inbox::next_line`] returned `None` that could end a line.
    #[inline]
    pub fn is_searched(&self) -> bool {
        self.searched == self.bytes.len()
    }

    /// Returns `true` while the rest of a line that is too long is dropped.
    pub fn is_dropping(&self) -> bool {
        self.dropping
    }

    /// Consumes `count` bytes of payload and says where they are.
    pub fn take(&mut self, count: usize) -> Range<usize> {
        let from = self.start;
        self.start = (self.start + count).min(self.bytes.len());
        self.searched = self.searched.max(self.start);
        from..self.start
    }

    /// Consumes `count` bytes of payload more, moves them behind those in `before`, and says where all of them are.
    pub fn take_behind(&mut self, before: Range<usize>, count: usize) -> Range<usize> {
        let taken = self.take(count);
        let end = before.end + taken.len();
        if taken.start != before.end {
            self.bytes.copy_within(taken, before.end);
        }
        before.start..end
    }

    /// Consumes payload that is stuffed, as far as `unstuff` takes it, and says where it is.
    pub fn take_unstuffed(&mut self, unstuff: impl FnOnce(&mut [u8]) -> Unstuffed) -> Range<usize> {
        let from = self.start;
        let unstuffed = unstuff(&mut self.bytes[from..]);
        self.take(unstuffed.taken);
        from..from + unstuffed.payload
    }

    /// Consumes the next line that is not empty and says where it is; `None` until a whole one is there.
    #[inline]
    pub fn next_line(&mut self) -> Option<Range<usize>> {
        if self.is_searched() {
            return None;
        }
        self.search_line()
    }

    #[inline(never)]
    fn search_line(&mut self) -> Option<Range<usize>> {
        loop {
            self.pass_line_ends();
            let from = self.searched.max(self.start);
            let Some(offset) = first_line_end(&self.bytes[from..]) else {
                self.searched = self.bytes.len();
                self.limit();
                return None;
            };
            let end = from + offset;
            let next = match (self.bytes[end], self.bytes.get(end + 1)) {
                (b'\r', None) => {
                    self.searched = end;
                    return None;
                }
                (b'\r', Some(b'\n')) => end + 2,
                _ => end + 1,
            };
            let line = self.start..end;
            self.start = next;
            self.searched = next;
            let dropped = core::mem::take(&mut self.dropping) || line.len() > MAX_LINE;
            if !line.is_empty() && !dropped {
                return Some(line);
            }
        }
    }

    /// Passes over the ends of empty lines. A module says one before most lines.
    #[inline]
    fn pass_line_ends(&mut self) {
        if self.dropping || self.searched > self.start {
            return;
        }
        while let [b'\r', _, ..] | [b'\n', ..] = self.pending() {
            self.start += 1;
        }
        self.searched = self.start;
    }

    /// Drops the front of a line that has grown past the limit.
    fn limit(&mut self) {
        if self.bytes.len() - self.start > MAX_LINE {
            self.start = self.bytes.len();
            self.dropping = true;
        }
    }
}

fn is_line_end(byte: u8) -> bool {
    matches!(byte, b'\r' | b'\n')
}

/// Returns the index of the first CR or LF.
fn first_line_end(bytes: &[u8]) -> Option<usize> {
    let (words, rest) = bytes.as_chunks::<WORD>();
    for (index, word) in words.iter().take(NEAR).enumerate() {
        if let Some(at) = line_end_in(*word) {
            return Some(index * WORD + at);
        }
    }
    if words.len() > NEAR {
        let near = NEAR * WORD;
        return memchr::memchr2(b'\r', b'\n', &bytes[near..]).map(|at| near + at);
    }
    let at = rest.iter().position(|byte| is_line_end(*byte));
    at.map(|at| words.len() * WORD + at)
}

/// Returns the index of the first CR or LF among eight bytes, looking at all of them at once.
fn line_end_in(bytes: [u8; WORD]) -> Option<usize> {
    const ONES: u64 = u64::from_le_bytes([1; WORD]);
    const HIGHS: u64 = u64::from_le_bytes([0x80; WORD]);
    let word = u64::from_le_bytes(bytes);
    // The lowest high bit that is set is that of the first zero byte; above it there may be others.
    let zeros = |word: u64| word.wrapping_sub(ONES) & !word & HIGHS;
    let ends = zeros(word ^ (ONES * u64::from(b'\r'))) | zeros(word ^ (ONES * u64::from(b'\n')));
    (ends != 0).then(|| ends.trailing_zeros() as usize / 8)
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;
    use alloc::vec::Vec;

    fn lines(chunks: &[&[u8]]) -> Vec<Vec<u8>> {
        let mut inbox = Inbox::default();
        let mut lines = Vec::new();
        for chunk in chunks {
            inbox.push(Duration::ZERO, chunk);
            while let Some(line) = inbox.next_line() {
                lines.push(inbox.bytes(line).to_vec());
            }
            inbox.compact();
        }
        lines
    }

    #[test]
    fn echo_result_and_urc_are_three_lines_however_they_are_cut() {
        let stream = b"AT+QFTPSIZE=\"a\"\r\r\nOK\r\n\r\n+QFTPSIZE: 0,5\r\n";
        let whole = vec![
            b"AT+QFTPSIZE=\"a\"".to_vec(),
            b"OK".to_vec(),
            b"+QFTPSIZE: 0,5".to_vec(),
        ];
        for cut in 0..=stream.len() {
            assert_eq!(
                lines(&[&stream[..cut], &stream[cut..]]),
                whole,
                "cut at {cut}"
            );
        }
        let bytes: Vec<&[u8]> = stream.chunks(1).collect();
        assert_eq!(lines(&bytes), whole);
    }

    #[test]
    fn the_first_line_end_is_found_wherever_it_stands() {
        // Bytes that differ from a line end in one bit, or by one.
        let near = [b'\t', 0x0b, 0x0c, 0x0e, 0x8a, 0x8d, b'*', b'-', 0];
        for length in 0..200 {
            let mut bytes: Vec<u8> = near.iter().copied().cycle().take(length).collect();
            assert_eq!(first_line_end(&bytes), None);
            for at in (0..length).rev() {
                for end in [b'\r', b'\n'] {
                    bytes[at] = end;
                    assert_eq!(first_line_end(&bytes), Some(at), "{length}");
                }
            }
        }
    }

    #[test]
    fn the_byte_after_connect_is_payload_even_if_it_is_a_line_end() {
        let mut inbox = Inbox::default();
        inbox.push(Duration::ZERO, b"\r\nCONNECT\r");
        assert_eq!(inbox.next_line(), None);
        inbox.push(Duration::ZERO, b"\n\nx");
        assert_eq!(inbox.next_line(), Some(2..9));
        let payload = inbox.take(2);
        assert_eq!(inbox.bytes(payload), b"\nx");
    }

    #[test]
    fn bytes_keep_the_time_when_they_came() {
        let ms = Duration::from_millis;
        let mut inbox = Inbox::default();
        inbox.push(ms(1), b"\r\nOK\r\n\r\n+Q");
        inbox.push(ms(5), b"FT");
        inbox.push(ms(5), b"P: 0\r\n");
        let line = inbox.next_line().expect("a line");
        assert_eq!(inbox.arrival(&line), ms(1));
        inbox.compact();
        let line = inbox.next_line().expect("a line");
        assert_eq!(inbox.bytes(line.clone()), b"+QFTP: 0");
        assert_eq!(inbox.arrival(&line), ms(5));
        inbox.compact();
        assert!(inbox.arrivals.is_empty());
        inbox.push(ms(9), b"OK\n");
        let line = inbox.next_line().expect("a line");
        assert_eq!(inbox.arrival(&line), ms(9));
    }

    #[test]
    fn a_line_at_the_limit_is_kept_and_one_past_it_is_dropped_alone() {
        for (length, kept) in [(MAX_LINE, true), (MAX_LINE + 1, false), (1 << 20, false)] {
            let mut stream = vec![b'x'; length];
            stream.extend_from_slice(b"\r\nOK\r\n");
            for size in [stream.len(), 1000, 7] {
                let chunks: Vec<&[u8]> = stream.chunks(size).collect();
                let got = lines(&chunks);
                assert_eq!(got.len(), 1 + usize::from(kept), "{length} by {size}");
                assert_eq!(got.last().map(Vec::as_slice), Some(&b"OK"[..]));
            }
        }
    }
}
