//! The results of operations.

use alloc::vec::Vec;

use super::identity::ModuleIdentity;

/// The result of an operation that succeeded.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Answer {
    /// Success, without a value.
    Done,
    /// A size, a length, or bytes moved.
    Number(u64),
    /// A path or a time.
    Text(Vec<u8>),
    /// Information lines, whole.
    Lines(Vec<Vec<u8>>),
    /// State of the FTP service.
    State(ServiceState),
    /// The module's identity.
    Identity(ModuleIdentity),
    /// Bytes moved to or from the module's store, and the module's checksum over them.
    Stored {
        /// Number of bytes.
        bytes: u64,
        /// 16-bit XOR over big-endian pairs (COMMON 1.4).
        checksum: u16,
    },
}

/// State of the FTP service (002 §2.17).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "002 §2.17 numbers these five")]
pub enum ServiceState {
    /// 0: a session is being opened.
    Opening,
    /// 1: a session is open and idle.
    Idle,
    /// 2: data is being transferred.
    Transferring,
    /// 3: the session is being closed.
    Closing,
    /// 4: no session.
    Closed,
}

impl ServiceState {
    /// Returns the state of a number (002 §2.17).
    pub(super) fn from_number(number: u64) -> Option<Self> {
        [
            Self::Opening,
            Self::Idle,
            Self::Transferring,
            Self::Closing,
            Self::Closed,
        ]
        .get(usize::try_from(number).ok()?)
        .copied()
    }
}
