//! What a log or a trace shows of the line: lines by their kind, payload by its length, no secret.

pub(super) mod log;
pub(super) mod redact;
