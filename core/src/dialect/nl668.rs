//! `nl668`: Fibocom NL668 and NL661; manual 003.
//!
//! Two of its numbers run the other way round: a file type 1 is binary, `FTPMODE` 0 is passive.

use core::time::Duration;

use super::Direction::{Down, Up};
use super::rows::module_only;
use super::{
    BadParameter, Command, CommandKind, ContextQuery, CountLine, Dialect, Family, Identity, Kind,
    Param, PayloadFraming, ResponseFormat, boot, common, identification, internet, radio,
    remembered,
};

/// The dialect of manual 003.
pub static NL668: Dialect = Dialect {
    name: "nl668",
    manual: "003",
    modules: "Fibocom NL668, NL661",
    identities: &[
        Identity::new(
            "Fibocom Wireless Inc.",
            "NL668-EAU",
            "19906.5090.00.02.00.23",
        ),
        Identity::new("Fibocom Wireless Inc.", "NL668", "19906.5090.00.02.00.23"),
        Identity::new("Fibocom Wireless Inc.", "NL661", "19906.5090.00.02.00.23"),
        // Another family of the same maker with the same commands (recorded programs for it).
        Identity::new("Fibocom Wireless Inc.", "L610", "16000.1000.00.01.01.01"),
    ],
    commands: &[
        FTP,
        AROUND,
        module_only(radio::RADIO),
        module_only(radio::FUNCTIONALITY_FIBOCOM),
        module_only(radio::POWER_DOWN_FIBOCOM),
        module_only(common::GENERAL),
        module_only(identification::FIBOCOM),
        internet::PACKET,
        internet::FIBOCOM,
        module_only(remembered::ALL),
        module_only(remembered::UMTS),
        module_only(remembered::FIBOCOM),
    ],
    family: Family::Fibocom,
    settings: &[],
    stores: &[],
    prefixed_names: false,
    missing_file: super::MissingFile::LTE,
    error_report: super::ErrorReport::Zero,
    active_contexts: 1,
    urc_delay: Duration::from_millis(5),
    spaced: true,
    line_feed_ends: false,
    labelled_identity: true,
    dtr_default: 2,
    result_level_default: 4,
    ssl_settings: &[],
    registers: common::REGISTERS_WITHOUT_GUARD,
    access_technology: 7,
    cme_text: crate::codes::fibocom::cme_text,
    drops_session_on_dtr: true,
    reports_each_piece: false,
    longest_open: None,
    failure_before_result: true,
    banner: boot::BANNER_FIBOCOM,
    power_down: boot::POWER_DOWN_FIBOCOM,
    cell: "\"1A2B\",\"1A2B3C01\",7",
    operator_without_radio: 0,
    ftp_needs_sim: false,
    restart_lines: &["AT command ready"],
    payload_framing: PayloadFraming::Stuffed,
    escape_ends_payload: false,
    count_line: CountLine::Connect,
    interim_report: Some(2),
    context_query: ContextQuery::Call,
    session_error: None,
    longest_line: 512,
    stays_busy: false,
};

/// Longest host (003 §1.2.1).
const HOST: usize = 1024;
/// Longest path, file, directory, user name, password or account (003 §1.2).
const PATH: usize = 255;
/// Positions in a file; of FTPSTOR the manual prints one F more and an E (003 §1.2.15), taken as this.
const POSITION: Kind = Kind::Integer(0, u32::MAX as u64);
/// A size of an upload's piece (003 §1.2.20).
const PIECE: Kind = Kind::Integer(1, 1024);
/// Bytes read from the download buffer at once (003 §1.2.19).
const READ: Kind = Kind::Integer(1, 3000);
const SWITCH: Kind = Kind::Integer(0, 1);
const PORT: Kind = Kind::Integer(0, 65535);

/// Returns a command whose test form is `ERROR`.
const fn untested(kind: CommandKind, name: &'static str, source: &'static str) -> Command {
    Command {
        #[cfg(feature = "module")]
        test: None,
        ..row(kind, name, source, &[])
    }
}

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

