//! The kinds of faults, each a rule of a fault plan, and the place of each one: at a byte of the transfer, or at a step
//! of it. They stand in `rules.txt`, which the tests of the Python package read as well.

use fastrand::Rng;
use qftp::dialect::{CommandKind, Dialect};

use super::form::Form;

/// A kind of fault, as a rule of a fault plan with a place to be drawn.
#[derive(Debug)]
pub(super) struct RuleKind {
    /// The name in the table.
    pub(super) name: &'static str,
    /// Its waits last a minute or two in some dialects.
    pub(super) is_slow: bool,
    rule: &'static str,
    place: Place,
}

/// The place of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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

const PLACES: [(&str, Place); 6] = [
    ("upstream", Place::Upstream),
    ("downstream", Place::Downstream),
    ("data", Place::Data),
    ("command", Place::Command),
    ("urc", Place::Urc),
    ("ftp-command", Place::FtpCommand),
];

/// Returns all kinds, in the order of the report.
pub(super) fn kinds() -> Vec<RuleKind> {
    let lines = include_str!("rules.txt").lines();
    lines
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| {
            let parts: Vec<&str> = line.split(" | ").collect();
            let (name, rule, place, is_slow) = match parts[..] {
                [name, rule, place] => (name, rule, place, false),
                [name, rule, place, "slow"] => (name, rule, place, true),
                _ => panic!("`name | rule | place`, not {line}"),
            };
            let place = PLACES.iter().find(|(word, _)| *word == place);
            let (_, place) = *place.unwrap_or_else(|| panic!("no such place: {line}"));
            RuleKind {
                name,
                is_slow,
                rule,
                place,
            }
        })
        .collect()
}

impl RuleKind {
    /// Returns true if the bytes of a file may differ at an equal size.
    pub(super) fn changes_bytes(&self) -> bool {
        self.rule.starts_with("change")
    }

    /// Draws a rule of this kind for a transfer of so many bytes, which begins so many bytes of the line behind the
    /// moment that the rule counts from.
    pub(super) fn draw(
        &self,
        dialect: &Dialect,
        form: Form,
        length: usize,
        before: usize,
        random: &mut Rng,
    ) -> String {
        let small = random.u8(1..=4).to_string();
        let rule = self.rule.replace('N', &small);
        let mut byte = |with_payload| byte(with_payload, length, before, random);
        let place = match self.place {
            Place::Upstream => format!("stream=upstream {}", byte(form.is_upload())),
            Place::Downstream => byte(!form.is_upload()),
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
fn byte(with_payload: bool, length: usize, before: usize, random: &mut Rng) -> String {
    let lines = if with_payload { 120 } else { 160 };
    let payload = if with_payload { length } else { 0 };
    format!("after={}", random.usize(..before + lines + payload))
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
