//! Fault plans as TOML: each rule is a table, with its action and the keys of its line.
//!
//! ```toml
//! seed = 7
//!
//! [[fault]]
//! action = "drop-data"
//! after = 5000
//! on = "+QFTPPUT"
//! ```

use std::fs;
use std::path::Path;

use toml::de::{DeTable, DeValue};

use super::FaultPlan;
use super::rule::{FaultPlanError, FaultRule};
use super::words::{RuleWords, quoted, unescaped};

impl FaultPlan {
    /// Reads the document of a file, as [`FaultPlan::from_toml`] does.
    ///
    /// # Errors
    ///
    /// [`FaultPlanError`] names the file that cannot be read, or is not a document of rules.
    pub fn read(path: &Path) -> Result<Self, FaultPlanError> {
        let named = |reason: String| FaultPlanError::Document {
            reason: format!("{}: {reason}", path.display()),
        };
        let text = fs::read_to_string(path).map_err(|error| named(error.to_string()))?;
        FaultPlan::from_toml(&text).map_err(|error| match error {
            FaultPlanError::Document { reason } => named(reason),
            error => error,
        })
    }

    /// Parses a document: `seed`, and a table `[[fault]]` for each rule, with `action` and the keys of its line.
    ///
    /// # Errors
    ///
    /// [`FaultPlanError`] says which line or which rule is wrong.
    pub fn from_toml(text: &str) -> Result<Self, FaultPlanError> {
        let document = |reason: String| FaultPlanError::Document { reason };
        let table = DeTable::parse(text).map_err(|error| document(place(text, &error)))?;
        let mut plan = FaultPlan::default();
        for (key, value) in table.get_ref() {
            match (key.get_ref().as_ref(), value.get_ref()) {
                ("seed", value) => {
                    let seed = plain(value).and_then(|seed| seed.parse().ok());
                    let seed = seed.filter(|_| value.is_integer());
                    plan.seed =
                        seed.ok_or_else(|| document("seed: give a number, 0 or more".into()))?;
                }
                ("fault", DeValue::Array(rules)) => {
                    for rule in rules {
                        plan.rules.push(rule_of(rule.get_ref())?);
                    }
                }
                (key, _) => {
                    let reason = format!("unknown key {key:?}: there are seed and [[fault]]");
                    return Err(document(reason));
                }
            }
        }
        Ok(plan)
    }
}

/// Returns the message of a parser in front of the line that it is about.
fn place(text: &str, error: &toml::de::Error) -> String {
    let start = error.span().map_or(0, |span| span.start);
    let before = text.get(..start).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    format!("line {line}: {}", error.message())
}

/// Reads one table.
fn rule_of(value: &DeValue<'_>) -> Result<FaultRule, FaultPlanError> {
    let wrong = |reason: String| FaultPlanError::Rule {
        rule: shown(value),
        reason,
    };
    let table = value
        .as_table()
        .ok_or_else(|| wrong("write [[fault]] in front of each rule".into()))?;
    let action = table
        .get("action")
        .and_then(|action| action.get_ref().as_str());
    let action = action.ok_or_else(|| wrong("it needs action, the name of one".into()))?;
    let mut words = RuleWords::new(action);
    for (key, value) in table {
        let (key, value) = (key.get_ref().as_ref(), value.get_ref());
        if key == "action" {
            continue;
        }
        let bytes = match (value.as_str(), plain(value)) {
            (Some(text), _) => unescaped(text).map_err(wrong)?,
            (None, Some(number)) => number.into_bytes(),
            (None, None) => return Err(wrong(format!("{key}: give a text or a number"))),
        };
        words.add(key, bytes).map_err(wrong)?;
    }
    FaultRule::from_words(words).map_err(wrong)
}

/// Returns a number as it stands in a rule of one line.
fn plain(value: &DeValue<'_>) -> Option<String> {
    if let Some(number) = value.as_integer() {
        let number = u64::from_str_radix(number.as_str(), number.radix());
        return number.ok().map(|number| number.to_string());
    }
    value.as_float().map(|number| number.as_str().to_owned())
}

/// Returns a table as a rule of one line, for an error.
fn shown(value: &DeValue<'_>) -> String {
    let Some(table) = value.as_table() else {
        return String::new();
    };
    let action = table
        .get("action")
        .and_then(|action| action.get_ref().as_str());
    let mut line = action.unwrap_or_default().to_owned();
    for (key, value) in table {
        let (key, value) = (key.get_ref().as_ref(), value.get_ref());
        if key != "action" {
            let text = value.as_str().map(|text| quoted(text.as_bytes()));
            let text = text
                .or_else(|| plain(value))
                .unwrap_or_else(|| "...".into());
            line = format!("{line} {key}={text}");
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_says_the_same_as_lines() {
        let text = r#"
            seed = 7
            [[fault]]
            action = "drop-data" # behind a comment
            after = 5000
            on = "+QFTPPUT"
            count = "all"
            toxicity = 0.5
            [[fault]]
            action = "insert"
            text = "\r\nRING \\xff\r\n"
        "#;
        let mut plan: FaultPlan = "drop-data after=5000 on=+QFTPPUT count=all toxicity=0.5\n\
                                   insert text=\"\\r\\nRING \\xff\\r\\n\""
            .parse()
            .expect("a plan");
        plan.seed = 7;
        assert_eq!(FaultPlan::from_toml(text), Ok(plan));
        assert_eq!(FaultPlan::from_toml(""), Ok(FaultPlan::default()));
    }

    #[test]
    fn a_file_is_named_in_its_error() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("plan.toml");
        let error = FaultPlan::read(&path).expect_err("no file").to_string();
        let start = format!("the fault plan cannot be read: {}: ", path.display());
        assert!(error.starts_with(&start), "{error}");
        fs::write(&path, "seed = 5\nfault = 1\n[").expect("written");
        let error = FaultPlan::read(&path).expect_err("no TOML").to_string();
        assert!(error.starts_with(&format!("{start}line 3: ")), "{error}");
        fs::write(&path, "seed = 5").expect("written");
        assert_eq!(FaultPlan::read(&path).map(|plan| plan.seed), Ok(5));
    }

    #[test]
    fn mistakes_are_named() {
        for (text, reason) in [
            (
                "seed = 1\nseed = 2",
                "the fault plan cannot be read: line 2: ",
            ),
            (
                "seed = -1",
                "the fault plan cannot be read: seed: give a number, 0 or more",
            ),
            (
                "seed = \"x\"",
                "the fault plan cannot be read: seed: give a number, 0 or more",
            ),
            (
                "rules = 1",
                "the fault plan cannot be read: unknown key \"rules\": there are seed and [[fault]]",
            ),
            (
                "fault = [1]",
                "fault rule \"\": write [[fault]] in front of each rule",
            ),
            (
                "[[fault]]\nafter = 1",
                "fault rule \" after=1\": it needs action, the name of one",
            ),
            (
                "[[fault]]\naction = \"lose\"\nbyte = 1",
                "fault rule \"lose byte=1\": unknown word \"byte\": lose takes ",
            ),
            (
                "[[fault]]\naction = \"lose\"\nbytes = true",
                "fault rule \"lose bytes=...\": bytes: give a text or a number",
            ),
            (
                "[[fault]]\naction = \"insert\"\ntext = '\\q'",
                "fault rule \"insert text=\\\"\\\\\\\\q\\\"\": a backslash stands",
            ),
        ] {
            let error = FaultPlan::from_toml(text).expect_err(text).to_string();
            assert!(error.starts_with(reason), "{error}");
        }
    }
}
