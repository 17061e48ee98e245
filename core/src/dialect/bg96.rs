//! `bg96`: BG96, manual 004.

use core::time::Duration;

use super::{
    Command, ContextQuery, CountLine, Dialect, Family, Identity, Initial, Kind, Param,
    PayloadFraming, Setting, SettingKind, Volume, boot, common, quectel_lte, remembered,
};

/// The dialect of manual 004.
pub static BG96: Dialect = Dialect {
    name: "bg96",
    manual: "004",
    modules: "Quectel BG96",
    identities: &[
        Identity::new("Quectel", "BG96", "BG96MAR02A07M1G"),
        Identity::new("Quectel", "BG95", "BG95M3LAR02A03"),
        Identity::new("Quectel", "BG77", "BG77LAR02A04"),
        Identity::new("Quectel", "BG", "BG77LAR02A04"),
    ],
    commands: &quectel_lte::commands(FTP, CONTEXT, common::SSL, remembered::BG),
    family: Family::Lte,
    settings: SETTINGS,
    stores: &[Volume::Ufs],
    prefixed_names: false,
    missing_file: super::MissingFile::LTE,
    error_report: super::ErrorReport::CodeAndReply,
    active_contexts: 4,
    urc_delay: Duration::from_millis(5),
    spaced: true,
    line_feed_ends: false,
    labelled_identity: false,
    dtr_default: 2,
    result_level_default: 1,
    ssl_settings: common::SSL_SETTINGS_WITHOUT_SNI,
    registers: common::REGISTERS_WITHOUT_GUARD,
    access_technology: 8,
    cme_text: crate::codes::words::of_000,
    drops_session_on_dtr: false,
    reports_each_piece: true,
    longest_open: None,
    failure_before_result: false,
    banner: boot::BANNER_BG96,
    power_down: boot::POWER_DOWN_LTE,
    cell: "\"1A2B\",\"1A2B3C01\",8",
    operator_without_radio: 2,
    ftp_needs_sim: true,
    restart_lines: &["RDY", "APP RDY"],
    payload_framing: PayloadFraming::Raw,
    escape_ends_payload: true,
    count_line: CountLine::Information,
    interim_report: None,
    context_query: ContextQuery::List,
    session_error: None,
    longest_line: 512,
    stays_busy: true,
};

const FTP: &[Command] = &[
    quectel_lte::configure(CONFIGURE).from("004 §2.1"),
    quectel_lte::OPEN.from("004 §2.2"),
    quectel_lte::CHANGE_DIR.from("004 §2.3"),
    quectel_lte::WORKING_DIR.from("004 §2.4"),
    quectel_lte::PUT.from("004 §2.5"),
    quectel_lte::GET.from("004 §2.6"),
    quectel_lte::SIZE.from("004 §2.7"),
    quectel_lte::DELETE.from("004 §2.8"),
    quectel_lte::MAKE_DIR.from("004 §2.9"),
    quectel_lte::REMOVE_DIR.from("004 §2.10"),
    quectel_lte::list(LIST).from("004 §2.11"),
    quectel_lte::NAME_LIST.from("004 §2.12"),
    quectel_lte::MACHINE_LIST.from("004 §2.13"),
    quectel_lte::MODIFIED.from("004 §2.14"),
    quectel_lte::RENAME.from("004 §2.15"),
    quectel_lte::LENGTH.from("004 §2.16"),
    quectel_lte::STATE.from("004 §2.17"),
    quectel_lte::CLOSE.from("004 §2.18"),
];

const LIST: &[&str] = &["+QFTPLIST: <dirname>, <local_name>"];

const CONTEXT: &[Command] = &common::context(2);

const CONFIGURE: &[&str] = &[
    "+QFTPCFG: \"account\",<username>,<password>",
    "+QFTPCFG: \"filetype\",(0,1)",
    "+QFTPCFG: \"transmode\",(0,1)",
    "+QFTPCFG: \"contextid\",(1-16)",
    "+QFTPCFG: \"rsptimeout\",(20-180)",
    "+QFTPCFG: \"ssltype\",(0-2)",
    "+QFTPCFG: \"sslctxid\",(0-5)",
    "+QFTPCFG: \"data_address\",(0,1)",
];

const SETTINGS: &[Setting] = &[
    quectel_lte::ACCOUNT,
    quectel_lte::FILE_TYPE,
    quectel_lte::TRANSFER_MODE,
    quectel_lte::CONTEXT_ID,
    quectel_lte::RESPONSE_TIMEOUT,
    Setting {
        kind: SettingKind::SslType,
        name: "ssltype",
        params: &[Param::required("ssltype", Kind::Integer(0, 2))],
        initial: &[Initial::Integer(0)],
        detail_when: None,
    },
    quectel_lte::SSL_CONTEXT,
    Setting {
        kind: SettingKind::DataAddress,
        name: "data_address",
        params: &[Param::required("data_address", Kind::Integer(0, 1))],
        initial: &[Initial::Integer(0)],
        detail_when: None,
    },
];
