//! `qftp._native.probe`: the state of a module and of its network.

use pyo3::prelude::*;
use qftp::client;

use crate::client::Client;
use crate::error::About;

/// Holds SIM, registration, network, signal in dBm, attached, contexts, and the state of the context in words.
type Probed = (
    Option<String>,
    Option<&'static str>,
    Option<String>,
    Option<i16>,
    Option<bool>,
    Vec<(u8, String)>,
    Option<String>,
);

/// Asks the module for its state.
#[pyfunction]
pub(crate) fn probe(py: Python<'_>, client: &Client) -> PyResult<Probed> {
    let probe = client.call(py, About::OTHER, client::Client::probe)?;
    Ok((
        probe.sim,
        probe.registration,
        probe.operator,
        probe.signal_dbm,
        probe.attached,
        probe.contexts,
        probe.context_state,
    ))
}
