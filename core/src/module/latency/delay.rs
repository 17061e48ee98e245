//! One delay: fixed, from a range, or one of the values that were measured.

use alloc::vec::Vec;
use core::fmt;
use core::str::FromStr;
use core::time::Duration;

/// The longest delay: hosts have given up by then.
const LONGEST: Duration = Duration::from_secs(3600);

/// A delay, the same each time or drawn anew.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Delay {
    /// Always this long: `20ms`.
    Fixed(Duration),
    /// From the first to the second, each length as likely: `20..80ms`.
    Range(Duration, Duration),
    /// One of these, each as likely: `20|35|50ms`. A value that was measured twice may stand twice.
    OneOf(Vec<Duration>),
}

/// Explains why a text is no delay.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DelayError {
    /// It is no time.
    #[error("give a time such as 20ms, 20..80ms, 20|35|50ms, 1.5s")]
    Time,
    /// The range ends before it starts.
    #[error("the second time is the longer one")]
    Order,
    /// It is longer than an hour.
    #[error("the longest delay is an hour")]
    TooLong,
}

impl Delay {
    /// No delay at all.
    pub const NONE: Delay = Delay::Fixed(Duration::ZERO);

    /// Tells whether there is never a delay.
    pub fn is_none(&self) -> bool {
        *self == Delay::NONE
    }

    /// Returns the longest time.
    #[cfg(feature = "emulator")]
    pub(crate) fn longest(&self) -> Duration {
        match self {
            Delay::Fixed(time) | Delay::Range(_, time) => *time,
            Delay::OneOf(times) => times.iter().copied().max().unwrap_or_default(),
        }
    }

    /// Draws a length.
    pub(crate) fn draw(&self, random: &mut fastrand::Rng) -> Duration {
        match self {
            Delay::Fixed(time) => *time,
            Delay::Range(from, to) => {
                let span = u64::try_from(to.saturating_sub(*from).as_nanos()).unwrap_or(u64::MAX);
                from.saturating_add(Duration::from_nanos(random.u64(0..=span)))
            }
            Delay::OneOf(times) if times.is_empty() => Duration::ZERO,
            Delay::OneOf(times) => times[random.usize(0..times.len())],
        }
    }
}

/// Parses a time, two with `..` between them, or some with `|`. The last has a unit, `us`, `ms` or `s`, and so have those
/// before it that state none; without one all are in milliseconds.
impl FromStr for Delay {
    type Err = DelayError;

    fn from_str(text: &str) -> Result<Self, DelayError> {
        let (_, unit) = split_unit(text);
        let time = |text: &str| parse_time(text.trim(), unit);
        if let Some((from, to)) = text.split_once("..") {
            let (from, to) = (time(from)?, time(to)?);
            return if from <= to {
                Ok(Delay::Range(from, to))
            } else {
                Err(DelayError::Order)
            };
        }
        let times: Result<Vec<_>, _> = text.split('|').map(time).collect();
        match times?.as_slice() {
            [time] => Ok(Delay::Fixed(*time)),
            times => Ok(Delay::OneOf(times.to_vec())),
        }
    }
}

/// Writes the unit once, behind the last time.
impl fmt::Display for Delay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (times, separator) = match self {
            Delay::Fixed(Duration::ZERO) => return f.write_str("0"),
            Delay::Fixed(time) => (alloc::vec![*time], ""),
            Delay::Range(from, to) => (alloc::vec![*from, *to], ".."),
            Delay::OneOf(times) => (times.clone(), "|"),
        };
        let whole = times.iter().all(|time| time.as_nanos() % 1_000_000 == 0);
        for (index, time) in times.iter().enumerate() {
            let separator = if index == 0 { "" } else { separator };
            let count = if whole {
                time.as_millis()
            } else {
                time.as_micros()
            };
            write!(f, "{separator}{count}")?;
        }
        f.write_str(if whole { "ms" } else { "us" })
    }
}

