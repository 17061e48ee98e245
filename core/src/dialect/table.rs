//! The table of one dialect.

use core::time::Duration;

use super::boot::{BootLine, PowerDown};
use super::command::{Command, Direction, ResponseFormat};
use super::command_kind::CommandKind;
use super::error_report::ErrorReport;
use super::facts::{ContextQuery, CountLine, MissingFile, PayloadFraming};
use super::family::Family;
use super::setting::{Setting, SettingKind};
use super::volume::Volume;

/// Describes one dialect: everything that its manual says and the others may say otherwise.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
#[allow(clippy::struct_excessive_bools)] // each is a difference of its own between the manuals
pub struct Dialect {
    /// Name: `ec20`, `ec2x`, `bg96`, `gsm`, `nl668`.
    pub name: &'static str,
    /// Number of the manual: `000` to `004`.
    pub manual: &'static str,
    /// Modules of this dialect, in words.
    pub modules: &'static str,
    /// Models, as they identify themselves. An emulator is the first one.
    pub identities: &'static [Identity],
    /// The FTP commands of the manual and the commands around them.
    pub commands: &'static [&'static [Command]],
    /// Procedures of its FTP commands.
    pub family: Family,
    /// The settings behind `AT+QFTPCFG="<name>"`, in `gsm` `AT+QFTPCFG=<number>`.
    pub settings: &'static [Setting],
    /// Places of `<local_name>`: `COM:` apart, these are the stores (000 §2.5, 002 §2.5, 004 §2.5).
    pub stores: &'static [Volume],
    /// Set if names in the store are printed with their prefix, as in `UFS:a.txt` (004 §2.5 prints them bare).
    pub prefixed_names: bool,
    /// Numbers for files that are not in the store (COMMON 1.6, 1.7).
    pub missing_file: MissingFile,
    /// Form in which the URC of an FTP command states an error (002 §5, 001 §3, 003 §1.2).
    pub error_report: ErrorReport,
    /// PDP contexts that may be active at once (000 §1.4.2, 002 §4.2).
    pub active_contexts: usize,
    /// Time between a final result and the URC that follows it, as modules have it. Programs for GSM modules take 30 ms
    /// of silence as the end of an answer.
    pub urc_delay: Duration,
    /// Set if a blank follows the colon of a URC (001 prints none).
    pub spaced: bool,
    /// Set if LF ends a command line as CR does (vendor code for `gsm` sends it alone).
    pub line_feed_ends: bool,
    /// Set if `ATI` names what it prints: `Manufacturer: ...` (COMMON 7).
    pub labelled_identity: bool,
    /// Start value of `AT&D`.
    pub dtr_default: u8,
    /// Start value of `ATX`.
    pub result_level_default: u8,
    /// The settings of one SSL context, behind `AT+QSSLCFG="<name>"`.
    pub ssl_settings: &'static [Setting],
    /// The S-registers.
    pub registers: &'static [Register],
    /// `<AcT>` of the network the module is on: 7 LTE, 8 LTE Cat M1.
    pub access_technology: u8,
    /// Finds the words of a `+CME ERROR` number.
    pub cme_text: fn(u16) -> Option<&'static str>,
    /// Set if a drop of DTR with `AT&D2` ends the session too (003 §1.2.2).
    pub drops_session_on_dtr: bool,
    /// Set if each piece of an upload is reported, not the last alone (003 §3.6).
    pub reports_each_piece: bool,
    /// The longest time that a login takes, where the manual states one beside `rsptimeout` (002 §2.2).
    pub longest_open: Option<Duration>,
    /// Set if a transfer without a data connection is reported before its `OK` (003 §1.2.20), not behind it.
    pub failure_before_result: bool,
    /// Lines that the module says while it starts, in this order.
    pub banner: &'static [BootLine],
    /// Lines that the module says when a command switches it off.
    pub power_down: PowerDown,
    /// Place of the module in the registration commands for `<n>` 2: area, cell, and technology if it tells that.
    pub cell: &'static str,
    /// `<mode>` of `AT+COPS?` while the radio is off (COMMON 6.4).
    pub operator_without_radio: u8,
    /// Set if FTP commands are answered `ERROR` without a SIM card that is ready (000 §1.4.1, 002 §4.1).
    pub ftp_needs_sim: bool,
    /// Lines of `banner` that no module sends at another time (FIELD 1.12).
    pub restart_lines: &'static [&'static str],
    /// Framing of the payload of transfers.
    pub payload_framing: PayloadFraming,
    /// Set if `+++` ends a payload; otherwise the module takes or gives it to its end (003 §1.2.15, §1.2.16).
    pub escape_ends_payload: bool,
    /// Meaning of an information line in front of a payload of stated length.
    pub count_line: CountLine,
    /// Number in a URC that announces payload or text, where the dialect has one (003).
    pub interim_report: Option<u64>,
    /// Command that asks for the PDP contexts.
    pub context_query: ContextQuery,
    /// The most characters of a line of several commands. The manuals state no limit of a line; a single command of each
    /// dialect may be longer than this, so a module takes it: an account of 255 and 255 characters (002 §2.1, 003 §1.2.1),
    /// a host of 100 (001 §2.2.1). V.250 §5.2.1 asks for 40 at the least.
    pub longest_line: usize,
    /// URC of an error that belongs to no command: the session is gone (001 §3).
    pub session_error: Option<&'static str>,
    /// Set if all FTP commands may answer 603 until the session is closed (EG800K, EC2x; FIELD 3).
    pub stays_busy: bool,
}

