//! The local ends of transfers: sources that can go back, and sinks that can be cut.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};

use super::payload::read_some;
use crate::transfer::{END_TO_READ, JOINT, TAIL, end_from};

/// A source of an upload. Positions count from its start.
pub(super) trait UploadSource: Read {
    /// Goes to a position, for the next read.
    fn go_to(&mut self, position: u64) -> io::Result<()>;

    /// Keeps all from here on, for an upload that begins anew after each failure.
    fn keep_all(&mut self) {}

    /// Takes note of a piece that was sent, and whose end will be asked for.
    fn note_piece(&mut self, _start: u64, _end: u64) {}

    /// Returns the bytes at the end of a piece that have to be compared.
    fn piece_end(&mut self, start: u64, end: u64) -> io::Result<Vec<u8>>;

    /// Adds the bytes at a position, at most `count`, to those in `known`.
    fn read_at(&mut self, position: u64, count: usize, known: &mut Vec<u8>) -> io::Result<()>;
}

/// A file.
pub(super) struct FileSource {
    file: File,
}

impl FileSource {
    /// Takes the whole file as the source.
    pub(super) fn new(file: File) -> Self {
        FileSource { file }
    }
}

impl Read for FileSource {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.file.read(buffer)
    }
}

impl UploadSource for FileSource {
    fn go_to(&mut self, position: u64) -> io::Result<()> {
        self.file.seek(SeekFrom::Start(position)).map(drop)
    }

    fn piece_end(&mut self, start: u64, end: u64) -> io::Result<Vec<u8>> {
        let count = (end - start).min(END_TO_READ as u64);
        self.go_to(end - count)?;
        Ok(compared_end(read_ahead(self, count)?, TAIL))
    }

    fn read_at(&mut self, position: u64, count: usize, known: &mut Vec<u8>) -> io::Result<()> {
        self.go_to(position)?;
        known.extend(read_ahead(self, count as u64)?);
        Ok(())
    }
}

/// The largest piece of a reader of unknown length, which is read before it is sent.
pub(super) const STREAM_PIECE: u64 = 1 << 20;
/// Bytes that a reader gave last and that are kept, so that such a piece can be sent again.
const KEPT: usize = 2 << 20;

/// A reader that cannot seek, and what it gave last.
pub(super) struct ReplaySource<'a> {
    reader: &'a mut dyn Read,
    kept: VecDeque<u8>,
    /// Most bytes that are kept.
    room: usize,
    /// Position behind the last byte that was read from the reader.
    end: u64,
    position: u64,
    /// The end of each piece that was sent, with the position behind it.
    piece_ends: Vec<(u64, Vec<u8>)>,
}

impl<'a> ReplaySource<'a> {
    /// Keeps the last bytes, or all of them where the upload reads them back.
    pub(super) fn new(reader: &'a mut dyn Read, keeps_all: bool) -> Self {
        ReplaySource {
            reader,
            kept: VecDeque::new(),
            room: if keeps_all { usize::MAX } else { KEPT },
            end: 0,
            position: 0,
            piece_ends: Vec::new(),
        }
    }

    fn behind(&self) -> usize {
        usize::try_from(self.end - self.position).unwrap_or(usize::MAX)
    }
}

impl Read for ReplaySource<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let behind = self.behind();
        let count = if behind > 0 {
            let from = self.kept.len() - behind;
            let count = behind.min(buffer.len());
            for (target, byte) in buffer.iter_mut().zip(self.kept.range(from..from + count)) {
                *target = *byte;
            }
            count
        } else {
            let count = read_some(self.reader, buffer)?;
            self.kept.extend(&buffer[..count]);
            let surplus = self.kept.len().saturating_sub(self.room);
            self.kept.drain(..surplus);
            self.end += count as u64;
            count
        };
        self.position += count as u64;
        Ok(count)
    }
}

