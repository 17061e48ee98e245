//! Access modes of an open file.

/// The use of a file, which says whether it must be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Access {
    /// Reads a file that is there.
    Read,
    /// Reads and writes a file that is there.
    Change,
    /// Reads and writes a file, a new one if none is there.
    ChangeOrNew,
    /// Reads and writes a file that must not be there yet.
    New,
}
