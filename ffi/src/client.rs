//! `qftp_client`: the blocking client on a port.

// Apart from each other, so that they stay in the order of the header.
pub mod ascii;
pub mod session;

mod asked;
pub mod last_transfer;

pub mod transfer;

pub mod tree;

pub mod listing;

pub mod store;

pub mod line;

use std::ffi::{c_char, c_void};
use std::time::Duration;

use qftp::client::{Cancel, Client, ClientOptions, SendBufferSize, TransferWay, UnknownWay};
use qftp_ffi_shared::callback::qftp_urc_cb;

use crate::callback::{self, qftp_log_cb};
use crate::dialect_name::dialect_by_name;
use crate::error::{Fault, qftp_error};
use crate::handle::{self, HandleRef, Opaque};
use crate::host::send_buffer_size;
use crate::opening::opening;
use crate::ptr::{
    handle, optional_callback, optional_struct_out, optional_text, options, out, string_out,
    struct_out, text, utf8,
};
use crate::retry::qftp_retry;
use crate::status::qftp_status::{self, QFTP_ERR_ARGUMENT, QFTP_OK};
use crate::transfer_result::qftp_transferred;
use crate::versioned_struct::Sized32;

/// A module on a port. qftp_client_open makes it, qftp_client_free frees it.
pub struct qftp_client {
    _opaque: [u8; 0],
}

/// The value that a call on a client works on.
pub struct Session {
    pub(crate) client: Client,
    /// The failure of the last call; its status is QFTP_OK if that succeeded.
    last_error: qftp_error,
    /// The failure with the AT command and the numbers of the module; "" if the last call succeeded.
    last_detail: String,
    /// The result of the last transfer that succeeded.
    pub(crate) last_transfer: qftp_transferred,
}

impl Opaque for qftp_client {
    type Inner = Session;
    /// Ends the running call.
    type Shared = Cancel;
}

/// Options of qftp_client_open. Set them up by QFTP_INIT; 0 and NULL are the defaults.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct qftp_client_options {
    /// sizeof(qftp_client_options), set by QFTP_INIT.
    pub size: u32,
    /// Failures of a transfer in a row that are tried again, without a confirmed byte between them. 0 is the default, 3;
    /// QFTP_NO_RETRY none.
    pub retries: u32,
    /// The dialect to speak: "ec20", "ec2x", "bg96", "gsm" or "nl668". NULL: ask the module what it is.
    pub dialect: *const c_char,
    /// Receives every unsolicited line, from the first on; may be NULL.
    pub on_urc: qftp_urc_cb,
    /// Handed to on_urc.
    pub urc_user: *mut c_void,
    /// Receives every line sent or received, from the first on, warnings, and notices of retries; may be NULL.
    pub on_log: qftp_log_cb,
    /// Handed to on_log.
    pub log_user: *mut c_void,
    /// Milliseconds before the first retry; each further one waits twice as long. 0 is the default, 1000.
    pub first_wait_ms: u32,
    /// The longest wait between two tries; 0 is the default, 30000 or first_wait_ms.
    pub longest_wait_ms: u32,
    /// Milliseconds after which a transfer that fails is not tried again; 0 sets no limit.
    pub max_time_ms: u32,
    /// Milliseconds for which a module that boots is waited for: its port appears, or it is silent, or says its banner. 0
    /// does not wait.
    pub wait_ms: u32,
    /// The failures that are tried again: QFTP_BIT(QFTP_ERR_LINE) | QFTP_BIT(QFTP_ERR_NO_ANSWER). 0 is the default, those
    /// that may pass.
    pub retry_on: u64,
    /// The way of files over the line: "stream", or "pieces" for nl668 firmware whose FTPSTOR and FTPRETR damage files.
    /// NULL: a stream, and pieces where the module refuses that.
    pub way: *const c_char,
    /// Not 0: take the module out of data mode before anything else is typed, which takes two seconds. For a port on which
    /// another machine may have gone away in the middle of an upload: what is typed would be a part of that file. Of a
    /// module whose FTPSTOR takes "+++" for payload, name the dialect.
    pub escape_first: u32,
    /// Bytes of the buffer for payload of an upload that waits for the line, 1,024 to 65,536. 0 is the default, 16,384.
    pub send_buffer: u32,
    /// Not 0: the module's own count proves a transfer, which saves one command for each file. The last bytes of an upload
    /// are not read back. A byte which the line added to it is not seen then, and shifts the rest of the file. A
    /// download does not ask for the size first. Its end shows by 0.3 s of silence, and one that breaks off begins again.
    /// In dialect gsm only uploads change, in nl668 nothing: its modules do not count.
    pub trust_count: u32,
    /// Not used, 0.
    pub reserved: u32,
}

