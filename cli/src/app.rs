//! The context of every command.

use qftp::record::Recorder;

use crate::global::Global;
use crate::interrupt::Interrupt;

/// Holds the shared options, the flag of Ctrl-C, and the record of the line.
pub(crate) struct App {
    pub(crate) global: Global,
    pub(crate) interrupt: Interrupt,
    pub(crate) recorder: Option<Recorder>,
}
