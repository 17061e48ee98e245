//! The unsolicited result codes that wait until the line is free.

use alloc::collections::VecDeque;
use alloc::vec::Vec;
use core::time::Duration;

/// Holds an unsolicited result code until it is written.
#[derive(Debug)]
pub(super) struct WaitingUrc {
    text: Vec<u8>,
    pub(super) not_before: Duration,
    /// Commands that came before it could be written.
    overtaken: u8,
}

impl WaitingUrc {
    /// Tells whether it has let so many commands pass that it follows the next answer at once: a host that types without
    /// a pause does not hold it back for ever.
    pub(super) fn is_overdue(&self) -> bool {
        self.overtaken > 1
    }
}

/// Holds the unsolicited result codes in the order in which they are written.
#[derive(Debug, Default)]
pub(super) struct UrcQueue {
    urcs: VecDeque<WaitingUrc>,
    /// Drops the next one, where a fault wants that.
    pub(super) loses_next: bool,
}

impl UrcQueue {
    /// Adds one, to be written not before a time.
    pub(super) fn push(&mut self, text: Vec<u8>, not_before: Duration) {
        self.urcs.push_back(WaitingUrc {
            text,
            not_before,
            overtaken: 0,
        });
    }

    /// Takes note that a command is executed before those that wait.
    pub(super) fn overtake(&mut self) {
        for urc in &mut self.urcs {
            urc.overtaken = urc.overtaken.saturating_add(1);
        }
    }

    /// Returns the next one.
    pub(super) fn first(&self) -> Option<&WaitingUrc> {
        self.urcs.front()
    }

    /// Returns how many there are.
    pub(super) fn len(&self) -> usize {
        self.urcs.len()
    }

    /// Lets those behind the first `waiting` overtake them. Nothing of other services may come between the payload of a
    /// download and the report of it, by which hosts find its end (FIELD 2.1).
    pub(super) fn send_first(&mut self, waiting: usize) {
        self.urcs.rotate_left(waiting.min(self.urcs.len()));
    }

    /// Removes the next one and returns its text.
    pub(super) fn take(&mut self) -> Option<Vec<u8>> {
        let mut urc = self.urcs.pop_front()?;
        if core::mem::take(&mut self.loses_next) {
            urc = self.urcs.pop_front()?;
        }
        Some(urc.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_can_overtake_and_one_can_be_lost() {
        let mut urcs = UrcQueue::default();
        urcs.push(b"A".to_vec(), Duration::ZERO);
        urcs.push(b"B".to_vec(), Duration::ZERO);
        urcs.send_first(1);
        assert_eq!(urcs.take().as_deref(), Some(&b"B"[..]));
        urcs.loses_next = true;
        assert_eq!(urcs.take(), None);
        urcs.push(b"C".to_vec(), Duration::ZERO);
        assert_eq!(urcs.take().as_deref(), Some(&b"C"[..]));
    }

    #[test]
    fn two_commands_overtake_those_that_wait() {
        let mut urcs = UrcQueue::default();
        urcs.push(b"A".to_vec(), Duration::ZERO);
        urcs.overtake();
        urcs.push(b"B".to_vec(), Duration::ZERO);
        assert_eq!(urcs.first().map(WaitingUrc::is_overdue), Some(false));
        urcs.overtake();
        assert_eq!(urcs.first().map(WaitingUrc::is_overdue), Some(true));
        urcs.take();
        assert_eq!(urcs.first().map(WaitingUrc::is_overdue), Some(false));
    }
}
