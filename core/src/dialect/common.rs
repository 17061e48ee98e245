//! The commands around FTP that the LTE dialects share: file store, PDP contexts, SSL contexts, general commands.
//!
//! From `docs/spec/common.md`: files (1), TCP/IP (2.1), SSL (3), general (6). Commands of the `QI` and `QSSL` families
//! fail with plain `ERROR` in every mode of `AT+CMEE` (COMMON 0.10).

use super::Direction::{Down, Up};
use super::{
    BadParameter, Command, CommandKind, Initial, Kind, Param, Register, ResponseFormat, Setting,
    SettingKind,
};

/// Longest file name of the file commands, prefix included (COMMON 1.2).
const FILE_NAME: usize = 80;
/// Longest APN, user name and password of a PDP context.
const APN: usize = 127;
/// File handles have at most four bytes (COMMON 1.2).
const HANDLE: Kind = Kind::Integer(0, u32::MAX as u64);
const LENGTH: Kind = Kind::Integer(1, i64::MAX as u64);

const fn file(kind: CommandKind, name: &'static str, test: &'static [&'static str]) -> Command {
    Command::row(kind, name, test).of("FILE §2", BadParameter::Cme(400))
}

const fn tcpip(kind: CommandKind, name: &'static str, test: &'static [&'static str]) -> Command {
    Command::row(kind, name, test).of("TCP(IP) §2", BadParameter::Plain)
}

pub(super) const fn general(
    kind: CommandKind,
    name: &'static str,
    test: &'static [&'static str],
) -> Command {
    Command::row(kind, name, test).of("AT", BadParameter::Plain)
}

/// `AT+QF...` (COMMON 1.1, 1.2).
pub(super) const FILES: &[Command] = &[
    file(CommandKind::FileSpace, "+QFLDS", &[])
        .written(&[Param::required("name_pattern", Kind::Name(FILE_NAME))])
        .executed(),
    file(CommandKind::FileList, "+QFLST", &[])
        .written(&[Param::required("name_pattern", Kind::Name(FILE_NAME))])
        .executed(),
    file(CommandKind::FileDelete, "+QFDEL", &["+QFDEL: <filename>"])
        .written(&[Param::required("filename", Kind::Name(FILE_NAME))]),
    file(
        CommandKind::FileUpload,
        "+QFUPL",
        &["+QFUPL: <filename>[,(1-<freesize>)[,(1-65535)[,(0,1)]]]"],
    )
    .written(&[
        Param::required("filename", Kind::Name(FILE_NAME)),
        Param::optional("file_size", LENGTH),
        Param::optional("timeout", Kind::Integer(1, 65535)),
        Param::optional("ackmode", Kind::Integer(0, 1)),
    ])
    .answered(ResponseFormat::PayloadInformationResult(Up)),
    file(CommandKind::FileDownload, "+QFDWL", &["+QFDWL: <filename>"])
        .written(&[Param::required("filename", Kind::Name(FILE_NAME))])
        .answered(ResponseFormat::PayloadInformationResult(Down)),
    file(
        CommandKind::FileOpen,
        "+QFOPEN",
        &["+QFOPEN: <filename>[,(0-2)]"],
    )
    .written(&[
        Param::required("filename", Kind::Name(FILE_NAME)),
        Param::optional("mode", Kind::Integer(0, 2)),
    ])
    .readable(),
    file(
        CommandKind::FileRead,
        "+QFREAD",
        &["+QFREAD: <filehandle>[,<length>]"],
    )
    .written(&[
        Param::required("filehandle", HANDLE),
        Param::optional("length", LENGTH),
    ])
    .answered(ResponseFormat::PayloadResult(Down)),
    file(
        CommandKind::FileWrite,
        "+QFWRITE",
        &["+QFWRITE: <filehandle>[,<length>[,<timeout>]]"],
    )
    .written(&[
        Param::required("filehandle", HANDLE),
        Param::optional("length", LENGTH),
        Param::optional("timeout", Kind::Integer(1, 65535)),
    ])
    .answered(ResponseFormat::PayloadInformationResult(Up)),
    file(
        CommandKind::FileSeek,
        "+QFSEEK",
        &["+QFSEEK: <filehandle>,<offset>[,<position>]"],
    )
    .written(&[
        Param::required("filehandle", HANDLE),
        Param::required("offset", Kind::Integer(0, i64::MAX as u64)),
        Param::optional("position", Kind::Integer(0, 2)),
    ]),
    file(
        CommandKind::FilePosition,
        "+QFPOSITION",
        &["+QFPOSITION: <filehandle>"],
    )
    .written(&[Param::required("filehandle", HANDLE)]),
    file(
        CommandKind::FileTruncate,
        "+QFTUCAT",
        &["+QFTUCAT: <filehandle>"],
    )
    .written(&[Param::required("filehandle", HANDLE)]),
    file(
        CommandKind::FileFlush,
        "+QFFLUSH",
        &["+QFFLUSH: <filehandle>"],
    )
    .written(&[Param::required("filehandle", HANDLE)]),
    file(
        CommandKind::FileClose,
        "+QFCLOSE",
        &["+QFCLOSE: <filehandle>"],
    )
    .written(&[Param::required("filehandle", HANDLE)]),
];

const CONTEXT_ID: Param = Param::required("contextID", Kind::Integer(1, 16));

const fn context_params(types: u64) -> [Param; 6] {
    [
        CONTEXT_ID,
        Param::optional("context_type", Kind::Integer(1, types)),
        Param::optional("APN", Kind::Text(APN)),
        Param::optional("username", Kind::Text(APN)),
        Param::optional("password", Kind::Text(APN)),
        Param::optional("authentication", Kind::Integer(0, 3)),
    ]
}

static CONTEXT_PARAMS: [[Param; 6]; 3] = [context_params(1), context_params(2), context_params(3)];

/// Returns `AT+QI...` for PDP contexts of 1 to `types` kinds: IPv4, IPv6, both (COMMON 2.1).
pub(super) const fn context(types: usize) -> [Command; 4] {
    const TESTS: [&[&str]; 3] = [
        &["+QICSGP: (1-16),(1),<APN>,<username>,<password>,(0-3)"],
        &["+QICSGP: (1-16),(1,2),<APN>,<username>,<password>,(0-3)"],
        &["+QICSGP: (1-16),(1-3),<APN>,<username>,<password>,(0-3)"],
    ];
    [
        tcpip(CommandKind::ContextConfigure, "+QICSGP", TESTS[types - 1])
            .written(&CONTEXT_PARAMS[types - 1]),
        tcpip(CommandKind::ContextActivate, "+QIACT", &["+QIACT: (1-16)"])
            .written(&[CONTEXT_ID])
            .readable(),
        tcpip(
            CommandKind::ContextDeactivate,
            "+QIDEACT",
            &["+QIDEACT: (1-16)"],
        )
        .written(&[CONTEXT_ID]),
        tcpip(CommandKind::SocketError, "+QIGETERROR", &[]).executed(),
    ]
}

const SSL_TEST: [&str; 8] = [
    "+QSSLCFG: \"sslversion\",(0-5),(0-4)",
    "+QSSLCFG: \"ciphersuite\",(0-5),<list of supported ciphersuites>",
    "+QSSLCFG: \"cacert\",(0-5),<cacertpath>",
    "+QSSLCFG: \"clientcert\",(0-5),<client_cert_path>",
    "+QSSLCFG: \"clientkey\",(0-5),<client_key_path>",
    "+QSSLCFG: \"seclevel\",(0-5),(0-2)",
    "+QSSLCFG: \"ignorelocaltime\",(0-5),(0,1)",
    "+QSSLCFG: \"negotiatetime\",(0-5),(10-300)",
];
const SSL_TEST_SNI: &str = "+QSSLCFG: \"sni\",(0-5),(0,1)";

const fn ssl(test: &'static [&'static str]) -> [Command; 1] {
    [Command::row(CommandKind::SslConfigure, "+QSSLCFG", test)
        .of("SSL §2", BadParameter::Plain)
        .written(SSL_SETTING)]
}

