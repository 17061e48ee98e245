//! The commands that move a file in counted pieces.

use crate::at::Line;
use crate::dialect::Dialect;
use crate::host::error::HostError;
use crate::host::step::Step;

/// The state of a download into the module's buffer, as the module reports it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FetchState {
    /// Bytes are in the buffer.
    Coming,
    /// All bytes of the file are there, or have been read.
    Complete,
    Failed,
}

/// The commands of a family that move a file in counted pieces.
pub(crate) trait PieceCommands: Sync {
    /// Returns the most bytes of an upload's piece.
    fn largest_piece(&self, dialect: &'static Dialect) -> Result<u64, HostError>;

    /// Makes the command of an upload's piece.
    fn put(
        &self,
        dialect: &'static Dialect,
        remote: &[u8],
        length: u64,
        is_last: bool,
    ) -> Result<Step, HostError>;

    /// Makes the command that begins a download into the module's buffer.
    fn fetch(
        &self,
        dialect: &'static Dialect,
        remote: &[u8],
        offset: u64,
    ) -> Result<Step, HostError>;

    /// Makes the command that reads as much of the buffer as one command can.
    fn receive(&self, dialect: &'static Dialect) -> Result<Step, HostError>;

    /// Reads an unsolicited line about the download.
    fn fetch_state(&self, line: &Line<'_>) -> Option<FetchState>;
}
