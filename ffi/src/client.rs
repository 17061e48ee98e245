//! `qftp_client`: the blocking client on a port.

// Apart from each other, so that they stay in the order of the header.
pub mod callback;

pub mod session;

pub mod transfer;

pub mod listing;

pub mod store;

pub mod line;

use std::ffi::{c_char, c_void};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use qftp::client::{Client, Options};
use qftp::{dialect, port};

use crate::client::callback::{User, qftp_log_cb, qftp_urc_cb};
use crate::convert;
use crate::error::{Fault, qftp_error};
use crate::handle::{Handle, Opaque, guard};
use crate::status::qftp_status::{self, QFTP_ERR_ARGUMENT, QFTP_OK};
use crate::versioned_struct::{self, Sized32};

/// A module on a port. Made by qftp_client_open, freed by qftp_client_free.
pub struct qftp_client {
    _opaque: [u8; 0],
}

/// What a call on a client works on.
pub(crate) struct Session {
    pub(crate) client: Client,
    /// Of the last call; its status is QFTP_OK if that succeeded.
    last_error: qftp_error,
}

/// A handle may move between threads.
const _: fn() = || {
    fn moves_between_threads<T: Send>() {}
    moves_between_threads::<Session>();
};

impl Opaque for qftp_client {
    type Inner = Session;
    /// Becomes true when the running call is to end.
    type Shared = Arc<AtomicBool>;
}

/// How a client is opened. QFTP_INIT, then set what shall differ from the default.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct qftp_client_options {
    /// sizeof(qftp_client_options), set by QFTP_INIT.
    pub size: u32,
    /// Not used, 0.
    pub reserved: u32,
    /// "ec20", "ec2x", "bg96", "gsm" or "nl668": speak this dialect. NULL: ask the module what it is.
    pub dialect: *const c_char,
    /// Called with every unsolicited line, from the first on; may be NULL.
    pub on_urc: qftp_urc_cb,
    /// For on_urc.
    pub urc_user: *mut c_void,
    /// Called with every line sent or received, from the first on; may be NULL.
    pub on_log: qftp_log_cb,
    /// For on_log.
    pub log_user: *mut c_void,
}

// SAFETY: integers, pointers and optional functions, the size first.
unsafe impl Sized32 for qftp_client_options {}

/// Opens a port and asks the module on it what it is. Blocks for some seconds at most.
///
/// - url: "/dev/ttyUSB2", "/dev/ttyUSB2?baud=921600&rtscts=1", "socket://host:port", "unix:///path", "emulator://ec2x"; UTF-8.
/// - options: NULL for the defaults.
/// - client: gets the handle, which belongs to the caller: qftp_client_free.
/// - error: if not NULL, gets the details of a failure, as there is no handle then to ask; set its size (QFTP_INIT).
///
/// Errors: QFTP_ERR_ARGUMENT, QFTP_ERR_PORT, QFTP_ERR_PORT_BUSY, QFTP_ERR_LINE, QFTP_ERR_NO_ANSWER,
/// QFTP_ERR_UNKNOWN_MODULE, QFTP_ERR_REFUSED.
/// May be called from any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_client_open(
    url: *const c_char,
    options: *const qftp_client_options,
    client: *mut *mut qftp_client,
    error: *mut qftp_error,
) -> qftp_status {
    // SAFETY: the pointers are as the header says.
    guard(|| unsafe {
        if !error.is_null() && versioned_struct::required(error, "error").is_err() {
            return QFTP_ERR_ARGUMENT;
        }
        let (status, told) = match open(url, options, client) {
            Ok(()) => (QFTP_OK, qftp_error::default()),
            Err(fault) => (fault.status(), fault.to_error()),
        };
        if !error.is_null() && versioned_struct::write(error, "error", &told).is_err() {
            return QFTP_ERR_ARGUMENT;
        }
        status
    })
}

