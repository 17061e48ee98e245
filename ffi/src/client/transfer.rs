//! Files up and down: by path, by buffer, by callback.

use std::ffi::{c_char, c_void};
use std::io::{self, Read, Write};
use std::sync::atomic::AtomicBool;

use qftp::client::{Client, Error, Transfer, Transferred};

use super::{call, qftp_client};
use crate::callback::{self, Sink, Source, qftp_progress_cb, qftp_read_cb, qftp_write_cb};
use crate::error::Fault;
use crate::ptr::{
    callback, data, handle, local_path, optional_callback, optional_out, options, out, room, text,
};
use crate::sentinel::QFTP_UNKNOWN;
use crate::status::qftp_status;
use crate::versioned_struct::Sized32;

/// How a file is transferred. QFTP_INIT, then set what shall differ from the default. NULL instead of it is the
/// default.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct qftp_transfer_options {
    /// sizeof(qftp_transfer_options), set by QFTP_INIT.
    pub size: u32,
    /// Uploads: 1 adds to the end of the remote file, or makes it; offset must be 0 then.
    pub append: u32,
    /// Where in the remote file to start. qftp_client_put_file starts there in the local file too.
    pub offset: u64,
    /// Downloads: at most this many bytes; 0 is all. Dialect nl668 has no parts.
    pub length: u64,
    /// Called as bytes move; may be NULL.
    pub on_progress: qftp_progress_cb,
    /// For on_progress.
    pub user: *mut c_void,
}

// SAFETY: integers, a pointer and an optional function, the size first.
unsafe impl Sized32 for qftp_transfer_options {}

enum Way {
    Up,
    Down,
}

/// Runs `transfer` with what was asked for, and returns the bytes it moved; the flag is whether to append.
fn with_options(
    asked: &qftp_transfer_options,
    way: &Way,
    cancel: &AtomicBool,
    transfer: impl FnOnce(Transfer<'_>, bool) -> Result<Transferred, Error>,
) -> Result<u64, Fault> {
    match way {
        Way::Up if asked.length != 0 => {
            return Err(Fault::argument("options.length is for downloads"));
        }
        Way::Up if asked.append != 0 && asked.offset != 0 => {
            return Err(Fault::argument(
                "options.append goes without options.offset",
            ));
        }
        Way::Down if asked.append != 0 => {
            return Err(Fault::argument("options.append is for uploads"));
        }
        _ => {}
    }
    let mut progress = optional_callback!(asked.on_progress, asked.user)
        .map(|on_progress| callback::on_progress(on_progress, cancel));
    let plan = Transfer {
        offset: asked.offset,
        length: (asked.length != 0).then_some(asked.length),
        progress: progress
            .as_mut()
            .map(|progress| progress as &mut dyn FnMut(u64, Option<u64>)),
    };
    Ok(transfer(plan, asked.append != 0)?.bytes)
}

fn put(
    client: &mut Client,
    source: &mut dyn Read,
    size: Option<u64>,
    remote: &[u8],
    (plan, append): (Transfer<'_>, bool),
) -> Result<Transferred, Error> {
    if append {
        client.append(source, size, remote, plan)
    } else {
        client.put(source, size, remote, plan)
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
    options: *const qftp_transfer_options,
    bytes: *mut u64,
) -> qftp_status {
    call(handle!(client), |session, cancel| {
        let path = local_path(text!(path)?, "path")?;
        let (remote, asked) = (text!(remote)?, options!(options)?);
        let client = &mut session.client;
        let sent = with_options(&asked, &Way::Up, cancel, |plan, append| {
            if append {
                client.append_file(path, remote, plan)
            } else {
                client.put_file(path, remote, plan)
            }
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
    options: *const qftp_transfer_options,
    bytes: *mut u64,
) -> qftp_status {
    call(handle!(client), |session, cancel| {
        let mut data = data!(data, length)?;
        let (remote, asked) = (text!(remote)?, options!(options)?);
        let (client, size) = (&mut session.client, Some(length as u64));
        let sent = with_options(&asked, &Way::Up, cancel, |plan, append| {
            put(client, &mut data, size, remote, (plan, append))
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
    options: *const qftp_transfer_options,
    bytes: *mut u64,
) -> qftp_status {
    call(handle!(client), |session, cancel| {
        let mut source = Source(callback!(callback, user)?);
        let (remote, asked) = (text!(remote)?, options!(options)?);
        let size = (size != QFTP_UNKNOWN).then_some(size);
        let client = &mut session.client;
        let sent = with_options(&asked, &Way::Up, cancel, |plan, append| {
            put(client, &mut source, size, remote, (plan, append))
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
    options: *const qftp_transfer_options,
    bytes: *mut u64,
) -> qftp_status {
    call(handle!(client), |session, cancel| {
        let remote = text!(remote)?;
        let path = local_path(text!(path)?, "path")?;
        let asked = options!(options)?;
        let came = with_options(&asked, &Way::Down, cancel, |plan, _| {
            session.client.get_file(remote, path, plan)
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
    options: *const qftp_transfer_options,
) -> qftp_status {
    call(handle!(client), |session, cancel| {
        let remote = text!(remote)?;
        let length = out!(length)?;
        let mut room = Room::new(room!(buffer, size)?);
        let asked = options!(options)?;
        if let Some(needed) = remaining(&mut session.client, remote, &asked)?
            && needed > size as u64
        {
            length.store(usize::try_from(needed).unwrap_or(usize::MAX));
            return Err(Fault::Buffer { needed });
        }
        let result = with_options(&asked, &Way::Down, cancel, |plan, _| {
            session.client.get(remote, &mut room, plan)
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
    asked: &qftp_transfer_options,
) -> Result<Option<u64>, Error> {
    match client.size(remote) {
        Ok(size) => {
            let rest = size.saturating_sub(asked.offset);
            Ok(Some(if asked.length == 0 {
                rest
            } else {
                rest.min(asked.length)
            }))
        }
        Err(error) if error.is_not_implemented() => Ok(None),
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
    options: *const qftp_transfer_options,
    bytes: *mut u64,
) -> qftp_status {
    call(handle!(client), |session, cancel| {
        let remote = text!(remote)?;
        let mut sink = Sink(callback!(callback, user)?);
        let asked = options!(options)?;
        let came = with_options(&asked, &Way::Down, cancel, |plan, _| {
            session.client.get(remote, &mut sink, plan)
        })?;
        optional_out!(bytes).store(came);
        Ok(())
    })
}
