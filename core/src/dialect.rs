//! The vocabulary of a dialect table: what a command is called, what it takes, how it is answered.
//!
//! Both ends read the same tables. The host formats a command with [`Command::emit`] and checks it on the way; the
//! module checks what was typed with [`Command::accept`] and answers the test form from [`Command::test`]. What
//! differs between dialects is a field here; no engine asks for a dialect by name.

mod based_on;
pub mod bg96;
mod command;
mod command_kind;
mod common;
pub mod ec20;
pub mod ec2x;
mod error_report;
pub mod gsm;
mod lookup;
pub mod nl668;
mod param;
mod quectel_lte;
mod raw_command;
mod secrets;
mod setting;

pub use command::{BadParameter, Command, Direction, ResponseFormat};
pub use command_kind::CommandKind;
pub use error_report::ErrorReport;
pub use lookup::{UnknownDialect, find, find_by_name_or_model};
pub use param::{Kind, Param, ParamError, Value, accept};
pub use setting::{Initial, Setting, SettingKind, TransferMode};

use crate::at::{self, Line};

/// One dialect: everything that its manual says and the others may say otherwise.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
#[allow(clippy::struct_excessive_bools)] // each is a difference of its own between the manuals
pub struct Dialect {
    /// `ec20`, `ec2x`, `bg96`, `gsm`, `nl668`.
    pub name: &'static str,
    /// Which manual: `000` to `004`.
    pub manual: &'static str,
    /// The modules it is for, in words.
    pub modules: &'static str,
    /// What modules of this dialect say of themselves.
    pub identities: &'static [Identity],
    /// The FTP commands of the manual and the commands around them.
    pub commands: &'static [&'static [Command]],
    /// How its FTP commands work together.
    pub family: Family,
    /// The settings behind `AT+QFTPCFG="<name>"`, in `gsm` `AT+QFTPCFG=<number>`.
    pub settings: &'static [Setting],
    /// Places of `<local_name>`: `COM:` apart, these are the stores (000 §2.5, 002 §2.5, 004 §2.5).
    pub stores: &'static [Volume],
    /// Whether names in the store are printed with their prefix (`UFS:a.txt`) or bare (004 §2.5).
    pub prefixed_names: bool,
    /// How the URC of an FTP command states an error (002 §5, 001 §3, 003 §1.2).
    pub error_report: ErrorReport,
    /// PDP contexts that may be active at once (000 §1.4.2, 002 §4.2).
    pub active_contexts: usize,
    /// Whether a blank follows the colon of a URC (001 prints none).
    pub spaced: bool,
    /// Whether LF ends a command line as CR does (vendor code for `gsm` sends it alone).
    pub line_feed_ends: bool,
    /// Whether `ATI` names what it prints: `Manufacturer: ...` (COMMON 7).
    pub labelled_identity: bool,
    /// What `AT&D` starts with.
    pub dtr_default: u8,
    /// What `ATX` starts with.
    pub result_level_default: u8,
    /// The settings of one SSL context, behind `AT+QSSLCFG="<name>"`.
    pub ssl_settings: &'static [Setting],
    /// The S-registers there are.
    pub registers: &'static [Register],
    /// `<AcT>` of the network the module is on: 7 LTE, 8 LTE Cat M1.
    pub access_technology: u8,
    /// Finds the words of a `+CME ERROR` number.
    pub cme_text: fn(u16) -> Option<&'static str>,
    /// Whether a drop of DTR with `AT&D2` ends the session too (003 §1.2.2).
    pub drops_session_on_dtr: bool,
    /// Whether each piece of an upload is reported, or the last alone (003 §3.6).
    pub reports_each_piece: bool,
    /// Whether a session can be closed while a command that timed out still runs; not so 003 §1.2.2.
    pub closes_after_timeout: bool,
    /// What the module says after it has started.
    pub banner: &'static [&'static str],
    /// Lines of `banner` that no module sends at another time (FIELD 1.12).
    pub restart_lines: &'static [&'static str],
    /// The framing of the payload of transfers on the line.
    pub payload_framing: PayloadFraming,
    /// Set where `+++` ends a payload; otherwise the module takes or gives it to its end (003 §1.2.15, §1.2.16).
    pub escape_ends_payload: bool,
    /// The meaning of an information line in front of a payload of stated length.
    pub count_line: CountLine,
    /// The number in a URC that announces payload or text, where the dialect has one (003).
    pub interim_report: Option<u64>,
    /// The question for the PDP contexts.
    pub context_query: ContextQuery,
    /// Set where all FTP commands may answer 603 until the session is closed (EG800K, EC2x; FIELD 3).
    pub stays_busy: bool,
}

/// The framing of the payload of transfers on the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PayloadFraming {
    /// As it is; its length or a line behind it tells its end.
    Raw,
    /// With 0x10 before each 0x10 and 0x03, and a bare 0x03 at its end; listings are raw (003 §1.2.15, §1.2.16).
    Stuffed,
}

