//! `qftp_host`: the bare engine for a firmware's own loop and UART.
//!
//! No thread, no descriptor, no clock; nothing is allocated while a payload moves. The caller reads its UART and hands
//! the bytes in, writes what the engine has to send, and says what time it is.

pub mod drive;
pub mod event;
pub mod server;
pub mod session;
pub mod store;

use std::ffi::{c_char, c_int};

use qftp::client::Error;
use qftp::dialect;
use qftp::host::{Host, Operation};

use crate::convert;
use crate::error::{Fault, qftp_error};
use crate::handle::{Handle, Opaque, guard};
use crate::status::qftp_status::{self, QFTP_OK};
use crate::versioned_struct;

/// What an engine speaks unless it is told otherwise.
const USUAL_DIALECT: &[u8] = b"ec2x";

/// The host end of an AT line without the line, for a program with a loop of its own: it opens nothing, sleeps nowhere
/// and reads no clock. Made by qftp_host_new, freed by qftp_host_free.
///
/// One operation runs at a time. The loop around it:
///
/// 1. Start an operation, for example qftp_host_size.
/// 2. While qftp_host_transmit gives bytes, write them to the UART and say to qftp_host_transmitted how many went out.
/// 3. Hand what was read to qftp_host_input.
/// 4. Take events by qftp_host_event until there is none. At QFTP_EVENT_WANT_DATA give payload by qftp_host_supply;
///    QFTP_EVENT_DONE ends the operation.
/// 5. Read until the time of qftp_host_deadline; when it has come call qftp_host_timeout. Go to 2.
///
/// Times are milliseconds since a start that the program chose; they never go back. While a payload moves nothing is
/// allocated.
pub struct qftp_host {
    _opaque: [u8; 0],
}

/// What a call on an engine works on.
pub(crate) struct Engine {
    host: Host,
    /// Text of the last event, where the engine does not keep it itself.
    told: Vec<u8>,
    /// Of the last call or operation that failed.
    last_error: qftp_error,
}

impl Opaque for qftp_host {
    type Inner = Engine;
    type Shared = ();
}

impl Engine {
    /// Starts an operation. One that runs has not failed because another one was tried.
    fn start(&mut self, now_ms: u64, operation: Operation<'_>) -> Result<(), Fault> {
        let started = self.host.start(drive::time(now_ms), operation);
        started.map_err(|error| Error::from(error).into())
    }
}

/// Runs one call on an engine and keeps why it failed.
///
/// # Safety
///
/// `host` is NULL or an engine that has not been freed.
unsafe fn call(
    host: *mut qftp_host,
    body: impl FnOnce(&mut Engine) -> Result<(), Fault>,
) -> qftp_status {
    // SAFETY: by the contract above.
    unsafe {
        Handle::enter(host, |engine, ()| match body(engine) {
            Ok(()) => QFTP_OK,
            Err(fault) => {
                engine.last_error = fault.to_error();
                fault.status()
            }
        })
    }
}

/// The dialect of this name; NULL is the usual one.
///
/// # Safety
///
/// `name` is NULL or a string.
pub(crate) unsafe fn dialect_of(name: *const c_char) -> Result<&'static dialect::Dialect, Fault> {
    // SAFETY: by the contract above.
    let name = unsafe { convert::optional(name) }.unwrap_or(USUAL_DIALECT);
    let known = std::str::from_utf8(name).ok().and_then(dialect::by_name);
    known.ok_or_else(|| {
        let all: Vec<_> = dialect::ALL.iter().map(|dialect| dialect.name).collect();
        let (name, all) = (name.escape_ascii(), all.join(", "));
        Fault::argument(format!("unknown dialect {name}; there are {all}"))
    })
}

