//! Functions of the program that the library calls, and what carries them into the client.

use std::ffi::{CString, c_char, c_int, c_void};
use std::io::{self, Read, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use qftp::client::{LineLog, Warning};

use crate::error::Fault;
use crate::status::qftp_status::QFTP_ERR_CANCELLED;

/// Called as payload moves: how many bytes so far, and of how many (QFTP_UNKNOWN if that is not known). Anything but 0
/// cancels the transfer.
pub type qftp_progress_cb =
    Option<unsafe extern "C" fn(done: u64, total: u64, user: *mut c_void) -> c_int>;

/// Asked for payload to send: stores at most size bytes at buffer and how many they are in *length, 0 for the end.
/// Anything but 0 returned fails the transfer with QFTP_ERR_LOCAL.
pub type qftp_read_cb = Option<
    unsafe extern "C" fn(
        buffer: *mut c_void,
        size: usize,
        length: *mut usize,
        user: *mut c_void,
    ) -> c_int,
>;

/// Given payload that has come: all of it has to be taken. Anything but 0 returned fails the transfer with
/// QFTP_ERR_LOCAL.
pub type qftp_write_cb =
    Option<unsafe extern "C" fn(data: *const c_void, length: usize, user: *mut c_void) -> c_int>;

/// Given a line of an answer or a listing, without its line end; it ends with NUL, which length does not count.
/// Anything but 0 returned ends the call with QFTP_ERR_CANCELLED.
pub type qftp_line_cb =
    Option<unsafe extern "C" fn(line: *const c_char, length: usize, user: *mut c_void) -> c_int>;

/// Given an unsolicited line, without its line end; it ends with NUL, which length does not count.
pub type qftp_urc_cb =
    Option<unsafe extern "C" fn(line: *const c_char, length: usize, user: *mut c_void)>;

/// Given a line of the conversation, without its line end; it ends with NUL, which length does not count. sent is 1 if
/// the host sent it, 0 if the module did, 2 if neither did: it is a warning of the library. Passwords are redacted, payload
/// is not shown.
pub type qftp_log_cb = Option<
    unsafe extern "C" fn(sent: c_int, line: *const c_char, length: usize, user: *mut c_void),
>;

/// The log callback, as the client takes it.
type OnLine = Box<dyn FnMut(LineLog<'_>) + Send>;

/// The program's own pointer, handed back to it.
pub(crate) struct User(pub(crate) *mut c_void);

// SAFETY: the library never looks through it; the header says that callbacks run on the thread of the call.
unsafe impl Send for User {}

impl User {
    /// Taken by a method, so that a closure takes the `User` and not its pointer.
    fn pointer(&self) -> *mut c_void {
        self.0
    }
}

/// A string with its NUL. A line has none inside; if it had one, the string would end there.
pub(crate) fn terminated(line: &[u8]) -> CString {
    let end = line.iter().position(|byte| *byte == 0);
    CString::new(&line[..end.unwrap_or(line.len())]).unwrap_or_default()
}

/// For [`qftp::client::Client::on_urc`].
pub(super) fn on_urc(
    callback: qftp_urc_cb,
    user: User,
) -> Option<impl FnMut(&[u8]) + Send + 'static> {
    let callback = callback?;
    Some(move |line: &[u8]| {
        let text = terminated(line);
        // SAFETY: the program gave function and pointer for each other; the text lives through the call.
        unsafe { callback(text.as_ptr(), text.as_bytes().len(), user.pointer()) };
    })
}

/// For [`qftp::client::Client::with_log`].
pub(super) fn on_log(callback: qftp_log_cb, user: User) -> Option<OnLine> {
    let callback = callback?;
    Some(Box::new(move |log: LineLog<'_>| {
        let text = terminated(&log.text);
        let sent = c_int::from(log.sent);
        // SAFETY: as above.
        unsafe { callback(sent, text.as_ptr(), text.as_bytes().len(), user.pointer()) };
    }))
}

/// `sent` of a warning.
const WARNING: c_int = 2;

/// For [`qftp::client::Client::on_warning`]: the log callback takes warnings too.
pub(super) fn on_warning(
    callback: qftp_log_cb,
    user: User,
) -> Option<impl FnMut(Warning) + Send + 'static> {
    let callback = callback?;
    Some(move |warning: Warning| {
        let text = terminated(warning.to_string().as_bytes());
        // SAFETY: as above.
        unsafe {
            callback(
                WARNING,
                text.as_ptr(),
                text.as_bytes().len(),
                user.pointer(),
            );
        };
    })
}

/// Hands out lines until one is refused.
pub(super) fn each_line<'a>(
    lines: impl Iterator<Item = &'a [u8]>,
    callback: qftp_line_cb,
    user: *mut c_void,
) -> Result<(), Fault> {
    let callback = callback.ok_or(Fault::Null("callback"))?;
    for line in lines {
        let text = terminated(line);
        // SAFETY: as above.
        if unsafe { callback(text.as_ptr(), text.as_bytes().len(), user) } != 0 {
            return Err(refused());
        }
    }
    Ok(())
}

/// A callback wants no more.
pub(super) fn refused() -> Fault {
    Fault::Told(QFTP_ERR_CANCELLED, "cancelled by the callback".into())
}

/// Tells the progress, and cancels where that is the answer.
pub(super) fn on_progress(
    callback: qftp_progress_cb,
    user: *mut c_void,
    cancel: &AtomicBool,
) -> Option<impl FnMut(u64, Option<u64>) + '_> {
    let callback = callback?;
    Some(move |done, total: Option<u64>| {
        let total = total.unwrap_or(super::transfer::QFTP_UNKNOWN);
        // SAFETY: as above.
        if unsafe { callback(done, total, user) } != 0 {
            cancel.store(true, Ordering::Relaxed);
        }
    })
}

/// A read callback as a reader.
pub(super) struct Source {
    callback: unsafe extern "C" fn(*mut c_void, usize, *mut usize, *mut c_void) -> c_int,
    user: *mut c_void,
}

impl Source {
    pub(super) fn new(callback: qftp_read_cb, user: *mut c_void) -> Result<Self, Fault> {
        let callback = callback.ok_or(Fault::Null("callback"))?;
        Ok(Source { callback, user })
    }
}

impl Read for Source {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut length = 0;
        // SAFETY: as above; the buffer has that size.
        let answer = unsafe {
            (self.callback)(
                buffer.as_mut_ptr().cast(),
                buffer.len(),
                &raw mut length,
                self.user,
            )
        };
        match answer {
            0 if length <= buffer.len() => Ok(length),
            0 => Err(io::Error::other(
                "the read callback stored more than there was room for",
            )),
            answer => Err(io::Error::other(format!(
                "the read callback returned {answer}"
            ))),
        }
    }
}

/// A write callback as a writer.
pub(super) struct Sink {
    callback: unsafe extern "C" fn(*const c_void, usize, *mut c_void) -> c_int,
    user: *mut c_void,
}

impl Sink {
    pub(super) fn new(callback: qftp_write_cb, user: *mut c_void) -> Result<Self, Fault> {
        let callback = callback.ok_or(Fault::Null("callback"))?;
        Ok(Sink { callback, user })
    }
}

impl Write for Sink {
    fn write(&mut self, data: &[u8]) -> io::Result<usize> {
        // SAFETY: as above; the data has that length.
        match unsafe { (self.callback)(data.as_ptr().cast(), data.len(), self.user) } {
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
