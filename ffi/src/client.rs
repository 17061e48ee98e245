//! `qftp_client`: the blocking client on a port.

use std::ffi::c_char;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use qftp::client::{Client, Options};

use crate::fault::{Fault, qftp_error};
use crate::handle::{Handle, Opaque, guard};
use crate::sized;
use crate::status::qftp_status::{self, QFTP_ERR_ARGUMENT, QFTP_OK};
use crate::text;

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

impl Opaque for qftp_client {
    type Inner = Session;
    /// Becomes true when the running call is to end.
    type Shared = Arc<AtomicBool>;
}

/// Opens a port and asks the module on it what it is. Blocks for at most some seconds.
///
/// url: "/dev/ttyUSB2", "/dev/ttyUSB2?baud=921600&rtscts=1", "socket://host:port", "unix:///path", "soft://ec2x"; UTF-8.
/// client: gets the handle, which belongs to the caller: qftp_client_free.
/// error: if not NULL, gets the details of a failure, as there is no handle then to ask; set its size.
///
/// Errors: QFTP_ERR_ARGUMENT, QFTP_ERR_PORT, QFTP_ERR_PORT_BUSY, QFTP_ERR_LINE, QFTP_ERR_NO_ANSWER,
/// QFTP_ERR_UNKNOWN_MODULE, QFTP_ERR_REFUSED.
/// May be called from any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_client_open(
    url: *const c_char,
    client: *mut *mut qftp_client,
    error: *mut qftp_error,
) -> qftp_status {
    // SAFETY: the pointers are as the header says.
    guard(|| unsafe {
        if !error.is_null() && sized::required(error, "error").is_err() {
            return QFTP_ERR_ARGUMENT;
        }
        let (status, told) = match open(url, client) {
            Ok(()) => (QFTP_OK, qftp_error::default()),
            Err(fault) => (fault.status(), fault.to_error()),
        };
        if !error.is_null() && sized::write(error, "error", &told).is_err() {
            return QFTP_ERR_ARGUMENT;
        }
        status
    })
}

unsafe fn open(url: *const c_char, out: *mut *mut qftp_client) -> Result<(), Fault> {
    text::required(out, "client")?;
    // SAFETY: the pointers are as the header says.
    let url = unsafe { text::utf8(url, "url") }?;
    let cancel = Arc::new(AtomicBool::new(false));
    let options = Options {
        dialect: None,
        cancel: Some(Arc::clone(&cancel)),
    };
    let session = Session {
        client: Client::open_with(url, options)?,
        last_error: qftp_error::default(),
    };
    // SAFETY: the pointers are as the header says.
    unsafe { text::store(out, Handle::into_raw(session, cancel)) };
    Ok(())
}

/// Closes the port and frees the client. A session that is open is not closed: qftp_client_close does that. NULL is
/// fine.
///
/// May be called from any thread. While a call runs on the client, also from a callback of it, the client is freed
/// when that call has ended. The pointer must not be used afterwards.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_client_free(client: *mut qftp_client) {
    // SAFETY: the pointer is as the header says.
    unsafe { Handle::free(client) };
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
            // What was asked of the calls before is over.
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
