//! The answer to the question what bytes in a payload are.

use core::time::Duration;

/// Tells what the bytes at hand are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// This many bytes are payload.
    Payload(usize),
    /// This many bytes are no payload and no line either.
    Skip(usize),
    /// They may be a trailer: wait for more, or for this long a silence. `None`: a trailer is not whole yet.
    Wait(Option<Duration>),
    /// The payload ended before them: what follows are lines.
    End,
    /// The payload was broken off before them, and is not whole: what follows are lines.
    BrokenOff,
}
