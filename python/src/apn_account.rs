//! The account at an access point, as Python passes it.

use pyo3::prelude::*;
use qftp::client::{ApnAccount, ApnAuthentication};

use crate::error;

/// Holds user, password and the kind of check.
pub(crate) type ApnAccountOption = (Vec<u8>, Vec<u8>, String);

/// Returns the account for a login.
pub(crate) fn read(
    py: Python<'_>,
    (user, password, authentication): ApnAccountOption,
) -> PyResult<ApnAccount> {
    let authentication = match authentication.as_str() {
        "pap" => ApnAuthentication::Pap,
        "chap" => ApnAuthentication::Chap,
        "pap-or-chap" => ApnAuthentication::PapOrChap,
        other => {
            let text = format!("apn_auth={other}: give pap, chap or pap-or-chap");
            return Err(error::new(py, "UsageError", &text));
        }
    };
    Ok(ApnAccount::new(user, password, authentication))
}
