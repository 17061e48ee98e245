//! Exit codes: a script can act on the number alone.
//!
//! Numbers below 100 are curl's where the meaning is the same; from 100 on they tell of the AT side. [`TABLE`] is the
//! one list of them, which the help prints; [`BY_KIND`] is the one place where an error of the library becomes a number.

use std::io;

use qftp::ErrorKind;
use qftp::client::Error;

/// The exit codes of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Exit {
    Done = 0,
    Failed = 1,
    Usage = 2,
    Name = 6,
    Connect = 7,
    Denied = 9,
    Partial = 18,
    Retrieve = 19,
    LocalWrite = 23,
    Store = 25,
    LocalRead = 26,
    TimeOut = 28,
    Tls = 35,
    ConnectionLost = 56,
    Login = 67,
    Port = 100,
    PortBusy = 101,
    NoAnswer = 102,
    FinalError = 103,
    Module = 104,
    Unexpected = 105,
    Unsupported = 106,
    PortLost = 107,
    Restarted = 108,
    Checksum = 109,
    Internal = 110,
    Interrupted = 130,
    Pipe = 141,
}

/// One exit code: its name in JSON and what it means.
pub(crate) struct Entry {
    pub(crate) exit: Exit,
    pub(crate) kind: &'static str,
    pub(crate) meaning: &'static str,
}

const fn entry(exit: Exit, kind: &'static str, meaning: &'static str) -> Entry {
    Entry {
        exit,
        kind,
        meaning,
    }
}

/// Every exit code, in order.
pub(crate) static TABLE: &[Entry] = &[
    entry(Exit::Done, "done", "success"),
    entry(
        Exit::Failed,
        "failed",
        "another error; the message explains it",
    ),
    entry(
        Exit::Usage,
        "usage",
        "the command line is wrong, or a name cannot be sent",
    ),
    entry(
        Exit::Name,
        "name",
        "the name of the server was not resolved",
    ),
    entry(
        Exit::Connect,
        "connect",
        "the server, or its data port, cannot be reached",
    ),
    entry(
        Exit::Denied,
        "denied",
        "the server refused: missing, not permitted, or existing",
    ),
    entry(
        Exit::Partial,
        "partial",
        "the transfer broke off, or the sizes differ after it",
    ),
    entry(Exit::Retrieve, "get", "the server refused to send the file"),
    entry(
        Exit::LocalWrite,
        "local-write",
        "the local file or standard output cannot be written",
    ),
    entry(Exit::Store, "put", "the server refused to store the file"),
    entry(
        Exit::LocalRead,
        "local-read",
        "the local file or standard input cannot be read",
    ),
    entry(
        Exit::TimeOut,
        "timeout",
        "the server did not answer within the module's time-out (--timeout)",
    ),
    entry(Exit::Tls, "tls", "TLS between module and server failed"),
    entry(
        Exit::ConnectionLost,
        "connection-lost",
        "the connection to the server was lost",
    ),
    entry(Exit::Login, "login", "the server refused the account"),
    entry(
        Exit::Port,
        "port",
        "the port does not exist or cannot be opened",
    ),
    entry(
        Exit::PortBusy,
        "port-busy",
        "another program has the port open",
    ),
    entry(
        Exit::NoAnswer,
        "no-answer",
        "the module did not answer in time",
    ),
    entry(
        Exit::FinalError,
        "refused",
        "the module answered ERROR or +CME ERROR outside FTP",
    ),
    entry(
        Exit::Module,
        "module",
        "the module's FTP service failed in another way; --json has its code",
    ),
    entry(
        Exit::Unexpected,
        "unexpected",
        "the module's answer was not understood",
    ),
    entry(
        Exit::Unsupported,
        "unsupported",
        "the module, or its dialect, lacks a command for it",
    ),
    entry(
        Exit::PortLost,
        "line",
        "the port broke while in use (unplugged, closed)",
    ),
    entry(
        Exit::Restarted,
        "restarted",
        "the module restarted during the command",
    ),
    entry(
        Exit::Checksum,
        "checksum",
        "the module's checksum is not the one of the data",
    ),
    entry(
        Exit::Internal,
        "internal",
        "a fault in this program; please report it",
    ),
    entry(
        Exit::Interrupted,
        "interrupted",
        "ended by Ctrl-C or SIGTERM",
    ),
    entry(
        Exit::Pipe,
        "pipe",
        "the reader of standard output has gone; nothing is printed",
    ),
];

