//! Bytes that wait for the line.

use alloc::collections::VecDeque;

use zeroize::Zeroize as _;

use crate::framing::stuffing;

/// Bytes the host keeps for sending, unless it is told another size; [`Host::supply`](crate::host::Host::supply) takes
/// no more than fit.
pub const SEND_BUFFER: usize = SendBufferSize::DEFAULT.bytes();

/// The size of a send buffer: 1,024 to 65,536 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SendBufferSize(usize);

impl SendBufferSize {
    /// The smallest one.
    pub const MIN: Self = SendBufferSize(1024);
    /// The size that a host begins with: 16,384 bytes.
    pub const DEFAULT: Self = SendBufferSize(16 * 1024);
    /// The largest one.
    pub const MAX: Self = SendBufferSize(64 * 1024);

    /// Returns the number of bytes.
    pub const fn bytes(self) -> usize {
        self.0
    }
}

impl Default for SendBufferSize {
    fn default() -> Self {
        Self::DEFAULT
    }
}

impl TryFrom<usize> for SendBufferSize {
    type Error = SendBufferSizeError;

    fn try_from(bytes: usize) -> Result<Self, SendBufferSizeError> {
        if (Self::MIN.0..=Self::MAX.0).contains(&bytes) {
            Ok(SendBufferSize(bytes))
        } else {
            Err(SendBufferSizeError(bytes))
        }
    }
}

/// A number of bytes that a send buffer cannot have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a send buffer of {0} bytes is not possible: use 1024 to 65536")]
pub struct SendBufferSizeError(usize);

/// Bytes for the line, in a ring: what goes out makes room without moving the rest.
pub(crate) struct SendBuffer {
    bytes: VecDeque<u8>,
    size: SendBufferSize,
    /// Some of what waited together with these bytes went out.
    begun: bool,
    /// The port is to throw away what went out and has not left it.
    discards: bool,
}

impl SendBuffer {
    /// Makes an empty buffer.
    pub(crate) fn new(size: SendBufferSize) -> Self {
        SendBuffer {
            bytes: VecDeque::new(),
            size,
            begun: false,
            discards: false,
        }
    }

    /// Sets the number of bytes of payload that it takes.
    pub(crate) fn set_size(&mut self, size: SendBufferSize) {
        self.size = size;
    }

    /// Returns the number of bytes of payload that it takes.
    pub(crate) fn size(&self) -> SendBufferSize {
        self.size
    }

    /// Returns the next bytes to send: all that wait, or those up to the end of the ring.
    pub(crate) fn next(&self) -> &[u8] {
        // Asked at each turn of the loop, and as a rule there is none.
        if self.bytes.is_empty() {
            return b"";
        }
        self.bytes.as_slices().0
    }

    /// Returns the number of bytes that wait.
    pub(crate) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Returns `true` if bytes wait and none of them went out.
    pub(crate) fn is_untouched(&self) -> bool {
        !self.begun && !self.bytes.is_empty()
    }

    /// Returns the number of bytes that fit.
    fn room(&self) -> usize {
        self.size.0.saturating_sub(self.bytes.len())
    }

    /// Drops everything.
    pub(crate) fn clear(&mut self) {
        self.remove(self.bytes.len());
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
        self.extend(&[byte]);
    }

    /// Appends bytes, however many.
    pub(crate) fn extend(&mut self, bytes: &[u8]) {
        self.reserve(bytes.len());
        self.bytes.extend(bytes);
    }

    /// Appends payload as far as it fits; returns the number of bytes taken.
    pub(crate) fn supply(&mut self, data: &[u8]) -> usize {
        let count = data.len().min(self.room());
        self.extend(&data[..count]);
        count
    }

    /// Appends payload as far as it fits, stuffed: each byte may become two.
    pub(crate) fn supply_stuffed(&mut self, data: &[u8]) -> usize {
        let count = data.len().min(self.room() / 2);
        self.reserve(2 * count);
        stuffing::stuff(&data[..count], &mut self.bytes);
        count
    }

