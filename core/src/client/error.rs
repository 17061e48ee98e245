//! The error of a client's call.

mod action;
mod sentence;
#[cfg(test)]
mod tests;

use std::error::Error as _;
use std::fmt::Write as _;
use std::io;

use crate::ErrorKind;
use crate::codes::{FtpCode, ModuleCode};
use crate::host::{Answer, HostError};
use crate::port::PortError;

/// Error of a call. [`Error::kind`] says what a program can act on, [`Error::hint`] what the user can try.
///
/// `Display` is this error alone, as is usual; [`Error::describe`] adds the causes.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The operation failed on the line, in the module or at the server.
    #[error(transparent)]
    Host(#[from] HostError),
    /// The port cannot be opened.
    #[error(transparent)]
    Port(#[from] PortError),
    /// The port broke while in use: unplugged, or closed by the other side.
    #[error("the line broke")]
    Line(#[source] io::Error),
    /// The module is none of those that the dialects are for.
    #[error("no dialect is known for a module that calls itself {model:?}")]
    UnknownModule {
        /// The model that the module reports.
        model: String,
    },
    /// The transfer would start behind the end of the remote file.
    #[error("the offset {offset} lies beyond the {size} bytes of the file")]
    OffsetBeyondEnd {
        /// The offset that was given.
        offset: u64,
        /// Bytes of the remote file.
        size: u64,
    },
    /// The server's listing has no such file. The client asks for it where the dialect has no command for a file's
    /// size.
    #[error("{path}: the server lists no such file")]
    NotListed {
        /// The path that was given.
        path: String,
    },
    /// The server's listing does not tell the size of the file: it failed, or is of a form that is not understood.
    #[error("{path}: the server's listing does not tell the size")]
    SizeNotListed {
        /// The path that was given.
        path: String,
        /// The failure of the listing; none where its lines are not understood.
        #[source]
        failure: Option<HostError>,
    },
    /// The server's listing is longer than a listing may be; see
    /// [`ClientOptions::listing_limit`](super::ClientOptions::listing_limit).
    #[error("the listing is longer than {limit} bytes")]
    ListingTooLong {
        /// The limit in bytes.
        limit: usize,
    },
    /// The server has no such directory.
    #[error("{path}: there is no such directory on the server")]
    NoDirectory {
        /// The path that was given.
        path: String,
    },
    /// A tree has more entries, or is deeper, than a tree may be: a server may invent them without end.
    #[error("{path}: the tree on the server has too many entries, or is too deep")]
    TreeTooLarge {
        /// The path that was given.
        path: String,
    },
    /// The time for all files of a tree was over before this one.
    #[error("the time for the whole transfer is over")]
    TimeIsOver,
    /// The size on the server is not the size that was transferred.
    #[error("{operation}: {bytes_confirmed} of {expected} bytes are confirmed")]
    Incomplete {
        /// Name of the operation.
        operation: &'static str,
        /// Bytes known to be in place.
        bytes_confirmed: u64,
        /// Bytes that should be in place.
        expected: u64,
    },
    /// The size on the server is not the size that was sent, or not the one of the source.
    #[error(
        "{operation}: the file on the server has {found} bytes, where there should be {expected}"
    )]
    SizeDiffers {
        /// Name of the operation.
        operation: &'static str,
        /// Bytes on the server.
        found: u64,
        /// Bytes that should be there.
        expected: u64,
        /// Bytes known to be in place.
        bytes_confirmed: u64,
    },
    /// The server's file is not the local one: its content was read back and compared.
    #[error("{operation}: byte {position} of the file on the server is not that of the local file")]
    ContentDiffers {
        /// Name of the operation.
        operation: &'static str,
        /// Position in the remote file of the first byte that differs.
        position: u64,
        /// Bytes known to be in place.
        bytes_confirmed: u64,
    },
    /// The file on the server became another one while it was downloaded. What was written is a mixture of both.
    #[error("{operation}: the file on the server was replaced while it was downloaded")]
    Replaced {
        /// Name of the operation.
        operation: &'static str,
    },
    /// The module has no command for the current directory, and none was given from the root on.
    #[error("pwd: the module has no command for it, and the directory of the login is not known")]
    DirectoryUnknown,
    /// The server does not tell the size of a file that is to be continued, nor that it is not there.
    #[error("{operation}: the server tells neither the size of the file nor that there is none")]
    SizeUnknown {
        /// Name of the operation.
        operation: &'static str,
    },
    /// A transfer failed with a part of the file in place, or after several tries.
    #[error(transparent)]
    Transfer(Box<TransferError>),
    /// Reading the source or writing the target failed.
    #[error("the local side failed")]
    Local {
        /// The error of the file, reader or writer.
        source: io::Error,
    },
    /// The client does not do what the record of a replay has.
    #[cfg(feature = "record")]
    #[error(transparent)]
    Replay(crate::record::replay::ReplayError),
    /// A fault in this library.
    #[error("internal fault: {0}")]
    Internal(String),
}

