//! The proof of pieces whose bytes the module counts: their last bytes are read back and compared.
//!
//! A module takes as many bytes as were announced, and no more. A byte too many on the line shifts what follows in the
//! piece and pushes the last one out: neither count nor size shows that, the end of the piece does.

use alloc::vec::Vec;

use super::step::TransferStep;

/// The pieces that were sent and whose ends are still to be compared.
#[derive(Debug, Default)]
pub(super) struct PieceEnds {
    open: Vec<SentPiece>,
}

#[derive(Clone, Copy, Debug)]
struct SentPiece {
    from: u64,
    to: u64,
}

impl PieceEnds {
    /// Takes a piece that was sent.
    pub(super) fn note(&mut self, from: u64, to: u64) {
        if to > from {
            self.open.push(SentPiece { from, to });
        }
    }

    /// Returns the next step; `size` is how far the server's file reaches.
    pub(super) fn step(&self, size: u64) -> Option<TransferStep> {
        let piece = self.open.first()?;
        Some(TransferStep::ReadEnd {
            start: piece.from,
            end: piece.to,
            is_last: piece.to >= size,
        })
    }

    /// Takes note that the end of the next piece is equal.
    pub(super) fn matched(&mut self) {
        if !self.open.is_empty() {
            self.open.remove(0);
        }
    }

    /// Returns the start of the next piece, whose end differs.
    pub(super) fn start(&self) -> Option<u64> {
        self.open.first().map(|piece| piece.from)
    }

    /// Takes note that all behind this position is sent anew. What stands before it was compared.
    pub(super) fn forget_behind(&mut self, place: u64) {
        self.open.retain(|piece| piece.to <= place);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_end(start: u64, end: u64, is_last: bool) -> TransferStep {
        TransferStep::ReadEnd {
            start,
            end,
            is_last,
        }
    }

    #[test]
    fn the_end_of_each_piece_is_compared_and_the_last_proves_the_size() {
        let mut ends = PieceEnds::default();
        ends.note(0, 5000);
        ends.note(5000, 5010);
        ends.note(5010, 5010);
        assert_eq!(ends.step(5010), Some(read_end(0, 5000, false)));
        ends.matched();
        assert_eq!(ends.start(), Some(5000));
        assert_eq!(ends.step(5010), Some(read_end(5000, 5010, true)));
        ends.matched();
        assert_eq!((ends.step(5010), ends.start()), (None, None));
    }

    #[test]
    fn what_is_sent_anew_is_not_compared_before() {
        let mut ends = PieceEnds::default();
        ends.note(0, 5000);
        ends.note(5000, 9000);
        ends.forget_behind(8999);
        assert_eq!(ends.step(5000), Some(read_end(0, 5000, true)));
        ends.forget_behind(4999);
        assert_eq!(ends.step(4999), None);
    }
}
