//! The form in which the URC of an FTP command states an error.

use crate::at;
use crate::codes;

/// Names the form in which the URC of an FTP command states an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorReport {
    /// `<err>,<protocol_error>`: an error from 601 to 631 and the server's reply (002 §5).
    CodeAndReply,
    /// One number, negative for an error (001 §3).
    NegativeNumber,
    /// One digit, 0 for an error (003 §1.2).
    Zero,
}

impl ErrorReport {
    /// Returns true if the fields of a URC state an error.
    pub(super) fn states_error(self, fields: &[u8]) -> bool {
        let mut parts = fields.splitn(2, |byte| *byte == b',');
        let first = parts.next().unwrap_or_default();
        let second = parts.next().unwrap_or_default();
        match self {
            ErrorReport::CodeAndReply => {
                let code = at::parse_integer(first).and_then(|code| u16::try_from(code).ok());
                code.is_some_and(|code| codes::lookup(code).is_some()) && !second.is_empty()
            }
            ErrorReport::NegativeNumber => first
                .strip_prefix(b"-")
                .and_then(at::parse_integer)
                .is_some_and(|number| number > 0),
            ErrorReport::Zero => at::parse_integer(first) == Some(0),
        }
    }
}
