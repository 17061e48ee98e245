//! Operations on the module's own store.

use std::ffi::c_char;

use qftp::host::Operation;

use super::{call, qftp_host};
use crate::convert;
use crate::status::qftp_status;

/// Asks for the free and total bytes of a place, UFS, RAM or SD; QFTP_EVENT_DONE gives the module's line as text.
///
/// Errors: QFTP_ERR_ARGUMENT, QFTP_ERR_BUSY while another operation runs, QFTP_ERR_UNSUPPORTED.
/// May be called from any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_host_store_space(
    host: *mut qftp_host,
    now_ms: u64,
    place: *const c_char,
) -> qftp_status {
    // SAFETY: the pointers are as the header says.
    unsafe {
        call(host, |engine| {
            let place = convert::bytes(place, "place")?;
            engine.start(now_ms, Operation::StoreSpace(place))
        })
    }
}

/// Lists files by pattern, "*" or "UFS:*"; QFTP_EVENT_DONE gives the module's lines as text.
///
/// Errors: QFTP_ERR_ARGUMENT, QFTP_ERR_BUSY while another operation runs, QFTP_ERR_UNSUPPORTED.
/// May be called from any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_host_store_list(
    host: *mut qftp_host,
    now_ms: u64,
    pattern: *const c_char,
) -> qftp_status {
    // SAFETY: the pointers are as the header says.
    unsafe {
        call(host, |engine| {
            let pattern = convert::bytes(pattern, "pattern")?;
            engine.start(now_ms, Operation::StoreList(pattern))
        })
    }
}

/// Deletes files by pattern.
///
/// Errors: QFTP_ERR_ARGUMENT, QFTP_ERR_BUSY while another operation runs, QFTP_ERR_UNSUPPORTED.
/// May be called from any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_host_store_remove(
    host: *mut qftp_host,
    now_ms: u64,
    pattern: *const c_char,
) -> qftp_status {
    // SAFETY: the pointers are as the header says.
    unsafe {
        call(host, |engine| {
            let pattern = convert::bytes(pattern, "pattern")?;
            engine.start(now_ms, Operation::StoreDelete(pattern))
        })
    }
}

/// Puts length bytes, at least 1, into a new file; QFTP_EVENT_WANT_DATA asks for them. QFTP_EVENT_DONE gives the bytes
/// that the module took and its checksum over them.
///
/// Errors: QFTP_ERR_ARGUMENT, QFTP_ERR_BUSY while another operation runs, QFTP_ERR_UNSUPPORTED.
/// May be called from any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_host_store_upload(
    host: *mut qftp_host,
    now_ms: u64,
    name: *const c_char,
    length: u64,
) -> qftp_status {
    // SAFETY: the pointers are as the header says.
    unsafe {
        call(host, |engine| {
            let name = convert::bytes(name, "name")?;
            engine.start(now_ms, Operation::StoreUpload { name, length })
        })
    }
}

/// Reads a file; its bytes come by QFTP_EVENT_DATA. QFTP_EVENT_DONE gives the bytes that came and the module's checksum
/// over them.
///
/// Errors: QFTP_ERR_ARGUMENT, QFTP_ERR_BUSY while another operation runs, QFTP_ERR_UNSUPPORTED.
/// May be called from any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_host_store_download(
    host: *mut qftp_host,
    now_ms: u64,
    name: *const c_char,
) -> qftp_status {
    // SAFETY: the pointers are as the header says.
    unsafe {
        call(host, |engine| {
            let name = convert::bytes(name, "name")?;
            engine.start(now_ms, Operation::StoreDownload(name))
        })
    }
}
