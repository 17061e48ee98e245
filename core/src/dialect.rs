//! The vocabulary of a dialect table: what a command is called, what it takes, how it is answered.
//!
//! Both ends read the same tables. The host formats a command with [`Command::emit`] and checks it on the way; the
//! module checks what was typed with [`Command::accept`] and answers the test form from [`Command::test`]. What
//! differs between dialects is a field here; no engine asks for a dialect by name.

pub mod bg96;
mod common;
pub mod ec20;
pub mod ec2x;
pub mod gsm;
pub mod nl668;
mod param;
mod quectel_lte;
mod setting;

use alloc::vec::Vec;

pub use param::{Kind, Param, ParamError, Value, accept};
pub use setting::{Initial, Setting, SettingKind};

use crate::at::{Emit, Form, Token};
use param::emit;

/// One dialect: everything that its manual says and the others may say otherwise.
#[derive(Debug)]
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
    /// What the module says after it has started.
    pub banner: &'static [&'static str],
    /// Lines of `banner` that no module sends at another time (FIELD 1.12).
    pub restart_lines: &'static [&'static str],
    /// How the payload of transfers stands on the line.
    pub payload_framing: PayloadFraming,
    /// Whether `+++` ends a payload; otherwise the module takes or gives it to its end (003 §1.2.15, §1.2.16).
    pub escape_ends_payload: bool,
    /// The meaning of an information line in front of a payload of stated length.
    pub count_line: CountLine,
    /// The number in a URC that announces payload or text, where the dialect has one (003).
    pub interim_report: Option<u64>,
    /// The question for the PDP contexts.
    pub context_query: ContextQuery,
    /// Whether all FTP commands may answer 603 until the session is closed (EG800K, EC2x; FIELD 3).
    pub stays_busy: bool,
}

/// How the payload of transfers stands on the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PayloadFraming {
    /// As it is; its length or a line behind it tells its end.
    Raw,
    /// With 0x10 before each 0x10 and 0x03, and a bare 0x03 at its end; listings are raw (003 §1.2.15, §1.2.16).
    Stuffed,
}

/// The meaning of an information line in front of a payload of stated length (QFREAD, FTPRECV).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CountLine {
    /// Information; the payload follows `CONNECT`.
    Information,
    /// It stands in place of `CONNECT` (003 §1.2.19).
    Connect,
}

/// The question for the PDP contexts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
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

/// What a command is for; the engines act on this, never on a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)] // each is the command of its table entry
pub enum CommandKind {
    FtpConfigure,
    FtpOpen,
    FtpChangeDir,
    FtpWorkingDir,
    FtpPut,
    FtpGet,
    FtpSize,
    FtpDelete,
    FtpMakeDir,
    FtpRemoveDir,
    FtpList,
    FtpNameList,
    FtpMachineList,
    FtpModified,
    FtpRename,
    FtpLength,
    FtpState,
    FtpUser,
    FtpPassword,
    FtpParentDir,
    FtpMode,
    FtpTranscript,
    FtpRestart,
    FtpServerStatus,
    FtpSystem,
    FtpNoop,
    FtpPutPiece,
    FtpFetch,
    FtpReceive,
    FtpClose,
    FileSpace,
    FileList,
    FileDelete,
    FileUpload,
    FileDownload,
    FileOpen,
    FileRead,
    FileWrite,
    FileSeek,
    FilePosition,
    FileTruncate,
    FileClose,
    ContextConfigure,
    ContextActivate,
    ContextDeactivate,
    ContextForeground,
    ContextRegister,
    ContextStatus,
    Call,
    SocketError,
    SslConfigure,
    SslVersion,
    SslMode,
    SslFile,
    SslError,
    VendorSetting,
    ErrorFormat,
    Manufacturer,
    Model,
    Revision,
    Serial,
    SimState,
    Attach,
    Registration,
    Operator,
    Signal,
    Rate,
    FlowControl,
    Functionality,
    CardId,
    SubscriberId,
    Clock,
}

impl CommandKind {
    /// Whether it is one of the FTP commands.
    pub fn is_ftp(self) -> bool {
        self as u8 <= CommandKind::FtpClose as u8
    }

    /// Whether it is one of the file commands.
    pub fn is_file(self) -> bool {
        (CommandKind::FileSpace as u8..=CommandKind::FileClose as u8).contains(&(self as u8))
    }
}