unsafe fn open(
    url: *const c_char,
    options: *const qftp_client_options,
    out: *mut *mut qftp_client,
) -> Result<(), Fault> {
    convert::required(out, "client")?;
    // SAFETY: the pointers are as the header says.
    unsafe {
        let url = convert::utf8(url, "url")?;
        let asked = versioned_struct::read(options, "options")?;
        let cancel = Arc::new(AtomicBool::new(false));
        let options = Options {
            dialect: chosen_dialect(asked.dialect)?,
            cancel: Some(Arc::clone(&cancel)),
        };
        let port = port::open(url).map_err(qftp::client::Error::from)?;
        let on_log = callback::on_log(asked.on_log, User(asked.log_user));
        let mut client = Client::with_log(port, options, on_log)?;
        if let Some(warn) = callback::on_warning(asked.on_log, User(asked.log_user)) {
            client.on_warning(warn);
        }
        if let Some(on_urc) = callback::on_urc(asked.on_urc, User(asked.urc_user)) {
            client.on_urc(on_urc);
        }
        let session = Session {
            client,
            last_error: qftp_error::default(),
        };
        convert::store(out, Handle::into_raw(session, cancel));
    }
    Ok(())
}

/// The dialect of this name; `None` for NULL.
unsafe fn chosen_dialect(name: *const c_char) -> Result<Option<&'static dialect::Dialect>, Fault> {
    if name.is_null() {
        return Ok(None);
    }
    // SAFETY: the pointer is as the header says.
    let name = unsafe { convert::utf8(name, "options.dialect") }?;
    match dialect::by_name(name) {
        Some(dialect) => Ok(Some(dialect)),
        None => Err(Fault::argument(format!("there is no dialect {name:?}"))),
    }
}

/// Closes the port and frees the client. A session that is open is not closed: qftp_client_logout does that, and takes the
/// module out of data mode where the last call was a transfer that was cancelled. NULL is fine.
///
/// May be called from any thread. While a call runs on the client, also from a callback of it, the client is freed
/// when that call has ended. The pointer must not be used afterwards.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_client_free(client: *mut qftp_client) {
    // SAFETY: the pointer is as the header says.
    unsafe { Handle::free(client) };
}

/// Ends the call that runs on the client: within a tenth of a second it returns QFTP_ERR_CANCELLED. What is done already
/// stays done. The next call brings the line in step first, which takes some seconds after a transfer. Where no call runs, nothing happens; a call that is about to end may still succeed.
///
/// Errors: QFTP_ERR_ARGUMENT.
/// May be called from any thread, from callbacks, and from a signal handler.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_client_cancel(client: *mut qftp_client) -> qftp_status {
    // SAFETY: the pointer is as the header says.
    match unsafe { Handle::shared(client) } {
        Some(cancel) => {
            cancel.store(true, Ordering::Relaxed);
            QFTP_OK
        }
        None => QFTP_ERR_ARGUMENT,
    }
}

/// How the last call on the client ended, in detail; its status is QFTP_OK if that call succeeded. Calls refused with
/// QFTP_ERR_BUSY do not count. Set the size of the struct before (QFTP_INIT).
///
/// Errors: QFTP_ERR_ARGUMENT, QFTP_ERR_BUSY, QFTP_ERR_INTERNAL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_client_last_error(
    client: *mut qftp_client,
    error: *mut qftp_error,
) -> qftp_status {
    // SAFETY: the pointers are as the header says.
    unsafe {
        Handle::enter(client, |session, _| {
            match versioned_struct::write(error, "error", &session.last_error) {
                Ok(()) => QFTP_OK,
                Err(fault) => fault.status(),
            }
        })
    }
}

/// Runs one call on a client and keeps why it failed.
///
/// # Safety
///
/// `client` is NULL or a client that has not been freed.
pub(crate) unsafe fn call(
    client: *mut qftp_client,
    body: impl FnOnce(&mut Session, &AtomicBool) -> Result<(), Fault>,
) -> qftp_status {
    // SAFETY: by the contract above.
    unsafe {
        Handle::enter(client, |session, cancel| {
            // Cancels of the calls before are over.
            cancel.store(false, Ordering::Relaxed);
            match body(session, cancel) {
                Ok(()) => {
                    session.last_error = qftp_error::default();
                    QFTP_OK
                }
                Err(fault) => {
                    session.last_error = fault.to_error();
                    fault.status()
                }
            }
        })
    }
}
