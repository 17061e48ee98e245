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
    /// Upload from this position of the remote file: [`TransferOutcome::Sent`]. The driver ends the piece at the limit,
    /// or where its source ends.
    Put {
        /// Position of the first byte in the remote file.
        offset: u64,
        /// Most bytes of the piece; `None` is all that is left.
        limit: Option<u64>,
    },
    /// Download from this position: [`TransferOutcome::Received`]. The first bytes, `overlap` of them, are here already:
    /// the driver compares them and keeps none. Where they differ it ends the download with
    /// [`TransferOutcome::Compared`] and `false`.
    Get {
        /// Position of the first byte in the remote file.
        offset: u64,
        /// Ask for so many bytes; `None` asks for all that follow.
        length: Option<u64>,
        /// The number of bytes that will come, if known.
        expected: Option<u64>,
        /// Bytes at the start that are compared with those that are here. The driver may ask for more of them before the
        /// offset: [`end_to_compare`](super::end_to_compare) says how many show a shift.
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
    /// Fetch what was moved from the server again and compare it with the local file, from this position of the remote
    /// file on: [`TransferOutcome::Matched`], or [`TransferOutcome::Differs`] at the first byte that differs.
    ReadBack {
        /// Position of the first byte in the remote file.
        offset: u64,
        /// Ask for so many bytes; `None` asks for all that follow.
        length: Option<u64>,
        /// The number of bytes that will come.
        expected: u64,
    },
    /// Read the end of a piece again and compare it with the local file: [`TransferOutcome::Matched`] or [`TransferOutcome::Differs`].
    /// [`end_to_compare`](super::end_to_compare) says how many bytes before `end` that are.
    ReadEnd {
        /// Position of the first byte of the piece in the remote file.
        start: u64,
        /// Position behind its last byte.
        end: u64,
        /// The server's file ends there too: the driver asks for all that follows, so that more of it is seen.
        is_last: bool,
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
    /// A piece of an upload is over and the module counted all of its bytes.
    Sent {
        /// Bytes of the piece.
        bytes: u64,
        /// True if the source ends there.
        last: bool,
        /// Time from the command to the first byte.
        overhead: Duration,
    },
    /// A piece of a download is over and the module counted all of its bytes.
    Received {
        /// Bytes of the piece, without an overlap.
        bytes: u64,
        /// Time from the command to the first byte.
        overhead: Duration,
    },
    /// All bytes that were read back are equal.
    Matched(u64),
    /// So many bytes that were read back are equal, and the next one is not.
    Differs(u64),
    /// The bytes were compared; true if they are equal.
    Compared(bool),
    /// The step is done.
    Done,
    /// The step failed.
    Failed {
        /// The kind of the error.
        kind: ErrorKind,
        /// The server's reply, if it gave one.
        reply: Option<u16>,
        /// Bytes of this piece that went out or came in, confirmed or not, without an overlap. Of what is read back, those
        /// that were equal.
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
    /// The proof that both ends have the same.
    pub verified: Verified,
}

/// The proof that both ends have the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "nothing, the length or all of it can be compared"
)]
pub enum Verified {
    /// None beyond the module's count: the server does not tell the size, or it was not asked.
    Nothing,
    /// The sizes at both ends are equal.
    Size,
    /// All bytes were read back and are equal.
    Content,
}

impl Verified {
    /// Returns the name for programs and documents.
    pub fn name(self) -> &'static str {
        match self {
            Verified::Nothing => "nothing",
            Verified::Size => "size",
            Verified::Content => "content",
        }
    }
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
    /// The server's file is not the local one: its content was read back and compared.
    ContentDiffers {
        /// Position in the remote file of the first byte that differs.
        position: u64,
    },
    /// The download would start behind the end of the file.
    BeyondEnd {
        /// Bytes on the server.
        size: u64,
    },
}
