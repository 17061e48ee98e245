//! Operations on the module and its FTP session.

use std::ffi::c_char;

use qftp::host::Operation;

use super::{call, qftp_host};
use crate::convert;
use crate::login::qftp_login_options;
use crate::status::qftp_status;

/// Brings the line in step, sets echo off and asks who is there. From then on the dialect of that module is spoken, if it
/// is a known one (qftp_host_dialect). QFTP_EVENT_DONE gives manufacturer, model and revision as text, a line each.
///
/// Errors: QFTP_ERR_ARGUMENT, QFTP_ERR_BUSY while another operation runs, QFTP_ERR_UNSUPPORTED.
/// May be called from any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_host_identify(host: *mut qftp_host, now_ms: u64) -> qftp_status {
    // SAFETY: the pointers are as the header says.
    unsafe { call(host, |engine| engine.start(now_ms, Operation::Identify)) }
}
/// Activates the PDP context if it is not, sets account and settings, opens the session.
///
/// login: set its size (QFTP_INIT); not used after the call.
///
/// Errors: QFTP_ERR_ARGUMENT, QFTP_ERR_BUSY while another operation runs, QFTP_ERR_UNSUPPORTED.
/// May be called from any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_host_login(
    host: *mut qftp_host,
    now_ms: u64,
    login: *const qftp_login_options,
) -> qftp_status {
    // SAFETY: the pointers are as the header says.
    unsafe {
        call(host, |engine| {
            let login = qftp_login_options::read(login)?;
            engine.start(now_ms, Operation::Login(&login))
        })
    }
}

/// Closes the session.
///
/// Errors: QFTP_ERR_ARGUMENT, QFTP_ERR_BUSY while another operation runs, QFTP_ERR_UNSUPPORTED.
/// May be called from any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_host_logout(host: *mut qftp_host, now_ms: u64) -> qftp_status {
    // SAFETY: the pointers are as the header says.
    unsafe { call(host, |engine| engine.start(now_ms, Operation::Logout)) }
}

/// Asks for the state of the FTP service; QFTP_EVENT_DONE gives a qftp_service_state as its number.
///
/// Errors: QFTP_ERR_ARGUMENT, QFTP_ERR_BUSY while another operation runs, QFTP_ERR_UNSUPPORTED.
/// May be called from any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_host_service_state(host: *mut qftp_host, now_ms: u64) -> qftp_status {
    // SAFETY: the pointers are as the header says.
    unsafe { call(host, |engine| engine.start(now_ms, Operation::ServiceState)) }
}

/// Asks how many bytes the running or last transfer has moved; QFTP_EVENT_DONE gives it as its number.
///
/// Errors: QFTP_ERR_ARGUMENT, QFTP_ERR_BUSY while another operation runs, QFTP_ERR_UNSUPPORTED.
/// May be called from any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_host_transferred(host: *mut qftp_host, now_ms: u64) -> qftp_status {
    // SAFETY: the pointers are as the header says.
    unsafe { call(host, |engine| engine.start(now_ms, Operation::Transferred)) }
}

/// Sends any command line, without its CR, as long as it does not enter data mode. QFTP_EVENT_DONE gives the lines of the
/// answer as text, without the final result.
///
/// Errors: QFTP_ERR_ARGUMENT, QFTP_ERR_BUSY while another operation runs, QFTP_ERR_UNSUPPORTED.
/// May be called from any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_host_command(
    host: *mut qftp_host,
    now_ms: u64,
    line: *const c_char,
) -> qftp_status {
    // SAFETY: the pointers are as the header says.
    unsafe {
        call(host, |engine| {
            let line = convert::bytes(line, "line")?;
            engine.start(now_ms, Operation::Raw(line))
        })
    }
}
