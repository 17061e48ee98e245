//! `bg96`: BG96, manual 004.

use super::{
    Command, Dialect, Identity, Initial, Key, Kind, Param, Service, Setting, Store, neighbours,
    quectel,
};

/// The dialect of manual 004.
pub static BG96: Dialect = Dialect {
    name: "bg96",
    manual: "004",
    modules: "Quectel BG96",
    identities: &[
        Identity {
            manufacturer: "Quectel",
            model: "BG96",
            revision: "BG96MAR02A07M1G",
        },
        Identity {
            manufacturer: "Quectel",
            model: "BG",
            revision: "BG77LAR02A04",
        },
    ],
    commands: &[
        FTP,
        neighbours::FILES,
        CONTEXT,
        neighbours::SSL,
        neighbours::GENERAL,
    ],
    service: Service::Lte,
    settings: SETTINGS,
    stores: &[Store::Ufs],
    prefixed_names: false,
    active_contexts: 4,
    spaced: true,
    line_feed_ends: false,
    labelled_identity: false,
    dtr_default: 2,
    result_level_default: 1,
    ssl_settings: neighbours::SSL_SETTINGS_WITHOUT_SNI,
    registers: neighbours::REGISTERS_WITHOUT_GUARD,
    access_technology: 8,
    banner: neighbours::BANNER_BG96,
};

const FTP: &[Command] = &[
    quectel::configure(CONFIGURE).from("004 §2.1"),
    quectel::OPEN.from("004 §2.2"),
    quectel::CHANGE_DIR.from("004 §2.3"),
    quectel::WORKING_DIR.from("004 §2.4"),
    quectel::PUT.from("004 §2.5"),
    quectel::GET.from("004 §2.6"),
    quectel::SIZE.from("004 §2.7"),
    quectel::DELETE.from("004 §2.8"),
    quectel::MAKE_DIR.from("004 §2.9"),
    quectel::REMOVE_DIR.from("004 §2.10"),
    quectel::list(LIST).from("004 §2.11"),
    quectel::NAME_LIST.from("004 §2.12"),
    quectel::MACHINE_LIST.from("004 §2.13"),
    quectel::MODIFIED.from("004 §2.14"),
    quectel::RENAME.from("004 §2.15"),
    quectel::LENGTH.from("004 §2.16"),
    quectel::STATE.from("004 §2.17"),
    quectel::CLOSE.from("004 §2.18"),
];

const LIST: &[&str] = &["+QFTPLIST: <dirname>, <local_name>"];

const CONTEXT: &[Command] = &neighbours::context(2);

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
    quectel::ACCOUNT,
    quectel::FILE_TYPE,
    quectel::TRANSFER_MODE,
    quectel::CONTEXT_ID,
    quectel::RESPONSE_TIMEOUT,
    Setting {
        key: Key::SslType,
        name: "ssltype",
        params: &[Param::required("ssltype", Kind::Integer(0, 2))],
        initial: &[Initial::Integer(0)],
        detail_when: None,
    },
    quectel::SSL_CONTEXT,
    Setting {
        key: Key::DataAddress,
        name: "data_address",
        params: &[Param::required("data_address", Kind::Integer(0, 1))],
        initial: &[Initial::Integer(0)],
        detail_when: None,
    },
];
