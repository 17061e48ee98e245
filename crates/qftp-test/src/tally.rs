//! The counts of a campaign of faults, as a table.

use std::collections::BTreeMap;
use std::fmt;

/// The most runs of one verdict that are told one by one.
const TOLD: usize = 120;

/// The end of one run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// The transfer was over before the place of the fault.
    NoFault,
    /// Whole at the first try.
    Whole,
    /// Whole, after another try.
    Retried,
    /// An error that is true.
    Error,
    /// The dialect cannot do it, and says so.
    Unsupported,
    /// Success over content that differs, at an equal size, by a fault that changes bytes.
    Changed,
    /// A listing that differs, in a dialect whose listings state no length.
    Uncounted,
    /// Success over content that differs.
    Silent,
    /// An error that claims bytes which are not there.
    Untrue,
    /// The next operation on the line failed.
    Stuck,
    /// The user's time was over long before.
    Late,
}

impl Verdict {
    /// Returns true for an end that must not be.
    pub fn is_wrong(self) -> bool {
        matches!(
            self,
            Verdict::Silent | Verdict::Untrue | Verdict::Stuck | Verdict::Late
        )
    }
}

const COLUMNS: [(Verdict, &str); 10] = [
    (Verdict::Whole, "whole"),
    (Verdict::Retried, "retried"),
    (Verdict::Error, "error"),
    (Verdict::Changed, "changed"),
    (Verdict::Uncounted, "listing"),
    (Verdict::Silent, "silent"),
    (Verdict::Untrue, "untrue"),
    (Verdict::Stuck, "stuck"),
    (Verdict::Late, "late"),
    (Verdict::NoFault, "no fault"),
];

/// Counts how runs ended, by the name of their fault.
#[derive(Debug)]
pub struct Tally {
    /// The names of the faults, in the order of the table.
    rows: Vec<String>,
    counts: BTreeMap<(String, Verdict), u64>,
    wrong: Vec<String>,
    /// Runs that ended with an error; only if the environment asks for them.
    errors: Vec<String>,
}

impl Tally {
    /// Makes an empty table with a row for each of these faults.
    pub fn new(rows: Vec<String>) -> Self {
        Tally {
            rows,
            counts: BTreeMap::new(),
            wrong: Vec::new(),
            errors: Vec::new(),
        }
    }

    /// Counts one run; `what` tells of it where it must be told.
    pub fn count(&mut self, row: &str, verdict: Verdict, what: impl FnOnce() -> String) {
        if verdict == Verdict::Unsupported {
            return;
        }
        assert!(self.rows.iter().any(|name| name == row), "no row {row}");
        *self.counts.entry((row.to_owned(), verdict)).or_default() += 1;
        if verdict.is_wrong() {
            self.wrong.push(format!("{verdict:?}: {}", what()));
        } else if verdict == Verdict::Error && lists_errors() {
            self.errors.push(what());
        }
    }

    /// Adds the counts of another table.
    pub fn add(&mut self, other: Tally) {
        for (key, count) in other.counts {
            *self.counts.entry(key).or_default() += count;
        }
        self.wrong.extend(other.wrong);
        self.errors.extend(other.errors);
    }

    /// Returns the runs that ended as they must not.
    pub fn wrong(&self) -> &[String] {
        &self.wrong
    }

    fn of(&self, row: &str, verdict: Verdict) -> u64 {
        let key = (row.to_owned(), verdict);
        self.counts.get(&key).copied().unwrap_or(0)
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "| fault |")?;
        for (_, name) in COLUMNS {
            write!(f, " {name} |")?;
        }
        write!(f, "\n| --- |")?;
        for _ in COLUMNS {
            write!(f, " --- |")?;
        }
        writeln!(f)?;
        let mut sums = [0; COLUMNS.len()];
        for row in &self.rows {
            write!(f, "| {row} |")?;
            for ((verdict, _), sum) in COLUMNS.iter().zip(&mut sums) {
                let count = self.of(row, *verdict);
                *sum += count;
                write!(f, " {count} |")?;
            }
            writeln!(f)?;
        }
        write!(f, "| all |")?;
        for sum in sums {
            write!(f, " {sum} |")?;
        }
        writeln!(f)?;
        for line in self.wrong.iter().take(TOLD) {
            writeln!(f, "{line}")?;
        }
        for line in &self.errors {
            writeln!(f, "Error: {line}")?;
        }
        Ok(())
    }
}

/// Returns true where the environment asks for the errors one by one.
fn lists_errors() -> bool {
    std::env::var_os("QFTP_FAULT_ERRORS").is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_stand_in_rows_and_sums_and_wrong_ends_are_told() {
        let rows = vec!["a".to_owned(), "b".to_owned()];
        let mut tally = Tally::new(rows.clone());
        tally.count("a", Verdict::Whole, String::new);
        tally.count("b", Verdict::Unsupported, String::new);
        let mut other = Tally::new(rows);
        other.count("b", Verdict::Silent, || "seed 7".to_owned());
        other.count("b", Verdict::Whole, String::new);
        tally.add(other);
        assert_eq!(tally.wrong(), ["Silent: seed 7"]);
        let text = tally.to_string();
        assert!(
            text.contains("| b | 1 | 0 | 0 | 0 | 0 | 1 | 0 | 0 | 0 | 0 |\n"),
            "{text}"
        );
        assert!(
            text.contains("| all | 2 | 0 | 0 | 0 | 0 | 1 | 0 | 0 | 0 | 0 |\n"),
            "{text}"
        );
    }
}
