//! The quirks of a module as a file that `qftp emulate --quirks` reads: a name in each line, `#` begins a comment.

use super::verdict::Report;

/// Returns the content of the file.
pub(super) fn text(report: &Report) -> String {
    let mut text = format!(
        "# Quirks of {} ({}), found by qftp check\n",
        report.title(),
        report.dialect
    );
    for quirk in &report.quirks {
        text.push_str(quirk);
        text.push('\n');
    }
    let touched = |name: &String| report.quirks.contains(name);
    for case in &report.cases {
        if case.verdict.name() == "differs" && !case.quirks.iter().any(touched) {
            text.push_str(&["# unexplained: ", &case.name, "\n"].concat());
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::verdict::sample;

    #[test]
    fn what_no_quirk_explains_is_a_comment() {
        let mut report = sample();
        assert_eq!(
            text(&report),
            "# Quirks of EC25 EC25EFAR06A17M4G (ec2x), found by qftp check\nquoted-pwd\n"
        );
        report.cases[1].quirks.clear();
        assert!(text(&report).ends_with("quoted-pwd\n# unexplained: ec2x/2.4/b\n"));
    }
}
