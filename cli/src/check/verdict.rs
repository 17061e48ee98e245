//! The verdict on a case, and the results of a whole check.

use std::time::Duration;

use qftp_conformance::conversation::play::Difference;
use qftp_conformance::plan::Case;
use serde_json::{Value, json};

/// The verdict on one case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Everything came as the manual prints it.
    AsPrinted,
    /// Something else came.
    Differs(Difference),
    /// The module does not know this command.
    NotSupported(String),
    /// The case was not played, for this reason.
    NotRun(String),
    /// The port or the server failed while the case was played.
    Failed(String),
}

/// The names of the verdicts, in JSON and in tables.
pub(super) const VERDICTS: [&str; 5] = [
    "as printed",
    "differs",
    "not supported",
    "not run",
    "failed",
];

impl Verdict {
    /// Returns the name of the verdict.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Verdict::AsPrinted => VERDICTS[0],
            Verdict::Differs(_) => VERDICTS[1],
            Verdict::NotSupported(_) => VERDICTS[2],
            Verdict::NotRun(_) => VERDICTS[3],
            Verdict::Failed(_) => VERDICTS[4],
        }
    }

    /// Returns true where the module was played at to the end, and something else came than the manual prints.
    pub(super) fn is_of_module(&self) -> bool {
        matches!(self, Verdict::Differs(_) | Verdict::NotSupported(_))
    }

    /// Returns why a case was not played to its end.
    pub(super) fn reason(&self) -> Option<String> {
        match self {
            Verdict::AsPrinted | Verdict::Differs(_) => None,
            Verdict::NotSupported(command) => Some(format!("the module does not know AT{command}")),
            Verdict::NotRun(reason) | Verdict::Failed(reason) => Some(reason.clone()),
        }
    }
}

/// The result of one case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct CaseResult {
    pub(super) name: String,
    pub(super) id: String,
    pub(super) says: String,
    pub(super) clauses: Vec<String>,
    pub(super) verdict: Verdict,
    /// The differences of earlier tries. Only a case with events is tried again.
    pub(super) earlier: Vec<Difference>,
    /// The quirks of the module that touch the case.
    pub(super) quirks: Vec<String>,
    pub(super) time: Duration,
    /// All that was heard, with addresses, times and counters put aside; what another module is compared by.
    pub(super) heard: String,
    /// The words of the other module, where it said something else.
    pub(super) other: Option<String>,
}

impl CaseResult {
    pub(super) fn new(case: &Case, verdict: Verdict) -> Self {
        CaseResult {
            name: case.name.clone(),
            id: case.id.clone(),
            says: case.says.clone(),
            clauses: case.clauses.clone(),
            verdict,
            earlier: Vec::new(),
            quirks: Vec::new(),
            time: Duration::ZERO,
            heard: String::new(),
            other: None,
        }
    }

    /// Returns true for a case that came as printed, but not in its first try.
    pub(super) fn is_unsteady(&self) -> bool {
        self.verdict == Verdict::AsPrinted && !self.earlier.is_empty()
    }
}

/// The results of a check.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Report {
    pub(super) port: String,
    pub(super) dialect: String,
    pub(super) model: String,
    pub(super) revision: String,
    /// The port that it was compared with.
    pub(super) against: Option<String>,
    /// The quirks that the module shows.
    pub(super) quirks: Vec<String>,
    pub(super) cases: Vec<CaseResult>,
}

impl Report {
    /// Returns how many cases have a verdict.
    pub(super) fn count(&self, verdict: &str) -> usize {
        let named = |case: &&CaseResult| case.verdict.name() == verdict;
        self.cases.iter().filter(named).count()
    }

    /// Returns how many cases came as printed in a later try alone.
    pub(super) fn count_unsteady(&self) -> usize {
        self.cases.iter().filter(|case| case.is_unsteady()).count()
    }

    /// Returns how many cases went another way at the other module.
    pub(super) fn count_other(&self) -> usize {
        self.cases
            .iter()
            .filter(|case| case.other.is_some())
            .count()
    }

    /// Returns the name of the module for a heading.
    pub(super) fn title(&self) -> String {
        format!("{} {}", self.model, self.revision)
            .trim()
            .to_owned()
    }

    /// Returns the report as one document.
    pub(super) fn document(&self) -> Value {
        let mut counts = serde_json::Map::new();
        for verdict in VERDICTS {
            counts.insert(verdict.replace(' ', "-"), self.count(verdict).into());
        }
        counts.insert("unsteady".into(), self.count_unsteady().into());
        json!({
            "qftp-check": 1,
            "port": self.port,
            "dialect": self.dialect,
            "model": self.model,
            "revision": self.revision,
            "against": self.against,
            "quirks": self.quirks,
            "counts": counts,
            "cases": self.cases.iter().map(case_document).collect::<Value>(),
        })
    }

    /// Reads a document that [`Report::document`] has made; `Err` says what is missing.
    pub(super) fn parse(document: &Value) -> Result<Self, String> {
        if document["qftp-check"] != 1 {
            return Err("it is not a result of qftp check --json".into());
        }
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let cases = document["cases"].as_array().ok_or("it has no cases")?;
        Ok(Report {
            port: text(&document["port"]),
            dialect: text(&document["dialect"]),
            model: text(&document["model"]),
            revision: text(&document["revision"]),
            against: document["against"].as_str().map(str::to_owned),
            quirks: texts(&document["quirks"]),
            cases: cases.iter().map(parse_case).collect::<Result<_, _>>()?,
        })
    }
}

