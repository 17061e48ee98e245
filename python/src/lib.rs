//! The native part of the Python package `qftp`: the blocking client and the emulator, in bytes and numbers.
//!
//! What a Python user sees is written in Python, in `qftp/`; here is only what needs Rust. A call waits without the
//! interpreter's lock:
//!
//! - `watch.rs` lets it see Ctrl-C, `cancel.rs` lets another thread end it;
//! - `stream.rs` and `callback.rs` read and write Python's files and call back;
//! - `trace.rs` and `samples.rs` collect what went over the line;
//! - `error.rs` chooses the exception for an error.
#![allow(
    clippy::needless_pass_by_value,
    reason = "arguments from Python are owned"
)]

mod apn_account;
mod ascii;
mod callback;
mod cancel;
mod client;
mod data_address;
mod dialect;
mod emulator;
mod error;
mod lab_server;
mod listing;
mod names;
mod ports;
mod probe;
mod program;
mod record;
mod retry;
mod samples;
mod seconds;
mod store;
mod stream;
mod support;
mod tls;
mod trace;
mod tree;
mod wakeup;
mod watch;

use std::alloc::System;

use zeroizing_alloc::ZeroAlloc;

/// Wipes all memory that this module gives back: a login or a line may hold a password.
#[global_allocator]
static ALLOCATOR: ZeroAlloc<System> = ZeroAlloc(System);

/// The extension module `qftp._native`.
#[pyo3::pymodule(gil_used = false)]
mod _native {
    use pyo3::prelude::*;
    use pyo3::types::PyTuple;

    #[pymodule_export]
    use super::ascii::{get_ascii, get_ascii_file, put_ascii};
    #[pymodule_export]
    use super::cancel::Stop;
    #[pymodule_export]
    use super::client::Client;
    #[pymodule_export]
    use super::dialect::{line_reports_failure, transcript_command, transfer_mode_commands};
    #[pymodule_export]
    use super::emulator::Emulator;
    #[pymodule_export]
    use super::error::error_kinds;
    #[pymodule_export]
    use super::lab_server::LabServer;
    #[pymodule_export]
    use super::names::{append_position, exists, is_dir, list_links, remove_tree};
    #[pymodule_export]
    use super::ports::list_ports;
    #[pymodule_export]
    use super::probe::probe;
    #[pymodule_export]
    use super::program::main;
    #[pymodule_export]
    use super::store::Store;
    #[pymodule_export]
    use super::support::support;
    #[pymodule_export]
    use super::trace::Trace;
    #[pymodule_export]
    use super::tree::{get_tree, put_tree};

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        let names = qftp::dialect::ALL.iter().map(|dialect| dialect.name);
        let names = PyTuple::new(module.py(), names.collect::<Vec<_>>())?;
        module.add("DIALECTS", names)?;
        let faults = PyTuple::new(module.py(), super::emulator::faults())?;
        module.add("FAULTS", faults)?;
        let actions = PyTuple::new(module.py(), super::emulator::fault_actions())?;
        module.add("FAULT_ACTIONS", actions)?;
        module.add(
            "STATES",
            PyTuple::new(module.py(), super::emulator::states())?,
        )?;
        module.add("__version__", env!("CARGO_PKG_VERSION"))
    }
}
