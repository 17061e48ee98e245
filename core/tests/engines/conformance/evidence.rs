//! What shows a statement: its own example, conversations of other files, tests by name.

use std::path::PathBuf;

use qftp_test::conformance::{Statement, named};

use super::root;

/// Where rulings stand.
pub(super) const RULINGS: &str = "docs/spec/dialects.md";

/// Returns what is wrong with the evidence for a statement, and with its rulings.
pub(super) fn problems(statement: &Statement) -> Vec<String> {
    let mut problems = Vec::new();
    if !statement.has_evidence() {
        problems.push("nothing shows it".to_owned());
    }
    for name in &statement.conversations {
        if named(name).is_none() {
            problems.push(format!("no conversation {name}"));
        }
    }
    for test in &statement.tests {
        if source(test).is_none() {
            problems.push(format!("no test {test}"));
        }
    }
    if statement.tests.is_empty() {
        let shown: Vec<&str> = statement
            .conversations()
            .iter()
            .map(|(dialect, _)| dialect.name)
            .collect();
        let missing = statement.dialects().into_iter().map(|dialect| dialect.name);
        let missing = missing.filter(|name| !shown.contains(name));
        problems.extend(missing.map(|name| format!("nothing shows it in {name}")));
    }
    for (heading, words) in &statement.rulings {
        if !rules(heading, words.as_deref()) {
            problems.push(format!("no ruling {heading}: {words:?}"));
        }
    }
    problems
}

/// Returns whether a section of the rulings has these words in one of its paragraphs or rows.
fn rules(heading: &str, words: Option<&str>) -> bool {
    let text = std::fs::read_to_string(root().join(RULINGS)).expect("the rulings");
    let mut sections = text.split("\n## ").skip(1);
    sections.any(|section| {
        let (title, rest) = section.split_once('\n').unwrap_or((section, ""));
        let rest: Vec<&str> = rest.split_whitespace().collect();
        let rest = rest.join(" ");
        title == heading && words.is_none_or(|words| rest.contains(words))
    })
}

/// Finds the source file of a test by its name, `engines::module_urcs::a_name`; `lib` is the library's own tests.
pub(super) fn source(test: &str) -> Option<PathBuf> {
    let mut path: Vec<&str> = test.split("::").collect();
    let function = path.pop()?;
    let folder = match path.first() {
        Some(&"lib") => {
            path.remove(0);
            path.retain(|module| *module != "tests");
            "core/src"
        }
        _ => "core/tests",
    };
    let module = PathBuf::from(folder).join(path.join("/"));
    let places = [module.with_extension("rs"), module.join("main.rs")];
    let file = places
        .into_iter()
        .find(|file| root().join(file).is_file())?;
    let code = std::fs::read_to_string(root().join(&file)).ok()?;
    let declared = format!("fn {function}(");
    let (before, _) = code.split_once(&declared)?;
    let attributes = before.rsplit("\n\n").next()?;
    attributes.contains("#[test]").then_some(file)
}

#[test]
fn a_test_is_found_by_its_name_alone() {
    let found = |test: &str| source(test).map(|path| path.display().to_string());
    let here = "core/tests/engines/conformance/evidence.rs";
    let name = "engines::conformance::evidence::a_test_is_found_by_its_name_alone";
    assert_eq!(found(name).as_deref(), Some(here));
    assert!(found("lib::codes::tests::replies_map_as_the_manuals_pair_them").is_some());
    // A helper, no such function, no such file.
    assert_eq!(found("engines::conformance::evidence::problems"), None);
    assert_eq!(found("engines::conformance::evidence::a_test"), None);
    assert_eq!(found("engines::no_such_module::a_test"), None);
}

#[test]
fn a_ruling_is_found_by_its_heading_and_words() {
    assert!(rules("Errors", None) && rules("Errors", Some("These codes stand for a reply")));
    assert!(!rules("Errors", Some("no such words")) && !rules("No such heading", None));
}
