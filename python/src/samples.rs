//! How far a transfer was when: a bounded number of samples for a plot of its throughput.

use std::time::{Duration, Instant};

/// Samples kept; when they are so many, every second one goes.
const KEPT: usize = 1000;
/// From then on they are at least so far apart, and twice as far each time.
const APART: Duration = Duration::from_millis(1);

/// Collects samples: seconds since the beginning, bytes moved.
pub(crate) struct Samples {
    begun: Instant,
    apart: Duration,
    next: Duration,
    taken: Vec<(f64, u64)>,
}

impl Samples {
    /// The transfer begins now.
    pub(crate) fn new() -> Self {
        Samples {
            begun: Instant::now(),
            apart: Duration::ZERO,
            next: Duration::ZERO,
            taken: vec![(0.0, 0)],
        }
    }

    /// So many bytes have been moved.
    pub(crate) fn at(&mut self, done: u64) {
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

    /// All of them; the last is the end of the transfer.
    pub(crate) fn ended(mut self, bytes: u64) -> Vec<(f64, u64)> {
        self.taken.push((self.begun.elapsed().as_secs_f64(), bytes));
        self.taken
    }
}
