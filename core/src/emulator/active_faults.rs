//! Orders on their way to the emulator's thread, and the faults that are active there.

use std::sync::mpsc::Sender;

use super::fault::Fault;
use crate::module::ModuleState;

/// Something to do, and the channel of the caller that waits.
#[derive(Debug)]
pub(super) struct Order {
    pub(super) task: OrderTask,
    pub(super) done: Sender<()>,
}

/// Names what the user of a running emulator asks for.
#[derive(Clone, Copy, Debug)]
pub(super) enum OrderTask {
    Inject(Fault),
    Clear(Fault),
    SetState(ModuleState),
}

/// The faults that wait or last and that the module engine does not know.
#[derive(Debug, Default)]
pub(super) struct ActiveFaults {
    /// Break the data connection of this transfer or the next.
    pub(super) drop_data: bool,
    /// The bytes that are still sent before silence.
    pub(super) silent_after: Option<usize>,
}

impl ActiveFaults {
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
