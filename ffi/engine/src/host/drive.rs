//! The loop around an engine: bytes in, bytes out, time, payload.

use alloc::format;
use core::ffi::c_void;
use core::time::Duration;

use super::event::qftp_event;
use super::{call, qftp_host, time};
use crate::error::Fault;
use crate::ptr::{data, handle, out, struct_out};
use crate::sentinel::QFTP_NEVER;
use crate::status::qftp_status;

/// Converts a time to milliseconds, never early: a part of a millisecond counts as a whole one.
pub(crate) fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos().div_ceil(1_000_000)).unwrap_or(QFTP_NEVER)
}

/// Hands in bytes from the module. Take events by qftp_host_event afterwards, until there is none.
///
/// @param host    The engine.
/// @param now_ms  The time.
/// @param bytes   The bytes; may be NULL if size is 0.
/// @param size    How many there are.
/// @return        QFTP_OK or a handle error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_host_input(
    host: *mut qftp_host,
    now_ms: u64,
    bytes: *const c_void,
    size: usize,
) -> qftp_status {
    call(handle!(host), |engine| {
        let bytes = data!(bytes, size)?;
        engine.host.handle_input(time(now_ms), bytes);
        Ok(())
    })
}

/// Returns the next bytes to write to the module. Write as many as the line takes and report them to
/// qftp_host_transmitted; then ask again, as others may wait behind them.
///
/// @param host   The engine.
/// @param bytes  Gets where they are. They belong to the engine and stay until the next call on it.
/// @param size   Gets how many there are; 0 if there is nothing to write.
/// @return       QFTP_OK or a handle error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_host_transmit(
    host: *mut qftp_host,
    bytes: *mut *const c_void,
    size: *mut usize,
) -> qftp_status {
    call(handle!(host), |engine| {
        let (bytes, size) = (out!(bytes)?, out!(size)?);
        let rest = engine.host.poll_transmit().unwrap_or_default();
        bytes.store(rest.as_ptr().cast());
        size.store(rest.len());
        Ok(())
    })
}

/// Reports that bytes of qftp_host_transmit went out. Take events afterwards.
///
/// @param host    The engine.
/// @param now_ms  The time.
/// @param count   How many went out. More than there were is QFTP_ERR_ARGUMENT.
/// @return        QFTP_OK or a handle error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_host_transmitted(
    host: *mut qftp_host,
    now_ms: u64,
    count: usize,
) -> qftp_status {
    call(handle!(host), |engine| {
        let waiting = engine.host.poll_transmit().map_or(0, <[u8]>::len);
        if count > waiting {
            let message = format!("count is {count}, and only {waiting} bytes waited");
            return Err(Fault::argument(message));
        }
        engine.host.transmitted(time(now_ms), count);
        Ok(())
    })
}

/// Gives payload of a running upload, at QFTP_EVENT_WANT_DATA or at any later time in that upload. Call
/// qftp_host_transmit afterwards.
///
/// @param host   The engine.
/// @param bytes  The payload; may be NULL if size is 0.
/// @param size   Bytes of it.
/// @param taken  Gets how many bytes were copied: fewer than size when the engine's send buffer is full, 0 when no
///               upload runs or all of it is in.
/// @return       QFTP_OK or a handle error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_host_supply(
    host: *mut qftp_host,
    bytes: *const c_void,
    size: usize,
    taken: *mut usize,
) -> qftp_status {
    call(handle!(host), |engine| {
        let taken = out!(taken)?;
        taken.store(engine.host.supply(data!(bytes, size)?));
        Ok(())
    })
}

/// Takes the next event. An operation that failed is no error of this function: QFTP_EVENT_DONE has its status.
///
/// @param host   The engine.
/// @param event  Gets the event; its kind is QFTP_EVENT_NONE if there is none. Its bytes belong to the engine and stay
///               until the next call on it.
/// @return       QFTP_OK or a handle error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_host_event(
    host: *mut qftp_host,
    event: *mut qftp_event,
) -> qftp_status {
    call(handle!(host), |engine| {
        let event = struct_out!(event)?;
        event.store(&engine.next_event());
        Ok(())
    })
}

/// Returns when to call qftp_host_timeout if nothing comes before. Ask again after every other call.
///
/// @param host         The engine.
/// @param deadline_ms  Gets a time on the caller's clock; QFTP_NEVER while nothing is due.
/// @return             QFTP_OK or a handle error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_host_deadline(
    host: *mut qftp_host,
    deadline_ms: *mut u64,
) -> qftp_status {
    call(handle!(host), |engine| {
        let deadline = engine.host.poll_timeout().map_or(QFTP_NEVER, milliseconds);
        out!(deadline_ms)?.store(deadline);
        Ok(())
    })
}

/// Returns the time from the last data command to its first byte, which the server and the data connection took.
///
/// @param host  The engine.
/// @param ms    Gets the milliseconds; 0 if there was none.
/// @return      QFTP_OK or a handle error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_host_connect_time(host: *mut qftp_host, ms: *mut u32) -> qftp_status {
    call(handle!(host), |engine| {
        let time = engine.host.connect_time().map_or(0, milliseconds);
        out!(ms)?.store(u32::try_from(time).unwrap_or(u32::MAX));
        Ok(())
    })
}

/// Acts on the time of qftp_host_deadline; too early it does nothing. Take events and transmit afterwards, as after
/// input.
///
/// @param host    The engine.
/// @param now_ms  The time.
/// @return        QFTP_OK or a handle error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_host_timeout(host: *mut qftp_host, now_ms: u64) -> qftp_status {
    call(handle!(host), |engine| {
        engine.host.handle_timeout(time(now_ms));
        Ok(())
    })
}

/// Ends the running operation at once; its QFTP_EVENT_DONE has QFTP_ERR_CANCELLED. Without an operation it does
/// nothing.
///
/// Go on handing in what comes from the module; the engine discards it. The next operation brings the line back to a
/// known state first, out of data mode by "+++" with a second of silence on either side.
///
/// @param host    The engine.
/// @param now_ms  The time.
/// @return        QFTP_OK or a handle error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_host_abort(host: *mut qftp_host, now_ms: u64) -> qftp_status {
    call(handle!(host), |engine| {
        engine.host.abort(time(now_ms));
        Ok(())
    })
}
