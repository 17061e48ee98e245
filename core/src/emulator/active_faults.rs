//! Orders on their way to the emulator's thread, and the faults and states that are active there.

use std::sync::mpsc::Sender;

use super::fault::Fault;
use super::fault_plan::FaultRule;
use crate::module::ModuleState;

/// Something to do, and the channel of the caller that waits.
#[derive(Debug)]
pub(super) struct Order {
    pub(super) task: OrderTask,
    pub(super) done: Sender<()>,
}

/// Names what the user of a running emulator asks for.
#[derive(Clone, Debug)]
pub(super) enum OrderTask {
    Inject(Fault),
    Clear(Fault),
    SetState(ModuleState),
    AddRule(FaultRule),
    ClearRules,
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
    states: Vec<ModuleState>,
}

impl ActiveFaults {
    /// Notes that a fault was injected, or cleared.
    pub(super) fn note(&mut self, fault: Fault, on: bool) {
        self.lasting.retain(|other| other.known() != fault.known());
        if on && fault.known().lasts {
            self.lasting.push(fault);
        }
    }

    /// Notes a state that was set.
    pub(super) fn note_state(&mut self, state: ModuleState) {
        self.states.retain(|other| other.known() != state.known());
        self.states.push(state);
    }

    /// Returns the states that a user has set, the last of each name.
    pub(super) fn states(&self) -> &[ModuleState] {
        &self.states
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
