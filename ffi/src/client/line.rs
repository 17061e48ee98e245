//! The AT line itself, and what the module says of itself.

use std::ffi::{c_char, c_int, c_void};
use std::time::Duration;

use qftp::client::Probe;

use super::callback::{self, User, qftp_line_cb, qftp_log_cb, qftp_urc_cb};
use super::{call, qftp_client};
use crate::convert;
use crate::error::Fault;
use crate::status::qftp_status;
use crate::versioned_struct::{self, Sized32};

/// What the module says of itself. Set the size before (QFTP_INIT). Texts are cut to fit.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct qftp_identity {
    /// sizeof(qftp_identity), set by QFTP_INIT.
    pub size: u32,
    /// "Quectel"
    pub manufacturer: [c_char; 64],
    /// "EC25"
    pub model: [c_char; 64],
    /// "EC25EFAR06A17M4G"
    pub revision: [c_char; 64],
    /// Name of the dialect that is spoken: "ec2x".
    pub dialect: [c_char; 16],
}

// SAFETY: integers and arrays of them, the size first.
unsafe impl Sized32 for qftp_identity {}

/// State of a module. Set the size before (QFTP_INIT). What it does not answer is "" or 0. Texts are cut to fit.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct qftp_probe {
    /// sizeof(qftp_probe), set by QFTP_INIT.
    pub size: u32,
    /// Received signal strength in dBm, which is negative; 0 if it is not known.
    pub signal_dbm: i32,
    /// Whether the packet domain is attached: 1 yes, 0 no, -1 not known.
    pub attached: i32,
    /// Active PDP contexts: bit n stands for context n.
    pub contexts: u32,
    /// "READY", "SIM PIN", ...
    pub sim: [c_char; 32],
    /// Registration on the packet network: "registered, home", ...
    pub registration: [c_char; 32],
    /// The network's name.
    pub network: [c_char; 64],
    /// Address of the first active PDP context.
    pub address: [c_char; 64],
}

// SAFETY: integers and arrays of them, the size first.
unsafe impl Sized32 for qftp_probe {}

impl From<&Probe> for qftp_probe {
    fn from(probe: &Probe) -> Self {
        let bits = probe
            .contexts
            .iter()
            .map(|(number, _)| 1_u32.checked_shl((*number).into()).unwrap_or(0));
        qftp_probe {
            size: 0,
            signal_dbm: probe.signal_dbm.unwrap_or(0).into(),
            attached: probe.attached.map_or(-1, i32::from),
            contexts: bits.fold(0, |all, bit| all | bit),
            sim: convert::fixed(probe.sim.as_deref().unwrap_or("")),
            registration: convert::fixed(probe.registration.unwrap_or("")),
            network: convert::fixed(probe.operator.as_deref().unwrap_or("")),
            address: convert::fixed(probe.contexts.first().map_or("", |(_, address)| address)),
        }
    }
}

/// Sends any AT command that does not enter data mode, line without its CR, and hands out the information lines of the
/// answer, whole. Where a URC is known to follow, it is awaited and comes last. callback may be NULL.
/// Errors: as qftp_client_login.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_client_command(
    client: *mut qftp_client,
    line: *const c_char,
    callback: qftp_line_cb,
    user: *mut c_void,
) -> qftp_status {
    // SAFETY: the pointers are as the header says.
    unsafe {
        call(client, |session, _| {
            let lines = session.client.command(convert::bytes(line, "line")?)?;
            match callback {
                None => Ok(()),
                callback => callback::each_line(lines.iter().map(Vec::as_slice), callback, user),
            }
        })
    }
}

/// Reads the line for at most timeout_ms and hands unsolicited lines to the callback that is set; returns when something
/// has come. 0 takes what is there and does not wait.
/// Errors: QFTP_ERR_ARGUMENT, QFTP_ERR_BUSY, QFTP_ERR_INTERNAL, QFTP_ERR_LINE, QFTP_ERR_CANCELLED.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_client_poll(
    client: *mut qftp_client,
    timeout_ms: u32,
) -> qftp_status {
    let timeout = Duration::from_millis(timeout_ms.into());
    // SAFETY: the pointer is as the header says.
    unsafe { call(client, |session, _| Ok(session.client.poll(timeout)?)) }
}

