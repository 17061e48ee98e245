//! Where data connections go, as Python hands it over.

use pyo3::prelude::*;
use qftp::client::DataAddress;

use crate::error;

/// Holds whose address it is, and how long the first of two is tried, in seconds.
pub(crate) type DataAddressOption = (String, Option<u8>);

/// Returns the option as a login takes it.
pub(crate) fn read(py: Python<'_>, (whose, timeout): DataAddressOption) -> PyResult<DataAddress> {
    let address = match (whose.as_str(), timeout) {
        ("peer-then-server", timeout) => DataAddress::PeerThenServer {
            after_s: timeout.unwrap_or(DataAddress::AFTER_S),
        },
        ("server", None) => DataAddress::Server,
        ("peer", None) => DataAddress::Peer,
        ("server" | "peer", Some(_)) => {
            let message = "data_timeout is for data_address=\"peer-then-server\"";
            return Err(error::new(py, "UsageError", message));
        }
        _ => {
            let message = format!(
                "data_address is \"server\", \"peer\", \"peer-then-server\" or None, not {whose:?}"
            );
            return Err(error::new(py, "UsageError", &message));
        }
    };
    Ok(address)
}