fn case_document(case: &CaseResult) -> Value {
    let mut document = json!({
        "name": case.name,
        "id": case.id,
        "says": case.says,
        "clauses": case.clauses,
        "verdict": case.verdict.name().replace(' ', "-"),
        "reason": case.verdict.reason(),
        "quirks": case.quirks,
        "seconds": case.time.as_secs_f64(),
    });
    if let Verdict::Differs(difference) = &case.verdict {
        add_difference(&mut document, difference);
    }
    if !case.earlier.is_empty() {
        let earlier = case.earlier.iter().map(|difference| {
            let mut one = json!({});
            add_difference(&mut one, difference);
            one
        });
        document["earlier"] = earlier.collect();
    }
    if let Verdict::NotSupported(command) = &case.verdict {
        document["command"] = json!(command);
    }
    if let Some(other) = &case.other {
        document["heard"] = json!(case.heard);
        document["other"] = json!(other);
    }
    document
}

fn add_difference(document: &mut Value, difference: &Difference) {
    document["after"] = json!(difference.after);
    document["expected"] = json!(difference.expected);
    document["came"] = json!(difference.came);
    document["alike"] = json!(difference.alike);
}

fn parse_difference(document: &Value) -> Difference {
    let text = |name: &str| document[name].as_str().unwrap_or_default().to_owned();
    Difference {
        after: text("after"),
        expected: text("expected"),
        came: text("came"),
        alike: document["alike"]
            .as_u64()
            .and_then(|alike| alike.try_into().ok())
            .unwrap_or(0),
    }
}

fn texts(value: &Value) -> Vec<String> {
    let all = value.as_array().into_iter().flatten();
    all.filter_map(|one| one.as_str().map(str::to_owned))
        .collect()
}

fn parse_case(document: &Value) -> Result<CaseResult, String> {
    let text = |name: &str| document[name].as_str().unwrap_or_default().to_owned();
    let name = text("name");
    let verdict = match text("verdict").as_str() {
        "as-printed" => Verdict::AsPrinted,
        "differs" => Verdict::Differs(parse_difference(document)),
        "not-supported" => Verdict::NotSupported(text("command")),
        "not-run" => Verdict::NotRun(text("reason")),
        "failed" => Verdict::Failed(text("reason")),
        other => return Err(format!("case {name:?} has no verdict of ours: {other:?}")),
    };
    Ok(CaseResult {
        name,
        id: text("id"),
        says: text("says"),
        clauses: texts(&document["clauses"]),
        verdict,
        earlier: document["earlier"]
            .as_array()
            .into_iter()
            .flatten()
            .map(parse_difference)
            .collect(),
        quirks: texts(&document["quirks"]),
        time: Duration::try_from_secs_f64(document["seconds"].as_f64().unwrap_or(0.0))
            .unwrap_or_default(),
        heard: text("heard"),
        other: document["other"].as_str().map(str::to_owned),
    })
}

#[cfg(test)]
pub(super) fn difference() -> Difference {
    Difference {
        after: "> AT+QFTPPWD".into(),
        expected: "\\r\\n+QFTPPWD: 0,/\\r\\n".into(),
        came: "\\r\\n+QFTPPWD: 0,\"/\" <&>\\r\\n".into(),
        alike: 14,
    }
}

/// Makes a report of every verdict, for the tests of what shows one.
#[cfg(test)]
pub(super) fn sample() -> Report {
    let verdicts = [
        Verdict::AsPrinted,
        Verdict::Differs(difference()),
        Verdict::NotSupported("+QFTPMLSD".into()),
        Verdict::NotRun("it is slow".into()),
    ];
    let names = ["2.3/a", "2.4/b", "2.13/c", "2.18/d"];
    let clause = "002 §2.4";
    let case = |(name, verdict): (&&str, Verdict)| CaseResult {
        name: format!("ec2x/{name}"),
        id: format!("002/{name}"),
        says: format!("A sentence about {name}."),
        clauses: vec![clause.into()],
        verdict,
        earlier: Vec::new(),
        quirks: Vec::new(),
        time: Duration::from_millis(1500),
        heard: String::new(),
        other: None,
    };
    let mut report = Report {
        port: "/dev/ttyUSB2".into(),
        dialect: "ec2x".into(),
        model: "EC25".into(),
        revision: "EC25EFAR06A17M4G".into(),
        against: None,
        quirks: vec!["quoted-pwd".into()],
        cases: names.iter().zip(verdicts).map(case).collect(),
    };
    report.cases[1].quirks = vec!["quoted-pwd".into()];
    report
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_read_back() {
        let mut report = sample();
        report.cases[0].other = Some("ERROR".into());
        report.cases[0].heard = "OK".into();
        report.cases[0].earlier = vec![difference()];
        report.cases[3].verdict = Verdict::Failed("/dev/ttyUSB2: it is gone".into());
        let document = report.document();
        assert_eq!(document["counts"]["failed"], 1);
        assert_eq!(document["counts"]["not-supported"], 1);
        assert_eq!(document["counts"]["unsteady"], 1);
        assert_eq!(Report::parse(&document), Ok(report));
    }

    #[test]
    fn another_document_is_refused() {
        assert!(Report::parse(&json!({})).is_err());
        let wrong = json!({ "qftp-check": 1, "cases": [{ "name": "a", "verdict": "well" }] });
        let error = Report::parse(&wrong).expect_err("no verdict");
        assert!(error.contains("\"well\""), "{error}");
    }
}