// SAFETY: integers, pointers and optional functions, the size first.
unsafe impl Sized32 for qftp_client_options {}

/// Opens a port and identifies the module on it. Blocks for some seconds at most.
///
/// @param url      "/dev/ttyUSB2", "/dev/ttyUSB2?baud=921600&rtscts=1", "socket://host:port", "unix:///path", "auto" for
///                 the only module, or the model or USB serial number of one; UTF-8. A device takes baud (or auto),
///                 bytesize, parity, stopbits, rtscts, xonxoff, dtr and rts. Of an emulator of qftp_emulator.h it is the
///                 path of its pseudo terminal or Unix socket.
/// @param options  The options; may be NULL.
/// @param client   Gets the handle, which belongs to the caller: qftp_client_free.
/// @param error    Gets the details of a failure, as there is no handle then to ask; may be NULL.
/// @return         QFTP_OK, QFTP_ERR_ARGUMENT, QFTP_ERR_PORT, QFTP_ERR_PORT_BUSY, QFTP_ERR_UNKNOWN_MODULE or a command
///                 error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_client_open(
    url: *const c_char,
    options: *const qftp_client_options,
    client: *mut *mut qftp_client,
    error: *mut qftp_error,
) -> qftp_status {
    opening(optional_struct_out!(error), || {
        let client = out!(client)?;
        let url = utf8(text!(url)?, "url")?;
        let session = open(url, &options!(options)?)?;
        client.store(session);
        Ok(())
    })
}

fn open(url: &str, given: &qftp_client_options) -> Result<*mut qftp_client, Fault> {
    let dialect = optional_text!(given.dialect).map(dialect_by_name);
    let way = optional_text!(given.way).map(way_by_name);
    let cancel = Cancel::new();
    let mut options = ClientOptions::new()
        .dialect(dialect.transpose()?)
        .retry(retry(given).policy())
        .wait(Duration::from_millis(given.wait_ms.into()))
        .way(way.transpose()?)
        .escape_first(given.escape_first != 0)
        .trust_count(given.trust_count != 0)
        .send_buffer(send_buffer(given.send_buffer)?)
        .cancel(cancel.clone());
    let on_log = optional_callback!(given.on_log, given.log_user);
    if let Some(on_log) = on_log {
        options = options.on_line(callback::on_log(on_log));
    }
    let mut client = options.open(url)?;
    if let Some(on_log) = on_log {
        client.on_warning(callback::on_warning(on_log));
        client.on_retry(callback::on_retry(on_log));
    }
    if let Some(on_urc) = optional_callback!(given.on_urc, given.urc_user) {
        client.on_urc(callback::on_urc(on_urc));
    }
    let session = Session {
        client,
        last_error: qftp_error::default(),
        last_detail: String::new(),
        last_transfer: qftp_transferred::default(),
    };
    Ok(handle::into_raw(session, cancel))
}

fn way_by_name(name: &[u8]) -> Result<TransferWay, Fault> {
    utf8(name, "way")?
        .parse()
        .map_err(|unknown: UnknownWay| Fault::argument(unknown.to_string()))
}

