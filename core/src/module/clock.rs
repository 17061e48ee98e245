//! The module's clock: `AT+CCLK` sets and reads it (27.007 §8.15), `AT+QLTS` tells what the network said (COMMON 11.1).

pub(super) mod commands;

use alloc::format;
use alloc::string::String;
use core::time::Duration;

use crate::calendar::{date, days};

const DAY: u64 = 86_400;
/// A year has two digits, so the clock starts over after a century.
const LONGEST: u64 = 36_525 * DAY;
/// A two-digit year from here on is of the last century: a clock that was never set stands in 1980.
const PIVOT: u64 = 70;
/// 1980-01-06, the start of the clock of a module whose network tells no time.
const NEVER_SET: Duration = Duration::from_secs(3657 * DAY);
/// A zone is counted in quarters of an hour.
const QUARTER: u64 = 900;
/// Zones are at most so many quarters away from UTC.
const FARTHEST: i64 = 96;

/// Holds the clock, which the host and time servers set, and the time that the network told at the start.
#[derive(Clone, Copy, Debug)]
pub(super) struct Clock {
    /// The clock at the module's start, since 1970 in UTC.
    set: Duration,
    /// The network's time at the module's start; `None`: it tells no time.
    network: Option<Duration>,
    /// The zone that the clock shows, in quarters of an hour east of UTC.
    zone: i64,
}

impl Default for Clock {
    fn default() -> Self {
        Clock {
            set: NEVER_SET,
            network: None,
            zone: 0,
        }
    }
}

impl Clock {
    /// Returns a clock that the network has set, at the module's start.
    pub(super) fn told(time: Duration) -> Self {
        Clock {
            set: time,
            network: Some(time),
            zone: 0,
        }
    }

    /// Sets the clock, in UTC.
    pub(super) fn set_to(&mut self, now: Duration, time: Duration) {
        // The clock is kept as it was at the start. One that is older than the module runs stands at its earliest.
        self.set = time.saturating_sub(now);
    }

    /// Returns the time in UTC, since 1970.
    pub(super) fn time(&self, now: Duration) -> Duration {
        self.set.saturating_add(now)
    }

    /// Returns `2026/11/21,10:43:00+00`, as a time server's answer is reported.
    pub(super) fn long_text(&self, now: Duration) -> String {
        format!("{}{}", shown(self.local(now), 4), self.zone_text())
    }

    fn local(&self, now: Duration) -> u64 {
        let seconds = self.time(now).as_secs();
        let shift = self.zone.unsigned_abs() * QUARTER;
        if self.zone < 0 {
            seconds.saturating_sub(shift)
        } else {
            seconds.saturating_add(shift)
        }
    }

    fn zone_text(&self) -> String {
        let sign = if self.zone < 0 { '-' } else { '+' };
        format!("{sign}{:02}", self.zone.unsigned_abs())
    }

    /// Returns the clock as it is read back, `26/11/21,10:43:00+00`.
    fn short_text(&self, now: Duration) -> String {
        format!("{}{}", shown(self.local(now), 2), self.zone_text())
    }

    /// Sets the clock from what a host typed; returns `false` for what is not a time.
    fn set_from(&mut self, now: Duration, typed: &[u8]) -> bool {
        let Some((time, zone)) = parse(typed) else {
            return false;
        };
        self.set_to(now, time);
        self.zone = zone;
        true
    }

    /// Returns what the network told: the time of the last attach, or that time by now; `None`: nothing. The network of
    /// an emulator is in UTC.
    fn network_text(&self, now: Option<Duration>, digits: u32) -> Option<String> {
        let time = self.network?.saturating_add(now.unwrap_or_default());
        Some(format!("{}+00", shown(time.as_secs(), digits)))
    }
}

