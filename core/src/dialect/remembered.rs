//! Commands that programs type and that have no effect in an emulator: the table of what they say and remember
//! (COMMON 11.4, 11.5).

use super::Initial::{Integer, Text};
use super::{BadParameter, Command, CommandKind, Initial, Kind, NamedSetting, Param, Recall};

/// Returns a row; the kind is the same for all of them.
const fn row(name: &'static str, test: &'static [&'static str], recall: Recall) -> Command {
    Command::row(CommandKind::Remembered, name, test)
        .of("COMMON 11.4", BadParameter::Plain)
        .recalling(recall)
}

/// Returns a row with settings by name: `AT+X="<name>",<values>`.
const fn named(name: &'static str, settings: &'static [NamedSetting]) -> Command {
    row(name, &[], Recall::Named(settings)).written(SETTING)
}
const SETTING: &[Param] = &[Param::required("name", Kind::Name(32))];

const fn number(name: &'static str, from: u64, to: u64) -> Param {
    Param::required(name, Kind::Integer(from, to))
}

const fn optional(name: &'static str, from: u64, to: u64) -> Param {
    Param::optional(name, Kind::Integer(from, to))
}

const ZERO: &[Initial] = &[Integer(0)];
const ONE: &[Initial] = &[Integer(1)];
const SWITCH: &[Param] = &[number("n", 0, 1)];

/// Rows of 27.005 and 27.007, which all modules have.
pub(super) const ALL: &[Command] = &[
    row("+CMGF", &["+CMGF: (0,1)"], Recall::Values(ZERO))
        .written(&[optional("mode", 0, 1)])
        .executed()
        .readable(),
    row(
        "+CSCS",
        &["+CSCS: (\"GSM\",\"IRA\",\"UCS2\")"],
        Recall::Values(&[Text(b"GSM")]),
    )
    .written(&[Param::required(
        "chset",
        Kind::Word(&["GSM", "IRA", "UCS2"]),
    )])
    .readable(),
    row(
        "+CNMI",
        &["+CNMI: (0-3),(0-3),(0,2),(0-2),(0,1)"],
        Recall::Values(&[Integer(2), Integer(1), Integer(0), Integer(0), Integer(0)]),
    )
    .written(&[
        optional("mode", 0, 3),
        optional("mt", 0, 3),
        Param::optional("bm", Kind::OneOf(&[0, 2])),
        optional("ds", 0, 2),
        optional("bfr", 0, 1),
    ])
    .executed()
    .readable(),
    row(
        "+CLIP",
        &["+CLIP: (0,1)"],
        Recall::Values(&[Integer(0), Integer(1)]),
    )
    .written(SWITCH)
    .readable(),
    row(
        "+COLP",
        &["+COLP: (0,1)"],
        Recall::Values(&[Integer(0), Integer(0)]),
    )
    .written(SWITCH)
    .readable(),
    row("+CPAS", &["+CPAS: (0,3,4)"], Recall::Lines(&["+CPAS: 0"])).executed(),
    row(
        "+CBC",
        &["+CBC: (0-2),(1-100),<voltage>"],
        Recall::Lines(&["+CBC: 0,100,3800"]),
    )
    .executed(),
    row(
        "+ICF",
        &["+ICF: (1-7),(0-3)"],
        Recall::Values(&[Integer(3), Integer(3)]),
    )
    .written(&[number("format", 1, 7), optional("parity", 0, 3)])
    .readable(),
    row("+CTZU", &["+CTZU: (0-3)"], Recall::Values(ZERO))
        .written(&[number("onoff", 0, 3)])
        .readable(),
    quality(
        "+CGQMIN",
        &["+CGQMIN: \"IP\",(0-3),(0-4),(0-5),(0-9),(0-18,31)"],
    ),
    quality(
        "+CGQREQ",
        &["+CGQREQ: \"IP\",(0-3),(0-4),(0-5),(0-9),(0-18,31)"],
    ),
];

/// Returns the row for a quality of service of a context (27.007 §10.1).
const fn quality(name: &'static str, test: &'static [&'static str]) -> Command {
    row(name, test, Recall::Profiles(&[Integer(0); 5]))
        .written(QUALITY)
        .readable()
}
const QUALITY: &[Param] = &[
    number("cid", 1, 16),
    optional("precedence", 0, 3),
    optional("delay", 0, 4),
    optional("reliability", 0, 5),
    optional("peak", 0, 9),
    optional("mean", 0, 31),
];

/// Quality of service of UMTS, which GSM modules lack (27.007 §10.1).
pub(super) const UMTS: &[Command] = &[
    umts(
        "+CGEQMIN",
        &[
            "+CGEQMIN: \"IP\",(0-4),(0-16000),(0-16000),(0-16000),(0-16000),(0-2),(0-1520),<SDU_error_ratio>,<residual_bit_error_ratio>,(0-3),(0,100-4000),(0-3)",
        ],
    ),
    umts(
        "+CGEQREQ",
        &[
            "+CGEQREQ: \"IP\",(0-4),(0-16000),(0-16000),(0-16000),(0-16000),(0-2),(0-1520),<SDU_error_ratio>,<residual_bit_error_ratio>,(0-3),(0,100-4000),(0-3)",
        ],
    ),
];

const fn umts(name: &'static str, test: &'static [&'static str]) -> Command {
    const INITIAL: &[Initial] = &[
        Integer(0),
        Integer(0),
        Integer(0),
        Integer(0),
        Integer(0),
        Integer(0),
        Integer(0),
        Text(b"0E0"),
        Text(b"0E0"),
        Integer(0),
        Integer(0),
        Integer(0),
    ];
    row(name, test, Recall::Profiles(INITIAL))
        .written(UMTS_QUALITY)
        .readable()
}

const UMTS_QUALITY: &[Param] = &[
    number("cid", 1, 16),
    optional("traffic_class", 0, 4),
    optional("max_bitrate_ul", 0, 16_000),
    optional("max_bitrate_dl", 0, 16_000),
    optional("guaranteed_bitrate_ul", 0, 16_000),
    optional("guaranteed_bitrate_dl", 0, 16_000),
    optional("delivery_order", 0, 2),
    optional("max_sdu_size", 0, 1520),
    Param::optional("sdu_error_ratio", Kind::Text(8)),
    Param::optional("residual_bit_error_ratio", Kind::Text(8)),
    optional("delivery_of_erroneous_sdus", 0, 3),
    optional("transfer_delay", 0, 4000),
    optional("traffic_handling_priority", 0, 3),
];

/// The card is ready, short messages and the phone book are read (COMMON 11.4).
const CARD_READY: Recall = Recall::Lines(&["+QINISTAT: 7"]);

/// Rows of all LTE modules of Quectel.
pub(super) const LTE: &[Command] = &[
    named("+QURCCFG", URC_PORT),
    named("+QICFG", TCPIP),
    named("+QINDCFG", INDICATIONS),
    row("+QSCLK", &["+QSCLK: (0,1)"], Recall::Values(ZERO))
        .written(&[number("n", 0, 1), optional("saved", 0, 1)])
        .readable(),
    row("+QINISTAT", &["+QINISTAT: (0-7)"], CARD_READY).executed(),
    // No socket is ever open.
    row(
        "+QISTATE",
        &["+QISTATE: (0,1),<connectID>"],
        Recall::Lines(&[]),
    )
    .written(&[number("query_type", 0, 1), optional("id", 0, 16)])
    .executed()
    .readable(),
    row(
        "+QICLOSE",
        &["+QICLOSE: (0-11),(0-65535)"],
        Recall::Lines(&[]),
    )
    .written(&[number("connectID", 0, 11), optional("timeout", 0, 65535)]),
];

const URC_PORT: &[NamedSetting] = &[NamedSetting::new(
    "urcport",
    &[Param::required(
        "urc_port",
        Kind::Word(&["usbat", "usbmodem", "uart1", "all"]),
    )],
    &[Text(b"usbat")],
)];

const TCPIP: &[NamedSetting] = &[
    NamedSetting::new("transpktsize", &[number("size", 1, 1460)], &[Integer(1024)]),
    NamedSetting::new("transwaittm", &[number("time", 0, 20)], &[Integer(2)]),
    NamedSetting::new(
        "dataformat",
        &[number("send", 0, 1), number("receive", 0, 1)],
        &[Integer(0), Integer(0)],
    ),
    NamedSetting::new("viewmode", SWITCH, ZERO),
    NamedSetting::new(
        "tcp/retranscfg",
        &[number("attempts", 3, 20), number("time", 5, 1000)],
        &[Integer(12), Integer(6)],
    ),
    NamedSetting::new("dns/cache", SWITCH, ONE),
    NamedSetting::new("qisend/timeout", &[number("time", 0, 3600)], ZERO),
    NamedSetting::new("passiveclosed", SWITCH, ZERO),
];

const INDICATION: &[Param] = &[number("enable", 0, 1), optional("saved", 0, 1)];
const INDICATIONS: &[NamedSetting] = &[
    NamedSetting::new("all", INDICATION, ONE),
    NamedSetting::new("csq", INDICATION, ZERO),
    NamedSetting::new("smsfull", INDICATION, ZERO),
    NamedSetting::new("ring", INDICATION, ONE),
    NamedSetting::new("smsincoming", INDICATION, ONE),
];

/// The moment at which a setting takes effect: after a restart, or at once.
const EFFECT: Param = optional("effect", 0, 1);

const fn mask(name: &'static str) -> Param {
    Param::required(name, Kind::Mask(24))
}

/// Rows of the EC modules: the radio is LTE, UMTS and GSM.
pub(super) const EC: &[Command] = &[
    named("+QCFG", EC_SETTINGS),
    cell(
        "+QNWINFO",
        &["+QNWINFO: \"FDD LTE\",\"00101\",\"LTE BAND 3\",1650"],
        &["+QNWINFO: No Service"],
    ),
    cell(
        "+QCSQ",
        &["+QCSQ: \"LTE\",-57,-85,190,-9"],
        &["+QCSQ: \"NOSERVICE\""],
    ),
    OPERATOR_NAME,
    engineering(
        &[
            "+QENG: \"servingcell\",\"NOCONN\",\"LTE\",\"FDD\",001,01,1A2B3C,100,1650,3,5,5,1A2B,-85,-9,-57,19,40",
        ],
        &["+QENG: \"servingcell\",\"SEARCH\""],
    ),
];

/// The pulse of the RI pin: shape, duration and how often.
const PULSE: Kind = Kind::Word(&["off", "pulse", "always", "auto", "wave"]);

const EC_SETTINGS: &[NamedSetting] = &[
    NamedSetting::new(
        "band",
        &[
            mask("bandval"),
            mask("ltebandval"),
            mask("tdsbandval"),
            EFFECT,
        ],
        &[Text(b"93"), Text(b"800d5"), Text(b"0")],
    ),
    NamedSetting::new("nwscanmode", &[number("scanmode", 0, 8), EFFECT], ZERO),
    NamedSetting::new("nwscanseq", &[SCAN_ORDER, EFFECT], &[Text(b"00")]),
    NamedSetting::new("roamservice", &[ROAMING, EFFECT], &[Integer(255)]),
    NamedSetting::new(
        "servicedomain",
        &[number("service", 0, 2), EFFECT],
        &[Integer(2)],
    ),
    NamedSetting::new("usbnet", &[number("net", 0, 3)], ZERO),
    NamedSetting::new("ims", &[number("n", 0, 2)], ZERO),
    NamedSetting::new("pdp/duplicatechk", SWITCH, ZERO),
    NamedSetting::new("airplanecontrol", SWITCH, ZERO),
    RING_SIGNAL,
    MESSAGE_SIGNAL,
    OTHER_SIGNAL,
    SIGNAL_TYPE,
    URC_DELAY,
    URC_CACHE,
];

const SCAN_ORDER: Param = Param::required("scanseq", Kind::Digits(10));
const ROAMING: Param = Param::required("roammode", Kind::OneOf(&[1, 2, 255]));

const RING_SIGNAL: NamedSetting = NamedSetting::new(
    "urc/ri/ring",
    &[
        Param::required("typeri", PULSE),
        optional("pulseduration", 1, 2000),
        optional("activeduration", 1, 10_000),
        optional("inactiveduration", 1, 10_000),
        Param::optional("ring_no_disturbing", Kind::Word(&["off", "on"])),
        optional("pulsecount", 1, 5),
    ],
    &[
        Text(b"pulse"),
        Integer(120),
        Integer(1000),
        Integer(5000),
        Text(b"off"),
        Integer(1),
    ],
);
const RING_PULSE: &[Param] = &[
    Param::required("typeri", PULSE),
    optional("pulseduration", 1, 2000),
    optional("pulsecount", 1, 5),
];
const RING_PULSE_INITIAL: &[Initial] = &[Text(b"pulse"), Integer(120), Integer(1)];
const MESSAGE_SIGNAL: NamedSetting =
    NamedSetting::new("urc/ri/smsincoming", RING_PULSE, RING_PULSE_INITIAL);
const OTHER_SIGNAL: NamedSetting =
    NamedSetting::new("urc/ri/other", RING_PULSE, RING_PULSE_INITIAL);
const SIGNAL_TYPE: NamedSetting = NamedSetting::new(
    "risignaltype",
    &[Param::required(
        "risignaltype",
        Kind::Word(&["respective", "physical"]),
    )],
    &[Text(b"respective")],
);
const URC_DELAY: NamedSetting = NamedSetting::new("urc/delay", SWITCH, ZERO);
const URC_CACHE: NamedSetting = NamedSetting::new("urc/cache", SWITCH, ZERO);

/// Rows of BG96: the radio is Cat M1, NB1 and GSM.
pub(super) const BG: &[Command] = &[
    named("+QCFG", BG_SETTINGS),
    cell(
        "+QNWINFO",
        &["+QNWINFO: \"CAT-M1\",\"00101\",\"LTE BAND 20\",6400"],
        &["+QNWINFO: No Service"],
    ),
    cell(
        "+QCSQ",
        &["+QCSQ: \"CAT-M1\",-57,-85,190,-9"],
        &["+QCSQ: \"NOSERVICE\""],
    ),
    OPERATOR_NAME,
    engineering(
        &[
            "+QENG: \"servingcell\",\"NOCONN\",\"CAT-M\",\"FDD\",001,01,1A2B3C,100,6400,20,3,3,1A2B,-85,-9,-57,19,40",
        ],
        &["+QENG: \"servingcell\",\"SEARCH\""],
    ),
];

const BG_SETTINGS: &[NamedSetting] = &[
    NamedSetting::new(
        "band",
        &[
            mask("gsmbandval"),
            mask("catm1bandval"),
            mask("catnb1bandval"),
            EFFECT,
        ],
        &[Text(b"f"), Text(b"400a0e189f"), Text(b"a0e189f")],
    ),
    NamedSetting::new("nwscanmode", &[number("scanmode", 0, 3), EFFECT], ZERO),
    NamedSetting::new("nwscanseq", &[SCAN_ORDER, EFFECT], &[Text(b"020103")]),
    NamedSetting::new("iotopmode", &[number("mode", 0, 2), EFFECT], ZERO),
    NamedSetting::new("roamservice", &[ROAMING, EFFECT], &[Integer(255)]),
    NamedSetting::new("servicedomain", &[number("service", 0, 2), EFFECT], ONE),
    NamedSetting::new("usbnet", &[number("net", 0, 3)], ZERO),
    NamedSetting::new("psm/enter", SWITCH, ZERO),
    NamedSetting::new("psm/urc", SWITCH, ZERO),
    NamedSetting::new("celevel", &[number("n", 0, 2)], ZERO),
    NamedSetting::new("ledmode", SWITCH, ZERO),
    NamedSetting::new("airplanecontrol", SWITCH, ZERO),
    RING_SIGNAL,
    MESSAGE_SIGNAL,
    OTHER_SIGNAL,
    SIGNAL_TYPE,
    URC_DELAY,
    URC_CACHE,
];

/// Returns a row that tells of the cell, in the executing form.
const fn cell(
    name: &'static str,
    registered: &'static [&'static str],
    searching: &'static [&'static str],
) -> Command {
    let lines = Recall::Cell {
        registered,
        searching,
    };
    row(name, &[], lines).executed()
}

const fn engineering(
    registered: &'static [&'static str],
    searching: &'static [&'static str],
) -> Command {
    cell("+QENG", registered, searching).written(CELL_TYPE)
}
const CELL_TYPE: &[Param] = &[Param::required(
    "celltype",
    Kind::Word(&["servingcell", "neighbourcell"]),
)];

