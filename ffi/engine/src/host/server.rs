//! Operations on the server's files and directories.

use core::ffi::{c_char, c_int};

use qftp::host::{Listing, Operation};

use super::{call, qftp_host};
use crate::ptr::{handle, text};
use crate::sentinel::{QFTP_ALL, QFTP_UNKNOWN};
use crate::status::qftp_status;

/// Starts an upload. QFTP_EVENT_WANT_DATA asks for the bytes; QFTP_EVENT_DONE gives how many the module took.
///
/// @param host    The engine.
/// @param now_ms  The time.
/// @param remote  Name on the server.
/// @param offset  Where in the remote file to start.
/// @param length  How many bytes there are.
/// @param last    1 if they end the file. 0 if the next piece follows in the same data connection, by another
///                qftp_host_put at the offset where this one ends.
/// @return        QFTP_OK, QFTP_ERR_UNSUPPORTED or a handle error: QFTP_ERR_BUSY also while another operation
///                runs.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_host_put(
    host: *mut qftp_host,
    now_ms: u64,
    remote: *const c_char,
    offset: u64,
    length: u64,
    last: c_int,
) -> qftp_status {
    call(handle!(host), |engine| {
        let remote = text!(remote)?;
        let operation = Operation::Put {
            remote,
            offset,
            length,
            last: last != 0,
        };
        engine.start(now_ms, operation)
    })
}

/// Starts a download. The payload comes by QFTP_EVENT_DATA; QFTP_EVENT_DONE gives how many bytes came.
///
/// @param host      The engine.
/// @param now_ms    The time.
/// @param remote    Name on the server.
/// @param offset    Where in the remote file to start.
/// @param length    How many bytes to get at most; QFTP_ALL is to the end of the file.
/// @param expected  How many bytes will come, where qftp_host_size told it: the end is certain then whatever the
///                  payload looks like. QFTP_UNKNOWN where it is not known.
/// @return          QFTP_OK, QFTP_ERR_UNSUPPORTED or a handle error: QFTP_ERR_BUSY also while another operation
///                  runs.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_host_get(
    host: *mut qftp_host,
    now_ms: u64,
    remote: *const c_char,
    offset: u64,
    length: u64,
    expected: u64,
) -> qftp_status {
    call(handle!(host), |engine| {
        let remote = text!(remote)?;
        let operation = Operation::Get {
            remote,
            offset,
            length: (length != QFTP_ALL).then_some(length),
            expected: (expected != QFTP_UNKNOWN).then_some(expected),
        };
        engine.start(now_ms, operation)
    })
}

/// Lists a directory as the server shows it to people. The text comes by QFTP_EVENT_DATA; QFTP_EVENT_DONE gives how
/// many bytes came.
///
/// @param host    The engine.
/// @param now_ms  The time.
/// @param path    The directory.
/// @return        QFTP_OK, QFTP_ERR_UNSUPPORTED or a handle error: QFTP_ERR_BUSY also while another operation
///                runs.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_host_list(
    host: *mut qftp_host,
    now_ms: u64,
    path: *const c_char,
) -> qftp_status {
    call(handle!(host), |engine| {
        let path = text!(path)?;
        engine.start(now_ms, Operation::List(Listing::List, path))
    })
}

/// Lists the names in a directory. The text comes by QFTP_EVENT_DATA; QFTP_EVENT_DONE gives how many bytes came.
///
/// @param host    The engine.
/// @param now_ms  The time.
/// @param path    The directory.
/// @return        QFTP_OK, QFTP_ERR_UNSUPPORTED or a handle error: QFTP_ERR_BUSY also while another operation
///                runs.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_host_nlst(
    host: *mut qftp_host,
    now_ms: u64,
    path: *const c_char,
) -> qftp_status {
    call(handle!(host), |engine| {
        let path = text!(path)?;
        engine.start(now_ms, Operation::List(Listing::Names, path))
    })
}

/// Lists a directory for machines (RFC 3659). The text comes by QFTP_EVENT_DATA; QFTP_EVENT_DONE gives how many bytes
/// came.
///
/// @param host    The engine.
/// @param now_ms  The time.
/// @param path    The directory.
/// @return        QFTP_OK, QFTP_ERR_UNSUPPORTED or a handle error: QFTP_ERR_BUSY also while another operation
///                runs.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_host_mlsd(
    host: *mut qftp_host,
    now_ms: u64,
    path: *const c_char,
) -> qftp_status {
    call(handle!(host), |engine| {
        let path = text!(path)?;
        engine.start(now_ms, Operation::List(Listing::Machine, path))
    })
}

