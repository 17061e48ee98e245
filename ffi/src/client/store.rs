//! The module's own files.

use std::ffi::{c_char, c_void};

use qftp::client::Entry;
use qftp::dialect::Volume;

use super::asked::asked;
use super::last_transfer::to_c;
use super::listing::{each_entry, qftp_entry_cb};
use super::{call, qftp_client};
use crate::callback::{Sink, Source, qftp_read_cb, qftp_write_cb};
use crate::error::Fault;
use crate::ptr::{callback, data, handle, local_path, optional_out, out, room, text};
use crate::status::qftp_status;

const VOLUMES: [Volume; 3] = [Volume::Ufs, Volume::Ram, Volume::Sd];

fn volume_by_name(name: &[u8]) -> Result<Volume, Fault> {
    let named = |volume: &Volume| {
        let prefix = volume.prefix().as_bytes();
        name == prefix || Some(name) == prefix.strip_suffix(b":")
    };
    let volume = VOLUMES.into_iter().find(named);
    volume.ok_or_else(|| Fault::argument("volume is none of UFS, RAM, SD"))
}

/// Asks for the free and total bytes of a volume of the store.
///
/// @param client       The client.
/// @param volume       "UFS" (flash), "RAM" or "SD".
/// @param free_bytes   Gets the free bytes; may be NULL.
/// @param total_bytes  Gets the total bytes; may be NULL.
/// @return             QFTP_OK, a handle error or a command error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_client_store_space(
    client: *mut qftp_client,
    volume: *const c_char,
    free_bytes: *mut u64,
    total_bytes: *mut u64,
) -> qftp_status {
    call(handle!(client), |session, _| {
        let volume = volume_by_name(text!(volume)?)?;
        let (free, total) = session.client.store().space(volume)?;
        optional_out!(free_bytes).store(free);
        optional_out!(total_bytes).store(total);
        Ok(())
    })
}

/// Lists files of the store.
///
/// @param client    The client.
/// @param pattern   "*" for all in flash, "RAM:*", or one name.
/// @param callback  Receives each file, when all have come.
/// @param user      Handed to the callback.
/// @return          QFTP_OK, a handle error or a command error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_client_store_list(
    client: *mut qftp_client,
    pattern: *const c_char,
    callback: qftp_entry_cb,
    user: *mut c_void,
) -> qftp_status {
    call(handle!(client), |session, _| {
        let (pattern, callback) = (text!(pattern)?, callback!(callback, user)?);
        let files = session
            .client
            .store()
            .list(pattern)
            .map_err(asked("list", pattern))?;
        each_entry(files.into_iter().map(Entry::from), callback)
    })
}

/// Copies a file of the local file system into a new file of the store and compares the module's checksum.
///
/// @param client  The client.
/// @param path    The local file, of at least 1 byte.
/// @param name    Name of the new file.
/// @return        QFTP_OK, QFTP_ERR_LOCAL, QFTP_ERR_CHECKSUM, a handle error or a command error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_client_store_upload_file(
    client: *mut qftp_client,
    path: *const c_char,
    name: *const c_char,
) -> qftp_status {
    call(handle!(client), |session, _| {
        let path = local_path(text!(path)?, "path")?;
        let name = text!(name)?;
        let mut store = session.client.store();
        store.upload_file(path, name).map_err(asked("upload", name))
    })
}

/// Copies bytes of the program into a new file of the store and compares the module's checksum.
///
/// @param client  The client.
/// @param data    The bytes.
/// @param length  How many there are, at least 1.
/// @param name    Name of the new file.
/// @return        QFTP_OK, QFTP_ERR_CHECKSUM, a handle error or a command error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_client_store_upload_buffer(
    client: *mut qftp_client,
    data: *const c_void,
    length: usize,
    name: *const c_char,
) -> qftp_status {
    call(handle!(client), |session, _| {
        let mut data = data!(data, length)?;
        let name = text!(name)?;
        let mut store = session.client.store();
        let sent = store.upload(&mut data, length as u64, name);
        sent.map_err(asked("upload", name))
    })
}

/// Copies bytes of a callback into a new file of the store and compares the module's checksum.
///
/// @param client    The client.
/// @param callback  Supplies the bytes.
/// @param user      Handed to the callback.
/// @param size      How many bytes there will be, at least 1.
/// @param name      Name of the new file.
/// @return          QFTP_OK, QFTP_ERR_LOCAL, QFTP_ERR_CHECKSUM, a handle error or a command error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_client_store_upload_callback(
    client: *mut qftp_client,
    callback: qftp_read_cb,
    user: *mut c_void,
    size: u64,
    name: *const c_char,
) -> qftp_status {
    call(handle!(client), |session, _| {
        let mut source = Source(callback!(callback, user)?);
        let name = text!(name)?;
        let mut store = session.client.store();
        let sent = store.upload(&mut source, size, name);
        sent.map_err(asked("upload", name))
    })
}

