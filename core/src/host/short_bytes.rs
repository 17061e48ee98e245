//! A few bytes that an exchange keeps: within the value itself where they are few, so that an exchange allocates nothing.

use alloc::string::String;
use alloc::vec::Vec;
use core::ops::Deref;

/// Bytes that stand in the value itself: a name such as `AT+FTPTRANSPARENT`, the fields of `+QFTPPUT: 0,1000000`.
const FEW: usize = 30;

/// Bytes that are few, as a rule.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum ShortBytes {
    Few(u8, [u8; FEW]),
    Many(Vec<u8>),
}

impl ShortBytes {
    /// Adds a byte.
    fn push(&mut self, byte: u8) {
        match self {
            ShortBytes::Few(count, bytes) if usize::from(*count) < FEW => {
                bytes[usize::from(*count)] = byte;
                *count += 1;
            }
            ShortBytes::Few(..) => {
                let mut many = self.to_vec();
                many.push(byte);
                *self = ShortBytes::Many(many);
            }
            ShortBytes::Many(bytes) => bytes.push(byte),
        }
    }
}

impl Default for ShortBytes {
    fn default() -> Self {
        ShortBytes::Few(0, [0; FEW])
    }
}

impl From<&[u8]> for ShortBytes {
    fn from(bytes: &[u8]) -> Self {
        let mut few = [0; FEW];
        match (few.get_mut(..bytes.len()), u8::try_from(bytes.len())) {
            (Some(place), Ok(count)) => {
                place.copy_from_slice(bytes);
                ShortBytes::Few(count, few)
            }
            _ => ShortBytes::Many(bytes.to_vec()),
        }
    }
}

impl Deref for ShortBytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            ShortBytes::Few(count, bytes) => &bytes[..usize::from(*count)],
            ShortBytes::Many(bytes) => bytes,
        }
    }
}

impl core::fmt::Debug for ShortBytes {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "\"{}\"", self.escape_ascii())
    }
}

/// The command of a step without its parameters, for errors.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct CommandName(ShortBytes);

impl CommandName {
    /// Keeps a name; what is no letter, digit or sign is escaped.
    pub(super) fn new(name: &[u8]) -> Self {
        let needs_no_escape =
            |byte: &u8| byte.is_ascii_graphic() && !matches!(byte, b'\\' | b'\'' | b'"');
        if name.iter().all(needs_no_escape) {
            return CommandName(name.into());
        }
        let mut kept = ShortBytes::default();
        for byte in name.escape_ascii() {
            kept.push(byte);
        }
        CommandName(kept)
    }
}

impl Deref for CommandName {
    type Target = str;

    fn deref(&self) -> &str {
        // What is escaped is ASCII.
        core::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl From<CommandName> for String {
    fn from(name: CommandName) -> Self {
        (*name).into()
    }
}

impl core::fmt::Display for CommandName {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_and_many_are_kept_alike() {
        for count in [0, 1, FEW - 1, FEW, FEW + 1, 300] {
            let text = alloc::vec![b'a'; count];
            let bytes = ShortBytes::from(&text[..]);
            assert_eq!(*bytes, text[..]);
            assert_eq!(matches!(bytes, ShortBytes::Few(..)), count <= FEW);
            let name = CommandName::new(&text);
            assert_eq!(name.as_bytes(), text);
        }
        assert_eq!(&*CommandName::new(b"AT\xff\"x"), "AT\\xff\\\"x");
    }
}
