//! The table that the demonstration prints.

use std::fmt;
use std::time::Duration;

/// Below this many bytes, the commands around a transfer dominate its rate.
const TOO_SHORT_FOR_A_RATE: u64 = 10_000;

/// The result of one file.
pub(super) struct Row {
    pub(super) name: &'static str,
    pub(super) size: u64,
    pub(super) up: Duration,
    pub(super) down: Duration,
    pub(super) digest: String,
}

/// Prints all rows, with a head and a sum.
pub(super) struct Table<'a>(pub(super) &'a [Row]);

impl fmt::Display for Table<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rows = self.0;
        let width = rows
            .iter()
            .map(|row| row.name.len())
            .max()
            .unwrap_or(0)
            .max(8);
        writeln!(
            f,
            "{:width$}  {:>9}  {:>10}  {:>10}  {:>10}  SHA-256",
            "file", "bytes", "up", "down", "rate"
        )?;
        let sum = Row {
            name: "together",
            size: rows.iter().map(|row| row.size).sum(),
            up: rows.iter().map(|row| row.up).sum(),
            down: rows.iter().map(|row| row.down).sum(),
            digest: String::new(),
        };
        for row in rows.iter().chain([&sum]) {
            let line = format!(
                "{:width$}  {:>9}  {:>10}  {:>10}  {:>10}  {}",
                row.name,
                row.size,
                time(row.up),
                time(row.down),
                rate(row.size, row.up + row.down),
                prefix(&row.digest),
            );
            writeln!(f, "{}", line.trim_end())?;
        }
        Ok(())
    }
}

fn time(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1000.0)
}

/// Returns the rate of upload and download together.
#[allow(clippy::cast_precision_loss)] // it is rounded to one digit
fn rate(size: u64, both_ways: Duration) -> String {
    if size < TOO_SHORT_FOR_A_RATE || both_ways.is_zero() {
        return "-".into();
    }
    let bytes_per_second = 2.0 * size as f64 / both_ways.as_secs_f64();
    format!("{:.1} MiB/s", bytes_per_second / f64::from(1 << 20))
}

/// Returns enough of a digest to compare by eye.
fn prefix(digest: &str) -> &str {
    digest.get(..16).unwrap_or(digest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_below_one_another() {
        let row = |name, size, ms| Row {
            name,
            size,
            up: Duration::from_millis(ms),
            down: Duration::from_millis(ms),
            digest: "0123456789abcdef0123".into(),
        };
        let rows = [row("one-byte.bin", 1, 2), row("big.bin", 5_000_000, 500)];
        let expected = "\
file              bytes          up        down        rate  SHA-256
one-byte.bin          1      2.0 ms      2.0 ms           -  0123456789abcdef
big.bin         5000000    500.0 ms    500.0 ms   9.5 MiB/s  0123456789abcdef
together        5000001    502.0 ms    502.0 ms   9.5 MiB/s
";
        assert_eq!(Table(&rows).to_string(), expected);
    }

    #[test]
    fn no_rate_without_time_or_size() {
        assert_eq!(rate(9_999, Duration::from_secs(1)), "-");
        assert_eq!(rate(10_000, Duration::from_secs(1)), "0.0 MiB/s");
        assert_eq!(rate(10_000, Duration::ZERO), "-");
    }
}
