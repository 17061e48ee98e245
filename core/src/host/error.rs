//! The error of an operation: which command failed, and by what.

use alloc::string::String;
use alloc::vec::Vec;

use super::data_address::DataAddress;
use super::tls::TlsConfigError;
use super::tls::advice::advice;
use crate::ErrorKind;
use crate::at::FinalErrorLine;
use crate::codes::words::{self, WordsOf};
use crate::codes::{self, FtpCode, ModuleCode};
use crate::dialect::{Dialect, ParamError};

/// Longest part of an unexpected line kept in an error, in bytes.
const CUT: usize = 200;

/// Error of an operation. [`HostError::kind`] says what a program can act on.
///
/// Three groups: the call was wrong and nothing was sent; the module sent what it should not; the operation was tried
/// and failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HostError {
    /// A parameter does not fit the command. Nothing was sent.
    #[error("{command}: {param_error}")]
    InvalidArgument {
        /// The AT command.
        command: &'static str,
        /// The parameter and what does not fit.
        param_error: ParamError,
    },
    /// The dialect has no such command. Nothing was sent.
    #[error("{dialect} has no command for {operation}")]
    Unsupported {
        /// Name of the dialect.
        dialect: &'static str,
        /// Name of the operation.
        operation: &'static str,
    },
    /// Another operation still runs. Nothing was sent.
    #[error("another operation still runs on this line")]
    Busy,
    /// The module did not answer in time.
    #[error("{command}: no answer within {seconds} s")]
    NoAnswer {
        /// The AT command, without its parameters.
        command: String,
        /// Seconds that the host waited.
        seconds: u64,
    },
    /// The module refused the command.
    #[error("{command}: {final_error}")]
    FinalError {
        /// The AT command, without its parameters.
        command: String,
        /// The final result code.
        final_error: FinalError,
    },
    /// The module reports an FTP failure.
    #[error("{command}: {}", describe(*code, *reply, *raw_code))]
    Module {
        /// The AT command, without its parameters.
        command: String,
        /// The module's code, 601 to 631 in every dialect.
        code: ModuleCode,
        /// The server's reply, if it gave one.
        reply: Option<FtpCode>,
        /// The number as the module printed it: `code` itself in LTE dialects, negative in `gsm`, 0 in `nl668`.
        raw_code: i32,
        /// The dialect can open data connections to the address of the control connection.
        peer_address: bool,
    },
    /// TLS options that contradict each other, or a file that is not a certificate. Nothing was sent.
    #[error(transparent)]
    Tls(#[from] TlsConfigError),
    /// The module and the server did not agree on TLS, or the server's certificate was not accepted. The account was
    /// not sent to the server.
    #[error("{command}: {}", describe_tls(why.as_deref(), clock.as_deref()))]
    Handshake {
        /// The AT command, without its parameters.
        command: String,
        /// The number as the module printed it: 631 in LTE dialects, 0 in `nl668`.
        raw_code: i32,
        /// The reason, as far as the module knows it.
        why: Option<String>,
        /// The time on the module's clock, where it may be the reason: `2026-11-21 10:43:00`.
        clock: Option<String>,
    },
    /// The module sent a line that makes no sense here.
    #[error("{command}: unexpected answer {}", line.escape_ascii())]
    UnexpectedLine {
        /// The AT command, without its parameters.
        command: String,
        /// The line, cut to 200 bytes.
        line: Vec<u8>,
    },
    /// The module's checksum is not the checksum of the data.
    #[error("{command}: the module's checksum {found:x} is not the {expected:x} of the data")]
    ChecksumMismatch {
        /// The AT command, without its parameters.
        command: String,
        /// Checksum of the data on this side.
        expected: u16,
        /// Checksum that the module states.
        found: u16,
    },
    /// The module took or gave fewer bytes than it should have.
    #[error("{command}: {bytes_confirmed} of {expected} bytes were transferred")]
    Incomplete {
        /// The AT command, without its parameters.
        command: String,
        /// Bytes known to be in place.
        bytes_confirmed: u64,
        /// Bytes that should be in place.
        expected: u64,
    },
    /// The module restarted during the operation.
    #[error("{command}: the module has restarted")]
    Restarted {
        /// The AT command, without its parameters.
        command: String,
    },
    /// The user cancelled the operation.
    #[error("cancelled; {bytes_confirmed} bytes are known to be in place")]
    Cancelled {
        /// Bytes known to be in place.
        bytes_confirmed: u64,
    },
    /// A fault in this library.
    #[error("internal fault: {0}")]
    Internal(&'static str),
}

impl HostError {
    /// Returns the kind, which a program can act on.
    pub fn kind(&self) -> ErrorKind {
        match self {
            HostError::InvalidArgument { .. } | HostError::Tls(_) => ErrorKind::InvalidArgument,
            HostError::Unsupported { .. } => ErrorKind::Unsupported,
            HostError::Busy => ErrorKind::Busy,
            HostError::NoAnswer { .. } => ErrorKind::NoAnswer,
            HostError::FinalError { .. } => ErrorKind::FinalError,
            HostError::Module { code, reply, .. } => ErrorKind::from_codes(*code, *reply),
            HostError::Handshake { .. } => ErrorKind::Tls,
            HostError::UnexpectedLine { .. } => ErrorKind::UnexpectedLine,
            HostError::ChecksumMismatch { .. } => ErrorKind::ChecksumMismatch,
            HostError::Incomplete { .. } => ErrorKind::Incomplete,
            HostError::Restarted { .. } => ErrorKind::Restarted,
            HostError::Cancelled { .. } => ErrorKind::Cancelled,
            HostError::Internal(_) => ErrorKind::Internal,
        }
    }

    /// Returns the module's code, 601 to 631 in every dialect.
    pub fn module_code(&self) -> Option<ModuleCode> {
        match self {
            HostError::Module { code, .. } => Some(*code),
            HostError::Handshake { .. } => Some(ModuleCode::TLS),
            _ => None,
        }
    }

    /// Returns the number as the module printed it: [`HostError::module_code`] itself in LTE dialects, negative in
    /// `gsm`, 0 in `nl668`, which gives no reason.
    pub fn raw_code(&self) -> Option<i32> {
        match self {
            HostError::Module { raw_code, .. } | HostError::Handshake { raw_code, .. } => {
                Some(*raw_code)
            }
            _ => None,
        }
    }

    /// Returns the FTP server's reply code, if the module passed it on.
    pub fn ftp_reply(&self) -> Option<FtpCode> {
        match self {
            HostError::Module { reply, .. } => *reply,
            _ => None,
        }
    }

    /// Returns the bytes known to be in place, for the errors that end a transfer.
    pub fn bytes_confirmed(&self) -> Option<u64> {
        match self {
            HostError::Incomplete {
                bytes_confirmed, ..
            }
            | HostError::Cancelled { bytes_confirmed } => Some(*bytes_confirmed),
            _ => None,
        }
    }

    /// Returns what the user can try.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            HostError::Module {
                code: ModuleCode::UNKNOWN,
                reply: None,
                raw_code: 0,
                ..
            } => {
                Some("send AT+FTPINFO=1 and try again: the module then shows what the server says")
            }
            HostError::Module {
                code,
                peer_address: true,
                ..
            } => code.hint_with_peer_address(),
            HostError::Module { code, .. } => code.hint(),
            HostError::Handshake { why, .. } => {
                let advised = why.as_deref().and_then(advice);
                advised.or(ModuleCode::TLS.hint())
            }
            HostError::NoAnswer { .. } => {
                Some("check that this is the module's AT port, and its speed")
            }
            HostError::Restarted { .. } => {
                Some("check the module's power supply; lower the line's speed")
            }
            HostError::Incomplete { .. } => Some("try again from the bytes that are confirmed"),
            _ => None,
        }
    }

    /// Returns the AT command that failed, if it is one.
    #[cfg(feature = "std")]
    pub(crate) fn command(&self) -> Option<&str> {
        match self {
            HostError::NoAnswer { command, .. }
            | HostError::FinalError { command, .. }
            | HostError::Module { command, .. }
            | HostError::Handshake { command, .. }
            | HostError::UnexpectedLine { command, .. }
            | HostError::ChecksumMismatch { command, .. }
            | HostError::Incomplete { command, .. }
            | HostError::Restarted { command } => Some(command),
            _ => None,
        }
    }

    /// Takes note of what the dialect can do, for the hint.
    pub(super) fn of_dialect(mut self, dialect: &Dialect) -> Self {
        if let HostError::Module { peer_address, .. } = &mut self {
            *peer_address = DataAddress::Peer.fits(dialect);
        }
        self
    }

    /// Reports a line that makes no sense here, cut to what an error keeps.
    pub(crate) fn unexpected(command: String, line: &[u8]) -> Self {
        HostError::UnexpectedLine {
            command,
            line: line[..line.len().min(CUT)].to_vec(),
        }
    }
}

