//! An estimate of what a serial line behind a socket has not carried yet.
//!
//! A socket takes bytes at once; the device at its other end sends them at the speed of its own line, and tells nothing
//! of it. The silence around `+++` must begin behind the last of them.

use std::time::{Duration, Instant};

/// The speed in bits per second that such a line is taken to have; a byte takes ten.
const RATE: u32 = 115_200;
/// Bytes that a device keeps for its line, at most. It reads no more from the socket, which then fills.
const DEVICE_BUFFER: u32 = 16 * 1024;

/// The time by which all is on the line.
#[derive(Debug, Default)]
pub(super) struct LineEstimate {
    empty_at: Option<Instant>,
}

impl LineEstimate {
    /// Takes note of bytes that the socket has taken.
    pub(super) fn note_written(&mut self, now: Instant, count: usize) {
        let count = u32::try_from(count).unwrap_or(u32::MAX).min(DEVICE_BUFFER);
        let busy = self.busy(now) + time(count);
        self.empty_at = Some(now + busy.min(time(DEVICE_BUFFER)));
    }

    /// Returns how many bytes the line has still to carry.
    pub(super) fn unsent(&self, now: Instant) -> usize {
        let bits = self.busy(now).as_nanos() * u128::from(RATE) / 1_000_000_000;
        usize::try_from(bits.div_ceil(10)).unwrap_or(usize::MAX)
    }

    fn busy(&self, now: Instant) -> Duration {
        self.empty_at
            .map_or(Duration::ZERO, |at| at.saturating_duration_since(now))
    }
}

/// Returns the time that so many bytes take.
fn time(count: u32) -> Duration {
    Duration::from_secs(10) * count / RATE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_leave_at_the_rate_and_no_more_than_a_device_keeps_are_waited_for() {
        let start = Instant::now();
        let mut line = LineEstimate::default();
        assert_eq!(line.unsent(start), 0);
        line.note_written(start, 1152);
        assert_eq!(line.unsent(start), 1152);
        assert_eq!(line.unsent(start + Duration::from_millis(50)), 576);
        line.note_written(start + Duration::from_millis(50), 576);
        assert_eq!(line.unsent(start + Duration::from_millis(100)), 576);
        assert_eq!(line.unsent(start + Duration::from_millis(151)), 0);
        for count in [16 * 1024, 16 * 1024 + 1, usize::MAX] {
            let mut line = LineEstimate::default();
            line.note_written(start, count);
            assert_eq!(line.unsent(start), 16 * 1024);
            line.note_written(start, 1);
            assert_eq!(line.unsent(start), 16 * 1024);
        }
    }
}
