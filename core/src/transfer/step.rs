//! The words between a transfer and its driver: what to do next, and what came of it.

use alloc::vec::Vec;
use core::time::Duration;

use crate::ErrorKind;

/// Says what the driver does next. It reports what came of it by [`Transfer::done`](super::Transfer::done).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TransferStep {
    /// Ask the server for the size of the file: [`TransferOutcome::Size`].
    Size,
    /// Upload from this position of the remote file: [`TransferOutcome::Moved`]. The driver ends the piece at the limit,
    /// or where its source ends.
    Put {
        /// Position of the first byte in the remote file.
        offset: u64,
        /// Most bytes of the piece; `None` is all that is left.
        limit: Option<u64>,
    },
    /// Download from this position: [`TransferOutcome::Moved`]. The first bytes, `overlap` of them, are here already:
    /// the driver compares them and keeps none. Where they differ it ends the download with
    /// [`TransferOutcome::Compared`] and `false`.
    Get {
        /// Position of the first byte in the remote file.
        offset: u64,
        /// Ask for so many bytes; `None` asks for all that follow.
        length: Option<u64>,
        /// The number of bytes that will come, if known.
        expected: Option<u64>,
        /// Bytes at the start that are compared with those that are here.
        overlap: u64,
    },
    /// Fetch a part of the remote file and compare its first bytes with the source: [`TransferOutcome::Compared`].
    Compare {
        /// Position of the first byte in the remote file.
        offset: u64,
        /// Bytes to compare.
        length: u64,
        /// The number of bytes that will come: `length`, or more where the dialect cannot end a download before the file
        /// ends.
        expected: u64,
    },
    /// Cut the local file to so many bytes from its start: [`TransferOutcome::Done`].
    Cut(u64),
    /// Wait until this time: [`TransferOutcome::Done`].
    Wait(Duration),
    /// Bring the session back: open the port anew where `port` is set, identify the module, log in.
    /// [`TransferOutcome::Done`].
    Recover {
        /// The port broke: open it anew.
        port: bool,
    },
    /// The transfer is over.
    Complete(TransferReport),
    /// The transfer is over, and failed.
    Fail(TransferFailure),
}

/// Says what came of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TransferOutcome {
    /// The server's answer about the size of the file.
    Size(RemoteSize),
    /// A piece is over and the module counted all of its bytes.
    Moved {
        /// Bytes of the piece, without an overlap.
        bytes: u64,
        /// True if the source ends there, or the server's file.
        last: bool,
        /// Time from the command to the first byte.
        overhead: Duration,
    },
    /// The bytes were compared; true if they are equal.
    Compared(bool),
    /// The step is done.
    Done,
    /// The step failed.
    Failed {
        /// The kind of the error.
        kind: ErrorKind,
        /// Bytes of this piece that went out or came in, confirmed or not, without an overlap.
        bytes: u64,
    },
}

/// The size of the file on the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a size is known, or it is not")]
pub enum RemoteSize {
    /// The size in bytes.
    Known(u64),
    /// There is no such file, as a listing shows.
    Absent,
    /// The server does not tell.
    Unknown,
}

/// The result of a transfer that is complete.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TransferReport {
    /// Bytes that this transfer moved and that are confirmed.
    pub bytes: u64,
    /// Position in the remote file of the first of them.
    pub offset: u64,
    /// Tries, the first one included.
    pub attempts: u32,
    /// The failures that were tried again, in their order.
    pub failures: Vec<ErrorKind>,
    /// The sizes at both ends are equal. False where the server does not tell the size.
    pub verified: bool,
}

/// The reason why a transfer ended before its end.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TransferFailure {
    /// The reason.
    pub cause: FailureCause,
    /// End of the part of the remote, or local, file that is known to be right, from the start of this transfer.
    pub bytes_confirmed: u64,
    /// Bytes that a sink keeps for a later transfer, which compares their end first: those confirmed, and more where the
    /// dialect has no pieces. The driver cuts the rest.
    pub bytes_kept: u64,
    /// Tries, the first one included.
    pub attempts: u32,
}

/// The reason of a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FailureCause {
    /// The last step failed; its error says why.
    LastStep,
    /// The server does not tell the size of a file that is to be continued.
    SizeUnknown,
    /// The size on the server is another one than expected.
    SizeDiffers {
        /// Bytes on the server.
        found: u64,
        /// Bytes expected there.
        expected: u64,
    },
    /// The download would start behind the end of the file.
    BeyondEnd {
        /// Bytes on the server.
        size: u64,
    },
}
