//! Medians and their intervals, by resampling (Efron's bootstrap, the percentile method): times of a line have long tails,
//! for which a mean and its normal interval say little.

/// Samples that are drawn for an interval.
const DRAWS: usize = 2000;
/// With fewer values there is no interval: six values are the fewest whose range covers the median in 95 % of all runs.
pub(super) const FEWEST: usize = 6;

/// A value with its 95 % interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Estimate {
    pub(super) value: f64,
    /// `None` where there are too few values.
    pub(super) interval: Option<(f64, f64)>,
}

impl Estimate {
    /// Returns true where 0 is not in the interval.
    pub(super) fn is_apart(&self) -> bool {
        self.interval
            .is_some_and(|(low, high)| low > 0.0 || high < 0.0)
    }
}

/// Returns the value below which a share of the sorted values lies, between two of them by proportion.
#[allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss
)] // counts of values
pub(super) fn quantile(sorted: &[f64], share: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else {
        return f64::NAN;
    };
    let place = share * last as f64;
    let below = place.floor() as usize;
    let above = (below + 1).min(last);
    let part = place - place.floor();
    sorted[below] + (sorted[above] - sorted[below]) * part
}

/// Returns the values in order.
pub(super) fn sorted(values: &[f64]) -> Vec<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted
}

fn median(values: &[f64]) -> f64 {
    quantile(&sorted(values), 0.5)
}

/// Returns the median with its interval.
pub(super) fn estimate(values: &[f64]) -> Estimate {
    let mut dice = Dice(1);
    let interval = (values.len() >= FEWEST).then(|| interval(|| median(&dice.sample(values))));
    Estimate {
        value: median(values),
        interval,
    }
}

/// Returns how far the median of the second values is from that of the first.
pub(super) fn difference(first: &[f64], second: &[f64]) -> Estimate {
    let mut dice = Dice(1);
    let interval = (first.len().min(second.len()) >= FEWEST)
        .then(|| interval(|| median(&dice.sample(second)) - median(&dice.sample(first))));
    Estimate {
        value: median(second) - median(first),
        interval,
    }
}

fn interval(mut draw: impl FnMut() -> f64) -> (f64, f64) {
    let drawn: Vec<f64> = (0..DRAWS).map(|_| draw()).collect();
    let drawn = sorted(&drawn);
    (quantile(&drawn, 0.025), quantile(&drawn, 0.975))
}

/// Numbers that are the same in each run (xorshift64*, Vigna 2016).
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    /// Draws as many values as there are, each of them any number of times.
    #[allow(clippy::cast_possible_truncation)] // the upper half is below the count
    fn sample(&mut self, values: &[f64]) -> Vec<f64> {
        let count = values.len() as u64;
        let draw = |_: &f64| values[(((self.next() >> 32) * count) >> 32) as usize];
        values.iter().map(draw).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Values of a line with a long tail around a median.
    #[allow(clippy::cast_precision_loss)] // of 53 bits
    fn values(median: f64, count: usize, dice: &mut Dice) -> Vec<f64> {
        let unit = |dice: &mut Dice| (dice.next() >> 11) as f64 / (1_u64 << 53) as f64;
        let one = |_| median * (-unit(dice).ln() / std::f64::consts::LN_2).max(1e-9);
        (0..count).map(one).collect()
    }

    #[test]
    #[allow(clippy::float_cmp)] // of exact numbers
    fn quantiles_lie_between_values() {
        assert_eq!(quantile(&[1.0, 2.0, 3.0, 4.0], 0.5), 2.5);
        assert_eq!(quantile(&[1.0, 2.0, 3.0], 1.0), 3.0);
        assert_eq!(quantile(&[7.0], 0.9), 7.0);
        assert!(quantile(&[], 0.5).is_nan());
        assert_eq!(estimate(&[1.0; 5]).interval, None);
        assert_eq!(estimate(&[1.0; 6]).interval, Some((1.0, 1.0)));
    }

    #[test]
    fn intervals_hold_the_true_value_about_as_often_as_they_say() {
        let mut dice = Dice(7);
        let (mut held, mut marked) = (0, 0);
        for _ in 0..100 {
            let (first, second) = (values(20.0, 30, &mut dice), values(20.0, 30, &mut dice));
            let (low, high) = estimate(&first).interval.expect("an interval");
            held += u32::from(low <= 20.0 && 20.0 <= high);
            marked += u32::from(difference(&first, &second).is_apart());
        }
        assert!((88..=100).contains(&held), "{held}");
        assert!(marked <= 12, "{marked}");
    }

    #[test]
    fn a_difference_is_marked_where_there_is_one() {
        let first: Vec<f64> = (0..20).map(|index| 20.0 + f64::from(index % 5)).collect();
        let second: Vec<f64> = first.iter().map(|value| value + 3.0).collect();
        let found = difference(&first, &second);
        assert!(
            (found.value - 3.0).abs() < 1e-9 && found.is_apart(),
            "{found:?}"
        );
        assert!(!difference(&first, &first).is_apart());
    }
}
