//! Errors of a call, reported by a status, with details in `qftp_error`.

use core::ffi::c_char;

use alloc::boxed::Box;
use alloc::format;
use alloc::string::{String, ToString as _};

use qftp::ErrorKind;
use qftp::host::HostError;

use crate::convert;
use crate::status::{self, qftp_status};
use crate::versioned_struct::Sized32;

/// Details of a failed call. Set the size before (QFTP_INIT).
#[repr(C)]
#[derive(Clone, Copy)]
pub struct qftp_error {
    /// sizeof(qftp_error), set by QFTP_INIT.
    pub size: u32,
    /// Status of the call; QFTP_OK if it did not fail.
    pub status: i32,
    /// The module's FTP code, 601 to 631 whatever the dialect; 0 if there is none.
    pub module_code: u32,
    /// The number as the module printed it: module_code itself, negative in dialect gsm, 0 if there is none.
    pub raw_code: i32,
    /// The FTP server's reply code, 100 to 599; 0 if there is none.
    pub ftp_reply: u32,
    /// Tries of a transfer that was tried more than once or left a part in place; else 0.
    pub attempts: u32,
    /// Bytes known to be in place after a transfer that failed, from the start of the local file or from the first byte of
    /// a callback; else 0.
    pub bytes_confirmed: u64,
    /// The failure in one English sentence, cut to fit: of a client without AT commands and numbers of the module, which
    /// qftp_client_last_detail has.
    pub message: [c_char; 256],
    /// Advice in one English sentence, cut to fit; "" if there is none.
    pub hint: [c_char; 256],
}

// SAFETY: integers and arrays of them, the size first.
unsafe impl Sized32 for qftp_error {}

impl Default for qftp_error {
    fn default() -> Self {
        qftp_error {
            size: 0,
            status: qftp_status::QFTP_OK as i32,
            module_code: 0,
            raw_code: 0,
            ftp_reply: 0,
            attempts: 0,
            bytes_confirmed: 0,
            message: [0; 256],
            hint: [0; 256],
        }
    }
}

/// The reason that a call failed.
pub enum Fault {
    /// This argument is NULL and must not be.
    Null(&'static str),
    /// The library or this build of it says no.
    Told(qftp_status, String),
    /// A buffer is too small.
    Buffer {
        /// Bytes that would do.
        needed: u64,
    },
    /// An operation failed.
    Failed {
        /// The number of the failure.
        status: qftp_status,
        /// Its details.
        error: Box<qftp_error>,
        /// The message with the AT command and the numbers of the module.
        detail: String,
    },
}

impl From<HostError> for Fault {
    fn from(error: HostError) -> Self {
        Fault::failed(
            error.kind(),
            qftp_error {
                module_code: error.module_code().map_or(0, |code| code.0.into()),
                raw_code: error.raw_code().unwrap_or(0),
                ftp_reply: error.ftp_reply().map_or(0, |code| code.0.into()),
                bytes_confirmed: error.bytes_confirmed().unwrap_or(0),
                ..qftp_error::of_text(&described(&error), error.hint())
            },
        )
    }
}

/// Returns the message of an error with its causes, as the client gives it.
fn described(error: &dyn core::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}

#[cfg(feature = "std")]
impl From<qftp::client::Error> for Fault {
    fn from(error: qftp::client::Error) -> Self {
        Fault::of_client(&error, &error.sentence(None, None), error.hint_for(None))
    }
}

impl qftp_error {
    /// Returns the details of a failure that has a message, and perhaps advice.
    pub fn of_text(message: &str, hint: Option<&str>) -> Self {
        qftp_error {
            message: convert::fixed(message),
            hint: convert::fixed(hint.unwrap_or("")),
            ..qftp_error::default()
        }
    }
}

impl Fault {
    /// Returns the fault of an operation that failed; its status is that of the kind.
    pub fn failed(kind: ErrorKind, error: qftp_error) -> Self {
        let status = status::of_kind(kind);
        let error = Box::new(qftp_error {
            status: status as i32,
            ..error
        });
        Fault::Failed {
            status,
            error,
            detail: String::new(),
        }
    }

    /// Returns the fault of a client's error, with a sentence for it and what to try.
    #[cfg(feature = "std")]
    pub fn of_client(
        error: &qftp::client::Error,
        sentence: &str,
        hint: Option<&'static str>,
    ) -> Self {
        let status = status::of_kind(error.kind());
        Fault::Failed {
            status,
            error: Box::new(qftp_error {
                status: status as i32,
                module_code: error.module_code().map_or(0, |code| code.0.into()),
                raw_code: error.raw_code().unwrap_or(0),
                ftp_reply: error.ftp_reply().map_or(0, |code| code.0.into()),
                attempts: error.attempts().unwrap_or(0),
                bytes_confirmed: error.bytes_confirmed().unwrap_or(0),
                ..qftp_error::of_text(sentence, hint)
            }),
            detail: error.describe(),
        }
    }

    /// Returns the message with the AT command and the numbers of the module; the plain one where there is no more.
    #[cfg(feature = "std")]
    pub fn into_detail(self) -> String {
        match self {
            Fault::Failed { detail, .. } => detail,
            Fault::Told(_, message) => message,
            Fault::Null(_) | Fault::Buffer { .. } => String::new(),
        }
    }

    /// Returns the fault of an argument that does not fit.
    pub fn argument(message: impl Into<String>) -> Self {
        Fault::Told(qftp_status::QFTP_ERR_ARGUMENT, message.into())
    }

    /// Returns the fault's number.
    pub fn status(&self) -> qftp_status {
        match self {
            Fault::Null(_) => qftp_status::QFTP_ERR_ARGUMENT,
            Fault::Buffer { .. } => qftp_status::QFTP_ERR_BUFFER,
            Fault::Told(status, _) | Fault::Failed { status, .. } => *status,
        }
    }

    /// Returns all of it, for the program.
    pub fn to_error(&self) -> qftp_error {
        let message = match self {
            Fault::Null(name) => &format!("{name} is NULL"),
            Fault::Told(_, message) => message,
            Fault::Buffer { needed } => {
                &format!("the buffer is too small: {needed} bytes are needed")
            }
            Fault::Failed { error, .. } => return **error,
        };
        qftp_error {
            status: self.status() as i32,
            message: convert::fixed(message),
            ..qftp_error::default()
        }
    }
}
