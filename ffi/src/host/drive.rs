//! The engine's verbs: bytes in, bytes out, time, payload.

use std::ffi::c_void;
use std::time::Duration;

use super::event::qftp_event;
use super::{call, qftp_host};
use crate::convert;
use crate::error::Fault;
use crate::status::qftp_status;
use crate::versioned_struct;

/// What qftp_host_deadline gives while nothing is due.
pub const QFTP_NEVER: u64 = u64::MAX;

/// Milliseconds as the engine counts time.
pub(super) fn time(now_ms: u64) -> Duration {
    Duration::from_millis(now_ms)
}

/// Never early: a part of a millisecond counts as a whole one.
fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos().div_ceil(1_000_000)).unwrap_or(QFTP_NEVER)
}

/// Hands in what the module sent, any number of bytes. Then take events by qftp_host_event until there is none.
///
/// bytes: may be NULL where size is 0; not used after the call.
///
/// Errors: QFTP_ERR_ARGUMENT, QFTP_ERR_BUSY.
/// May be called from any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_host_input(
    host: *mut qftp_host,
    now_ms: u64,
    bytes: *const c_void,
    size: usize,
) -> qftp_status {
    // SAFETY: the pointers are as the header says.
    unsafe {
        call(host, |engine| {
            let bytes = convert::data(bytes, size, "bytes")?;
            engine.host.handle_input(time(now_ms), bytes);
            Ok(())
        })
    }
}

/// Says what is to be written to the module. Write as many of the bytes as the line takes and report them to
/// qftp_host_transmitted.
///
/// bytes: gets where they are; they belong to the engine and stay until the next call on it.
/// size: gets how many there are, 0 if there is nothing to write.
///
/// Errors: QFTP_ERR_ARGUMENT, QFTP_ERR_BUSY.
/// May be called from any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_host_transmit(
    host: *mut qftp_host,
    bytes: *mut *const c_void,
    size: *mut usize,
) -> qftp_status {
    // SAFETY: the pointers are as the header says.
    unsafe {
        call(host, |engine| {
            convert::required(bytes, "bytes")?;
            convert::required(size, "size")?;
            let rest = engine.host.poll_transmit().unwrap_or_default();
            convert::store(bytes, rest.as_ptr().cast());
            convert::store(size, rest.len());
            Ok(())
        })
    }
}

/// Says that so many bytes of qftp_host_transmit went out by now_ms. Then take events.
///
/// Errors: QFTP_ERR_ARGUMENT where count is more than there were, QFTP_ERR_BUSY.
/// May be called from any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_host_transmitted(
    host: *mut qftp_host,
    now_ms: u64,
    count: usize,
) -> qftp_status {
    // SAFETY: the pointers are as the header says.
    unsafe {
        call(host, |engine| {
            let waiting = engine.host.poll_transmit().map_or(0, <[u8]>::len);
            if count > waiting {
                let message = format!("count is {count}, and only {waiting} bytes waited");
                return Err(Fault::argument(message));
            }
            engine.host.transmitted(time(now_ms), count);
            Ok(())
        })
    }
}

/// Gives payload of a running upload, at QFTP_EVENT_WANT_DATA or any time later in that upload. Then call qftp_host_transmit.
///
/// taken: gets how many bytes were copied: fewer than size when the 16 KiB of the engine are full, 0 when no upload runs
/// or all of it is in.
///
/// Errors: QFTP_ERR_ARGUMENT, QFTP_ERR_BUSY.
/// May be called from any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_host_supply(
    host: *mut qftp_host,
    bytes: *const c_void,
    size: usize,
    taken: *mut usize,
) -> qftp_status {
    // SAFETY: the pointers are as the header says.
    unsafe {
        call(host, |engine| {
            convert::required(taken, "taken")?;
            let bytes = convert::data(bytes, size, "bytes")?;
            convert::store(taken, engine.host.supply(bytes));
            Ok(())
        })
    }
}

/// Takes the next event; its kind is QFTP_EVENT_NONE if there is none. That an operation failed is no error of this
/// function: it is the status in QFTP_EVENT_DONE.
///
/// event: set its size (QFTP_INIT). What it points to belongs to the engine and stays until the next call on it.
///
/// Errors: QFTP_ERR_ARGUMENT, QFTP_ERR_BUSY.
/// May be called from any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_host_event(
    host: *mut qftp_host,
    event: *mut qftp_event,
) -> qftp_status {
    // SAFETY: the pointers are as the header says.
    unsafe {
        call(host, |engine| {
            versioned_struct::required(event, "event")?;
            let next = engine.next_event();
            versioned_struct::write(event, "event", &next)
        })
    }
}

/// Says when qftp_host_timeout must be called if nothing comes before. Ask again after every other call.
///
/// deadline_ms: gets a time on the caller's clock, QFTP_NEVER while nothing is due.
///
/// Errors: QFTP_ERR_ARGUMENT, QFTP_ERR_BUSY.
/// May be called from any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_host_deadline(
    host: *mut qftp_host,
    deadline_ms: *mut u64,
) -> qftp_status {
    // SAFETY: the pointers are as the header says.
    unsafe {
        call(host, |engine| {
            convert::required(deadline_ms, "deadline_ms")?;
            let deadline = engine.host.poll_timeout().map_or(QFTP_NEVER, milliseconds);
            convert::store(deadline_ms, deadline);
            Ok(())
        })
    }
}

/// Acts on the time of qftp_host_deadline; then take events and transmit, as after input. Too early it does nothing.
///
/// Errors: QFTP_ERR_ARGUMENT, QFTP_ERR_BUSY.
/// May be called from any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_host_timeout(host: *mut qftp_host, now_ms: u64) -> qftp_status {
    // SAFETY: the pointers are as the header says.
    unsafe {
        call(host, |engine| {
            engine.host.handle_timeout(time(now_ms));
            Ok(())
        })
    }
}

/// Ends the running operation at once; its QFTP_EVENT_DONE has QFTP_ERR_CANCELLED. Hand in what still comes from the
/// module, it is passed over. The next operation brings the line in step first, out of data mode by "+++" with a second
/// of silence on either side. Without an operation it does nothing.
///
/// Errors: QFTP_ERR_ARGUMENT, QFTP_ERR_BUSY.
/// May be called from any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_host_abort(host: *mut qftp_host, now_ms: u64) -> qftp_status {
    // SAFETY: the pointers are as the header says.
    unsafe {
        call(host, |engine| {
            engine.host.abort(time(now_ms));
            Ok(())
        })
    }
}
