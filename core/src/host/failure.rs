//! Why an operation failed.

use alloc::string::String;
use alloc::vec::Vec;

use super::tls::TlsConfigError;
use super::tls::advice::advice;
use crate::at::FinalErrorLine;
use crate::codes;
use crate::dialect::ParamError;

/// Longest part of an unexpected line kept in an error, in bytes.
const CUT: usize = 200;

/// Why an operation failed. Three kinds: misuse, where nothing was sent; a peer that says what it should not; and an
/// operation that was tried and did not succeed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Failure {
    /// A parameter does not fit the command. Nothing was sent.
    #[error("{command}: {param_error}")]
    InvalidArgument {
        /// The AT command.
        command: &'static str,
        /// What does not fit.
        param_error: ParamError,
    },
    /// The dialect has no such command. Nothing was sent.
    #[error("{dialect} has no command for {operation}")]
    Unsupported {
        /// Name of the dialect.
        dialect: &'static str,
        /// What was asked.
        operation: &'static str,
    },
    /// Another operation still runs. Nothing was sent.
    #[error("another operation still runs on this line")]
    Busy,
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
    #[error("{operation}: {}", describe(*code, *reply, *raw_code))]
    Module {
        /// The AT command, without its parameters.
        operation: String,
        /// 601 to 631, whatever the dialect; [`codes::lookup`] explains it.
        code: u16,
        /// The server's reply, if it gave one.
        reply: Option<u16>,
        /// The number as the module printed it: `code` itself in LTE dialects, negative in `gsm`, 0 in `nl668`.
        raw_code: i32,
    },
    /// TLS that cannot be meant, or a certificate that is none. Nothing was sent.
    #[error(transparent)]
    Tls(#[from] TlsConfigError),
    /// The module and the server did not agree on TLS, or the server's certificate was not accepted. The account was
    /// not sent to the server.
    #[error("{operation}: {}", describe_tls(why.as_deref(), clock.as_deref()))]
    Handshake {
        /// The AT command, without its parameters.
        operation: String,
        /// The number as the module printed it: 631 in LTE dialects, 0 in `nl668`.
        raw_code: i32,
        /// What the module knows of the reason.
        why: Option<String>,
        /// What time the module's clock raw_code it was, where that may be the reason: `2026-11-21 10:43:00`.
        clock: Option<String>,
    },
    /// The module sent something that makes no sense here.
    #[error("{command}: unexpected answer {}", line.escape_ascii())]
    Unexpected {
        /// The AT command, without its parameters.
        command: String,
        /// The line, cut to 200 bytes.
        line: Vec<u8>,
    },
    /// The module took or gave fewer bytes than it should have.
    #[error("{operation}: {moved} of {expected} bytes were transferred")]
    Incomplete {
        /// The AT command, without its parameters.
        operation: String,
        /// Bytes that arrived.
        moved: u64,
        /// Bytes that should have.
        expected: u64,
    },
    /// The module started anew in the middle of it.
    #[error("{command}: the module has restarted")]
    Restarted {
        /// The AT command, without its parameters.
        command: String,
    },
    /// The user ended it.
    #[error("cancelled after {bytes_confirmed} bytes")]
    Cancelled {
        /// Bytes of payload that had gone over the line.
        bytes_confirmed: u64,
    },
}

impl Failure {
    /// What to try; known of handshakes alone, the rest is in [`codes::lookup`].
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Failure::Handshake { why, .. } => {
                let advised = why.as_deref().and_then(advice);
                advised.or(codes::lookup(codes::TLS).map(|code| code.hint))
            }
            _ => None,
        }
    }

    pub(super) fn unexpected(command: String, line: &[u8]) -> Self {
        Failure::Unexpected {
            command,
            line: line[..line.len().min(CUT)].to_vec(),
        }
    }
}

/// `627 file-unavailable: the server did not act ... (server reply 550)`
fn describe(code: u16, reply: Option<u16>, raw_code: i32) -> String {
    let known = codes::lookup(code);
    let (name, meaning) = known.map_or(("unknown", "not in the manuals"), |known| {
        (known.name, known.meaning)
    });
    match reply {
        None if raw_code == 0 => "the module says that it failed, and not why".into(),
        Some(reply) if raw_code == 0 => alloc::format!("{name}: {meaning} (server reply {reply})"),
        Some(reply) => {
            alloc::format!("module error {raw_code} ({name}): {meaning} (server reply {reply})")
        }
        None => alloc::format!("module error {raw_code} ({name}): {meaning}"),
    }
}

/// `TLS failed (631): certificate has expired; the module's clock says 1980-01-06 00:00:01`
fn describe_tls(why: Option<&str>, clock: Option<&str>) -> String {
    let why = why.unwrap_or("the module does not say why");
    let clock = clock.map_or(String::new(), |clock| {
        alloc::format!("; the module's clock says {clock}")
    });
    alloc::format!("TLS failed ({}): {why}{clock}", codes::TLS)
}

/// How a module refuses a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FinalError {
    /// `ERROR`
    Error,
    /// `NO CARRIER`
    NoCarrier,
    /// `+CME ERROR: <n>`, or words that stand for a number; [`codes::cme_meaning`] explains it.
    Cme(u16),
    /// `+CME ERROR: <words>` that no table has.
    Text(Vec<u8>),
    /// `+CMS ERROR: <n>`
    Cms(u16),
}

impl From<FinalErrorLine<'_>> for FinalError {
    fn from(refusal: FinalErrorLine<'_>) -> Self {
        match refusal {
            FinalErrorLine::Error => FinalError::Error,
            FinalErrorLine::NoCarrier => FinalError::NoCarrier,
            FinalErrorLine::Cme(number) => FinalError::Cme(number),
            FinalErrorLine::CmeText(text) => codes::of_words(text).map_or_else(
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
