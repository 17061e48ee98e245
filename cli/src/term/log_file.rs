//! `--log`: the lines of a terminal in a file, with times in UTC. Passwords are not in it.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use qftp::host;

use crate::console;
use crate::problem::Problem;

/// The log of one terminal.
#[derive(Debug)]
pub(super) struct LogFile {
    file: File,
    path: PathBuf,
}

impl LogFile {
    /// Opens a file to append to it, or makes it.
    pub(super) fn append(path: &Path) -> Result<Self, Problem> {
        let file = OpenOptions::new().append(true).create(true).open(path);
        Ok(LogFile {
            file: file.map_err(|error| Problem::write(path, &error))?,
            path: path.to_owned(),
        })
    }

    /// Writes a line; `mark` is `>` for what was typed and `<` for what came.
    pub(super) fn line(&mut self, mark: char, line: &[u8]) -> Result<(), Problem> {
        let text = console::shown(&host::redact(line));
        writeln!(self.file, "{} {mark} {text}", utc(SystemTime::now()))
            .map_err(|error| Problem::write(&self.path, &error))
    }
}

/// Formats a time as `2026-11-30T12:03:04.123Z`.
fn utc(time: SystemTime) -> String {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    let (seconds, millis) = (since.as_secs(), since.subsec_millis());
    let (year, month, day) = date(seconds / 86_400);
    let (hour, minute, second) = (seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{millis:03}Z")
}

/// Returns year, month and day of a number of days since 1970, by the rules of the Gregorian calendar.
fn date(mut days: u64) -> (u64, u64, u64) {
    let is_leap =
        |year: u64| year.is_multiple_of(4) && !year.is_multiple_of(100) || year.is_multiple_of(400);
    let mut year = 1970;
    while days >= 365 + u64::from(is_leap(year)) {
        days -= 365 + u64::from(is_leap(year));
        year += 1;
    }
    let february = 28 + u64::from(is_leap(year));
    let months = [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let mut month = 1;
    for length in months {
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
    use std::time::Duration;

    #[test]
    fn times_are_in_utc() {
        let time = |seconds| UNIX_EPOCH + Duration::from_secs(seconds);
        for (seconds, text) in [
            (0, "1970-01-01T00:00:00.000Z"),
            (951_782_400, "2000-02-29T00:00:00.000Z"),
            (1_796_036_584, "2026-11-30T11:03:04.000Z"),
            (4_107_542_400, "2100-03-01T00:00:00.000Z"),
        ] {
            assert_eq!(utc(time(seconds)), text);
        }
    }
}
