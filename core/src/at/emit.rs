//! Writes command lines, as a host sends them.

use alloc::vec::Vec;

use super::value::{MOST_DIGITS, digits_of};
use crate::wiped::WipedBytes;

/// A string that cannot be expressed on an AT line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("byte {byte:#04x} at position {position} cannot be expressed in an AT string")]
#[expect(clippy::exhaustive_structs, reason = "a byte and its position")]
pub struct UnencodableByte {
    /// The offending byte.
    pub byte: u8,
    /// Its index in the string.
    pub position: usize,
}

/// Refuses a string that would end its quotes or the line: `"`, CR, LF, NUL and every other control character.
/// Bytes 0x80 and up pass: names are bytes.
///
/// # Errors
///
/// Returns the first byte that cannot be expressed.
pub fn check_string(text: &[u8]) -> Result<(), UnencodableByte> {
    match text
        .iter()
        .position(|byte| byte.is_ascii_control() || *byte == b'"')
    {
        Some(position) => Err(UnencodableByte {
            byte: text[position],
            position,
        }),
        None => Ok(()),
    }
}

/// Writes one command line, its CR included, one parameter after the other.
#[derive(Clone, Debug)]
pub struct Emit {
    line: WipedBytes,
    first: bool,
}

impl Emit {
    /// Starts the execution form: `AT` and the name.
    pub fn new(name: &str) -> Self {
        Emit::in_room(WipedBytes::default(), name)
    }

    /// Starts it in the room of an earlier line, which is empty.
    pub(crate) fn in_room(mut line: WipedBytes, name: &str) -> Self {
        line.extend(b"AT");
        line.extend(name.as_bytes());
        Emit { line, first: true }
    }

    fn separate(&mut self) {
        self.line.push(if self.first { b'=' } else { b',' });
        self.first = false;
    }

    /// Adds a string parameter, in quotes.
    ///
    /// # Errors
    ///
    /// Returns the first byte that [`check_string`] refuses.
    pub fn string(mut self, text: &[u8]) -> Result<Self, UnencodableByte> {
        check_string(text)?;
        self.separate();
        self.line.push(b'"');
        self.line.extend(text);
        self.line.push(b'"');
        Ok(self)
    }

    /// Adds a number parameter.
    pub fn integer(mut self, value: u64) -> Self {
        self.separate();
        let mut digits = [0; MOST_DIGITS];
        self.line.extend(digits_of(value, &mut digits));
        self
    }

    /// Adds a number parameter in the manuals' hexadecimal, `0XC02F`.
    pub fn hex(mut self, value: u64) -> Self {
        self.separate();
        self.line.extend(alloc::format!("0X{value:04X}").as_bytes());
        self
    }

    /// Adds an omitted parameter: nothing between commas.
    pub fn omitted(mut self) -> Self {
        self.separate();
        self
    }

    /// Returns the finished line. One CR ends it and nothing follows: an LF could become the first byte of a file.
    pub fn finish(self) -> Vec<u8> {
        self.finish_wiped().into_vec()
    }

    /// Returns the finished line, which is wiped when it is dropped.
    pub(crate) fn finish_wiped(mut self) -> WipedBytes {
        self.line.push(b'\r');
        self.line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_that_would_leave_their_quotes_are_refused() {
        for byte in [b'"', b'\r', b'\n', 0, 0x1b, 0x7f] {
            let refused = Emit::new("+X").string(&[b'a', byte]).err();
            let position = 1;
            assert_eq!(refused, Some(UnencodableByte { byte, position }));
        }
        let line = Emit::new("+X")
            .string("näme\u{20ac}".as_bytes())
            .map(Emit::finish);
        assert_eq!(line.as_deref(), Ok("AT+X=\"näme\u{20ac}\"\r".as_bytes()));
    }
}