/// Makes an engine.
///
/// dialect: "ec20", "ec2x", "bg96", "gsm" or "nl668"; NULL is "ec2x", and qftp_host_identify finds out which it is.
/// host: gets the handle, which belongs to the caller: qftp_host_free.
///
/// Errors: QFTP_ERR_ARGUMENT, also where there is no such dialect.
/// May be called from any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_host_new(
    dialect: *const c_char,
    host: *mut *mut qftp_host,
) -> qftp_status {
    // SAFETY: the pointers are as the header says.
    guard(|| match unsafe { make(dialect, host) } {
        Ok(()) => QFTP_OK,
        Err(fault) => fault.status(),
    })
}

unsafe fn make(dialect: *const c_char, host: *mut *mut qftp_host) -> Result<(), Fault> {
    convert::required(host, "host")?;
    // SAFETY: the pointers are as the header says.
    unsafe {
        let engine = Engine {
            host: Host::new(dialect_of(dialect)?),
            told: Vec::new(),
            last_error: qftp_error::default(),
        };
        convert::store(host, Handle::into_raw(engine, ()));
    }
    Ok(())
}

/// Frees an engine. NULL is fine.
///
/// May be called from any thread, while no call runs on the engine. The pointer must not be used afterwards.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_host_free(host: *mut qftp_host) {
    // SAFETY: the pointer is as the header says.
    unsafe { Handle::free(host) };
}

/// Says which dialect is spoken.
///
/// buffer, size, length: a string is given out, as the head of this header says.
///
/// Errors: QFTP_ERR_ARGUMENT, QFTP_ERR_BUSY, QFTP_ERR_BUFFER.
/// May be called from any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_host_dialect(
    host: *mut qftp_host,
    buffer: *mut c_char,
    size: usize,
    length: *mut usize,
) -> qftp_status {
    // SAFETY: the pointers are as the header says.
    unsafe {
        call(host, |engine| {
            let name = engine.host.dialect().name;
            convert::give(name.as_bytes(), buffer, size, length)
        })
    }
}

/// Speaks another dialect from the next operation on.
///
/// Errors: QFTP_ERR_ARGUMENT, QFTP_ERR_BUSY.
/// May be called from any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_host_set_dialect(
    host: *mut qftp_host,
    dialect: *const c_char,
) -> qftp_status {
    // SAFETY: the pointers are as the header says.
    unsafe {
        call(host, |engine| {
            engine.host.set_dialect(dialect_of(dialect)?);
            Ok(())
        })
    }
}

/// Says whether no operation runs.
///
/// idle: gets 1 or 0.
///
/// Errors: QFTP_ERR_ARGUMENT, QFTP_ERR_BUSY.
/// May be called from any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_host_idle(host: *mut qftp_host, idle: *mut c_int) -> qftp_status {
    // SAFETY: the pointers are as the header says.
    unsafe {
        call(host, |engine| {
            convert::required(idle, "idle")?;
            convert::store(idle, engine.host.is_idle().into());
            Ok(())
        })
    }
}

/// Makes every line of the conversation an event too, QFTP_EVENT_SENT or QFTP_EVENT_RECEIVED, where on is not 0.
///
/// Errors: QFTP_ERR_ARGUMENT, QFTP_ERR_BUSY.
/// May be called from any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_host_log_lines(host: *mut qftp_host, on: c_int) -> qftp_status {
    // SAFETY: the pointers are as the header says.
    unsafe {
        call(host, |engine| {
            engine.host.log_lines(on != 0);
            Ok(())
        })
    }
}

/// Tells more of the last failure: of an operation that ended by QFTP_EVENT_DONE, or of a call on this engine. Its status
/// is QFTP_OK if there was none.
///
/// error: set its size (QFTP_INIT).
///
/// Errors: QFTP_ERR_ARGUMENT, QFTP_ERR_BUSY.
/// May be called from any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_host_last_error(
    host: *mut qftp_host,
    error: *mut qftp_error,
) -> qftp_status {
    // SAFETY: the pointers are as the header says.
    unsafe {
        call(host, |engine| {
            versioned_struct::write(error, "error", &engine.last_error)
        })
    }
}
