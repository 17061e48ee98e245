//! The error of a file that is not a record.

/// A file that is not a record, or a line in it that is not an event.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line} of the record: {reason}")]
#[non_exhaustive]
pub struct RecordError {
    /// The line, counted from 1.
    pub line: usize,
    /// The mistake, in words.
    pub reason: String,
}

impl RecordError {
    pub(crate) fn new(line: usize, reason: impl Into<String>) -> Self {
        RecordError {
            line,
            reason: reason.into(),
        }
    }
}
