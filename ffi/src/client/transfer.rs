//! Files up and down: by path, by buffer, by callback.

use std::ffi::{c_char, c_void};
use std::io::{self, Read, Write};
use std::sync::atomic::AtomicBool;

use qftp::client::{Client, Error, Transfer, Transferred};

use super::callback::{self, Sink, Source, qftp_progress_cb, qftp_read_cb, qftp_write_cb};
use super::{call, qftp_client};
use crate::convert;
use crate::error::Fault;
use crate::status::qftp_status;
use crate::versioned_struct::{self, Sized32};

/// A size that is not known.
pub const QFTP_UNKNOWN: u64 = u64::MAX;

/// How a file is transferred. QFTP_INIT, then set what shall differ from the default. NULL instead of it is the default.
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

/// Runs `transfer` with what was asked for; the flag is whether to append.
unsafe fn with_options(
    options: *const qftp_transfer_options,
    way: &Way,
    cancel: &AtomicBool,
    bytes: *mut u64,
    transfer: impl FnOnce(Transfer<'_>, bool) -> Result<Transferred, Error>,
) -> Result<(), Fault> {
    // SAFETY: the pointers are as the header says.
    let asked = unsafe { versioned_struct::read(options, "options") }?;
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
    let mut progress = callback::on_progress(asked.on_progress, asked.user, cancel);
    let plan = Transfer {
        offset: asked.offset,
        length: (asked.length != 0).then_some(asked.length),
        progress: progress
            .as_mut()
            .map(|progress| progress as &mut dyn FnMut(u64, Option<u64>)),
    };
    let done = transfer(plan, asked.append != 0)?;
    // SAFETY: the pointers are as the header says.
    unsafe { convert::store(bytes, done.bytes) };
    Ok(())
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

/// Uploads a file of the local file system. It is done when the server's size of the file is right.
///
/// - path: the local file.
/// - remote: its name on the server.
/// - options: NULL for the defaults.
/// - bytes: if not NULL, gets how many bytes were sent.
///
/// Errors: QFTP_ERR_ARGUMENT, QFTP_ERR_BUSY, QFTP_ERR_INTERNAL, QFTP_ERR_UNSUPPORTED, QFTP_ERR_LOCAL,
/// QFTP_ERR_INCOMPLETE, QFTP_ERR_CANCELLED and those of the line (qftp_client_login).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_client_put_file(
    client: *mut qftp_client,
    path: *const c_char,
    remote: *const c_char,
    options: *const qftp_transfer_options,
    bytes: *mut u64,
) -> qftp_status {
    // SAFETY: the pointers are as the header says.
    unsafe {
        call(client, |session, cancel| {
            let path = convert::path(path, "path")?;
            let remote = convert::bytes(remote, "remote")?;
            let client = &mut session.client;
            with_options(options, &Way::Up, cancel, bytes, |plan, append| {
                if append {
                    client.append_file(path, remote, plan)
                } else {
                    client.put_file(path, remote, plan)
                }
            })
        })
    }
}

/// Uploads length bytes at data; data may be NULL if length is 0. The rest as qftp_client_put_file.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_client_put_buffer(
    client: *mut qftp_client,
    data: *const c_void,
    length: usize,
    remote: *const c_char,
    options: *const qftp_transfer_options,
    bytes: *mut u64,
) -> qftp_status {
    // SAFETY: the pointers are as the header says.
    unsafe {
        call(client, |session, cancel| {
            let mut data = convert::data(data, length, "data")?;
            let remote = convert::bytes(remote, "remote")?;
            let size = Some(length as u64);
            with_options(options, &Way::Up, cancel, bytes, |plan, append| {
                put(&mut session.client, &mut data, size, remote, (plan, append))
            })
        })
    }
}

