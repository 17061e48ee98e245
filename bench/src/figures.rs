//! Figures of several rounds: median, least and greatest, and ratios taken round by round.

use std::fmt;
use std::hint::black_box;
use std::time::{Duration, Instant};

/// The figures of one side, one for each round.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Figures(Vec<f64>);

impl Figures {
    /// Makes figures of these rounds.
    pub fn new(rounds: impl IntoIterator<Item = f64>) -> Self {
        Figures(rounds.into_iter().collect())
    }

    /// Adds the figure of a round.
    pub fn push(&mut self, figure: f64) {
        self.0.push(figure);
    }

    /// Returns the median, 0 without a round.
    pub fn median(&self) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        let middle = sorted.len() / 2;
        match sorted.len() {
            0 => 0.0,
            odd if odd % 2 == 1 => sorted[middle],
            _ => f64::midpoint(sorted[middle - 1], sorted[middle]),
        }
    }

    /// Returns what each round is, turned by `f`.
    #[must_use]
    pub fn map(&self, f: impl Fn(f64) -> f64) -> Self {
        Figures(self.0.iter().map(|figure| f(*figure)).collect())
    }

    /// Returns the ratio of each round to the same round of another side.
    #[must_use]
    pub fn over(&self, other: &Figures) -> Self {
        let pairs = self.0.iter().zip(&other.0);
        Figures(pairs.map(|(ours, theirs)| ours / theirs).collect())
    }
}

/// Shows the median and, of more than one round, the range.
impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let least = self.0.iter().copied().fold(f64::INFINITY, f64::min);
        let greatest = self.0.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        write!(f, "{}", Digits(self.median()))?;
        if self.0.len() > 1 {
            write!(f, " ({}-{})", Digits(least), Digits(greatest))?;
        }
        Ok(())
    }
}

/// A number with three digits that count.
struct Digits(f64);

impl fmt::Display for Digits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let size = self.0.abs();
        let precision = match size {
            size if size >= 100.0 || self.0.fract() == 0.0 => 0,
            size if size >= 10.0 => 1,
            size if size >= 1.0 => 2,
            _ => 3,
        };
        write!(f, "{:.precision$}", self.0)
    }
}

/// Runs all sides once a round, one after another, and returns the figures of each.
pub fn in_turn(rounds: usize, sides: &mut [&mut dyn FnMut() -> f64]) -> Vec<Figures> {
    let mut figures = vec![Figures::default(); sides.len()];
    for round in 0..rounds {
        for index in 0..sides.len() {
            // Each round begins with another side, so that no side is always the first.
            let index = (index + round) % sides.len();
            figures[index].push(sides[index]());
        }
    }
    figures
}

/// Returns the seconds that something takes.
pub fn seconds<T>(work: impl FnOnce() -> T) -> f64 {
    let begun = Instant::now();
    black_box(work());
    begun.elapsed().as_secs_f64()
}

/// Returns megabytes (10^6 bytes) a second.
pub fn rate(bytes: usize, seconds: f64) -> f64 {
    bytes as f64 / 1e6 / seconds
}

/// Returns milliseconds.
pub fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_medians_with_their_range() {
        assert_eq!(Figures::new([3.0, 1.0, 2.0]).to_string(), "2 (1-3)");
        assert_eq!(Figures::new([1.0, 2.0]).to_string(), "1.50 (1-2)");
        assert_eq!(Figures::new([123.4]).to_string(), "123");
        assert_eq!(Figures::default().median().to_bits(), 0);
    }

    #[test]
    fn sides_run_in_turn_and_begin_in_turn() {
        use std::cell::RefCell;
        let order = RefCell::new(String::new());
        let side = |name, value| {
            let order = &order;
            move || {
                order.borrow_mut().push(name);
                value
            }
        };
        let figures = in_turn(2, &mut [&mut side('a', 2.0), &mut side('b', 4.0)]);
        assert_eq!(*order.borrow(), "abba");
        assert_eq!(
            figures[0].over(&figures[1]).to_string(),
            "0.500 (0.500-0.500)"
        );
    }
}
