//! Why a call of the client failed.

use std::io;

use crate::codes;
use crate::host::{Answer, Failure, FinalError};
use crate::port::PortError;

/// Why a call failed. [`Error::hint`] says what to try.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The port cannot be opened.
    #[error(transparent)]
    Port(#[from] PortError),
    /// The port broke while in use: unplugged, closed by the other side.
    #[error("the line broke: {0}")]
    Line(#[source] io::Error),
    /// The module is none of those that the dialects are for.
    #[error("no dialect is known for a module that calls itself {model:?}")]
    UnknownModule {
        /// What it says of itself.
        model: String,
    },
    /// A parameter does not fit. Nothing was sent.
    #[error("{0}")]
    InvalidArgument(String),
    /// The dialect has no command for it. Nothing was sent.
    #[error("{dialect} has no command for {operation}")]
    Unsupported {
        /// Name of the dialect.
        dialect: &'static str,
        /// What was asked.
        operation: &'static str,
    },
    /// Nothing came in time.
    #[error("{command}: no answer within {seconds} s")]
    NoAnswer {
        /// The AT command, without its parameters.
        command: String,
        /// How long it was waited for.
        seconds: u64,
    },
    /// The module refused the command.
    #[error("{command}: {refusal}")]
    FinalError {
        /// The AT command, without its parameters.
        command: String,
        /// How.
        refusal: FinalError,
    },
    /// The module reports an FTP failure.
    #[error("{failure}")]
    Module {
        /// 601 to 631; [`codes::lookup`] explains it.
        code: u16,
        /// The server's reply, if it gave one.
        reply: Option<u16>,
        /// Command and codes in words.
        failure: Failure,
    },
    /// The module sent something that makes no sense here.
    #[error("{0}")]
    Unexpected(String),
    /// The module started anew in the middle of it.
    #[error("{command}: the module has restarted")]
    Restarted {
        /// The AT command, without its parameters.
        command: String,
    },
    /// The server's listing has no such file; asked where the dialect has no command for a file's size.
    #[error("{path}: the server lists no such file")]
    NotListed {
        /// As asked for.
        path: String,
    },
    /// Sizes disagree after a transfer.
    #[error("{operation}: {bytes_confirmed} of {expected} bytes are bytes_confirmed")]
    Incomplete {
        /// What was done.
        operation: String,
        /// Bytes that are at their place.
        bytes_confirmed: u64,
        /// Bytes that should be.
        expected: u64,
    },
    /// Reading the source or writing the target failed.
    #[error("the local side failed: {source}")]
    Local {
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The user ended it.
    #[error("cancelled after {bytes_confirmed} bytes")]
    Cancelled {
        /// Bytes of payload that had gone over the line.
        bytes_confirmed: u64,
    },
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::InvalidArgument { .. } | Failure::Busy | Failure::Tls(_) => {
                Error::InvalidArgument(failure.to_string())
            }
            Failure::Unsupported { dialect, operation } => {
                Error::Unsupported { dialect, operation }
            }
            Failure::NoAnswer { command, seconds } => Error::NoAnswer { command, seconds },
            Failure::FinalError { command, refusal } => Error::FinalError { command, refusal },
            Failure::Module { code, reply, .. } => Error::Module {
                code,
                reply,
                failure,
            },
            Failure::Handshake { .. } => Error::Module {
                code: codes::TLS,
                reply: None,
                failure,
            },
            Failure::Unexpected { .. } => Error::Unexpected(failure.to_string()),
            Failure::Incomplete {
                operation,
                moved,
                expected,
            } => Error::Incomplete {
                operation,
                bytes_confirmed: moved,
                expected,
            },
            Failure::Restarted { command } => Error::Restarted { command },
            Failure::Cancelled { bytes_confirmed } => Error::Cancelled { bytes_confirmed },
        }
    }
}

impl Error {
    /// The module's FTP code, 601 to 631, whatever the dialect.
    pub fn module_code(&self) -> Option<u16> {
        match self {
            Error::Module { code, .. } => Some(*code),
            _ => None,
        }
    }

    /// The number as the module printed it: [`Error::module_code`] itself in LTE dialects, negative in `gsm`, 0 in
    /// `nl668`, which gives no reason.
    pub fn raw_code(&self) -> Option<i32> {
        match self {
            Error::Module {
                failure: Failure::Module { raw_code, .. } | Failure::Handshake { raw_code, .. },
                ..
            } => Some(*raw_code),
            _ => None,
        }
    }

    /// The FTP server's reply code.
    pub fn ftp_reply(&self) -> Option<u16> {
        match self {
            Error::Module { reply, .. } => *reply,
            _ => None,
        }
    }

    /// What to try.
    pub fn hint(&self) -> Option<&'static str> {
        let hint = match self {
            Error::Module {
                code: codes::UNKNOWN,
                reply: None,
                ..
            } if self.raw_code() == Some(0) => {
                "send AT+FTPINFO=1 and try again: the module then shows what the server says"
            }
            Error::Module { code, failure, .. } => failure.hint().unwrap_or_else(|| hint_of(*code)),
            Error::NotListed { .. } => hint_of(codes::for_reply(550)),
            Error::UnknownModule { .. } => "name the dialect that the module speaks",
            Error::NoAnswer { .. } => "check that this is the module's AT port, and its speed",
            Error::Restarted { .. } => "check the module's power supply; lower the line's speed",
            Error::Line(_) => "check the cable; the port may come back under another name",
            Error::Incomplete { .. } => "try again from the bytes that are bytes_confirmed",
            _ => "",
        };
        (!hint.is_empty()).then_some(hint)
    }

    /// An answer of the wrong kind: a fault in this crate, told as such.
    pub(super) fn out_of_place(answer: &Answer) -> Self {
        Error::Unexpected(format!("internal: an answer of the wrong kind: {answer:?}"))
    }

    /// Whether dialect or server lack a command for it; another way may be open.
    pub fn is_not_implemented(&self) -> bool {
        matches!(self, Error::Unsupported { .. })
            || matches!(self.module_code(), Some(620 | 622 | 624))
    }

    /// Whether there is no such file.
    pub(super) fn is_missing(&self) -> bool {
        matches!(self, Error::NotListed { .. }) || self.ftp_reply() == Some(550)
    }
}

fn hint_of(code: u16) -> &'static str {
    codes::lookup(code).map_or("", |code| code.hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn module(code: u16, raw_code: i32) -> Error {
        Error::from(Failure::Module {
            operation: "+X".into(),
            code,
            reply: None,
            raw_code,
        })
    }

    #[test]
    fn the_number_that_was_printed_is_kept() {
        for (code, raw_code) in [(627, 627), (627, -550), (601, 0)] {
            let error = module(code, raw_code);
            assert_eq!(
                (error.module_code(), error.raw_code()),
                (Some(code), Some(raw_code))
            );
        }
        assert_eq!(Error::Cancelled { bytes_confirmed: 0 }.raw_code(), None);
    }

    #[test]
    fn a_module_that_gives_no_reason_can_be_made_to_show_the_server_s() {
        let hint = |code, raw_code| module(code, raw_code).hint().unwrap_or_default();
        assert!(hint(codes::UNKNOWN, 0).contains("AT+FTPINFO=1"));
        // A call that failed has to do with the network, and no server was asked.
        assert_eq!(hint(codes::NETWORK, 0), hint(codes::NETWORK, 605));
        assert!(!hint(codes::UNKNOWN, 601).contains("FTPINFO"));
    }
}
