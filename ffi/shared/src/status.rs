//! The end of a call, as a number that never changes its meaning.

use core::ffi::CStr;

use qftp::ErrorKind;

/// Status of a call. Numbers are never used again for something else; more may be added.
#[repr(i32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum qftp_status {
    /// The call succeeded.
    QFTP_OK = 0,
    /// An argument is NULL or does not fit; nothing was sent.
    QFTP_ERR_ARGUMENT = 1,
    /// The handle is in use: by another thread, or by the call whose callback this is.
    QFTP_ERR_BUSY = 2,
    /// A fault in the library. The handle can only be freed.
    QFTP_ERR_INTERNAL = 3,
    /// The module's dialect has no command for it, this build of the library lacks it, or the server does not tell the
    /// size that it needs; nothing was sent.
    QFTP_ERR_UNSUPPORTED = 4,
    /// The port cannot be opened.
    QFTP_ERR_PORT = 5,
    /// Another program has the port open.
    QFTP_ERR_PORT_BUSY = 6,
    /// The line broke: unplugged, or closed by the other side.
    QFTP_ERR_LINE = 7,
    /// The module did not answer in time.
    QFTP_ERR_NO_ANSWER = 8,
    /// The module refused the command: ERROR, +CME ERROR, NO CARRIER.
    QFTP_ERR_REFUSED = 9,
    /// The module reports an FTP failure; qftp_error.module_code says which.
    QFTP_ERR_MODULE = 10,
    /// The module sent a line that makes no sense here.
    QFTP_ERR_UNEXPECTED = 11,
    /// The module restarted during the call.
    QFTP_ERR_RESTARTED = 12,
    /// Fewer bytes arrived than should have; qftp_error.bytes_confirmed says how many are known to be in
    /// place.
    QFTP_ERR_INCOMPLETE = 13,
    /// The local file failed, or a read or write callback returned an error.
    QFTP_ERR_LOCAL = 14,
    /// The call was cancelled.
    QFTP_ERR_CANCELLED = 15,
    /// No dialect is known for the module.
    QFTP_ERR_UNKNOWN_MODULE = 16,
    /// The server lists no such file.
    QFTP_ERR_NOT_FOUND = 17,
    /// The buffer is too small; the length that is needed has been stored.
    QFTP_ERR_BUFFER = 18,
    /// There is no more.
    QFTP_ERR_END = 19,
    /// Both ends differ: by the module's checksum, or by the content that was read back.
    QFTP_ERR_CHECKSUM = 20,
}

#[allow(clippy::enum_glob_use, reason = "the names have their prefix already")]
use qftp_status::*;

/// Every status and its text. A status without a line here does not exist for `qftp_strerror`.
const TEXTS: &[(qftp_status, &CStr)] = &[
    (QFTP_OK, c"success"),
    (QFTP_ERR_ARGUMENT, c"an argument is NULL or does not fit"),
    (QFTP_ERR_BUSY, c"the handle is in use by another call"),
    (QFTP_ERR_INTERNAL, c"a fault in the library"),
    (
        QFTP_ERR_UNSUPPORTED,
        c"not supported by this module, build or server",
    ),
    (QFTP_ERR_PORT, c"the port cannot be opened"),
    (QFTP_ERR_PORT_BUSY, c"another program has the port open"),
    (QFTP_ERR_LINE, c"the line broke"),
    (QFTP_ERR_NO_ANSWER, c"the module did not answer in time"),
    (QFTP_ERR_REFUSED, c"the module refused the command"),
    (QFTP_ERR_MODULE, c"the module reports an FTP failure"),
    (QFTP_ERR_UNEXPECTED, c"an answer that makes no sense here"),
    (QFTP_ERR_RESTARTED, c"the module has restarted"),
    (QFTP_ERR_INCOMPLETE, c"fewer bytes arrived than should have"),
    (QFTP_ERR_LOCAL, c"the local file or callback failed"),
    (QFTP_ERR_CANCELLED, c"cancelled"),
    (
        QFTP_ERR_UNKNOWN_MODULE,
        c"no dialect is known for the module",
    ),
    (QFTP_ERR_NOT_FOUND, c"the server lists no such file"),
    (QFTP_ERR_BUFFER, c"the buffer is too small"),
    (QFTP_ERR_END, c"there is no more of it"),
    (
        QFTP_ERR_CHECKSUM,
        c"the module's checksum is not the one of the data",
    ),
];

/// Returns the text of a status for C.
pub fn c_text(status: i32) -> &'static CStr {
    let known = TEXTS.iter().find(|(known, _)| *known as i32 == status);
    known.map_or(c"unknown status", |(_, text)| text)
}

/// Returns the text of a status.
pub fn text(status: i32) -> &'static str {
    c_text(status).to_str().unwrap_or_default()
}

