//! Errors of a call, reported by a status, with details in `qftp_error`.

use std::ffi::c_char;

use qftp::client::Error;

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
    /// Bytes known to be in place, after QFTP_ERR_INCOMPLETE and QFTP_ERR_CANCELLED; else 0.
    pub bytes_confirmed: u64,
    /// The failure in one English sentence, cut to fit.
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
#[derive(Debug)]
pub(crate) enum Fault {
    /// This argument is NULL and must not be.
    Null(&'static str),
    /// The library or this build of it says no.
    Told(qftp_status, String),
    /// A buffer is too small.
    Buffer {
        /// Bytes that would do.
        needed: u64,
    },
    /// The client failed.
    Client(Error),
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        Fault::Client(error)
    }
}

impl Fault {
    /// Returns the fault of an argument that does not fit.
    pub(crate) fn argument(message: impl Into<String>) -> Self {
        Fault::Told(qftp_status::QFTP_ERR_ARGUMENT, message.into())
    }

    /// Returns the fault's number.
    pub(crate) fn status(&self) -> qftp_status {
        match self {
            Fault::Null(_) => qftp_status::QFTP_ERR_ARGUMENT,
            Fault::Told(status, _) => *status,
            Fault::Buffer { .. } => qftp_status::QFTP_ERR_BUFFER,
            Fault::Client(error) => status::of_kind(error.kind()),
        }
    }

    /// Returns all of it, for the program.
    pub(crate) fn to_error(&self) -> qftp_error {
        let mut error = qftp_error {
            status: self.status() as i32,
            message: convert::fixed(&self.message()),
            ..qftp_error::default()
        };
        let Fault::Client(of) = self else {
            return error;
        };
        error.module_code = of.module_code().map_or(0, |code| code.0.into());
        error.ftp_reply = of.ftp_reply().map_or(0, |code| code.0.into());
        error.hint = convert::fixed(of.hint().unwrap_or(""));
        error.raw_code = of.raw_code().unwrap_or(0);
        error.attempts = of.attempts().unwrap_or(0);
        error.bytes_confirmed = of.bytes_confirmed().unwrap_or(0);
        error
    }

    fn message(&self) -> String {
        match self {
            Fault::Null(name) => format!("{name} is NULL"),
            Fault::Told(_, message) => message.clone(),
            Fault::Buffer { needed } => {
                format!("the buffer is too small: {needed} bytes are needed")
            }
            Fault::Client(error) => error.describe(),
        }
    }
}
