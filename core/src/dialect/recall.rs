//! The answers of commands that have no effect in an emulator: what they say, and what they remember (COMMON 11).

use alloc::string::String;

use super::initial::Initial;
use super::param::{Param, test_line};

/// The answer of a command that has no effect.
///
/// A command that can be read says its lines there, and nothing when it is written.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Recall {
    /// A part of the module executes the command.
    None,
    /// Always the same lines.
    Lines(&'static [&'static str]),
    /// Lines about the cell that the module is registered in.
    Cell {
        /// The lines while it is registered.
        registered: &'static [&'static str],
        /// The lines while it searches.
        searching: &'static [&'static str],
    },
    /// `AT+X=<values>` sets them, `AT+X?` reads `+X: <values>` back, `AT+X` restores these. A parameter beyond them is
    /// taken and not read back.
    Values(&'static [Initial]),
    /// The same, read back as a line `<label>: <value>` each.
    Labelled(&'static [&'static str], &'static [Initial]),
    /// `AT+X="<name>",<values>` sets them, `AT+X="<name>"` reads `+X: "<name>",<values>` back.
    Named(&'static [NamedSetting]),
    /// The same by a number in place of a name.
    Numbered(&'static [Initial]),
    /// `AT+X=<number>,<values>` defines a profile, `AT+X=<number>` removes it, `AT+X?` lists them.
    Profiles(&'static [Initial]),
}

/// A setting of a command that has several, by its name.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct NamedSetting {
    /// As typed in quotes.
    pub name: &'static str,
    /// Its values. Those beyond the initial ones are not read back.
    pub params: &'static [Param],
    /// The values at the start.
    pub initial: &'static [Initial],
}

impl NamedSetting {
    pub(super) const fn new(
        name: &'static str,
        params: &'static [Param],
        initial: &'static [Initial],
    ) -> Self {
        NamedSetting {
            name,
            params,
            initial,
        }
    }

    /// Returns `+QCFG: "usbnet",(0-3)`.
    pub(super) fn test_line(&self, command: &str) -> String {
        test_line(command, self.name, self.params)
    }
}
