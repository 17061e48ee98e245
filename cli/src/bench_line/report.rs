//! The result of a measurement: values by series, courses of transfers, errors and retries.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};

use super::course::{Course, number};

/// The unit of the values of a series.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Unit {
    Milliseconds,
    KilobytesPerSecond,
}

impl Unit {
    const ALL: [Unit; 2] = [Unit::Milliseconds, Unit::KilobytesPerSecond];

    /// Returns the name of the unit.
    pub(super) fn name(self) -> &'static str {
        match self {
            Unit::Milliseconds => "ms",
            Unit::KilobytesPerSecond => "kB/s",
        }
    }
}

/// Names a series.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct SeriesName {
    pub(super) unit: Unit,
    /// The speed of the line, where the measurement has set one.
    pub(super) baud: Option<u32>,
    /// `AT+QFTPPWD to result`, `download in pieces of 4096`
    pub(super) what: String,
}

impl SeriesName {
    /// Returns the name with the speed, for people.
    pub(super) fn text(&self) -> String {
        match self.baud {
            Some(baud) => format!("{} at {baud}", self.what),
            None => self.what.clone(),
        }
    }
}

/// The result of a measurement.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Report {
    pub(super) port: String,
    pub(super) dialect: String,
    pub(super) model: String,
    pub(super) revision: String,
    pub(super) rounds: u32,
    pub(super) size: u32,
    pub(super) series: BTreeMap<SeriesName, Vec<f64>>,
    pub(super) courses: Vec<Course>,
    /// Operations that ended, with an error or without.
    pub(super) operations: u64,
    /// Retries of transfers, by their cause.
    pub(super) retries: BTreeMap<String, u64>,
    /// Errors, by their sentence.
    pub(super) errors: BTreeMap<String, u64>,
}

impl Report {
    pub(super) fn new(port: &str, rounds: u32, size: u32) -> Self {
        Report {
            port: port.into(),
            rounds,
            size,
            ..Report::default()
        }
    }

    /// Adds a time to a series.
    pub(super) fn add_time(&mut self, baud: Option<u32>, what: String, time: Duration) {
        let unit = Unit::Milliseconds;
        let name = SeriesName { unit, baud, what };
        let values = self.series.entry(name).or_default();
        values.push(time.as_secs_f64() * 1000.0);
    }

    /// Adds a transfer that is whole.
    pub(super) fn add_course(&mut self, course: Course) {
        if let Some(rate) = course.kilobytes_per_second() {
            let name = SeriesName {
                unit: Unit::KilobytesPerSecond,
                baud: course.baud,
                what: course.what.clone(),
            };
            self.series.entry(name).or_default().push(rate);
        }
        self.courses.push(course);
    }

    /// Counts the errors.
    pub(super) fn error_count(&self) -> u64 {
        self.errors.values().sum()
    }

    /// Returns the name of the module for a heading.
    pub(super) fn title(&self) -> String {
        let title = format!("{} {}", self.model, self.revision);
        format!("{} on {}", title.trim(), self.port)
    }

    /// Returns the measurement as one document.
    pub(super) fn document(&self) -> Value {
        let series = self.series.iter().map(|(name, values)| {
            json!({
                "what": name.what,
                "baud": name.baud,
                "unit": name.unit.name(),
                "values": values,
            })
        });
        json!({
            "qftp-bench-line": 1,
            "port": self.port,
            "dialect": self.dialect,
            "model": self.model,
            "revision": self.revision,
            "rounds": self.rounds,
            "size": self.size,
            "operations": self.operations,
            "errors": self.errors,
            "retries": self.retries,
            "series": series.collect::<Value>(),
            "courses": self.courses.iter().map(Course::document).collect::<Value>(),
        })
    }

    /// Reads a document that [`Report::document`] has made; `Err` says what is missing.
    pub(super) fn parse(document: &Value) -> Result<Self, String> {
        if document["qftp-bench-line"] != 1 {
            return Err("it is not a result of qftp bench-line --json".into());
        }
        let text = |name: &str| document[name].as_str().unwrap_or_default().to_owned();
        let number = |name: &str| number(&document[name]).unwrap_or_default();
        let list = |name: &str| document[name].as_array().into_iter().flatten();
        Ok(Report {
            port: text("port"),
            dialect: text("dialect"),
            model: text("model"),
            revision: text("revision"),
            rounds: number("rounds"),
            size: number("size"),
            series: list("series").map(series).collect::<Result<_, _>>()?,
            courses: list("courses")
                .map(Course::parse)
                .collect::<Result<_, _>>()?,
            operations: document["operations"].as_u64().unwrap_or_default(),
            retries: counts(&document["retries"]),
            errors: counts(&document["errors"]),
        })
    }
}

fn series(document: &Value) -> Result<(SeriesName, Vec<f64>), String> {
    let what = document["what"].as_str().ok_or("a series has no name")?;
    let unit = document["unit"].as_str().unwrap_or_default();
    let known = Unit::ALL.into_iter().find(|known| known.name() == unit);
    let name = SeriesName {
        unit: known.ok_or_else(|| format!("{what}: the unit {unit:?} is none of ours"))?,
        baud: number(&document["baud"]),
        what: what.into(),
    };
    let values = document["values"].as_array().into_iter().flatten();
    let values: Option<Vec<f64>> = values.map(Value::as_f64).collect();
    let values = values.ok_or_else(|| format!("{what}: a value is no number"))?;
    Ok((name, values))
}

fn counts(value: &Value) -> BTreeMap<String, u64> {
    let pairs = value.as_object().into_iter().flatten();
    let counts = pairs.filter_map(|(name, count)| Some((name.clone(), count.as_u64()?)));
    counts.collect()
}

/// Makes a report for the tests of what shows one: each value of the latency `shift` milliseconds later.
#[cfg(test)]
pub(super) fn sample(shift: u64) -> Report {
    let mut report = Report::new("/dev/ttyUSB2", 10, 2000);
    report.model = "EC25".into();
    report.revision = "EC25EFAR06A17M4G".into();
    report.dialect = "ec2x".into();
    report.operations = 30;
    for index in 0..10 {
        let time = Duration::from_millis(20 + index % 5 + shift);
        report.add_time(None, "AT+QFTPPWD to result".into(), time);
        let points = vec![
            (Duration::from_millis(500), 1000),
            (Duration::from_millis(1000 + index), 2000),
        ];
        report.add_course(Course {
            baud: Some(115_200),
            what: "download".into(),
            points,
        });
    }
    report.retries = BTreeMap::from([("timed out".into(), 2)]);
    report
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_read_back() {
        let mut report = sample(0);
        report.errors = BTreeMap::from([("a <b> failed".into(), 3)]);
        let document = report.document();
        assert_eq!(Report::parse(&document), Ok(report));
    }

    #[test]
    fn another_document_is_refused() {
        assert!(Report::parse(&json!({})).is_err());
        let series = json!([{ "what": "a", "unit": "miles", "values": [1] }]);
        let wrong = json!({ "qftp-bench-line": 1, "series": series });
        let error = Report::parse(&wrong).expect_err("no unit");
        assert!(error.contains("\"miles\""), "{error}");
    }
}
