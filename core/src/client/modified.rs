//! The time of a remote file's last change, as servers state it: `YYYYMMDDHHMMSS[.NNN]` in UTC (RFC 3659 §2.3).

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::calendar::days;

/// Returns the time that a server states; `None` for another text, such as the date of a listing for people.
///
/// ```
/// use std::time::{Duration, UNIX_EPOCH};
/// use qftp::client::parse_modified;
///
/// let expected = UNIX_EPOCH + Duration::from_secs(1_795_246_441);
/// assert_eq!(parse_modified("20261121073401.5"), Some(expected));
/// assert_eq!(parse_modified("Nov 21 07:34"), None);
/// ```
pub fn parse_modified(text: &str) -> Option<SystemTime> {
    let whole = text.split('.').next().unwrap_or_default();
    if whole.len() != 14 || !whole.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let part = |from: usize, to: usize| whole[from..to].parse::<u64>().ok();
    let year = part(0, 4).filter(|year| *year >= 1970)?;
    let days = days(year, part(4, 6)?, part(6, 8)?)?;
    let (hour, minute, second) = (part(8, 10)?, part(10, 12)?, part(12, 14)?);
    // 60 is a leap second.
    if hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let seconds = days * 86_400 + hour * 3600 + minute * 60 + second;
    UNIX_EPOCH.checked_add(Duration::from_secs(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_time_is_one() {
        let seconds = |text| {
            let time: Option<SystemTime> = parse_modified(text);
            time.and_then(|time| time.duration_since(UNIX_EPOCH).ok())
                .map(|since| since.as_secs())
        };
        assert_eq!(seconds("19700101000000"), Some(0));
        assert_eq!(seconds("20240229235960.999"), Some(1_709_251_200));
        for other in [
            "",
            "19601231000000",
            "2024022923596",
            "20240230000000",
            "20241301000000",
            "20240101240000",
            "2024010100000x",
            "202401010000000",
            "19691231235959x",
        ] {
            assert_eq!(seconds(other), None, "{other}");
        }
    }
}
