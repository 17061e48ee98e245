//! Chooses the exception for an error. The classes are written in Python, in `qftp/errors.py`: with the stable ABI of
//! Python before 3.12, a class made here cannot derive from `OSError`.

use pyo3::exceptions::PyOSError;
use pyo3::prelude::*;
use qftp::ErrorKind;
use qftp::client::Error;
use qftp::host::HostError;

/// The subject of a call: the same code means something else for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Subject {
    /// A session.
    Login,
    /// A remote file or directory that should be there.
    Existing,
    /// An AT command that the caller wrote, who wants the answer as it was.
    Line,
    /// Anything else.
    Other,
}

/// Names what a call was asked for: its error begins with that.
#[derive(Clone, Copy, Debug)]
pub(crate) struct About<'a> {
    subject: Subject,
    action: Option<&'static str>,
    name: Option<&'a [u8]>,
}

impl<'a> About<'a> {
    /// A session.
    pub(crate) const LOGIN: About<'static> = About {
        subject: Subject::Login,
        action: Some("log in"),
        name: None,
    };
    /// An AT command of the caller.
    pub(crate) const LINE: About<'static> = About {
        subject: Subject::Line,
        action: None,
        name: None,
    };
    /// A call whose error speaks for itself.
    pub(crate) const OTHER: About<'static> = About {
        subject: Subject::Other,
        action: None,
        name: None,
    };

    /// Names an action on a remote file or directory that should be there.
    pub(crate) fn existing(action: &'static str, name: &'a [u8]) -> Self {
        About {
            subject: Subject::Existing,
            ..About::new(action, name)
        }
    }

    /// Names an action on something that need not be there.
    pub(crate) fn new(action: &'static str, name: &'a [u8]) -> Self {
        About {
            subject: Subject::Other,
            action: Some(action),
            name: Some(name).filter(|name| !name.is_empty()),
        }
    }
}

/// Makes an exception of `qftp.errors`.
pub(crate) fn new(py: Python<'_>, class: &str, message: &str) -> PyErr {
    match instance(py, class, message) {
        Ok(instance) => PyErr::from_value(instance),
        Err(error) => error,
    }
}

fn instance<'py>(py: Python<'py>, class: &str, message: &str) -> PyResult<Bound<'py, PyAny>> {
    py.import("qftp.errors")?.getattr(class)?.call1((message,))
}

/// Returns the exception for an error of the client.
pub(crate) fn of(py: Python<'_>, error: Error, about: About<'_>) -> PyErr {
    match error {
        // The class that Python's own file functions raise.
        Error::Local { source } => source.into(),
        Error::Replay(error) => PyOSError::new_err(error.to_string()),
        error => described(py, &error, about).unwrap_or_else(|failed| failed),
    }
}

fn described(py: Python<'_>, error: &Error, about: About<'_>) -> PyResult<PyErr> {
    let name = about.name.map(String::from_utf8_lossy);
    let sentence = match about.subject {
        Subject::Line => error.describe(),
        _ => error.sentence(about.action, name.as_deref()),
    };
    let exception = instance(py, class(error.kind(), about.subject), &sentence)?;
    let detail = Some(error.describe()).filter(|detail| *detail != sentence);
    let hint = error.hint_for(about.action);
    let mut notes = Vec::new();
    if let Some(detail) = &detail {
        exception.setattr("detail", detail)?;
        notes.push(detail.clone());
    }
    if let Some(hint) = hint {
        exception.setattr("hint", hint)?;
        notes.push(format!("hint: {hint}"));
    }
    if !notes.is_empty() {
        // What `add_note` of Python 3.11 fills; a traceback shows it.
        exception.setattr("__notes__", notes)?;
    }
    if let Some(code) = error.module_code() {
        exception.setattr("module_code", code.0)?;
        exception.setattr("raw_code", error.raw_code())?;
        exception.setattr("name", code.entry().map_or("", |entry| entry.name))?;
        exception.setattr("stands_for", code.stands_for().map(|reply| reply.0))?;
        exception.setattr("ftp_reply", error.ftp_reply().map(|reply| reply.0))?;
    }
    if let Some(confirmed) = error.bytes_confirmed() {
        exception.setattr("bytes_confirmed", confirmed)?;
    }
    if let Some(expected) = error.bytes_expected() {
        exception.setattr("expected", expected)?;
    }
    if let Some(attempts) = error.attempts() {
        exception.setattr("attempts", attempts)?;
    }
    if let Error::ContentDiffers { position, .. } = error {
        exception.setattr("position", position)?;
    }
    if let Error::Host(HostError::ChecksumMismatch {
        expected, found, ..
    }) = error
    {
        exception.setattr("expected", expected)?;
        exception.setattr("found", found)?;
    }
    Ok(PyErr::from_value(exception))
}