impl UploadSource for ReplaySource<'_> {
    fn keep_all(&mut self) {
        self.room = usize::MAX;
    }

    fn go_to(&mut self, position: u64) -> io::Result<()> {
        let first = self.end - self.kept.len() as u64;
        if position < first {
            return Err(io::Error::new(
                io::ErrorKind::Unsupported,
                "the source cannot go back to the place where the transfer goes on",
            ));
        }
        // A source of unknown length may be ahead of what was asked for.
        while position > self.end {
            let mut skipped = [0; 4096];
            let rest = usize::try_from(position - self.end).unwrap_or(usize::MAX);
            let room = rest.min(skipped.len());
            self.position = self.end;
            if self.read(&mut skipped[..room])? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        self.position = position;
        Ok(())
    }

    fn note_piece(&mut self, start: u64, end: u64) {
        let ahead = usize::try_from(self.end.saturating_sub(end)).unwrap_or(usize::MAX);
        let length = usize::try_from(end - start).unwrap_or(usize::MAX);
        let to = self.kept.len().saturating_sub(ahead);
        let from = to.saturating_sub(length.min(END_TO_READ));
        let bytes = self.kept.range(from..to).copied().collect();
        self.piece_ends.push((end, compared_end(bytes, TAIL)));
    }

    fn piece_end(&mut self, _start: u64, end: u64) -> io::Result<Vec<u8>> {
        let noted = self.piece_ends.iter().rfind(|(noted, _)| *noted == end);
        let noted = noted.map(|(_, bytes)| bytes.clone());
        noted.ok_or_else(|| io::Error::other("the end of a piece was not kept"))
    }

    fn read_at(&mut self, position: u64, count: usize, known: &mut Vec<u8>) -> io::Result<()> {
        self.go_to(position)?;
        known.extend(read_ahead(self, count as u64)?);
        Ok(())
    }
}

/// A target of a download. Positions count from its start.
pub(super) trait DownloadSink {
    /// Takes bytes that may be cut again.
    fn take(&mut self, data: &[u8]) -> io::Result<()>;
    /// Cuts what lies behind a position.
    fn cut(&mut self, length: u64) -> io::Result<()>;
    /// Takes note that all bytes up to here were counted, and that those counted before are at their place.
    fn confirm(&mut self) -> io::Result<()>;
    /// Returns the last bytes before the end, as many as are asked for.
    fn tail(&mut self, count: usize) -> io::Result<Vec<u8>>;
    /// Returns the bytes at the end of the last piece that have to be compared; the piece has `length` of them.
    fn piece_end(&mut self, length: u64) -> io::Result<Vec<u8>> {
        let count = length.min(END_TO_READ as u64);
        let end = self.tail(usize::try_from(count).unwrap_or(usize::MAX))?;
        Ok(compared_end(end, JOINT))
    }
    /// Adds the bytes at a position, at most `count`, to those in `known`.
    fn read_at(&mut self, position: u64, count: usize, known: &mut Vec<u8>) -> io::Result<()>;
    /// Takes note that the download is complete.
    fn finish(&mut self) -> io::Result<()>;
    /// Takes note that the download failed, and that this many bytes from the start are confirmed. Returns how many of them
    /// are in place.
    fn break_off(&mut self, confirmed: u64) -> u64;
}

/// A file, from a position on.
pub(super) struct FileSink<'a> {
    file: &'a mut File,
    start: u64,
}

impl<'a> FileSink<'a> {
    /// Takes the file from `start` on as the sink. It is open for reading too.
    pub(super) fn new(file: &'a mut File, start: u64) -> Self {
        FileSink { file, start }
    }
}