const DIRECTORY: &[Param] = &[Param::required("directory name", Kind::Name(PATH))];
const FILE_OR_DIRECTORY: &[Param] = &[Param::required("file/directory name", Kind::Name(PATH))];

const FTP: &[Command] = &[
    row(
        CommandKind::FtpOpen,
        "+FTPOPEN",
        "003 §1.2.1",
        &[
            "+FTPOPEN: (<\"destination_ip/url\">),(<\"username\">),(<\"password\">)[,(<\"account\">),(0-65535),(0-65535),(0-65535),(0-1)]",
        ],
    )
    .written(&[
        Param::required("destination_ip/url", Kind::Name(HOST)),
        Param::required("username", Kind::Text(PATH)),
        Param::required("password", Kind::Text(PATH)),
        Param::optional("account", Kind::Text(PATH)),
        Param::optional("source_control_port", PORT),
        Param::optional("destination_control_port", PORT),
        Param::optional("source_data_port", PORT),
        Param::optional("sftpmode", SWITCH),
    ])
    .readable(),
    untested(CommandKind::FtpClose, "+FTPCLOSE", "003 §1.2.2").executed(),
    row(
        CommandKind::FtpTranscript,
        "+FTPINFO",
        "003 §1.2.3",
        &["+FTPINFO: (0-1)"],
    )
    .written(&[Param::required("indication", SWITCH)])
    .readable()
    .answered(ResponseFormat::Result),
    row(
        CommandKind::FtpChangeDir,
        "+FTPCWD",
        "003 §1.2.4",
        &["+FTPCWD: (<\"directory name\">)"],
    )
    .written(DIRECTORY),
    row(
        CommandKind::FtpMakeDir,
        "+FTPMKD",
        "003 §1.2.5",
        &["+FTPMKD: (<\"directory name\">)"],
    )
    .written(DIRECTORY),
    row(
        CommandKind::FtpRemoveDir,
        "+FTPRMD",
        "003 §1.2.6",
        &["+FTPRMD: (<\"directory name\">)"],
    )
    .written(DIRECTORY),
    untested(CommandKind::FtpWorkingDir, "+FTPPWD", "003 §1.2.7").executed(),
    untested(CommandKind::FtpParentDir, "+FTPCDUP", "003 §1.2.8").executed(),
    row(
        CommandKind::FtpDelete,
        "+FTPDEL",
        "003 §1.2.9",
        &["+FTPDEL: (<\"file name\">)"],
    )
    .written(&[Param::required("file name", Kind::Name(PATH))]),
    row(
        CommandKind::FtpRename,
        "+FTPREN",
        "003 §1.2.10",
        &["+FTPREN: (<\"file name from\">),(<\"file name to\">)"],
    )
    .written(&[
        Param::required("file name from", Kind::Name(PATH)),
        Param::required("file name to", Kind::Name(PATH)),
    ]),
    row(
        CommandKind::FtpList,
        "+FTPLIST",
        "003 §1.2.11",
        &["+FTPLIST: (<\"file/directory name\">)"],
    )
    .written(FILE_OR_DIRECTORY)
    .executed()
    .answered(ResponseFormat::ResultPayloadUrc(Down)),
    row(
        CommandKind::FtpServerStatus,
        "+FTPSTAT",
        "003 §1.2.12",
        &["+FTPSTAT: (<\"file/directory name\">)"],
    )
    .written(FILE_OR_DIRECTORY)
    .executed(),
    untested(CommandKind::FtpSystem, "+FTPSYST", "003 §1.2.13").executed(),
    untested(CommandKind::FtpNoop, "+FTPNOOP", "003 §1.2.14").executed(),
    row(
        CommandKind::FtpPut,
        "+FTPSTOR",
        "003 §1.2.15",
        &["+FTPSTOR: (<\"file name\">)[,(0-1)][,(0-4294967295)]"],
    )
    .written(TRANSFER)
    .answered(ResponseFormat::ResultPayloadUrc(Up)),
    row(
        CommandKind::FtpGet,
        "+FTPRETR",
        "003 §1.2.16",
        &["+FTPRETR: (<\"file name\">)[,(0-1)][,(0-4294967295)]"],
    )
    .written(TRANSFER)
    .answered(ResponseFormat::ResultPayloadUrc(Down)),
    row(
        CommandKind::FtpRestart,
        "+FTPREST",
        "003 §1.2.17",
        &["+FTPREST: (0-4294967295)"],
    )
    .written(&[Param::required("start position", POSITION)])
    .readable()
    .answered(ResponseFormat::Result),
    row(
        CommandKind::FtpFetch,
        "+FTPGET",
        "003 §1.2.18",
        &["+FTPGET: (\"file name\"),(0-1),(0-4294967295)"],
    )
    .written(&[
        Param::required("file name", Kind::Name(PATH)),
        Param::optional("view mode", SWITCH),
        Param::optional("offset", POSITION),
    ])
    .readable(),
    row(
        CommandKind::FtpReceive,
        "+FTPRECV",
        "003 §1.2.19",
        &["+FTPRECV: (1-3000)"],
    )
    .written(&[Param::required("req_length", READ)])
    .readable()
    .answered(ResponseFormat::PayloadResult(Down)),
    row(
        CommandKind::FtpPutPiece,
        "+FTPPUT",
        "003 §1.2.20",
        &["+FTPPUT: (\"file name\"),(1-1024),(0-1)[,(0-1)]"],
    )
    .written(&[
        Param::required("file name", Kind::Name(PATH)),
        Param::required("length", PIECE),
        Param::required("eof", SWITCH),
        Param::optional("file type", SWITCH),
    ])
    .answered(ResponseFormat::PayloadResultUrc(Up)),
    row(CommandKind::FtpMode, "+FTPMODE", "003 §1.2.21", &["+FTPMODE: (0-1)"])
        .written(&[Param::required("mode", SWITCH)])
        .readable()
        .answered(ResponseFormat::Result),
];

