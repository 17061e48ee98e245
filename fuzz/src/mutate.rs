//! Inputs made from those of a corpus, repeatable by a seed.
//!
//! libFuzzer does this better, since it sees which code an input reaches. This needs no tool beside cargo.

use fastrand::Rng;

/// Longest input that is made.
pub const LONGEST: usize = 4096;

/// Words of the line and of servers, which flipped bits seldom make.
const WORDS: &[&[u8]] = &[
    b"\r\nOK\r\n",
    b"\r\nERROR\r\n",
    b"\r\nCONNECT\r\n",
    b"\r\n+CME ERROR: 603\r\n",
    b"\r\nNO CARRIER\r\n",
    b"\r\n+QFTPGET: 0,5\r\n",
    b"\r\n+QFTPPUT: 0,18446744073709551615\r\n",
    b"\r\n+QFTPPUT:-601\r\n",
    b"\r\n+FTPSTOR: 1\r\n",
    b"\r\nRDY\r\n",
    b"+++",
    b"AT+QFTPCFG=\"account\",\"u\",\"p\"\r",
    b"226 Done.\r\n",
    b"227 Entering Passive Mode (127,0,0,1,200,10)\r\n",
    b"\r",
    b"\n",
    b"\"",
    b"\x03",
    b"\x10",
    b"\xff\x00",
    b"\xff\x01",
    b"%00",
    b"://",
];

/// Makes an input from one or two of a corpus.
pub fn mutate(corpus: &[Vec<u8>], random: &mut Rng) -> Vec<u8> {
    let mut input = random.choice(corpus).cloned().unwrap_or_default();
    for _ in 0..=random.u8(0..6) {
        let at = random.usize(..=input.len());
        let end = (at + random.usize(..=32)).min(input.len());
        match random.u8(0..9) {
            0 if at < input.len() => input[at] ^= 1 << random.u8(0..8),
            1 if at < input.len() => input[at] = random.u8(..),
            2 => input.insert(at, random.u8(..)),
            3 => drop(input.drain(at..end)),
            4 => {
                let again = input[at..end].to_vec();
                input.splice(at..at, again);
            }
            5 => input.truncate(at),
            6 | 7 => {
                let word = random.choice(WORDS).copied().unwrap_or_default();
                input.splice(at..at, word.iter().copied());
            }
            _ => {
                let other = random.choice(corpus).map_or(&[][..], Vec::as_slice);
                let from = random.usize(..=other.len());
                input.splice(at.., other[from..].iter().copied());
            }
        }
    }
    input.truncate(LONGEST);
    input
}
