//! Bytes on their way to a line or a socket that takes them in pieces.

use std::io::{self, ErrorKind};

use crate::wiped::WipedBytes;

/// The most that one system call moves.
pub(super) const BUFFER: usize = 64 * 1024;

/// A queue of bytes and how far it is written.
#[derive(Debug, Default)]
pub(super) struct WriteBuffer {
    queue: WipedBytes,
    /// The number of bytes of `queue` that are written.
    written: usize,
}

impl WriteBuffer {
    /// Adds bytes at the end.
    pub(super) fn push(&mut self, bytes: &[u8]) {
        self.queue.extend(bytes);
    }

    /// Returns how many bytes wait.
    pub(super) fn len(&self) -> usize {
        self.queue.len() - self.written
    }

    /// Drops what waits.
    pub(super) fn clear(&mut self) {
        self.queue.clear();
        self.written = 0;
    }

    /// Gives the room back where nothing waits.
    pub(super) fn give_back(&mut self) {
        self.queue.give_back();
    }

    /// Writes until all is written or `write` returns 0, and returns how many bytes went out.
    ///
    /// An interrupted write is tried again; any other error ends it.
    pub(super) fn flush(
        &mut self,
        mut write: impl FnMut(&[u8]) -> io::Result<usize>,
    ) -> io::Result<usize> {
        let before = self.written;
        while self.written < self.queue.len() {
            match write(self.queue.get(self.written..).unwrap_or_default()) {
                Ok(0) => break,
                Ok(count) => self.written += count,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        let sent = self.written - before;
        // The front is cut off only now and then: each cut moves the rest.
        if self.written == self.queue.len() || self.written > BUFFER {
            self.queue.remove_front(self.written);
            self.written = 0;
        }
        Ok(sent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Takes at most three bytes at a time while there is room.
    fn line(taken: &mut Vec<u8>, mut room: usize) -> impl FnMut(&[u8]) -> io::Result<usize> {
        move |rest| {
            let count = rest.len().min(room).min(3);
            room -= count;
            taken.extend_from_slice(&rest[..count]);
            Ok(count)
        }
    }

    #[test]
    fn bytes_leave_in_the_pieces_that_are_taken() {
        let (mut buffer, mut taken) = (WriteBuffer::default(), Vec::new());
        buffer.push(b"abcdef");
        assert_eq!(buffer.flush(line(&mut taken, 4)).expect("written"), 4);
        assert_eq!(buffer.len(), 2);
        assert_eq!(buffer.flush(line(&mut taken, 0)).expect("no room"), 0);
        buffer.push(b"gh");
        assert_eq!(buffer.flush(line(&mut taken, 100)).expect("written"), 4);
        assert_eq!((buffer.len(), &taken[..]), (0, &b"abcdefgh"[..]));
        buffer.push(b"i");
        buffer.clear();
        assert_eq!(buffer.len(), 0);
    }

    #[test]
    fn an_interrupted_write_is_tried_again_and_any_other_error_is_returned() {
        let mut buffer = WriteBuffer::default();
        buffer.push(b"ab");
        let mut errors = [ErrorKind::Interrupted, ErrorKind::BrokenPipe].into_iter();
        let failed = buffer.flush(|_| Err(errors.next().expect("two writes").into()));
        assert_eq!(failed.expect_err("broken").kind(), ErrorKind::BrokenPipe);
        assert_eq!(buffer.len(), 2);
    }
}
