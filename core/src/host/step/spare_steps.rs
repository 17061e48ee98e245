//! The room of steps that were run, for those to come: after the first ones, an operation allocates nothing.

use alloc::collections::VecDeque;
use alloc::vec::Vec;

use super::Step;
use super::sequence::Role;
use crate::wiped::WipedBytes;

/// Lines whose room is kept: an operation makes a few at once.
const MOST: usize = 4;
/// The most room of a line that is kept.
const LONGEST: usize = 1024;

/// The room of steps that were run.
#[derive(Default)]
pub(crate) struct SpareSteps {
    lines: Vec<WipedBytes>,
    /// What stood around the main step of a sequence.
    around: VecDeque<(Role, Step)>,
}

impl SpareSteps {
    /// Returns room for a line, empty.
    pub(crate) fn take_line(&mut self) -> WipedBytes {
        self.lines.pop().unwrap_or_default()
    }

    /// Keeps the room of a line, and wipes what stands there.
    pub(crate) fn give_line(&mut self, mut line: WipedBytes) {
        if self.lines.len() < MOST && line.len() <= LONGEST {
            line.clear();
            self.lines.push(line);
        }
    }

    /// Returns room for the steps around a main one, empty.
    pub(crate) fn take_around(&mut self) -> VecDeque<(Role, Step)> {
        core::mem::take(&mut self.around)
    }

    /// Keeps the room of the steps around a main one; what was not run of them is dropped.
    pub(crate) fn give_around(&mut self, mut around: VecDeque<(Role, Step)>) {
        around.clear();
        // Most sequences have none, and no room either.
        if around.capacity() > 0 {
            self.around = around;
        }
    }
}