const TRANSFER: &[Param] = &[
    Param::required("file name", Kind::Name(PATH)),
    Param::optional("file type", SWITCH),
    Param::optional("offset", POSITION),
];

const fn around(kind: CommandKind, name: &'static str, test: &'static [&'static str]) -> Command {
    Command::row(kind, name, test).of("003 §3.1", BadParameter::Plain)
}

/// Commands that the examples need around them (COMMON 8).
const AROUND: &[Command] = &[
    around(
        CommandKind::Call,
        "+MIPCALL",
        &["+MIPCALL: (0,1),<APN>,<username>,<password>,(0-3)"],
    )
    .written(&[
        Param::required("operation", SWITCH),
        Param::optional("APN", Kind::Text(PATH)),
        Param::optional("username", Kind::Text(PATH)),
        Param::optional("password", Kind::Text(PATH)),
        Param::optional("authentication", Kind::Integer(0, 3)),
    ])
    .readable()
    .answered(ResponseFormat::ResultUrc),
    around(
        CommandKind::VendorSetting,
        "+GTSET",
        &["+GTSET: \"FTPLIMIT\",(0-1000)"],
    )
    .written(&[
        Param::required("name", Kind::Name(32)),
        Param::optional("value", Kind::Integer(0, 1000)),
    ])
    .readable(),
    around(CommandKind::SslVersion, "+GTSSLVER", &["+GTSSLVER: (0-4)"])
        .written(&[Param::required("version", Kind::Integer(0, 4))])
        .readable(),
    around(CommandKind::SslMode, "+GTSSLMODE", &["+GTSSLMODE: (0,1)"])
        .written(&[Param::required("mode", SWITCH)])
        .readable(),
    around(
        CommandKind::SslFile,
        "+GTSSLFILE",
        &["+GTSSLFILE: (\"TRUSTFILE\",\"CAFILE\",\"KEYFILE\"),(4-8192)"],
    )
    .written(&[
        Param::required("name", Kind::Name(32)),
        Param::required("length", Kind::Integer(4, 8192)),
    ])
    .readable()
    .answered(ResponseFormat::PayloadResult(Up)),
    around(CommandKind::SslError, "+GTSSLERR", &[]).readable(),
];
