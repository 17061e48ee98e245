//! How an operation ended.

use alloc::vec::Vec;

use super::reply::Reply;

/// It succeeded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FtpOutcome {
    /// The server's last reply code; 0 where the server hung up on QUIT without a word.
    pub code: u16,
    /// The reply's text without the codes, lines separated by CR LF.
    pub text: Vec<u8>,
    /// What was asked for.
    pub value: FtpValue,
}

/// What an operation brings besides its reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FtpValue {
    /// Nothing.
    None,
    /// Of PWD, and of MKD where the server names the directory.
    Path(Vec<u8>),
    /// Of SIZE.
    Size(u64),
    /// Of MDTM: `YYYYMMDDHHMMSS` and maybe a fraction.
    Time(Vec<u8>),
    /// Payload bytes of a transfer.
    Bytes(u64),
}

/// It failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{kind}{}{}", Separated(*reply), Quoted(text))]
pub struct FtpFailure {
    /// What went wrong.
    pub kind: FailureKind,
    /// The server's reply code, if a reply has to do with it.
    pub reply: Option<u16>,
    /// The reply's text, or what the system says.
    pub text: Vec<u8>,
}

/// Ways to fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
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
    /// TLS failed, or the server does not want it.
    #[error("TLS failed")]
    Tls,
    /// The server's certificate is not to be trusted.
    #[error("the server's certificate was refused")]
    Certificate,
    /// Certificates, key or settings of this side cannot be used.
    #[error("TLS cannot be set up")]
    TlsSetup,
    /// The server's reply says no.
    #[error("the server refused")]
    Refused,
    /// Aborted or hung up by the caller.
    #[error("the operation was cancelled")]
    Cancelled,
    /// The server's reply makes no sense.
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

    /// The reply stands in the way.
    pub(super) fn by(kind: FailureKind, reply: &Reply) -> Self {
        FtpFailure {
            kind,
            reply: Some(reply.code),
            text: reply.text(),
        }
    }

    /// The reply is not the one hoped for: a refusal, or out of place altogether.
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
