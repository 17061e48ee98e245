//! The record of a client's line, as Python asks for it.

use std::path::Path;

use pyo3::exceptions::PyOSError;
use pyo3::prelude::*;
use qftp::connect::PortUrl;
use qftp::record::{RecordHeader, Recorder};

/// EINVAL, for a name that is not that of a file.
const INVALID: i32 = 22;

/// Creates the file of a record.
pub(crate) fn create(
    path: &Path,
    url: &str,
    dialect: Option<&str>,
    payload: bool,
) -> PyResult<Recorder> {
    let port = PortUrl::parse(url);
    let mut header = RecordHeader::new(port.as_ref().map_or("none", PortUrl::kind));
    header.dialect = dialect.map(str::to_owned);
    let recorder = Recorder::create(path, &header).map_err(|error| {
        let text = error.to_string();
        PyOSError::new_err((
            error.raw_os_error().unwrap_or(INVALID),
            text,
            path.as_os_str().to_owned(),
        ))
    })?;
    Ok(recorder.payload(payload))
}