const SSL_SETTING: &[Param] = &[
    Param::required("name", Kind::Name(16)),
    Param::required("SSL_ctxID", SSL_CONTEXT),
];

/// `AT+QSSLCFG` without server names (COMMON 3: not in BG96 V1.0).
pub(super) const SSL: &[Command] = &ssl(&SSL_TEST);
/// `AT+QSSLCFG` with `"sni"`.
pub(super) const SSL_WITH_SNI: &[Command] = &ssl(&followed_by::<_, 8, 9>(SSL_TEST, SSL_TEST_SNI));

/// Numbers of the SSL contexts (COMMON 3).
const SSL_CONTEXT: Kind = Kind::Integer(0, 5);

/// The settings of an SSL context that every LTE dialect has, in the order of the test form (COMMON 3).
const SSL_SETTINGS_OF_ALL: [Setting; 8] = [
    Setting::new(
        SettingKind::SslVersion,
        "sslversion",
        &[Param::required("SSL_version", Kind::Integer(0, 4))],
        &[Initial::Integer(4)],
    ),
    Setting::new(
        SettingKind::CipherSuite,
        "ciphersuite",
        &[Param::required("cipher_suites", Kind::Hex)],
        &[Initial::Integer(0xFFFF)],
    ),
    Setting::new(
        SettingKind::CaCertificate,
        "cacert",
        &[Param::required("cacertpath", Kind::Text(FILE_NAME))],
        &[Initial::Text(b"")],
    ),
    Setting::new(
        SettingKind::ClientCertificate,
        "clientcert",
        &[Param::required("client_cert_path", Kind::Text(FILE_NAME))],
        &[Initial::Text(b"")],
    ),
    Setting::new(
        SettingKind::ClientKey,
        "clientkey",
        &[Param::required("client_key_path", Kind::Text(FILE_NAME))],
        &[Initial::Text(b"")],
    ),
    Setting::new(
        SettingKind::SecurityLevel,
        "seclevel",
        &[Param::required("seclevel", Kind::Integer(0, 2))],
        &[Initial::Integer(0)],
    ),
    Setting::new(
        SettingKind::IgnoreLocalTime,
        "ignorelocaltime",
        &[Param::required("ignore_ltime", Kind::Integer(0, 1))],
        &[Initial::Integer(1)],
    ),
    Setting::new(
        SettingKind::NegotiateTime,
        "negotiatetime",
        &[Param::required("negotiate_time", Kind::Integer(10, 300))],
        &[Initial::Integer(300)],
    ),
];

