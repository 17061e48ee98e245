//! `qftp_emulator`: an emulated module inside the process.
//!
//! Emulators share a few threads of their own. Callbacks run in the caller's, inside `qftp_emulator_poll` only.

pub mod conditions;
pub mod options;

mod listener;

use std::ffi::{c_char, c_int, c_void};
use std::io;
use std::os::fd::AsRawFd as _;
use std::os::unix::ffi::OsStrExt as _;
use std::time::Duration;

use qftp::emulator::Emulator;
use qftp::port::Port;

use crate::error::{Fault, qftp_error};
use crate::handle::{self, HandleRef, Opaque};
use crate::opening::opening;
use crate::ptr::{
    data, handle, optional_out, optional_struct_out, options, out, string_out, struct_out,
};
use crate::status::qftp_status::{
    self, QFTP_ERR_PORT, QFTP_ERR_PORT_BUSY, QFTP_ERR_UNSUPPORTED, QFTP_OK,
};
use listener::{Listener, line_broke};
use options::{EmulatorRequest, HostEnd, qftp_emulator_options};

/// An emulated module: it executes what it is sent against real servers and the files of a folder. qftp_emulator_open
/// makes it, qftp_emulator_free frees it.
///
/// Its line is inside the process (qftp_emulator_write, qftp_emulator_poll, qftp_emulator_fd), or a pseudo terminal or
/// a Unix socket that any program can open (pty_link, unix_socket of the options). All emulators of a process share a few
/// threads, which end with the last of them; callbacks run in the caller's. One more emulator than the soft limit of
/// descriptors allows raises that limit, up to the hard one.
pub struct qftp_emulator {
    _opaque: [u8; 0],
}

/// The value that a call on an emulator works on. The line ends before the emulator.
pub struct OpenEmulator {
    line: EmulatorLine,
    emulator: Emulator,
    listener: Listener,
    /// The failure of the last call that failed.
    last_error: qftp_error,
}

enum EmulatorLine {
    InProcess(Box<dyn Port>),
    /// Other programs open it.
    Outside,
}

impl Opaque for qftp_emulator {
    type Inner = OpenEmulator;
    type Shared = ();
}

impl OpenEmulator {
    fn open(request: EmulatorRequest) -> io::Result<Self> {
        let (line, emulator) = match request.host_end {
            HostEnd::InProcess => {
                let (emulator, port) = Emulator::in_process(request.emulator)?;
                (EmulatorLine::InProcess(port), emulator)
            }
            HostEnd::Pty(link) => (
                EmulatorLine::Outside,
                Emulator::on_pty(link.as_deref(), request.emulator)?,
            ),
            HostEnd::Unix(socket) => (
                EmulatorLine::Outside,
                Emulator::on_unix(&socket, request.emulator)?,
            ),
        };
        Ok(OpenEmulator {
            line,
            emulator,
            listener: request.listener,
            last_error: qftp_error::default(),
        })
    }

    /// Returns the host's end of a line inside the process.
    fn port(&mut self) -> Result<&mut dyn Port, Fault> {
        match &mut self.line {
            EmulatorLine::InProcess(port) => Ok(port.as_mut()),
            EmulatorLine::Outside => Err(unsupported("the line is outside the process")),
        }
    }

    /// Waits for the first output and hands out all there is.
    fn poll(&mut self, timeout: Duration) -> Result<usize, Fault> {
        match &mut self.line {
            EmulatorLine::InProcess(port) if self.listener.takes_output() => {
                let count = self.listener.read(port.as_mut(), timeout)?;
                self.listener.hand_out_urcs(Duration::ZERO)?;
                Ok(count)
            }
            _ => self.listener.hand_out_urcs(timeout).map(|()| 0),
        }
    }
}

/// Returns the failure of an emulator that cannot start.
fn not_started(error: &io::Error) -> Fault {
    let status = match error.kind() {
        io::ErrorKind::ResourceBusy => QFTP_ERR_PORT_BUSY,
        _ => QFTP_ERR_PORT,
    };
    Fault::Told(status, error.to_string())
}

fn unsupported(message: &str) -> Fault {
    Fault::Told(QFTP_ERR_UNSUPPORTED, message.into())
}

fn milliseconds(timeout_ms: u32) -> Duration {
    Duration::from_millis(timeout_ms.into())
}

/// Runs one call on an emulator and keeps why it failed.
fn call(
    emulator: Option<HandleRef<qftp_emulator>>,
    body: impl FnOnce(&mut OpenEmulator) -> Result<(), Fault>,
) -> qftp_status {
    handle::enter(emulator, |open, ()| match body(open) {
        Ok(()) => QFTP_OK,
        Err(fault) => {
            open.last_error = fault.to_error();
            fault.status()
        }
    })
}

/// Starts an emulator.
///
/// @param options   The options; NULL is an ec2x with temporary volumes on a line inside the process.
/// @param emulator  Gets the handle, which belongs to the caller: qftp_emulator_free.
/// @param error     Gets the details of a failure, as there is no handle then to ask; may be NULL.
/// @return          QFTP_OK, QFTP_ERR_ARGUMENT, QFTP_ERR_PORT_BUSY where another emulator has the link or
///                  the socket, or QFTP_ERR_PORT where a folder, the pseudo terminal, the socket or the thread cannot be
///                  made.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_emulator_open(
    options: *const qftp_emulator_options,
    emulator: *mut *mut qftp_emulator,
    error: *mut qftp_error,
) -> qftp_status {
    opening(optional_struct_out!(error), || {
        let emulator = out!(emulator)?;
        let request = options!(options)?.to_request()?;
        let open = OpenEmulator::open(request);
        let open = open.map_err(|error| not_started(&error))?;
        emulator.store(handle::into_raw(open, ()));
        Ok(())
    })
}