/// Splits a text in front of the unit at its end.
fn split_unit(text: &str) -> (&str, &str) {
    let text = text.trim();
    let number = text.trim_end_matches(|letter: char| letter.is_ascii_alphabetic());
    text.split_at(number.len())
}

fn parse_time(text: &str, unit: &str) -> Result<Duration, DelayError> {
    let (number, own) = split_unit(text);
    let micros = match if own.is_empty() { unit } else { own } {
        "us" => 1,
        "" | "ms" => 1_000,
        "s" => 1_000_000,
        _ => return Err(DelayError::Time),
    };
    let (whole, fraction) = number
        .trim()
        .split_once('.')
        .unwrap_or((number.trim(), "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(fraction) || fraction.len() > 9 {
        return Err(DelayError::Time);
    }
    let whole: u64 = whole.parse().map_err(|_| DelayError::TooLong)?;
    let scale = 10_u64.pow(u32::try_from(fraction.len()).unwrap_or(0));
    let fraction: u64 = fraction.parse().map_err(|_| DelayError::Time)?;
    let time = whole
        .checked_mul(micros)
        .and_then(|time| time.checked_add(fraction * micros / scale))
        .map(Duration::from_micros);
    time.filter(|time| *time <= LONGEST)
        .ok_or(DelayError::TooLong)
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;
    use alloc::vec;

    const MS: Duration = Duration::from_millis(1);

    #[test]
    fn a_delay_is_fixed_a_range_or_one_of_some() {
        let cases = [
            ("0", Delay::NONE, "0"),
            ("7", Delay::Fixed(MS * 7), "7ms"),
            ("1.5s", Delay::Fixed(MS * 1500), "1500ms"),
            ("0.25ms", Delay::Fixed(MS / 4), "250us"),
            ("20..80ms", Delay::Range(MS * 20, MS * 80), "20..80ms"),
            (
                "500ms..1.5s",
                Delay::Range(MS * 500, MS * 1500),
                "500..1500ms",
            ),
            ("5..5", Delay::Range(MS * 5, MS * 5), "5..5ms"),
            (
                "20|35|50ms",
                Delay::OneOf(vec![MS * 20, MS * 35, MS * 50]),
                "20|35|50ms",
            ),
        ];
        for (text, delay, printed) in cases {
            assert_eq!(text.parse().as_ref(), Ok(&delay), "{text}");
            assert_eq!(delay.to_string(), printed);
            assert_eq!(printed.parse(), Ok(delay));
        }
        for text in [
            "", "ms", "-1ms", "1e3ms", "1..", "..1", "1|", ".5s", "1.s", "1 2ms", "1.2.3s",
        ] {
            assert!(text.parse::<Delay>().is_err(), "{text}");
        }
        assert_eq!("3600s".parse(), Ok(Delay::Fixed(LONGEST)));
        for text in ["3600.1s", "99999999999999999999s", "18446744073709551615s"] {
            assert_eq!(text.parse::<Delay>(), Err(DelayError::TooLong), "{text}");
        }
    }

    #[test]
    fn a_seed_repeats_what_is_drawn_within_its_limits() {
        let draw = |seed, delay: &Delay| -> Vec<Duration> {
            let mut random = fastrand::Rng::with_seed(seed);
            (0..100).map(|_| delay.draw(&mut random)).collect()
        };
        let range = Delay::Range(MS * 20, MS * 80);
        let drawn = draw(1, &range);
        assert_eq!(drawn, draw(1, &range));
        assert_ne!(drawn, draw(2, &range));
        assert!(drawn.iter().all(|time| (MS * 20..=MS * 80).contains(time)));
        let measured = Delay::OneOf(vec![MS, MS * 3]);
        let drawn = draw(1, &measured);
        assert!(drawn.contains(&MS) && drawn.contains(&(MS * 3)));
        assert!(drawn.iter().all(|time| [MS, MS * 3].contains(time)));
        assert_eq!(draw(1, &Delay::OneOf(vec![])), vec![Duration::ZERO; 100]);
        assert_eq!(draw(1, &Delay::Range(MS, MS))[0], MS);
    }
}
