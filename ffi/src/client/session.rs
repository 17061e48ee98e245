//! The session on the server, and what is done there without payload.

use std::ffi::c_char;

use qftp::client::ServiceState;

use super::{call, qftp_client};
use crate::convert;
use crate::login::qftp_login_options;
use crate::status::qftp_status;

/// State of the module's FTP service.
#[repr(i32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum qftp_service_state {
    /// A session is being opened.
    QFTP_STATE_OPENING = 0,
    /// A session is open, nothing runs.
    QFTP_STATE_IDLE = 1,
    /// Payload is being transferred.
    QFTP_STATE_TRANSFERRING = 2,
    /// The session is being closed.
    QFTP_STATE_CLOSING = 3,
    /// There is no session.
    QFTP_STATE_CLOSED = 4,
}

impl From<ServiceState> for qftp_service_state {
    fn from(state: ServiceState) -> Self {
        match state {
            ServiceState::Opening => qftp_service_state::QFTP_STATE_OPENING,
            ServiceState::Idle => qftp_service_state::QFTP_STATE_IDLE,
            ServiceState::Transferring => qftp_service_state::QFTP_STATE_TRANSFERRING,
            ServiceState::Closing => qftp_service_state::QFTP_STATE_CLOSING,
            ServiceState::Closed => qftp_service_state::QFTP_STATE_CLOSED,
        }
    }
}

/// Activates the PDP context if it is not, and opens a session on the server. One that is still open is closed first.
/// Blocks until the server has answered, minutes at worst.
///
/// Errors: QFTP_ERR_ARGUMENT, QFTP_ERR_BUSY, QFTP_ERR_INTERNAL, QFTP_ERR_UNSUPPORTED, QFTP_ERR_CANCELLED and those of
/// the line (QFTP_ERR_LINE, QFTP_ERR_NO_ANSWER, QFTP_ERR_REFUSED, QFTP_ERR_MODULE, QFTP_ERR_UNEXPECTED,
/// QFTP_ERR_RESTARTED).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_client_login(
    client: *mut qftp_client,
    login: *const qftp_login_options,
) -> qftp_status {
    // SAFETY: the pointers are as the header says.
    unsafe {
        call(client, |session, _| {
            Ok(session.client.login(&qftp_login_options::read(login)?)?)
        })
    }
}

/// Closes the session; the client stays. Errors: as qftp_client_login.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_client_logout(client: *mut qftp_client) -> qftp_status {
    // SAFETY: the pointer is as the header says.
    unsafe { call(client, |session, _| Ok(session.client.logout()?)) }
}

/// State of the module's FTP family, into *state. Errors: as qftp_client_login.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_client_service_state(
    client: *mut qftp_client,
    state: *mut qftp_service_state,
) -> qftp_status {
    // SAFETY: the pointers are as the header says.
    unsafe {
        call(client, |session, _| {
            convert::required(state, "state")?;
            convert::store(state, session.client.service_state()?.into());
            Ok(())
        })
    }
}

/// Size of a file on the server in bytes, into *size. Where the dialect has no command for it, from the server's
/// listing. Errors: as qftp_client_login, and QFTP_ERR_NOT_FOUND.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_client_size(
    client: *mut qftp_client,
    path: *const c_char,
    size: *mut u64,
) -> qftp_status {
    // SAFETY: the pointers are as the header says.
    unsafe {
        call(client, |session, _| {
            convert::required(size, "size")?;
            let bytes = session.client.size(convert::bytes(path, "path")?)?;
            convert::store(size, bytes);
            Ok(())
        })
    }
}

/// Time of a file's last change as a string: YYYYMMDDHHMMSS[.NNN] in UTC. 32 bytes are always enough.
/// Errors: as qftp_client_login, and QFTP_ERR_BUFFER.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_client_mdtm(
    client: *mut qftp_client,
    path: *const c_char,
    buffer: *mut c_char,
    size: usize,
    length: *mut usize,
) -> qftp_status {
    // SAFETY: the pointers are as the header says.
    unsafe {
        call(client, |session, _| {
            let time = session.client.mdtm(convert::bytes(path, "path")?)?;
            convert::give(time.as_bytes(), buffer, size, length)
        })
    }
}

/// Deletes a file. Errors: as qftp_client_login.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_client_delete(
    client: *mut qftp_client,
    path: *const c_char,
) -> qftp_status {
    // SAFETY: the pointers are as the header says.
    unsafe {
        call(client, |session, _| {
            Ok(session.client.delete(convert::bytes(path, "path")?)?)
        })
    }
}

/// Renames a file or directory. Errors: as qftp_client_login.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_client_rename(
    client: *mut qftp_client,
    from: *const c_char,
    to: *const c_char,
) -> qftp_status {
    // SAFETY: the pointers are as the header says.
    unsafe {
        call(client, |session, _| {
            let from = convert::bytes(from, "from")?;
            Ok(session.client.rename(from, convert::bytes(to, "to")?)?)
        })
    }
}

/// Makes a directory. Errors: as qftp_client_login.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_client_mkdir(
    client: *mut qftp_client,
    path: *const c_char,
) -> qftp_status {
    // SAFETY: the pointers are as the header says.
    unsafe {
        call(client, |session, _| {
            Ok(session.client.mkdir(convert::bytes(path, "path")?)?)
        })
    }
}

/// Removes an empty directory. Errors: as qftp_client_login.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_client_rmdir(
    client: *mut qftp_client,
    path: *const c_char,
) -> qftp_status {
    // SAFETY: the pointers are as the header says.
    unsafe {
        call(client, |session, _| {
            Ok(session.client.rmdir(convert::bytes(path, "path")?)?)
        })
    }
}

/// Changes the current directory. Errors: as qftp_client_login.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_client_cwd(
    client: *mut qftp_client,
    path: *const c_char,
) -> qftp_status {
    // SAFETY: the pointers are as the header says.
    unsafe {
        call(client, |session, _| {
            Ok(session.client.cwd(convert::bytes(path, "path")?)?)
        })
    }
}

/// Changes to the parent directory. Errors: as qftp_client_login.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_client_cdup(client: *mut qftp_client) -> qftp_status {
    // SAFETY: the pointer is as the header says.
    unsafe { call(client, |session, _| Ok(session.client.cdup()?)) }
}

/// The current directory, as a string. Errors: as qftp_client_login, and QFTP_ERR_BUFFER.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_client_pwd(
    client: *mut qftp_client,
    buffer: *mut c_char,
    size: usize,
    length: *mut usize,
) -> qftp_status {
    // SAFETY: the pointers are as the header says.
    unsafe {
        call(client, |session, _| {
            convert::give(&session.client.pwd()?, buffer, size, length)
        })
    }
}

/// Bytes moved by the last transfer, as the module counts, into *bytes. Errors: as qftp_client_login.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_client_transferred(
    client: *mut qftp_client,
    bytes: *mut u64,
) -> qftp_status {
    // SAFETY: the pointers are as the header says.
    unsafe {
        call(client, |session, _| {
            convert::required(bytes, "bytes")?;
            convert::store(bytes, session.client.transferred()?);
            Ok(())
        })
    }
}