/// Copies a file of the store into a file of the local file system and compares the module's checksum. The bytes go to
/// a temporary name beside it, which takes its place when complete.
///
/// @param client  The client.
/// @param name    The file of the store.
/// @param path    The local file.
/// @param bytes   Gets how many bytes came; may be NULL.
/// @return        QFTP_OK, QFTP_ERR_LOCAL, QFTP_ERR_CHECKSUM, a handle error or a command error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_client_store_download_file(
    client: *mut qftp_client,
    name: *const c_char,
    path: *const c_char,
    bytes: *mut u64,
) -> qftp_status {
    call(handle!(client), |session, _| {
        let name = text!(name)?;
        let path = local_path(text!(path)?, "path")?;
        let count = session.client.store().download_file(name, path);
        let count = count.map_err(asked("download", name))?;
        optional_out!(bytes).store(count);
        Ok(())
    })
}

/// Copies a file of the store into a buffer and compares the module's checksum.
///
/// If the buffer is too small, length gets the size of the file; so a size of 0 asks for the length. After an error the
/// contents of the buffer are undefined.
///
/// @param client  The client.
/// @param name    The file of the store.
/// @param buffer  Gets the bytes; may be NULL if size is 0.
/// @param size    Bytes that fit into the buffer.
/// @param length  Gets how many bytes came.
/// @return        QFTP_OK, QFTP_ERR_BUFFER, QFTP_ERR_CHECKSUM, a handle error or a command error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_client_store_download_buffer(
    client: *mut qftp_client,
    name: *const c_char,
    buffer: *mut c_void,
    size: usize,
    length: *mut usize,
) -> qftp_status {
    call(handle!(client), |session, _| {
        let name = text!(name)?;
        let length = out!(length)?;
        let mut room = room!(buffer, size)?;
        let mut store = session.client.store();
        if let [file] = store.list(name)?.as_slice()
            && file.size > size as u64
        {
            length.store(usize::try_from(file.size).unwrap_or(usize::MAX));
            return Err(Fault::Buffer { needed: file.size });
        }
        store
            .download(name, &mut room)
            .map_err(asked("download", name))?;
        length.store(size - room.len());
        Ok(())
    })
}

/// Hands a file of the store to a callback and compares the module's checksum.
///
/// @param client    The client.
/// @param name      The file of the store.
/// @param callback  Takes the bytes.
/// @param user      Handed to the callback.
/// @param bytes     Gets how many bytes came; may be NULL.
/// @return          QFTP_OK, QFTP_ERR_LOCAL, QFTP_ERR_CHECKSUM, a handle error or a command error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_client_store_download_callback(
    client: *mut qftp_client,
    name: *const c_char,
    callback: qftp_write_cb,
    user: *mut c_void,
    bytes: *mut u64,
) -> qftp_status {
    call(handle!(client), |session, _| {
        let name = text!(name)?;
        let mut sink = Sink(callback!(callback, user)?);
        let count = session.client.store().download(name, &mut sink);
        let count = count.map_err(asked("download", name))?;
        optional_out!(bytes).store(count);
        Ok(())
    })
}

/// Has the module download a file of the server into its store, where it replaces a file of that name, and compares the
/// sizes. Nothing goes over the line. qftp_client_last_transfer has the rest of the result.
///
/// @param client  The client.
/// @param remote  Name on the server.
/// @param name    Name in the store: "UFS:a", "RAM:a", or a bare name, which is in flash.
/// @param bytes   Gets how many bytes came; may be NULL.
/// @return        QFTP_OK, QFTP_ERR_INCOMPLETE, QFTP_ERR_UNSUPPORTED, a handle error or a command error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_client_store_fetch(
    client: *mut qftp_client,
    remote: *const c_char,
    name: *const c_char,
    bytes: *mut u64,
) -> qftp_status {
    call(handle!(client), |session, _| {
        let (remote, name) = (text!(remote)?, text!(name)?);
        let moved = session.client.store().fetch(remote, name);
        let moved = moved.map_err(asked("get", remote))?;
        session.last_transfer = to_c(&moved);
        optional_out!(bytes).store(moved.bytes);
        Ok(())
    })
}

/// Has the module upload a file of its store to the server, and compares the sizes. Nothing goes over the line.
/// qftp_client_last_transfer has the rest of the result.
///
/// @param client  The client.
/// @param name    Name in the store: "UFS:a", "RAM:a", or a bare name, which is in flash.
/// @param remote  Name on the server.
/// @param bytes   Gets how many bytes were sent; may be NULL.
/// @return        QFTP_OK, QFTP_ERR_INCOMPLETE, QFTP_ERR_UNSUPPORTED, a handle error or a command error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_client_store_send(
    client: *mut qftp_client,
    name: *const c_char,
    remote: *const c_char,
    bytes: *mut u64,
) -> qftp_status {
    call(handle!(client), |session, _| {
        let (name, remote) = (text!(name)?, text!(remote)?);
        let moved = session.client.store().send(name, remote);
        let moved = moved.map_err(asked("put", remote))?;
        session.last_transfer = to_c(&moved);
        optional_out!(bytes).store(moved.bytes);
        Ok(())
    })
}

/// Deletes files of the store.
///
/// @param client   The client.
/// @param pattern  "*" for all in flash, "RAM:*", or one name.
/// @return         QFTP_OK, a handle error or a command error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_client_store_remove(
    client: *mut qftp_client,
    pattern: *const c_char,
) -> qftp_status {
    call(handle!(client), |session, _| {
        let pattern = text!(pattern)?;
        let mut store = session.client.store();
        store.remove(pattern).map_err(asked("remove", pattern))
    })
}
