//! The course of one transfer: how many bytes had gone at which time.

use std::time::Duration;

use serde_json::{Value, json};

/// So many points are kept of a course at most: a plot has no more pixels.
const POINTS: usize = 400;

/// One transfer.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Course {
    pub(super) baud: Option<u32>,
    /// `download`, `upload in pieces of 4096`
    pub(super) what: String,
    /// Time since the start, and bytes by then.
    pub(super) points: Vec<(Duration, u64)>,
}

impl Course {
    pub(super) fn new(baud: Option<u32>, what: &str) -> Self {
        Course {
            baud,
            what: what.into(),
            points: vec![(Duration::ZERO, 0)],
        }
    }

    /// Adds a point. Where there are too many, every second one goes.
    pub(super) fn add(&mut self, time: Duration, bytes: u64) {
        if self.points.len() >= POINTS {
            let mut index = 0;
            self.points.retain(|_| {
                index += 1;
                index % 2 == 1
            });
        }
        self.points.push((time, bytes));
    }

    /// Returns the mean rate from the command to the last result; `None` for a transfer without a byte or a time.
    #[allow(clippy::cast_precision_loss)] // files are far smaller
    pub(super) fn kilobytes_per_second(&self) -> Option<f64> {
        let (time, bytes) = self.points.last()?;
        let seconds = time.as_secs_f64();
        (*bytes > 0 && seconds > 0.0).then(|| *bytes as f64 / seconds / 1000.0)
    }

    pub(super) fn document(&self) -> Value {
        let points = self.points.iter();
        let points = points.map(|(time, bytes)| json!([time.as_secs_f64(), bytes]));
        json!({ "what": self.what, "baud": self.baud, "points": points.collect::<Value>() })
    }

    pub(super) fn parse(document: &Value) -> Result<Self, String> {
        let what = document["what"].as_str().ok_or("a course has no name")?;
        let point = |point: &Value| {
            let time = Duration::try_from_secs_f64(point[0].as_f64()?).ok()?;
            Some((time, point[1].as_u64()?))
        };
        let points = document["points"].as_array().into_iter().flatten();
        let points: Option<Vec<(Duration, u64)>> = points.map(point).collect();
        Ok(Course {
            baud: number(&document["baud"]),
            what: what.into(),
            points: points.ok_or_else(|| format!("{what}: a point makes no sense"))?,
        })
    }
}

/// Returns a number of 32 bits.
pub(super) fn number(value: &Value) -> Option<u32> {
    value.as_u64().and_then(|number| number.try_into().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_course_keeps_its_ends_and_few_points() {
        let mut course = Course::new(None, "download");
        for index in 1..=10_000 {
            course.add(Duration::from_millis(index), index * 10);
        }
        assert!(course.points.len() <= POINTS);
        assert_eq!(course.points[0], (Duration::ZERO, 0));
        let last = (Duration::from_secs(10), 100_000);
        assert_eq!(course.points.last(), Some(&last));
        assert_eq!(course.kilobytes_per_second(), Some(10.0));
        assert_eq!(Course::new(None, "a").kilobytes_per_second(), None);
    }
}
