//! The checksum of QFUPL and QFDWL: 16-bit XOR over big-endian pairs of bytes (COMMON 1.4).
//!
//! An odd last byte counts as the high byte of a pair. Modules print it in hexadecimal without leading zeros.

/// A running checksum; order matters, cuts do not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Checksum {
    sum: u16,
    odd: bool,
}

impl Checksum {
    /// Takes the next bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        for byte in bytes {
            let high = if self.odd { 0 } else { 8 };
            self.sum ^= u16::from(*byte) << high;
            self.odd = !self.odd;
        }
    }

    /// Returns the sum so far.
    pub fn value(self) -> u16 {
        self.sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_manuals_example_however_it_is_cut() {
        for cut in 0..=10 {
            let mut checksum = Checksum::default();
            checksum.update(&b"1234567890"[..cut]);
            checksum.update(&b"1234567890"[cut..]);
            assert_eq!(checksum.value(), 0x3938, "cut at {cut}");
        }
        assert_eq!(Checksum::default().value(), 0);
    }
}
