//! The commands by which a module names itself and its SIM card (COMMON 7, 8.3).

use super::{BadParameter, Command, CommandKind};

const fn row(kind: CommandKind, name: &'static str) -> Command {
    Command::row(kind, name, &[])
        .of("AT", BadParameter::Plain)
        .executed()
}

/// The commands that every Quectel module has.
pub(super) const QUECTEL: &[Command] = &[
    row(CommandKind::Manufacturer, "+CGMI"),
    row(CommandKind::Manufacturer, "+GMI"),
    row(CommandKind::Model, "+CGMM"),
    row(CommandKind::Model, "+GMM"),
    row(CommandKind::Revision, "+CGMR"),
    row(CommandKind::Revision, "+GMR"),
    row(CommandKind::Serial, "+CGSN"),
    row(CommandKind::Serial, "+GSN"),
    row(CommandKind::CardId, "+QCCID"),
];

/// The commands that LTE modules of Quectel have beside them.
pub(super) const QUECTEL_LTE: &[Command] = &[
    row(CommandKind::CardId, "+CCID"),
    row(CommandKind::CardId, "+ICCID"),
    row(CommandKind::Build, "+QGMR"),
];

/// The command that GSM modules have beside them (COMMON 6.4).
pub(super) const QUECTEL_GSM: &[Command] = &[row(CommandKind::QuotedCardId, "+CCID")];

/// The commands of Fibocom's modules, whose read form is in use too.
pub(super) const FIBOCOM: &[Command] = &[
    row(CommandKind::Manufacturer, "+CGMI").readable(),
    row(CommandKind::Manufacturer, "+GMI").readable(),
    row(CommandKind::Model, "+CGMM").readable(),
    row(CommandKind::Model, "+GMM").readable(),
    row(CommandKind::Revision, "+CGMR").readable(),
    row(CommandKind::Revision, "+GMR").readable(),
    row(CommandKind::Serial, "+CGSN").readable(),
    row(CommandKind::Serial, "+GSN").readable(),
    row(CommandKind::CardId, "+CCID").readable(),
    row(CommandKind::CardId, "+ICCID").readable(),
];
