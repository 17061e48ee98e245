//! Files up and down: by path, by buffer, by callback.

use std::ffi::{c_char, c_void};
use std::io::{self, Write};

use qftp::client::{Cancel, Client, Error, GetOptions, PartMode, PutMode, PutOptions, Transferred};

use super::asked::asked;
use super::last_transfer::to_c;
use super::{Session, call, qftp_client};
use crate::callback::{self, Sink, Source, qftp_progress_cb, qftp_read_cb, qftp_write_cb};
use crate::error::Fault;
use crate::ptr::{
    callback, data, handle, local_path, optional_callback, optional_out, options, out, room, text,
};
use crate::sentinel::{QFTP_AT_END, QFTP_UNKNOWN};
use crate::status::qftp_status;
use crate::versioned_struct::Sized32;

/// Options of an upload. Set them up by QFTP_INIT; 0 and NULL are the defaults.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct qftp_put_options {
    /// sizeof(qftp_put_options), set by QFTP_INIT.
    pub size: u32,
    /// Not 0: continue what an earlier upload of the same file left, or begin. The end of that is compared first; where it
    /// differs, the upload starts over. Only for qftp_client_put_file, with offset 0.
    pub resume: u32,
    /// Start in the remote file. 0 replaces the file. QFTP_AT_END adds to its end, or makes it. Otherwise the
    /// upload continues after so many bytes, which are on the server already; qftp_client_put_file passes over the same
    /// bytes of the local file.
    pub offset: u64,
    /// Receives the progress; may be NULL.
    pub on_progress: qftp_progress_cb,
    /// Handed to on_progress.
    pub progress_user: *mut c_void,
    /// Not 0: read all of it back at the end and compare, which takes as long again. Bytes of a buffer or callback are
    /// kept in memory for it. A difference that stays is QFTP_ERR_CHECKSUM.
    pub verify: u32,
    /// Not used, 0.
    pub reserved: u32,
    /// Not 0: upload under another name, `.NAME.part` beside the file, and rename it at the end: others never see a part of
    /// the file, and an upload that fails leaves the old one. For whole files.
    pub atomic: u32,
    /// Not 0: make the directories above the file where they are missing.
    pub create_dirs: u32,
}

// SAFETY: integers, a pointer and an optional function, the size first.
unsafe impl Sized32 for qftp_put_options {}

/// Options of a download. Set them up by QFTP_INIT; 0 and NULL are the defaults.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct qftp_get_options {
    /// sizeof(qftp_get_options), set by QFTP_INIT.
    pub size: u32,
    /// Not 0: continue what an earlier download of the same version left, or the local file, and leave what is confirmed
    /// if this one fails. The end is compared first. Only for qftp_client_get_file, with offset 0.
    pub resume: u32,
    /// Start in the remote file.
    pub offset: u64,
    /// At most this many bytes; 0 is all. Dialects gsm and nl668 have no parts.
    pub length: u64,
    /// Receives the progress; may be NULL.
    pub on_progress: qftp_progress_cb,
    /// Handed to on_progress.
    pub progress_user: *mut c_void,
    /// Not 0: get all of it twice and compare, which takes as long again. A buffer or callback gets the bytes at the end. A
    /// difference that stays is QFTP_ERR_CHECKSUM.
    pub verify: u32,
    /// Not 0: qftp_client_get_file returns before the file is on the disk. A power cut soon after it may leave the new name
    /// with a part of the content, or none. 0: content and name are on the disk.
    pub no_fsync: u32,
    /// Not 0: qftp_client_get_file gives the local file the time that the server states. It costs a command; a server that
    /// tells no time is no error.
    pub keep_time: u32,
    /// Not used, 0.
    pub reserved: u32,
}

// SAFETY: integers, a pointer and an optional function, the size first.
unsafe impl Sized32 for qftp_get_options {}

