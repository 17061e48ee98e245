//! Modes of the line, and how payload of the host is taken from it (DIALECTS "Data mode").

use alloc::vec::Vec;
use core::time::Duration;

use crate::framing::escape::{Escape, Silence};
use crate::framing::stuffing::Unstuff;

/// Says what the bytes from the host are.
#[derive(Debug)]
pub(super) enum LineMode {
    /// Command lines.
    Command,
    /// Payload, until a count is reached or `+++` comes.
    Data(Escape),
    /// Payload that ends at a bare ETX (003 §1.2.15).
    Stuffed(Unstuff),
    /// Payload up to a count, whatever its bytes (003 §1.2.20, COMMON 8.2).
    Raw,
    /// Ignored: a payload goes the other way.
    Deaf,
}

/// Holds payload taken from the line.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct PayloadTaken {
    /// Number of bytes taken from the line.
    pub(super) count: usize,
    /// The payload in them, free of the escape sequence and of stuffing.
    pub(super) data: Vec<u8>,
    /// A bare ETX ended the payload.
    pub(super) ended: bool,
}

impl LineMode {
    /// Tells whether command lines are taken.
    pub(super) fn is_command(&self) -> bool {
        matches!(self, LineMode::Command)
    }

    /// Tells whether `+++` ends the mode.
    pub(super) fn has_escape(&self) -> bool {
        matches!(self, LineMode::Data(_))
    }

    /// Returns when pluses that were kept back turn into payload or into the escape sequence.
    pub(super) fn deadline(&self) -> Option<Duration> {
        match self {
            LineMode::Data(escape) => escape.deadline(),
            LineMode::Command | LineMode::Stuffed(_) | LineMode::Raw | LineMode::Deaf => None,
        }
    }

    /// Decides about the pluses that were kept back.
    pub(super) fn expire(&mut self, now: Duration) -> Silence {
        match self {
            LineMode::Data(escape) => escape.expire(now),
            LineMode::Command | LineMode::Stuffed(_) | LineMode::Raw | LineMode::Deaf => {
                Silence::Undecided
            }
        }
    }

    /// Takes payload, at most `room` bytes of it where the room is known.
    pub(super) fn take_payload(
        &mut self,
        now: Duration,
        bytes: &[u8],
        room: Option<u64>,
    ) -> PayloadTaken {
        let limit = room.map_or(usize::MAX, |room| {
            usize::try_from(room).unwrap_or(usize::MAX)
        });
        match self {
            LineMode::Command => PayloadTaken::of(0, Vec::new()),
            LineMode::Data(escape) => take_escaped(escape, now, bytes, limit),
            LineMode::Stuffed(unstuff) => {
                let mut data = Vec::with_capacity(bytes.len());
                let (count, ended) = unstuff.pass(bytes, &mut data);
                PayloadTaken { count, data, ended }
            }
            // Nothing is expected where no count is known.
            LineMode::Raw if room.is_none() => PayloadTaken::of(bytes.len(), Vec::new()),
            LineMode::Raw => {
                let count = limit.min(bytes.len());
                PayloadTaken::of(count, bytes[..count].to_vec())
            }
            LineMode::Deaf => PayloadTaken::of(bytes.len(), Vec::new()),
        }
    }
}

impl PayloadTaken {
    fn of(count: usize, data: Vec<u8>) -> Self {
        PayloadTaken {
            count,
            data,
            ended: false,
        }
    }
}

/// Takes payload up to the count, where there is one. Pluses that may begin `+++` are part of the count: at its end
/// they are data.
fn take_escaped(escape: &mut Escape, now: Duration, bytes: &[u8], room: usize) -> PayloadTaken {
    let count = room.saturating_sub(escape.held().into()).min(bytes.len());
    let passed = escape.pass(now, &bytes[..count]);
    let mut data = pluses(passed.pluses);
    data.extend_from_slice(passed.bytes);
    if data.len() + usize::from(escape.held()) >= room {
        data.append(&mut pluses(escape.release(now)));
    }
    PayloadTaken::of(count, data)
}

/// Returns so many `+`.
pub(super) fn pluses(count: u8) -> Vec<u8> {
    (0..count).map(|_| b'+').collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const GUARD: Duration = Duration::from_secs(1);

    #[test]
    fn pluses_at_the_end_of_a_count_are_payload() {
        let mut mode = LineMode::Data(Escape::new(Duration::ZERO, GUARD));
        let taken = mode.take_payload(GUARD * 2, b"+++AT", Some(3));
        assert_eq!(taken, PayloadTaken::of(3, b"+++".to_vec()));
        assert_eq!(mode.deadline(), None);
    }

    #[test]
    fn pluses_after_a_silence_are_kept_back_until_another_one() {
        let mut mode = LineMode::Data(Escape::new(Duration::ZERO, GUARD));
        let taken = mode.take_payload(GUARD * 2, b"+++", None);
        assert_eq!(taken, PayloadTaken::of(3, Vec::new()));
        assert_eq!(mode.deadline(), Some(GUARD * 3));
        assert!(matches!(mode.expire(GUARD * 3), Silence::Escaped));
    }

    #[test]
    fn raw_payload_ends_at_its_count_and_a_deaf_line_takes_everything() {
        let raw = |room| LineMode::Raw.take_payload(Duration::ZERO, b"abcd", room);
        assert_eq!(raw(Some(3)), PayloadTaken::of(3, b"abc".to_vec()));
        assert_eq!(raw(None), PayloadTaken::of(4, Vec::new()));
        let deaf = LineMode::Deaf.take_payload(Duration::ZERO, b"abcd", Some(3));
        assert_eq!(deaf, PayloadTaken::of(4, Vec::new()));
    }

    #[test]
    fn stuffed_payload_ends_at_a_bare_etx() {
        let mut mode = LineMode::Stuffed(Unstuff::default());
        let taken = mode.take_payload(Duration::ZERO, b"a\x10\x03b\x03AT", None);
        assert_eq!(taken.data, b"a\x03b");
        assert_eq!((taken.count, taken.ended), (5, true));
    }
}
