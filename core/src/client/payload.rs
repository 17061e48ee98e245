//! The payload of an operation: its source or its target on this side.

use std::io::{self, Read};

use crate::host::Host;

/// Source or target of an operation's payload.
pub(super) enum OperationPayload<'a> {
    None,
    From(Supply<'a>),
    Into(&'a mut dyn FnMut(&[u8]) -> io::Result<()>),
}

/// A reader, and what has been read from it and not yet been taken by the host.
pub(super) struct Supply<'a> {
    source: &'a mut dyn Read,
    chunk: Vec<u8>,
    taken: usize,
    /// Bytes still to be read.
    rest: u64,
    progress: &'a mut dyn FnMut(u64),
}

impl<'a> Supply<'a> {
    pub(super) fn new(
        source: &'a mut dyn Read,
        length: u64,
        progress: &'a mut dyn FnMut(u64),
    ) -> Self {
        Supply {
            source,
            chunk: Vec::new(),
            taken: 0,
            rest: length,
            progress,
        }
    }

    /// Fills the host's send buffer.
    pub(super) fn fill(&mut self, host: &mut Host) -> io::Result<()> {
        loop {
            if self.taken == self.chunk.len() {
                if self.rest == 0 {
                    return Ok(());
                }
                self.read_chunk(host.send_buffer().bytes())?;
            }
            let count = host.supply(&self.chunk[self.taken..]);
            if count == 0 {
                return Ok(());
            }
            self.taken += count;
            (self.progress)(count as u64);
        }
    }

    fn read_chunk(&mut self, most: usize) -> io::Result<()> {
        let size = usize::try_from(self.rest).unwrap_or(usize::MAX).min(most);
        self.chunk.resize(size, 0);
        self.taken = 0;
        let count = read_some(self.source, &mut self.chunk)?;
        self.chunk.truncate(count);
        self.rest -= count as u64;
        if count == 0 {
            let rest = self.rest;
            let text = format!("the source ended {rest} bytes before its stated size");
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, text));
        }
        Ok(())
    }
}

/// Reads once; a signal does not end it.
pub(super) fn read_some(source: &mut dyn Read, buffer: &mut [u8]) -> io::Result<usize> {
    loop {
        match source.read(buffer) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            other => return other,
        }
    }
}
