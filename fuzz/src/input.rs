//! An input of a target in its parts: choices at its start, then bytes with actions between them.
//!
//! So the text of a line stands in a corpus as it is, and every input of any bytes means something.

/// Begins an action between bytes: the byte behind it names the action.
pub const ACTION: u8 = 0xff;

/// Reads choices from the start of an input. Behind its end all choices are 0.
#[derive(Clone, Copy, Debug)]
pub struct Choices<'a>(&'a [u8]);

impl<'a> Choices<'a> {
    /// Begins to read an input.
    pub fn new(input: &'a [u8]) -> Self {
        Choices(input)
    }

    /// Returns the next byte.
    pub fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.0.split_first() else {
            return 0;
        };
        self.0 = rest;
        *first
    }

    /// Returns a number below `limit`, which is not 0.
    pub fn below(&mut self, limit: usize) -> usize {
        let number = usize::from(self.byte()) | usize::from(self.byte()) << 8;
        number % limit
    }

    /// Returns an element of a table that is not empty.
    pub fn of<T: Copy>(&mut self, table: &[T]) -> T {
        table[usize::from(self.byte()) % table.len()]
    }

    /// Returns the bytes behind the choices.
    pub fn rest(self) -> &'a [u8] {
        self.0
    }

    /// Returns true behind the last byte.
    pub fn is_empty(self) -> bool {
        self.0.is_empty()
    }
}

/// A part of the bytes behind the choices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part<'a> {
    /// Bytes as they come.
    Bytes(&'a [u8]),
    /// An action of this number.
    Action(u8),
}

/// Splits bytes at the actions between them.
pub fn parts(mut bytes: &[u8]) -> impl Iterator<Item = Part<'_>> {
    std::iter::from_fn(move || {
        let (first, rest) = bytes.split_first()?;
        if *first == ACTION {
            let (number, rest) = rest.split_first().unwrap_or((&0, rest));
            bytes = rest;
            return Some(Part::Action(*number));
        }
        let end = bytes.iter().position(|byte| *byte == ACTION);
        let (before, after) = bytes.split_at(end.unwrap_or(bytes.len()));
        bytes = after;
        Some(Part::Bytes(before))
    })
}

/// Cuts bytes into pieces whose lengths follow from `seed`; 0 leaves them whole.
pub fn cut(bytes: &[u8], seed: u8) -> Vec<&[u8]> {
    let mut pieces = Vec::new();
    let mut rest = bytes;
    let mut state = u32::from(seed);
    while !rest.is_empty() {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let length = match seed {
            0 => rest.len(),
            // The one seed that gives every byte by itself.
            1 => 1,
            _ => 1 + (state >> 24) as usize % usize::from(seed),
        };
        let (piece, after) = rest.split_at(length.min(rest.len()));
        pieces.push(piece);
        rest = after;
    }
    pieces
}