/// Returns the table as text, for the long help.
pub(crate) fn help() -> String {
    use std::fmt::Write;
    let mut text = String::from("Exit codes:\n");
    for entry in TABLE {
        // A string takes everything.
        let _ = writeln!(text, "  {:>3}  {}", entry.exit as u8, entry.meaning);
    }
    text
}

impl Exit {
    /// Returns its name in JSON.
    pub(crate) fn kind(self) -> &'static str {
        TABLE
            .iter()
            .find(|entry| entry.exit == self)
            .map_or("failed", |entry| entry.kind)
    }
}

/// The phase in which an error came: the same refusal has another meaning in another phase.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    /// Talking to the module alone.
    Line,
    /// Opening the session.
    Login,
    /// Listing, deleting, renaming...
    Manage,
    /// Downloading.
    Retrieve,
    /// Uploading.
    Store,
}

impl Phase {
    /// The server said no.
    fn refused(self) -> Exit {
        match self {
            Phase::Line => Exit::Module,
            Phase::Login => Exit::Login,
            Phase::Manage => Exit::Denied,
            Phase::Retrieve => Exit::Retrieve,
            Phase::Store => Exit::Store,
        }
    }

    /// A connection went away.
    fn lost(self) -> Exit {
        match self {
            Phase::Login => Exit::Connect,
            Phase::Line | Phase::Manage => Exit::ConnectionLost,
            Phase::Retrieve | Phase::Store => Exit::Partial,
        }
    }

    /// Reading or writing here, on this machine, failed.
    fn local(self) -> Exit {
        match self {
            Phase::Store => Exit::LocalRead,
            _ => Exit::LocalWrite,
        }
    }
}

/// Exit code of a kind of error: always the same, or one that depends on what was being done.
#[derive(Clone, Copy)]
enum Rule {
    Always(Exit),
    Refused,
    Lost,
    Local,
}

/// The exit code of every kind of error.
const BY_KIND: &[(ErrorKind, Rule)] = &[
    (ErrorKind::InvalidArgument, Rule::Always(Exit::Usage)),
    (ErrorKind::Busy, Rule::Always(Exit::Usage)),
    (ErrorKind::Unsupported, Rule::Always(Exit::Unsupported)),
    (ErrorKind::UnknownModule, Rule::Always(Exit::Unsupported)),
    (ErrorKind::PortUrl, Rule::Always(Exit::Usage)),
    (ErrorKind::PortMissing, Rule::Always(Exit::Port)),
    (ErrorKind::PortPermission, Rule::Always(Exit::Port)),
    (ErrorKind::PortBusy, Rule::Always(Exit::PortBusy)),
    (ErrorKind::Port, Rule::Always(Exit::Port)),
    (ErrorKind::Line, Rule::Always(Exit::PortLost)),
    (ErrorKind::NoAnswer, Rule::Always(Exit::NoAnswer)),
    (ErrorKind::FinalError, Rule::Always(Exit::FinalError)),
    (ErrorKind::UnexpectedLine, Rule::Always(Exit::Unexpected)),
    (ErrorKind::Restarted, Rule::Always(Exit::Restarted)),
    (ErrorKind::Unexplained, Rule::Always(Exit::Module)),
    (ErrorKind::Module, Rule::Always(Exit::Module)),
    (ErrorKind::ServerName, Rule::Always(Exit::Name)),
    (ErrorKind::Unreachable, Rule::Always(Exit::Connect)),
    (ErrorKind::ConnectionLost, Rule::Lost),
    (ErrorKind::ServerTimeout, Rule::Always(Exit::TimeOut)),
    (ErrorKind::ServerRefused, Rule::Refused),
    (ErrorKind::OtherReply, Rule::Refused),
    (ErrorKind::LoginRefused, Rule::Refused),
    (ErrorKind::FileUnavailable, Rule::Refused),
    (ErrorKind::FileRefused, Rule::Refused),
    (ErrorKind::Tls, Rule::Always(Exit::Tls)),
    (ErrorKind::NotListed, Rule::Refused),
    (ErrorKind::Incomplete, Rule::Always(Exit::Partial)),
    (ErrorKind::ChecksumMismatch, Rule::Always(Exit::Checksum)),
    (ErrorKind::Local, Rule::Local),
    (ErrorKind::Cancelled, Rule::Always(Exit::Interrupted)),
    (ErrorKind::Internal, Rule::Always(Exit::Internal)),
];