/// Formats `module error 627 (file-unavailable): the server did not act ... (server reply 550)`.
fn describe(code: ModuleCode, reply: Option<FtpCode>, raw_code: i32) -> String {
    let (name, meaning) = (code.name(), code.meaning());
    match reply {
        None if raw_code == 0 => "the module says that it failed, and not why".into(),
        Some(reply) if raw_code == 0 => alloc::format!("{name}: {meaning} (server reply {reply})"),
        Some(reply) => {
            alloc::format!("module error {raw_code} ({name}): {meaning} (server reply {reply})")
        }
        None => alloc::format!("module error {raw_code} ({name}): {meaning}"),
    }
}

/// Formats `TLS failed (631): certificate has expired; the module's clock says 1980-01-06 00:00:01`.
fn describe_tls(why: Option<&str>, clock: Option<&str>) -> String {
    let why = why.unwrap_or("the module does not say why");
    let clock = clock.map_or(String::new(), |clock| {
        alloc::format!("; the module's clock says {clock}")
    });
    alloc::format!("TLS failed ({}): {why}{clock}", ModuleCode::TLS)
}

/// Final result code by which a module refuses a command.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FinalError {
    /// The result `ERROR`.
    Error,
    /// `NO CARRIER`
    NoCarrier,
    /// `+CME ERROR: <n>`, or words that stand for a number; [`codes::cme_meaning`] returns its meaning.
    Cme(u16),
    /// `+CME ERROR: <words>` with words that are in no table.
    Text(Vec<u8>),
    /// `+CMS ERROR: <n>`
    Cms(u16),
}

