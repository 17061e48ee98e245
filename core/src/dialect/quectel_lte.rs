//! The rows that the LTE manuals of Quectel (000, 002, 004) share: the 18 `QFTP` commands and their settings.
//!
//! The three manuals number them alike, 2.1 to 2.18; a dialect's file names its manual's section at each row.

use super::Direction::{Down, Up};
use super::rows::module_only;
use super::{
    BadParameter, Command, CommandKind, Initial, Kind, Param, ResponseFormat, Setting, SettingKind,
    clock, common, identification, internet, radio, remembered,
};
use crate::codes;

/// Longest path, file, folder, user name or password, in bytes (002 §2.1, §2.3, §2.5).
const PATH: usize = 255;
/// Longest `<local_name>` (002 §2.5).
const LOCAL: usize = 60;
/// Longest `<hostname>` (002 §2.2).
const HOST: usize = 200;
/// Positions and lengths have no stated limit; this one keeps sums within 64 bits.
const POSITION: Kind = Kind::Integer(0, i64::MAX as u64);

/// Begins a row of the family, also for a dialect that has a command of its own.
pub(super) const fn row(
    kind: CommandKind,
    name: &'static str,
    test: &'static [&'static str],
) -> Command {
    Command::row(kind, name, test)
        .answered(ResponseFormat::ResultUrc)
        .of("", BadParameter::Cme(codes::PARAMETER))
}

/// Returns the commands of a dialect, FTP first: its own groups between those that the LTE dialects share.
pub(super) const fn commands(
    ftp: &'static [Command],
    context: &'static [Command],
    ssl: &'static [Command],
    remembered: &'static [Command],
) -> [&'static [Command]; 17] {
    [
        ftp,
        common::FILES,
        context,
        ssl,
        module_only(radio::RADIO),
        module_only(radio::FUNCTIONALITY),
        module_only(radio::POWER_DOWN_LTE),
        module_only(common::GENERAL),
        module_only(identification::QUECTEL),
        module_only(identification::QUECTEL_LTE),
        internet::PACKET,
        internet::LTE,
        module_only(clock::LTE),
        module_only(remembered::ALL),
        module_only(remembered::UMTS),
        module_only(remembered::LTE),
        module_only(remembered),
    ]
}

impl Command {
    /// Returns the same row, from this manual and section.
    pub(super) const fn from(self, source: &'static str) -> Self {
        #[cfg(not(feature = "module"))]
        let _ = source;
        Command {
            #[cfg(feature = "module")]
            source,
            ..self
        }
    }
}

/// Returns the row of the configuration command; the answer to `=?` differs between the manuals.
pub(super) const fn configure(test: &'static [&'static str]) -> Command {
    row(CommandKind::FtpConfigure, "+QFTPCFG", test)
        .written(SETTING)
        .answered(ResponseFormat::Result)
}
const SETTING: &[Param] = &[Param::required("name", Kind::Name(16))];

pub(super) const OPEN: Command = row(
    CommandKind::FtpOpen,
    "+QFTPOPEN",
    &["+QFTPOPEN: <hostname>,<port>"],
)
.written(&[
    Param::required("hostname", Kind::Name(HOST)),
    Param::optional("port", Kind::Integer(1, 65535)),
]);

pub(super) const CHANGE_DIR: Command = row(
    CommandKind::FtpChangeDir,
    "+QFTPCWD",
    &["+QFTPCWD: <path_name>"],
)
.written(&[Param::required("path_name", Kind::Name(PATH))]);

pub(super) const WORKING_DIR: Command = row(CommandKind::FtpWorkingDir, "+QFTPPWD", &[]).executed();

pub(super) const PUT: Command = row(
    CommandKind::FtpPut,
    "+QFTPPUT",
    &["+QFTPPUT: <file_name>,<local_name>,<startpos>,<uploadlen>,<beof>"],
)
.written(&[
    Param::required("file_name", Kind::Name(PATH)),
    Param::required("local_name", Kind::Name(LOCAL)),
    Param::optional("startpos", POSITION),
    Param::optional("uploadlen", POSITION),
    Param::optional("beof", Kind::Integer(0, 1)),
])
.answered(ResponseFormat::ByPlace(Up, 1));

pub(super) const GET: Command = row(
    CommandKind::FtpGet,
    "+QFTPGET",
    &["+QFTPGET: <file_name>,<local_name>,<startpos>,<downloadlen>"],
)
.written(&[
    Param::required("file_name", Kind::Name(PATH)),
    Param::required("local_name", Kind::Name(LOCAL)),
    Param::optional("startpos", POSITION),
    Param::optional("downloadlen", POSITION),
])
.answered(ResponseFormat::ByPlace(Down, 1));

const FILE_NAME: &[Param] = &[Param::required("file_name", Kind::Name(PATH))];
const FOLDER_NAME: &[Param] = &[Param::required("folder_name", Kind::Name(PATH))];

