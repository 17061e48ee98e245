//! `ec20`: the first EC20, manual 000.

use super::{
    Command, Dialect, Identity, Initial, Key, Kind, Param, Service, Setting, Store, neighbours,
    quectel,
};

/// The dialect of manual 000.
pub static EC20: Dialect = Dialect {
    name: "ec20",
    manual: "000",
    modules: "Quectel EC20",
    identities: &[Identity {
        manufacturer: "Quectel",
        model: "EC20",
        revision: "EC20EQAR02A11E2G",
    }],
    commands: &[
        FTP,
        neighbours::FILES,
        CONTEXT,
        neighbours::SSL,
        neighbours::GENERAL,
    ],
    service: Service::Lte,
    settings: SETTINGS,
    stores: &[Store::Ufs, Store::Ram],
    prefixed_names: true,
    active_contexts: 3,
    spaced: true,
    line_feed_ends: false,
    labelled_identity: false,
    dtr_default: 2,
    result_level_default: 4,
    ssl_settings: neighbours::SSL_SETTINGS_WITHOUT_SNI,
    registers: neighbours::REGISTERS,
    access_technology: 7,
    banner: neighbours::BANNER_EC,
};

const FTP: &[Command] = &[
    quectel::configure(CONFIGURE).from("000 §2.1"),
    quectel::OPEN.from("000 §2.2"),
    quectel::CHANGE_DIR.from("000 §2.3"),
    quectel::WORKING_DIR.from("000 §2.4"),
    quectel::PUT.from("000 §2.5"),
    quectel::GET.from("000 §2.6"),
    quectel::SIZE.from("000 §2.7"),
    quectel::DELETE.from("000 §2.8"),
    quectel::MAKE_DIR.from("000 §2.9"),
    quectel::REMOVE_DIR.from("000 §2.10"),
    quectel::list(LIST).from("000 §2.11"),
    quectel::NAME_LIST.from("000 §2.12"),
    quectel::MACHINE_LIST.from("000 §2.13"),
    quectel::MODIFIED.from("000 §2.14"),
    quectel::RENAME.from("000 §2.15"),
    quectel::LENGTH.from("000 §2.16"),
    quectel::STATE.from("000 §2.17"),
    quectel::CLOSE.from("000 §2.18"),
];

const LIST: &[&str] = &["+QFTPLIST: <dirname>, <local_name>"];

const CONTEXT: &[Command] = &neighbours::context(1);

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
    quectel::ACCOUNT,
    quectel::FILE_TYPE,
    quectel::TRANSFER_MODE,
    quectel::CONTEXT_ID,
    quectel::RESPONSE_TIMEOUT,
    Setting {
        key: Key::SslType,
        name: "ssltype",
        params: &[Param::required("ssltype", Kind::Integer(0, 1))],
        initial: &[Initial::Integer(0)],
        detail_when: None,
    },
    quectel::SSL_CONTEXT,
];