/// Runs an upload with the options that were given, keeps its result, and returns the bytes it moved.
fn upload(
    given: &qftp_put_options,
    remote: &[u8],
    session: &mut Session,
    cancel: &Cancel,
    transfer: impl FnOnce(&mut Client, PutOptions<'_>) -> Result<Transferred, Error>,
) -> Result<u64, Fault> {
    let mut progress = optional_callback!(given.on_progress, given.progress_user)
        .map(|on_progress| callback::on_progress(on_progress, cancel));
    let mode = match (given.resume, given.offset) {
        (0, 0) => PutMode::Replace,
        (0, QFTP_AT_END) => PutMode::Append,
        (0, offset) => PutMode::Resume(offset),
        (_, 0) => PutMode::Continue,
        _ => {
            return Err(Fault::argument(
                "options.resume and options.offset exclude each other",
            ));
        }
    };
    let mut options = PutOptions::new()
        .mode(mode)
        .verify(given.verify != 0)
        .atomic(given.atomic != 0)
        .create_dirs(given.create_dirs != 0);
    if let Some(progress) = &mut progress {
        options = options.progress(progress);
    }
    let moved = transfer(&mut session.client, options).map_err(asked("put", remote))?;
    session.last_transfer = to_c(&moved);
    Ok(moved.bytes)
}

/// Runs a download with the options that were given, keeps its result, and returns the bytes it moved.
fn download(
    given: &qftp_get_options,
    remote: &[u8],
    session: &mut Session,
    cancel: &Cancel,
    transfer: impl FnOnce(&mut Client, GetOptions<'_>) -> Result<Transferred, Error>,
) -> Result<u64, Fault> {
    let mut progress = optional_callback!(given.on_progress, given.progress_user)
        .map(|on_progress| callback::on_progress(on_progress, cancel));
    let mut options = GetOptions::new()
        .offset(given.offset)
        .verify(given.verify != 0)
        .fsync(given.no_fsync == 0)
        .keep_time(given.keep_time != 0);
    if given.length != 0 {
        options = options.length(given.length);
    }
    if given.resume != 0 {
        if given.offset != 0 || given.length != 0 {
            let text = "options.resume is for whole files: offset and length are 0";
            return Err(Fault::argument(text));
        }
        options = options.part(PartMode::Continue);
    }
    if let Some(progress) = &mut progress {
        options = options.progress(progress);
    }
    let moved = transfer(&mut session.client, options).map_err(asked("get", remote))?;
    session.last_transfer = to_c(&moved);
    Ok(moved.bytes)
}

/// Refuses to continue what is no file.
fn only_files(resume: u32) -> Result<(), Fault> {
    match resume {
        0 => Ok(()),
        _ => Err(Fault::argument("options.resume is for local files")),
    }
}

/// Uploads a file of the local file system. The upload is done when the server's size of the file is right.
///
/// @param client   The client.
/// @param path     The local file.
/// @param remote   Name on the server.
/// @param options  The options; may be NULL.
/// @param bytes    Gets how many bytes were sent; may be NULL.
/// @return         QFTP_OK, QFTP_ERR_LOCAL, QFTP_ERR_INCOMPLETE, a handle error or a command error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_client_put_file(
    client: *mut qftp_client,
    path: *const c_char,
    remote: *const c_char,
    options: *const qftp_put_options,
    bytes: *mut u64,
) -> qftp_status {
    call(handle!(client), |session, cancel| {
        let path = local_path(text!(path)?, "path")?;
        let (remote, given) = (text!(remote)?, options!(options)?);
        let sent = upload(&given, remote, session, cancel, |client, options| {
            client.put_file(path, remote, options)
        })?;
        optional_out!(bytes).store(sent);
        Ok(())
    })
}

/// Uploads bytes of the program. The upload is done when the server's size of the file is right.
///
/// @param client   The client.
/// @param data     The bytes; may be NULL if length is 0.
/// @param length   How many there are.
/// @param remote   Name on the server.
/// @param options  The options; may be NULL.
/// @param bytes    Gets how many bytes were sent; may be NULL.
/// @return         QFTP_OK, QFTP_ERR_INCOMPLETE, a handle error or a command error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_client_put_buffer(
    client: *mut qftp_client,
    data: *const c_void,
    length: usize,
    remote: *const c_char,
    options: *const qftp_put_options,
    bytes: *mut u64,
) -> qftp_status {
    call(handle!(client), |session, cancel| {
        let mut data = data!(data, length)?;
        let (remote, given) = (text!(remote)?, options!(options)?);
        only_files(given.resume)?;
        let size = Some(length as u64);
        let sent = upload(&given, remote, session, cancel, |client, options| {
            client.put(&mut data, size, remote, options)
        })?;
        optional_out!(bytes).store(sent);
        Ok(())
    })
}

/// Uploads bytes of a callback. The upload is done when the server's size of the file is right.
///
/// @param client    The client.
/// @param callback  Supplies the bytes.
/// @param user      Handed to the callback.
/// @param size      How many bytes there will be. QFTP_UNKNOWN: they are sent in pieces of 256 KiB, until the callback
///                  says that there are no more.
/// @param remote    Name on the server.
/// @param options   The options; may be NULL.
/// @param bytes     Gets how many bytes were sent; may be NULL.
/// @return          QFTP_OK, QFTP_ERR_LOCAL, QFTP_ERR_INCOMPLETE, a handle error or a command error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_client_put_callback(
    client: *mut qftp_client,
    callback: qftp_read_cb,
    user: *mut c_void,
    size: u64,
    remote: *const c_char,
    options: *const qftp_put_options,
    bytes: *mut u64,
) -> qftp_status {
    call(handle!(client), |session, cancel| {
        let mut source = Source(callback!(callback, user)?);
        let (remote, given) = (text!(remote)?, options!(options)?);
        let size = (size != QFTP_UNKNOWN).then_some(size);
        only_files(given.resume)?;
        let sent = upload(&given, remote, session, cancel, |client, options| {
            client.put(&mut source, size, remote, options)
        })?;
        optional_out!(bytes).store(sent);
        Ok(())
    })
}

