//! One download command of a transfer, and the failure of a step.

use super::error::Error;
use crate::host::Operation;

/// One download command.
#[derive(Clone, Copy)]
pub(super) struct GetPiece {
    pub(super) offset: u64,
    pub(super) length: Option<u64>,
    pub(super) expected: Option<u64>,
}

impl GetPiece {
    /// Returns the piece with so many more bytes in front of it.
    pub(super) fn begun_before(self, bytes: u64) -> Self {
        GetPiece {
            offset: self.offset - bytes,
            length: self.length.map(|length| length + bytes),
            expected: self.expected.map(|expected| expected + bytes),
        }
    }

    /// Returns the operation of the host.
    pub(super) fn operation(self, remote: &[u8]) -> Operation<'_> {
        Operation::Get {
            remote,
            offset: self.offset,
            length: self.length,
            expected: self.expected,
        }
    }
}

/// A step that failed, and the bytes that it had moved.
pub(super) struct StepError {
    pub(super) error: Error,
    pub(super) bytes: u64,
}

impl From<Error> for StepError {
    fn from(error: Error) -> Self {
        StepError { error, bytes: 0 }
    }
}
