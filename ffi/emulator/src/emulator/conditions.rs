//! Faults and states of an emulator that runs.

use std::ffi::c_char;
use std::fmt::Display;
use std::str::FromStr;

use qftp::emulator::Emulator;
use qftp::emulator::fault::FaultError;
use qftp::emulator::fault_plan::FaultPlanError;

use super::options::text_of;
use super::{call, qftp_emulator};
use crate::error::Fault;
use crate::ptr::{handle, text};
use crate::status::qftp_status::{self, QFTP_ERR_LINE, QFTP_ERR_UNSUPPORTED};

/// Parses what a name stands for, a fault or a state, and changes the emulator by it.
fn change<T: FromStr<Err: Display>>(
    emulator: &Emulator,
    name: &[u8],
    change: fn(&Emulator, T) -> Result<(), FaultError>,
) -> Result<(), Fault> {
    let parsed = text_of(name)?.parse::<T>();
    let parsed = parsed.map_err(|error| Fault::argument(error.to_string()))?;
    change(emulator, parsed).map_err(refused)
}

#[allow(clippy::needless_pass_by_value, reason = "map_err gives the value")]
fn refused(error: FaultError) -> Fault {
    let message = error.to_string();
    match error {
        FaultError::Elsewhere { .. } => Fault::Told(QFTP_ERR_UNSUPPORTED, message),
        FaultError::Ended => Fault::Told(QFTP_ERR_LINE, message),
        _ => Fault::argument(message),
    }
}

#[allow(clippy::needless_pass_by_value, reason = "map_err gives the value")]
fn not_added(error: FaultPlanError) -> Fault {
    let message = error.to_string();
    match error {
        FaultPlanError::Elsewhere { .. } => Fault::Told(QFTP_ERR_UNSUPPORTED, message),
        FaultPlanError::Ended => Fault::Told(QFTP_ERR_LINE, message),
        _ => Fault::argument(message),
    }
}

/// Injects a fault that was seen on real modules. It is in force when this returns.
///
/// Some faults happen once, some last until qftp_emulator_clear. `qftp emulate-ctl PATH faults` lists them, docs/emulate.md
/// explains them.
///
/// @param emulator  The emulator.
/// @param fault     Its name: "reboot", "no-network", "drop-data"; "silent=40" is silence after 40 more bytes.
/// @return          QFTP_OK, QFTP_ERR_ARGUMENT where there is no such fault, QFTP_ERR_UNSUPPORTED where modules of the
///                  dialect cannot have it, QFTP_ERR_LINE where the emulator has ended, or a handle error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_emulator_inject(
    emulator: *mut qftp_emulator,
    fault: *const c_char,
) -> qftp_status {
    call(handle!(emulator), |open| {
        change(&open.emulator, text!(fault)?, Emulator::inject)
    })
}

/// Clears a fault that lasts or waits for its time. One that was not injected is no error.
///
/// @param emulator  The emulator.
/// @param fault     Its name.
/// @return          QFTP_OK, QFTP_ERR_ARGUMENT where there is no such fault, QFTP_ERR_LINE where the emulator has ended,
///                  or a handle error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_emulator_clear(
    emulator: *mut qftp_emulator,
    fault: *const c_char,
) -> qftp_status {
    call(handle!(emulator), |open| {
        change(&open.emulator, text!(fault)?, Emulator::clear)
    })
}

/// Adds a rule to the fault plan, behind the rules that are there. One that waits for nothing has fired when this returns.
///
/// @param emulator  The emulator.
/// @param rule      A rule such as "drop-data after=5000 on=+QFTPPUT"; docs/emulate.md explains them.
/// @return          QFTP_OK, QFTP_ERR_ARGUMENT where it is no rule, QFTP_ERR_UNSUPPORTED where modules of the dialect
///                  cannot have the fault, QFTP_ERR_LINE where the emulator has ended, or a handle error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_emulator_add_fault(
    emulator: *mut qftp_emulator,
    rule: *const c_char,
) -> qftp_status {
    call(handle!(emulator), |open| {
        let rule = text_of(text!(rule)?)?.parse().map_err(not_added)?;
        open.emulator.add_fault(rule).map_err(not_added)
    })
}

/// Forgets all rules of the fault plan. A fault that one of them began for a time, and a stall, end now.
///
/// @param emulator  The emulator.
/// @return          QFTP_OK, QFTP_ERR_LINE where the emulator has ended, or a handle error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_emulator_clear_faults(emulator: *mut qftp_emulator) -> qftp_status {
    call(handle!(emulator), |open| {
        open.emulator.clear_faults().map_err(not_added)
    })
}

/// Sets a state of the module or of its surroundings. It is in force when this returns, and lasts until another one of
/// its name is set.
///
/// @param emulator  The emulator.
/// @param state     Its name and value: "sim=absent", "network=searching", "registration-time=5", "signal=12",
///                  "power=off". `qftp emulate-ctl PATH states` lists them.
/// @return          QFTP_OK, QFTP_ERR_ARGUMENT where there is no such state or value, QFTP_ERR_LINE where the emulator has
///                  ended, or a handle error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_emulator_set_state(
    emulator: *mut qftp_emulator,
    state: *const c_char,
) -> qftp_status {
    call(handle!(emulator), |open| {
        change(&open.emulator, text!(state)?, Emulator::set_state)
    })
}

/// Restarts the module, as a loss of power does.
///
/// @param emulator  The emulator.
/// @return          QFTP_OK, QFTP_ERR_LINE where the emulator has ended, or a handle error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_emulator_restart(emulator: *mut qftp_emulator) -> qftp_status {
    call(handle!(emulator), |open| {
        open.emulator.restart().map_err(refused)
    })
}