/// Asks for the size of a file; QFTP_EVENT_DONE gives it as its number.
///
/// @param host    The engine.
/// @param now_ms  The time.
/// @param remote  The file.
/// @return        QFTP_OK, QFTP_ERR_UNSUPPORTED or a handle error: QFTP_ERR_BUSY also while another operation
///                runs.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_host_size(
    host: *mut qftp_host,
    now_ms: u64,
    remote: *const c_char,
) -> qftp_status {
    call(handle!(host), |engine| {
        let remote = text!(remote)?;
        engine.start(now_ms, Operation::Size(remote))
    })
}

/// Asks for the time of a file's last change; QFTP_EVENT_DONE gives the text YYYYMMDDHHMMSS.
///
/// @param host    The engine.
/// @param now_ms  The time.
/// @param remote  The file.
/// @return        QFTP_OK, QFTP_ERR_UNSUPPORTED or a handle error: QFTP_ERR_BUSY also while another operation
///                runs.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_host_mdtm(
    host: *mut qftp_host,
    now_ms: u64,
    remote: *const c_char,
) -> qftp_status {
    call(handle!(host), |engine| {
        let remote = text!(remote)?;
        engine.start(now_ms, Operation::Modified(remote))
    })
}

/// Deletes a file.
///
/// @param host    The engine.
/// @param now_ms  The time.
/// @param remote  The file.
/// @return        QFTP_OK, QFTP_ERR_UNSUPPORTED or a handle error: QFTP_ERR_BUSY also while another operation
///                runs.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_host_delete(
    host: *mut qftp_host,
    now_ms: u64,
    remote: *const c_char,
) -> qftp_status {
    call(handle!(host), |engine| {
        let remote = text!(remote)?;
        engine.start(now_ms, Operation::Delete(remote))
    })
}

/// Renames a file or directory.
///
/// @param host    The engine.
/// @param now_ms  The time.
/// @param from    Its name.
/// @param to      Its new name.
/// @return        QFTP_OK, QFTP_ERR_UNSUPPORTED or a handle error: QFTP_ERR_BUSY also while another operation
///                runs.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_host_rename(
    host: *mut qftp_host,
    now_ms: u64,
    from: *const c_char,
    to: *const c_char,
) -> qftp_status {
    call(handle!(host), |engine| {
        let (from, to) = (text!(from)?, text!(to)?);
        engine.start(now_ms, Operation::Rename { from, to })
    })
}

/// Makes a directory.
///
/// @param host    The engine.
/// @param now_ms  The time.
/// @param path    The directory.
/// @return        QFTP_OK, QFTP_ERR_UNSUPPORTED or a handle error: QFTP_ERR_BUSY also while another operation
///                runs.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_host_mkdir(
    host: *mut qftp_host,
    now_ms: u64,
    path: *const c_char,
) -> qftp_status {
    call(handle!(host), |engine| {
        let path = text!(path)?;
        engine.start(now_ms, Operation::MakeDir(path))
    })
}

/// Removes an empty directory.
///
/// @param host    The engine.
/// @param now_ms  The time.
/// @param path    The directory.
/// @return        QFTP_OK, QFTP_ERR_UNSUPPORTED or a handle error: QFTP_ERR_BUSY also while another operation
///                runs.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_host_rmdir(
    host: *mut qftp_host,
    now_ms: u64,
    path: *const c_char,
) -> qftp_status {
    call(handle!(host), |engine| {
        let path = text!(path)?;
        engine.start(now_ms, Operation::RemoveDir(path))
    })
}

/// Changes the current directory.
///
/// @param host    The engine.
/// @param now_ms  The time.
/// @param path    The directory.
/// @return        QFTP_OK, QFTP_ERR_UNSUPPORTED or a handle error: QFTP_ERR_BUSY also while another operation
///                runs.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_host_cwd(
    host: *mut qftp_host,
    now_ms: u64,
    path: *const c_char,
) -> qftp_status {
    call(handle!(host), |engine| {
        let path = text!(path)?;
        engine.start(now_ms, Operation::ChangeDir(path))
    })
}

/// Asks for the current directory; QFTP_EVENT_DONE gives it as text.
///
/// @param host    The engine.
/// @param now_ms  The time.
/// @return        QFTP_OK, QFTP_ERR_UNSUPPORTED or a handle error: QFTP_ERR_BUSY also while another operation
///                runs.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_host_pwd(host: *mut qftp_host, now_ms: u64) -> qftp_status {
    call(handle!(host), |engine| {
        engine.start(now_ms, Operation::WorkingDir)
    })
}
