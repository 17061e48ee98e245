//! The two ends of an operation: an outcome or a failure.

#![allow(clippy::exhaustive_structs)] // a driver of the module engine makes them too

use alloc::vec::Vec;

use super::reply::Reply;

/// The outcome of an operation that succeeded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FtpOutcome {
    /// The server's last reply code; 0 where the server hung up on QUIT without a word.
    pub code: u16,
    /// The reply's text without the codes, lines separated by CR LF.
    pub text: Vec<u8>,
    /// The answer, for operations that ask.
    pub value: FtpValue,
}

/// The answer of an operation, besides its reply.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FtpValue {
    /// The operation has no answer.
    None,
    /// The path of PWD, and of MKD where the server names the directory.
    Path(Vec<u8>),
    /// The size that SIZE brought.
    Size(u64),
    /// The time that MDTM brought: `YYYYMMDDHHMMSS` and maybe a fraction.
    Time(Vec<u8>),
    /// The payload bytes of a transfer.
    Bytes(u64),
}

/// The failure of an operation.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{kind}{}{}", Separated(*reply), Quoted(text))]
pub struct FtpFailure {
    /// The kind of failure.
    pub kind: FailureKind,
    /// The server's reply code, if a reply is the reason.
    pub reply: Option<u16>,
    /// The text of the reply or of the system.
    pub text: Vec<u8>,
}

/// The kinds of failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FailureKind {
    /// A string holds CR, LF or NUL; nothing was sent.
    #[error("the request cannot be carried out")]
    InvalidArgument,
    /// The server's name was not resolved.
    #[error("the server's name was not resolved")]
    Dns,
    /// The control connection could not be opened.
    #[error("the server cannot be reached")]
    Network,
    /// The control connection went away, or there is none.
    #[error("the control connection is closed")]
    ControlClosed,
    /// The data connection could not be opened.
    #[error("the data connection could not be opened")]
    DataConnect,
    /// The data connection broke before the end of the file.
    #[error("the data connection broke")]
    DataClosed,
    /// The server did not answer within the engine's own limit.
    #[error("the server did not answer in time")]
    Timeout,
    /// The server does not take the resume position.
    #[error("the resume position was refused")]
    Position,
    /// TLS failed, or the server refused it.
    #[error("TLS failed")]
    Tls,
    /// The server's certificate cannot be trusted.
    #[error("the server's certificate was refused")]
    Certificate,
    /// Certificates, key or settings of this side cannot be used.
    #[error("TLS cannot be set up")]
    TlsSetup,
    /// The server refused the command.
    #[error("the server refused")]
    Refused,
    /// Aborted or hung up by the caller.
    #[error("the operation was cancelled")]
    Cancelled,
    /// The server sent something that FTP does not allow.
    #[error("the server's reply makes no sense")]
    Protocol,
}

impl FtpOutcome {
    pub(super) fn new(reply: &Reply, value: FtpValue) -> Self {
        FtpOutcome {
            code: reply.code,
            text: reply.text(),
            value,
        }
    }
}

impl FtpFailure {
    pub(super) fn new(kind: FailureKind) -> Self {
        FtpFailure {
            kind,
            reply: None,
            text: Vec::new(),
        }
    }

    /// Makes a failure that this reply is the reason of.
    pub(super) fn by(kind: FailureKind, reply: &Reply) -> Self {
        FtpFailure {
            kind,
            reply: Some(reply.code),
            text: reply.text(),
        }
    }

    /// Makes the failure for a reply that is not the expected one: a refusal, or out of place.
    pub(super) fn refused(reply: &Reply) -> Self {
        let kind = match reply.code {
            332 | 400.. => FailureKind::Refused,
            _ => FailureKind::Protocol,
        };
        FtpFailure::by(kind, reply)
    }
}

/// ` (550)`
struct Separated(Option<u16>);

impl core::fmt::Display for Separated {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        self.0.map_or(Ok(()), |code| write!(f, " ({code})"))
    }
}

/// `: text`
struct Quoted<'a>(&'a [u8]);

impl core::fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        if self.0.is_empty() {
            return Ok(());
        }
        write!(f, ": {}", self.0.escape_ascii())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn a_failure_reads_as_one_sentence() {
        let refused = FtpFailure {
            kind: FailureKind::Refused,
            reply: Some(550),
            text: b"No such file.".to_vec(),
        };
        assert_eq!(
            refused.to_string(),
            "the server refused (550): No such file."
        );
        let cancelled = FtpFailure {
            kind: FailureKind::Cancelled,
            reply: None,
            text: Vec::new(),
        };
        assert_eq!(cancelled.to_string(), "the operation was cancelled");
    }
}
