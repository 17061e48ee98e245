//! The error of a file that is no record.

/// A file that is no record, or a line in it that is no event.
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
