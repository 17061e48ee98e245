//! Every error code of the manuals: number, name, meaning, the FTP reply it stands for, what to try.
//!
//! A module reports a failure as `<err>,<protocol_error>`: its own code, and the server's reply code or 0. Users
//! most often trip over the pair (`627,550`), so both are decoded. 000 §4 and §5, 002 §5 and §6, 004 §5 and §6.

mod explain;
pub mod fibocom;
mod ftp_code;
mod ftp_reply;
mod gsm;
mod module_code;
mod word_table;
pub(crate) mod words;

pub use explain::{Explanation, NumberPlace, explain};
pub use ftp_code::FtpCode;
pub use module_code::ModuleCode;
pub use word_table::WordTable;

pub(crate) use gsm::{GSM_CONTEXT, for_gsm, from_gsm};

/// One error code of a module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Code {
    /// As printed by the module.
    pub number: u16,
    /// Short name for programs, stable.
    pub name: &'static str,
    /// The meaning, in words.
    pub meaning: &'static str,
    /// The FTP reply that gives this code, 0 where none does.
    pub reply: u16,
    /// A hint for the user; empty where nothing sensible can be tried.
    pub hint: &'static str,
}

const fn code(
    number: u16,
    name: &'static str,
    meaning: &'static str,
    reply: u16,
    hint: &'static str,
) -> Code {
    Code {
        number,
        name,
        meaning,
        reply,
        hint,
    }
}

/// 601: something else; carries replies that have no code of their own.
pub(crate) const UNKNOWN: u16 = 601;
/// 602: the connect is under way.
pub(crate) const WOULD_BLOCK: u16 = 602;
/// 603: another FTP command is under way, or there is no session for this one.
pub(crate) const BUSY: u16 = 603;
/// 604: the host name was not resolved.
pub(crate) const DNS: u16 = 604;
/// 605: no active PDP context, or the server cannot be reached.
pub(crate) const NETWORK: u16 = 605;
/// 606: the control connection went away.
pub(crate) const CONTROL_CLOSED: u16 = 606;
/// 607: the data connection went away.
pub(crate) const DATA_CLOSED: u16 = 607;
/// 608: the peer closed the socket.
pub(crate) const PEER_CLOSED: u16 = 608;
/// 609: `rsptimeout` passed.
pub(crate) const TIMEOUT: u16 = 609;
/// 610: a parameter is malformed or out of its range.
pub(crate) const PARAMETER: u16 = 610;
/// 611: the local file cannot be opened.
pub(crate) const LOCAL_OPEN: u16 = 611;
/// 612: the position lies outside the file.
pub(crate) const POSITION: u16 = 612;
/// 613: reading or writing the local file failed, or its place does not exist.
pub(crate) const LOCAL_FILE: u16 = 613;
/// 615: the data connection cannot be opened.
pub(crate) const DATA_CONNECTION: u16 = 615;
/// 616: the transfer was aborted.
pub(crate) const ABORTED: u16 = 616;
/// 631: TLS failed or is not there.
pub(crate) const TLS: u16 = 631;

/// The hint in dialects that can open data connections to the peer's address, in place of the hint of the code.
pub(crate) static PEER_HINTS: &[(u16, &str)] = &[
    (
        DATA_CLOSED,
        "try the transfer again from where it stopped; where none begins behind a NAT, try data_address peer",
    ),
    (
        TIMEOUT,
        "check the link; behind a NAT try data_address peer; after an upload, check the size on the server",
    ),
    (
        DATA_CONNECTION,
        "check passive mode and firewall; behind a NAT try data_address peer",
    ),
];

