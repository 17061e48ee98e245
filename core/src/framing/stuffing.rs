//! Payload of `nl668` FTPSTOR and FTPRETR: ends at a bare ETX, 0x03; a DLE, 0x10, makes the next byte data
//! (003 §1.2.15, §1.2.16).
//!
//! A 0x03 or 0x10 of the file goes as 0x10 and itself, so that the end is certain for any content.

use alloc::vec::Vec;

/// Ends the payload.
pub const ETX: u8 = 0x03;
/// The next byte is data.
pub const DLE: u8 = 0x10;

/// Appends `data` to `line` as it goes over the line, without the end.
pub fn stuff(data: &[u8], line: &mut Vec<u8>) {
    let mut rest = data;
    while let Some(at) = memchr::memchr2(ETX, DLE, rest) {
        let (plain, special) = rest.split_at(at);
        line.extend_from_slice(plain);
        line.extend_from_slice(&[DLE, special[0]]);
        rest = &special[1..];
    }
    line.extend_from_slice(rest);
}

/// Reads what [`stuff`] wrote, however it is cut.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Unstuff {
    /// The last byte was a DLE.
    escaped: bool,
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

impl Unstuff {
    /// Classifies the first of these bytes; returns `None` for no bytes.
    pub fn next(&mut self, bytes: &[u8]) -> Option<Piece> {
        let first = bytes.first()?;
        if core::mem::take(&mut self.escaped) {
            return Some(Piece::Plain(1));
        }
        Some(match *first {
            ETX => Piece::End,
            DLE => {
                self.escaped = true;
                Piece::Escape
            }
            _ => Piece::Plain(memchr::memchr2(ETX, DLE, bytes).unwrap_or(bytes.len())),
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

    #[test]
    fn without_an_end_it_goes_on() {
        assert_eq!(unstuffed(b"abc\x10", 2), (b"abc".to_vec(), 4, false));
        assert_eq!(unstuffed(b"", 1), (Vec::new(), 0, false));
    }

    proptest! {
        #[test]
        fn any_bytes_come_back(data in prop::collection::vec(prop_oneof![Just(3u8), Just(16u8), any::<u8>()], 0..200), size in 1usize..50) {
            let mut line = Vec::new();
            stuff(&data, &mut line);
            line.push(ETX);
            let length = line.len();
            prop_assert_eq!(unstuffed(&line, size), (data, length, true));
        }
    }
}
