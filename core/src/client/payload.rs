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
    /// Bytes that the host has.
    supplied: u64,
    /// Those of them that have left the line, as far as it was told.
    carried: u64,
    progress: &'a mut dyn FnMut(SupplyCount),
}

/// Bytes of a supply, for its progress.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct SupplyCount {
    /// Those that the host has.
    pub(super) supplied: u64,
    /// Those of them that have left the line.
    pub(super) carried: u64,
}

impl<'a> Supply<'a> {
    pub(super) fn new(
        source: &'a mut dyn Read,
        length: u64,
        progress: &'a mut dyn FnMut(SupplyCount),
    ) -> Self {
        Supply {
            source,
            chunk: Vec::new(),
            taken: 0,
            rest: length,
            supplied: 0,
            carried: 0,
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
            self.supplied += count as u64;
            self.tell();
        }
    }

    /// Returns true while bytes are on their way.
    pub(super) fn is_under_way(&self) -> bool {
        self.carried < self.supplied
    }

    /// Returns true where the host has all of it.
    pub(super) fn is_all_supplied(&self) -> bool {
        self.rest == 0 && self.taken == self.chunk.len()
    }

    /// Takes note of what is still to go over the line: more than the payload, where it is framed.
    pub(super) fn note_on_its_way(&mut self, bytes: usize) {
        let carried = self.supplied.saturating_sub(bytes as u64);
        if carried > self.carried {
            self.carried = carried;
            self.tell();
        }
    }

    fn tell(&mut self) {
        (self.progress)(SupplyCount {
            supplied: self.supplied,
            carried: self.carried,
        });
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
