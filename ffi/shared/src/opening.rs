//! Calls that make a handle: there is none yet that could keep why the call failed.

use crate::error::{Fault, qftp_error};
use crate::handle::guard;
use crate::ptr::StructOut;
use crate::status::qftp_status::{self, QFTP_ERR_ARGUMENT, QFTP_OK};

/// Runs such a call and stores its details where the program wants them.
pub fn opening(
    details: Result<Option<StructOut<qftp_error>>, Fault>,
    body: impl FnOnce() -> Result<(), Fault>,
) -> qftp_status {
    let Ok(details) = details else {
        return QFTP_ERR_ARGUMENT;
    };
    guard(|| {
        let (status, error) = match body() {
            Ok(()) => (QFTP_OK, qftp_error::default()),
            Err(fault) => (fault.status(), fault.to_error()),
        };
        if let Some(details) = details {
            details.store(&error);
        }
        status
    })
}
