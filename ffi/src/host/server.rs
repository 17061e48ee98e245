//! Operations on the server's files and directories.

use std::ffi::{c_char, c_int};

use qftp::host::{Listing, Operation};

use super::{call, qftp_host};
use crate::convert;
use crate::status::qftp_status;

/// All bytes to the end of the file.
pub const QFTP_ALL: u64 = u64::MAX;

/// Starts an upload of length bytes to offset of a file; QFTP_EVENT_WANT_DATA asks for them. QFTP_EVENT_DONE gives the
/// bytes that the module took.
///
/// last: not 0 where they end the file; 0 where the next piece follows in the same data connection, by another
/// qftp_host_put at the offset where this one ends.
///
/// Errors: QFTP_ERR_ARGUMENT, QFTP_ERR_BUSY while another operation runs, QFTP_ERR_UNSUPPORTED.
/// May be called from any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_host_put(
    host: *mut qftp_host,
    now_ms: u64,
    remote: *const c_char,
    offset: u64,
    length: u64,
    last: c_int,
) -> qftp_status {
    // SAFETY: the pointers are as the header says.
    unsafe {
        call(host, |engine| {
            let remote = convert::bytes(remote, "remote")?;
            let operation = Operation::Put {
                remote,
                offset,
                length,
                last: last != 0,
            };
            engine.start(now_ms, operation)
        })
    }
}

/// Starts a download from offset of a file. The payload comes by QFTP_EVENT_DATA; QFTP_EVENT_DONE gives the bytes that
/// came.
///
/// length: at most so many bytes, or QFTP_ALL.
/// expected: how many bytes will come, where that is known (qftp_host_size): the end is then certain whatever the payload
/// looks like. QFTP_UNKNOWN where it is not known.
///
/// Errors: QFTP_ERR_ARGUMENT, QFTP_ERR_BUSY while another operation runs, QFTP_ERR_UNSUPPORTED.
/// May be called from any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_host_get(
    host: *mut qftp_host,
    now_ms: u64,
    remote: *const c_char,
    offset: u64,
    length: u64,
    expected: u64,
) -> qftp_status {
    // SAFETY: the pointers are as the header says.
    unsafe {
        call(host, |engine| {
            let remote = convert::bytes(remote, "remote")?;
            let number = |given| (given != QFTP_ALL).then_some(given);
            let operation = Operation::Get {
                remote,
                offset,
                length: number(length),
                expected: number(expected),
            };
            engine.start(now_ms, operation)
        })
    }
}

/// Lists a directory as the server shows it to people. The text comes by QFTP_EVENT_DATA; QFTP_EVENT_DONE gives the bytes that came.
///
/// Errors: QFTP_ERR_ARGUMENT, QFTP_ERR_BUSY while another operation runs, QFTP_ERR_UNSUPPORTED.
/// May be called from any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_host_list(
    host: *mut qftp_host,
    now_ms: u64,
    path: *const c_char,
) -> qftp_status {
    // SAFETY: the pointers are as the header says.
    unsafe {
        call(host, |engine| {
            let path = convert::bytes(path, "path")?;
            engine.start(now_ms, Operation::List(Listing::List, path))
        })
    }
}

/// Lists a directory: the names alone. The text comes by QFTP_EVENT_DATA; QFTP_EVENT_DONE gives the bytes that came.
///
/// Errors: QFTP_ERR_ARGUMENT, QFTP_ERR_BUSY while another operation runs, QFTP_ERR_UNSUPPORTED.
/// May be called from any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_host_nlst(
    host: *mut qftp_host,
    now_ms: u64,
    path: *const c_char,
) -> qftp_status {
    // SAFETY: the pointers are as the header says.
    unsafe {
        call(host, |engine| {
            let path = convert::bytes(path, "path")?;
            engine.start(now_ms, Operation::List(Listing::Names, path))
        })
    }
}

/// Lists a directory by RFC 3659. The text comes by QFTP_EVENT_DATA; QFTP_EVENT_DONE gives the bytes that came.
///
/// Errors: QFTP_ERR_ARGUMENT, QFTP_ERR_BUSY while another operation runs, QFTP_ERR_UNSUPPORTED.
/// May be called from any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_host_mlsd(
    host: *mut qftp_host,
    now_ms: u64,
    path: *const c_char,
) -> qftp_status {
    // SAFETY: the pointers are as the header says.
    unsafe {
        call(host, |engine| {
            let path = convert::bytes(path, "path")?;
            engine.start(now_ms, Operation::List(Listing::Machine, path))
        })
    }
}

