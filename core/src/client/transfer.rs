//! Result and progress, common to uploads and downloads.

use std::time::Duration;

use crate::ErrorKind;
use crate::transfer::Verified;

/// Callback of a transfer: bytes so far, and bytes in all if that is known.
pub(super) type Progress<'a> = &'a mut dyn FnMut(u64, Option<u64>);

/// Result of a transfer.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Transferred {
    /// Bytes of payload.
    pub bytes: u64,
    /// Position in the remote file of the first of them.
    pub offset: u64,
    /// Time from the first command to the last line.
    pub elapsed: Duration,
    /// Time from the first data command to its `CONNECT`, which the server and the data connection took. `None` where
    /// there was nothing to transfer.
    pub connect: Option<Duration>,
    /// Tries, the first one included.
    pub attempts: u32,
    /// The failures that were tried again, in their order.
    pub failures: Vec<ErrorKind>,
    /// The proof that both ends have the same.
    pub verified: Verified,
}

/// Calls the callback, if there is one.
pub(super) fn report(progress: &mut Option<Progress<'_>>, done: u64, total: Option<u64>) {
    if let Some(progress) = progress {
        progress(done, total);
    }
}
