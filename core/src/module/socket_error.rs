//! The last socket error, which `AT+QIGETERROR` answers (COMMON 2.1).

use alloc::string::{String, ToString as _};

/// Answers of `AT+QIGETERROR` (COMMON 2.1).
const NO_ERROR: (u16, &str) = (0, "operate successfully");

/// Holds what `AT+QIGETERROR` answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SocketError {
    pub(super) number: u16,
    pub(super) text: String,
}

impl Default for SocketError {
    fn default() -> Self {
        SocketError::new(NO_ERROR.0, NO_ERROR.1)
    }
}

impl SocketError {
    pub(super) fn new(number: u16, text: &str) -> Self {
        SocketError {
            number,
            text: text.to_string(),
        }
    }
}