impl DownloadSink for FileSink<'_> {
    fn take(&mut self, data: &[u8]) -> io::Result<()> {
        self.file.write_all(data)
    }

    fn cut(&mut self, length: u64) -> io::Result<()> {
        self.file.set_len(self.start + length)?;
        self.file.seek(SeekFrom::End(0)).map(drop)
    }

    fn confirm(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn tail(&mut self, count: usize) -> io::Result<Vec<u8>> {
        let end = self.file.seek(SeekFrom::End(0))?;
        self.file
            .seek(SeekFrom::Start(end.saturating_sub(count as u64)))?;
        let mut tail = vec![0; count];
        self.file.read_exact(&mut tail)?;
        Ok(tail)
    }

    fn read_at(&mut self, position: u64, count: usize, known: &mut Vec<u8>) -> io::Result<()> {
        self.file.seek(SeekFrom::Start(self.start + position))?;
        let mut part = Read::take(&mut *self.file, count as u64);
        part.read_to_end(known).map(drop)
    }

    fn finish(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn break_off(&mut self, confirmed: u64) -> u64 {
        confirmed
    }
}

/// The local end of a transfer.
pub(super) enum LocalEnd<'a> {
    /// The source, and how many bytes it gives, if known.
    Source(&'a mut dyn UploadSource, Option<u64>),
    Sink(&'a mut dyn DownloadSink),
}

impl LocalEnd<'_> {
    /// Adds the bytes at a position, at most `count`, to those in `known`.
    pub(super) fn read_at(
        &mut self,
        position: u64,
        count: usize,
        known: &mut Vec<u8>,
    ) -> io::Result<()> {
        match self {
            LocalEnd::Sink(sink) => sink.read_at(position, count, known),
            LocalEnd::Source(source, _) => source.read_at(position, count, known),
        }
    }
}

/// Returns those of the last bytes of a piece that have to be compared, at least so many.
pub(super) fn compared_end(mut bytes: Vec<u8>, least: u16) -> Vec<u8> {
    let count = end_from(&bytes, least);
    bytes.split_off(bytes.len() - count)
}

/// Reads so many bytes, or up to the end.
pub(super) fn read_ahead(source: &mut dyn UploadSource, count: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut limited = io::Read::take(source, count);
    let mut buffer = [0; 8192];
    loop {
        match read_some(&mut limited, &mut buffer)? {
            0 => return Ok(bytes),
            count => bytes.extend_from_slice(&buffer[..count]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_can_go_back_as_far_as_it_is_kept() {
        let data: Vec<u8> = (0..=250).cycle().take(KEPT + 100).collect();
        let mut reader = data.as_slice();
        let mut source = ReplaySource::new(&mut reader, false);
        let mut first = vec![0; 1000];
        source.read_exact(&mut first).expect("the start");
        source.go_to(10).expect("kept");
        let mut again = vec![0; 2000];
        source.read_exact(&mut again).expect("again, and on");
        assert_eq!(again, data[10..2010]);
        source.go_to(data.len() as u64 - 1).expect("ahead");
        let mut last = [0; 1];
        source.read_exact(&mut last).expect("the end");
        assert_eq!(last[0], data[data.len() - 1]);
        assert!(source.go_to(100).is_ok());
        assert!(source.go_to(99).is_err());
        assert!(source.go_to(data.len() as u64 + 1).is_err());
    }

    #[test]
    fn a_reader_that_keeps_all_can_go_back_to_its_start() {
        let data = vec![5; KEPT + 100];
        let mut reader = data.as_slice();
        let mut source = ReplaySource::new(&mut reader, true);
        source.go_to(data.len() as u64).expect("the end");
        source.go_to(0).expect("the start");
    }

    #[test]
    fn a_file_is_cut_and_its_end_compared() {
        let mut file = tempfile::tempfile().expect("a file");
        file.write_all(b"start").expect("written");
        let mut sink = FileSink::new(&mut file, 5);
        sink.take(b"abcdef").expect("written");
        sink.cut(4).expect("cut");
        assert_eq!(sink.tail(3).expect("read"), b"bcd");
        sink.take(b"!").expect("written at the end");
        assert_eq!(sink.tail(5).expect("read"), b"abcd!");
        let mut known = Vec::new();
        sink.read_at(3, 9, &mut known).expect("read");
        assert_eq!(known, b"d!");
        let mut all = String::new();
        file.rewind().expect("rewound");
        file.read_to_string(&mut all).expect("read");
        assert_eq!(all, "startabcd!");
    }
}
