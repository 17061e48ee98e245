//! Lets payload of a slow line gather before it is read: at 115200 baud a byte comes every 87 µs, and a read for each few
//! of them costs the processor more than the bytes do.
//!
//! The rate is measured by the reads themselves. A pause brings far less than a system keeps for a port, and is made only
//! while more of the file is due than comes in it: the end of a file, an answer and a URC are read at once. Where a read
//! behind a pause brings no more than one without, the port gives no more at a time, and pauses would be its rate.

use std::time::Duration;

/// The pause before a read.
const PAUSE: Duration = Duration::from_millis(10);
/// Reads by which the rate is measured.
const WINDOW: u32 = 8;
/// The longest window, after pauses that brought nothing.
const LONGEST_WINDOW: u32 = 1 << 20;
/// Bytes that gather in a pause, at most: half of what Linux keeps for a terminal. A faster line is read at once.
const MOST: u64 = 2048;

/// The measure of the payload that comes.
#[derive(Debug)]
pub(super) struct Gathering {
    begun: Duration,
    reads: u32,
    bytes: u64,
    /// Reads of this measure.
    window: u32,
    /// The most bytes of a read without a pause.
    largest: usize,
    /// Bytes that come in a pause, as measured last.
    in_pause: Option<u64>,
}

impl Default for Gathering {
    fn default() -> Self {
        Gathering {
            begun: Duration::ZERO,
            reads: 0,
            bytes: 0,
            window: WINDOW,
            largest: 0,
            in_pause: None,
        }
    }
}

impl Gathering {
    /// Takes note of a read, behind which `due` bytes of payload are known to come still.
    pub(super) fn note(&mut self, now: Duration, count: usize, due: u64, paused: bool) {
        if due == 0 {
            *self = Gathering::default();
            return;
        }
        if !paused {
            self.largest = self.largest.max(count);
        } else if count <= self.largest {
            let window = (self.window * 2).min(LONGEST_WINDOW);
            *self = Gathering {
                window,
                ..Gathering::default()
            };
        }
        if self.reads == 0 {
            self.begun = now;
        } else {
            self.bytes += count as u64;
        }
        self.reads += 1;
        if self.reads > self.window {
            let time = now.saturating_sub(self.begun).as_micros().max(1);
            let in_pause = u128::from(self.bytes) * PAUSE.as_micros() / time;
            self.in_pause = Some(u64::try_from(in_pause).unwrap_or(u64::MAX));
            self.reads = 0;
            self.bytes = 0;
        }
    }

    /// Returns the pause before the next read.
    pub(super) fn pause(&self, due: u64) -> Duration {
        match self.in_pause {
            Some(bytes) if bytes <= MOST && due > bytes * 2 => PAUSE,
            _ => Duration::ZERO,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads `reads` times so many bytes, one read every so many microseconds.
    fn after(reads: u64, bytes: usize, micros: u64, due: u64) -> Gathering {
        let mut gathering = Gathering::default();
        for read in 0..reads {
            gathering.note(Duration::from_micros(read * micros), bytes, due, false);
        }
        gathering
    }

    #[test]
    fn a_slow_line_gathers_and_a_fast_one_does_not() {
        assert_eq!(after(9, 1, 87, 10_000).pause(10_000), PAUSE);
        assert_eq!(after(9, 100, 1085, 10_000).pause(10_000), PAUSE, "921600");
        assert_eq!(after(9, 4095, 30, 1 << 20).pause(1 << 20), Duration::ZERO);
        assert_eq!(after(9, 1, 0, 10_000).pause(10_000), Duration::ZERO);
    }

    #[test]
    fn the_start_and_the_end_of_a_file_do_not_wait() {
        assert_eq!(after(8, 1, 87, 10_000).pause(10_000), Duration::ZERO);
        // 115 bytes come in a pause.
        assert_eq!(after(9, 1, 87, 10_000).pause(231), PAUSE);
        assert_eq!(after(9, 1, 87, 10_000).pause(200), Duration::ZERO);
    }

    #[test]
    fn what_is_measured_ends_with_the_payload() {
        let mut gathering = after(9, 1, 87, 10_000);
        gathering.note(Duration::from_secs(1), 1, 0, true);
        assert_eq!(gathering.pause(10_000), Duration::ZERO);
    }

    #[test]
    fn a_port_that_gives_few_bytes_at_a_time_is_not_slowed_down() {
        let mut gathering = after(9, 7, 87, 10_000);
        let mut now = Duration::from_millis(1);
        let (mut reads, mut pauses) = (0, 0);
        while reads < 10_000 {
            let pause = gathering.pause(10_000);
            pauses += u32::from(!pause.is_zero());
            now += pause + Duration::from_micros(87);
            gathering.note(now, 7, 10_000, !pause.is_zero());
            reads += 1;
        }
        assert!(pauses <= 11, "{pauses}");
        // What comes in a pause is read at once by another port.
        let mut gathering = after(9, 7, 87, 10_000);
        gathering.note(now, 8, 10_000, true);
        assert_eq!(gathering.pause(10_000), PAUSE);
    }
}
