//! `ec20`: the first EC20, manual 000.

use core::time::Duration;

use super::{
    Command, ContextQuery, CountLine, Dialect, Family, Identity, Initial, Kind, Param,
    PayloadFraming, Setting, SettingKind, Volume, boot, common, quectel_lte, remembered,
};

/// The dialect of manual 000.
pub static EC20: Dialect = Dialect {
    name: "ec20",
    manual: "000",
    modules: "Quectel EC20",
    identities: &[Identity::new("Quectel", "EC20", "EC20EQAR02A11E2G")],
    commands: &quectel_lte::commands(FTP, CONTEXT, common::SSL, remembered::EC),
    family: Family::Lte,
    settings: SETTINGS,
    stores: &[Volume::Ufs, Volume::Ram],
    prefixed_names: true,
    missing_file: super::MissingFile::LTE,
    error_report: super::ErrorReport::CodeAndReply,
    active_contexts: 3,
    urc_delay: Duration::from_millis(5),
    spaced: true,
    line_feed_ends: false,
    labelled_identity: false,
    dtr_default: 2,
    result_level_default: 4,
    ssl_settings: common::SSL_SETTINGS_WITHOUT_SNI,
    registers: common::REGISTERS,
    access_technology: 7,
    cme_text: crate::codes::words::of_000,
    drops_session_on_dtr: false,
    reports_each_piece: true,
    longest_open: None,
    failure_before_result: false,
    banner: boot::BANNER_EC,
    power_down: boot::POWER_DOWN_LTE,
    cell: "\"1A2B\",\"1A2B3C01\",7",
    operator_without_radio: 0,
    ftp_needs_sim: true,
    restart_lines: &["RDY"],
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
    quectel_lte::configure(CONFIGURE).from("000 §2.1"),
    quectel_lte::OPEN.from("000 §2.2"),
    quectel_lte::CHANGE_DIR.from("000 §2.3"),
    quectel_lte::WORKING_DIR.from("000 §2.4"),
    quectel_lte::PUT.from("000 §2.5"),
    quectel_lte::GET.from("000 §2.6"),
    quectel_lte::SIZE.from("000 §2.7"),
    quectel_lte::DELETE.from("000 §2.8"),
    quectel_lte::MAKE_DIR.from("000 §2.9"),
    quectel_lte::REMOVE_DIR.from("000 §2.10"),
    quectel_lte::list(LIST).from("000 §2.11"),
    quectel_lte::NAME_LIST.from("000 §2.12"),
    quectel_lte::MACHINE_LIST.from("000 §2.13"),
    quectel_lte::MODIFIED.from("000 §2.14"),
    quectel_lte::RENAME.from("000 §2.15"),
    quectel_lte::LENGTH.from("000 §2.16"),
    quectel_lte::STATE.from("000 §2.17"),
    quectel_lte::CLOSE.from("000 §2.18"),
];

const LIST: &[&str] = &["+QFTPLIST: <dirname>, <local_name>"];

const CONTEXT: &[Command] = &common::context(1);

const CONFIGURE: &[&str] = &[
    "+QFTPCFG: \"account\",<username>,<password>",
    "+QFTPCFG: \"filetype\",(0,1)",
    "+QFTPCFG: \"transmode\",(0,1)",
    "+QFTPCFG: \"contextid\",(1-16)",
    "+QFTPCFG: \"rsptimeout\",(20-180)",
    "+QFTPCFG: \"ssltype\",(0,1)",
    "+QFTPCFG: \"sslctxid\",(0-5)",
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
        params: &[Param::required("ssltype", Kind::Integer(0, 1))],
        initial: &[Initial::Integer(0)],
        detail_when: None,
    },
    quectel_lte::SSL_CONTEXT,
];
