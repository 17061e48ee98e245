//! `qftp_emulator`: an emulator inside the process.
//!
//! The module works in a thread of its own; callbacks run in the caller's, inside `qftp_emulator_poll` and nowhere else.

pub mod options;

mod listener;

use std::ffi::{c_char, c_int, c_void};
use std::io;
use std::os::fd::AsRawFd as _;
use std::os::unix::ffi::OsStrExt as _;
use std::time::Duration;

use qftp::emulator::Emulator;
use qftp::port::Port;

use crate::convert;
use crate::error::{Fault, qftp_error};
use crate::handle::{Handle, Opaque, guard};
use crate::status::qftp_status::{self, QFTP_ERR_PORT, QFTP_ERR_UNSUPPORTED, QFTP_OK};
use crate::versioned_struct;
use listener::{Listener, broken};
use options::{Place, Wanted, qftp_emulator_options};

/// An emulator: what is typed at it is executed against real servers and the files of a folder. Made by
/// qftp_emulator_open, freed by qftp_emulator_free.
///
/// Its line is inside the process (qftp_emulator_write, qftp_emulator_poll, qftp_emulator_fd), or a pseudo terminal that any
/// program can open (pty_link of the options). It works in a thread of its own; callbacks run in the caller's.
pub struct qftp_emulator {
    _opaque: [u8; 0],
}

/// What a call on a module works on. The line ends before the module.
pub(crate) struct Running {
    line: Line,
    module: Emulator,
    listener: Listener,
    /// Of the last call that failed.
    last_error: qftp_error,
}

enum Line {
    Inside(Box<dyn Port>),
    Pty,
}

impl Opaque for qftp_emulator {
    type Inner = Running;
    type Shared = ();
}

impl Running {
    fn open(wanted: Wanted) -> io::Result<Self> {
        let (line, module) = match wanted.line {
            Place::Inside => {
                let (module, port) = Emulator::in_process(wanted.emulator)?;
                (Line::Inside(port), module)
            }
            Place::Pty(link) => (
                Line::Pty,
                Emulator::on_pty(link.as_deref(), wanted.emulator)?,
            ),
        };
        Ok(Running {
            line,
            module,
            listener: wanted.listener,
            last_error: qftp_error::default(),
        })
    }

    /// The host's end of a line inside the process.
    fn inside(&mut self) -> Result<&mut dyn Port, Fault> {
        match &mut self.line {
            Line::Inside(port) => Ok(port.as_mut()),
            Line::Pty => Err(unsupported("the line is a pseudo terminal")),
        }
    }

    /// Waits for the first word, then tells all there is.
    fn poll(&mut self, timeout: Duration) -> Result<usize, Fault> {
        match &mut self.line {
            Line::Inside(port) if self.listener.hears() => {
                let count = self.listener.read(port.as_mut(), timeout)?;
                self.listener.tell(Duration::ZERO)?;
                Ok(count)
            }
            _ => self.listener.tell(timeout).map(|()| 0),
        }
    }
}

fn unsupported(message: &str) -> Fault {
    Fault::Told(QFTP_ERR_UNSUPPORTED, message.into())
}

fn milliseconds(timeout_ms: u32) -> Duration {
    Duration::from_millis(timeout_ms.into())
}

/// Runs one call on a module and keeps why it failed.
///
/// # Safety
///
/// `module` is NULL or a module that has not been freed.
unsafe fn call(
    module: *mut qftp_emulator,
    body: impl FnOnce(&mut Running) -> Result<(), Fault>,
) -> qftp_status {
    // SAFETY: by the contract above.
    unsafe {
        Handle::enter(module, |running, ()| match body(running) {
            Ok(()) => QFTP_OK,
            Err(fault) => {
                running.last_error = fault.to_error();
                fault.status()
            }
        })
    }
}

/// Starts a module.
///
/// options: NULL is an ec2x with stores of its own on a line inside the process. Not used after the call, but for its
/// callbacks and user.
/// module: gets the handle, which belongs to the caller: qftp_emulator_free.
/// error: if not NULL, gets the details of a failure, as there is no handle then to ask; set its size.
///
/// Errors: QFTP_ERR_ARGUMENT, also where there is no such dialect; QFTP_ERR_PORT where a folder, the pseudo terminal or
/// the thread cannot be made.
/// May be called from any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_emulator_open(
    options: *const qftp_emulator_options,
    module: *mut *mut qftp_emulator,
    error: *mut qftp_error,
) -> qftp_status {
    // SAFETY: the pointers are as the header says.
    guard(|| unsafe {
        if !error.is_null() && versioned_struct::required(error, "error").is_err() {
            return qftp_status::QFTP_ERR_ARGUMENT;
        }
        let (status, told) = match open(options, module) {
            Ok(()) => (QFTP_OK, qftp_error::default()),
            Err(fault) => (fault.status(), fault.to_error()),
        };
        if !error.is_null() && versioned_struct::write(error, "error", &told).is_err() {
            return qftp_status::QFTP_ERR_ARGUMENT;
        }
        status
    })
}

unsafe fn open(
    options: *const qftp_emulator_options,
    module: *mut *mut qftp_emulator,
) -> Result<(), Fault> {
    convert::required(module, "module")?;
    // SAFETY: the pointers are as the header says.
    unsafe {
        let wanted = qftp_emulator_options::read(options)?;
        let running =
            Running::open(wanted).map_err(|error| Fault::Told(QFTP_ERR_PORT, error.to_string()))?;
        convert::store(module, Handle::into_raw(running, ()));
    }
    Ok(())
}

