//! Operations on the module's own store.

use core::ffi::c_char;

use qftp::host::Operation;

use super::{call, qftp_host};
use crate::ptr::{handle, text};
use crate::sentinel::QFTP_UNKNOWN;
use crate::status::qftp_status;

/// Asks for the free and total bytes of a volume; QFTP_EVENT_DONE gives the module's line as text.
///
/// @param host    The engine.
/// @param now_ms  The time.
/// @param volume  "UFS" (flash), "RAM" or "SD".
/// @return        QFTP_OK, QFTP_ERR_UNSUPPORTED or a handle error: QFTP_ERR_BUSY also while another operation
///                runs.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_host_store_space(
    host: *mut qftp_host,
    now_ms: u64,
    volume: *const c_char,
) -> qftp_status {
    call(handle!(host), |engine| {
        let volume = text!(volume)?;
        engine.start(now_ms, Operation::StoreSpace(volume))
    })
}

/// Lists files of the store; QFTP_EVENT_DONE gives the module's lines as text.
///
/// @param host     The engine.
/// @param now_ms   The time.
/// @param pattern  "*", "UFS:*", or one name.
/// @return         QFTP_OK, QFTP_ERR_UNSUPPORTED or a handle error: QFTP_ERR_BUSY also while another operation
///                 runs.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_host_store_list(
    host: *mut qftp_host,
    now_ms: u64,
    pattern: *const c_char,
) -> qftp_status {
    call(handle!(host), |engine| {
        let pattern = text!(pattern)?;
        engine.start(now_ms, Operation::StoreList(pattern))
    })
}

/// Deletes files of the store.
///
/// @param host     The engine.
/// @param now_ms   The time.
/// @param pattern  "*", "UFS:*", or one name.
/// @return         QFTP_OK, QFTP_ERR_UNSUPPORTED or a handle error: QFTP_ERR_BUSY also while another operation
///                 runs.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_host_store_remove(
    host: *mut qftp_host,
    now_ms: u64,
    pattern: *const c_char,
) -> qftp_status {
    call(handle!(host), |engine| {
        let pattern = text!(pattern)?;
        engine.start(now_ms, Operation::StoreDelete(pattern))
    })
}

/// Starts an upload into a new file of the store; QFTP_EVENT_WANT_DATA asks for the bytes. QFTP_EVENT_DONE gives how
/// many the module took, and its checksum over them.
///
/// @param host    The engine.
/// @param now_ms  The time.
/// @param name    Name of the new file.
/// @param length  How many bytes there are, at least 1.
/// @return        QFTP_OK, QFTP_ERR_UNSUPPORTED or a handle error: QFTP_ERR_BUSY also while another operation
///                runs.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_host_store_upload(
    host: *mut qftp_host,
    now_ms: u64,
    name: *const c_char,
    length: u64,
) -> qftp_status {
    call(handle!(host), |engine| {
        let name = text!(name)?;
        engine.start(now_ms, Operation::StoreUpload { name, length })
    })
}

/// Starts a download of a file of the store; its bytes come by QFTP_EVENT_DATA. QFTP_EVENT_DONE gives how many came,
/// and the module's checksum over them.
///
/// @param host    The engine.
/// @param now_ms  The time.
/// @param name    The file of the store.
/// @return        QFTP_OK, QFTP_ERR_UNSUPPORTED or a handle error: QFTP_ERR_BUSY also while another operation
///                runs.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_host_store_download(
    host: *mut qftp_host,
    now_ms: u64,
    name: *const c_char,
) -> qftp_status {
    call(handle!(host), |engine| {
        let name = text!(name)?;
        engine.start(now_ms, Operation::StoreDownload(name))
    })
}

/// Starts a download of a file of the server into the store: nothing goes over the line. QFTP_EVENT_DONE gives how many bytes
/// the module counted.
///
/// @param host    The engine.
/// @param now_ms  The time.
/// @param remote  Name on the server.
/// @param name    Name in the store: "UFS:a", "RAM:a", or a bare name, which is in flash.
/// @param length  Size of the file, which says how long to wait; QFTP_UNKNOWN if it is not known.
/// @return        QFTP_OK, QFTP_ERR_UNSUPPORTED or a handle error: QFTP_ERR_BUSY also while another operation
///                runs.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_host_store_fetch(
    host: *mut qftp_host,
    now_ms: u64,
    remote: *const c_char,
    name: *const c_char,
    length: u64,
) -> qftp_status {
    call(handle!(host), |engine| {
        let (remote, name) = (text!(remote)?, text!(name)?);
        let length = Some(length).filter(|length| *length != QFTP_UNKNOWN);
        engine.start(
            now_ms,
            Operation::StoreFetch {
                remote,
                name,
                length,
            },
        )
    })
}

/// Starts an upload of a file of the store to the server: nothing goes over the line. QFTP_EVENT_DONE gives how many bytes
/// the module counted.
///
/// @param host    The engine.
/// @param now_ms  The time.
/// @param name    Name in the store: "UFS:a", "RAM:a", or a bare name, which is in flash.
/// @param remote  Name on the server.
/// @param length  Size of the file, which says how long to wait; QFTP_UNKNOWN if it is not known.
/// @return        QFTP_OK, QFTP_ERR_UNSUPPORTED or a handle error: QFTP_ERR_BUSY also while another operation
///                runs.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_host_store_send(
    host: *mut qftp_host,
    now_ms: u64,
    name: *const c_char,
    remote: *const c_char,
    length: u64,
) -> qftp_status {
    call(handle!(host), |engine| {
        let (remote, name) = (text!(remote)?, text!(name)?);
        let length = Some(length).filter(|length| *length != QFTP_UNKNOWN);
        engine.start(
            now_ms,
            Operation::StoreSend {
                remote,
                name,
                length,
            },
        )
    })
}
