//! The commands for power, SIM card and registration, alike in all dialects but for a few values (COMMON 6.4).

use super::common::general;
use super::{Command, CommandKind, Kind, Param};

const REPORT: &[Param] = &[Param::required("n", Kind::Integer(0, 2))];

const fn registration(name: &'static str, test: &'static [&'static str]) -> Command {
    general(CommandKind::Registration, name, test)
        .written(REPORT)
        .readable()
}

const fn functionality(test: &'static [&'static str], values: &'static [Param]) -> [Command; 1] {
    [general(CommandKind::Functionality, "+CFUN", test)
        .written(values)
        .readable()]
}

const RESET: Param = Param::optional("rst", Kind::Integer(0, 1));

/// `AT+CFUN` of Quectel modules.
pub(super) const FUNCTIONALITY: &[Command] = &functionality(
    &["+CFUN: (0,1,4),(0,1)"],
    &[Param::required("fun", Kind::OneOf(&[0, 1, 4])), RESET],
);
/// `AT+CFUN` of Fibocom modules, where 15 resets (COMMON 8.3).
pub(super) const FUNCTIONALITY_FIBOCOM: &[Command] = &functionality(
    &["+CFUN: (0,1,4,15),(0,1)"],
    &[Param::required("fun", Kind::OneOf(&[0, 1, 4, 15])), RESET],
);

/// Switches an LTE module off: bare or with a mode (COMMON 6.4).
pub(super) const POWER_DOWN_LTE: &[Command] =
    &[
        general(CommandKind::PowerDown, "+QPOWD", &["+QPOWD: (0,1)"])
            .written(&[Param::optional("n", Kind::Integer(0, 1))])
            .executed(),
    ];
/// Switches a GSM module off (COMMON 2.2).
pub(super) const POWER_DOWN_GSM: &[Command] =
    &[
        general(CommandKind::PowerDown, "+QPOWD", &["+QPOWD: (0,1)"])
            .written(&[Param::required("n", Kind::Integer(0, 1))]),
    ];
/// Switches a Fibocom module off (COMMON 8.3).
pub(super) const POWER_DOWN_FIBOCOM: &[Command] =
    &[general(CommandKind::PowerDown, "+CPWROFF", &[]).executed()];

/// SIM card, registration, operator and signal (COMMON 6.4).
pub(super) const RADIO: &[Command] = &[
    general(CommandKind::SimState, "+CPIN", &[])
        .written(&[
            Param::required("pin", Kind::Name(8)),
            Param::optional("new_pin", Kind::Name(8)),
        ])
        .readable(),
    general(CommandKind::Attach, "+CGATT", &["+CGATT: (0,1)"])
        .written(&[Param::required("state", Kind::Integer(0, 1))])
        .readable(),
    registration("+CREG", &["+CREG: (0-2)"]),
    registration("+CGREG", &["+CGREG: (0-2)"]),
    registration("+CEREG", &["+CEREG: (0-2)"]),
    general(
        CommandKind::Operator,
        "+COPS",
        &["+COPS: (2,\"CHN-UNICOM\",\"UNICOM\",\"46001\",7),,(0-4),(0-2)"],
    )
    .written(&[
        Param::required("mode", Kind::Integer(0, 4)),
        Param::optional("format", Kind::Integer(0, 2)),
        Param::optional("oper", Kind::Text(32)),
        Param::optional("act", Kind::Integer(0, 9)),
    ])
    .readable(),
    general(CommandKind::Signal, "+CSQ", &["+CSQ: (0-31,99),(0-7,99)"]).executed(),
];
