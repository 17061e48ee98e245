//! `gsm`: M10, M33 and the modules alike (M26, M35, M66, M95, MC60); manual 001.

use core::time::Duration;

use super::Direction::{Down, Up};
use super::rows::module_only;
use super::{
    BadParameter, Command, CommandKind, ContextQuery, CountLine, Dialect, Family, Identity,
    Initial, Kind, Param, PayloadFraming, ResponseFormat, Setting, SettingKind, Volume, boot,
    clock, common, identification, internet, radio, remembered,
};

/// Returns a model; it says its name with the maker's in front (COMMON 7).
const fn identity(
    model: &'static str,
    alias: &'static str,
    revision: &'static str,
    stores: &'static [Volume],
) -> Identity {
    Identity::new("Quectel_Ltd", model, revision)
        .with_alias(alias)
        .with_stores(stores)
}

/// Only M33 has a card (001 §2.2.8).
const WITH_CARD: &[Volume] = &[Volume::Ufs, Volume::Ram, Volume::Sd];
/// Files in memory were seen on the later models (COMMON 1.7).
const WITH_MEMORY: &[Volume] = &[Volume::Ufs, Volume::Ram];
/// The flash alone (001 §2.2.8).
const FLASH: &[Volume] = &[Volume::Ufs];

/// The dialect of manual 001.
pub static GSM: Dialect = Dialect {
    name: "gsm",
    manual: "001",
    modules: "Quectel M10, M33 (M26, M35, M66, M95, MC60 alike)",
    identities: &[
        identity("Quectel_M33", "M33", "M33R01A01", WITH_CARD),
        identity("Quectel_M10", "M10", "M10R05A03", FLASH),
        identity("Quectel_M95", "M95", "M95FAR02A08", WITH_MEMORY),
        identity("Quectel_M66", "M66", "M66FAR01A12BT", WITH_MEMORY),
        identity("Quectel_M26", "M26", "M26FBR03A10", WITH_MEMORY),
        identity("Quectel_M35", "M35", "M35FBR01A10", WITH_MEMORY),
        identity("Quectel_MC60", "MC60", "MC60CAR01A10", WITH_MEMORY),
        // The rest of the family.
        identity("Quectel_M", "Quectel_M", "M66FAR01A12BT", WITH_MEMORY),
    ],
    commands: &[
        FTP,
        CONTEXT,
        common::FILES,
        module_only(radio::RADIO),
        module_only(radio::FUNCTIONALITY),
        module_only(radio::POWER_DOWN_GSM),
        module_only(common::GENERAL),
        module_only(identification::QUECTEL),
        module_only(identification::QUECTEL_GSM),
        internet::PACKET,
        internet::GSM,
        module_only(clock::GSM),
        module_only(remembered::ALL),
        module_only(remembered::GSM),
    ],
    family: Family::Gsm,
    settings: SETTINGS,
    stores: &[Volume::Ufs, Volume::Ram, Volume::Sd],
    prefixed_names: false,
    missing_file: super::MissingFile::GSM,
    error_report: super::ErrorReport::NegativeNumber,
    active_contexts: 2,
    urc_delay: Duration::from_millis(40),
    spaced: false,
    line_feed_ends: true,
    labelled_identity: false,
    dtr_default: 0,
    result_level_default: 4,
    ssl_settings: &[],
    registers: common::REGISTERS_WITHOUT_GUARD,
    access_technology: 0,
    cme_text: crate::codes::words::of_001,
    drops_session_on_dtr: false,
    reports_each_piece: true,
    longest_open: None,
    failure_before_result: false,
    banner: boot::BANNER_GSM,
    power_down: boot::POWER_DOWN_GSM,
    cell: "\"1A2B\",\"3C01\"",
    operator_without_radio: 0,
    ftp_needs_sim: false,
    restart_lines: &["RDY"],
    payload_framing: PayloadFraming::Raw,
    escape_ends_payload: true,
    count_line: CountLine::Information,
    interim_report: None,
    context_query: ContextQuery::State,
    session_error: Some("+QFTPERROR"),
    longest_line: 120,
    stays_busy: false,
};

