//! Checks that `core/tests/FORMAT.md` describes everything that the data files use.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use qftp_test::conversation::notation::{Line, MARKS, Mark, read};

fn tests() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests")
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder of data files") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "txt") {
            found.push(path);
        }
    }
}

/// Returns what FORMAT.md must have between backticks for a line, up to where the line's own data begins.
fn described(line: &Line) -> String {
    let mark = line.mark.as_str();
    let first = line.text.split(' ').next().unwrap_or_default();
    let number = first.starts_with(|letter: char| letter.is_ascii_digit());
    match line.mark {
        Mark::Type => "> LINE".into(),
        Mark::Answer => "< LINE".into(),
        Mark::Send | Mark::Receive => match first {
            "*" | "stuffed" => first.into(),
            _ if first.starts_with('"') => "\"text".into(),
            _ if line.text.contains(" of ") => "1000 of".into(),
            _ => "0..1000".into(),
        },
        Mark::Outcome if first.starts_with('"') => "=> \"text\"".into(),
        Mark::Outcome if number => "=> 379".into(),
        _ => format!("{mark} {first}"),
    }
}

/// Tells whether a span of code in the page begins with this.
fn describes(page: &str, what: &str) -> bool {
    let mut spans = page.split('`').skip(1).step_by(2);
    spans.any(|span| {
        span.strip_prefix(what).is_some_and(|rest| {
            !rest.starts_with(|letter: char| letter.is_ascii_alphanumeric() || letter == '-')
        })
    })
}

fn page() -> String {
    let page = fs::read_to_string(tests().join("FORMAT.md")).expect("FORMAT.md");
    // A fenced block has backticks of its own.
    page.split("```").step_by(2).collect()
}

#[test]
fn every_symbol_in_use_is_described() {
    let page = page();
    let mut paths = Vec::new();
    for folder in [
        "conversations",
        "conformance",
        "recordings",
        "ftp_conversations",
    ] {
        files(&tests().join(folder), &mut paths);
    }
    let mut missing = BTreeSet::new();
    let mut marks = BTreeSet::new();
    for path in &paths {
        let text = fs::read_to_string(path).expect("a readable file");
        for line in read(&path.display().to_string(), &text)
            .iter()
            .flat_map(|script| &script.lines)
        {
            marks.insert(line.mark.as_str());
            let what = described(line);
            if !describes(&page, &what) {
                missing.insert(what);
            }
        }
    }
    assert!(missing.is_empty(), "not in FORMAT.md: {missing:?}");
    let all: BTreeSet<&str> = MARKS.iter().map(|(mark, _)| *mark).collect();
    assert_eq!(marks, all, "a symbol that no file uses");
}

#[test]
fn a_description_is_a_span_that_begins_with_it() {
    assert!(describes("a `! wait 0.4` b", "! wait"));
    assert!(describes("| `! abort` |", "! abort"));
    assert!(!describes("| `! data-closed` |", "! data"));
    assert!(!describes("! abort", "! abort"));
}
