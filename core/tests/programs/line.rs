//! The line between a program and an emulator.

use qftp::dialect::Dialect;
use qftp::emulator::{Emulator, EmulatorOptions};

/// Carries the bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Carrier {
    Pty,
    Tcp,
}

impl Carrier {
    pub(crate) const ALL: [Carrier; 2] = [Carrier::Pty, Carrier::Tcp];
}

/// The time that the module and the line take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Timing {
    /// None.
    AtOnce,
}

impl Timing {
    pub(crate) const ALL: [Timing; 1] = [Timing::AtOnce];
}

/// What the recorded conversations ran on.
pub(crate) const RECORDED: &str = "The line and the module take no time.";

/// Starts an emulator.
pub(crate) fn start(dialect: &'static Dialect, carrier: Carrier, _timing: Timing) -> Emulator {
    let options = EmulatorOptions::new(dialect);
    let module = match carrier {
        Carrier::Pty => Emulator::on_pty(None, options),
        Carrier::Tcp => Emulator::on_tcp(([127, 0, 0, 1], 0).into(), options),
    };
    module.expect("a module")
}