/// Returns `26/11/21,10:43:00`, so many seconds after 1970, with so many digits of the year.
fn shown(seconds: u64, digits: u32) -> String {
    let seconds = seconds % LONGEST;
    let (year, month, day) = date(seconds / DAY);
    let (hour, minute, second) = (seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
    let year = if digits == 2 {
        format!("{:02}", year % 100)
    } else {
        format!("{year}")
    };
    format!("{year}/{month:02}/{day:02},{hour:02}:{minute:02}:{second:02}")
}

/// Reads `26/11/21,10:43:00+00`: the time in UTC since 1970, and the zone. The year may have four digits.
fn parse(text: &[u8]) -> Option<(Duration, i64)> {
    let text = core::str::from_utf8(text).ok()?;
    let (date, time) = text.split_once(',')?;
    let sign = time.find(['+', '-']);
    let (time, zone) = sign.map_or((time, "+00"), |at| time.split_at(at));
    let mut date = date.split('/').map(digits);
    let (year, month, day) = (date.next()??, date.next()??, date.next()??);
    let mut time = time.split(':').map(digits);
    let (hour, minute, second) = (time.next()??, time.next()??, time.next()??);
    let more = date.next().is_some() || time.next().is_some();
    let year = match year {
        0..PIVOT => 2000 + year,
        PIVOT..=99 => 1900 + year,
        year => year,
    };
    let fits = (1970..2070).contains(&year) && hour < 24 && minute < 60 && second < 60;
    if more || !fits {
        return None;
    }
    let quarters = i64::try_from(digits(&zone[1..])?).ok()?;
    let zone = if zone.starts_with('-') {
        -quarters
    } else {
        quarters
    };
    let days = days(year, month, day)?;
    let local = days * DAY + hour * 3600 + minute * 60 + second;
    let shift = i64::try_from(QUARTER).ok()?.checked_mul(zone)?;
    let utc = local.checked_add_signed(-shift)?;
    (quarters <= FARTHEST).then_some((Duration::from_secs(utc), zone))
}

/// Reads one, two or four digits.
fn digits(text: &str) -> Option<u64> {
    let plain = matches!(text.len(), 1 | 2 | 4) && text.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_goes_on_from_where_it_was_set() {
        let now = Duration::from_secs(3723);
        let text = |clock: Clock| shown(clock.local(now), 2);
        assert_eq!(text(Clock::default()), "80/01/06,01:02:03");
        let told = Clock::told(Duration::from_secs(20_778 * DAY + DAY - 3724));
        assert_eq!(text(told), "26/11/21,23:59:59");
        assert_eq!(told.long_text(now), "2026/11/21,23:59:59+00");
    }

    #[test]
    fn a_time_is_read_with_its_zone() {
        let noon = 20_778 * DAY + 43_200;
        for (typed, utc, zone) in [
            ("26/11/21,12:00:00+00", noon, 0),
            ("26/11/21,12:00:00", noon, 0),
            ("2026/11/21,12:00:00+32", noon - 28_800, 32),
            ("26/11/21,12:00:00-16", noon + 14_400, -16),
            ("80/01/06,00:00:00+00", 3657 * DAY, 0),
        ] {
            let expected = Some((Duration::from_secs(utc), zone));
            assert_eq!(parse(typed.as_bytes()), expected, "{typed}");
        }
        for wrong in [
            "",
            "26/11/21",
            "26/11/31,12:00:00+00",
            "26/11/21,24:00:00+00",
            "26/11/21,12:60:00+00",
            "26/11/21,12:00:60+00",
            "26/11/21,12:00+00",
            "26/11/21,12:00:00+97",
            "26/11/21,12:00:00+",
            "26/11/21,12:00:00:00+00",
            "70/01/01,00:00:00+04",
            "xx/11/21,12:00:00+00",
            "3000/11/21,12:00:00+00",
        ] {
            assert_eq!(parse(wrong.as_bytes()), None, "{wrong}");
        }
    }

    #[test]
    fn a_clock_that_was_set_shows_its_zone() {
        let now = Duration::from_secs(60);
        let mut clock = Clock::default();
        let (time, zone) = parse(b"26/11/21,12:00:00-06").expect("a time");
        clock.set_to(now, time);
        clock.zone = zone;
        assert_eq!(shown(clock.local(now), 2), "26/11/21,12:00:00");
        assert_eq!(clock.zone_text(), "-06");
        assert_eq!(clock.time(now), time);
    }
}