/// Returns the exit code of a library error.
pub(crate) fn of(error: &Error, phase: Phase) -> Exit {
    match error {
        Error::Local { source } if is_broken_pipe(source) && phase != Phase::Store => Exit::Pipe,
        other => of_kind(other.kind(), phase),
    }
}

fn of_kind(kind: ErrorKind, phase: Phase) -> Exit {
    let row = BY_KIND.iter().find(|(listed, _)| *listed == kind);
    match row.map(|(_, rule)| *rule) {
        Some(Rule::Always(exit)) => exit,
        Some(Rule::Refused) => phase.refused(),
        Some(Rule::Lost) => phase.lost(),
        Some(Rule::Local) => phase.local(),
        // A kind that a later version of the library adds.
        None => Exit::Failed,
    }
}

/// Returns true if the reader of our output has gone.
pub(crate) fn is_broken_pipe(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::BrokenPipe
}

#[cfg(test)]
mod tests {
    use super::*;
    use qftp::codes::{FtpCode, ModuleCode};
    use qftp::dialect::ParamError;
    use qftp::host::{FinalError, HostError};
    use qftp::port::PortError;

    const EVERY: [Phase; 5] = [
        Phase::Line,
        Phase::Login,
        Phase::Manage,
        Phase::Retrieve,
        Phase::Store,
    ];

    fn module(code: u16, reply: Option<u16>) -> Error {
        Error::from(HostError::Module {
            command: "+QFTPX".into(),
            code: ModuleCode(code),
            raw_code: code.into(),
            reply: reply.map(FtpCode),
        })
    }

    #[test]
    fn the_table_has_every_code_once_in_order_with_its_own_kind() {
        let numbers: Vec<u8> = TABLE.iter().map(|entry| entry.exit as u8).collect();
        assert!(
            numbers.windows(2).all(|pair| pair[0] < pair[1]),
            "{numbers:?}"
        );
        for entry in TABLE {
            assert_eq!(entry.exit.kind(), entry.kind);
            assert_eq!(
                TABLE
                    .iter()
                    .filter(|other| other.kind == entry.kind)
                    .count(),
                1
            );
        }
    }

