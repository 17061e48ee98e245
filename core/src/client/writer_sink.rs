//! A writer as the target of a download. It cannot be cut, so it gets bytes late.

use std::io::{self, Write};

use super::endpoints::DownloadSink;
use crate::transfer::{DOUBTFUL, END_TO_READ};

/// Bytes of an unconfirmed piece that wait before a writer gets them; what comes beyond goes on.
const HELD: usize = 8 << 20;
/// The same where the dialect has no pieces: the bytes wait longer, and the modules are slow.
const HELD_WITHOUT_PIECES: usize = 1 << 20;
/// The end of a broken download waits: it is cut.
const _: () = assert!(HELD_WITHOUT_PIECES >= DOUBTFUL as usize);
/// Bytes that the writer has got and that are kept to be compared.
const GIVEN: usize = END_TO_READ;

/// A writer that cannot be cut. It gets bytes when they are confirmed, or when too many wait.
pub(super) struct WriterSink<'a> {
    writer: &'a mut dyn Write,
    waiting: Vec<u8>,
    given: Vec<u8>,
    /// Number of bytes that the writer has got.
    written: u64,
    /// Most bytes that wait.
    held: usize,
    /// Bytes wait until the download is complete, since they are read back before.
    holds_all: bool,
    /// Number of bytes that were counted: those of the last piece may be of another place.
    counted: u64,
}

impl<'a> WriterSink<'a> {
    /// Makes a sink for a dialect with pieces, or without. One that holds all gives the writer nothing before the end.
    pub(super) fn new(writer: &'a mut dyn Write, pieces: bool, holds_all: bool) -> Self {
        WriterSink {
            writer,
            waiting: Vec::new(),
            given: Vec::new(),
            written: 0,
            held: match (holds_all, pieces) {
                (true, _) => usize::MAX,
                (false, true) => HELD,
                (false, false) => HELD_WITHOUT_PIECES,
            },
            holds_all,
            counted: 0,
        }
    }

    fn give(&mut self, count: usize) -> io::Result<()> {
        self.writer.write_all(&self.waiting[..count])?;
        self.given.extend(self.waiting.drain(..count));
        let surplus = self.given.len().saturating_sub(GIVEN);
        self.given.drain(..surplus);
        self.written += count as u64;
        Ok(())
    }
}

impl DownloadSink for WriterSink<'_> {
    fn take(&mut self, data: &[u8]) -> io::Result<()> {
        self.waiting.extend_from_slice(data);
        let surplus = self.waiting.len().saturating_sub(self.held);
        self.give(surplus)
    }

    fn cut(&mut self, length: u64) -> io::Result<()> {
        let waiting = length
            .checked_sub(self.written)
            .and_then(|count| usize::try_from(count).ok());
        let Some(count) = waiting else {
            return Err(io::Error::new(
                io::ErrorKind::Unsupported,
                "what was written cannot be taken back, and the transfer would have to go on before it",
            ));
        };
        self.waiting.truncate(count);
        self.counted = self.counted.min(length);
        Ok(())
    }

    fn confirm(&mut self) -> io::Result<()> {
        if self.holds_all {
            return Ok(());
        }
        let count = self.counted.saturating_sub(self.written);
        let count = usize::try_from(count).unwrap_or(usize::MAX);
        self.give(count.min(self.waiting.len()))?;
        self.counted = self.written + self.waiting.len() as u64;
        Ok(())
    }

    fn tail(&mut self, count: usize) -> io::Result<Vec<u8>> {
        let mut all = self.given.clone();
        all.extend_from_slice(&self.waiting);
        match all.len().checked_sub(count) {
            Some(from) => Ok(all.split_off(from)),
            None => Err(io::Error::new(
                io::ErrorKind::Unsupported,
                "what was written cannot be compared any more",
            )),
        }
    }

    fn read_at(&mut self, position: u64, count: usize, known: &mut Vec<u8>) -> io::Result<()> {
        let from = position
            .checked_sub(self.written)
            .and_then(|from| usize::try_from(from).ok())
            .and_then(|from| self.waiting.get(from..));
        let part = from.unwrap_or_default();
        known.extend_from_slice(&part[..part.len().min(count)]);
        Ok(())
    }

    fn finish(&mut self) -> io::Result<()> {
        self.give(self.waiting.len())
    }

    fn break_off(&mut self, confirmed: u64) -> u64 {
        let count = confirmed.saturating_sub(self.written);
        let count = usize::try_from(count).unwrap_or(usize::MAX);
        // A writer that fails took none of them, and the download has failed already.
        let _ = self.give(count.min(self.waiting.len()));
        confirmed.min(self.written)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_writer_gets_a_piece_when_the_next_one_was_counted() {
        let mut out = Vec::new();
        let mut sink = WriterSink::new(&mut out, true, false);
        sink.take(b"abc").expect("room");
        sink.cut(1).expect("not written yet");
        sink.take(b"bc").expect("room");
        sink.confirm().expect("it waits still");
        assert_eq!(sink.tail(2).expect("kept"), b"bc");
        sink.take(b"d").expect("room");
        sink.confirm().expect("written");
        assert_eq!(sink.tail(2).expect("kept"), b"cd");
        assert!(sink.tail(5).is_err());
        assert!(sink.cut(2).is_err());
        sink.cut(3).expect("not written yet");
        drop(sink);
        assert_eq!(out, b"abc");
    }

    #[test]
    fn a_writer_that_waits_for_a_proof_gets_what_is_confirmed_without_it() {
        let mut out = Vec::new();
        let mut sink = WriterSink::new(&mut out, true, true);
        sink.take(b"abc").expect("room");
        sink.confirm().expect("it waits still");
        assert_eq!(sink.break_off(2), 2);
        assert_eq!(sink.break_off(1), 1);
        drop(sink);
        assert_eq!(out, b"ab");
    }

    #[test]
    fn without_pieces_the_end_waits_alone() {
        let mut out = Vec::new();
        let mut sink = WriterSink::new(&mut out, false, false);
        sink.take(&vec![7; HELD_WITHOUT_PIECES + 3]).expect("room");
        sink.cut(3).expect("the rest waits");
        assert!(sink.cut(2).is_err());
        drop(sink);
        assert_eq!(out, [7; 3]);
    }

    #[test]
    fn a_writer_whose_bytes_are_read_back_gets_them_at_the_end() {
        let mut out = Vec::new();
        let mut sink = WriterSink::new(&mut out, true, true);
        sink.take(b"abc").expect("room");
        sink.confirm().expect("nothing is written");
        let mut known = Vec::new();
        sink.read_at(1, 9, &mut known).expect("read");
        assert_eq!(known, b"bc");
        sink.cut(2).expect("not written yet");
        known.clear();
        sink.read_at(3, 1, &mut known).expect("nothing there");
        assert!(known.is_empty());
        sink.finish().expect("written");
        drop(sink);
        assert_eq!(out, b"ab");
    }
}