const SERVER_NAME: Setting = Setting::new(
    SettingKind::ServerName,
    "sni",
    &[Param::required("SNI", Kind::Integer(0, 1))],
    &[Initial::Integer(0)],
);

/// The settings of an SSL context with server names (COMMON 3).
pub static SSL_SETTINGS: &[Setting] = &followed_by::<_, 8, 9>(SSL_SETTINGS_OF_ALL, SERVER_NAME);
/// The settings of an SSL context without server names (COMMON 3: not in BG96 V1.0).
pub(super) static SSL_SETTINGS_WITHOUT_SNI: &[Setting] = &SSL_SETTINGS_OF_ALL;

/// Adds one row at the end of a table.
const fn followed_by<T: Copy, const N: usize, const M: usize>(rows: [T; N], last: T) -> [T; M] {
    assert!(M == N + 1, "one row is added");
    let mut all = [last; M];
    let mut at = 0;
    while at < N {
        all[at] = rows[at];
        at += 1;
    }
    all
}

const fn register(number: u32, initial: u32, from: u32, to: u32) -> Register {
    Register {
        number,
        initial,
        from,
        to,
    }
}

/// The S-registers that every LTE dialect has.
const REGISTERS_OF_ALL: [Register; 8] = [
    register(0, 0, 0, 255),
    register(3, 13, 0, 127),
    register(4, 10, 0, 127),
    register(5, 8, 0, 127),
    register(6, 2, 0, 10),
    register(7, 0, 0, 255),
    register(8, 2, 0, 255),
    register(10, 15, 1, 254),
];
/// The guard time of `+++`, in units of 20 ms.
const GUARD_TIME: Register = register(12, 50, 10, 250);

/// The S-registers of the EC modules (COMMON 6.1).
pub(super) const REGISTERS: &[Register] = &followed_by::<_, 8, 9>(REGISTERS_OF_ALL, GUARD_TIME);
/// The S-registers of BG96, which lacks S12.
pub(super) const REGISTERS_WITHOUT_GUARD: &[Register] = &REGISTERS_OF_ALL;

/// Names of information lines that a line of free text follows: short messages (FIELD 6).
pub(crate) const URCS_WITH_TEXT: &[&str] = &["+CMT", "+CBM", "+CDS"];

const RATES: &[u64] = &[
    4800, 9600, 19_200, 38_400, 57_600, 115_200, 230_400, 460_800, 921_600,
];

/// General commands of 3GPP 27.007 and V.250 that the manuals' examples need around them (COMMON 6).
pub(super) const GENERAL: &[Command] = &[
    general(CommandKind::ErrorFormat, "+CMEE", &["+CMEE: (0-2)"])
        .written(&[Param::required("n", Kind::Integer(0, 2))])
        .readable(),
    general(
        CommandKind::Rate,
        "+IPR",
        &["+IPR: (4800,9600,19200,38400,57600,115200,230400,460800,921600)"],
    )
    .written(&[Param::required("rate", Kind::OneOf(RATES))])
    .readable(),
    general(CommandKind::FlowControl, "+IFC", &["+IFC: (0,2),(0,2)"])
        .written(&[
            Param::required("dce_by_dte", Kind::Integer(0, 2)),
            Param::optional("dte_by_dce", Kind::Integer(0, 2)),
        ])
        .readable(),
    general(CommandKind::SubscriberId, "+CIMI", &[]).executed(),
    general(CommandKind::Clock, "+CCLK", &[])
        .written(&[Param::required("time", Kind::Name(20))])
        .readable(),
];
