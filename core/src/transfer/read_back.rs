//! The proof by content: what a transfer moved is read back from the server and compared, byte by byte.
//!
//! Equal sizes do not show a bit that flipped on the line. A part that was equal is not read twice. Where a byte differs,
//! the transfer goes back to a place before it: which of the two ways damaged it is not known.

use super::piece_size::PieceSize;
use super::step::TransferStep;
use super::tail::BACK;

/// Knows how far the content was read back.
#[derive(Clone, Copy, Debug)]
pub(super) struct ReadBack {
    /// The transfer is to be proved so.
    pub(super) wanted: bool,
    /// Position in the remote file up to which it is equal.
    equal: u64,
}

impl ReadBack {
    /// Begins at this position of the remote file.
    pub(super) fn new(wanted: bool, base: u64) -> Self {
        ReadBack {
            wanted,
            equal: base,
        }
    }

    /// Returns true where bytes before `end` are still to be read.
    pub(super) fn is_due(self, end: u64) -> bool {
        self.wanted && self.equal < end
    }

    /// Returns the next step, up to the end of the file.
    pub(super) fn step(self, end: u64, piece: PieceSize, ends_downloads: bool) -> TransferStep {
        let rest = end - self.equal;
        let length = piece.next().min(rest);
        let whole = !ends_downloads || length == rest;
        TransferStep::ReadBack {
            offset: self.equal,
            length: (!whole).then_some(length),
            expected: if whole { rest } else { length },
        }
    }

    /// Takes bytes that were equal.
    pub(super) fn matched(&mut self, bytes: u64) {
        self.equal += bytes;
    }

    /// Returns the position of the first byte that was not equal, or not read.
    pub(super) fn position(self) -> u64 {
        self.equal
    }

    /// Returns the place before a difference where the transfer goes on, not before `base`.
    pub(super) fn place_before(self, base: u64) -> u64 {
        self.equal.saturating_sub(BACK).max(base)
    }

    /// Takes note that all behind this position is moved anew.
    pub(super) fn forget_behind(&mut self, place: u64) {
        self.equal = self.equal.min(place);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transfer::FIRST_PIECE;

    #[test]
    fn it_is_read_in_pieces_where_the_dialect_has_them() {
        let end = FIRST_PIECE + 5;
        let mut read_back = ReadBack::new(true, 0);
        let step = |read_back: ReadBack, ends| read_back.step(end, PieceSize::default(), ends);
        let piece = |offset, length, expected| TransferStep::ReadBack {
            offset,
            length,
            expected,
        };
        assert_eq!(step(read_back, false), piece(0, None, end));
        assert_eq!(
            step(read_back, true),
            piece(0, Some(FIRST_PIECE), FIRST_PIECE)
        );
        read_back.matched(FIRST_PIECE);
        assert_eq!(step(read_back, true), piece(FIRST_PIECE, None, 5));
        assert!(read_back.is_due(end));
        read_back.matched(5);
        assert!(!read_back.is_due(end));
        assert!(!ReadBack::new(false, 0).is_due(end));
    }

    #[test]
    fn a_difference_goes_back_and_never_before_the_start() {
        let mut read_back = ReadBack::new(true, 10);
        read_back.matched(BACK);
        assert_eq!(read_back.place_before(10), 10);
        read_back.matched(7);
        assert_eq!(read_back.place_before(10), 17);
        read_back.forget_behind(12);
        assert_eq!(read_back.position(), 12);
        read_back.forget_behind(13);
        assert_eq!(read_back.position(), 12);
    }
}