/// Ends a module and frees it; a transfer that runs is cut off. NULL is fine.
///
/// May be called from any thread. While a call runs on the module, also from a callback of it, the module is freed when
/// that call has ended. The pointer must not be used afterwards.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_emulator_free(module: *mut qftp_emulator) {
    // SAFETY: the pointer is as the header says.
    unsafe { Handle::free(module) };
}

/// Types at the module. It does not read while it executes a command, or while nobody reads what it has to say: a program
/// that types much polls between.
///
/// bytes: may be NULL where size is 0; not used after the call.
/// timeout_ms: the longest wait for room.
/// written: gets how many bytes were taken, perhaps fewer than size, also 0.
///
/// Errors: QFTP_ERR_ARGUMENT, QFTP_ERR_BUSY, QFTP_ERR_LINE; QFTP_ERR_UNSUPPORTED on a pseudo terminal.
/// May be called from any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_emulator_write(
    module: *mut qftp_emulator,
    bytes: *const c_void,
    size: usize,
    timeout_ms: u32,
    written: *mut usize,
) -> qftp_status {
    // SAFETY: the pointers are as the header says.
    unsafe {
        call(module, |running| {
            convert::required(written, "written")?;
            let bytes = convert::data(bytes, size, "bytes")?;
            let taken = running.inside()?.write(bytes, milliseconds(timeout_ms));
            convert::store(written, taken.map_err(|error| broken(&error))?);
            Ok(())
        })
    }
}

/// Tells the callbacks what the module has said: on_output all of it, on_urc each unsolicited result code. An on_urc comes in
/// the same call as the on_output with the end of its line, or in an earlier one. Some 64 KiB are told in one call. Without
/// on_output the line is not read here, nor on a pseudo terminal: then only on_urc is called.
///
/// timeout_ms: the longest wait for the first word.
/// count: gets how many bytes were read; may be NULL.
///
/// Errors: QFTP_ERR_ARGUMENT, QFTP_ERR_BUSY, QFTP_ERR_LINE; QFTP_ERR_LOCAL where on_output did not return 0;
/// QFTP_ERR_UNSUPPORTED where there is no callback that could be called.
/// May be called from any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_emulator_poll(
    module: *mut qftp_emulator,
    timeout_ms: u32,
    count: *mut usize,
) -> qftp_status {
    // SAFETY: the pointers are as the header says.
    unsafe {
        call(module, |running| {
            let read = running.poll(milliseconds(timeout_ms))?;
            convert::store(count, read);
            Ok(())
        })
    }
}

/// Says which descriptor is readable when qftp_emulator_poll has something to tell, for poll(2) and its like. Where the
/// options had no on_output, the program may also read and write it as it would a UART; it is non-blocking.
///
/// fd: gets the descriptor, which belongs to the module: do not close it.
///
/// Errors: QFTP_ERR_ARGUMENT, QFTP_ERR_BUSY; QFTP_ERR_UNSUPPORTED on a pseudo terminal.
/// May be called from any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_emulator_fd(
    module: *mut qftp_emulator,
    fd: *mut c_int,
) -> qftp_status {
    // SAFETY: the pointers are as the header says.
    unsafe {
        call(module, |running| {
            convert::required(fd, "fd")?;
            let port = running.inside()?;
            let descriptor = port.descriptor();
            let descriptor = descriptor.ok_or_else(|| unsupported("the line has no descriptor"))?;
            convert::store(fd, descriptor.as_raw_fd());
            Ok(())
        })
    }
}

/// Raises DTR where on is not 0, else drops it; what a drop does, AT&D says.
///
/// Errors: QFTP_ERR_ARGUMENT, QFTP_ERR_BUSY, QFTP_ERR_LINE; QFTP_ERR_UNSUPPORTED on a pseudo terminal, where closing
/// it is the drop.
/// May be called from any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_emulator_dtr(module: *mut qftp_emulator, on: c_int) -> qftp_status {
    // SAFETY: the pointers are as the header says.
    unsafe {
        call(module, |running| {
            running
                .inside()?
                .set_dtr(on != 0)
                .map_err(|error| broken(&error))
        })
    }
}

/// Says what a program opens to talk to a module on a pseudo terminal: the link, or the terminal itself.
///
/// buffer, size, length: a string is given out, as the head of this header says.
///
/// Errors: QFTP_ERR_ARGUMENT, QFTP_ERR_BUSY, QFTP_ERR_BUFFER; QFTP_ERR_UNSUPPORTED where the line is inside the process.
/// May be called from any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_emulator_path(
    module: *mut qftp_emulator,
    buffer: *mut c_char,
    size: usize,
    length: *mut usize,
) -> qftp_status {
    // SAFETY: the pointers are as the header says.
    unsafe {
        call(module, |running| {
            let path = running.module.path();
            let path = path.ok_or_else(|| unsupported("the line is inside the process"))?;
            convert::give(path.as_os_str().as_bytes(), buffer, size, length)
        })
    }
}

/// Tells more of the last call on this module that failed. Its status is QFTP_OK if there was none.
///
/// error: set its size (QFTP_INIT).
///
/// Errors: QFTP_ERR_ARGUMENT, QFTP_ERR_BUSY.
/// May be called from any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_emulator_last_error(
    module: *mut qftp_emulator,
    error: *mut qftp_error,
) -> qftp_status {
    // SAFETY: the pointers are as the header says.
    unsafe {
        call(module, |running| {
            versioned_struct::write(error, "error", &running.last_error)
        })
    }
}
