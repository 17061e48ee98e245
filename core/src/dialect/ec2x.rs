//! `ec2x`: EC20 R2.1, EC20-CN, EC21, EC25, EG91, EG95, EG21-G, EG25-G, EM05; manual 002.

use core::time::Duration;

use super::{
    Command, ContextQuery, CountLine, Dialect, Family, Identity, Initial, Kind, Param,
    PayloadFraming, Setting, SettingKind, Volume, boot, common, quectel_lte, remembered,
};

/// The dialect of manual 002.
pub static EC2X: Dialect = Dialect {
    name: "ec2x",
    manual: "002",
    modules: "Quectel EC20 R2.1, EC20-CN, EC21, EC25, EG91, EG95, EG21-G, EG25-G, EM05",
    identities: &[
        Identity::new("Quectel", "EC25", "EC25EFAR06A17M4G"),
        Identity::new("Quectel", "EC21", "EC21EFAR06A08M4G"),
        Identity::new("Quectel", "EC20F", "EC20CEFDR02A09M4G"),
        Identity::new("Quectel", "EG25", "EG25GGBR07A08M2G"),
        Identity::new("Quectel", "EG21", "EG21GGBR07A08M2G"),
        Identity::new("Quectel", "EG91", "EG91EFBR06A06M4G"),
        Identity::new("Quectel", "EG95", "EG95EFBR06A08M4G"),
        Identity::new("Quectel", "EM05", "EM05CEFCR06A04M1G"),
        Identity::new("Quectel", "AG35", "AG35CEVAR05A07T4G"),
        // Newer families of the same maker that speak this set (recorded lines of EG800K, EC200).
        Identity::new("Quectel", "EG", "EG800KCNGCR07A06M04"),
        Identity::new("Quectel", "EG800K", "EG800KCNGCR07A06M04"),
        Identity::new("Quectel", "EG915U", "EG915UEUABR03A01M08"),
        Identity::new("Quectel", "EG915", "EG915UEUABR03A01M08"),
        Identity::new("Quectel", "EC200U", "EC200UCNAAR03A01M08"),
        Identity::new("Quectel", "EC200A", "EC200AEUHAR01A24M16"),
        Identity::new("Quectel", "EC200", "EC200AEUHAR01A24M16"),
        Identity::new("Quectel", "EC", "EC200AEUHAR01A24M16"),
    ],
    commands: &quectel_lte::commands(FTP, CONTEXT, common::SSL_WITH_SNI, remembered::EC),
    family: Family::Lte,
    settings: SETTINGS,
    stores: &[Volume::Ufs, Volume::Ram, Volume::Sd],
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
    ssl_settings: common::SSL_SETTINGS,
    registers: common::REGISTERS,
    access_technology: 7,
    cme_text: crate::codes::words::of_002,
    drops_session_on_dtr: false,
    reports_each_piece: true,
    longest_open: Some(Duration::from_secs(125)),
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
    quectel_lte::configure(CONFIGURE).from("002 §2.1"),
    quectel_lte::OPEN.from("002 §2.2"),
    quectel_lte::CHANGE_DIR.from("002 §2.3"),
    quectel_lte::WORKING_DIR.from("002 §2.4"),
    quectel_lte::PUT.from("002 §2.5"),
    quectel_lte::GET.from("002 §2.6"),
    quectel_lte::SIZE.from("002 §2.7"),
    quectel_lte::DELETE.from("002 §2.8"),
    quectel_lte::MAKE_DIR.from("002 §2.9"),
    quectel_lte::REMOVE_DIR.from("002 §2.10"),
    quectel_lte::list(LIST).from("002 §2.11"),
    quectel_lte::NAME_LIST.from("002 §2.12"),
    quectel_lte::MACHINE_LIST.from("002 §2.13"),
    quectel_lte::MODIFIED.from("002 §2.14"),
    quectel_lte::RENAME.from("002 §2.15"),
    quectel_lte::LENGTH.from("002 §2.16"),
    quectel_lte::STATE.from("002 §2.17"),
    quectel_lte::CLOSE.from("002 §2.18"),
];

const LIST: &[&str] = &["+QFTPLIST: <dirname>,<local_name>"];

const CONTEXT: &[Command] = &common::context(3);

const CONFIGURE: &[&str] = &[
    "+QFTPCFG: \"account\",<username>,<password>",
    "+QFTPCFG: \"filetype\",(0,1)",
    "+QFTPCFG: \"transmode\",(0,1)",
    "+QFTPCFG: \"contextid\",(1-16)",
    "+QFTPCFG: \"rsptimeout\",(20-180)",
    "+QFTPCFG: \"ssltype\",(0-2)",
    "+QFTPCFG: \"sslctxid\",(0-5)",
    "+QFTPCFG: \"data_address\",(0-2),(15-50)",
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
        params: &[Param::required("SSL_type", Kind::Integer(0, 2))],
        initial: &[Initial::Integer(0)],
        detail_when: None,
    },
    quectel_lte::SSL_CONTEXT,
    Setting {
        kind: SettingKind::DataAddress,
        name: "data_address",
        params: &[
            Param::required("data_address_type", Kind::Integer(0, 2)),
            Param::optional("data_timeout", Kind::Integer(15, 50)),
        ],
        initial: &[Initial::Integer(0), Initial::Integer(25)],
        detail_when: Some(2),
    },
];
