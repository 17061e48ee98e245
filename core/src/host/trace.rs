//! The view of the line in a log or a trace: lines by their kind, payload by its length, no secret.

pub(super) mod log;
pub(super) mod redact;
