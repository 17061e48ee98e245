//! A plot as SVG: above, each series with its spread and its median; below, the bytes of each transfer over time.

use std::fmt::Write as _;
use std::time::Duration;

use super::course::Course;
use super::report::{Report, Unit};
use super::statistics::{estimate, quantile, sorted};
use crate::check::escaped;

const WIDTH: f64 = 960.0;
/// The columns: names, plot, figures.
const LEFT: f64 = 300.0;
const RIGHT: f64 = 820.0;
const ROW: f64 = 36.0;
const COURSES: f64 = 300.0;
/// Colours of the first and the second measurement, told apart also without colours by their place and dashes.
const COLOURS: [&str; 2] = ["#0b62a4", "#c2410c"];
const DASHES: [&str; 2] = ["none", "6 3"];

const STYLE: &str = "text{font:13px system-ui,sans-serif;fill:#222}.axis{stroke:#999}.small{font-size:11px;fill:#555}rect.ground{fill:#fff}";

/// Returns the plot of one measurement, or of two.
pub(super) fn svg(reports: &[Report]) -> String {
    let mut body = String::new();
    let mut y = legend(&mut body, reports);
    for unit in [Unit::Milliseconds, Unit::KilobytesPerSecond] {
        y = spreads(&mut body, reports, unit, y);
    }
    y = courses(&mut body, reports, y);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {y}\" width=\"{WIDTH}\" height=\"{y}\">\n<title>qftp bench-line</title>\n<style>{STYLE}</style>\n<rect class=\"ground\" width=\"{WIDTH}\" height=\"{y}\"/>\n{body}</svg>\n"
    )
}

fn text(body: &mut String, class: &str, (x, y): (f64, f64), anchor: &str, text: &str) {
    // A string takes everything.
    let _ = writeln!(
        body,
        "<text class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\">{}</text>",
        escaped(text)
    );
}

fn line(body: &mut String, style: &str, (x1, y1): (f64, f64), (x2, y2): (f64, f64)) {
    let _ = writeln!(
        body,
        "<line {style} x1=\"{x1:.1}\" y1=\"{y1:.1}\" x2=\"{x2:.1}\" y2=\"{y2:.1}\"/>"
    );
}

fn legend(body: &mut String, reports: &[Report]) -> f64 {
    let mut y = 24.0;
    for (index, report) in reports.iter().enumerate() {
        let stroke = stroke(index, 3);
        line(body, &stroke, (16.0, y - 4.0), (52.0, y - 4.0));
        text(body, "name", (60.0, y), "start", &report.title());
        y += 20.0;
    }
    y
}

fn stroke(index: usize, width: u8) -> String {
    let (colour, dash) = (COLOURS[index % 2], DASHES[index % 2]);
    format!(
        "stroke=\"{colour}\" stroke-width=\"{width}\" stroke-dasharray=\"{dash}\" fill=\"none\""
    )
}

/// Draws a row for each series of a unit, over one logarithmic axis.
fn spreads(body: &mut String, reports: &[Report], unit: Unit, top: f64) -> f64 {
    let names: Vec<_> = match reports {
        [one] => one.series.keys().collect(),
        [first, second, ..] => {
            let rows = super::table::rows(first, second);
            rows.into_iter().map(|(name, _)| name).collect()
        }
        [] => Vec::new(),
    };
    let names: Vec<_> = names.into_iter().filter(|name| name.unit == unit).collect();
    let all = reports.iter().flat_map(|report| &report.series);
    let values = all
        .filter(|(name, _)| name.unit == unit)
        .flat_map(|(_, values)| values)
        .filter(|value| **value > 0.0);
    let (low, high) = values.fold((f64::MAX, f64::MIN), |(low, high), value| {
        (low.min(*value), high.max(*value))
    });
    if names.is_empty() || low > high {
        return top;
    }
    let (low, high) = (
        low.log10().floor(),
        high.log10().ceil().max(low.log10().floor() + 1.0),
    );
    let x = |value: f64| {
        let share = (value.max(f64::MIN_POSITIVE).log10() - low) / (high - low);
        LEFT + share.clamp(0.0, 1.0) * (RIGHT - LEFT)
    };
    let mut y = top + 30.0;
    text(body, "name", (16.0, y), "start", unit.name());
    let bottom = y + ROW * count(names.len());
    let mut power = low;
    while power <= high {
        let value = 10_f64.powf(power);
        line(
            body,
            "class=\"axis\"",
            (x(value), y + 6.0),
            (x(value), bottom + 6.0),
        );
        text(body, "small", (x(value), y), "middle", &format!("{value}"));
        power += 1.0;
    }
    for name in names {
        y += ROW;
        text(body, "name", (16.0, y - 8.0), "start", &name.text());
        for (index, report) in reports.iter().enumerate() {
            if let Some(values) = report.series.get(name) {
                let place = y - 16.0 + 13.0 * count(index);
                spread(body, values, index, place, &x);
            }
        }
    }
    bottom + 16.0
}

