//! Chooses the exception for an error. The classes are written in Python, in `qftp/errors.py`: with the stable ABI of
//! Python before 3.12, a class made here cannot derive from `OSError`.

use pyo3::prelude::*;
use qftp::client::Error;
use qftp::codes;
use qftp::port::PortError;

/// The subject of a call: the same code means something else for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum About {
    /// A session.
    Login,
    /// A remote file or directory that should be there.
    Existing,
    /// Anything else.
    Other,
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
pub(crate) fn of(py: Python<'_>, error: Error, about: About) -> PyErr {
    match error {
        // The class that Python's own file functions raise.
        Error::Local { source } => source.into(),
        error => described(py, &error, about).unwrap_or_else(|failed| failed),
    }
}

fn described(py: Python<'_>, error: &Error, about: About) -> PyResult<PyErr> {
    let exception = instance(py, class(error, about), &error.to_string())?;
    if let Some(hint) = error.hint() {
        exception.setattr("hint", hint)?;
    }
    match error {
        Error::Module { code, reply, .. } => {
            exception.setattr("code", code)?;
            exception.setattr("raw_code", error.raw_code())?;
            let known = codes::lookup(*code);
            exception.setattr("name", known.map_or("", |code| code.name))?;
            let stands_for = known.map(|code| code.reply).filter(|reply| *reply != 0);
            exception.setattr("stands_for", stands_for)?;
            exception.setattr("ftp_reply", reply)?;
        }
        Error::Incomplete {
            bytes_confirmed,
            expected,
            ..
        } => {
            exception.setattr("bytes_confirmed", bytes_confirmed)?;
            exception.setattr("expected", expected)?;
        }
        _ => {}
    }
    Ok(PyErr::from_value(exception))
}

fn class(error: &Error, about: About) -> &'static str {
    match error {
        Error::Port(PortError::Url { .. }) | Error::InvalidArgument(_) => "UsageError",
        Error::Port(PortError::Missing { .. }) => "PortNotFoundError",
        Error::Port(PortError::Permission { .. }) => "PortPermissionError",
        Error::Port(_) => "PortError",
        Error::Line(_) | Error::Restarted { .. } => "LineError",
        Error::UnknownModule { .. } | Error::Unsupported { .. } => "UnsupportedError",
        Error::NoAnswer { .. } => "OperationTimeout",
        Error::FinalError { .. } => "CommandError",
        Error::Module { code, .. } => module_class(*code, about),
        Error::NotListed { .. } => "RemoteFileNotFoundError",
        Error::Incomplete { .. } => "IncompleteError",
        Error::Unexpected(_) => "ProtocolError",
        // `Error` may grow.
        _ => "Error",
    }
}

/// Chooses the class by the FTP reply that the code stands for.
fn module_class(code: u16, about: About) -> &'static str {
    let reply = codes::lookup(code).map_or(0, |code| code.reply);
    match (reply, about) {
        (530 | 532, _) => "LoginError",
        (550, About::Existing) => "RemoteFileNotFoundError",
        (450 | 452 | 550..=553, _) => "RemoteFileError",
        // A module that gives no reason.
        (0, About::Login) if code == codes::UNKNOWN => "LoginError",
        (0, _) if code == codes::TLS => "TlsError",
        (0, _) if code == codes::TIMEOUT => "ModuleTimeoutError",
        _ => "ModuleError",
    }
}
