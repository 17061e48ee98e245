//! The silence that a trailer needs before it is believed.
//!
//! A file can hold any text. A listing cannot: it is lines, and a name with a line end cannot stand in one (RFC 3659
//! §2.2), so no line of a listing is a trailer.

use core::time::Duration;

use super::found::Found;
use super::trailer::Stated;

/// Silence after a trailer when no length was expected.
pub const GUARD: Duration = Duration::from_millis(300);
/// Silence after a trailer that contradicts the expected length or states an error: the line may just have stalled
/// inside a file that contains such text.
pub const LONG_GUARD: Duration = Duration::from_secs(3);
/// Silence after lines that break a download off, which a file may contain too.
pub const BREAK_GUARD: Duration = Duration::from_secs(5);

/// The silence that a trailer needs, and what it ends then.
pub(super) type Belief = (Duration, Found);

/// Returns the belief in a trailer behind a file.
pub(super) fn of_file(stated: Stated, expected: Option<u64>, received: u64) -> Belief {
    match stated {
        Stated::Length(length) if length != received => (BREAK_GUARD, Found::BrokenOff),
        Stated::Length(length) if expected == Some(length) => (Duration::ZERO, Found::End),
        Stated::Length(_) if expected.is_none() => (GUARD, Found::End),
        Stated::End if expected == Some(received) => (GUARD, Found::End),
        Stated::End => (BREAK_GUARD, Found::BrokenOff),
        Stated::Length(_) | Stated::Error => (LONG_GUARD, Found::End),
    }
}

/// Returns the belief in a trailer behind a listing.
pub(super) fn of_listing(stated: Stated, received: u64) -> Belief {
    match stated {
        Stated::Length(length) if length != received => (BREAK_GUARD, Found::BrokenOff),
        Stated::Length(_) | Stated::End if received > 0 => (Duration::ZERO, Found::End),
        Stated::Length(_) | Stated::End | Stated::Error => (GUARD, Found::End),
    }
}
