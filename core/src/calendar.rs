//! The calendar: days since 1970-01-01, and their dates.

fn is_leap(year: u64) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

fn months(year: u64) -> [u64; 12] {
    let february = 28 + u64::from(is_leap(year));
    [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
}

/// Returns the days from 1970-01-01 to this day; `None`: there is no such day.
pub(crate) fn days(year: u64, month: u64, day: u64) -> Option<u64> {
    let whole: u64 = (1970..year)
        .map(|year| 365 + u64::from(is_leap(year)))
        .sum();
    let month = usize::try_from(month).ok()?.checked_sub(1)?;
    let months = months(year);
    let length = *months.get(month)?;
    let before: u64 = months.iter().take(month).sum();
    (1..=length)
        .contains(&day)
        .then(|| whole + before + day - 1)
}

/// Returns year, month and day, so many days after 1970-01-01.
#[cfg(feature = "module")]
pub(crate) fn date(mut days: u64) -> (u64, u64, u64) {
    let mut year = 1970;
    while days >= 365 + u64::from(is_leap(year)) {
        days -= 365 + u64::from(is_leap(year));
        year += 1;
    }
    let mut month = 1;
    for length in months(year).into_iter().take(11) {
        if days < length {
            break;
        }
        days -= length;
        month += 1;
    }
    (year, month, days + 1)
}

#[cfg(all(test, feature = "module"))]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_over_leap_years_and_ends_of_months() {
        for (count, expected) in [
            (0, (1970, 1, 1)),
            (30, (1970, 1, 31)),
            (31, (1970, 2, 1)),
            (364, (1970, 12, 31)),
            (3657, (1980, 1, 6)),
            (11_016, (2000, 2, 29)),
            (11_017, (2000, 3, 1)),
            (20_778, (2026, 11, 21)),
            (47_540, (2100, 2, 28)),
            (47_541, (2100, 3, 1)),
        ] {
            let (year, month, day) = expected;
            assert_eq!(date(count), expected, "{count}");
            assert_eq!(days(year, month, day), Some(count), "{expected:?}");
        }
        for (year, month, day) in [(2026, 2, 29), (2026, 13, 1), (2026, 0, 1), (2026, 4, 31)] {
            assert_eq!(days(year, month, day), None);
        }
    }
}