/// Downloads into a file of the local file system. With offset 0 the bytes go to a temporary name beside it, which
/// takes its place when complete. With another offset the local file is cut to so many bytes and continued.
///
/// @param client   The client.
/// @param remote   Name on the server.
/// @param path     The local file.
/// @param options  The options; may be NULL.
/// @param bytes    Gets how many bytes came; may be NULL.
/// @return         QFTP_OK, QFTP_ERR_LOCAL, QFTP_ERR_INCOMPLETE, QFTP_ERR_NOT_FOUND, a handle error or a command error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_client_get_file(
    client: *mut qftp_client,
    remote: *const c_char,
    path: *const c_char,
    options: *const qftp_get_options,
    bytes: *mut u64,
) -> qftp_status {
    call(handle!(client), |session, cancel| {
        let remote = text!(remote)?;
        let path = local_path(text!(path)?, "path")?;
        let given = options!(options)?;
        let came = download(&given, remote, session, cancel, |client, options| {
            client.get_file(remote, path, options)
        })?;
        optional_out!(bytes).store(came);
        Ok(())
    })
}

/// Downloads into a buffer.
///
/// If the buffer is too small, length gets the bytes that are needed; so a size of 0 asks for the length. Where the
/// server does not tell the size before the transfer, length gets size + 1 then. After an error the contents of the
/// buffer are undefined.
///
/// @param client   The client.
/// @param remote   Name on the server.
/// @param buffer   Gets the bytes; may be NULL if size is 0.
/// @param size     Bytes that fit into the buffer.
/// @param length   Gets how many bytes came.
/// @param options  The options; may be NULL.
/// @return         QFTP_OK, QFTP_ERR_BUFFER, QFTP_ERR_INCOMPLETE, QFTP_ERR_NOT_FOUND, a handle error or a command
///                 error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_client_get_buffer(
    client: *mut qftp_client,
    remote: *const c_char,
    buffer: *mut c_void,
    size: usize,
    length: *mut usize,
    options: *const qftp_get_options,
) -> qftp_status {
    call(handle!(client), |session, cancel| {
        let remote = text!(remote)?;
        let length = out!(length)?;
        let mut room = Room::new(room!(buffer, size)?);
        let given = options!(options)?;
        only_files(given.resume)?;
        if let Some(needed) =
            remaining(&mut session.client, remote, &given).map_err(asked("get", remote))?
            && needed > size as u64
        {
            length.store(usize::try_from(needed).unwrap_or(usize::MAX));
            return Err(Fault::Buffer { needed });
        }
        let result = download(&given, remote, session, cancel, |client, options| {
            client.get(remote, &mut room, options)
        });
        if room.overflown {
            length.store(size.saturating_add(1));
            return Err(Fault::Buffer {
                needed: size as u64 + 1,
            });
        }
        result?;
        length.store(room.filled);
        Ok(())
    })
}

/// Returns the bytes that a download would give, if the server tells.
fn remaining(
    client: &mut Client,
    remote: &[u8],
    given: &qftp_get_options,
) -> Result<Option<u64>, Error> {
    match client.size(remote) {
        Ok(size) => {
            let rest = size.saturating_sub(given.offset);
            Ok(Some(if given.length == 0 {
                rest
            } else {
                rest.min(given.length)
            }))
        }
        Err(error) if error.leaves_size_open() => Ok(None),
        Err(error) => Err(error),
    }
}

/// A buffer of the program as a writer.
struct Room<'a> {
    buffer: &'a mut [u8],
    filled: usize,
    overflown: bool,
}

impl<'a> Room<'a> {
    fn new(buffer: &'a mut [u8]) -> Self {
        Room {
            buffer,
            filled: 0,
            overflown: false,
        }
    }
}

impl Write for Room<'_> {
    fn write(&mut self, data: &[u8]) -> io::Result<usize> {
        let end = self.filled + data.len();
        let Some(room) = self.buffer.get_mut(self.filled..end) else {
            self.overflown = true;
            return Err(io::Error::other("the buffer is too small"));
        };
        room.copy_from_slice(data);
        self.filled = end;
        Ok(data.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Downloads into a callback.
///
/// @param client    The client.
/// @param remote    Name on the server.
/// @param callback  Takes the bytes.
/// @param user      Handed to the callback.
/// @param options   The options; may be NULL.
/// @param bytes     Gets how many bytes came; may be NULL.
/// @return          QFTP_OK, QFTP_ERR_LOCAL, QFTP_ERR_INCOMPLETE, QFTP_ERR_NOT_FOUND, a handle error or a command
///                  error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_client_get_callback(
    client: *mut qftp_client,
    remote: *const c_char,
    callback: qftp_write_cb,
    user: *mut c_void,
    options: *const qftp_get_options,
    bytes: *mut u64,
) -> qftp_status {
    call(handle!(client), |session, cancel| {
        let remote = text!(remote)?;
        let mut sink = Sink(callback!(callback, user)?);
        let given = options!(options)?;
        only_files(given.resume)?;
        let came = download(&given, remote, session, cancel, |client, options| {
            client.get(remote, &mut sink, options)
        })?;
        optional_out!(bytes).store(came);
        Ok(())
    })
}