/// Uploads what a callback gives. size is how many bytes that will be, or QFTP_UNKNOWN: they are sent in pieces of
/// 256 KiB then, until the callback says that there are no more. The rest as qftp_client_put_file.
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
    // SAFETY: the pointers are as the header says.
    unsafe {
        call(client, |session, cancel| {
            let mut source = Source::new(callback, user)?;
            let remote = convert::bytes(remote, "remote")?;
            let size = (size != QFTP_UNKNOWN).then_some(size);
            with_options(options, &Way::Up, cancel, bytes, |plan, append| {
                put(
                    &mut session.client,
                    &mut source,
                    size,
                    remote,
                    (plan, append),
                )
            })
        })
    }
}

/// Downloads into a file of the local file system. With offset 0 the bytes go to a temporary name beside it, which
/// takes its place when complete; otherwise the local file is cut to offset bytes and continued.
///
/// - remote: the name on the server.
/// - path: the local file.
/// - options: NULL for the defaults.
/// - bytes: if not NULL, gets how many bytes came.
///
/// Errors: as qftp_client_put_file, and QFTP_ERR_NOT_FOUND.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_client_get_file(
    client: *mut qftp_client,
    remote: *const c_char,
    path: *const c_char,
    options: *const qftp_transfer_options,
    bytes: *mut u64,
) -> qftp_status {
    // SAFETY: the pointers are as the header says.
    unsafe {
        call(client, |session, cancel| {
            let remote = convert::bytes(remote, "remote")?;
            let path = convert::path(path, "path")?;
            with_options(options, &Way::Down, cancel, bytes, |plan, _| {
                session.client.get_file(remote, path, plan)
            })
        })
    }
}

/// Downloads into size bytes at buffer; *length gets how many came. If they are not enough, QFTP_ERR_BUFFER is
/// returned and *length gets how many would be; so a size of 0 asks for the length. Where the server does not tell it
/// before the transfer, *length is size + 1 then. After an error the contents of the buffer are undefined.
/// Errors: as qftp_client_get_file, and QFTP_ERR_BUFFER.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_client_get_buffer(
    client: *mut qftp_client,
    remote: *const c_char,
    buffer: *mut c_void,
    size: usize,
    length: *mut usize,
    options: *const qftp_transfer_options,
) -> qftp_status {
    // SAFETY: the pointers are as the header says.
    unsafe {
        call(client, |session, cancel| {
            let remote = convert::bytes(remote, "remote")?;
            convert::required(length, "length")?;
            let mut room = Room::new(convert::room(buffer, size, "buffer")?);
            let asked = versioned_struct::read(options, "options")?;
            if let Some(needed) = remaining(&mut session.client, remote, &asked)?
                && needed > size as u64
            {
                convert::store(length, usize::try_from(needed).unwrap_or(usize::MAX));
                return Err(Fault::Buffer { needed });
            }
            let mut bytes = 0;
            let result = with_options(options, &Way::Down, cancel, &raw mut bytes, |plan, _| {
                session.client.get(remote, &mut room, plan)
            });
            if room.overflown {
                convert::store(length, size.saturating_add(1));
                return Err(Fault::Buffer {
                    needed: size as u64 + 1,
                });
            }
            result?;
            convert::store(length, room.filled);
            Ok(())
        })
    }
}

/// Bytes that a download would give, if the server tells.
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

/// Downloads into a callback. bytes, if not NULL, gets how many bytes came. Errors: as qftp_client_get_file.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_client_get_callback(
    client: *mut qftp_client,
    remote: *const c_char,
    callback: qftp_write_cb,
    user: *mut c_void,
    options: *const qftp_transfer_options,
    bytes: *mut u64,
) -> qftp_status {
    // SAFETY: the pointers are as the header says.
    unsafe {
        call(client, |session, cancel| {
            let remote = convert::bytes(remote, "remote")?;
            let mut sink = Sink::new(callback, user)?;
            with_options(options, &Way::Down, cancel, bytes, |plan, _| {
                session.client.get(remote, &mut sink, plan)
            })
        })
    }
}