impl Error {
    /// Returns the error of a call that the user cancelled before a byte was moved.
    pub fn cancelled() -> Self {
        HostError::Cancelled { bytes_confirmed: 0 }.into()
    }

    /// Returns the kind, which a program can act on.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Error::Host(error) => error.kind(),
            Error::Port(PortError::Url { .. }) => ErrorKind::PortUrl,
            Error::Port(PortError::Busy { .. }) => ErrorKind::PortBusy,
            Error::Port(PortError::Missing { .. } | PortError::NotFound { .. }) => {
                ErrorKind::PortMissing
            }
            Error::Port(PortError::Permission { .. }) => ErrorKind::PortPermission,
            Error::Port(PortError::Name { .. } | PortError::Io { .. }) => ErrorKind::Port,
            Error::Line(_) => ErrorKind::Line,
            Error::UnknownModule { .. } => ErrorKind::UnknownModule,
            Error::OffsetBeyondEnd { .. } => ErrorKind::InvalidArgument,
            Error::NotListed { .. } | Error::NoDirectory { .. } => ErrorKind::NotListed,
            Error::Incomplete { .. }
            | Error::SizeDiffers { .. }
            | Error::Replaced { .. }
            | Error::ListingTooLong { .. }
            | Error::TreeTooLarge { .. }
            | Error::TimeIsOver => ErrorKind::Incomplete,
            Error::DirectoryUnknown => ErrorKind::Unsupported,
            Error::ContentDiffers { .. } => ErrorKind::ChecksumMismatch,
            Error::SizeUnknown { .. } | Error::SizeNotListed { .. } => ErrorKind::SizeUnknown,
            Error::Transfer(transfer) => transfer.error.kind(),
            Error::Local { .. } => ErrorKind::Local,
            #[cfg(feature = "record")]
            Error::Replay(_) => ErrorKind::Local,
            Error::Internal(_) => ErrorKind::Internal,
        }
    }

    /// Returns the message with its causes, separated by colons.
    pub fn describe(&self) -> String {
        let mut text = self.to_string();
        let mut cause = self.source();
        while let Some(error) = cause {
            // A string takes everything.
            let _ = write!(text, ": {error}");
            cause = error.source();
        }
        text
    }

    /// Returns the module's code, 601 to 631 in every dialect.
    pub fn module_code(&self) -> Option<ModuleCode> {
        self.host()?.module_code()
    }

    /// Returns the number as the module printed it: [`Error::module_code`] itself in LTE dialects, negative in `gsm`,
    /// 0 in `nl668`, which gives no reason.
    pub fn raw_code(&self) -> Option<i32> {
        self.host().and_then(HostError::raw_code)
    }

    /// Returns the FTP server's reply code, if the module passed it on.
    pub fn ftp_reply(&self) -> Option<FtpCode> {
        self.host().and_then(HostError::ftp_reply)
    }

    /// Returns the bytes known to be in place, for the errors that end a transfer. They count from the first byte of the
    /// reader or writer, or from the start of the local file, which is also the source of the rest of a remote file.
    pub fn bytes_confirmed(&self) -> Option<u64> {
        match self {
            Error::Incomplete {
                bytes_confirmed, ..
            }
            | Error::SizeDiffers {
                bytes_confirmed, ..
            }
            | Error::ContentDiffers {
                bytes_confirmed, ..
            } => Some(*bytes_confirmed),
            Error::Transfer(transfer) => Some(transfer.bytes_confirmed),
            other => other.host().and_then(HostError::bytes_confirmed),
        }
    }

    /// Returns the number of tries, for a transfer that was tried more than once or failed with a part in place.
    pub fn attempts(&self) -> Option<u32> {
        match self {
            Error::Transfer(transfer) => Some(transfer.attempts),
            _ => None,
        }
    }

    /// Returns the bytes that should be in place, for a transfer that is incomplete.
    pub fn bytes_expected(&self) -> Option<u64> {
        match self {
            Error::Incomplete { expected, .. }
            | Error::SizeDiffers { expected, .. }
            | Error::Host(HostError::Incomplete { expected, .. }) => Some(*expected),
            _ => None,
        }
    }

    /// Returns what the user can try.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Error::Host(error) => error.hint(),
            Error::Transfer(transfer) => transfer.error.hint(),
            Error::DirectoryUnknown => Some("change to an absolute path first, such as /"),
            Error::ContentDiffers { .. } => Some(
                "bits flip on the line: check cable, speed and flow control (rtscts=1), then try again",
            ),
            Error::Replaced { .. } => {
                Some("what was written is a mixture: get it again, from its start")
            }
            Error::SizeUnknown { .. } => Some("put the whole file in its place"),
            Error::NotListed { .. } => ModuleCode::FILE_UNAVAILABLE.hint(),
            Error::UnknownModule { .. } => Some("name the dialect that the module speaks"),
            Error::Line(_) => Some("check the cable; the port may come back under another name"),
            Error::ListingTooLong { .. } => Some("list a part of the directory"),
            Error::TreeTooLarge { .. } => Some("name the directories that you need"),
            Error::TimeIsOver => Some("the same call again leaves out what is up to date"),
            Error::NoDirectory { .. } => Some("look at the name of the directory"),
            Error::Incomplete { .. } => Some("try again from the bytes that are confirmed"),
            _ => None,
        }
    }

    /// Returns true where dialect or server lack a command for the operation; another way may be open.
    pub fn is_not_implemented(&self) -> bool {
        let lacking = [
            ModuleCode::COMMAND_UNKNOWN,
            ModuleCode::NOT_IMPLEMENTED,
            ModuleCode::ARGUMENT_NOT_IMPLEMENTED,
        ];
        matches!(self.kind(), ErrorKind::Unsupported | ErrorKind::SizeUnknown)
            || self
                .module_code()
                .is_some_and(|code| lacking.contains(&code))
    }

    /// Returns true where the module reports an FTP failure, whatever its code.
    pub(super) fn is_ftp_failure(&self) -> bool {
        self.kind().has_module_code()
    }

    /// Refuses what only works with a file.
    pub(super) fn not_a_file(what: &str) -> Self {
        let text = format!("to {what}, give a file");
        let source = io::Error::new(io::ErrorKind::InvalidInput, text);
        Error::Local { source }
    }

    /// Reports an answer of the wrong type, which is a fault in this crate.
    pub(super) fn wrong_answer(answer: &Answer) -> Self {
        Error::Internal(format!("an answer of the wrong type: {answer:?}"))
    }

    fn host(&self) -> Option<&HostError> {
        match self {
            Error::Host(error) => Some(error),
            Error::Transfer(transfer) => transfer.error.host(),
            _ => None,
        }
    }

    /// Returns the error of a transfer that ended with it: with the bytes that are confirmed, and the number of tries.
    pub(super) fn in_transfer(self, bytes_confirmed: u64, attempts: u32) -> Self {
        match self {
            Error::Host(HostError::Cancelled { .. }) => {
                Error::Host(HostError::Cancelled { bytes_confirmed })
            }
            Error::Incomplete {
                operation,
                expected,
                ..
            } => Error::Incomplete {
                operation,
                bytes_confirmed,
                expected,
            },
            error if bytes_confirmed == 0 && attempts == 1 => error,
            error => Error::Transfer(Box::new(TransferError {
                error,
                bytes_confirmed,
                attempts,
            })),
        }
    }
}

/// The error of a transfer that failed with a part of the file in place, or after several tries.
#[derive(Debug)]
#[non_exhaustive]
pub struct TransferError {
    /// The error of the last try.
    pub error: Error,
    /// Bytes known to be in place.
    pub bytes_confirmed: u64,
    /// Tries, the first one included.
    pub attempts: u32,
}

impl std::fmt::Display for TransferError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.attempts {
            1 => write!(f, "{}", self.error),
            attempts => write!(f, "{} ({attempts} tries)", self.error),
        }
    }
}

/// Its cause is that of the last error, which its text has already.
impl std::error::Error for TransferError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.error.source()
    }
}
