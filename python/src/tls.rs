//! The TLS options, as Python passes them.

use pyo3::prelude::*;
use qftp::client::{Tls, TlsMode};

use crate::error;

/// Holds when TLS begins; certificate of the authority, of the client, its key; whether to verify, and the dates too.
pub(crate) type TlsOptions = (
    String,
    Option<Vec<u8>>,
    Option<Vec<u8>>,
    Option<Vec<u8>>,
    bool,
    bool,
);

/// Returns the options as a login takes them.
pub(crate) fn tls_options(py: Python<'_>, tls: TlsOptions) -> PyResult<Tls> {
    let (mode, ca, certificate, key, verify, check_dates) = tls;
    let mode = match mode.as_str() {
        "implicit" => TlsMode::Implicit,
        "explicit" => TlsMode::Explicit,
        other => {
            let message = format!("tls is \"implicit\", \"explicit\" or None, not {other:?}");
            return Err(error::new(py, "UsageError", &message));
        }
    };
    let mut tls = Tls::new(mode);
    tls.verify = verify;
    tls.check_dates = check_dates;
    tls.ca = ca;
    tls.certificate = certificate;
    tls.key = key;
    Ok(tls)
}
