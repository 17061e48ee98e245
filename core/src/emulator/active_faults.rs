//! Faults on their way to the emulator's thread, and those that are active there.

use std::sync::mpsc::Sender;

use super::fault::Fault;

/// A fault to inject or to clear, and the channel of the caller that waits.
#[derive(Debug)]
pub(super) struct FaultOrder {
    pub(super) fault: Fault,
    pub(super) on: bool,
    pub(super) done: Sender<()>,
}

/// The faults that wait or last and that the module engine does not know.
#[derive(Debug, Default)]
pub(super) struct ActiveFaults {
    /// Break the data connection of this transfer or the next.
    pub(super) drop_data: bool,
    /// The bytes that are still sent before silence.
    pub(super) silent_after: Option<usize>,
    /// Those that last until they are cleared.
    lasting: Vec<Fault>,
}

impl ActiveFaults {
    /// Notes that a fault was injected, or cleared.
    pub(super) fn note(&mut self, fault: Fault, on: bool) {
        self.lasting.retain(|other| other.known() != fault.known());
        if on && fault.known().lasts {
            self.lasting.push(fault);
        }
    }

    /// Returns the faults that last until they are cleared.
    pub(super) fn lasting(&self) -> &[Fault] {
        &self.lasting
    }

    /// Returns whether bytes from the host are lost.
    pub(super) fn is_deaf(&self) -> bool {
        self.silent_after == Some(0)
    }

    /// Returns the part of `printed` that reaches the host.
    pub(super) fn heard_of<'a>(&mut self, printed: &'a [u8]) -> &'a [u8] {
        let Some(left) = &mut self.silent_after else {
            return printed;
        };
        let count = printed.len().min(*left);
        *left -= count;
        &printed[..count]
    }
}