    /// One error of every variant that means the same whatever was being done, and its exit code.
    fn fixed() -> Vec<(Error, u8)> {
        let port = |error| Error::Port(error);
        let name = || "p".to_owned();
        let io = || io::Error::other("x");
        let command = || "+X".to_owned();
        vec![
            (port(PortError::Busy { port: name() }), 101),
            (port(PortError::Missing { port: name() }), 100),
            (port(PortError::Permission { port: name() }), 100),
            (
                port(PortError::Name {
                    port: name(),
                    source: io(),
                }),
                100,
            ),
            (
                port(PortError::Io {
                    port: name(),
                    source: io(),
                }),
                100,
            ),
            (
                port(PortError::Url {
                    url: name(),
                    reason: name(),
                }),
                2,
            ),
            (Error::OffsetBeyondEnd { offset: 2, size: 1 }, 2),
            (Error::from(HostError::Busy), 2),
            (
                Error::from(HostError::InvalidArgument {
                    command: "AT",
                    param_error: ParamError::Type("line"),
                }),
                2,
            ),
            (Error::Line(io()), 107),
            (Error::UnknownModule { model: name() }, 106),
            (
                Error::from(HostError::Unsupported {
                    dialect: "ec20",
                    operation: "put",
                }),
                106,
            ),
            (
                Error::from(HostError::NoAnswer {
                    command: command(),
                    seconds: 5,
                }),
                102,
            ),
            (
                Error::from(HostError::FinalError {
                    command: command(),
                    final_error: FinalError::Cme(10),
                }),
                103,
            ),
            (
                Error::from(HostError::Restarted { command: command() }),
                108,
            ),
            (
                Error::Incomplete {
                    operation: "put",
                    bytes_confirmed: 1,
                    expected: 2,
                },
                18,
            ),
            (Error::cancelled(), 130),
            (
                Error::from(HostError::UnexpectedLine {
                    command: command(),
                    line: Vec::new(),
                }),
                105,
            ),
            (
                Error::from(HostError::ChecksumMismatch {
                    command: command(),
                    expected: 1,
                    found: 2,
                }),
                109,
            ),
            (Error::Internal(name()), 110),
        ]
    }

    #[test]
    fn every_variant_of_an_error_has_its_number() {
        let io = || io::Error::other("x");
        for (error, number) in &fixed() {
            for phase in EVERY {
                assert_eq!(
                    of(error, phase) as u8,
                    *number,
                    "{error:?} during {phase:?}"
                );
            }
        }
        let local = |phase| of(&Error::Local { source: io() }, phase) as u8;
        assert_eq!((local(Phase::Store), local(Phase::Retrieve)), (26, 23));
        let gone = Error::Local {
            source: io::ErrorKind::BrokenPipe.into(),
        };
        assert_eq!(of(&gone, Phase::Retrieve), Exit::Pipe);
    }

    #[test]
    fn every_kind_has_one_row() {
        for kind in ErrorKind::ALL {
            let rows = BY_KIND.iter().filter(|(listed, _)| listed == kind);
            assert_eq!(rows.count(), 1, "{kind:?}");
        }
        assert_eq!(BY_KIND.len(), ErrorKind::ALL.len());
    }

    #[test]
    fn a_name_that_is_not_listed_is_refused() {
        let error = Error::NotListed { path: "p".into() };
        for phase in EVERY {
            assert_eq!(of(&error, phase), phase.refused());
        }
    }

    #[test]
    fn module_codes_mean_what_was_being_done() {
        // Code, reply, then the exit code during: the line, login, manage, retrieve, store.
        type Row = (u16, Option<u16>, [u8; 5]);
        let refused = [104, 67, 9, 19, 25];
        let lost = [56, 7, 56, 18, 18];
        let rows: &[Row] = &[
            (601, None, [104; 5]),
            (601, Some(522), refused),
            (602, None, [104; 5]),
            (603, None, [104; 5]),
            (604, None, [6; 5]),
            (605, None, [7; 5]),
            (606, None, lost),
            (607, None, lost),
            (608, None, lost),
            (609, None, [28; 5]),
            (610, None, [104; 5]),
            (611, None, [104; 5]),
            (612, None, refused),
            (613, None, [104; 5]),
            (614, Some(421), lost),
            (615, Some(425), [7; 5]),
            (616, Some(426), lost),
            (625, Some(530), refused),
            (627, Some(550), refused),
            (629, Some(552), refused),
            (631, None, [35; 5]),
            (999, None, [104; 5]),
        ];
        for (code, reply, exits) in rows {
            for (phase, exit) in EVERY.into_iter().zip(exits) {
                assert_eq!(
                    of(&module(*code, *reply), phase) as u8,
                    *exit,
                    "{code} during {phase:?}"
                );
            }
        }
        for code in 617..=630 {
            assert_eq!(of(&module(code, None), Phase::Store), Exit::Store);
        }
    }
}