impl FinalError {
    /// Returns the final result code that a line states, in answer to a command of the store or another.
    pub(super) fn from_line(line: FinalErrorLine<'_>, answers: WordsOf) -> Self {
        match line {
            FinalErrorLine::Error => FinalError::Error,
            FinalErrorLine::NoCarrier => FinalError::NoCarrier,
            FinalErrorLine::Cme(number) => FinalError::Cme(number),
            FinalErrorLine::CmeText(text) => words::number_of(text, answers).map_or_else(
                || FinalError::Text(text[..text.len().min(CUT)].to_vec()),
                FinalError::Cme,
            ),
            FinalErrorLine::Cms(number) => FinalError::Cms(number),
        }
    }
}

impl core::fmt::Display for FinalError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            FinalError::Error => f.write_str("the module answered ERROR"),
            FinalError::NoCarrier => f.write_str("the module answered NO CARRIER"),
            FinalError::Cme(number) => match codes::cme_meaning(*number) {
                Some(meaning) => write!(f, "the module answered +CME ERROR: {number} ({meaning})"),
                None => write!(f, "the module answered +CME ERROR: {number}"),
            },
            FinalError::Text(text) => {
                write!(f, "the module answered +CME ERROR: {}", text.escape_ascii())
            }
            FinalError::Cms(number) => write!(f, "the module answered +CMS ERROR: {number}"),
        }
    }
}
