//! Bytes that wait for the line.

use alloc::vec::Vec;
use core::ops::Range;

use zeroize::Zeroize as _;

use crate::framing::stuffing;

/// Bytes the host keeps for sending; [`Host::supply`](crate::host::Host::supply) takes no more than fit.
pub const SEND_BUFFER: usize = 16 * 1024;

/// Bytes for the line; the front of them went out.
#[derive(Default)]
pub(crate) struct SendBuffer {
    bytes: Vec<u8>,
    /// `bytes[..sent]` went out.
    sent: usize,
    /// The port is to throw away what went out and has not left it.
    discards: bool,
}

impl SendBuffer {
    /// Returns the bytes that wait.
    pub(crate) fn unsent(&self) -> &[u8] {
        &self.bytes[self.sent..]
    }

    /// Returns `true` if bytes wait and none of them went out.
    pub(crate) fn is_untouched(&self) -> bool {
        self.sent == 0 && !self.bytes.is_empty()
    }

    /// Returns the number of bytes that fit.
    fn room(&self) -> usize {
        SEND_BUFFER.saturating_sub(self.unsent().len())
    }

    /// Drops everything.
    pub(crate) fn clear(&mut self) {
        // A command line may hold a password.
        self.bytes.as_mut_slice().zeroize();
        self.bytes.clear();
        self.sent = 0;
    }

    /// Drops everything, and what the port holds.
    pub(crate) fn discard(&mut self) {
        self.clear();
        self.discards = true;
    }

    /// Returns `true`, once, if the port is to throw away what it holds.
    pub(crate) fn poll_discard(&mut self) -> bool {
        core::mem::take(&mut self.discards)
    }

    /// Appends a byte.
    pub(crate) fn push(&mut self, byte: u8) {
        self.bytes.push(byte);
    }

    /// Appends bytes.
    pub(crate) fn extend(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// Appends payload as far as it fits; returns the number of bytes taken.
    pub(crate) fn supply(&mut self, data: &[u8]) -> usize {
        let count = data.len().min(self.room());
        if count > 0 {
            self.compact();
            self.bytes.extend_from_slice(&data[..count]);
        }
        count
    }

    /// Appends payload as far as it fits, stuffed: each byte may become two.
    pub(crate) fn supply_stuffed(&mut self, data: &[u8]) -> usize {
        let count = data.len().min(self.room() / 2);
        if count > 0 {
            self.compact();
            stuffing::stuff(&data[..count], &mut self.bytes);
        }
        count
    }

    /// Gives the room of sent bytes free.
    fn compact(&mut self) {
        if self.sent > 0 {
            self.bytes.drain(..self.sent);
            self.sent = 0;
        }
    }

    /// Counts bytes as sent, and returns their place until [`SendBuffer::reclaim`].
    pub(crate) fn mark_sent(&mut self, count: usize) -> Range<usize> {
        let from = self.sent;
        self.sent = (self.sent + count).min(self.bytes.len());
        from..self.sent
    }

    /// Returns bytes by their place.
    pub(crate) fn bytes(&self, range: Range<usize>) -> &[u8] {
        &self.bytes[range]
    }

    /// Gives all room free if everything went out; returns `true` if nothing waits.
    pub(crate) fn reclaim(&mut self) -> bool {
        if self.sent == self.bytes.len() {
            self.clear();
        }
        self.bytes.is_empty()
    }
}

impl Drop for SendBuffer {
    fn drop(&mut self) {
        self.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn payload_is_taken_as_far_as_it_fits() {
        let mut buffer = SendBuffer::default();
        let data = alloc::vec![b'a'; SEND_BUFFER + 1];
        assert_eq!(buffer.supply(&data), SEND_BUFFER);
        assert_eq!(buffer.supply(&data), 0);
        assert_eq!(buffer.mark_sent(10), 0..10);
        assert!(!buffer.reclaim());
        assert_eq!(buffer.supply(&data), 10);
        assert_eq!(buffer.unsent().len(), SEND_BUFFER);
        assert_eq!(buffer.mark_sent(usize::MAX >> 1), 0..SEND_BUFFER);
        assert!(buffer.reclaim() && buffer.unsent().is_empty());
        assert_eq!(buffer.supply_stuffed(&data), SEND_BUFFER / 2);
    }

    #[test]
    fn what_is_discarded_is_told_once() {
        let mut buffer = SendBuffer::default();
        buffer.extend(b"payload");
        buffer.discard();
        assert!(buffer.unsent().is_empty());
        buffer.extend(b"AT\r");
        assert!(buffer.poll_discard() && !buffer.poll_discard());
        assert_eq!(buffer.unsent(), b"AT\r");
    }

    #[test]
    fn a_buffer_is_untouched_until_a_byte_went_out() {
        let mut buffer = SendBuffer::default();
        assert!(!buffer.is_untouched());
        buffer.extend(b"AT\r");
        assert!(buffer.is_untouched());
        let sent = buffer.mark_sent(1);
        assert_eq!(buffer.bytes(sent), b"A");
        assert!(!buffer.is_untouched());
    }
}
