//! The exit code of each kind of error of the library.

use std::io;

use qftp::ErrorKind;
use qftp::client::Error;

use super::Exit;

/// The phase in which an error came: the same refusal has another meaning in another phase.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    /// Talking to the module alone.
    Line,
    /// Opening the session.
    Login,
    /// Listing, deleting, renaming...
    Manage,
    /// A download.
    Retrieve,
    /// An upload.
    Store,
}

impl Phase {
    /// Returns the exit code where the server refused.
    fn refused(self) -> Exit {
        match self {
            Phase::Line => Exit::Module,
            Phase::Login => Exit::Login,
            Phase::Manage => Exit::Denied,
            Phase::Retrieve => Exit::Retrieve,
            Phase::Store => Exit::Store,
        }
    }

    /// Returns the exit code where a connection was lost.
    fn lost(self) -> Exit {
        match self {
            Phase::Login => Exit::Connect,
            Phase::Line | Phase::Manage => Exit::ConnectionLost,
            Phase::Retrieve | Phase::Store => Exit::Partial,
        }
    }

    /// Returns the exit code where reading or writing on this machine failed.
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
    (ErrorKind::SizeUnknown, Rule::Always(Exit::Unsupported)),
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
            peer_address: false,
        })
    }

    /// Returns one error of every variant that means the same in every operation, with its exit code.
    fn fixed() -> Vec<(Error, u8)> {
        let port = |error| Error::Port(error);
        let name = || "p".to_owned();
        let io = || io::Error::other("x");
        let command = || "+X".to_owned();
        vec![
            (
                port(PortError::Busy {
                    port: name(),
                    holder: None,
                }),
                101,
            ),
            (port(PortError::NotFound { reason: name() }), 100),
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