/// Describes how a module names itself in `ATI`, `AT+CGMI`, `AT+CGMM`, `AT+CGMR`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Identity {
    /// The manufacturer, `Quectel`.
    pub manufacturer: &'static str,
    /// `EC25`; a detected model belongs to the dialect with the longest matching prefix.
    pub model: &'static str,
    /// The model without the maker's name, as users type it: `M95`, where the module says `Quectel_M95`.
    pub alias: &'static str,
    /// A revision such as real modules print.
    pub revision: &'static str,
    /// Places for files, where the model has not all of its dialect.
    pub stores: Option<&'static [Volume]>,
}

impl Identity {
    /// Returns true for a name that stands for a whole series of models, such as `EG`.
    pub(crate) fn is_series(&self) -> bool {
        !self.alias.bytes().any(|byte| byte.is_ascii_digit())
    }
}

/// Describes one S-register: `ATS<number>=<value>`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Register {
    /// The register's number.
    pub number: u32,
    /// Start value.
    pub initial: u32,
    /// Smallest value.
    pub from: u32,
    /// Largest value.
    pub to: u32,
}

impl Dialect {
    /// Returns the command for a purpose, if the dialect has one.
    pub fn command(&self, kind: CommandKind) -> Option<&'static Command> {
        self.all_commands().find(|command| command.kind == kind)
    }

    /// Returns the command of a typed name, case ignored.
    pub fn command_named(&self, name: &[u8]) -> Option<&'static Command> {
        self.all_commands()
            .find(|command| command.name.as_bytes().eq_ignore_ascii_case(name))
    }

    /// Returns true where the pieces of an upload go over one data connection (002 §2.5 `beof`).
    pub fn joins_pieces(&self) -> bool {
        self.has_param(CommandKind::FtpPut, "beof")
    }

    /// Returns true where a download can end before the file does (002 §2.6 `downloadlen`).
    pub fn ends_downloads(&self) -> bool {
        self.has_param(CommandKind::FtpGet, "downloadlen")
    }

    /// Returns true where the module takes as many bytes of an upload as were announced, whatever they are.
    pub fn counts_uploads(&self) -> bool {
        self.payload_framing == PayloadFraming::Raw
    }

    /// Returns true where the report of a download states its length, and no question has to follow (001 §4.3.1 wants one).
    pub fn counts_downloads(&self) -> bool {
        let reply = self
            .command(CommandKind::FtpGet)
            .map(|command| command.reply);
        matches!(
            reply,
            Some(
                ResponseFormat::ByPlace(Direction::Down, _)
                    | ResponseFormat::PayloadResultUrc(Direction::Down)
            )
        )
    }

    fn has_param(&self, kind: CommandKind, name: &str) -> bool {
        let params = self.command(kind).and_then(|command| command.write);
        params.is_some_and(|params| params.iter().any(|param| param.name == name))
    }

    /// Returns every command, FTP first.
    pub fn all_commands(&self) -> impl Iterator<Item = &'static Command> + use<> {
        self.commands.iter().flat_map(|group| group.iter())
    }

    /// Returns the setting of `QFTPCFG` for a purpose, if the dialect has it.
    pub fn setting(&self, kind: SettingKind) -> Option<&'static Setting> {
        self.settings.iter().find(|setting| setting.kind == kind)
    }
}
