//! Operations on the module and its FTP session.

use core::ffi::c_char;

use qftp::host::Operation;

use super::{call, qftp_host};
use crate::login::qftp_login_options;
use crate::ptr::{handle, required_options, text};
use crate::status::qftp_status;

/// Brings the line to a known state, sets echo off and identifies the module. QFTP_EVENT_DONE gives manufacturer,
/// model and revision as text, a line each.
///
/// From then on the engine speaks the dialect of that module, if it is a known one (qftp_host_dialect).
///
/// @param host    The engine.
/// @param now_ms  The time.
/// @return        QFTP_OK, QFTP_ERR_UNSUPPORTED or a handle error: QFTP_ERR_BUSY also while another operation
///                runs.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_host_identify(host: *mut qftp_host, now_ms: u64) -> qftp_status {
    call(handle!(host), |engine| {
        engine.start(now_ms, Operation::Identify)
    })
}

/// Opens a session on the server. Activates the PDP context if it is not active, and sets account and settings.
///
/// @param host    The engine.
/// @param now_ms  The time.
/// @param login   Server, account and settings.
/// @return        QFTP_OK, QFTP_ERR_UNSUPPORTED or a handle error: QFTP_ERR_BUSY also while another operation
///                runs.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_host_login(
    host: *mut qftp_host,
    now_ms: u64,
    login: *const qftp_login_options,
) -> qftp_status {
    call(handle!(host), |engine| {
        let login = required_options!(login)?.to_login()?;
        engine.start(now_ms, Operation::Login(&login))
    })
}

/// Closes the session.
///
/// @param host    The engine.
/// @param now_ms  The time.
/// @return        QFTP_OK, QFTP_ERR_UNSUPPORTED or a handle error: QFTP_ERR_BUSY also while another operation
///                runs.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_host_logout(host: *mut qftp_host, now_ms: u64) -> qftp_status {
    call(handle!(host), |engine| {
        engine.start(now_ms, Operation::Logout)
    })
}

/// Asks for the state of the FTP service; QFTP_EVENT_DONE gives a qftp_service_state as its number.
///
/// @param host    The engine.
/// @param now_ms  The time.
/// @return        QFTP_OK, QFTP_ERR_UNSUPPORTED or a handle error: QFTP_ERR_BUSY also while another operation
///                runs.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_host_service_state(host: *mut qftp_host, now_ms: u64) -> qftp_status {
    call(handle!(host), |engine| {
        engine.start(now_ms, Operation::ServiceState)
    })
}

/// Asks how many bytes the running or last transfer has moved; QFTP_EVENT_DONE gives it as its number.
///
/// @param host    The engine.
/// @param now_ms  The time.
/// @return        QFTP_OK, QFTP_ERR_UNSUPPORTED or a handle error: QFTP_ERR_BUSY also while another operation
///                runs.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_host_transferred(host: *mut qftp_host, now_ms: u64) -> qftp_status {
    call(handle!(host), |engine| {
        engine.start(now_ms, Operation::Transferred)
    })
}

/// Sends any AT command that does not enter data mode. QFTP_EVENT_DONE gives the lines of the response as text,
/// without the final result code.
///
/// @param host    The engine.
/// @param now_ms  The time.
/// @param line    The command line without its CR.
/// @return        QFTP_OK, QFTP_ERR_UNSUPPORTED or a handle error: QFTP_ERR_BUSY also while another operation
///                runs.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_host_command(
    host: *mut qftp_host,
    now_ms: u64,
    line: *const c_char,
) -> qftp_status {
    call(handle!(host), |engine| {
        let line = text!(line)?;
        engine.start(now_ms, Operation::Raw(line))
    })
}
