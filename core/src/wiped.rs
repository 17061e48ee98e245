//! Bytes that may be a password or a key: wiped when they are dropped, when they move to a larger place and when they are
//! taken away.
//!
//! A `Vec` leaves copies behind: where it grows, where its front is cut off, and where it is dropped. A core dump shows
//! them.

use alloc::vec::Vec;
use core::ops::{Deref, DerefMut};

use zeroize::Zeroize as _;

/// The least room that is made at once.
const LEAST_ROOM: usize = 64;
/// The most room that is kept where there may be nothing for long.
#[cfg_attr(not(all(unix, feature = "emulator")), allow(dead_code))]
pub(crate) const IDLE_ROOM: usize = 1024;

/// Bytes of which no copy stays behind. The room behind their end is always wiped.
#[derive(Clone, Default, PartialEq, Eq)]
pub(crate) struct WipedBytes(Vec<u8>);

impl WipedBytes {
    /// Appends bytes.
    pub(crate) fn extend(&mut self, bytes: &[u8]) {
        if self.0.capacity() - self.0.len() < bytes.len() {
            let room = (self.0.len() + bytes.len()).max(2 * self.0.capacity());
            let mut larger = Vec::with_capacity(room.max(LEAST_ROOM));
            larger.extend_from_slice(&self.0);
            core::mem::swap(&mut self.0, &mut larger);
            larger.zeroize();
        }
        self.0.extend_from_slice(bytes);
    }

    /// Appends a byte.
    #[inline]
    pub(crate) fn push(&mut self, byte: u8) {
        if self.0.len() < self.0.capacity() {
            self.0.push(byte);
        } else {
            self.extend(&[byte]);
        }
    }

    /// Takes the last byte away.
    pub(crate) fn pop(&mut self) {
        self.truncate(self.0.len().saturating_sub(1));
    }

    /// Takes away all but the first bytes.
    pub(crate) fn truncate(&mut self, length: usize) {
        if let Some(rest) = self.0.get_mut(length..) {
            rest.zeroize();
            self.0.truncate(length);
        }
    }

    /// Takes the first bytes away.
    pub(crate) fn remove_front(&mut self, count: usize) {
        let start = count.min(self.0.len());
        let left = self.0.len() - start;
        self.0.copy_within(start.., 0);
        self.truncate(left);
    }

    /// Takes all away; the room stays.
    pub(crate) fn clear(&mut self) {
        self.truncate(0);
    }

    /// Gives the room of an empty one back, if it is more than a few lines take.
    #[cfg_attr(not(all(unix, feature = "emulator")), allow(dead_code))]
    pub(crate) fn give_back(&mut self) {
        if self.0.is_empty() && self.0.capacity() > IDLE_ROOM {
            self.0 = Vec::new();
        }
    }

    /// Hands the bytes over as they are. The receiver wipes them.
    pub(crate) fn into_vec(mut self) -> Vec<u8> {
        core::mem::take(&mut self.0)
    }
}

impl Drop for WipedBytes {
    fn drop(&mut self) {
        self.clear();
    }
}

impl Deref for WipedBytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl DerefMut for WipedBytes {
    fn deref_mut(&mut self) -> &mut [u8] {
        &mut self.0
    }
}

impl From<Vec<u8>> for WipedBytes {
    fn from(bytes: Vec<u8>) -> Self {
        WipedBytes(bytes)
    }
}

impl From<&[u8]> for WipedBytes {
    fn from(bytes: &[u8]) -> Self {
        WipedBytes(bytes.to_vec())
    }
}

/// Shows the length alone.
impl core::fmt::Debug for WipedBytes {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{} bytes", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;

    #[test]
    fn bytes_are_those_of_a_vector() {
        let mut bytes = WipedBytes::from(&b"ab"[..]);
        for byte in 0..200 {
            bytes.push(byte);
        }
        bytes.remove_front(2);
        assert_eq!(&bytes[..3], [0, 1, 2]);
        bytes.pop();
        assert_eq!(bytes.len(), 199);
        bytes.truncate(300);
        bytes.truncate(4);
        bytes.extend(b"xyz");
        assert_eq!(*bytes, *b"\x00\x01\x02\x03xyz");
        bytes.remove_front(100);
        assert!(bytes.is_empty());
        bytes.pop();
        bytes.extend(b"end");
        assert_eq!(format!("{bytes:?}"), "3 bytes");
        assert_eq!(bytes.into_vec(), b"end");
    }
}
