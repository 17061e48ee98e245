//! The speed of the line: a byte takes ten bits, and comes over when its last one has.

use alloc::collections::VecDeque;
use alloc::vec::Vec;
use core::num::NonZeroU32;
use core::time::Duration;

/// Start bit, eight bits of data, stop bit.
const BITS: u128 = 10;
const NANOS: u128 = 1_000_000_000;

/// The speed of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct LineRate(NonZeroU32);

impl LineRate {
    /// Returns the rate of so many bits per second; `None` for 0.
    pub(super) fn new(bits_per_second: u32) -> Option<Self> {
        NonZeroU32::new(bits_per_second).map(LineRate)
    }

    /// Returns the bits per second.
    pub(super) fn bits_per_second(self) -> u32 {
        self.0.get()
    }

    /// Returns the time that so many bytes take.
    fn time(self, bytes: u64) -> Duration {
        let rate = u128::from(self.0.get());
        let nanos = (u128::from(bytes) * BITS * NANOS).div_ceil(rate);
        Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
    }

    /// Returns how many bytes have come over in a time.
    fn bytes(self, time: Duration) -> u64 {
        let bits = time.as_nanos() * u128::from(self.0.get()) / NANOS;
        u64::try_from(bits / BITS).unwrap_or(u64::MAX)
    }

    /// Returns the bytes of about a millisecond, which move at once: no clock need tick for every byte.
    fn step(self) -> u64 {
        self.bytes(Duration::from_millis(1)).max(1)
    }

    /// Returns the bytes that wait at most, in each direction: those of about 100 ms.
    pub(super) fn buffer(self) -> usize {
        let bytes = self.bytes(Duration::from_millis(100));
        usize::try_from(bytes).unwrap_or(usize::MAX).max(64)
    }
}

/// One direction of the line.
#[derive(Debug, Default)]
pub(super) struct SerialWire {
    run: Option<Run>,
}

/// Bytes that follow each other without a pause.
#[derive(Clone, Copy, Debug)]
struct Run {
    since: Duration,
    taken: u64,
}

impl SerialWire {
    /// Begins to move bytes, if the line is idle.
    pub(super) fn begin(&mut self, now: Duration) {
        let begun = Run {
            since: now,
            taken: 0,
        };
        self.run.get_or_insert(begun);
    }

    /// Notes that no byte is left to move.
    pub(super) fn end(&mut self) {
        self.run = None;
    }

    /// Returns how many bytes have come over and were not taken.
    pub(super) fn arrived(&self, rate: LineRate, now: Duration) -> u64 {
        self.run.map_or(0, |run| {
            let all = rate.bytes(now.saturating_sub(run.since));
            all.saturating_sub(run.taken)
        })
    }

    /// Takes bytes that have come over.
    pub(super) fn take(&mut self, count: u64) {
        if let Some(run) = &mut self.run {
            run.taken += count;
        }
    }

    /// Returns when the next step of the bytes that are left has come over.
    pub(super) fn next_step(&self, rate: LineRate, left: u64, now: Duration) -> Duration {
        let (since, taken) = self.run.map_or((now, 0), |run| (run.since, run.taken));
        since.saturating_add(rate.time(taken + left.min(rate.step())))
    }
}

/// Bytes of the host that are still on their way.
#[derive(Debug, Default)]
pub(super) struct PacedInput {
    queue: VecDeque<u8>,
    wire: SerialWire,
}

impl PacedInput {
    /// Takes bytes that the host begins to send now.
    pub(super) fn push(&mut self, now: Duration, bytes: &[u8]) {
        if !bytes.is_empty() {
            self.wire.begin(now);
            self.queue.extend(bytes);
        }
    }

    /// Tells whether the host can send more.
    pub(super) fn has_room(&self, rate: LineRate) -> bool {
        self.queue.len() < rate.buffer()
    }

    /// Hands over the bytes that have come over.
    pub(super) fn take_arrived(&mut self, rate: LineRate, now: Duration) -> Vec<u8> {
        let arrived = self.wire.arrived(rate, now).min(self.queue.len() as u64);
        self.take(usize::try_from(arrived).unwrap_or(usize::MAX))
    }

    /// Hands over all bytes, whatever time they need.
    pub(super) fn take_all(&mut self) -> Vec<u8> {
        self.take(self.queue.len())
    }

    fn take(&mut self, count: usize) -> Vec<u8> {
        self.wire.take(count as u64);
        let taken = self.queue.drain(..count.min(self.queue.len())).collect();
        if self.queue.is_empty() {
            self.wire.end();
        }
        taken
    }

    /// Begins anew at another rate.
    pub(super) fn change_rate(&mut self, now: Duration) {
        self.wire.end();
        if !self.queue.is_empty() {
            self.wire.begin(now);
        }
    }

    /// Returns when more bytes have come over.
    pub(super) fn next_step(&self, rate: LineRate, now: Duration) -> Option<Duration> {
        let left = self.queue.len() as u64;
        (left > 0).then(|| self.wire.next_step(rate, left, now))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    fn rate(bits_per_second: u32) -> LineRate {
        LineRate::new(bits_per_second).expect("a rate")
    }

    #[test]
    fn a_byte_takes_ten_bits() {
        assert_eq!(LineRate::new(0), None);
        let second = Duration::from_secs(1);
        for bits in [1200, 9600, 115_200, 921_600, 3_000_000] {
            let rate = rate(bits);
            assert_eq!(rate.time((bits / 10).into()), second);
            for count in [1, 2, 3, 7, 1000, 123_457] {
                let time = rate.time(count);
                assert_eq!(rate.bytes(time), count, "{bits}");
                assert_eq!(
                    rate.bytes(time.saturating_sub(Duration::from_nanos(1))),
                    count - 1
                );
            }
        }
    }

    #[test]
    fn bytes_come_over_in_steps_whose_rate_is_exact() {
        let rate = rate(115_200);
        let mut input = PacedInput::default();
        input.push(MS * 5, &[b'x'; 11_520]);
        let (mut now, mut steps, mut count) = (MS * 5, 0, 0);
        while let Some(next) = input.next_step(rate, now) {
            now = next;
            count += input.take_arrived(rate, now).len();
            steps += 1;
        }
        assert_eq!((now, count), (MS * 1005, 11_520));
        assert!(steps <= 1050, "{steps}");
    }

    #[test]
    fn a_late_clock_catches_up_and_a_pause_does_not_count() {
        let rate = rate(9600);
        let mut input = PacedInput::default();
        input.push(MS, b"0123456789");
        assert_eq!(input.take_arrived(rate, MS), b"");
        assert_eq!(input.take_arrived(rate, MS * 6), b"0123");
        assert_eq!(input.take_arrived(rate, MS * 100), b"456789");
        input.push(MS * 200, b"ab");
        assert_eq!(input.take_arrived(rate, MS * 202), b"a");
        input.change_rate(MS * 202);
        assert_eq!(input.take_all(), b"b");
        assert_eq!(input.next_step(rate, MS * 202), None);
    }

    #[test]
    fn the_host_waits_while_a_tenth_of_a_second_is_on_its_way() {
        let rate = rate(9600);
        let mut input = PacedInput::default();
        input.push(MS, &[b'x'; 95]);
        assert!(input.has_room(rate));
        input.push(MS, b"x");
        assert!(!input.has_room(rate));
    }
}
