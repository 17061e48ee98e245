//! The kinds of errors: what a program can act on, whatever the surface.
//!
//! A kind is computed once, by [`HostError::kind`](crate::host::HostError::kind) and, with the `std` feature,
//! `client::Error::kind`. The program's exit codes, the statuses of C and the classes of Python are tables over
//! [`ErrorKind::ALL`]; `docs/errors.md` shows them side by side.

use crate::codes::{FtpCode, ModuleCode};

macro_rules! kinds {
    ($($(#[doc = $meaning:literal])* $kind:ident = $name:literal,)*) => {
        /// Kind of an error.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum ErrorKind {
            $($(#[doc = $meaning])* $kind,)*
        }

        impl ErrorKind {
            /// Every kind, in the order of their declaration.
            pub const ALL: &'static [ErrorKind] = &[$(ErrorKind::$kind,)*];

            /// Returns the stable name for programs and documents.
            pub fn name(self) -> &'static str {
                match self {
                    $(ErrorKind::$kind => $name,)*
                }
            }

            /// Returns the meaning, one sentence.
            pub fn meaning(self) -> &'static str {
                match self {
                    $(ErrorKind::$kind => concat!($($meaning,)*).trim_ascii(),)*
                }
            }
        }
    };
}

kinds! {
    /// An argument does not fit; nothing was sent.
    InvalidArgument = "invalid-argument",
    /// Another operation still runs on this line; nothing was sent.
    Busy = "busy",
    /// The dialect has no command for it; nothing was sent.
    Unsupported = "unsupported",
    /// No dialect is known for the module.
    UnknownModule = "unknown-module",
    /// The URL of the port cannot be understood.
    PortUrl = "port-url",
    /// The port does not exist.
    PortMissing = "port-missing",
    /// The user may not open the port.
    PortPermission = "port-permission",
    /// Another program has the port open.
    PortBusy = "port-busy",
    /// The port cannot be opened for another reason.
    Port = "port",
    /// The line broke: unplugged, or closed by the other side.
    Line = "line",
    /// The module did not answer in time.
    NoAnswer = "no-answer",
    /// The module answered ERROR, +CME ERROR, +CMS ERROR or NO CARRIER.
    FinalError = "final-error",
    /// The module sent a line that makes no sense here.
    UnexpectedLine = "unexpected-line",
    /// The module restarted during the operation.
    Restarted = "restarted",
    /// The FTP service failed and gives no reason (601, or 0 in `nl668`).
    Unexplained = "unexplained",
    /// The FTP service failed in another way (602, 603, 610, 611, 613).
    Module = "module",
    /// The server's name was not resolved (604).
    ServerName = "server-name",
    /// The server, or its data port, cannot be reached (605, 615).
    Unreachable = "unreachable",
    /// The connection to the server was lost (606 to 608, 614, 616).
    ConnectionLost = "connection-lost",
    /// The server did not answer within the module's time-out (609).
    ServerTimeout = "server-timeout",
    /// The server refused the operation (612, 618, 620 to 624).
    ServerRefused = "server-refused",
    /// The server refused by a reply that has no code of its own (601 with a reply).
    OtherReply = "other-reply",
    /// The server refused the account, or wants a login first (625, 626).
    LoginRefused = "login-refused",
    /// The file is not there, not permitted, or there already (627).
    FileUnavailable = "file-unavailable",
    /// The server refused the file: busy, no space, or a name it does not take (617, 619, 628 to 630).
    FileRefused = "file-refused",
    /// Module and server did not agree on TLS, or the server's certificate was not accepted (631).
    Tls = "tls",
    /// The server's listing has no such file.
    NotListed = "not-listed",
    /// The server does not tell the size of a file that is to be continued; nothing was sent.
    SizeUnknown = "size-unknown",
    /// Fewer or more bytes were transferred than expected.
    Incomplete = "incomplete",
    /// Both ends differ: by the module's checksum, or by the content that was read back.
    ChecksumMismatch = "checksum-mismatch",
    /// A local file, a reader or a writer failed.
    Local = "local",
    /// The user cancelled the operation.
    Cancelled = "cancelled",
    /// A fault in this library.
    Internal = "internal",
}

impl ErrorKind {
    /// Returns the kind of a failure that the module reports, by its code and the server's reply.
    pub fn from_codes(code: ModuleCode, reply: Option<FtpCode>) -> Self {
        match code {
            ModuleCode::UNKNOWN if reply.is_some_and(FtpCode::is_failure) => ErrorKind::OtherReply,
            ModuleCode::UNKNOWN => ErrorKind::Unexplained,
            ModuleCode::DNS => ErrorKind::ServerName,
            ModuleCode::NETWORK | ModuleCode::DATA_CONNECTION => ErrorKind::Unreachable,
            ModuleCode::CONTROL_CLOSED
            | ModuleCode::DATA_CLOSED
            | ModuleCode::PEER_CLOSED
            | ModuleCode::SERVICE_UNAVAILABLE
            | ModuleCode::ABORTED => ErrorKind::ConnectionLost,
            ModuleCode::TIMEOUT => ErrorKind::ServerTimeout,
            ModuleCode::POSITION
            | ModuleCode::SERVER_ERROR
            | ModuleCode::COMMAND_UNKNOWN
            | ModuleCode::ARGUMENT
            | ModuleCode::NOT_IMPLEMENTED
            | ModuleCode::SEQUENCE
            | ModuleCode::ARGUMENT_NOT_IMPLEMENTED => ErrorKind::ServerRefused,
            ModuleCode::NOT_LOGGED_IN | ModuleCode::ACCOUNT_NEEDED => ErrorKind::LoginRefused,
            ModuleCode::FILE_UNAVAILABLE => ErrorKind::FileUnavailable,
            ModuleCode::FILE_BUSY
            | ModuleCode::NO_SPACE
            | ModuleCode::PAGE_TYPE
            | ModuleCode::QUOTA
            | ModuleCode::NAME_NOT_ALLOWED => ErrorKind::FileRefused,
            ModuleCode::TLS => ErrorKind::Tls,
            _ => ErrorKind::Module,
        }
    }

    /// Returns true where the port has to be opened anew.
    pub(crate) fn breaks_port(self) -> bool {
        matches!(
            self,
            ErrorKind::Line | ErrorKind::PortMissing | ErrorKind::PortBusy | ErrorKind::Port
        )
    }

    /// Returns true for the kinds that a module's code gives.
    pub fn has_module_code(self) -> bool {
        matches!(
            self,
            ErrorKind::Unexplained
                | ErrorKind::Module
                | ErrorKind::ServerName
                | ErrorKind::Unreachable
                | ErrorKind::ConnectionLost
                | ErrorKind::ServerTimeout
                | ErrorKind::ServerRefused
                | ErrorKind::OtherReply
                | ErrorKind::LoginRefused
                | ErrorKind::FileUnavailable
                | ErrorKind::FileRefused
                | ErrorKind::Tls
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codes;
    use alloc::collections::BTreeSet;

    #[test]
    fn every_kind_has_a_name_of_its_own_and_a_sentence() {
        let names: BTreeSet<_> = ErrorKind::ALL.iter().map(|kind| kind.name()).collect();
        assert_eq!(names.len(), ErrorKind::ALL.len());
        for kind in ErrorKind::ALL {
            assert!(kind.meaning().ends_with('.'), "{kind:?}");
        }
    }

    #[test]
    fn every_code_gives_a_kind_of_codes() {
        let known = || codes::FTP.iter().map(|code| code.number);
        for number in known().chain([600, 999]) {
            for reply in [None, Some(FtpCode(226)), Some(FtpCode(522))] {
                let kind = ErrorKind::from_codes(ModuleCode(number), reply);
                assert!(kind.has_module_code(), "{number} {reply:?}");
            }
        }
        let given: BTreeSet<_> = known()
            .flat_map(|number| [None, Some(FtpCode(522))].map(|reply| (number, reply)))
            .map(|(number, reply)| ErrorKind::from_codes(ModuleCode(number), reply).name())
            .collect();
        let all = ErrorKind::ALL.iter().filter(|kind| kind.has_module_code());
        assert_eq!(given, all.map(|kind| kind.name()).collect());
    }

    /// Returns the numbers of a text; `606 to 608` stands for three.
    fn numbers(text: &str) -> BTreeSet<u16> {
        let mut found = BTreeSet::new();
        let mut from = None;
        for word in text.split_whitespace() {
            let digits = word.trim_matches(|end: char| !end.is_ascii_digit());
            match (digits.parse::<u16>(), from.take()) {
                (Ok(number), Some((first, true))) => found.extend(first..=number),
                (Ok(number), _) => {
                    found.insert(number);
                    from = Some((number, false));
                }
                (Err(_), Some((first, false))) if word == "to" => from = Some((first, true)),
                (Err(_), _) => {}
            }
        }
        found
    }

    #[test]
    fn the_meaning_of_a_kind_names_its_codes() {
        for code in codes::FTP {
            let kind = ErrorKind::from_codes(ModuleCode(code.number), None);
            assert!(
                numbers(kind.meaning()).contains(&code.number),
                "{} gives {kind:?}, whose meaning does not name it: add it there and to from_codes",
                code.number
            );
        }
        assert_eq!(numbers("(602, 606 to 608, 614)").len(), 5);
    }
}
