//! `qftp._native.list_ports`: the serial ports of this machine.

use pyo3::prelude::*;
use pyo3::types::PyDict;
use qftp::port::list;

/// Returns the serial ports, a dictionary for each.
#[pyfunction]
pub(crate) fn list_ports(py: Python<'_>) -> PyResult<Vec<Bound<'_, PyDict>>> {
    let ports = py.detach(list::ports);
    ports.into_iter().map(|port| described(py, port)).collect()
}

fn described(py: Python<'_>, port: list::PortInfo) -> PyResult<Bound<'_, PyDict>> {
    let fields = PyDict::new(py);
    fields.set_item("path", port.path)?;
    fields.set_item("by_id", port.by_id)?;
    fields.set_item("usb", port.usb)?;
    fields.set_item("manufacturer", port.manufacturer)?;
    fields.set_item("product", port.product)?;
    fields.set_item("serial", port.serial)?;
    fields.set_item("interface", port.interface)?;
    fields.set_item("likely_at", port.likely_at)?;
    Ok(fields)
}
