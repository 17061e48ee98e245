//! `qftp_host`: the bare engine for a firmware's own loop and UART.
//!
//! No thread, no descriptor, no clock; nothing is allocated while a payload moves. The caller reads its UART and hands
//! the bytes in, writes what the engine has to send, and says what time it is.

pub mod drive;
pub mod event;
pub mod port;
pub mod server;
pub mod session;
pub mod store;

use alloc::string::ToString as _;
use alloc::vec::Vec;
use core::ffi::{c_char, c_int};
use core::time::Duration;

use qftp::dialect::Dialect;
use qftp::host::{Host, Operation, SendBufferSize, SendBufferSizeError};

use crate::dialect_name::dialect_by_name;
use crate::error::{Fault, qftp_error};
use crate::handle::{self, HandleRef, Opaque};
use crate::opening::opening;
use crate::ptr::{handle, optional_text, out, string_out, struct_out};
use crate::status::qftp_status::{self, QFTP_OK};

/// The dialect of an engine that was given none.
const USUAL_DIALECT: &[u8] = b"ec2x";

/// The host end of an AT line without the line, for a program with a loop of its own. It opens nothing, never sleeps
/// and reads no clock. qftp_host_new makes it, qftp_host_free frees it.
///
/// One operation runs at a time. The loop around it:
///
/// 1. Start an operation, for example qftp_host_size.
/// 2. While qftp_host_transmit gives bytes, write them to the UART and report to qftp_host_transmitted how many went
///    out. Where qftp_host_discard says so, throw away first what the UART has not sent.
/// 3. Hand the bytes that were read to qftp_host_input.
/// 4. Take events by qftp_host_event until there is none. At QFTP_EVENT_WANT_DATA give payload by qftp_host_supply;
///    QFTP_EVENT_DONE ends the operation.
/// 5. Read until the time of qftp_host_deadline; when it has come call qftp_host_timeout. While qftp_host_keeps_silence,
///    call qftp_host_note_unsent as long as the UART has bytes to send. Go to 2.
///
/// Times are milliseconds since a start that the program chose; they never go back. While a payload moves, the engine
/// allocates nothing.
pub struct qftp_host {
    _opaque: [u8; 0],
}

/// The value that a call on an engine works on.
pub struct Engine {
    host: Host,
    /// Text of the last event, where the engine does not keep it itself.
    text: Vec<u8>,
    /// The failure of the last call or operation that failed.
    last_error: qftp_error,
}

impl Opaque for qftp_host {
    type Inner = Engine;
    type Shared = ();
}

impl Engine {
    /// Returns the dialect that is spoken.
    pub(crate) fn dialect(&self) -> &'static Dialect {
        self.host.dialect()
    }

    /// Starts an operation. One that runs has not failed because another one was tried.
    fn start(&mut self, now_ms: u64, operation: Operation<'_>) -> Result<(), Fault> {
        let started = self.host.start(time(now_ms), operation);
        started.map_err(Fault::from)
    }
}

/// Converts milliseconds to time as the engine counts it.
fn time(now_ms: u64) -> Duration {
    Duration::from_millis(now_ms)
}

/// Reads a size of a send buffer.
pub fn send_buffer_size(bytes: usize) -> Result<SendBufferSize, Fault> {
    bytes
        .try_into()
        .map_err(|error: SendBufferSizeError| Fault::argument(error.to_string()))
}

/// Runs one call on an engine and keeps why it failed.
pub(crate) fn call(
    host: Option<HandleRef<qftp_host>>,
    body: impl FnOnce(&mut Engine) -> Result<(), Fault>,
) -> qftp_status {
    handle::enter(host, |engine, ()| match body(engine) {
        Ok(()) => QFTP_OK,
        Err(fault) => {
            engine.last_error = fault.to_error();
            fault.status()
        }
    })
}

