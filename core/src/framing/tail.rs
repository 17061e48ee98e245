//! The tail of the bytes at hand, in which the lines behind a payload may stand.
//!
//! But for a trailer at the expected place, lines end a payload only in a silence, with no more behind them than a few
//! lines and answers. So nothing before the tail ends it, however often a file contains such text.

use super::broken_off::{ANSWER_LENGTH, answers_start};
use super::lines_behind::MAX_LINES;

/// Longest trailer, in bytes: two result codes, a name and two numbers.
const MAX_TRAILER: usize = 128;

/// Returns where the tail begins.
pub(super) fn tail_start(bytes: &[u8]) -> usize {
    let lines = bytes.len().saturating_sub(MAX_LINES + ANSWER_LENGTH);
    answers_start(bytes, lines).saturating_sub(MAX_TRAILER)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_input_is_tail_as_a_whole() {
        assert_eq!(tail_start(b""), 0);
        assert_eq!(tail_start(&[b'x'; MAX_LINES]), 0);
        let least = MAX_LINES + ANSWER_LENGTH + MAX_TRAILER;
        assert_eq!(tail_start(&alloc::vec![b'x'; least]), 0);
        assert_eq!(tail_start(&alloc::vec![b'x'; least + 1]), 1);
    }

    #[test]
    fn answers_belong_to_the_tail_however_many_they_are() {
        for lines in [0, 1, MAX_LINES - 1, MAX_LINES] {
            let mut bytes = alloc::vec![b'x'; 1000];
            bytes.extend(b"\r\n+CMEE: 1\r\n\r\nOK\r\n".repeat(500));
            bytes.extend(alloc::vec![b'y'; lines]);
            assert!(tail_start(&bytes) <= 1000 - MAX_TRAILER, "{lines}");
            assert!(tail_start(&bytes) > 0, "{lines}");
        }
    }
}