/// Asks for the size of a file; QFTP_EVENT_DONE gives it as its number.
///
/// Errors: QFTP_ERR_ARGUMENT, QFTP_ERR_BUSY while another operation runs, QFTP_ERR_UNSUPPORTED.
/// May be called from any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_host_size(
    host: *mut qftp_host,
    now_ms: u64,
    remote: *const c_char,
) -> qftp_status {
    // SAFETY: the pointers are as the header says.
    unsafe {
        call(host, |engine| {
            let remote = convert::bytes(remote, "remote")?;
            engine.start(now_ms, Operation::Size(remote))
        })
    }
}

/// Asks when a file was changed last; QFTP_EVENT_DONE gives the text YYYYMMDDHHMMSS.
///
/// Errors: QFTP_ERR_ARGUMENT, QFTP_ERR_BUSY while another operation runs, QFTP_ERR_UNSUPPORTED.
/// May be called from any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_host_mdtm(
    host: *mut qftp_host,
    now_ms: u64,
    remote: *const c_char,
) -> qftp_status {
    // SAFETY: the pointers are as the header says.
    unsafe {
        call(host, |engine| {
            let remote = convert::bytes(remote, "remote")?;
            engine.start(now_ms, Operation::Modified(remote))
        })
    }
}

/// Deletes a file.
///
/// Errors: QFTP_ERR_ARGUMENT, QFTP_ERR_BUSY while another operation runs, QFTP_ERR_UNSUPPORTED.
/// May be called from any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_host_delete(
    host: *mut qftp_host,
    now_ms: u64,
    remote: *const c_char,
) -> qftp_status {
    // SAFETY: the pointers are as the header says.
    unsafe {
        call(host, |engine| {
            let remote = convert::bytes(remote, "remote")?;
            engine.start(now_ms, Operation::Delete(remote))
        })
    }
}

/// Renames a file or directory.
///
/// Errors: QFTP_ERR_ARGUMENT, QFTP_ERR_BUSY while another operation runs, QFTP_ERR_UNSUPPORTED.
/// May be called from any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_host_rename(
    host: *mut qftp_host,
    now_ms: u64,
    from: *const c_char,
    to: *const c_char,
) -> qftp_status {
    // SAFETY: the pointers are as the header says.
    unsafe {
        call(host, |engine| {
            let from = convert::bytes(from, "from")?;
            let to = convert::bytes(to, "to")?;
            engine.start(now_ms, Operation::Rename { from, to })
        })
    }
}

/// Makes a directory.
///
/// Errors: QFTP_ERR_ARGUMENT, QFTP_ERR_BUSY while another operation runs, QFTP_ERR_UNSUPPORTED.
/// May be called from any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_host_mkdir(
    host: *mut qftp_host,
    now_ms: u64,
    path: *const c_char,
) -> qftp_status {
    // SAFETY: the pointers are as the header says.
    unsafe {
        call(host, |engine| {
            let path = convert::bytes(path, "path")?;
            engine.start(now_ms, Operation::MakeDir(path))
        })
    }
}

/// Removes an empty directory.
///
/// Errors: QFTP_ERR_ARGUMENT, QFTP_ERR_BUSY while another operation runs, QFTP_ERR_UNSUPPORTED.
/// May be called from any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_host_rmdir(
    host: *mut qftp_host,
    now_ms: u64,
    path: *const c_char,
) -> qftp_status {
    // SAFETY: the pointers are as the header says.
    unsafe {
        call(host, |engine| {
            let path = convert::bytes(path, "path")?;
            engine.start(now_ms, Operation::RemoveDir(path))
        })
    }
}

/// Changes the current directory.
///
/// Errors: QFTP_ERR_ARGUMENT, QFTP_ERR_BUSY while another operation runs, QFTP_ERR_UNSUPPORTED.
/// May be called from any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_host_cwd(
    host: *mut qftp_host,
    now_ms: u64,
    path: *const c_char,
) -> qftp_status {
    // SAFETY: the pointers are as the header says.
    unsafe {
        call(host, |engine| {
            let path = convert::bytes(path, "path")?;
            engine.start(now_ms, Operation::ChangeDir(path))
        })
    }
}

/// Asks for the current directory; QFTP_EVENT_DONE gives it as text.
///
/// Errors: QFTP_ERR_ARGUMENT, QFTP_ERR_BUSY while another operation runs, QFTP_ERR_UNSUPPORTED.
/// May be called from any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_host_pwd(host: *mut qftp_host, now_ms: u64) -> qftp_status {
    // SAFETY: the pointers are as the header says.
    unsafe { call(host, |engine| engine.start(now_ms, Operation::WorkingDir)) }
}
