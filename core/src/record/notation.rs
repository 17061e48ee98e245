//! Bytes as text without loss: a backslash stands twice, `\\xNN` is a byte that is not text.

use std::fmt::Write as _;

/// Returns bytes as text. CR and LF stay as they are; other control characters and invalid UTF-8 become `\\xNN`.
///
/// ```
/// use qftp::record::{escape, unescape};
///
/// assert_eq!(escape(b"a\\\xff\x1b\r\n"), "a\\\\\\xff\\x1b\r\n");
/// assert_eq!(unescape("a\\\\\\xff").as_deref(), Some(&b"a\\\xff"[..]));
/// ```
pub fn escape(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        for character in chunk.valid().chars() {
            match character {
                '\\' => text.push_str("\\\\"),
                '\r' | '\n' => text.push(character),
                character if character.is_control() => {
                    escape_bytes(&mut text, character.encode_utf8(&mut [0; 4]).as_bytes());
                }
                character => text.push(character),
            }
        }
        escape_bytes(&mut text, chunk.invalid());
    }
    text
}

fn escape_bytes(text: &mut String, bytes: &[u8]) {
    for byte in bytes {
        // A string takes everything.
        let _ = write!(text, "\\x{byte:02x}");
    }
}

/// Returns the bytes of a text; `None` where a backslash begins neither another one nor `\\xNN`.
pub fn unescape(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((byte, behind)) = rest.split_first() {
        let (byte, behind) = match (byte, behind) {
            (b'\\', [b'\\', behind @ ..]) => (b'\\', behind),
            (b'\\', [b'x', high, low, behind @ ..]) => {
                let digit = |byte: &u8| char::from(*byte).to_digit(16);
                let value = digit(high)? * 16 + digit(low)?;
                (u8::try_from(value).ok()?, behind)
            }
            (b'\\', _) => return None,
            _ => (*byte, behind),
        };
        bytes.push(byte);
        rest = behind;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn all_bytes_can_be_read_back(bytes: Vec<u8>) {
            prop_assert_eq!(unescape(&escape(&bytes)), Some(bytes));
        }
    }

    #[test]
    fn other_escapes_are_refused() {
        for text in ["\\", "\\q", "\\x", "\\x1", "\\xg0", "\\x+1", "\\n"] {
            assert_eq!(unescape(text), None, "{text}");
        }
        assert_eq!(unescape("\\xC3\\xa4").as_deref(), Some("ä".as_bytes()));
    }
}
