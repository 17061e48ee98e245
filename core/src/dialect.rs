//! The vocabulary of a dialect table: what a command is called, what it takes, how it is answered.
//!
//! Both ends read the same tables. The host formats a command with [`Command::emit`] and checks it on the way; the
//! module checks what was typed with [`Command::accept`] and answers the test form from [`Command::test`]. What
//! differs between dialects is a field here; no engine asks for a dialect by name.

mod based_on;
pub mod bg96;
mod boot;
mod clock;
mod command;
mod command_kind;
mod common;
pub mod ec20;
pub mod ec2x;
mod error_report;
mod facts;
mod family;
pub mod gsm;
mod identification;
mod initial;
mod internet;
mod lookup;
pub mod nl668;
mod param;
mod quectel_lte;
mod radio;
mod raw_command;
mod recall;
mod remembered;
mod rows;
mod secrets;
mod setting;
mod table;
mod volume;

pub use boot::{BootLine, PowerDown, SimLine};
pub use command::{BadParameter, Command, Direction, ResponseFormat};
pub use command_kind::CommandKind;
pub use error_report::ErrorReport;
pub use facts::{ContextQuery, CountLine, MissingFile, PayloadFraming};
pub use family::Family;
pub use initial::Initial;
pub use lookup::{UnknownDialect, find, find_by_name_or_model, find_model};
pub use param::{Kind, Param, ParamError, Value, accept};
pub use recall::{NamedSetting, Recall};
pub use setting::{Setting, SettingKind, TransferMode};
pub use table::{Dialect, Identity, Register};
pub use volume::Volume;

pub use crate::at::UnencodableByte;

use crate::at::{self, Line};

/// Settings of `AT+QSSLCFG`, alike for the LTE dialects.
pub use common::SSL_SETTINGS;

/// Returns `true` if a line means that a module has restarted, whatever its dialect: the host may not know it yet.
pub(crate) fn is_restart(line: &[u8]) -> bool {
    restart_lines().any(|known| known.as_bytes() == line)
}

/// Returns the lines that only a module which has restarted says, in any dialect.
pub(crate) fn restart_lines() -> impl Iterator<Item = &'static str> {
    let lines = ALL.iter().flat_map(|dialect| dialect.restart_lines);
    lines.copied()
}

pub(crate) use common::URCS_WITH_TEXT;
pub(crate) use param::mask_digits;
pub(crate) use secrets::{SECRETS, SecretPlace};

/// Lists every dialect. A new one is one data file and one line here.
pub static ALL: &[&Dialect] = &[
    &ec20::EC20,
    &ec2x::EC2X,
    &bg96::BG96,
    &gsm::GSM,
    &nl668::NL668,
];

/// Returns the dialect of a name.
pub fn by_name(name: &str) -> Option<&'static Dialect> {
    ALL.iter()
        .copied()
        .find(|dialect| dialect.name.eq_ignore_ascii_case(name))
}

/// Returns the dialect of a model: the longest model name that starts the given one wins.
pub fn by_model(model: &str) -> Option<&'static Dialect> {
    ALL.iter()
        .flat_map(|dialect| {
            let names = dialect.identities.iter();
            let names = names.flat_map(|identity| [identity.model, identity.alias]);
            names.map(move |name| (*dialect, name))
        })
        .filter(|(_, known)| model.starts_with(known))
        .max_by_key(|(_, known)| known.len())
        .map(|(dialect, _)| dialect)
}

/// Returns the dialect of a maker whose modules all speak one: `Fibocom Wireless Inc.`, `Quectel_Ltd`.
pub fn by_manufacturer(manufacturer: &str) -> Option<&'static Dialect> {
    let made_by = |dialect: &&'static Dialect| {
        let mut makers = dialect.identities.iter();
        makers.any(|identity| manufacturer.eq_ignore_ascii_case(identity.manufacturer))
    };
    let mut speaking = ALL.iter().copied().filter(made_by);
    speaking.next().filter(|_| speaking.next().is_none())
}

/// Returns true if a line from the module says that a command failed: a final result code other than `OK`, or the URC
/// of an FTP command with an error.
///
/// The line is enough: where two dialects have a command of one name, their errors look different.
pub fn line_reports_failure(line: &[u8]) -> bool {
    match at::parse_reply(line) {
        Line::Failed(_) => true,
        Line::Information { name, fields } => ALL.iter().any(|dialect| {
            let command = dialect.command_named(name);
            command.is_some_and(|command| command.kind.is_ftp())
                && dialect.error_report.states_error(fields)
        }),
        Line::Ok | Line::Connect(_) | Line::Text(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_whether_a_command_failed() {
        let failures: &[&[u8]] = &[
            b"ERROR",
            b"NO CARRIER",
            b"+CME ERROR: 601",
            b"+CMS ERROR: 500",
            b"+QFTPGET: 627,550",
            b"+QFTPOPEN: 601,0",
            b"+QFTPPUT:-550",
            b"+FTPSTOR: 0",
        ];
        let others: &[&[u8]] = &[
            b"OK",
            b"CONNECT",
            b"RDY",
            b"+QFTPGET: 0,627",
            b"+QFTPSIZE: 615",
            b"+QFTPSIZE:615",
            b"+QFTPPWD: 0,/",
            b"+QFTPLEN: 0,605",
            b"+FTPSTOR: 2",
            b"+FTPSTOR: 1",
            b"+FTPINFO:550 No such file",
            b"+CSQ: 0,0",
            b"+QIURC: \"pdpdeact\",1",
        ];
        for line in failures {
            assert!(line_reports_failure(line), "{}", line.escape_ascii());
        }
        for line in others {
            assert!(!line_reports_failure(line), "{}", line.escape_ascii());
        }
    }
}
