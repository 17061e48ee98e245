//! The meaning of an error for a client that has another way: refused by the module, by the server, or no such file.

use super::error::Error;
use crate::ErrorKind;
use crate::codes::FtpCode;
use crate::host::{FinalError, HostError};
use crate::transfer::passes;

impl Error {
    /// Returns true where the module itself refuses the command, as firmware does that lacks it.
    pub(super) fn is_refused_by_module(&self) -> bool {
        let Error::Host(HostError::FinalError { final_error, .. }) = self else {
            return false;
        };
        matches!(
            final_error,
            FinalError::Error | FinalError::Cme(_) | FinalError::Text(_)
        )
    }

    /// Returns true for the plain `ERROR` of a module that lacks the command, or cannot read it.
    pub(super) fn is_plain_error(&self) -> bool {
        matches!(
            self,
            Error::Host(HostError::FinalError {
                final_error: FinalError::Error,
                ..
            })
        )
    }

    /// Returns the failure of a listing that server or module refuse.
    pub(super) fn into_listing_failure(self) -> Result<HostError, Self> {
        let is_refusal =
            self.is_refusal() || self.is_plain_error() || self.kind() == ErrorKind::Unexplained;
        match self {
            Error::Host(failure) if is_refusal => Ok(failure),
            other => Err(other),
        }
    }

    /// Returns true where a transfer can do without the size that was asked for. A listing without the file does not show
    /// that there is none: a server may hide it.
    pub fn leaves_size_open(&self) -> bool {
        self.is_not_implemented() || self.kind() == ErrorKind::NotListed
    }

    /// Returns true where the server's reply to a listing may mean a directory without files: "No files found".
    pub(super) fn may_be_empty_directory(&self) -> bool {
        [Some(FtpCode::FILE_BUSY), Some(FtpCode::FILE_UNAVAILABLE)].contains(&self.ftp_reply())
    }

    /// Returns true where the server says that there is no such file.
    pub(super) fn is_missing(&self) -> bool {
        self.kind() == ErrorKind::NotListed || self.ftp_reply() == Some(FtpCode::FILE_UNAVAILABLE)
    }

    /// Returns true where the server says no, and would say so again.
    pub(super) fn is_refusal(&self) -> bool {
        let passes = passes(self.ftp_reply().map(|code| code.0));
        let refused = [
            ErrorKind::FileUnavailable,
            ErrorKind::FileRefused,
            ErrorKind::ServerRefused,
            ErrorKind::NotListed,
        ];
        (refused.contains(&self.kind()) && !passes) || self.is_not_implemented()
    }
}
