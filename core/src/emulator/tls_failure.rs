//! Reasons of a TLS failure, for the engine and for its user.

use std::fmt;

use crate::ftp::FailureKind;

/// The reason why a connection has no TLS.
#[derive(Debug)]
pub(super) struct TlsFailure {
    pub(super) kind: FailureKind,
    pub(super) why: String,
}

impl TlsFailure {
    pub(super) fn new(kind: FailureKind, why: String) -> Self {
        TlsFailure { kind, why }
    }
}

impl fmt::Display for TlsFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.why)
    }
}

impl std::error::Error for TlsFailure {}