/// Longest file name (001 §2.2.3, §2.2.4, §2.2.11 to §2.2.13).
const FILE: usize = 50;
/// Longest path (001 §2.2.5, §2.2.14, §2.2.15).
const PATH: usize = 100;
/// Longest user name or password (001 §2.2.6, §2.2.7).
const ACCOUNT: usize = 30;
/// Longest host name; the manual states none, vendor code reserves this much.
const HOST: usize = 100;
/// Sizes and positions are 32-bit numbers.
const SIZE: Kind = Kind::Integer(0, u32::MAX as u64);

const fn row(
    kind: CommandKind,
    name: &'static str,
    source: &'static str,
    test: &'static [&'static str],
) -> Command {
    Command::row(kind, name, test)
        .answered(ResponseFormat::ResultUrc)
        .of(source, BadParameter::Plain)
}

const FILE_NAME: &[Param] = &[Param::required("fileName", Kind::Name(FILE))];
const PATH_NAME: &[Param] = &[Param::required("pathName", Kind::Name(PATH))];

const FTP: &[Command] = &[
    row(
        CommandKind::FtpOpen,
        "+QFTPOPEN",
        "001 §2.2.1",
        &["+QFTPOPEN: \"HOST NAME\",(1-65535)"],
    )
    .written(&[
        Param::required("hostName", Kind::Name(HOST)),
        Param::required("port", Kind::Quotable(1, 65535)),
    ])
    .readable(),
    row(CommandKind::FtpClose, "+QFTPCLOSE", "001 §2.2.2", &[]).executed(),
    row(
        CommandKind::FtpPut,
        "+QFTPPUT",
        "001 §2.2.3",
        &["+QFTPPUT: \"FILE NAME\",<fileSz>,(1-65535)"],
    )
    .written(&[
        Param::required("fileName", Kind::Name(FILE)),
        Param::required("fileSz", SIZE),
        Param::optional("time", Kind::Integer(1, 65535)),
    ])
    .answered(ResponseFormat::ResultPayloadUrc(Up)),
    // The size as second parameter is of M25 and M26 (DIALECTS).
    row(
        CommandKind::FtpGet,
        "+QFTPGET",
        "001 §2.2.4",
        &["+QFTPGET: \"FILE NAME\""],
    )
    .written(&[
        Param::required("fileName", Kind::Name(FILE)),
        Param::optional("fileSz", SIZE),
    ])
    .answered(ResponseFormat::ResultPayloadUrc(Down)),
    row(
        CommandKind::FtpChangeDir,
        "+QFTPPATH",
        "001 §2.2.5",
        &["+QFTPPATH: \"PATH NAME\""],
    )
    .written(&[Param::required("pathName", Kind::Text(PATH))])
    .readable(),
    row(
        CommandKind::FtpUser,
        "+QFTPUSER",
        "001 §2.2.6",
        &["+QFTPUSER: \"USER NAME\""],
    )
    .written(&[Param::required("userName", Kind::Text(ACCOUNT))])
    .readable()
    .answered(ResponseFormat::Result),
    row(
        CommandKind::FtpPassword,
        "+QFTPPASS",
        "001 §2.2.7",
        &["+QFTPPASS: \"PASSWORD\""],
    )
    .written(&[Param::required("password", Kind::Text(ACCOUNT))])
    .readable()
    .answered(ResponseFormat::Result),
    // Type 4 is in the text and not in the printed test form.
    row(
        CommandKind::FtpConfigure,
        "+QFTPCFG",
        "001 §2.2.8",
        &["+QFTPCFG: (1-3)"],
    )
    .written(&[Param::required("type", Kind::Integer(1, 6))]),
    row(CommandKind::FtpState, "+QFTPSTAT", "001 §2.2.9", &[])
        .executed()
        .answered(ResponseFormat::Result),
    row(CommandKind::FtpLength, "+QFTPLEN", "001 §2.2.10", &[])
        .executed()
        .answered(ResponseFormat::Result),
    row(
        CommandKind::FtpRename,
        "+QFTPRENAME",
        "001 §2.2.11",
        &["+QFTPRENAME: (\"SOURCE NAME\",\"TARGET NAME\")"],
    )
    .written(&[
        Param::required("fileName", Kind::Name(FILE)),
        Param::required("pathName", Kind::Name(FILE)),
    ]),
    row(
        CommandKind::FtpSize,
        "+QFTPSIZE",
        "001 §2.2.12",
        &["+QFTPSIZE: \"FILE NAME\""],
    )
    .written(FILE_NAME),
    row(
        CommandKind::FtpDelete,
        "+QFTPDELETE",
        "001 §2.2.13",
        &["+QFTPDELETE: \"FILE NAME\""],
    )
    .written(FILE_NAME),
    row(
        CommandKind::FtpMakeDir,
        "+QFTPMKDIR",
        "001 §2.2.14",
        &["+QFTPMKDIR: \"PATH NAME\""],
    )
    .written(PATH_NAME),
    row(
        CommandKind::FtpRemoveDir,
        "+QFTPRMDIR",
        "001 §2.2.15",
        &["+QFTPRMDIR: \"PATH NAME\""],
    )
    .written(PATH_NAME),
];

