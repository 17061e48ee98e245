//! Payload of `nl668` FTPSTOR and FTPRETR: ends at a bare ETX, 0x03; a DLE, 0x10, makes the next byte data
//! (003 §1.2.15, §1.2.16).
//!
//! A 0x03 or 0x10 of the file goes as 0x10 and itself, so that the end is certain for any content. Nothing else goes
//! behind a 0x10: where another byte stands there, the line lost or added one.

use alloc::vec::Vec;

/// Ends the payload.
pub const ETX: u8 = 0x03;
/// The next byte is data.
pub const DLE: u8 = 0x10;
/// Bytes in which looking at each is faster than a search.
const NEAR: usize = 8;

/// Appends `data` to `line` as it goes over the line, without the end.
pub fn stuff<'a>(data: &'a [u8], line: &mut impl Extend<&'a u8>) {
    let mut rest = data;
    while let Some((plain, special, behind)) = split_at_special(rest) {
        line.extend(plain);
        line.extend([&DLE, special]);
        rest = behind;
    }
    line.extend(rest);
}

/// Returns the bytes before the first ETX or DLE, itself, and the bytes behind it.
fn split_at_special(bytes: &[u8]) -> Option<(&[u8], &u8, &[u8])> {
    let at = plain_length(bytes);
    let (special, behind) = bytes[at..].split_first()?;
    Some((&bytes[..at], special, behind))
}

/// Returns the number of bytes before the first ETX or DLE.
fn plain_length(bytes: &[u8]) -> usize {
    // The next one is near, as a rule, where there are many.
    let near = bytes.len().min(NEAR);
    match bytes[..near].iter().position(|byte| is_special(*byte)) {
        Some(at) => at,
        None => memchr::memchr2(ETX, DLE, &bytes[near..]).map_or(bytes.len(), |at| near + at),
    }
}

/// Returns true for a byte that goes behind a DLE.
fn is_special(byte: u8) -> bool {
    matches!(byte, ETX | DLE)
}

/// Reads what [`stuff`] wrote, however it is cut.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Unstuff {
    /// The last byte was a DLE.
    escaped: bool,
    /// A byte came behind a DLE that needs none.
    damaged: bool,
}

/// The kind of the bytes at hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece {
    /// This many bytes are payload as they are.
    Plain(usize),
    /// One byte is a DLE and no payload.
    Escape,
    /// One byte is the end.
    End,
}

/// The result of [`Unstuff::pass_in_place`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Unstuffed {
    /// The number of bytes of the line that were taken.
    pub taken: usize,
    /// The number of bytes at their start that are payload now.
    pub payload: usize,
    /// The end was the last byte that was taken.
    pub ended: bool,
}

impl Unstuff {
    /// Returns true if a byte came behind a DLE that [`stuff`] puts none before.
    pub fn is_damaged(&self) -> bool {
        self.damaged
    }

    /// Takes note of a byte behind a DLE.
    fn note_escaped(&mut self, byte: u8) {
        self.damaged |= !is_special(byte);
    }

    /// Takes the stuffing out of `bytes`, in their place, up to the end or to the plain bytes behind the last stuffing.
    pub fn pass_in_place(&mut self, bytes: &mut [u8]) -> Unstuffed {
        let stop = memchr::memrchr2(ETX, DLE, bytes).map_or(0, |last| last + 1);
        let (mut taken, mut payload) = (0, 0);
        let mut ended = false;
        let mut damaged = false;
        if let (true, Some(first)) = (self.escaped, bytes.first()) {
            self.note_escaped(*first);
            self.escaped = false;
            (taken, payload) = (1, 1);
        }
        while taken < stop && !ended {
            match bytes[taken] {
                DLE if taken + 1 < bytes.len() => {
                    let byte = bytes[taken + 1];
                    damaged |= !is_special(byte);
                    bytes[payload] = byte;
                    taken += 2;
                    payload += 1;
                }
                DLE => {
                    self.escaped = true;
                    taken += 1;
                }
                ETX => {
                    ended = true;
                    taken += 1;
                }
                _ => {
                    let count = plain_length(&bytes[taken..stop]);
                    bytes.copy_within(taken..taken + count, payload);
                    taken += count;
                    payload += count;
                }
            }
        }
        self.damaged |= damaged;
        Unstuffed {
            taken,
            payload,
            ended,
        }
    }

