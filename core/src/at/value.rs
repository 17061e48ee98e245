//! The values on an AT line: parameters, lists of them, numbers.

use alloc::vec::Vec;

/// One parameter as it stands on the line, blanks around it removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Token<'a> {
    /// Nothing between two commas: the parameter keeps its value or takes its default.
    Omitted,
    /// In double quotes; the quotes are removed.
    Quoted(&'a [u8]),
    /// Without quotes: a number, or a string where that is unambiguous.
    Bare(&'a [u8]),
}

impl<'a> Token<'a> {
    /// Returns the bytes of the parameter, quoted or not.
    pub fn bytes(self) -> &'a [u8] {
        match self {
            Token::Omitted => b"",
            Token::Quoted(bytes) | Token::Bare(bytes) => bytes,
        }
    }

    /// Parses the parameter as a decimal number. A quoted one does not count as a number.
    pub fn integer(self) -> Option<u64> {
        match self {
            Token::Bare(digits) => parse_integer(digits),
            Token::Omitted | Token::Quoted(_) => None,
        }
    }
}

/// Parses decimal digits; returns `None` for anything else, and for more than fits 64 bits.
pub fn parse_integer(digits: &[u8]) -> Option<u64> {
    if digits.is_empty() {
        return None;
    }
    digits.iter().try_fold(0u64, |value, byte| {
        let digit = byte.is_ascii_digit().then(|| u64::from(byte - b'0'))?;
        value.checked_mul(10)?.checked_add(digit)
    })
}

/// The comma-separated fields of a parameter or information list, quotes respected.
#[derive(Clone, Debug)]
pub struct Fields<'a> {
    rest: Option<&'a [u8]>,
}

impl<'a> Fields<'a> {
    /// Creates the fields of `text`, which stands behind the `=` or the colon.
    pub fn new(text: &'a [u8]) -> Self {
        Fields { rest: Some(text) }
    }

    /// Returns the unread rest, for a last field that may hold commas (an unquoted path, 002 §2.4).
    pub fn rest(&self) -> &'a [u8] {
        trim(self.rest.unwrap_or(b""))
    }
}

impl<'a> Iterator for Fields<'a> {
    /// `Err` for text beside a quoted string, or a quote that is not closed.
    type Item = Result<Token<'a>, ()>;

    fn next(&mut self) -> Option<Self::Item> {
        let text = self.rest?;
        let mut quoted = false;
        let comma = text.iter().position(|byte| {
            quoted ^= *byte == b'"';
            *byte == b',' && !quoted
        });
        let (field, rest) = match comma {
            Some(at) => (&text[..at], Some(&text[at + 1..])),
            None => (text, None),
        };
        self.rest = rest;
        Some(read_token(trim(field)))
    }
}

fn read_token(field: &[u8]) -> Result<Token<'_>, ()> {
    match field {
        [] => Ok(Token::Omitted),
        [b'"', inner @ .., b'"'] if !inner.contains(&b'"') => Ok(Token::Quoted(inner)),
        _ if field.contains(&b'"') => Err(()),
        _ => Ok(Token::Bare(field)),
    }
}

/// Appends a number in decimal.
pub fn push_integer(line: &mut Vec<u8>, value: u64) {
    let mut digits = [0; MOST_DIGITS];
    line.extend_from_slice(digits_of(value, &mut digits));
}

/// The digits of the largest number.
pub(super) const MOST_DIGITS: usize = 20;

/// Writes the digits of a number and returns them.
pub(super) fn digits_of(value: u64, digits: &mut [u8; MOST_DIGITS]) -> &[u8] {
    let mut at = digits.len();
    let mut rest = value;
    loop {
        at -= 1;
        digits[at] = b'0' + u8::try_from(rest % 10).unwrap_or(0);
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    &digits[at..]
}

pub(super) fn blanks(bytes: &[u8]) -> usize {
    bytes
        .iter()
        .take_while(|byte| matches!(byte, b' ' | b'\t'))
        .count()
}

pub(super) fn trim(bytes: &[u8]) -> &[u8] {
    let is_blank = |byte: Option<&u8>| matches!(byte, Some(b' ' | b'\t'));
    if !is_blank(bytes.first()) && !is_blank(bytes.last()) {
        return bytes;
    }
    let start = blanks(bytes);
    let end = bytes
        .iter()
        .rposition(|byte| !matches!(byte, b' ' | b'\t'))
        .map_or(start, |last| last + 1);
    &bytes[start..end.max(start)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_at_the_edge_of_64_bits() {
        assert_eq!(parse_integer(b"18446744073709551615"), Some(u64::MAX));
        assert_eq!(parse_integer(b"18446744073709551616"), None);
        assert_eq!(parse_integer(b""), None);
        assert_eq!(parse_integer(b"-1"), None);
        assert_eq!(parse_integer(b"4294967296"), Some(1 << 32));
    }

    proptest! {
        #[test]
        fn numbers_come_back(value in any::<u64>()) {
            let mut line = Vec::new();
            push_integer(&mut line, value);
            prop_assert_eq!(parse_integer(&line), Some(value));
        }
    }
}
