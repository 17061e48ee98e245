//! The module's own files.

use std::ffi::{c_char, c_void};

use qftp::client::{Entry, EntryKind, StoredFile};
use qftp::dialect::Volume;

use super::callback::{Sink, Source, qftp_read_cb, qftp_write_cb};
use super::listing::{each_entry, qftp_entry_cb};
use super::{call, qftp_client};
use crate::convert;
use crate::error::Fault;
use crate::status::qftp_status;

const PLACES: [Volume; 3] = [Volume::Ufs, Volume::Ram, Volume::Sd];

unsafe fn place_of(name: *const c_char) -> Result<Volume, Fault> {
    // SAFETY: the pointer is as the header says.
    let name = unsafe { convert::bytes(name, "place") }?;
    let named = |store: &Volume| {
        let prefix = store.prefix().as_bytes();
        name == prefix || Some(name) == prefix.strip_suffix(b":")
    };
    let place = PLACES.into_iter().find(named);
    place.ok_or_else(|| Fault::argument("place is none of UFS, RAM, SD"))
}

/// Free and total bytes of a place: "UFS" (flash), "RAM" or "SD". Either result may be NULL.
/// Errors: as qftp_client_login.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_client_store_space(
    client: *mut qftp_client,
    place: *const c_char,
    free_bytes: *mut u64,
    total_bytes: *mut u64,
) -> qftp_status {
    // SAFETY: the pointers are as the header says.
    unsafe {
        call(client, |session, _| {
            let (free, total) = session.client.store().space(place_of(place)?)?;
            convert::store(free_bytes, free);
            convert::store(total_bytes, total);
            Ok(())
        })
    }
}

/// Volume by pattern: "*" for all in flash, "RAM:*", or one name. The callback is called for each when all have come.
/// Errors: as qftp_client_login.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_client_store_list(
    client: *mut qftp_client,
    pattern: *const c_char,
    callback: qftp_entry_cb,
    user: *mut c_void,
) -> qftp_status {
    // SAFETY: the pointers are as the header says.
    unsafe {
        call(client, |session, _| {
            let pattern = convert::bytes(pattern, "pattern")?;
            callback.ok_or(Fault::Null("callback"))?;
            let files = session.client.store().list(pattern)?;
            each_entry(files.into_iter().map(entry), callback, user)
        })
    }
}

fn entry(file: StoredFile) -> Entry {
    Entry {
        raw: file.name.clone(),
        name: file.name,
        kind: EntryKind::File,
        size: Some(file.size),
        modified: None,
    }
}

/// Puts a file of the local file system, at least 1 byte, into a new file of the store; the module's checksum over it
/// is compared. Errors: as qftp_client_login, and QFTP_ERR_LOCAL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_client_store_upload_file(
    client: *mut qftp_client,
    path: *const c_char,
    name: *const c_char,
) -> qftp_status {
    // SAFETY: the pointers are as the header says.
    unsafe {
        call(client, |session, _| {
            let path = convert::path(path, "path")?;
            let name = convert::bytes(name, "name")?;
            Ok(session.client.store().upload_file(path, name)?)
        })
    }
}

/// Puts length bytes at data, at least 1, into a new file of the store. The rest as qftp_client_store_upload_file.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_client_store_upload_buffer(
    client: *mut qftp_client,
    data: *const c_void,
    length: usize,
    name: *const c_char,
) -> qftp_status {
    // SAFETY: the pointers are as the header says.
    unsafe {
        call(client, |session, _| {
            let mut data = convert::data(data, length, "data")?;
            let name = convert::bytes(name, "name")?;
            let mut files = session.client.store();
            Ok(files.upload(&mut data, length as u64, name)?)
        })
    }
}

/// Puts size bytes, at least 1, that a callback gives into a new file of the store. The rest as
/// qftp_client_store_upload_file.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_client_store_upload_callback(
    client: *mut qftp_client,
    callback: qftp_read_cb,
    user: *mut c_void,
    size: u64,
    name: *const c_char,
) -> qftp_status {
    // SAFETY: the pointers are as the header says.
    unsafe {
        call(client, |session, _| {
            let mut source = Source::new(callback, user)?;
            let name = convert::bytes(name, "name")?;
            Ok(session.client.store().upload(&mut source, size, name)?)
        })
    }
}

/// Reads a file of the store into a file of the local file system: to a temporary name beside it, which takes its place
/// when complete. The module's checksum is compared. bytes, if not NULL, gets how many came.
/// Errors: as qftp_client_login, and QFTP_ERR_LOCAL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_client_store_download_file(
    client: *mut qftp_client,
    name: *const c_char,
    path: *const c_char,
    bytes: *mut u64,
) -> qftp_status {
    // SAFETY: the pointers are as the header says.
    unsafe {
        call(client, |session, _| {
            let name = convert::bytes(name, "name")?;
            let path = convert::path(path, "path")?;
            convert::store(bytes, session.client.store().download_file(name, path)?);
            Ok(())
        })
    }
}

/// Reads a file of the store into size bytes at buffer; *length gets how many came. If they are not enough,
/// QFTP_ERR_BUFFER is returned and *length gets how many would be; so a size of 0 asks for the length. After an error
/// the contents of the buffer are undefined.
/// Errors: as qftp_client_login, and QFTP_ERR_BUFFER.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_client_store_download_buffer(
    client: *mut qftp_client,
    name: *const c_char,
    buffer: *mut c_void,
    size: usize,
    length: *mut usize,
) -> qftp_status {
    // SAFETY: the pointers are as the header says.
    unsafe {
        call(client, |session, _| {
            let name = convert::bytes(name, "name")?;
            convert::required(length, "length")?;
            let mut room = convert::room(buffer, size, "buffer")?;
            let mut files = session.client.store();
            if let [file] = files.list(name)?.as_slice()
                && file.size > size as u64
            {
                convert::store(length, usize::try_from(file.size).unwrap_or(usize::MAX));
                return Err(Fault::Buffer { needed: file.size });
            }
            files.download(name, &mut room)?;
            convert::store(length, size - room.len());
            Ok(())
        })
    }
}

/// Reads a file of the store into a callback. The rest as qftp_client_store_download_file.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_client_store_download_callback(
    client: *mut qftp_client,
    name: *const c_char,
    callback: qftp_write_cb,
    user: *mut c_void,
    bytes: *mut u64,
) -> qftp_status {
    // SAFETY: the pointers are as the header says.
    unsafe {
        call(client, |session, _| {
            let name = convert::bytes(name, "name")?;
            let mut sink = Sink::new(callback, user)?;
            convert::store(bytes, session.client.store().download(name, &mut sink)?);
            Ok(())
        })
    }
}

/// Deletes files of the store by pattern or name. Errors: as qftp_client_login.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_client_store_remove(
    client: *mut qftp_client,
    pattern: *const c_char,
) -> qftp_status {
    // SAFETY: the pointers are as the header says.
    unsafe {
        call(client, |session, _| {
            let pattern = convert::bytes(pattern, "pattern")?;
            Ok(session.client.store().delete(pattern)?)
        })
    }
}