fn send_buffer(bytes: u32) -> Result<SendBufferSize, Fault> {
    match usize::try_from(bytes) {
        Ok(0) => Ok(SendBufferSize::DEFAULT),
        bytes => send_buffer_size(bytes.unwrap_or(usize::MAX)),
    }
}

/// Closes the port and frees the client. While a call runs on the client, it is freed when that call has ended; so a
/// callback may free it.
///
/// An open session stays open. qftp_client_logout closes it, and takes the module out of data mode where the last call
/// was a transfer that was cancelled.
///
/// @param client  The client; may be NULL. Do not use it afterwards.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_client_free(client: *mut qftp_client) {
    if let Some(client) = handle!(client) {
        client.free();
    }
}

/// Cancels the call that runs on the client: within a tenth of a second that call returns QFTP_ERR_CANCELLED. May be
/// called from any thread, from callbacks and from a signal handler.
///
/// Results that are complete stay. The next call brings the line back to a known state first, which takes some seconds
/// after a transfer. Where no call runs, nothing happens; a call that is about to end may still succeed.
///
/// @param client  The client.
/// @return        QFTP_OK or QFTP_ERR_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_client_cancel(client: *mut qftp_client) -> qftp_status {
    let Some(client) = handle!(client) else {
        return QFTP_ERR_ARGUMENT;
    };
    client.shared().cancel();
    QFTP_OK
}

/// Returns the details of the last call on the client. Calls that were refused with QFTP_ERR_BUSY do not count.
///
/// @param client  The client.
/// @param error   Gets the details; its status is QFTP_OK if the last call succeeded.
/// @return        QFTP_OK or a handle error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_client_last_error(
    client: *mut qftp_client,
    error: *mut qftp_error,
) -> qftp_status {
    handle::enter(handle!(client), |session, _| match struct_out!(error) {
        Ok(error) => {
            error.store(&session.last_error);
            QFTP_OK
        }
        Err(fault) => fault.status(),
    })
}

/// Returns why the last call on the client failed, with the AT command and the numbers of the module, for a log: "+QFTPDEL:
/// module error 627 (file-unavailable): ... (server reply 550)". The message of qftp_client_last_error is for people.
///
/// @param client  The client.
/// @param buffer  Gets the text; "" if the last call succeeded.
/// @param size    Bytes that fit into the buffer.
/// @param length  Gets the length of the text; may be NULL.
/// @return        QFTP_OK, QFTP_ERR_BUFFER or a handle error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_client_last_detail(
    client: *mut qftp_client,
    buffer: *mut c_char,
    size: usize,
    length: *mut usize,
) -> qftp_status {
    handle::enter(handle!(client), |session, _| {
        let text = string_out!(buffer, size, length);
        match text.store(session.last_detail.as_bytes()) {
            Ok(()) => QFTP_OK,
            Err(fault) => fault.status(),
        }
    })
}

/// Runs one call on a client and keeps why it failed.
pub(crate) fn call(
    client: Option<HandleRef<qftp_client>>,
    body: impl FnOnce(&mut Session, &Cancel) -> Result<(), Fault>,
) -> qftp_status {
    handle::enter(client, |session, cancel| {
        // A cancel that came before this call does not count.
        cancel.clear();
        match body(session, cancel) {
            Ok(()) => {
                session.last_error = qftp_error::default();
                session.last_detail.clear();
                QFTP_OK
            }
            Err(fault) => {
                session.last_error = fault.to_error();
                let status = fault.status();
                session.last_detail = fault.into_detail();
                status
            }
        }
    })
}

/// Returns the part of the options that says what is tried again.
fn retry(given: &qftp_client_options) -> qftp_retry {
    qftp_retry {
        size: 0,
        retries: given.retries,
        first_wait_ms: given.first_wait_ms,
        longest_wait_ms: given.longest_wait_ms,
        max_time_ms: given.max_time_ms,
        jitter: 0,
        retry_on: given.retry_on,
    }
}