    /// Makes room for more bytes, twice as much as there was where the size allows that.
    fn reserve(&mut self, more: usize) {
        let least = self.bytes.len() + more;
        if self.bytes.capacity() < least {
            let room = least.max(self.size.0.min(2 * self.bytes.capacity()));
            self.bytes.reserve_exact(room - self.bytes.len());
        }
    }

    /// Takes away bytes of [`SendBuffer::next`] that went out, `count` at most; returns `true` if nothing waits.
    pub(crate) fn take_sent(&mut self, count: usize) -> bool {
        let count = count.min(self.next().len());
        self.begun |= count > 0;
        self.remove(count);
        self.bytes.is_empty()
    }

    /// Removes the first bytes. A command line among them may hold a password.
    fn remove(&mut self, count: usize) {
        let (first, second) = self.bytes.as_mut_slices();
        let in_first = count.min(first.len());
        first[..in_first].zeroize();
        second[..count - in_first].zeroize();
        self.bytes.drain(..count);
        self.begun &= !self.bytes.is_empty();
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

    fn size(bytes: usize) -> SendBufferSize {
        bytes.try_into().expect("a size")
    }

    #[test]
    fn payload_is_taken_as_far_as_it_fits() {
        for size in [SendBufferSize::MIN, size(5000), SendBufferSize::MAX] {
            let mut buffer = SendBuffer::new(size);
            let data = alloc::vec![b'a'; size.bytes() + 1];
            assert_eq!(buffer.supply(&data), size.bytes());
            assert_eq!(buffer.supply(&data), 0);
            assert!(!buffer.take_sent(10));
            assert_eq!(buffer.supply(&data), 10);
            assert_eq!(buffer.len(), size.bytes());
            assert_eq!(buffer.next().len(), size.bytes() - 10);
            assert!(!buffer.take_sent(usize::MAX));
            assert_eq!(buffer.next().len(), 10);
            assert!(buffer.take_sent(10) && buffer.next().is_empty());
            assert_eq!(buffer.supply_stuffed(&data), size.bytes() / 2);
            assert_eq!(buffer.bytes.capacity(), size.bytes());
        }
    }

    #[test]
    fn what_goes_round_comes_out_in_order() {
        let mut buffer = SendBuffer::new(SendBufferSize::MIN);
        let content: alloc::vec::Vec<u8> = (0..=255).cycle().take(10_000).collect();
        let (mut given, mut sent) = (0, alloc::vec::Vec::new());
        while sent.len() < content.len() {
            given += buffer.supply(&content[given..]);
            let next = buffer.next();
            let next = &next[..next.len().min(100)];
            sent.extend_from_slice(next);
            let count = next.len();
            buffer.take_sent(count);
        }
        assert_eq!(sent, content);
        assert_eq!(buffer.bytes.capacity(), SendBufferSize::MIN.bytes());
    }

    #[test]
    fn a_size_has_two_bounds() {
        assert_eq!(size(1024), SendBufferSize::MIN);
        assert_eq!(size(65536), SendBufferSize::MAX);
        for bytes in [0, 1023, 65537] {
            let error = SendBufferSize::try_from(bytes).expect_err("no size");
            assert!(alloc::format!("{error}").contains("1024 to 65536"));
        }
    }

    #[test]
    fn what_is_discarded_is_told_once() {
        let mut buffer = SendBuffer::new(SendBufferSize::DEFAULT);
        buffer.extend(b"payload");
        buffer.discard();
        assert!(buffer.next().is_empty());
        buffer.extend(b"AT\r");
        assert!(buffer.poll_discard() && !buffer.poll_discard());
        assert_eq!(buffer.next(), b"AT\r");
    }

    #[test]
    fn a_buffer_is_untouched_until_a_byte_went_out() {
        let mut buffer = SendBuffer::new(SendBufferSize::DEFAULT);
        assert!(!buffer.is_untouched());
        buffer.extend(b"AT\r");
        assert!(!buffer.take_sent(0) && buffer.is_untouched());
        assert!(!buffer.take_sent(1));
        assert!(!buffer.is_untouched());
        buffer.clear();
        buffer.extend(b"AT\r");
        assert!(buffer.is_untouched());
    }
}
