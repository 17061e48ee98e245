//! Decides how much of the output may go out: answers are held for their latency, and the line has a speed.

use alloc::collections::VecDeque;
use core::time::Duration;

use super::pacing::{LineRate, SerialWire};

/// Holds output back.
#[derive(Debug, Default)]
pub(super) struct OutputRelease {
    pub(super) rate: Option<LineRate>,
    wire: SerialWire,
    holds: VecDeque<Hold>,
}

/// Output from a place on may not go out before a time.
#[derive(Clone, Copy, Debug)]
struct Hold {
    from: u64,
    until: Duration,
}

/// The output that waits: from the number of bytes that have gone out to the number of those that were written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Waiting {
    pub(super) sent: u64,
    pub(super) written: u64,
}

impl OutputRelease {
    /// Holds what is written from here on for a time, which begins when what is held already may go.
    pub(super) fn hold(&mut self, written: u64, now: Duration, delay: Duration) {
        let begin = self.holds.back().map_or(now, |hold| hold.until);
        if !delay.is_zero() {
            self.holds.push_back(Hold {
                from: written,
                until: begin.saturating_add(delay),
            });
        }
    }

    /// Tells whether an answer is held, or would be.
    pub(super) fn is_holding(&self) -> bool {
        !self.holds.is_empty()
    }

    /// Lets go what may go by `now`. What was written since the last time was written at `before`.
    pub(super) fn advance(&mut self, waiting: Waiting, before: Duration, now: Duration) {
        self.begin(waiting, before);
        while let Some(hold) = self.holds.front().filter(|hold| hold.until <= now) {
            let at = hold.until.max(before);
            self.holds.pop_front();
            self.begin(waiting, at);
        }
    }

    fn begin(&mut self, waiting: Waiting, at: Duration) {
        if self.free(waiting) > 0 {
            self.wire.begin(at);
        }
    }

    /// Returns how many bytes no hold keeps back.
    fn free(&self, waiting: Waiting) -> u64 {
        let end = self.holds.front().map_or(waiting.written, |hold| hold.from);
        end.min(waiting.written).saturating_sub(waiting.sent)
    }

    /// Returns how many bytes may go out.
    pub(super) fn released(&self, waiting: Waiting, now: Duration) -> u64 {
        let free = self.free(waiting);
        self.rate
            .map_or(free, |rate| self.wire.arrived(rate, now).min(free))
    }

    /// Takes note that bytes have gone out; `waiting` is what is left.
    pub(super) fn transmitted(&mut self, count: u64, waiting: Waiting) {
        self.wire.take(count);
        if self.free(waiting) == 0 {
            self.wire.end();
        }
    }

    /// Changes the rate of a line that is idle.
    pub(super) fn change_rate(&mut self, rate: LineRate) {
        self.rate = Some(rate);
        self.wire.end();
    }

    /// Returns when more may go out, if nothing may now.
    pub(super) fn next_release(&self, waiting: Waiting, now: Duration) -> Option<Duration> {
        let hold = self.holds.front().map(|hold| hold.until);
        let free = self.free(waiting);
        let step = self
            .rate
            .filter(|_| free > 0 && self.released(waiting, now) == 0)
            .map(|rate| self.wire.next_step(rate, free, now));
        hold.into_iter().chain(step).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    fn waiting(sent: u64, written: u64) -> Waiting {
        Waiting { sent, written }
    }

    #[test]
    fn what_is_written_behind_a_hold_waits_and_what_stands_before_it_does_not() {
        let mut release = OutputRelease::default();
        release.hold(3, MS, MS * 19);
        assert!(release.is_holding());
        assert_eq!(release.released(waiting(0, 9), MS), 3);
        assert_eq!(release.next_release(waiting(3, 9), MS), Some(MS * 20));
        release.advance(waiting(3, 9), MS, MS * 19);
        assert_eq!(release.released(waiting(3, 9), MS * 19), 0);
        release.advance(waiting(3, 9), MS * 19, MS * 20);
        assert_eq!(release.released(waiting(3, 9), MS * 20), 6);
        assert!(!release.is_holding());
        release.hold(9, MS * 20, Duration::ZERO);
        assert!(!release.is_holding());
        release.hold(9, MS * 20, MS);
        release.hold(12, MS * 20, MS * 3);
        release.advance(waiting(9, 15), MS * 20, MS * 21);
        assert_eq!(release.next_release(waiting(9, 15), MS * 21), Some(MS * 24));
    }

    #[test]
    fn a_rate_begins_where_a_hold_ends() {
        let mut release = OutputRelease {
            rate: LineRate::new(10_000),
            ..OutputRelease::default()
        };
        release.hold(0, MS, MS * 19);
        release.advance(waiting(0, 3), MS, MS * 22);
        assert_eq!(release.released(waiting(0, 3), MS * 22), 2);
        release.transmitted(2, waiting(2, 3));
        assert_eq!(release.next_release(waiting(2, 3), MS * 22), Some(MS * 23));
    }

    #[test]
    fn no_clock_ticks_for_a_driver_that_does_not_take_what_may_go() {
        let mut release = OutputRelease {
            rate: LineRate::new(10_000),
            ..OutputRelease::default()
        };
        assert_eq!(release.next_release(waiting(0, 9), MS), Some(MS * 2));
        release.advance(waiting(0, 9), MS, MS * 2);
        assert_eq!(release.next_release(waiting(0, 9), MS * 2), None);
    }
}