/// Draws the range, the middle half and the median.
fn spread(body: &mut String, values: &[f64], index: usize, y: f64, x: &dyn Fn(f64) -> f64) {
    let sorted = sorted(values);
    let at = |share| (x(quantile(&sorted, share)), y);
    line(body, &stroke(index, 1), at(0.0), at(1.0));
    line(body, &stroke(index, 5), at(0.25), at(0.75));
    let median = estimate(values).value;
    let _ = writeln!(
        body,
        "<circle cx=\"{:.1}\" cy=\"{y:.1}\" r=\"4\" fill=\"#fff\" stroke=\"{}\" stroke-width=\"2\"/>",
        x(median),
        COLOURS[index % 2]
    );
    text(
        body,
        "small",
        (RIGHT + 16.0, y + 4.0),
        "start",
        &format!("{median:.2}"),
    );
}

/// Draws the transfers, bytes over seconds.
fn courses(body: &mut String, reports: &[Report], top: f64) -> f64 {
    let all = || reports.iter().flat_map(|report| &report.courses);
    let end = |course: &Course| course.points.last().copied().unwrap_or_default();
    let time = all().map(|course| end(course).0).max().unwrap_or_default();
    let bytes = all().map(|course| end(course).1).max().unwrap_or_default();
    if time == Duration::ZERO || bytes == 0 {
        return top + 20.0;
    }
    let (begin, bottom) = (top + 40.0, top + 40.0 + COURSES);
    text(
        body,
        "name",
        (16.0, begin - 10.0),
        "start",
        "transfers: bytes over seconds",
    );
    line(
        body,
        "class=\"axis\"",
        (LEFT / 4.0, bottom),
        (RIGHT, bottom),
    );
    line(
        body,
        "class=\"axis\"",
        (LEFT / 4.0, begin),
        (LEFT / 4.0, bottom),
    );
    text(
        body,
        "small",
        (RIGHT, bottom + 16.0),
        "end",
        &format!("{:.3} s", time.as_secs_f64()),
    );
    text(
        body,
        "small",
        (LEFT / 4.0 - 6.0, begin + 4.0),
        "end",
        &bytes.to_string(),
    );
    let left = LEFT / 4.0;
    for (index, report) in reports.iter().enumerate() {
        for course in &report.courses {
            let points = course.points.iter().map(|(at, done)| {
                let x = left + at.as_secs_f64() / time.as_secs_f64() * (RIGHT - left);
                let y = bottom - share(*done, bytes) * COURSES;
                format!("{x:.1},{y:.1}")
            });
            let points: Vec<String> = points.collect();
            let _ = writeln!(
                body,
                "<polyline {} opacity=\"0.6\" points=\"{}\"><title>{}</title></polyline>",
                stroke(index, 1),
                points.join(" "),
                escaped(&course.what)
            );
        }
    }
    bottom + 30.0
}

#[allow(clippy::cast_precision_loss)] // a pixel is far coarser
fn share(done: u64, of: u64) -> f64 {
    done as f64 / of as f64
}

#[allow(clippy::cast_precision_loss)] // a few rows
fn count(rows: usize) -> f64 {
    rows as f64
}

#[cfg(test)]
mod tests {
    use super::super::report::sample;
    use super::*;

    #[test]
    fn every_series_and_every_transfer_is_drawn() {
        let one = svg(&[sample(0)]);
        for part in [
            "<svg xmlns=",
            ">AT+QFTPPWD to result</text>",
            ">download at 115200</text>",
        ] {
            assert!(one.contains(part), "{part}\n{one}");
        }
        assert_eq!(one.matches("<polyline").count(), 10);
        let both = svg(&[sample(0), sample(9)]);
        assert_eq!(both.matches("<polyline").count(), 20);
        assert_eq!(both.matches("<circle").count(), 4);
        assert!(!both.contains("NaN") && !both.contains("inf"), "{both}");
    }

    #[test]
    fn a_measurement_without_values_is_a_plot_too() {
        let empty = Report::new("a<b", 1, 1);
        let text = svg(&[empty]);
        assert!(text.contains("a&lt;b") && !text.contains("NaN"), "{text}");
    }
}