pub(super) const SIZE: Command = row(
    CommandKind::FtpSize,
    "+QFTPSIZE",
    &["+QFTPSIZE: <file_name>"],
)
.written(FILE_NAME);

pub(super) const DELETE: Command = row(
    CommandKind::FtpDelete,
    "+QFTPDEL",
    &["+QFTPDEL: <file_name>"],
)
.written(FILE_NAME);

pub(super) const MAKE_DIR: Command = row(
    CommandKind::FtpMakeDir,
    "+QFTPMKDIR",
    &["+QFTPMKDIR: <folder_name>"],
)
.written(FOLDER_NAME);

pub(super) const REMOVE_DIR: Command = row(
    CommandKind::FtpRemoveDir,
    "+QFTPRMDIR",
    &["+QFTPRMDIR: <folder_name>"],
)
.written(FOLDER_NAME);

const fn listing(kind: CommandKind, name: &'static str, test: &'static [&'static str]) -> Command {
    row(kind, name, test)
        .written(LISTING)
        .answered(ResponseFormat::ByPlace(Down, 1))
}
/// An empty `<dirname>` is the current directory (000 §2.11); 002 writes `.` there.
const LISTING: &[Param] = &[
    Param::required("dirname", Kind::Text(PATH)),
    Param::optional("local_name", Kind::Name(LOCAL)),
];

/// Returns the row of the list command; the answer to `=?` differs between the manuals by a blank.
pub(super) const fn list(test: &'static [&'static str]) -> Command {
    listing(CommandKind::FtpList, "+QFTPLIST", test)
}

pub(super) const NAME_LIST: Command = listing(
    CommandKind::FtpNameList,
    "+QFTPNLST",
    &["+QFTPNLST: <dirname>,<local_name>"],
);

pub(super) const MACHINE_LIST: Command = listing(
    CommandKind::FtpMachineList,
    "+QFTPMLSD",
    &["+QFTPMLSD: <dirname>,<local_name>"],
);

pub(super) const MODIFIED: Command = row(
    CommandKind::FtpModified,
    "+QFTPMDTM",
    &["+QFTPMDTM: <file_name>"],
)
.written(FILE_NAME);

pub(super) const RENAME: Command = row(
    CommandKind::FtpRename,
    "+QFTPRENAME",
    &["+QFTPRENAME: <old_name>,<new_name>"],
)
.written(&[
    Param::required("old_name", Kind::Name(PATH)),
    Param::required("new_name", Kind::Name(PATH)),
]);

pub(super) const LENGTH: Command = row(CommandKind::FtpLength, "+QFTPLEN", &[]).executed();
pub(super) const STATE: Command = row(CommandKind::FtpState, "+QFTPSTAT", &[]).executed();
pub(super) const CLOSE: Command = row(CommandKind::FtpClose, "+QFTPCLOSE", &[]).executed();

pub(super) const ACCOUNT: Setting = Setting {
    kind: SettingKind::Account,
    name: "account",
    params: &[
        Param::required("username", Kind::Text(PATH)),
        Param::required("password", Kind::Text(PATH)),
    ],
    initial: &[Initial::Text(b""), Initial::Text(b"")],
    detail_when: None,
};

/// 0 binary, 1 ASCII. The comments in 000 §3.1 and 004 that call 1 binary are slips.
pub(super) const FILE_TYPE: Setting = Setting {
    kind: SettingKind::FileType,
    name: "filetype",
    params: &[Param::required("file_type", Kind::Integer(0, 1))],
    initial: &[Initial::Integer(0)],
    detail_when: None,
};

/// 0 active, 1 passive. No manual states the start value; passive works behind a network's NAT.
pub(super) const TRANSFER_MODE: Setting = Setting {
    kind: SettingKind::TransferMode,
    name: "transmode",
    params: &[Param::required("transmode", Kind::Integer(0, 1))],
    initial: &[Initial::Integer(1)],
    detail_when: None,
};

pub(super) const CONTEXT_ID: Setting = Setting {
    kind: SettingKind::ContextId,
    name: "contextid",
    params: &[Param::required("contextID", Kind::Integer(1, 16))],
    initial: &[Initial::Integer(1)],
    detail_when: None,
};

pub(super) const RESPONSE_TIMEOUT: Setting = Setting {
    kind: SettingKind::ResponseTimeout,
    name: "rsptimeout",
    params: &[Param::required("timeout", Kind::Integer(20, 180))],
    initial: &[Initial::Integer(90)],
    detail_when: None,
};

pub(super) const SSL_CONTEXT: Setting = Setting {
    kind: SettingKind::SslContext,
    name: "sslctxid",
    params: &[Param::required("sslctxid", Kind::Integer(0, 5))],
    initial: &[Initial::Integer(0)],
    detail_when: None,
};
