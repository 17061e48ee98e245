//! Commands that ask the network or the internet: packet contexts, name servers, time servers, echo (COMMON 11.2, 11.3).

use super::{BadParameter, Command, CommandKind, Initial, Kind, Param, Recall, ResponseFormat};

/// Longest host name of a command (COMMON 11.3).
const HOST: usize = 150;
/// Longest APN.
const APN: usize = 127;
/// Longest address of a context.
const ADDRESS: usize = 64;
const PORT: Kind = Kind::Integer(1, 65535);
const CONTEXT_ID: Param = Param::required("contextID", Kind::Integer(1, 16));
const SWITCH: Kind = Kind::Integer(0, 1);

const fn row(kind: CommandKind, name: &'static str, test: &'static [&'static str]) -> Command {
    Command::row(kind, name, test).of("TCP(IP) §2", BadParameter::Plain)
}

const fn packet(kind: CommandKind, name: &'static str, test: &'static [&'static str]) -> Command {
    Command::row(kind, name, test).of("27.007 §10.1", BadParameter::Plain)
}

/// Packet contexts of 27.007: they are those of the commands with a `Q`, and of a call.
pub(super) const PACKET: &[Command] = &[
    packet(
        CommandKind::PacketContext,
        "+CGDCONT",
        &["+CGDCONT: (1-16),\"IP\",,,(0-2),(0-4)"],
    )
    .written(&[
        Param::required("cid", Kind::Integer(1, 16)),
        Param::optional("PDP_type", Kind::Word(&["IP", "IPV6", "IPV4V6"])),
        Param::optional("APN", Kind::Text(APN)),
        Param::optional("PDP_addr", Kind::Text(ADDRESS)),
        Param::optional("data_comp", Kind::Integer(0, 2)),
        Param::optional("head_comp", Kind::Integer(0, 4)),
        Param::optional("ipv4_addr_alloc", SWITCH),
        Param::optional("request_type", SWITCH),
    ])
    .readable(),
    packet(CommandKind::PacketActivate, "+CGACT", &["+CGACT: (0,1)"])
        .written(&[
            Param::required("state", SWITCH),
            Param::optional("cid", Kind::Integer(1, 16)),
        ])
        .readable(),
    packet(
        CommandKind::PacketAddress,
        "+CGPADDR",
        &["+CGPADDR: (1-16)"],
    )
    .written(&[Param::required("cid", Kind::Integer(1, 16))])
    .executed()
    .readable(),
];

/// The commands of LTE modules, which name a context.
pub(super) const LTE: &[Command] = &[
    row(
        CommandKind::TimeServer,
        "+QNTP",
        &["+QNTP: (1-16),<server>,(1-65535),(0,1)"],
    )
    .written(&[
        CONTEXT_ID,
        Param::required("server", Kind::Name(HOST)),
        Param::optional("port", PORT),
        Param::optional("autosettime", SWITCH),
    ])
    .readable()
    .answered(ResponseFormat::ResultUrc),
    row(
        CommandKind::NameLookup,
        "+QIDNSGIP",
        &["+QIDNSGIP: (1-16),<hostname>"],
    )
    .written(&[CONTEXT_ID, Param::required("hostname", Kind::Name(HOST))]),
    row(
        CommandKind::Ping,
        "+QPING",
        &["+QPING: (1-16),<host>,(1-255),(1-10)"],
    )
    .written(&[
        CONTEXT_ID,
        Param::required("host", Kind::Name(HOST)),
        Param::optional("timeout", Kind::Integer(1, 255)),
        Param::optional("pingnum", Kind::Integer(1, 10)),
    ])
    .answered(ResponseFormat::ResultUrc),
    row(
        CommandKind::Remembered,
        "+QIDNSCFG",
        &["+QIDNSCFG: (1-16),<pridnsaddr>,<secdnsaddr>"],
    )
    .written(&[
        CONTEXT_ID,
        Param::optional("pridnsaddr", Kind::Text(ADDRESS)),
        Param::optional("secdnsaddr", Kind::Text(ADDRESS)),
    ])
    .recalling(Recall::Numbered(NAME_SERVERS)),
];

/// Addresses for documentation: the emulator asks the resolver of the system.
const NAME_SERVERS: &[Initial] = &[Initial::Text(b"192.0.2.53"), Initial::Text(b"192.0.2.54")];

/// The commands of GSM modules, which use the context in front.
pub(super) const GSM: &[Command] = &[
    row(
        CommandKind::TimeServer,
        "+QNTP",
        &["+QNTP: <server>,(1-65535)"],
    )
    .written(&[
        Param::required("server", Kind::Name(HOST)),
        Param::optional("port", PORT),
    ])
    .readable()
    .executed()
    .answered(ResponseFormat::ResultUrc),
    row(
        CommandKind::NameLookup,
        "+QIDNSGIP",
        &["+QIDNSGIP: <domain name>"],
    )
    .written(&[Param::required("hostname", Kind::Name(HOST))]),
    row(
        CommandKind::Ping,
        "+QPING",
        &["+QPING: <host>,(1-255),(1-10)"],
    )
    .written(&[
        Param::required("host", Kind::Name(HOST)),
        Param::optional("timeout", Kind::Integer(1, 255)),
        Param::optional("pingnum", Kind::Integer(1, 10)),
    ])
    .answered(ResponseFormat::ResultUrc),
    row(
        CommandKind::Remembered,
        "+QIDNSCFG",
        &["+QIDNSCFG: <pridnsaddr>,<secdnsaddr>"],
    )
    .written(&[
        Param::required("pridnsaddr", Kind::Text(ADDRESS)),
        Param::optional("secdnsaddr", Kind::Text(ADDRESS)),
    ])
    .readable()
    .recalling(Recall::Labelled(
        &["PrimaryDns", "SecondaryDns"],
        NAME_SERVERS,
    )),
    row(CommandKind::LocalAddress, "+QILOCIP", &[]).executed(),
];

/// The command of Fibocom's modules.
pub(super) const FIBOCOM: &[Command] = &[Command::row(
    CommandKind::TimeServer,
    "+MIPNTP",
    &["+MIPNTP: <server>,(1-65535)"],
)
.of("COMMON 11.3", BadParameter::Plain)
.written(&[
    Param::required("server", Kind::Name(HOST)),
    Param::optional("port", PORT),
])
.answered(ResponseFormat::ResultUrc)];
