//! The results as JUnit's XML, as servers of continuous integration read it: a suite for each section.

use std::fmt::Write as _;

use super::markup::escaped;
use super::table::section;
use super::verdict::{CaseResult, Report, Verdict};

/// Returns the document.
pub(super) fn document(report: &Report) -> String {
    let (failures, errors, skipped) = counts(&report.cases);
    let seconds: f64 = report
        .cases
        .iter()
        .map(|case| case.time.as_secs_f64())
        .sum();
    let mut text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"qftp check {}\" tests=\"{}\" failures=\"{failures}\" errors=\"{errors}\" skipped=\"{skipped}\" time=\"{seconds:.3}\">\n",
        escaped(&report.title()),
        report.cases.len(),
    );
    let sections = report
        .cases
        .chunk_by(|a, b| section(&a.name) == section(&b.name));
    for cases in sections {
        suite(&mut text, cases);
    }
    text.push_str("</testsuites>\n");
    text
}

/// Counts failures, errors, and skipped cases.
fn counts(cases: &[CaseResult]) -> (usize, usize, usize) {
    let count = |is: fn(&Verdict) -> bool| cases.iter().filter(|case| is(&case.verdict)).count();
    (
        count(|verdict| matches!(verdict, Verdict::Differs(_))),
        count(|verdict| matches!(verdict, Verdict::Failed(_))),
        count(|verdict| matches!(verdict, Verdict::NotSupported(_) | Verdict::NotRun(_))),
    )
}

fn suite(text: &mut String, cases: &[CaseResult]) {
    let (failures, errors, skipped) = counts(cases);
    let name = cases.first().map(|case| section(&case.name));
    // A string takes everything.
    let _ = writeln!(
        text,
        "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{failures}\" errors=\"{errors}\" skipped=\"{skipped}\">",
        escaped(&name.unwrap_or_default()),
        cases.len()
    );
    for case in cases {
        test_case(text, case);
    }
    text.push_str("  </testsuite>\n");
}

fn test_case(text: &mut String, case: &CaseResult) {
    let class = section(&case.name).replace('/', ".");
    let _ = write!(
        text,
        "    <testcase classname=\"{}\" name=\"{}\" time=\"{:.3}\"",
        escaped(&class),
        escaped(&case.name),
        case.time.as_secs_f64()
    );
    let inside = match &case.verdict {
        Verdict::AsPrinted if case.earlier.is_empty() => {
            text.push_str("/>\n");
            return;
        }
        Verdict::AsPrinted => String::new(),
        Verdict::Differs(difference) => format!(
            "<failure message=\"{}\">{}</failure>",
            escaped(&case.says),
            escaped(&difference.to_string())
        ),
        Verdict::NotSupported(_) | Verdict::NotRun(_) => format!(
            "<skipped message=\"{}\"/>",
            escaped(&case.verdict.reason().unwrap_or_default())
        ),
        Verdict::Failed(reason) => format!("<error message=\"{}\"/>", escaped(reason)),
    };
    text.push_str(">\n");
    if !inside.is_empty() {
        let _ = writeln!(text, "      {inside}");
    }
    if !case.earlier.is_empty() {
        let tries = case.earlier.iter().enumerate();
        let tries: Vec<String> = tries
            .map(|(index, difference)| format!("try {} differed\n{difference}", index + 1))
            .collect();
        let _ = writeln!(
            text,
            "      <system-out>{}</system-out>",
            escaped(&tries.join("\n"))
        );
    }
    text.push_str("    </testcase>\n");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::verdict::{difference, sample};

    #[test]
    fn a_difference_is_a_failure_and_the_rest_is_skipped() {
        let text = document(&sample());
        for part in [
            "tests=\"4\" failures=\"1\" errors=\"0\" skipped=\"2\" time=\"6.000\"",
            "<testsuite name=\"ec2x/2.4\" tests=\"1\" failures=\"1\" errors=\"0\" skipped=\"0\">",
            "<testcase classname=\"ec2x.2.3\" name=\"ec2x/2.3/a\" time=\"1.500\"/>",
            "<failure message=\"A sentence about 2.4/b.\">after:    &gt; AT+QFTPPWD\n",
            "0,&quot;/&quot; &lt;&amp;&gt;",
            "<skipped message=\"the module does not know AT+QFTPMLSD\"/>",
            "<skipped message=\"it is slow\"/>",
        ] {
            assert!(text.contains(part), "{part}\n{text}");
        }
    }

    #[test]
    fn tries_that_differed_are_kept_and_a_port_that_failed_is_an_error() {
        let mut report = sample();
        report.cases[0].earlier = vec![difference()];
        report.cases[3].verdict = Verdict::Failed("/dev/ttyUSB2: it is gone".into());
        let text = document(&report);
        let part = "name=\"ec2x/2.3/a\" time=\"1.500\">\n      <system-out>try 1 differed\nafter:    &gt; AT+QFTPPWD\n";
        assert!(text.contains(part), "{text}");
        assert!(text.contains("<error message=\"/dev/ttyUSB2: it is gone\"/>"));
        assert!(text.contains("tests=\"4\" failures=\"1\" errors=\"1\" skipped=\"1\""));
    }
}
