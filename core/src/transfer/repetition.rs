//! The part at the end of a piece that shows whether the piece was shifted.
//!
//! Bytes too many on the line shift what follows. Where the end repeats itself, as zeros and equal lines do, it looks the
//! same behind a shift: more of it has to be compared.

use super::tail::TAIL;

/// The longest end that is compared: content that repeats itself for longer is compared no further.
const LONGEST_END: usize = 16 * 1024;
/// The largest shift that is looked for.
const SHIFT: usize = 4096;
/// The bytes at the end of a piece by which [`end_to_compare`] decides.
pub const END_TO_READ: usize = LONGEST_END + SHIFT;

/// Returns how many bytes at the end of a piece have to be compared, at most 16 KiB. `bytes` are its last ones: all of
/// it, or [`END_TO_READ`] of them.
pub fn end_to_compare(bytes: &[u8]) -> usize {
    end_from(bytes, TAIL)
}

/// Returns the same, where as few as `least` bytes are enough.
pub(crate) fn end_from(bytes: &[u8], least: u16) -> usize {
    let all = bytes.len().min(LONGEST_END);
    let mut count = usize::from(least).min(all);
    while count < all && looks_shifted(bytes, bytes.len() - count, least) {
        count = (count * 2).min(all);
    }
    count
}

/// Returns true where even the longest end that is compared looks the same behind a shift. `bytes` are as for
/// [`end_to_compare`].
#[cfg(feature = "std")]
pub(crate) fn is_repeated_throughout(bytes: &[u8]) -> bool {
    end_to_compare(bytes) == LONGEST_END && looks_shifted(bytes, bytes.len() - LONGEST_END, TAIL)
}

/// Returns true where `count` bytes from `start` on look the same as those some bytes before.
fn looks_shifted(bytes: &[u8], start: usize, count: u16) -> bool {
    let window = &bytes[start..bytes.len().min(start + usize::from(count))];
    (1..=start.min(SHIFT)).any(|shift| bytes[start - shift..].starts_with(window))
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;
    use alloc::vec::Vec;

    /// Returns bytes that do not repeat themselves.
    fn noise(count: usize) -> Vec<u8> {
        let mut state = 1_u32;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state.to_be_bytes()[0]
        };
        (0..count).map(|_| next()).collect()
    }

    #[test]
    fn an_end_that_does_not_repeat_itself_is_short() {
        assert_eq!(end_to_compare(&noise(50_000)), 1024);
        assert_eq!(end_to_compare(&noise(10)), 10);
        assert_eq!(end_to_compare(&[]), 0);
        assert_eq!(end_from(&noise(50_000), 128), 128);
    }

    #[test]
    fn an_end_that_repeats_itself_is_compared_from_where_it_does_not() {
        let image = [noise(9000), vec![0xFF; 3000]].concat();
        assert_eq!(end_to_compare(&image), 4096);
        let lines = b"AT+QFDEL=\"*\"\r\n".repeat(200);
        assert_eq!(end_to_compare(&lines), lines.len());
        assert_eq!(end_to_compare(&vec![0; LONGEST_END + 1]), LONGEST_END);
        assert_eq!(end_to_compare(&vec![0; LONGEST_END - 1]), LONGEST_END - 1);
    }

    #[test]
    #[cfg(feature = "std")]
    fn an_end_that_repeats_itself_throughout_proves_nothing() {
        assert!(!is_repeated_throughout(&noise(50_000)));
        assert!(!is_repeated_throughout(&vec![0; LONGEST_END]));
        assert!(is_repeated_throughout(&vec![0; LONGEST_END + 1]));
        let image = [noise(9000), vec![0xFF; LONGEST_END - 1]].concat();
        assert!(!is_repeated_throughout(&image));
    }
}
