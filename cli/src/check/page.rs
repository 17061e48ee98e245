//! The results as a page of HTML that stands alone; of several modules or firmware versions one matrix, a column each.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::markup::escaped;
use super::verdict::{CaseResult, Report, VERDICTS, Verdict};

const STYLE: &str = "\
:root{color-scheme:light dark}
body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:75rem;padding:0 1rem}
table{border-collapse:collapse;width:100%}
th,td{border:1px solid #8886;padding:.3rem .5rem;text-align:left;vertical-align:top}
thead th{position:sticky;top:0;background:Canvas}
code,pre{font:13px/1.4 ui-monospace,monospace;white-space:pre-wrap;overflow-wrap:anywhere}
pre{margin:.3rem 0}
.summary{display:block;overflow-x:auto}
.summary code{overflow-wrap:normal}
th[scope=row]{font-weight:normal}
.as-printed{background:#2a82}.differs{background:#d335}.not-supported{background:#da43}.not-run{color:#888}.failed{background:#d335}
summary{cursor:pointer}";

/// Returns the page.
pub(super) fn page(reports: &[Report]) -> String {
    let titles: Vec<String> = reports.iter().map(heading).collect();
    let title = if reports.len() == 1 {
        format!("qftp check: {}", titles.join(""))
    } else {
        format!("qftp check: {} modules", reports.len())
    };
    let title = escaped(&title);
    let mut text = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n<title>{title}</title>\n<style>\n{STYLE}\n</style>\n</head>\n<body>\n<h1>{title}</h1>\n"
    );
    summary(&mut text, reports);
    matrix(&mut text, reports);
    text.push_str("</body>\n</html>\n");
    text
}

fn heading(report: &Report) -> String {
    format!("{} ({})", report.title(), report.dialect)
}

/// Returns a verdict as the name of a class.
fn class(verdict: &Verdict) -> String {
    verdict.name().replace(' ', "-")
}

/// Adds a table of the modules with their counts.
fn summary(text: &mut String, reports: &[Report]) {
    text.push_str("<table class=\"summary\">\n<thead><tr><th>module</th><th>port</th>");
    for verdict in VERDICTS {
        let _ = write!(text, "<th>{verdict}</th>"); // a string takes everything
    }
    text.push_str("<th>unsteady</th><th>quirks</th></tr></thead>\n<tbody>\n");
    for report in reports {
        let _ = write!(
            text,
            "<tr><th scope=\"row\">{}</th><td><code>{}</code></td>",
            escaped(&heading(report)),
            escaped(&report.port)
        );
        for verdict in VERDICTS {
            let _ = write!(text, "<td>{}</td>", report.count(verdict));
        }
        let _ = writeln!(
            text,
            "<td>{}</td><td>{}</td></tr>",
            report.count_unsteady(),
            escaped(&report.quirks.join(", "))
        );
    }
    text.push_str("</tbody>\n</table>\n");
}

/// Adds the table of all cases: a row for each statement, whatever the dialect calls it.
fn matrix(text: &mut String, reports: &[Report]) {
    text.push_str("<h2>Cases</h2>\n<table class=\"cases\">\n<thead><tr><th>case</th>");
    for report in reports {
        let _ = write!(text, "<th>{}</th>", escaped(&heading(report)));
    }
    text.push_str("</tr></thead>\n<tbody>\n");
    let mut order: Vec<&CaseResult> = Vec::new();
    let mut rows: BTreeMap<&str, Vec<Option<&CaseResult>>> = BTreeMap::new();
    for (column, report) in reports.iter().enumerate() {
        for case in &report.cases {
            let cells = rows.entry(&case.id).or_insert_with(|| {
                order.push(case);
                vec![None; reports.len()]
            });
            cells[column] = Some(case);
        }
    }
    for first in order {
        let name = if reports.len() == 1 {
            &first.name
        } else {
            &first.id
        };
        let _ = write!(
            text,
            "<tr id=\"{0}\"><th scope=\"row\"><code>{0}</code><br>{1} <small>{2}</small></th>",
            escaped(name),
            escaped(&first.says),
            escaped(&first.clauses.join(", "))
        );
        for cell in rows.get(first.id.as_str()).into_iter().flatten() {
            match cell {
                Some(case) => cell_of(text, case),
                None => text.push_str("<td></td>"),
            }
        }
        text.push_str("</tr>\n");
    }
    text.push_str("</tbody>\n</table>\n");
}

fn cell_of(text: &mut String, case: &CaseResult) {
    let _ = write!(text, "<td class=\"{}\">", class(&case.verdict));
    let name = case.verdict.name();
    match &case.verdict {
        Verdict::Differs(difference) => {
            let _ = write!(
                text,
                "<details open><summary>{name}</summary><pre>{}</pre></details>",
                escaped(&difference.to_string())
            );
        }
        _ => text.push_str(name),
    }
    for (index, difference) in case.earlier.iter().enumerate() {
        let _ = write!(
            text,
            "<details><summary>try {} differed</summary><pre>{}</pre></details>",
            index + 1,
            escaped(&difference.to_string())
        );
    }
    for line in [case.verdict.reason(), quirks(case)].into_iter().flatten() {
        let _ = write!(text, "<br><small>{}</small>", escaped(&line));
    }
    if let Some(other) = &case.other {
        let _ = write!(
            text,
            "<details><summary>another way</summary><pre>this:      {}\nthe other: {}</pre></details>",
            escaped(&case.heard),
            escaped(other)
        );
    }
    text.push_str("</td>");
}

fn quirks(case: &CaseResult) -> Option<String> {
    (!case.quirks.is_empty()).then(|| format!("quirk: {}", case.quirks.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::verdict::{difference, sample};

    #[test]
    fn one_module_shows_what_came() {
        let mut report = sample();
        report.cases[0].earlier = vec![difference()];
        let text = page(&[report]);
        for part in [
            "<title>qftp check: EC25 EC25EFAR06A17M4G (ec2x)</title>",
            "<td class=\"differs\"><details open><summary>differs</summary><pre>after:    &gt; AT+QFTPPWD",
            "<small>quirk: quoted-pwd</small>",
            "<td class=\"as-printed\">as printed<details><summary>try 1 differed</summary><pre>after:    &gt; AT+QFTPPWD",
            "<td class=\"not-run\">not run<br><small>it is slow</small></td>",
        ] {
            assert!(text.contains(part), "{part}\n{text}");
        }
        for outside in ["http://", "https://", "<script", "<link"] {
            assert!(
                !text.contains(outside),
                "it does not stand alone: {outside}"
            );
        }
    }

    #[test]
    fn several_modules_have_a_column_each() {
        let mut other = sample();
        other.revision = "EC25EFAR06A18M4G".into();
        other.cases.remove(0);
        let text = page(&[sample(), other]);
        assert!(text.contains("<title>qftp check: 2 modules</title>"));
        let row = text
            .lines()
            .find(|line| line.starts_with("<tr id=\"002/2.3/a\""))
            .expect("a row by the identifier of the statement");
        assert!(
            row.ends_with("<td class=\"as-printed\">as printed</td><td></td></tr>"),
            "{row}"
        );
        assert_eq!(text.matches("<td class=\"differs\">").count(), 2);
    }
}