/// One extended command.
#[derive(Clone, Copy, Debug)]
pub struct Command {
    /// What it is for.
    pub kind: CommandKind,
    /// As typed behind `AT`, its `+` included.
    pub name: &'static str,
    /// Manual and section, `002 §2.5`.
    pub source: &'static str,
    /// Answer to `=?`: these information lines, then `OK`. `None`: `ERROR`.
    pub test: Option<&'static [&'static str]>,
    /// Whether `?` is answered.
    pub read: bool,
    /// Whether the bare command is answered.
    pub execute: bool,
    /// Parameters of the write form; `None`: there is no write form.
    pub write: Option<&'static [Param]>,
    /// How it is answered.
    pub reply: ResponseFormat,
    /// What a malformed parameter gets.
    pub refusal: BadParameter,
}

/// The order of lines that answer a command; DIALECTS "The order of things".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResponseFormat {
    /// Information lines, then the result code.
    Result,
    /// The result code, later the URC.
    ResultUrc,
    /// `CONNECT`, payload, `OK`, URC.
    PayloadResultUrc(Direction),
    /// [`ResponseFormat::PayloadResultUrc`] where the parameter of this index is `"COM:"` or left out,
    /// [`ResponseFormat::ResultUrc`] where it names a file.
    ByPlace(Direction, usize),
    /// `CONNECT`, payload, information, `OK` (QFUPL, QFDWL, QFWRITE).
    PayloadInformationResult(Direction),
    /// `CONNECT <n>`, n bytes, `OK` (QFREAD; `gsm` and `nl668` say the number in an information line).
    PayloadResult(Direction),
    /// `OK`, `CONNECT` or its like, payload, URC (`gsm` QFTPPUT; `nl668` FTPSTOR, whose `CONNECT` is `+FTPSTOR: 2`).
    ResultPayloadUrc(Direction),
    /// A line of text in place of a result code (`gsm` QIDEACT: `DEACT OK`).
    Text(&'static str),
}

/// Which way a payload goes, seen from the host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Host to module.
    Up,
    /// Module to host.
    Down,
}

/// How a command family refuses a malformed parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadParameter {
    /// `+CME ERROR: <n>`
    Cme(u16),
    /// `ERROR` in every mode of `AT+CMEE`.
    Plain,
}

impl Command {
    /// A row of a table with a test form alone; the methods below add the other forms.
    const fn row(kind: CommandKind, name: &'static str, test: &'static [&'static str]) -> Self {
        Command {
            kind,
            name,
            source: "",
            test: Some(test),
            read: false,
            execute: false,
            write: None,
            reply: ResponseFormat::Result,
            refusal: BadParameter::Plain,
        }
    }

    const fn of(self, source: &'static str, refusal: BadParameter) -> Self {
        Command {
            source,
            refusal,
            ..self
        }
    }

    const fn written(self, params: &'static [Param]) -> Self {
        Command {
            write: Some(params),
            ..self
        }
    }

    const fn executed(self) -> Self {
        Command {
            execute: true,
            ..self
        }
    }

    const fn readable(self) -> Self {
        Command { read: true, ..self }
    }

    const fn answered(self, reply: ResponseFormat) -> Self {
        Command { reply, ..self }
    }

    /// What was typed as the parameters of any form: only the write form has some.
    pub(crate) fn values<'a>(&self, form: &Form<'a>) -> Result<Vec<Value<'a>>, ParamError> {
        match form {
            Form::Write(tokens) => self.accept(tokens),
            Form::Execute | Form::Read | Form::Test => Ok(Vec::new()),
        }
    }

    /// Checks what was typed behind `=`: one value for each parameter of the table.
    pub fn accept<'a>(&self, tokens: &[Token<'a>]) -> Result<Vec<Value<'a>>, ParamError> {
        accept(self.write.unwrap_or(&[]), tokens)
    }

    /// Writes the command line, CR included, after checking every value. Values left out at the end are not
    /// written. Strings are always quoted.
    ///
    /// The settings of `QFTPCFG` and `QSSLCFG` are written with [`Setting::emit`].
    pub fn emit(&self, values: &[Value<'_>]) -> Result<Vec<u8>, ParamError> {
        emit(Emit::new(self.name), self.write.unwrap_or(&[]), values)
    }

    /// The shape of the answer to the write or execution form with these values.
    pub fn shape(&self, values: &[Value<'_>]) -> ResponseFormat {
        match self.reply {
            ResponseFormat::ByPlace(direction, index) => match values.get(index) {
                None | Some(Value::Omitted | Value::Text(b"COM:")) => {
                    ResponseFormat::PayloadResultUrc(direction)
                }
                Some(_) => ResponseFormat::ResultUrc,
            },
            reply => reply,
        }
    }
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
