//! The words between an engine and the port of its caller: payload that is taken back, silence around `+++`.

use core::ffi::c_int;

use super::{call, qftp_host, time};
use crate::ptr::{handle, out};
use crate::status::qftp_status;

/// Returns whether the port must throw away what it was given and has not sent, once. It is payload of an upload that is
/// over: a module that is back in command mode would execute it. Ask after the events of each input, and before
/// qftp_host_transmit.
///
/// Write payload in small steps, and hand in what has come between them: the first byte from the module stops the
/// payload. What the UART has by then cannot be kept back.
///
/// @param host     The engine.
/// @param discard  Gets 1 if the output is to be thrown away, else 0.
/// @return         QFTP_OK or a handle error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_host_discard(
    host: *mut qftp_host,
    discard: *mut c_int,
) -> qftp_status {
    call(handle!(host), |engine| {
        out!(discard)?.store(engine.host.poll_discard().into());
        Ok(())
    })
}

/// Returns whether the line must be silent now: around "+++", and behind an upload that the module ended. Call
/// qftp_host_note_unsent then, again and again, as long as the UART has not sent all that it was given.
///
/// @param host   The engine.
/// @param keeps  Gets 1 if the line must be silent, else 0.
/// @return       QFTP_OK or a handle error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_host_keeps_silence(
    host: *mut qftp_host,
    keeps: *mut c_int,
) -> qftp_status {
    call(handle!(host), |engine| {
        out!(keeps)?.store(engine.host.keeps_silence().into());
        Ok(())
    })
}

/// Takes note that the UART still holds bytes. The silence begins when the last of them has left; the engine waits for
/// that at most half a minute.
///
/// @param host    The engine.
/// @param now_ms  The time.
/// @return        QFTP_OK or a handle error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_host_note_unsent(host: *mut qftp_host, now_ms: u64) -> qftp_status {
    call(handle!(host), |engine| {
        engine.host.note_unsent(time(now_ms));
        Ok(())
    })
}

/// Forgets all that the engine knew of the line, for a port that was opened anew. A running operation is dropped without
/// an event.
///
/// @param host  The engine.
/// @return      QFTP_OK or a handle error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_host_forget_line(host: *mut qftp_host) -> qftp_status {
    call(handle!(host), |engine| {
        engine.host.forget_line();
        Ok(())
    })
}

/// Says that the module may be in data mode, in an upload of a program that ended there: what is typed would be payload.
/// The next operation leaves data mode first. The dialect must be the one that was spoken: qftp_host_set_dialect.
///
/// @param host  The engine.
/// @return      QFTP_OK or a handle error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_host_expect_upload(host: *mut qftp_host) -> qftp_status {
    call(handle!(host), |engine| {
        engine.host.expect_upload();
        Ok(())
    })
}

/// Returns whether the module may take what is typed for payload of an upload. A firmware that may lose its power
/// remembers it, for qftp_host_expect_upload.
///
/// @param host  The engine.
/// @param may   Gets 1 if it may, else 0.
/// @return      QFTP_OK or a handle error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_host_may_take_payload(
    host: *mut qftp_host,
    may: *mut c_int,
) -> qftp_status {
    call(handle!(host), |engine| {
        out!(may)?.store(engine.host.may_take_payload().into());
        Ok(())
    })
}
