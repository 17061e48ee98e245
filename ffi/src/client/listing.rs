//! Directories.

use std::ffi::{c_char, c_int, c_void};

use qftp::client::{Entry, EntryKind};

use super::callback::{self, qftp_line_cb, terminated};
use super::transfer::QFTP_UNKNOWN;
use super::{call, qftp_client};
use crate::convert;
use crate::error::Fault;
use crate::status::qftp_status;

/// What an entry is.
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

/// An entry of a directory, or a file in the module's store. Only ever made by the library.
#[repr(C)]
pub struct qftp_entry {
    /// sizeof(qftp_entry) as the library knows it.
    pub size: u32,
    /// What it is.
    pub kind: qftp_entry_kind,
    /// Its size; QFTP_UNKNOWN if the listing does not say.
    pub bytes: u64,
    /// Its name.
    pub name: *const c_char,
    /// When it was changed: YYYYMMDDHHMMSS in UTC where the server says so (MLSD), else in the server's own words;
    /// NULL if the listing does not say.
    pub modified: *const c_char,
    /// The line it was read from.
    pub raw: *const c_char,
}

/// Given an entry. Anything but 0 returned ends the call with QFTP_ERR_CANCELLED.
pub type qftp_entry_cb =
    Option<unsafe extern "C" fn(entry: *const qftp_entry, user: *mut c_void) -> c_int>;

/// `size` of an entry.
const ENTRY_SIZE: u32 = {
    assert!(size_of::<qftp_entry>() < 1 << 16);
    #[allow(clippy::cast_possible_truncation, reason = "asserted above")]
    let size = size_of::<qftp_entry>() as u32;
    size
};

/// Hands out entries until one is refused.
pub(super) fn each_entry(
    entries: impl Iterator<Item = Entry>,
    callback: qftp_entry_cb,
    user: *mut c_void,
) -> Result<(), Fault> {
    let callback = callback.ok_or(Fault::Null("callback"))?;
    for entry in entries {
        let name = terminated(&entry.name);
        let modified = entry.modified.map(|time| terminated(time.as_bytes()));
        let raw = terminated(&entry.raw);
        let entry = qftp_entry {
            size: ENTRY_SIZE,
            kind: entry.kind.into(),
            bytes: entry.size.unwrap_or(QFTP_UNKNOWN),
            name: name.as_ptr(),
            modified: modified
                .as_ref()
                .map_or(std::ptr::null(), |time| time.as_ptr()),
            raw: raw.as_ptr(),
        };
        // SAFETY: the program gave function and pointer for each other; entry and strings live through the call.
        if unsafe { callback(&raw const entry, user) } != 0 {
            return Err(callback::refused());
        }
    }
    Ok(())
}

/// A directory's entries, without "." and "..": by MLSD, or by LIST where the server has no MLSD. dir may be "" for the
/// current one. The callback is called for each when all have come.
/// Errors: as qftp_client_login.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_client_list(
    client: *mut qftp_client,
    dir: *const c_char,
    callback: qftp_entry_cb,
    user: *mut c_void,
) -> qftp_status {
    // SAFETY: the pointers are as the header says.
    unsafe {
        call(client, |session, _| {
            let dir = convert::bytes(dir, "dir")?;
            callback.ok_or(Fault::Null("callback"))?;
            let entries = session.client.list(dir)?;
            each_entry(entries.into_iter(), callback, user)
        })
    }
}

/// A directory as the server shows it to people, line by line. Errors: as qftp_client_login.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_client_list_text(
    client: *mut qftp_client,
    dir: *const c_char,
    callback: qftp_line_cb,
    user: *mut c_void,
) -> qftp_status {
    // SAFETY: the pointers are as the header says.
    unsafe {
        call(client, |session, _| {
            let dir = convert::bytes(dir, "dir")?;
            callback.ok_or(Fault::Null("callback"))?;
            let text = session.client.list_text(dir)?;
            let lines = text
                .split_inclusive(|byte| *byte == b'\n')
                .map(|line| line.strip_suffix(b"\n").unwrap_or(line))
                .map(|line| line.strip_suffix(b"\r").unwrap_or(line));
            callback::each_line(lines, callback, user)
        })
    }
}

/// The names in a directory, as the server gives them. Errors: as qftp_client_login.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_client_nlst(
    client: *mut qftp_client,
    dir: *const c_char,
    callback: qftp_line_cb,
    user: *mut c_void,
) -> qftp_status {
    // SAFETY: the pointers are as the header says.
    unsafe {
        call(client, |session, _| {
            let dir = convert::bytes(dir, "dir")?;
            callback.ok_or(Fault::Null("callback"))?;
            let names = session.client.nlst(dir)?;
            callback::each_line(names.iter().map(Vec::as_slice), callback, user)
        })
    }
}