/// Another class for one thing that is asked.
type Special = Option<(Subject, &'static str)>;

/// The class of every kind of error, and another one where it depends on what was asked.
const BY_KIND: &[(ErrorKind, &str, Special)] = &[
    (ErrorKind::InvalidArgument, "UsageError", None),
    (ErrorKind::Busy, "BusyError", None),
    (ErrorKind::Unsupported, "UnsupportedError", None),
    (ErrorKind::UnknownModule, "UnsupportedError", None),
    (ErrorKind::PortUrl, "UsageError", None),
    (ErrorKind::PortMissing, "PortNotFoundError", None),
    (ErrorKind::PortPermission, "PortPermissionError", None),
    (ErrorKind::PortBusy, "PortError", None),
    (ErrorKind::Port, "PortError", None),
    (ErrorKind::Line, "LineError", None),
    (ErrorKind::NoAnswer, "OperationTimeout", None),
    (ErrorKind::FinalError, "CommandError", None),
    (ErrorKind::UnexpectedLine, "ProtocolError", None),
    (ErrorKind::Restarted, "LineError", None),
    (ErrorKind::Unexplained, "ModuleError", AT_LOGIN),
    (ErrorKind::Module, "ModuleError", None),
    (ErrorKind::ServerName, "ModuleError", None),
    (ErrorKind::Unreachable, "ModuleError", None),
    (ErrorKind::ConnectionLost, "ModuleError", None),
    (ErrorKind::ServerTimeout, "ModuleTimeoutError", None),
    (ErrorKind::ServerRefused, "ModuleError", None),
    (ErrorKind::OtherReply, "ModuleError", AT_LOGIN),
    (ErrorKind::LoginRefused, "LoginError", None),
    (ErrorKind::FileUnavailable, "RemoteFileError", EXISTING),
    (ErrorKind::FileRefused, "RemoteFileError", None),
    (ErrorKind::Tls, "TlsError", None),
    (ErrorKind::NotListed, "RemoteFileNotFoundError", None),
    (ErrorKind::SizeUnknown, "UnsupportedError", None),
    (ErrorKind::Incomplete, "IncompleteError", None),
    (ErrorKind::ChecksumMismatch, "ChecksumError", None),
    // Raised as the class that Python's own file functions raise.
    (ErrorKind::Local, "OSError", None),
    (ErrorKind::Cancelled, "Error", None),
    (ErrorKind::Internal, "InternalError", None),
];
/// A module that gives no reason for a refused login.
const AT_LOGIN: Special = Some((Subject::Login, "LoginError"));
/// Something that should have been there.
const EXISTING: Special = Some((Subject::Existing, "RemoteFileNotFoundError"));

fn class(kind: ErrorKind, about: Subject) -> &'static str {
    let row = BY_KIND.iter().find(|(listed, ..)| *listed == kind);
    match row {
        Some((_, _, Some((special, class)))) if *special == about => class,
        Some((_, class, _)) => class,
        // A kind that a later version of the core adds.
        None => "Error",
    }
}

/// Returns the kind, the class and the class for a special case of every error, for the tests.
#[pyfunction]
pub(crate) fn error_kinds() -> Vec<(&'static str, &'static str, Option<&'static str>)> {
    let kinds = ErrorKind::ALL.iter().map(|kind| {
        let row = BY_KIND.iter().find(|(listed, ..)| listed == kind);
        let (class, special) = row.map_or(("", None), |(_, class, special)| (*class, *special));
        (kind.name(), class, special.map(|(_, class)| class))
    });
    kinds.collect()
}
