//! The kinds of rules, and the place of each one: at a byte of the transfer, or at a step of it.

use fastrand::Rng;
use qftp::dialect::{CommandKind, Dialect};

use crate::run::Form;

/// A kind of fault, as a rule of a fault plan with a place to be drawn.
pub(crate) struct RuleKind {
    /// The name in the table.
    pub(crate) name: &'static str,
    rule: &'static str,
    place: Place,
}

/// The place of a rule.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// A byte of the line, to the module.
    Upstream,
    /// A byte of the line, to the host.
    Downstream,
    /// A byte of the data connection.
    Data,
    /// An AT command of the transfer.
    Command,
    /// A URC of the transfer.
    Urc,
    /// A command to the server.
    FtpCommand,
}

const fn kind(name: &'static str, rule: &'static str, place: Place) -> RuleKind {
    RuleKind { name, rule, place }
}

/// All kinds, in the order of the report. `N` is a small number.
pub(crate) const KINDS: &[RuleKind] = &[
    kind("bytes lost, to the module", "lose bytes=N", Place::Upstream),
    kind("bytes lost, to the host", "lose bytes=N", Place::Downstream),
    kind(
        "bytes doubled, to the module",
        "double bytes=N",
        Place::Upstream,
    ),
    kind(
        "bytes doubled, to the host",
        "double bytes=N",
        Place::Downstream,
    ),
    kind(
        "bytes inserted, to the module",
        r#"insert text="AT+CSQ\r""#,
        Place::Upstream,
    ),
    kind(
        "bytes inserted, to the host",
        r#"insert text="\r\n\xff""#,
        Place::Downstream,
    ),
    kind(
        "bytes changed, to the module",
        "change bytes=1",
        Place::Upstream,
    ),
    kind(
        "bytes changed, to the host",
        "change bytes=1",
        Place::Downstream,
    ),
    kind(
        "a URC of another service",
        r#"foreign-urc text="+CREG: 2""#,
        Place::Downstream,
    ),
    kind(
        "an answer to another program",
        r#"foreign-answer text="+CSQ: 20,99""#,
        Place::Downstream,
    ),
    kind(
        "pieces with pauses",
        "slicer size=N delay=2ms bytes=200",
        Place::Downstream,
    ),
    kind(
        "silence of 4 s, to the module",
        "stall for=4s",
        Place::Upstream,
    ),
    kind(
        "silence of 4 s, to the host",
        "stall for=4s",
        Place::Downstream,
    ),
    kind(
        "silence of 6 s of the server",
        "stall for=6s link=data",
        Place::Data,
    ),
    kind("a late answer", "answer-late for=3s", Place::Command),
    kind("a busy answer", "answer-busy", Place::Command),
    kind("a late URC", "delay-urc for=3s", Place::Urc),
    kind("a URC lost", "lose-urc", Place::Urc),
    kind(
        "the server refuses for now",
        "reply code=42N",
        Place::FtpCommand,
    ),
    kind(
        "the server refuses for good",
        "reply code=55N",
        Place::FtpCommand,
    ),
    kind("the module restarts", "reboot", Place::Data),
    kind("the PDP context is lost", "pdp-deactivate", Place::Data),
    kind("no network for 2 s", "no-network for=2s", Place::Data),
    kind(
        "the control connection is lost",
        "drop-control",
        Place::FtpCommand,
    ),
    kind("the data connection is lost", "drop-data", Place::Data),
    kind(
        "no data connection for 2 s",
        "no-data for=2s",
        Place::Command,
    ),
    kind("603 until the session is closed", "busy", Place::Command),
    kind("602 once", "would-block", Place::Command),
    kind("608 in the transfer", "peer-closed", Place::Data),
    kind("noise", "noise", Place::Downstream),
    kind(
        "a silent module for 3 s",
        "silent for=3s",
        Place::Downstream,
    ),
];

impl RuleKind {
    /// Returns true if the bytes of a file may differ at an equal size.
    pub(crate) fn changes_bytes(&self) -> bool {
        self.rule.starts_with("change")
    }

    /// Draws a rule of this kind for a transfer of so many bytes.
    pub(crate) fn draw(
        &self,
        dialect: &Dialect,
        form: Form,
        length: usize,
        random: &mut Rng,
    ) -> String {
        let small = random.u8(1..=4).to_string();
        let rule = self.rule.replace('N', &small);
        let place = match self.place {
            Place::Upstream => {
                let bytes = byte(form.is_upload(), length, random);
                format!("stream=upstream {bytes}")
            }
            Place::Downstream => byte(!form.is_upload(), length, random),
            Place::Data => format!("after={}", random.usize(..=length)),
            Place::Command => format!("on={} nth={}", command(dialect, form, random), nth(random)),
            Place::Urc => format!("urc={}", command(dialect, form, random)),
            Place::FtpCommand => {
                let commands = form.ftp_commands();
                let command = commands[random.usize(..commands.len())];
                format!("command={command} nth={}", nth(random))
            }
        };
        format!("{rule} {place}")
    }
}

/// Draws a byte of the line: of all that passes where the payload does, else of a few lines.
fn byte(with_payload: bool, length: usize, random: &mut Rng) -> String {
    let lines = if with_payload { 120 } else { 160 };
    let payload = if with_payload { length } else { 0 };
    format!("after={}", random.usize(..lines + payload))
}

/// Draws a command that the form sends.
fn command(dialect: &Dialect, form: Form, random: &mut Rng) -> &'static str {
    let transfer = if form.is_upload() {
        [CommandKind::FtpPut, CommandKind::FtpPutPiece]
    } else {
        [CommandKind::FtpGet, CommandKind::FtpFetch]
    };
    let steps = [
        transfer[0],
        transfer[1],
        CommandKind::FtpSize,
        CommandKind::FtpRestart,
        CommandKind::FtpList,
    ];
    let commands: Vec<&str> = steps
        .into_iter()
        .filter_map(|step| dialect.command(step))
        .map(|command| command.name)
        .collect();
    // The transfer itself is half of them.
    if random.bool() {
        commands[0]
    } else {
        commands[random.usize(..commands.len())]
    }
}

fn nth(random: &mut Rng) -> u8 {
    if random.u8(..4) == 0 { 2 } else { 1 }
}