/// `AT+QFTPCFG=<type>,<value>` (001 §2.2.8).
const SETTINGS: &[Setting] = &[
    Setting {
        kind: SettingKind::TransferMode,
        name: "1",
        params: &[Param::required("value", Kind::Integer(0, 1))],
        initial: &[Initial::Integer(1)],
        detail_when: None,
    },
    Setting {
        kind: SettingKind::FileType,
        name: "2",
        params: &[Param::required("value", Kind::Integer(0, 1))],
        initial: &[Initial::Integer(0)],
        detail_when: None,
    },
    Setting {
        kind: SettingKind::ResumePoint,
        name: "3",
        params: &[Param::required("value", SIZE)],
        initial: &[Initial::Integer(0)],
        detail_when: None,
    },
    Setting {
        kind: SettingKind::Place,
        name: "4",
        params: &[Param::required("value", Kind::Name(PATH))],
        initial: &[Initial::Text(b"/COM/")],
        detail_when: None,
    },
    // Not of 001: Quectel's OpenCPU RIL sets it at each login and goes no further without it (COMMON 5). Its meaning is
    // not known.
    Setting::new(
        SettingKind::ConfigType6,
        "6",
        &[Param::required("value", SIZE)],
        &[Initial::Integer(0)],
    ),
];

const fn tcpip(kind: CommandKind, name: &'static str, test: &'static [&'static str]) -> Command {
    Command::row(kind, name, test).of("001 §4.1", BadParameter::Plain)
}

/// Contexts of the GSM TCP/IP stack (COMMON 2.2).
const CONTEXT: &[Command] = &[
    tcpip(
        CommandKind::ContextForeground,
        "+QIFGCNT",
        &["+QIFGCNT: (0,1)"],
    )
    .written(&[Param::required("id", Kind::Integer(0, 1))])
    .readable(),
    tcpip(
        CommandKind::ContextConfigure,
        "+QICSGP",
        &["+QICSGP: (0,1),<APN>,<username>,<password>,(0-3)"],
    )
    .written(&[
        Param::required("mode", Kind::Integer(0, 1)),
        Param::required("APN", Kind::Text(APN)),
        Param::optional("username", Kind::Text(APN)),
        Param::optional("password", Kind::Text(APN)),
        Param::optional("rate", Kind::Integer(0, 3)),
    ])
    .readable(),
    tcpip(CommandKind::ContextRegister, "+QIREGAPP", &[])
        .written(&[
            Param::optional("APN", Kind::Text(APN)),
            Param::optional("username", Kind::Text(APN)),
            Param::optional("password", Kind::Text(APN)),
        ])
        .executed(),
    tcpip(CommandKind::ContextActivate, "+QIACT", &[]).executed(),
    tcpip(CommandKind::ContextDeactivate, "+QIDEACT", &[])
        .executed()
        .answered(ResponseFormat::Text("DEACT OK")),
    tcpip(CommandKind::ContextStatus, "+QISTAT", &[]).executed(),
    tcpip(CommandKind::ContextStatus, "+QISTATE", &[]).executed(),
];
const APN: usize = 100;