/// Makes an engine.
///
/// @param dialect  "ec20", "ec2x", "bg96", "gsm" or "nl668"; NULL is "ec2x", and qftp_host_identify finds out.
/// @param host     Gets the handle, which belongs to the caller: qftp_host_free.
/// @return         QFTP_OK or QFTP_ERR_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_host_new(
    dialect: *const c_char,
    host: *mut *mut qftp_host,
) -> qftp_status {
    opening(Ok(None), || {
        let host = out!(host)?;
        let name = optional_text!(dialect).unwrap_or(USUAL_DIALECT);
        let engine = Engine {
            host: Host::new(dialect_by_name(name)?),
            text: Vec::new(),
            last_error: qftp_error::default(),
        };
        host.store(handle::into_raw(engine, ()));
        Ok(())
    })
}

/// Frees an engine, while no call runs on it.
///
/// @param host  The engine; may be NULL. Do not use it afterwards.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_host_free(host: *mut qftp_host) {
    if let Some(host) = handle!(host) {
        host.free();
    }
}

/// Returns the name of the dialect that is spoken.
///
/// @param host    The engine.
/// @param buffer  Gets the name.
/// @param size    Bytes that fit into the buffer.
/// @param length  Gets the length of the name; may be NULL.
/// @return        QFTP_OK, QFTP_ERR_BUFFER or a handle error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_host_dialect(
    host: *mut qftp_host,
    buffer: *mut c_char,
    size: usize,
    length: *mut usize,
) -> qftp_status {
    call(handle!(host), |engine| {
        let name = engine.host.dialect().name;
        string_out!(buffer, size, length).store(name.as_bytes())
    })
}

/// Sets the dialect that is spoken from the next operation on.
///
/// @param host     The engine.
/// @param dialect  "ec20", "ec2x", "bg96", "gsm" or "nl668"; NULL is "ec2x".
/// @return         QFTP_OK or a handle error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_host_set_dialect(
    host: *mut qftp_host,
    dialect: *const c_char,
) -> qftp_status {
    call(handle!(host), |engine| {
        let name = optional_text!(dialect).unwrap_or(USUAL_DIALECT);
        engine.host.set_dialect(dialect_by_name(name)?);
        Ok(())
    })
}

/// Sets the size of the engine's send buffer, which holds payload of an upload until it goes out: QFTP_ERR_ARGUMENT
/// outside of 1,024 to 65,536 bytes. It is 16,384 bytes in a new engine, and grows to its size in the first upload.
///
/// @param host   The engine.
/// @param bytes  The size.
/// @return       QFTP_OK, QFTP_ERR_ARGUMENT or a handle error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_host_set_send_buffer(
    host: *mut qftp_host,
    bytes: usize,
) -> qftp_status {
    call(handle!(host), |engine| {
        engine.host.set_send_buffer(send_buffer_size(bytes)?);
        Ok(())
    })
}

/// Returns whether the engine is idle.
///
/// @param host  The engine.
/// @param idle  Gets 1 if no operation runs, else 0.
/// @return      QFTP_OK or a handle error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_host_idle(host: *mut qftp_host, idle: *mut c_int) -> qftp_status {
    call(handle!(host), |engine| {
        out!(idle)?.store(engine.host.is_idle().into());
        Ok(())
    })
}

/// Sets whether every line of the conversation is an event too: QFTP_EVENT_SENT or QFTP_EVENT_RECEIVED.
///
/// @param host  The engine.
/// @param on    1 for events, 0 for none.
/// @return      QFTP_OK or a handle error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_host_log_lines(host: *mut qftp_host, on: c_int) -> qftp_status {
    call(handle!(host), |engine| {
        engine.host.log_lines(on != 0);
        Ok(())
    })
}

/// Returns the details of the last failure: of an operation that QFTP_EVENT_DONE ended, or of a call on this engine.
///
/// @param host   The engine.
/// @param error  Gets the details; its status is QFTP_OK if there was no failure.
/// @return       QFTP_OK or a handle error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_host_last_error(
    host: *mut qftp_host,
    error: *mut qftp_error,
) -> qftp_status {
    call(handle!(host), |engine| {
        struct_out!(error)?.store(&engine.last_error);
        Ok(())
    })
}