/// The port's file descriptor, into *fd: for poll(2) in an event loop that calls qftp_client_poll when it can be read.
/// It belongs to the client: do not read, write or close it.
/// Errors: QFTP_ERR_ARGUMENT, QFTP_ERR_BUSY, QFTP_ERR_INTERNAL, QFTP_ERR_UNSUPPORTED (the port has none).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_client_fd(client: *mut qftp_client, fd: *mut c_int) -> qftp_status {
    // SAFETY: the pointers are as the header says.
    unsafe {
        call(client, |session, _| {
            convert::required(fd, "fd")?;
            let descriptor = descriptor(&session.client).ok_or_else(|| {
                Fault::Told(
                    qftp_status::QFTP_ERR_UNSUPPORTED,
                    "this port has no descriptor".into(),
                )
            })?;
            convert::store(fd, descriptor);
            Ok(())
        })
    }
}

#[cfg(unix)]
fn descriptor(client: &qftp::client::Client) -> Option<c_int> {
    use std::os::fd::AsRawFd as _;
    client.descriptor().map(|descriptor| descriptor.as_raw_fd())
}

#[cfg(not(unix))]
fn descriptor(_: &qftp::client::Client) -> Option<c_int> {
    None
}

/// What the module said of itself when the client was opened; nothing is sent.
/// Errors: QFTP_ERR_ARGUMENT, QFTP_ERR_BUSY, QFTP_ERR_INTERNAL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_client_identity(
    client: *mut qftp_client,
    identity: *mut qftp_identity,
) -> qftp_status {
    // SAFETY: the pointers are as the header says.
    unsafe {
        call(client, |session, _| {
            let said = session.client.identity();
            let told = qftp_identity {
                size: 0,
                manufacturer: convert::fixed(&said.manufacturer),
                model: convert::fixed(&said.model),
                revision: convert::fixed(&said.revision),
                dialect: convert::fixed(session.client.dialect().name),
            };
            versioned_struct::write(identity, "identity", &told)
        })
    }
}

/// Asks the module for SIM, registration, signal and contexts. Errors: as qftp_client_login.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_client_probe(
    client: *mut qftp_client,
    probe: *mut qftp_probe,
) -> qftp_status {
    // SAFETY: the pointers are as the header says.
    unsafe {
        call(client, |session, _| {
            versioned_struct::required(probe, "probe")?;
            let told = qftp_probe::from(&session.client.probe()?);
            versioned_struct::write(probe, "probe", &told)
        })
    }
}

/// Sets what is called with every unsolicited line, inside whatever call reads it; NULL: nothing is.
/// Errors: QFTP_ERR_ARGUMENT, QFTP_ERR_BUSY, QFTP_ERR_INTERNAL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_client_on_urc(
    client: *mut qftp_client,
    callback: qftp_urc_cb,
    user: *mut c_void,
) -> qftp_status {
    // SAFETY: the pointers are as the header says.
    unsafe {
        call(client, |session, _| {
            match callback::on_urc(callback, User(user)) {
                Some(on_urc) => session.client.on_urc(on_urc),
                None => session.client.on_urc(|_| {}),
            }
            Ok(())
        })
    }
}

/// Sets what is called with every line sent or received and with warnings, inside whatever call does so; NULL: nothing is.
/// Errors: QFTP_ERR_ARGUMENT, QFTP_ERR_BUSY, QFTP_ERR_INTERNAL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_client_on_log(
    client: *mut qftp_client,
    callback: qftp_log_cb,
    user: *mut c_void,
) -> qftp_status {
    // SAFETY: the pointers are as the header says.
    unsafe {
        call(client, |session, _| {
            match callback::on_log(callback, User(user)) {
                Some(on_log) => session.client.on_line(on_log),
                None => session.client.on_line(|_| {}),
            }
            match callback::on_warning(callback, User(user)) {
                Some(warn) => session.client.on_warning(warn),
                None => session.client.on_warning(|_| {}),
            }
            Ok(())
        })
    }
}