/// Ends an emulator and frees it; a transfer that runs is cut off. While a call runs on the emulator, it is freed when
/// that call has ended; so a callback may free it.
///
/// @param emulator  The emulator; may be NULL. Do not use it afterwards.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_emulator_free(emulator: *mut qftp_emulator) {
    if let Some(emulator) = handle!(emulator) {
        emulator.free();
    }
}

/// Sends bytes to the emulator, as a host types them.
///
/// The emulator does not read while it executes a command, or while its output waits to be read. A program that sends
/// much calls qftp_emulator_poll between.
///
/// @param emulator    The emulator.
/// @param bytes       The bytes; may be NULL if size is 0.
/// @param size        How many there are.
/// @param timeout_ms  Longest wait for room.
/// @param written     Gets how many bytes were taken, perhaps fewer than size, also 0.
/// @return            QFTP_OK, QFTP_ERR_LINE, QFTP_ERR_UNSUPPORTED where other programs open the line, or a handle error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_emulator_write(
    emulator: *mut qftp_emulator,
    bytes: *const c_void,
    size: usize,
    timeout_ms: u32,
    written: *mut usize,
) -> qftp_status {
    call(handle!(emulator), |open| {
        let written = out!(written)?;
        let bytes = data!(bytes, size)?;
        let taken = open.port()?.write(bytes, milliseconds(timeout_ms));
        written.store(taken.map_err(|error| line_broke(&error))?);
        Ok(())
    })
}

/// Hands out what the emulator says: on_output receives all of it, on_urc each unsolicited result code.
///
/// An on_urc comes in the same call as the on_output with the end of its line, or in an earlier one. One call hands
/// out some 64 KiB. Without on_output, and where other programs open the line, this function does not read the line and
/// calls on_urc alone.
///
/// @param emulator    The emulator.
/// @param timeout_ms  Longest wait for the first output.
/// @param count       Gets how many bytes were read; may be NULL.
/// @return            QFTP_OK, QFTP_ERR_LINE, QFTP_ERR_LOCAL where on_output did not return 0, QFTP_ERR_UNSUPPORTED
///                    where there is no callback to call, or a handle error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_emulator_poll(
    emulator: *mut qftp_emulator,
    timeout_ms: u32,
    count: *mut usize,
) -> qftp_status {
    call(handle!(emulator), |open| {
        let read = open.poll(milliseconds(timeout_ms))?;
        optional_out!(count).store(read);
        Ok(())
    })
}

/// Returns the descriptor that is readable when qftp_emulator_poll has output to hand out, for poll(2) and its like.
///
/// Where the options have no on_output, the program may also read and write it as it would a UART; it is non-blocking.
///
/// @param emulator  The emulator.
/// @param fd        Gets the descriptor. It belongs to the emulator: do not close it.
/// @return          QFTP_OK, QFTP_ERR_UNSUPPORTED where other programs open the line, or a handle error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_emulator_fd(
    emulator: *mut qftp_emulator,
    fd: *mut c_int,
) -> qftp_status {
    call(handle!(emulator), |open| {
        let fd = out!(fd)?;
        let descriptor = open.port()?.descriptor();
        let descriptor = descriptor.ok_or_else(|| unsupported("the line has no descriptor"))?;
        fd.store(descriptor.as_raw_fd());
        Ok(())
    })
}

/// Raises or drops DTR. AT&D sets what a drop does.
///
/// @param emulator  The emulator.
/// @param on        1 to raise it, 0 to drop it.
/// @return          QFTP_OK, QFTP_ERR_LINE, QFTP_ERR_UNSUPPORTED where other programs open the line and closing it
///                  is the drop, or a handle error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_emulator_dtr(emulator: *mut qftp_emulator, on: c_int) -> qftp_status {
    call(handle!(emulator), |open| {
        let set = open.port()?.set_dtr(on != 0);
        set.map_err(|error| line_broke(&error))
    })
}

/// Returns the path that a program opens to talk to an emulator outside its process: the link, the terminal itself, or
/// the Unix socket.
///
/// @param emulator  The emulator.
/// @param buffer    Gets the path.
/// @param size      Bytes that fit into the buffer.
/// @param length    Gets the length of the path; may be NULL.
/// @return          QFTP_OK, QFTP_ERR_BUFFER, QFTP_ERR_UNSUPPORTED where the line is inside the process, or a handle
///                  error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_emulator_path(
    emulator: *mut qftp_emulator,
    buffer: *mut c_char,
    size: usize,
    length: *mut usize,
) -> qftp_status {
    call(handle!(emulator), |open| {
        let path = open.emulator.path();
        let path = path.ok_or_else(|| unsupported("the line is inside the process"))?;
        string_out!(buffer, size, length).store(path.as_os_str().as_bytes())
    })
}

/// Returns the details of the last call on this emulator that failed.
///
/// @param emulator  The emulator.
/// @param error     Gets the details; its status is QFTP_OK if no call failed.
/// @return          QFTP_OK or a handle error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_emulator_last_error(
    emulator: *mut qftp_emulator,
    error: *mut qftp_error,
) -> qftp_status {
    call(handle!(emulator), |open| {
        struct_out!(error)?.store(&open.last_error);
        Ok(())
    })
}
