//! Directories on the server.

use std::ffi::{c_char, c_int, c_void};
use std::ptr;

use qftp::client::{Entry, EntryKind};
use qftp_ffi_shared::callback::terminated;

use super::asked::asked;
use super::{call, qftp_client};
use crate::callback::{self, qftp_line_cb};
use crate::error::Fault;
use crate::ptr::{Callback, StructFunction, callback, handle, text};
use crate::sentinel::QFTP_UNKNOWN;
use crate::status::qftp_status;

/// Kind of an entry.
#[repr(i32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum qftp_entry_kind {
    /// A file.
    QFTP_KIND_FILE = 0,
    /// A directory.
    QFTP_KIND_DIRECTORY = 1,
    /// A symbolic link.
    QFTP_KIND_LINK = 2,
    /// Something else, or the listing does not say.
    QFTP_KIND_OTHER = 3,
}

impl From<EntryKind> for qftp_entry_kind {
    fn from(kind: EntryKind) -> Self {
        match kind {
            EntryKind::File => qftp_entry_kind::QFTP_KIND_FILE,
            EntryKind::Directory => qftp_entry_kind::QFTP_KIND_DIRECTORY,
            EntryKind::Link => qftp_entry_kind::QFTP_KIND_LINK,
            EntryKind::Other => qftp_entry_kind::QFTP_KIND_OTHER,
        }
    }
}

/// An entry of a directory, or a file in the module's store. Only the library makes one.
#[repr(C)]
pub struct qftp_entry {
    /// sizeof(qftp_entry) as the library knows it.
    pub size: u32,
    /// Kind of the entry.
    pub kind: qftp_entry_kind,
    /// Size of the file in bytes; QFTP_UNKNOWN if the listing does not say.
    pub bytes: u64,
    /// Name of the entry.
    pub name: *const c_char,
    /// Time of the last change: YYYYMMDDHHMMSS in UTC from MLSD, else in the server's own words. NULL if the listing
    /// does not say.
    pub modified: *const c_char,
    /// The line that the entry was read from.
    pub raw: *const c_char,
}

/// Receives an entry.
///
/// @param entry  The entry.
/// @param user   The pointer given with the callback.
/// @return       0 to go on; anything else ends the call with QFTP_ERR_CANCELLED.
pub type qftp_entry_cb =
    Option<unsafe extern "C" fn(entry: *const qftp_entry, user: *mut c_void) -> c_int>;

/// `size` of an entry.
const ENTRY_SIZE: u32 = {
    assert!(size_of::<qftp_entry>() < 1 << 16);
    #[allow(clippy::cast_possible_truncation, reason = "asserted above")]
    let size = size_of::<qftp_entry>() as u32;
    size
};

/// Hands out entries until the callback refuses one.
pub(super) fn each_entry(
    entries: impl Iterator<Item = Entry>,
    callback: Callback<StructFunction<qftp_entry>>,
) -> Result<(), Fault> {
    for entry in entries {
        let name = terminated(&entry.name);
        let modified = entry.modified.map(|time| terminated(time.as_bytes()));
        let raw = terminated(&entry.raw);
        let entry = qftp_entry {
            size: ENTRY_SIZE,
            kind: entry.kind.into(),
            bytes: entry.size.unwrap_or(QFTP_UNKNOWN),
            name: name.as_ptr(),
            modified: modified.as_ref().map_or(ptr::null(), |time| time.as_ptr()),
            raw: raw.as_ptr(),
        };
        if callback.call(&entry) != 0 {
            return Err(callback::refused());
        }
    }
    Ok(())
}

/// Lists a directory without "." and "..": by MLSD, or by LIST where the server has no MLSD.
///
/// @param client    The client.
/// @param dir       The directory; "" is the current one.
/// @param callback  Receives each entry, when all have come.
/// @param user      Handed to the callback.
/// @return          QFTP_OK, a handle error or a command error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_client_list(
    client: *mut qftp_client,
    dir: *const c_char,
    callback: qftp_entry_cb,
    user: *mut c_void,
) -> qftp_status {
    call(handle!(client), |session, _| {
        let (dir, callback) = (text!(dir)?, callback!(callback, user)?);
        let entries = session.client.list(dir).map_err(asked("list", dir))?;
        each_entry(entries.into_iter(), callback)
    })
}

/// Lists a directory without "." and "..", by MLSD alone: kinds, sizes and times are certain.
///
/// @param client    The client.
/// @param dir       The directory; "" is the current one.
/// @param callback  Receives each entry, when all have come.
/// @param user      Handed to the callback.
/// @return          QFTP_OK, a handle error or a command error: QFTP_ERR_MODULE where the server has no MLSD.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_client_mlsd(
    client: *mut qftp_client,
    dir: *const c_char,
    callback: qftp_entry_cb,
    user: *mut c_void,
) -> qftp_status {
    call(handle!(client), |session, _| {
        let (dir, callback) = (text!(dir)?, callback!(callback, user)?);
        let entries = session.client.mlsd(dir).map_err(asked("list", dir))?;
        each_entry(entries.into_iter(), callback)
    })
}

/// Lists a directory as the server shows it to people, by LIST.
///
/// @param client    The client.
/// @param dir       The directory; "" is the current one.
/// @param callback  Receives each line, when all have come.
/// @param user      Handed to the callback.
/// @return          QFTP_OK, a handle error or a command error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_client_list_text(
    client: *mut qftp_client,
    dir: *const c_char,
    callback: qftp_line_cb,
    user: *mut c_void,
) -> qftp_status {
    call(handle!(client), |session, _| {
        let (dir, callback) = (text!(dir)?, callback!(callback, user)?);
        let text = session.client.list_text(dir).map_err(asked("list", dir))?;
        let lines = text
            .split_inclusive(|byte| *byte == b'\n')
            .map(|line| line.strip_suffix(b"\n").unwrap_or(line))
            .map(|line| line.strip_suffix(b"\r").unwrap_or(line));
        callback::each_line(lines, callback)
    })
}

/// Lists the names in a directory as the server gives them, by NLST.
///
/// @param client    The client.
/// @param dir       The directory; "" is the current one.
/// @param callback  Receives each name, when all have come.
/// @param user      Handed to the callback.
/// @return          QFTP_OK, a handle error or a command error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_client_nlst(
    client: *mut qftp_client,
    dir: *const c_char,
    callback: qftp_line_cb,
    user: *mut c_void,
) -> qftp_status {
    call(handle!(client), |session, _| {
        let (dir, callback) = (text!(dir)?, callback!(callback, user)?);
        let names = session.client.nlst(dir).map_err(asked("list", dir))?;
        callback::each_line(names.iter().map(Vec::as_slice), callback)
    })
}
