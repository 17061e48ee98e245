//! The room of command lines that were sent, for those to come: after the first ones, a command allocates nothing.

use alloc::vec::Vec;

use crate::wiped::WipedBytes;

/// Lines whose room is kept: an operation makes a few at once.
const MOST: usize = 4;
/// The most room of a line that is kept.
const LONGEST: usize = 1024;

/// The room of lines that were sent.
#[derive(Default)]
pub(crate) struct SpareLines(Vec<WipedBytes>);

impl SpareLines {
    /// Returns room for a line, empty.
    pub(crate) fn take(&mut self) -> WipedBytes {
        self.0.pop().unwrap_or_default()
    }

    /// Keeps the room of a line, and wipes what stands there.
    pub(crate) fn give(&mut self, mut line: WipedBytes) {
        if self.0.len() < MOST && line.len() <= LONGEST {
            line.clear();
            self.0.push(line);
        }
    }
}
