//! Measurements as text and as the JSON of a comparison.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::report::{Report, SeriesName};
use super::statistics::{Estimate, difference, estimate, quantile, sorted};
use crate::console::shown;

/// Returns the table of one measurement.
pub(super) fn one(report: &Report) -> String {
    let mut text = format!("{}\n\n", report.title());
    let _ = writeln!(
        text,
        "{:44} {:>5} {:>6} {:>10} {:>22} {:>10} {:>10}",
        "", "unit", "values", "median", "95 % interval", "smallest", "largest"
    );
    for (name, values) in &report.series {
        let sorted = sorted(values);
        let found = estimate(values);
        // A string takes everything.
        let _ = writeln!(
            text,
            "{:44} {:>5} {:>6} {:>10.2} {:>22} {:>10.2} {:>10.2}",
            name.text(),
            name.unit.name(),
            values.len(),
            found.value,
            interval(&found),
            quantile(&sorted, 0.0),
            quantile(&sorted, 1.0),
        );
    }
    text.push('\n');
    text.push_str(&counts(report));
    text
}

/// Returns the table of two measurements side by side.
pub(super) fn both(first: &Report, second: &Report) -> String {
    let mut text = format!("1: {}\n2: {}\n\n", first.title(), second.title());
    let _ = writeln!(
        text,
        "{:44} {:>5} {:>10} {:>10} {:>12} {:>22}",
        "", "unit", "1", "2", "difference", "95 % interval"
    );
    for (name, [one, two]) in rows(first, second) {
        let value = |values: Option<&Vec<f64>>| {
            values.map_or_else(
                || "-".into(),
                |values| format!("{:.2}", estimate(values).value),
            )
        };
        let found = one.zip(two).map(|(one, two)| difference(one, two));
        let (apart, between) = match &found {
            Some(found) => (format!("{:+.2}", found.value), interval(found)),
            None => ("-".into(), "-".into()),
        };
        let mark = found.is_some_and(|found| found.is_apart());
        let _ = writeln!(
            text,
            "{:44} {:>5} {:>10} {:>10} {apart:>12} {between:>22}{}",
            name.text(),
            name.unit.name(),
            value(one),
            value(two),
            if mark { " *" } else { "" },
        );
    }
    text.push_str("\n*: 0 is not in the interval\n");
    for (number, report) in [(1, first), (2, second)] {
        let _ = write!(text, "{number}: {}", counts(report));
    }
    text
}

/// Returns the comparison as one document.
pub(super) fn comparison(first: &Report, second: &Report) -> Value {
    let rows = rows(first, second).into_iter().map(|(name, [one, two])| {
        let found = one.zip(two).map(|(one, two)| difference(one, two));
        let medians = [one, two].map(|values| values.map(|values| estimate(values).value));
        json!({
            "what": name.what,
            "baud": name.baud,
            "unit": name.unit.name(),
            "medians": medians,
            "difference": found.map(|found| found.value),
            "interval": found.and_then(|found| found.interval),
        })
    });
    json!({
        "qftp-bench-line-comparison": 1,
        "titles": [first.title(), second.title()],
        "errors": [&first.errors, &second.errors],
        "retries": [&first.retries, &second.retries],
        "rows": rows.collect::<Value>(),
    })
}

type Row<'a> = (&'a SeriesName, [Option<&'a Vec<f64>>; 2]);

/// Returns every series that one of the two has.
pub(super) fn rows<'a>(first: &'a Report, second: &'a Report) -> Vec<Row<'a>> {
    let mut names: Vec<&SeriesName> = first.series.keys().chain(second.series.keys()).collect();
    names.sort();
    names.dedup();
    let row = |name| (name, [first.series.get(name), second.series.get(name)]);
    names.into_iter().map(row).collect()
}

fn interval(found: &Estimate) -> String {
    match found.interval {
        Some((low, high)) => format!("{low:.2} to {high:.2}"),
        None => "-".into(),
    }
}

fn counts(report: &Report) -> String {
    let retries: u64 = report.retries.values().sum();
    let mut text = format!(
        "{} operations, {} errors, {retries} retries\n",
        report.operations,
        report.error_count()
    );
    for (what, counts) in [("error", &report.errors), ("retry", &report.retries)] {
        for (cause, count) in counts {
            let _ = writeln!(text, "{what:6} {count:5}  {}", shown(cause.as_bytes()));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::super::report::sample;
    use super::*;

    #[test]
    fn one_measurement_has_medians_and_intervals() {
        let text = one(&sample(0));
        let row = text
            .lines()
            .find(|line| line.starts_with("AT+QFTPPWD to result "))
            .expect("a row");
        let words: Vec<&str> = row.split_whitespace().collect();
        assert_eq!(words[3..6], ["ms", "10", "22.00"], "{text}");
        assert!(text.contains("download at 115200"), "{text}");
        assert!(text.contains("30 operations, 0 errors, 2 retries\nretry      2  timed out\n"));
    }

    #[test]
    fn two_measurements_stand_side_by_side() {
        let text = both(&sample(0), &sample(10));
        let row = text
            .lines()
            .find(|line| line.starts_with("AT+QFTPPWD to result "))
            .expect("a row");
        assert!(row.contains("22.00      32.00       +10.00"), "{row}");
        assert!(row.ends_with(" *"), "{row}");
        let document = comparison(&sample(0), &sample(10));
        assert_eq!(document["rows"][0]["difference"], 10.0);
        let mut other = sample(0);
        other.series.clear();
        assert!(both(&sample(0), &other).contains(" - "));
    }
}
