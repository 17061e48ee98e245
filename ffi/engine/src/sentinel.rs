//! Numbers that stand for something else than their value.
//!
//! All of them are the greatest number. Each has a name for its meaning, so that a call can be read: a size is not
//! known, a length has no limit, an upload starts at the end, a time never comes.

/// Stands for a size that is not known.
pub const QFTP_UNKNOWN: u64 = u64::MAX;

/// Stands for a length without a limit: all bytes to the end of the file.
pub const QFTP_ALL: u64 = u64::MAX;

/// Stands for the end of a file, where an upload appends.
pub const QFTP_AT_END: u64 = u64::MAX;

/// Stands for no retry: the first failure ends a transfer.
pub const QFTP_NO_RETRY: u32 = u32::MAX;

/// Stands for a time that never comes: nothing is due.
pub const QFTP_NEVER: u64 = u64::MAX;