    /// Classifies the first of these bytes; returns `None` for no bytes.
    pub fn next(&mut self, bytes: &[u8]) -> Option<Piece> {
        let first = bytes.first()?;
        if core::mem::take(&mut self.escaped) {
            self.note_escaped(*first);
            return Some(Piece::Plain(1));
        }
        Some(match *first {
            ETX => Piece::End,
            DLE => {
                self.escaped = true;
                Piece::Escape
            }
            _ => Piece::Plain(plain_length(bytes)),
        })
    }

    /// Appends the payload in `bytes` to `data`. Returns how many bytes were taken and whether the end was among them.
    pub fn pass(&mut self, bytes: &[u8], data: &mut Vec<u8>) -> (usize, bool) {
        let mut taken = 0;
        while let Some(piece) = self.next(&bytes[taken..]) {
            match piece {
                Piece::Plain(count) => {
                    data.extend_from_slice(&bytes[taken..taken + count]);
                    taken += count;
                }
                Piece::Escape => taken += 1,
                Piece::End => return (taken + 1, true),
            }
        }
        (taken, false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;
    use proptest::prelude::*;

    fn unstuffed(line: &[u8], size: usize) -> (Vec<u8>, usize, bool) {
        let mut unstuff = Unstuff::default();
        let (mut data, mut taken) = (Vec::new(), 0);
        for piece in line.chunks(size) {
            let (count, ended) = unstuff.pass(piece, &mut data);
            taken += count;
            if ended {
                return (data, taken, true);
            }
        }
        (data, taken, false)
    }

    #[test]
    fn the_manuals_example() {
        let mut line = Vec::new();
        stuff(&[0x03, 0x10, 0x11, 0x03], &mut line);
        assert_eq!(line, [0x10, 0x03, 0x10, 0x10, 0x11, 0x10, 0x03]);
        line.extend_from_slice(&[ETX, b'A', b'T']);
        for size in 1..=line.len() {
            let expected = (vec![0x03, 0x10, 0x11, 0x03], line.len() - 2, true);
            assert_eq!(unstuffed(&line, size), expected, "by {size}");
        }
    }

    /// Takes the stuffing out of each piece in its place, and what is plain behind it.
    fn unstuffed_in_place(line: &[u8], size: usize) -> (Vec<u8>, usize, bool) {
        let mut unstuff = Unstuff::default();
        let (mut data, mut taken) = (Vec::new(), 0);
        for piece in line.chunks(size) {
            let mut piece = piece.to_vec();
            let done = unstuff.pass_in_place(&mut piece);
            data.extend_from_slice(&piece[..done.payload]);
            taken += done.taken;
            if done.ended {
                return (data, taken, true);
            }
            let plain = &piece[done.taken..];
            assert_eq!(plain_length(plain), plain.len());
            data.extend_from_slice(plain);
            taken += plain.len();
        }
        (data, taken, false)
    }

    #[test]
    fn without_an_end_it_goes_on() {
        assert_eq!(unstuffed(b"abc\x10", 2), (b"abc".to_vec(), 4, false));
        assert_eq!(unstuffed(b"", 1), (Vec::new(), 0, false));
    }

    #[test]
    fn a_byte_behind_a_dle_that_needs_none_shows_damage() {
        let damaged = |line: &[u8], size: usize| {
            let mut by_piece = Unstuff::default();
            let mut in_place = Unstuff::default();
            for piece in line.chunks(size) {
                by_piece.pass(piece, &mut Vec::new());
                in_place.pass_in_place(&mut piece.to_vec());
            }
            assert_eq!(by_piece.is_damaged(), in_place.is_damaged());
            by_piece.is_damaged()
        };
        for size in 1..4 {
            assert!(!damaged(&[DLE, DLE, DLE, ETX, b'a'], size));
            // A byte more between the two of a pair leaves the count as it was.
            assert!(damaged(&[DLE, b'a', DLE, b'b'], size));
        }
    }

    proptest! {
        #[test]
        fn any_bytes_come_back(data in prop::collection::vec(prop_oneof![Just(3u8), Just(16u8), any::<u8>()], 0..200), size in 1usize..50) {
            let mut line = Vec::new();
            stuff(&data, &mut line);
            line.push(ETX);
            let length = line.len();
            prop_assert_eq!(unstuffed_in_place(&line, size), (data.clone(), length, true));
            prop_assert_eq!(unstuffed(&line, size), (data, length, true));
        }
    }
}