const OPERATOR_NAME: Command = cell(
    "+QSPN",
    &["+QSPN: \"libqftp\",\"libqftp\",\"\",0,\"00101\""],
    &["+QSPN: \"\",\"\",\"\",0,\"\""],
);

/// Rows of the GSM modules.
pub(super) const GSM: &[Command] = &[
    row("+QSCLK", &["+QSCLK: (0-2)"], Recall::Values(ZERO))
        .written(&[number("n", 0, 2)])
        .readable(),
    row(
        "+QINISTAT",
        &["+QINISTAT: (0-3)"],
        Recall::Lines(&["+QINISTAT: 3"]),
    )
    .executed(),
    OPERATOR_NAME,
    row(
        "+QENG",
        &["+QENG: (0-4),(0,1)"],
        Recall::Cell {
            registered: &[
                "+QENG: 0,0",
                "+QENG: 0,001,01,1A2B,3C4D,20,46,-57,100,100,5,10,x,x,x",
            ],
            searching: &["+QENG: 0,0"],
        },
    )
    .written(&[number("mode", 0, 4), optional("dump", 0, 1)])
    .readable(),
];

/// Rows of Fibocom's modules.
pub(super) const FIBOCOM: &[Command] = &[
    // The place of the cell, in degrees: an emulator is nowhere.
    row(
        "+GTGIS",
        &["+GTGIS: (1-9)"],
        Recall::Lines(&["+GTGIS: \"0.000000,0.000000\""]),
    )
    .written(&[number("mode", 1, 9)]),
];
