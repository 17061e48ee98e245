//! The progress of a transfer over time: a bounded number of samples for a plot of its throughput.

use std::time::{Duration, Instant};

/// The limit of samples; at the limit, every second one is dropped.
const KEPT: usize = 1000;
/// The least distance of samples after that; it doubles each time.
const APART: Duration = Duration::from_millis(1);

/// Collects samples: seconds since the beginning, bytes moved.
pub(crate) struct Samples {
    begun: Instant,
    apart: Duration,
    next: Duration,
    taken: Vec<(f64, u64)>,
    stopped: Option<Duration>,
}

impl Samples {
    /// Starts a transfer.
    pub(crate) fn new() -> Self {
        Samples {
            begun: Instant::now(),
            apart: Duration::ZERO,
            next: Duration::ZERO,
            taken: vec![(0.0, 0)],
            stopped: None,
        }
    }

    /// Takes a sample.
    pub(crate) fn take(&mut self, done: u64) {
        let now = self.begun.elapsed();
        if now < self.next {
            return;
        }
        if self.taken.len() == KEPT {
            let mut odd = false;
            self.taken.retain(|_| {
                odd = !odd;
                odd
            });
            self.apart = (self.apart * 2).max(APART);
        }
        self.taken.push((now.as_secs_f64(), done));
        self.next = now + self.apart;
    }

    /// Stops the time of a transfer whose end is told later.
    pub(crate) fn stop(&mut self) {
        self.stopped = Some(self.begun.elapsed());
    }

    /// Returns all samples; the last is the end of the transfer.
    pub(crate) fn finish(mut self, bytes: u64) -> Vec<(f64, u64)> {
        let end = self.stopped.unwrap_or_else(|| self.begun.elapsed());
        self.taken.push((end.as_secs_f64(), bytes));
        self.taken
    }
}
