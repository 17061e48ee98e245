//! `AT+CCLK?`: the module's clock, in UTC (3GPP 27.007 section 8.15).

use alloc::format;
use alloc::string::String;
use core::time::Duration;

use super::context::ModuleContext;
use super::response::CommandResponse;
use crate::at::Form;
use crate::dialect::Command;

const DAY: u64 = 86_400;
/// A year has two digits, so the clock starts over after a century.
const LONGEST: u64 = 36_525 * DAY;
/// 1980-01-06, the start of the clock of a module whose network tells no time.
const NEVER_SET: Duration = Duration::from_secs(3657 * DAY);

/// Holds the time at the module's start, since 1970.
#[derive(Clone, Copy, Debug)]
pub(super) struct Clock(pub(super) Duration);

impl Default for Clock {
    fn default() -> Self {
        Clock(NEVER_SET)
    }
}

impl Clock {
    /// Executes `AT+CCLK?`; a module with a network has no use for the write form.
    pub(super) fn execute(
        self,
        cx: &mut ModuleContext,
        command: &'static Command,
        form: &Form<'_>,
    ) -> CommandResponse {
        if *form != Form::Read {
            return CommandResponse::bad_parameter(command);
        }
        let time = self.after(cx.now);
        cx.information(format!("{}: {time}", command.name).as_bytes());
        CommandResponse::Ok
    }

    /// Returns `"26/11/21,10:43:00+00"`, so long after the start. The zone is counted in quarters of an hour.
    fn after(self, now: Duration) -> String {
        let seconds = self.0.saturating_add(now).as_secs() % LONGEST;
        let (year, month, day) = date(seconds / DAY);
        let (hour, minute) = (seconds / 3600 % 24, seconds / 60 % 60);
        format!(
            "\"{:02}/{month:02}/{day:02},{hour:02}:{minute:02}:{:02}+00\"",
            year % 100,
            seconds % 60
        )
    }
}

/// Returns year, month and day, so many days after 1970-01-01.
fn date(mut days: u64) -> (u64, u64, u64) {
    let is_leap = |year: u64| {
        year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
    };
    let mut year = 1970;
    while days >= 365 + u64::from(is_leap(year)) {
        days -= 365 + u64::from(is_leap(year));
        year += 1;
    }
    let february = 28 + u64::from(is_leap(year));
    let mut month = 1;
    for length in [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30] {
        if days < length {
            break;
        }
        days -= length;
        month += 1;
    }
    (year, month, days + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_over_leap_years_and_ends_of_months() {
        for (days, expected) in [
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
            assert_eq!(date(days), expected, "{days}");
        }
    }

    #[test]
    fn a_clock_goes_on_from_where_it_was_set() {
        let now = Duration::from_secs(3723);
        assert_eq!(Clock::default().after(now), "\"80/01/06,01:02:03+00\"");
        let set = Clock(Duration::from_secs(20_778 * DAY + DAY - 3724));
        assert_eq!(set.after(now), "\"26/11/21,23:59:59+00\"");
    }
}
