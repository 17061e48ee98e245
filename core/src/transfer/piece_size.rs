//! The size of the pieces of a transfer, by measuring: what a piece costs beside its bytes stays below 2 %.
//!
//! A piece ends with a checkpoint. More of them lose less to a fault, and each costs a command, and often a data connection.

use core::time::Duration;

/// The bytes of the first piece, before anything was measured.
pub(crate) const FIRST_PIECE: u64 = 256 * 1024;
/// The smallest piece: fewer bytes are hardly worth a checkpoint.
const SMALLEST: u64 = 64 * 1024;
/// The largest piece: about an hour at 9600 bit/s.
const LARGEST: u64 = 4 * 1024 * 1024;
/// The bytes of a piece take this many times as long as the rest of it. The first piece, of which nothing is known, takes
/// the difference to 2 %.
const RATIO: u32 = 60;

/// Measures pieces and says how large the next one is.
#[derive(Clone, Copy, Debug)]
pub(super) struct PieceSize {
    next: u64,
    /// The longest time before the payload of a piece: pieces that share a data connection wait for it once.
    longest: Duration,
}

impl Default for PieceSize {
    fn default() -> Self {
        PieceSize {
            next: FIRST_PIECE,
            longest: Duration::ZERO,
        }
    }
}

impl PieceSize {
    /// Returns the largest number of bytes for the next piece.
    pub(super) fn next(self) -> u64 {
        self.next
    }

    /// Takes a measure: a piece took `elapsed` in all, `overhead` of it before its payload. Its proof reads `proof` bytes of
    /// it back over a data connection of their own, 0 for a listing; `None` where a piece has none.
    pub(super) fn measure(
        &mut self,
        bytes: u64,
        elapsed: Duration,
        overhead: Duration,
        proof: Option<u64>,
    ) {
        let moving = elapsed.saturating_sub(overhead);
        if bytes == 0 || moving.is_zero() {
            return;
        }
        self.longest = self.longest.max(overhead);
        let bytes = u128::from(bytes);
        let connected = proof.map_or(Duration::ZERO, |_| self.longest);
        let read = moving.as_nanos() * u128::from(proof.unwrap_or(0)) / bytes;
        let cost = (overhead + connected).as_nanos() + read;
        let size = bytes * cost * u128::from(RATIO) / moving.as_nanos();
        let size = u64::try_from(size).unwrap_or(u64::MAX);
        self.next = size.clamp(SMALLEST, LARGEST);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    #[test]
    fn a_piece_is_worth_sixty_times_its_overhead() {
        let mut size = PieceSize::default();
        assert_eq!(size.next(), FIRST_PIECE);
        // 10 KB/s, 200 ms for the data connection: ten seconds of payload.
        size.measure(20_000, 2200 * MS, 200 * MS, None);
        assert_eq!(size.next(), 120_000);
    }

    #[test]
    fn its_proof_counts_with_the_connection_that_later_pieces_do_not_wait_for() {
        let mut size = PieceSize::default();
        // 1,000 bytes are read back in 100 ms, behind 200 ms for the data connection.
        size.measure(20_000, 2200 * MS, 200 * MS, Some(1000));
        assert_eq!(size.next(), 300_000);
        size.measure(300_000, 30_000 * MS, Duration::ZERO, Some(1000));
        assert_eq!(size.next(), 180_000);
    }

    #[test]
    fn both_limits_hold() {
        let mut size = PieceSize::default();
        size.measure(1000, 1010 * MS, 10 * MS, None);
        assert_eq!(size.next(), SMALLEST);
        size.measure(10_000_000, 2000 * MS, 1000 * MS, None);
        assert_eq!(size.next(), LARGEST);
        // Nothing was measured.
        size.measure(0, 10 * MS, MS, None);
        size.measure(10, MS, MS, None);
        assert_eq!(size.next(), LARGEST);
    }
}
