//! The context of every command.

use crate::global::Global;
use crate::interrupt::Interrupt;

/// Holds the shared options and the flag of Ctrl-C.
pub(crate) struct App {
    pub(crate) global: Global,
    pub(crate) interrupt: Interrupt,
}