/// The meaning of an information line in front of a payload of stated length (QFREAD, FTPRECV).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CountLine {
    /// Information; the payload follows `CONNECT`.
    Information,
    /// It stands in place of `CONNECT` (003 §1.2.19).
    Connect,
}

/// The question for the PDP contexts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ContextQuery {
    /// `AT+QIACT?` lists the active contexts (COMMON 2.1).
    List,
    /// `AT+QISTAT` tells the state of the context in front, behind its `OK` (COMMON 2.2).
    State,
    /// `AT+MIPCALL?` tells the address of the one context (COMMON 8.1).
    Call,
}

/// How the FTP commands of a dialect work together: what a session needs, where settings live, how results are told.
/// Dialects of one family differ in their tables alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Family {
    /// Quectel LTE: `+QFTPxxx: <err>,<protocol_error>`, settings by name (000, 002, 004).
    Lte,
    /// Quectel GSM: `+QFTPxxx:<n>`, negative errors, settings by number (001).
    Gsm,
    /// Fibocom: `+FTPxxx: 0`, `1` or `2` (003).
    Fibocom,
    /// A family that shows in tests what a new one needs.
    #[cfg(test)]
    Test,
}

/// One S-register: `ATS<number>=<value>`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Register {
    /// Its number.
    pub number: u32,
    /// What it starts with.
    pub initial: u32,
    /// Smallest value.
    pub from: u32,
    /// Largest value.
    pub to: u32,
}

/// A place of the module's own for files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Volume {
    /// Flash, `UFS:`; a bare name is here.
    Ufs,
    /// Memory, `RAM:`.
    Ram,
    /// Memory card, `SD:`.
    Sd,
}

impl Volume {
    /// The prefix of names, its colon included.
    pub fn prefix(self) -> &'static str {
        match self {
            Volume::Ufs => "UFS:",
            Volume::Ram => "RAM:",
            Volume::Sd => "SD:",
        }
    }

    /// The place itself: its prefix without the colon.
    pub fn name(self) -> &'static str {
        self.prefix().trim_end_matches(':')
    }
}

/// How a module names itself in `ATI`, `AT+CGMI`, `AT+CGMM`, `AT+CGMR`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Identity {
    /// `Quectel`
    pub manufacturer: &'static str,
    /// `EC25`; a detected model belongs to the dialect with the longest matching prefix.
    pub model: &'static str,
    /// A revision such as real modules print.
    pub revision: &'static str,
}

impl Dialect {
    /// The command for a purpose, if the dialect has one.
    pub fn command(&self, kind: CommandKind) -> Option<&'static Command> {
        self.all_commands().find(|command| command.kind == kind)
    }

    /// The command of a typed name, case ignored.
    pub fn command_named(&self, name: &[u8]) -> Option<&'static Command> {
        self.all_commands()
            .find(|command| command.name.as_bytes().eq_ignore_ascii_case(name))
    }

    /// Every command, FTP first.
    pub fn all_commands(&self) -> impl Iterator<Item = &'static Command> + use<> {
        self.commands.iter().flat_map(|group| group.iter())
    }

    /// The setting of `QFTPCFG` for a purpose, if the dialect has it.
    pub fn setting(&self, kind: SettingKind) -> Option<&'static Setting> {
        self.settings.iter().find(|setting| setting.kind == kind)
    }
}

/// Settings of `AT+QSSLCFG`, alike for the LTE dialects.
pub use common::SSL_SETTINGS;

/// Returns `true` if a line means that a module has restarted, whatever its dialect: the host may not know it yet.
pub(crate) fn is_restart(line: &[u8]) -> bool {
    ALL.iter()
        .flat_map(|dialect| dialect.restart_lines)
        .any(|known| known.as_bytes() == line)
}

pub(crate) use common::URCS_WITH_TEXT;
pub(crate) use secrets::SECRETS;

/// Every dialect there is. A new one is one data file and one line here.
pub static ALL: &[&Dialect] = &[
    &ec20::EC20,
    &ec2x::EC2X,
    &bg96::BG96,
    &gsm::GSM,
    &nl668::NL668,
];

/// The dialect of this name.
pub fn by_name(name: &str) -> Option<&'static Dialect> {
    ALL.iter()
        .copied()
        .find(|dialect| dialect.name.eq_ignore_ascii_case(name))
}

/// The dialect of a module that calls itself so: the longest model name that starts the given one wins.
pub fn by_model(model: &str) -> Option<&'static Dialect> {
    ALL.iter()
        .flat_map(|dialect| {
            dialect
                .identities
                .iter()
                .map(move |identity| (*dialect, identity.model))
        })
        .filter(|(_, known)| model.starts_with(known))
        .max_by_key(|(_, known)| known.len())
        .map(|(dialect, _)| dialect)
}

/// The dialect of a maker whose modules all speak one: `Fibocom Wireless Inc.`, `Quectel_Ltd`.
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
