//! The functions of the program that the library calls.

use std::ffi::{c_char, c_int, c_void};
use std::io::{self, Read, Write};

use qftp::client::{Cancel, LineLog, RetryNotice, Warning};

use qftp_ffi_shared::callback::terminated;

use crate::error::Fault;
use crate::ptr::{
    Callback, LineFunction, LogFunction, ProgressFunction, ReadFunction, UrcFunction, WriteFunction,
};
use crate::sentinel::QFTP_UNKNOWN;
use crate::status::qftp_status::QFTP_ERR_CANCELLED;

/// Receives the progress of a transfer. After a failure it goes back to the place where the transfer goes on.
///
/// @param done   Bytes moved so far.
/// @param total  Bytes that there are to move; QFTP_UNKNOWN if that is not known.
/// @param user   The pointer given with the callback.
/// @return       0 to go on; anything else cancels the transfer.
pub type qftp_progress_cb =
    Option<unsafe extern "C" fn(done: u64, total: u64, user: *mut c_void) -> c_int>;

/// Supplies payload to send.
///
/// @param buffer  Where to store it.
/// @param size    Bytes that fit.
/// @param length  Gets how many bytes were stored; 0 is the end of the payload.
/// @param user    The pointer given with the callback.
/// @return        0 to go on; anything else fails the transfer with QFTP_ERR_LOCAL.
pub type qftp_read_cb = Option<
    unsafe extern "C" fn(
        buffer: *mut c_void,
        size: usize,
        length: *mut usize,
        user: *mut c_void,
    ) -> c_int,
>;

/// Takes payload that has arrived, all of it.
///
/// @param data    The payload.
/// @param length  Bytes of it.
/// @param user    The pointer given with the callback.
/// @return        0 to go on; anything else fails the transfer with QFTP_ERR_LOCAL.
pub type qftp_write_cb =
    Option<unsafe extern "C" fn(data: *const c_void, length: usize, user: *mut c_void) -> c_int>;

/// Receives a line of a response or a listing.
///
/// @param line    The line without its line end, with a NUL.
/// @param length  Bytes of it without the NUL.
/// @param user    The pointer given with the callback.
/// @return        0 to go on; anything else ends the call with QFTP_ERR_CANCELLED.
pub type qftp_line_cb =
    Option<unsafe extern "C" fn(line: *const c_char, length: usize, user: *mut c_void) -> c_int>;

/// Receives a line of the conversation with the module. Passwords are redacted, payload is not shown.
///
/// @param sent    1 if the host sent the line, 0 if the module did, 2 if it is a warning of the library, or its
///                notice that a transfer is tried again.
/// @param line    The line without its line end, with a NUL.
/// @param length  Bytes of it without the NUL.
/// @param user    The pointer given with the callback.
pub type qftp_log_cb = Option<
    unsafe extern "C" fn(sent: c_int, line: *const c_char, length: usize, user: *mut c_void),
>;

/// Adapts a callback for [`qftp::client::Client::on_urc`].
pub(crate) fn on_urc(callback: Callback<UrcFunction>) -> impl FnMut(&[u8]) + Send + 'static {
    move |line: &[u8]| callback.call(&terminated(line))
}

/// Adapts a callback for [`qftp::client::ClientOptions::on_line`].
pub(crate) fn on_log(callback: Callback<LogFunction>) -> impl FnMut(LineLog<'_>) + Send + 'static {
    move |log: LineLog<'_>| callback.call(log.sent.into(), &terminated(&log.text))
}

/// `sent` of a warning.
const WARNING: c_int = 2;

/// Adapts a callback for [`qftp::client::Client::on_warning`]: the log callback takes warnings too.
pub(crate) fn on_warning(callback: Callback<LogFunction>) -> impl FnMut(Warning) + Send + 'static {
    move |warning: Warning| callback.call(WARNING, &terminated(warning.to_string().as_bytes()))
}

/// Adapts a callback for [`qftp::client::Client::on_retry`]: the log callback takes notices too.
pub(crate) fn on_retry(
    callback: Callback<LogFunction>,
) -> impl FnMut(&RetryNotice) + Send + 'static {
    move |notice: &RetryNotice| callback.call(WARNING, &terminated(notice.to_string().as_bytes()))
}

/// Hands out lines until the callback refuses one.
pub(crate) fn each_line<'a>(
    lines: impl Iterator<Item = &'a [u8]>,
    callback: Callback<LineFunction>,
) -> Result<(), Fault> {
    for line in lines {
        if callback.call(&terminated(line)) != 0 {
            return Err(refused());
        }
    }
    Ok(())
}

/// Returns the failure of a call whose callback wants no more.
pub(crate) fn refused() -> Fault {
    Fault::Told(QFTP_ERR_CANCELLED, "cancelled by the callback".into())
}

/// Adapts a progress callback; where that does not return 0, the transfer is cancelled.
pub(crate) fn on_progress(
    callback: Callback<ProgressFunction>,
    cancel: &Cancel,
) -> impl FnMut(u64, Option<u64>) + '_ {
    move |done, total: Option<u64>| {
        if callback.call(done, total.unwrap_or(QFTP_UNKNOWN)) != 0 {
            cancel.cancel();
        }
    }
}

/// A read callback as a reader.
pub(crate) struct Source(pub(crate) Callback<ReadFunction>);

impl Read for Source {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.0.call(buffer) {
            (0, length) if length <= buffer.len() => Ok(length),
            (0, _) => Err(io::Error::other(
                "the read callback stored more than there was room for",
            )),
            (answer, _) => Err(io::Error::other(format!(
                "the read callback returned {answer}"
            ))),
        }
    }
}

/// A write callback as a writer.
pub(crate) struct Sink(pub(crate) Callback<WriteFunction>);

impl Write for Sink {
    fn write(&mut self, data: &[u8]) -> io::Result<usize> {
        match self.0.call(data) {
            0 => Ok(data.len()),
            answer => Err(io::Error::other(format!(
                "the write callback returned {answer}"
            ))),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
