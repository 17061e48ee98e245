//! The counts of a campaign, as a table.

use std::collections::BTreeMap;
use std::fmt;

use crate::fault::FaultKind;
use crate::scenario::Verdict;

/// The most runs of one verdict that are told one by one.
const TOLD: usize = 120;

/// Counts how runs ended, by the kind of their fault.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    counts: BTreeMap<(FaultKind, Verdict), u64>,
    wrong: Vec<String>,
    /// Runs that ended with an error; only if the environment asks for them.
    errors: Vec<String>,
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

impl Tally {
    pub(crate) fn count(&mut self, kind: FaultKind, verdict: Verdict, what: impl Fn() -> String) {
        if verdict == Verdict::Unsupported {
            return;
        }
        *self.counts.entry((kind, verdict)).or_default() += 1;
        let is_silent = verdict == Verdict::Changed && !kind.changes_bytes();
        if verdict.is_wrong() || is_silent {
            self.wrong.push(format!("{verdict:?}: {}", what()));
        } else if verdict == Verdict::Error && lists_errors() {
            self.errors.push(what());
        }
    }

    pub(crate) fn add(&mut self, other: Tally) {
        for (key, count) in other.counts {
            *self.counts.entry(key).or_default() += count;
        }
        self.wrong.extend(other.wrong);
        self.wrong.sort_by_key(|line| line.starts_with("Changed"));
        self.errors.extend(other.errors);
    }

    pub(crate) fn wrong(&self) -> &[String] {
        &self.wrong
    }

    fn of(&self, kind: FaultKind, verdict: Verdict) -> u64 {
        self.counts.get(&(kind, verdict)).copied().unwrap_or(0)
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
        for &kind in crate::KINDS {
            write!(f, "| {} |", kind.name())?;
            for ((verdict, _), sum) in COLUMNS.iter().zip(&mut sums) {
                let count = self.of(kind, *verdict);
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