/// The codes of `AT+QFTP*` on LTE modules (000 §4, 002 §5, 004 §5).
pub static FTP: &[Code] = &[
    code(
        601,
        "unknown",
        "the module gives no reason, or the server's reply has no code of its own",
        0,
        "look at the server's reply",
    ),
    code(
        602,
        "would-block",
        "the FTP service is still connecting",
        0,
        "wait for the result of the command before",
    ),
    code(
        603,
        "busy",
        "the FTP service is busy, or no session is open for this command",
        0,
        "wait for the result of the command before, or close and open the session",
    ),
    code(
        604,
        "dns",
        "the server's name was not resolved",
        0,
        "check the name and that the PDP context is active",
    ),
    code(
        605,
        "network",
        "the network cannot be reached",
        0,
        "check that the PDP context is active, the APN and the signal",
    ),
    code(
        606,
        "control-closed",
        "the control connection was closed",
        0,
        "open the session again",
    ),
    code(
        607,
        "data-closed",
        "the data connection was closed",
        0,
        "try the transfer again from where it stopped",
    ),
    code(
        608,
        "peer-closed",
        "the peer closed the socket",
        0,
        "open the session again",
    ),
    code(
        609,
        "timeout",
        "nothing came within the time that the module waits",
        0,
        "check the link; after an upload, check the size on the server",
    ),
    code(
        610,
        "parameter",
        "a parameter is malformed or out of range",
        0,
        "check the parameter against the dialect's limits",
    ),
    code(
        611,
        "local-open",
        "the file in the module's store cannot be opened",
        0,
        "check its name with AT+QFLST",
    ),
    code(
        612,
        "position",
        "the position lies outside the file",
        0,
        "check the size of the file",
    ),
    code(
        613,
        "local-file",
        "the file in the module's store cannot be read or written",
        0,
        "check the place (UFS:, RAM:, SD: in upper case) and the free space",
    ),
    code(
        614,
        "service-unavailable",
        "the server is closing the control connection",
        421,
        "open the session again later",
    ),
    code(
        615,
        "data-connection",
        "the data connection cannot be opened",
        425,
        "check passive mode and firewall; a server behind a NAT must name its public address",
    ),
    code(
        616,
        "aborted",
        "the connection was closed and the transfer aborted",
        426,
        "try the transfer again from where it stopped",
    ),
    code(
        617,
        "file-busy",
        "the server did not act on the file",
        450,
        "try again later",
    ),
    code(
        618,
        "server-error",
        "the server had a local error",
        451,
        "ask the server's administrator",
    ),
    code(
        619,
        "no-space",
        "the server has no space left",
        452,
        "free space on the server",
    ),
    code(
        620,
        "command-unknown",
        "the server does not know the FTP command",
        500,
        "the server lacks this feature",
    ),
    code(
        621,
        "argument",
        "the server does not take the argument",
        501,
        "check the name",
    ),
    code(
        622,
        "not-implemented",
        "the server does not implement the FTP command",
        502,
        "the server lacks this feature",
    ),
    code(
        623,
        "sequence",
        "the FTP commands came in the wrong order",
        503,
        "open the session again",
    ),
    code(
        624,
        "argument-not-implemented",
        "the server does not implement this parameter of the FTP command",
        504,
        "the server lacks this feature",
    ),
    code(
        625,
        "not-logged-in",
        "the server refused the account",
        530,
        "check user name and password",
    ),
    code(
        626,
        "account-needed",
        "the server wants an account for storing files",
        532,
        "ask the server's administrator",
    ),
    code(
        627,
        "file-unavailable",
        "the server did not act: no such file or directory, no permission, or it exists already",
        550,
        "check the name, the directory and the permissions",
    ),
    code(
        628,
        "page-type",
        "the server does not know the page type",
        551,
        "",
    ),
    code(
        629,
        "quota",
        "the storage allotted to the account is used up",
        552,
        "free space on the server",
    ),
    code(
        630,
        "name-not-allowed",
        "the server does not allow the file name",
        553,
        "choose another name, or check the permissions",
    ),
    code(
        631,
        "tls",
        "TLS failed",
        0,
        "check ssltype, the certificates and the clock of the module",
    ),
];

/// Finds the code's entry; returns `None` if the manuals do not have it.
pub fn lookup(number: u16) -> Option<&'static Code> {
    FTP.iter().find(|code| code.number == number)
}

