//! The command for the time that the network tells (COMMON 11.1).

use super::{BadParameter, Command, CommandKind, Kind, Param};

const fn row(test: &'static [&'static str]) -> Command {
    Command::row(CommandKind::NetworkTime, "+QLTS", test)
        .of("COMMON 11.1", BadParameter::Plain)
        .executed()
}

/// The form of LTE modules, with a mode.
pub(super) const LTE: &[Command] =
    &[row(&["+QLTS: (0-2)"]).written(&[Param::required("mode", Kind::Integer(0, 2))])];

/// The form of GSM modules.
pub(super) const GSM: &[Command] = &[row(&[])];
