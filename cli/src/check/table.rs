//! The results as a table for people.

use std::fmt::Write as _;

use super::verdict::{CaseResult, Report, VERDICTS, Verdict};
use crate::console::shown;

/// Colours of the verdicts, as escape sequences.
const COLOURS: [&str; VERDICTS.len()] = [
    "\x1b[32m",
    "\x1b[1;31m",
    "\x1b[33m",
    "\x1b[2m",
    "\x1b[1;31m",
];
const PLAIN: &str = "\x1b[0m";
/// So much is shown of each end of a long text.
const SHOWN: usize = 160;

/// Returns the table: cases that did not come as printed, then the sections with their counts, then the sum.
pub(super) fn table(report: &Report, every: bool) -> String {
    let mut text = String::new();
    for case in &report.cases {
        let is_shown = every || !matches!(case.verdict, Verdict::AsPrinted | Verdict::NotRun(_));
        if is_shown || case.other.is_some() || !case.earlier.is_empty() {
            text.push_str(&paragraph(case));
        }
    }
    reasons(&mut text, report);
    sections(&mut text, report);
    sum(&mut text, report);
    text
}

fn colour(verdict: &str) -> &'static str {
    let index = VERDICTS.iter().position(|known| *known == verdict);
    index.map_or("", |index| COLOURS[index])
}

fn paragraph(case: &CaseResult) -> String {
    let verdict = case.verdict.name();
    let mut text = format!(
        "{}{verdict:13}{PLAIN} {}  {} ({})\n",
        colour(verdict),
        case.name,
        case.says,
        case.clauses.join(", ")
    );
    let mut add = |name: &str, value: &str| {
        // A string takes everything.
        let _ = writeln!(text, "    {name:10} {}", cut(&shown(value.as_bytes())));
    };
    if let Verdict::Differs(difference) = &case.verdict {
        add("after", &difference.after);
        add("expected", &difference.expected);
        add("came", &difference.came);
    }
    if let Some(reason) = case.verdict.reason() {
        add("why", &reason);
    }
    for (index, difference) in case.earlier.iter().enumerate() {
        add(&format!("try {}", index + 1), "differed");
        add("after", &difference.after);
        add("expected", &difference.expected);
        add("came", &difference.came);
    }
    if !case.quirks.is_empty() {
        add("quirk", &case.quirks.join(", "));
    }
    if let Some(other) = &case.other {
        add("this", &case.heard);
        add("the other", other);
    }
    text
}

/// Cuts a long text in the middle: payload says little. JSON and the page have all of it.
fn cut(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let Some(left_out) = letters
        .len()
        .checked_sub(2 * SHOWN)
        .filter(|count| *count > 0)
    else {
        return text.to_owned();
    };
    let (first, last) = (&letters[..SHOWN], &letters[letters.len() - SHOWN..]);
    let part = |letters: &[char]| letters.iter().collect::<String>();
    format!("{} ... {left_out} more ... {}", part(first), part(last))
}

/// Adds why cases were not run, each reason once with its count.
fn reasons(text: &mut String, report: &Report) {
    let mut counts: Vec<(&str, usize)> = Vec::new();
    for case in &report.cases {
        let Verdict::NotRun(reason) = &case.verdict else {
            continue;
        };
        match counts.iter_mut().find(|(known, _)| known == reason) {
            Some((_, count)) => *count += 1,
            None => counts.push((reason, 1)),
        }
    }
    for (reason, count) in counts {
        let _ = writeln!(text, "not run: {count:4}  {}", shown(reason.as_bytes()));
    }
}

fn sections(text: &mut String, report: &Report) {
    let mut rows: Vec<(String, [usize; VERDICTS.len()])> = Vec::new();
    for case in &report.cases {
        let section = section(&case.name);
        if rows.last().is_none_or(|(last, _)| *last != section) {
            rows.push((section, [0; VERDICTS.len()]));
        }
        let index = VERDICTS
            .iter()
            .position(|known| *known == case.verdict.name());
        if let (Some((_, counts)), Some(index)) = (rows.last_mut(), index) {
            counts[index] += 1;
        }
    }
    let _ = writeln!(
        text,
        "\n{:24} {:>10} {:>8} {:>14} {:>8} {:>8}",
        "section", VERDICTS[0], VERDICTS[1], VERDICTS[2], VERDICTS[3], VERDICTS[4]
    );
    for (section, [printed, differs, unknown, skipped, failed]) in rows {
        let mark = if differs + failed > 0 { COLOURS[1] } else { "" };
        let _ = writeln!(
            text,
            "{mark}{section:24} {printed:>10} {differs:>8} {unknown:>14} {skipped:>8} {failed:>8}{}",
            if mark.is_empty() { "" } else { PLAIN }
        );
    }
}

/// Returns `ec2x/2.6` of `ec2x/2.6/empty`.
pub(super) fn section(name: &str) -> String {
    name.split('/').take(2).collect::<Vec<_>>().join("/")
}

fn sum(text: &mut String, report: &Report) {
    let counts: Vec<String> = VERDICTS
        .iter()
        .map(|verdict| format!("{} {verdict}", report.count(verdict)))
        .collect();
    let _ = writeln!(
        text,
        "\ncheck: {} {}: {} cases, {}",
        report.dialect,
        report.title(),
        report.cases.len(),
        counts.join(", ")
    );
    let unsteady = report.count_unsteady();
    if unsteady > 0 {
        let _ = writeln!(
            text,
            "unsteady: {unsteady} of the cases as printed differed in an earlier try"
        );
    }
    if !report.quirks.is_empty() {
        let _ = writeln!(text, "quirks: {}", report.quirks.join(", "));
    }
    if let Some(against) = &report.against {
        let _ = writeln!(
            text,
            "against {against}: {} cases went another way",
            report.count_other()
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::verdict::{difference, sample};

    #[test]
    fn cases_that_differ_stand_before_the_counts() {
        let text = anstream::adapter::strip_str(&table(&sample(), false)).to_string();
        for part in [
            "differs       ec2x/2.4/b  A sentence about 2.4/b. (002 §2.4)\n    after      > AT+QFTPPWD\n",
            "quirk      quoted-pwd\n",
            "why        the module does not know AT+QFTPMLSD\n",
            "not run:    1  it is slow\n",
            "ec2x/2.13                         0        0              1        0        0\n",
            "check: ec2x EC25 EC25EFAR06A17M4G: 4 cases, 1 as printed, 1 differs, 1 not supported, 1 not run, 0 failed\n",
        ] {
            assert!(text.contains(part), "{part}{text}");
        }
        assert_eq!(cut(&"x".repeat(320)), "x".repeat(320));
        assert!(cut(&"x".repeat(321)).contains("x ... 1 more ... x"));
        assert!(!text.contains("ec2x/2.3/a"));
        assert!(table(&sample(), true).contains("ec2x/2.3/a"));
    }

    #[test]
    fn a_try_that_differed_is_shown_where_a_later_one_did_not() {
        let mut report = sample();
        report.cases[0].earlier = vec![difference()];
        let text = anstream::adapter::strip_str(&table(&report, false)).to_string();
        for part in [
            "as printed    ec2x/2.3/a  A sentence about 2.3/a. (002 §2.4)\n    try 1      differed\n    after      > AT+QFTPPWD\n",
            "unsteady: 1 of the cases as printed differed in an earlier try\n",
        ] {
            assert!(text.contains(part), "{part}{text}");
        }
    }
}
