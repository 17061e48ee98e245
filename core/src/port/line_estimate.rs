//! An estimate of what a line has not carried yet, where the system cannot tell: behind a socket, or a pseudo terminal.
//!
//! Such a port takes bytes at once; a device at its other end sends them at the speed of its own line. The silence around
//! `+++` must begin behind the last of them. What the program before wrote may be among them, so that a line counts as
//! full when it is opened.

use std::time::{Duration, Instant};

/// The speed in bits per second of the line behind a socket; a byte takes ten.
const SOCKET_BAUD: u32 = 115_200;
/// Bytes that the device behind a socket keeps for its line, at most. It then reads no more.
const SOCKET_BUFFER: u32 = 16 * 1024;
#[cfg(feature = "serial")]
/// Bytes that the other side of a pseudo terminal has taken and not read, when all else was thrown away.
const TERMINAL_BUFFER: u32 = 4096;

/// The time by which all is on the line.
#[derive(Debug)]
pub(super) struct LineEstimate {
    baud: u32,
    buffer: u32,
    empty_at: Instant,
}

impl LineEstimate {
    /// Returns the estimate for a socket that is opened now.
    pub(super) fn of_socket(now: Instant) -> Self {
        LineEstimate::full(now, SOCKET_BAUD, SOCKET_BUFFER)
    }

    /// Returns the estimate for a pseudo terminal that is opened now, at this speed.
    #[cfg(feature = "serial")]
    pub(super) fn of_terminal(now: Instant, baud: u32) -> Self {
        LineEstimate::full(now, baud, TERMINAL_BUFFER)
    }

    fn full(now: Instant, baud: u32, buffer: u32) -> Self {
        LineEstimate {
            baud,
            buffer,
            empty_at: now + time(buffer, baud),
        }
    }

    /// Takes note of bytes that the port has taken.
    pub(super) fn note_written(&mut self, now: Instant, count: usize) {
        let count = u32::try_from(count).unwrap_or(self.buffer).min(self.buffer);
        let busy = self.busy(now) + time(count, self.baud);
        self.empty_at = now + busy.min(time(self.buffer, self.baud));
    }

    /// Returns how many bytes the line has still to carry.
    pub(super) fn unsent(&self, now: Instant) -> usize {
        let nanobits = self.busy(now).as_nanos() * u128::from(self.baud);
        usize::try_from(nanobits.div_ceil(10_000_000_000)).unwrap_or(usize::MAX)
    }

    fn busy(&self, now: Instant) -> Duration {
        self.empty_at.saturating_duration_since(now)
    }
}

/// Returns the time that so many bytes take.
fn time(count: u32, baud: u32) -> Duration {
    Duration::from_secs(10) * count / baud
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    #[test]
    fn bytes_leave_at_the_rate() {
        let opened = Instant::now();
        let mut line = LineEstimate::of_socket(opened);
        let start = opened + MS * 1423;
        assert_eq!(line.unsent(start), 0);
        line.note_written(start, 1152);
        assert_eq!(line.unsent(start), 1152);
        assert_eq!(line.unsent(start + MS * 50), 576);
        line.note_written(start + MS * 50, 576);
        assert_eq!(line.unsent(start + MS * 100), 576);
        assert_eq!(line.unsent(start + MS * 151), 0);
    }

    #[test]
    fn no_more_is_waited_for_than_a_device_keeps_and_that_from_the_start() {
        let start = Instant::now();
        let mut line = LineEstimate::of_socket(start);
        assert_eq!(line.unsent(start), 16 * 1024);
        for count in [1, 16 * 1024, usize::MAX] {
            line.note_written(start, count);
            assert_eq!(line.unsent(start), 16 * 1024);
        }
    }

    #[cfg(feature = "serial")]
    #[test]
    fn a_terminal_has_the_speed_that_it_was_opened_with() {
        let start = Instant::now();
        let line = LineEstimate::of_terminal(start, 40_960);
        assert_eq!(line.unsent(start), 4096);
        assert_eq!(line.unsent(start + MS * 999), 5);
        assert_eq!(line.unsent(start + MS * 1000), 0);
    }
}