/// Returns the module code that stands for an FTP reply: 550 gives 627. Other 4xx and 5xx replies give 601.
pub(crate) fn for_reply(reply: u16) -> u16 {
    FTP.iter()
        .find(|code| code.reply == reply && reply != 0)
        .map_or(UNKNOWN, |code| code.number)
}

/// Returns the code of the other modules that means the same as a number of `gsm`, and the server's reply if the number
/// stands for one.
pub fn gsm_code(number: i32) -> Option<(ModuleCode, Option<FtpCode>)> {
    let (code, reply) = from_gsm(number)?;
    Some((ModuleCode(code), reply.map(FtpCode)))
}

/// Returns the meaning of an FTP reply code in words, for those that the manuals list (002 §6).
pub fn reply_meaning(reply: u16) -> Option<&'static str> {
    FTP.iter()
        .find(|code| code.reply == reply && reply != 0)
        .map(|code| code.meaning)
}

/// `+CME ERROR` numbers outside FTP that a host meets around it, with their meaning: 3GPP 27.007 and the file
/// commands of the Quectel modules. The last two are known of the GSM modules (COMMON 1.7).
pub static CME: WordTable = WordTable::new(
    "\
0 phone failure
1 no connection to phone
3 operation not allowed
4 operation not supported
5 PH-SIM PIN required
10 SIM not inserted
11 SIM PIN required
12 SIM PUK required
13 SIM failure
14 SIM busy
15 SIM wrong
16 incorrect password
17 SIM PIN2 required
18 SIM PUK2 required
20 memory full
21 invalid index
22 not found
23 memory failure
24 text string too long
25 invalid characters in text string
26 dial string too long
27 invalid characters in dial string
30 no network service
31 network timeout
32 network not allowed - emergency calls only
50 incorrect parameters
400 invalid input value
401 larger than the size of the file
402 read zero byte
403 drive full
405 file not found
406 invalid file name
407 file already exists
409 writing the file failed
410 opening the file failed
411 reading the file failed
413 too many files open
414 file is read-only
416 invalid file handle
417 listing files failed
418 deleting the file failed
419 getting disk information failed
420 no space left
421 time-out
423 file too large
425 invalid parameter
426 file is already open
4010 no such file to read
4013 no file to delete or list
",
);

/// Returns the meaning of a `+CME ERROR` number, FTP codes and those of Fibocom included.
pub fn cme_meaning(number: u16) -> Option<&'static str> {
    lookup(number)
        .map(|code| code.meaning)
        .or_else(|| CME.find(number))
        .or_else(|| fibocom::cme_text(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_from_601_to_631_once_and_in_order() {
        assert!(FTP.iter().map(|code| code.number).eq(601..=631));
    }

    #[test]
    fn replies_map_as_the_manuals_pair_them() {
        let pairs = [
            (421, 614),
            (425, 615),
            (426, 616),
            (450, 617),
            (451, 618),
            (452, 619),
            (500, 620),
            (501, 621),
            (502, 622),
            (503, 623),
            (504, 624),
            (530, 625),
            (532, 626),
            (550, 627),
            (551, 628),
            (552, 629),
            (553, 630),
        ];
        for (reply, number) in pairs {
            assert_eq!(for_reply(reply), number, "reply {reply}");
        }
        assert_eq!(
            FTP.iter().filter(|code| code.reply != 0).count(),
            pairs.len()
        );
        assert_eq!(for_reply(0), UNKNOWN);
        assert_eq!(for_reply(522), UNKNOWN);
    }

    #[test]
    fn the_meaning_of_a_number_of_any_family() {
        assert_eq!(cme_meaning(604), Some("the server's name was not resolved"));
        assert_eq!(cme_meaning(405), Some("file not found"));
        assert_eq!(cme_meaning(2031), Some("TCPIP mipcall not active"));
        assert_eq!(cme_meaning(148), Some("Unspecified GPRS error"));
        assert_eq!(cme_meaning(9999), None);
    }
}