/// The status of every kind of error.
const BY_KIND: &[(ErrorKind, qftp_status)] = &[
    (ErrorKind::InvalidArgument, QFTP_ERR_ARGUMENT),
    (ErrorKind::Busy, QFTP_ERR_BUSY),
    (ErrorKind::Unsupported, QFTP_ERR_UNSUPPORTED),
    (ErrorKind::UnknownModule, QFTP_ERR_UNKNOWN_MODULE),
    (ErrorKind::PortUrl, QFTP_ERR_PORT),
    (ErrorKind::PortMissing, QFTP_ERR_PORT),
    (ErrorKind::PortPermission, QFTP_ERR_PORT),
    (ErrorKind::PortBusy, QFTP_ERR_PORT_BUSY),
    (ErrorKind::Port, QFTP_ERR_PORT),
    (ErrorKind::Line, QFTP_ERR_LINE),
    (ErrorKind::NoAnswer, QFTP_ERR_NO_ANSWER),
    (ErrorKind::FinalError, QFTP_ERR_REFUSED),
    (ErrorKind::UnexpectedLine, QFTP_ERR_UNEXPECTED),
    (ErrorKind::Restarted, QFTP_ERR_RESTARTED),
    (ErrorKind::Unexplained, QFTP_ERR_MODULE),
    (ErrorKind::Module, QFTP_ERR_MODULE),
    (ErrorKind::ServerName, QFTP_ERR_MODULE),
    (ErrorKind::Unreachable, QFTP_ERR_MODULE),
    (ErrorKind::ConnectionLost, QFTP_ERR_MODULE),
    (ErrorKind::ServerTimeout, QFTP_ERR_MODULE),
    (ErrorKind::ServerRefused, QFTP_ERR_MODULE),
    (ErrorKind::OtherReply, QFTP_ERR_MODULE),
    (ErrorKind::LoginRefused, QFTP_ERR_MODULE),
    (ErrorKind::FileUnavailable, QFTP_ERR_MODULE),
    (ErrorKind::FileRefused, QFTP_ERR_MODULE),
    (ErrorKind::Tls, QFTP_ERR_MODULE),
    (ErrorKind::NotListed, QFTP_ERR_NOT_FOUND),
    (ErrorKind::SizeUnknown, QFTP_ERR_UNSUPPORTED),
    (ErrorKind::Incomplete, QFTP_ERR_INCOMPLETE),
    (ErrorKind::ChecksumMismatch, QFTP_ERR_CHECKSUM),
    (ErrorKind::Local, QFTP_ERR_LOCAL),
    (ErrorKind::Cancelled, QFTP_ERR_CANCELLED),
    (ErrorKind::Internal, QFTP_ERR_INTERNAL),
];

/// Returns the status of a kind of error.
pub fn of_kind(kind: ErrorKind) -> qftp_status {
    let row = BY_KIND.iter().find(|(listed, _)| *listed == kind);
    // A kind that a later version of the core adds.
    row.map_or(QFTP_ERR_UNEXPECTED, |(_, status)| *status)
}

/// The kinds of errors that stand for a status of several.
const FIRST_OF_MANY: &[(qftp_status, ErrorKind)] = &[
    (QFTP_ERR_PORT, ErrorKind::Port),
    (QFTP_ERR_MODULE, ErrorKind::Unexplained),
];

/// Returns the kind of error that a status stands for; `None` where it is no failure of an operation.
pub fn kind_of(status: i32) -> Option<ErrorKind> {
    let chosen = FIRST_OF_MANY.iter().map(|(status, kind)| (*kind, *status));
    let mut rows = chosen.chain(BY_KIND.iter().copied());
    let row = rows.find(|(_, listed)| *listed as i32 == status);
    row.map(|(kind, _)| kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_of_an_error_stands_for_a_kind_of_its_own() {
        for (kind, status) in BY_KIND {
            let found = kind_of(*status as i32).expect("a kind");
            assert_eq!(of_kind(found), *status, "{kind:?}");
        }
        let no_failures = [QFTP_OK, QFTP_ERR_BUFFER, QFTP_ERR_END];
        assert!(
            no_failures
                .iter()
                .all(|status| kind_of(*status as i32).is_none())
        );
        assert_eq!(kind_of(QFTP_ERR_PORT as i32), Some(ErrorKind::Port));
        assert_eq!(kind_of(1000), None);
    }

    #[test]
    fn every_kind_has_one_row() {
        for kind in ErrorKind::ALL {
            let rows = BY_KIND.iter().filter(|(listed, _)| listed == kind);
            assert_eq!(rows.count(), 1, "{kind:?}");
        }
        assert_eq!(BY_KIND.len(), ErrorKind::ALL.len());
    }
}
