//! `qftp_transferred`: how much a transfer moved, how often it was tried, and what proves it.

use qftp::transfer::Verified;

use crate::versioned_struct::Sized32;

/// The proof that both ends have the same after a transfer.
#[repr(i32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum qftp_verified {
    /// None beyond the module's count: the server does not tell the size.
    QFTP_VERIFIED_NOTHING = 0,
    /// The sizes at both ends are equal.
    QFTP_VERIFIED_SIZE = 1,
    /// All bytes were read back and are equal.
    QFTP_VERIFIED_CONTENT = 2,
}

impl From<Verified> for qftp_verified {
    fn from(verified: Verified) -> Self {
        match verified {
            Verified::Nothing => qftp_verified::QFTP_VERIFIED_NOTHING,
            Verified::Size => qftp_verified::QFTP_VERIFIED_SIZE,
            Verified::Content => qftp_verified::QFTP_VERIFIED_CONTENT,
        }
    }
}

/// The result of a transfer that succeeded. Set the size before (QFTP_INIT).
#[repr(C)]
#[derive(Clone, Copy, Default)]
pub struct qftp_transferred {
    /// sizeof(qftp_transferred), set by QFTP_INIT.
    pub size: u32,
    /// Tries, the first one included; 0 if there was no transfer yet.
    pub attempts: u32,
    /// Bytes that were moved.
    pub bytes: u64,
    /// Position in the remote file of the first of them.
    pub offset: u64,
    /// Milliseconds from the first command to the last line.
    pub elapsed_ms: u64,
    /// The proof that both ends have the same, a qftp_verified.
    pub verified: i32,
    /// Failures that were tried again.
    pub failure_count: u32,
    /// The status of each of them, as far as there is room.
    pub failures: [i32; 16],
}

// SAFETY: integers and an array of them, the size first.
unsafe impl Sized32 for qftp_transferred {}
