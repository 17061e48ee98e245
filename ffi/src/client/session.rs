//! The session on the server, and the operations there that move no payload.

use std::ffi::c_char;

use super::asked::asked;
use super::{call, qftp_client};
use crate::login::qftp_login_options;
use crate::ptr::{handle, out, required_options, string_out, text};
use crate::service_state::qftp_service_state;
use crate::status::qftp_status;

/// Opens a session on the server. Activates the PDP context if it is not active, and closes a session that is still
/// open. Blocks until the server has answered, minutes at worst.
///
/// @param client  The client.
/// @param login   Server, account and settings.
/// @return        QFTP_OK, a handle error or a command error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_client_login(
    client: *mut qftp_client,
    login: *const qftp_login_options,
) -> qftp_status {
    call(handle!(client), |session, _| {
        let login = required_options!(login)?.to_login()?;
        session.client.login(&login).map_err(asked("log in", b""))
    })
}

/// Closes the session; the client stays.
///
/// @param client  The client.
/// @return        QFTP_OK, a handle error or a command error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_client_logout(client: *mut qftp_client) -> qftp_status {
    call(handle!(client), |session, _| Ok(session.client.logout()?))
}

/// Asks for the state of the module's FTP service.
///
/// @param client  The client.
/// @param state   Gets the state.
/// @return        QFTP_OK, a handle error or a command error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_client_service_state(
    client: *mut qftp_client,
    state: *mut qftp_service_state,
) -> qftp_status {
    call(handle!(client), |session, _| {
        let state = out!(state)?;
        state.store(session.client.service_state()?.into());
        Ok(())
    })
}

/// Asks for the size of a file on the server. Where the dialect has no command for it, the server's listing tells it.
///
/// @param client  The client.
/// @param path    The file.
/// @param size    Gets its size in bytes.
/// @return        QFTP_OK, QFTP_ERR_NOT_FOUND, a handle error or a command error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_client_size(
    client: *mut qftp_client,
    path: *const c_char,
    size: *mut u64,
) -> qftp_status {
    call(handle!(client), |session, _| {
        let size = out!(size)?;
        let path = text!(path)?;
        let found = session.client.size(path);
        size.store(found.map_err(asked("tell the size of", path))?);
        Ok(())
    })
}

/// Asks for the time of a file's last change: YYYYMMDDHHMMSS[.NNN] in UTC.
///
/// @param client  The client.
/// @param path    The file.
/// @param buffer  Gets the time; 32 bytes are always enough.
/// @param size    Bytes that fit into the buffer.
/// @param length  Gets the length of the time; may be NULL.
/// @return        QFTP_OK, QFTP_ERR_BUFFER, a handle error or a command error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_client_mdtm(
    client: *mut qftp_client,
    path: *const c_char,
    buffer: *mut c_char,
    size: usize,
    length: *mut usize,
) -> qftp_status {
    call(handle!(client), |session, _| {
        let path = text!(path)?;
        let time = session.client.mdtm(path);
        let time = time.map_err(asked("tell the time of", path))?;
        string_out!(buffer, size, length).store(time.as_bytes())
    })
}

/// Deletes a file.
///
/// @param client  The client.
/// @param path    The file.
/// @return        QFTP_OK, a handle error or a command error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_client_delete(
    client: *mut qftp_client,
    path: *const c_char,
) -> qftp_status {
    call(handle!(client), |session, _| {
        let path = text!(path)?;
        session.client.delete(path).map_err(asked("delete", path))
    })
}

/// Renames a file or directory.
///
/// @param client  The client.
/// @param from    Its name.
/// @param to      Its new name.
/// @return        QFTP_OK, a handle error or a command error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_client_rename(
    client: *mut qftp_client,
    from: *const c_char,
    to: *const c_char,
) -> qftp_status {
    call(handle!(client), |session, _| {
        let (from, to) = (text!(from)?, text!(to)?);
        session
            .client
            .rename(from, to)
            .map_err(asked("rename", from))
    })
}

/// Makes a directory.
///
/// @param client  The client.
/// @param path    The directory.
/// @return        QFTP_OK, a handle error or a command error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_client_mkdir(
    client: *mut qftp_client,
    path: *const c_char,
) -> qftp_status {
    call(handle!(client), |session, _| {
        let path = text!(path)?;
        session
            .client
            .mkdir(path)
            .map_err(asked("make directory", path))
    })
}

/// Makes a directory, and those above it that are missing. A directory that is there is no error.
///
/// @param client  The client.
/// @param path    The directory.
/// @return        QFTP_OK, a handle error or a command error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_client_mkdir_all(
    client: *mut qftp_client,
    path: *const c_char,
) -> qftp_status {
    call(handle!(client), |session, _| {
        let path = text!(path)?;
        let made = session.client.mkdir_all(path);
        made.map_err(asked("make directory", path))
    })
}

/// Removes an empty directory.
///
/// @param client  The client.
/// @param path    The directory.
/// @return        QFTP_OK, a handle error or a command error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_client_rmdir(
    client: *mut qftp_client,
    path: *const c_char,
) -> qftp_status {
    call(handle!(client), |session, _| {
        let path = text!(path)?;
        session
            .client
            .rmdir(path)
            .map_err(asked("remove directory", path))
    })
}

/// Changes the current directory.
///
/// @param client  The client.
/// @param path    The directory.
/// @return        QFTP_OK, a handle error or a command error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_client_cwd(
    client: *mut qftp_client,
    path: *const c_char,
) -> qftp_status {
    call(handle!(client), |session, _| {
        let path = text!(path)?;
        session.client.cwd(path).map_err(asked("change to", path))
    })
}

/// Changes to the parent directory.
///
/// @param client  The client.
/// @return        QFTP_OK, a handle error or a command error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_client_cdup(client: *mut qftp_client) -> qftp_status {
    call(handle!(client), |session, _| {
        session.client.cdup().map_err(asked("change to", b".."))
    })
}

/// Asks for the current directory.
///
/// @param client  The client.
/// @param buffer  Gets the directory.
/// @param size    Bytes that fit into the buffer.
/// @param length  Gets the length of the directory's name; may be NULL.
/// @return        QFTP_OK, QFTP_ERR_BUFFER, a handle error or a command error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_client_pwd(
    client: *mut qftp_client,
    buffer: *mut c_char,
    size: usize,
    length: *mut usize,
) -> qftp_status {
    call(handle!(client), |session, _| {
        let directory = session.client.pwd();
        let directory = directory.map_err(asked("tell the current directory", b""))?;
        string_out!(buffer, size, length).store(&directory)
    })
}

/// Asks how many bytes the last transfer command moved, as the module counts. An upload may end with one that reads its
/// last bytes back; qftp_client_last_transfer has the whole.
///
/// @param client  The client.
/// @param bytes   Gets the bytes.
/// @return        QFTP_OK, a handle error or a command error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_client_transferred(
    client: *mut qftp_client,
    bytes: *mut u64,
) -> qftp_status {
    call(handle!(client), |session, _| {
        let bytes = out!(bytes)?;
        bytes.store(session.client.transferred()?);
        Ok(())
    })
}
