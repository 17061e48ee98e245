//! The step that a reply, an event or time leads to, the same for every part of a session.
//!
//! A part of the session takes itself by value and returns the step: it goes on as `T`, or the operation ends.

use super::outcome::{FtpFailure, FtpOutcome};

/// The step that a reply or an event leads to.
#[derive(Debug)]
pub(super) enum FtpStep<T> {
    /// The operation goes on like this.
    Next(T),
    /// It ended; the session is idle.
    Done(Result<FtpOutcome, FtpFailure>),
    /// It ended and the session with it, for the second reason where the first does not say so.
    Lost(Result<FtpOutcome, FtpFailure>, Option<FtpFailure>),
    /// The idle session ended.
    Gone(FtpFailure),
}

impl<T> FtpStep<T> {
    /// Goes on as something that holds `T`.
    pub(super) fn map<U>(self, wrap: impl FnOnce(T) -> U) -> FtpStep<U> {
        match self {
            FtpStep::Next(next) => FtpStep::Next(wrap(next)),
            FtpStep::Done(result) => FtpStep::Done(result),
            FtpStep::Lost(result, reason) => FtpStep::Lost(result, reason),
            FtpStep::Gone(reason) => FtpStep::Gone(reason),
        }
    }
}
