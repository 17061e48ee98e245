//! The AT line itself, and what the module says of itself.

use std::ffi::{c_char, c_int, c_void};
use std::time::Duration;

use qftp::client::Probe;
use qftp_ffi_shared::callback::qftp_urc_cb;

use super::asked::typed;
use super::{call, qftp_client};
use crate::callback::{self, qftp_line_cb, qftp_log_cb};
use crate::convert;
use crate::error::Fault;
use crate::ptr::{handle, optional_callback, out, struct_out, text};
use crate::status::qftp_status;
use crate::versioned_struct::Sized32;

/// Identity of a module. Set the size before (QFTP_INIT). Texts are cut to fit.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct qftp_identity {
    /// sizeof(qftp_identity), set by QFTP_INIT.
    pub size: u32,
    /// Manufacturer: "Quectel".
    pub manufacturer: [c_char; 64],
    /// Model: "EC25".
    pub model: [c_char; 64],
    /// Revision of the firmware: "EC25EFAR06A17M4G".
    pub revision: [c_char; 64],
    /// Name of the dialect that is spoken: "ec2x".
    pub dialect: [c_char; 16],
}

// SAFETY: integers and arrays of them, the size first.
unsafe impl Sized32 for qftp_identity {}

/// State of a module. Set the size before (QFTP_INIT). A text that the module does not answer is "". Texts are cut to
/// fit.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct qftp_probe {
    /// sizeof(qftp_probe), set by QFTP_INIT.
    pub size: u32,
    /// Received signal strength in dBm, which is negative; 0 if it is not known.
    pub signal_dbm: i32,
    /// State of the packet domain: 1 attached, 0 detached, -1 not known.
    pub attached: i32,
    /// Active PDP contexts: bit n stands for context n.
    pub contexts: u32,
    /// State of the SIM: "READY", "SIM PIN", ...
    pub sim: [c_char; 32],
    /// Registration on the packet network: "registered, home", ...
    pub registration: [c_char; 32],
    /// Name of the network.
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

/// Sends any AT command that does not enter data mode, and hands out the information lines of the response.
///
/// Where a URC is known to follow the response, the call waits for it and hands it out last.
///
/// @param client    The client.
/// @param line      The command line without its CR.
/// @param callback  Receives each line, when all have come; may be NULL.
/// @param user      Handed to the callback.
/// @return          QFTP_OK, a handle error or a command error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_client_command(
    client: *mut qftp_client,
    line: *const c_char,
    callback: qftp_line_cb,
    user: *mut c_void,
) -> qftp_status {
    call(handle!(client), |session, _| {
        let lines = session
            .client
            .command(text!(line)?)
            .map_err(|error| typed(&error))?;
        match optional_callback!(callback, user) {
            None => Ok(()),
            Some(callback) => callback::each_line(lines.iter().map(Vec::as_slice), callback),
        }
    })
}

/// Reads the line and hands unsolicited lines to the callback that is set. Returns when something has come.
///
/// @param client      The client.
/// @param timeout_ms  Longest wait; 0 takes what is there.
/// @return            QFTP_OK, QFTP_ERR_LINE, QFTP_ERR_CANCELLED or a handle error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_client_poll(
    client: *mut qftp_client,
    timeout_ms: u32,
) -> qftp_status {
    let timeout = Duration::from_millis(timeout_ms.into());
    call(handle!(client), |session, _| {
        Ok(session.client.poll(timeout)?)
    })
}

/// Returns the port's file descriptor, for poll(2) in an event loop that calls qftp_client_poll when it is readable.
///
/// @param client  The client.
/// @param fd      Gets the descriptor. It belongs to the client: do not read, write or close it.
/// @return        QFTP_OK, QFTP_ERR_UNSUPPORTED where the port has none, or a handle error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_client_fd(client: *mut qftp_client, fd: *mut c_int) -> qftp_status {
    call(handle!(client), |session, _| {
        let fd = out!(fd)?;
        let descriptor = descriptor(&session.client).ok_or_else(|| {
            Fault::Told(
                qftp_status::QFTP_ERR_UNSUPPORTED,
                "this port has no descriptor".into(),
            )
        })?;
        fd.store(descriptor);
        Ok(())
    })
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

/// Returns the identity that the module had when the client was opened; sends nothing.
///
/// @param client    The client.
/// @param identity  Gets the identity.
/// @return          QFTP_OK or a handle error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_client_identity(
    client: *mut qftp_client,
    identity: *mut qftp_identity,
) -> qftp_status {
    call(handle!(client), |session, _| {
        let known = session.client.identity();
        struct_out!(identity)?.store(&qftp_identity {
            size: 0,
            manufacturer: convert::fixed(&known.manufacturer),
            model: convert::fixed(&known.model),
            revision: convert::fixed(&known.revision),
            dialect: convert::fixed(session.client.dialect().name),
        });
        Ok(())
    })
}

/// Asks the module for SIM, registration, signal and contexts.
///
/// @param client  The client.
/// @param probe   Gets the answers.
/// @return        QFTP_OK, a handle error or a command error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_client_probe(
    client: *mut qftp_client,
    probe: *mut qftp_probe,
) -> qftp_status {
    call(handle!(client), |session, _| {
        let probe = struct_out!(probe)?;
        probe.store(&qftp_probe::from(&session.client.probe()?));
        Ok(())
    })
}

/// Sets the callback for unsolicited lines. Whatever call reads such a line calls it.
///
/// @param client    The client.
/// @param callback  Receives each unsolicited line; NULL sets none.
/// @param user      Handed to the callback.
/// @return          QFTP_OK or a handle error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_client_on_urc(
    client: *mut qftp_client,
    callback: qftp_urc_cb,
    user: *mut c_void,
) -> qftp_status {
    call(handle!(client), |session, _| {
        match optional_callback!(callback, user) {
            Some(on_urc) => session.client.on_urc(callback::on_urc(on_urc)),
            None => session.client.on_urc(|_| {}),
        }
        Ok(())
    })
}

/// Sets the callback for the conversation. Whatever call sends or reads a line calls it.
///
/// @param client    The client.
/// @param callback  Receives each line sent or received, and warnings; NULL sets none.
/// @param user      Handed to the callback.
/// @return          QFTP_OK or a handle error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_client_on_log(
    client: *mut qftp_client,
    callback: qftp_log_cb,
    user: *mut c_void,
) -> qftp_status {
    call(handle!(client), |session, _| {
        let client = &mut session.client;
        if let Some(on_log) = optional_callback!(callback, user) {
            client.on_line(callback::on_log(on_log));
            client.on_warning(callback::on_warning(on_log));
        } else {
            client.on_line(|_| {});
            client.on_warning(|_| {});
        }
        Ok(())
    })
}
