//! Steps of docs/recipes.md that no other test would miss.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use qftp::codes;

/// What says which codes there are.
const PROSE: &[&str] = &[
    "README.md",
    "CONTRIBUTING.md",
    "ARCHITECTURE.md",
    "docs",
    "include",
    "core/src",
    "cli/src",
    "ffi",
    "python/qftp",
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Adds the texts of a file, or of all files in a folder.
fn read(path: &Path, texts: &mut Vec<(PathBuf, String)>) {
    if path.is_dir() {
        for entry in std::fs::read_dir(path).expect("a folder") {
            read(&entry.expect("an entry").path(), texts);
        }
    } else if let Ok(text) = std::fs::read_to_string(path) {
        texts.push((path.to_owned(), text));
    }
}

#[test]
fn texts_name_the_last_code() {
    let last = codes::FTP.last().expect("a code").number.to_string();
    let mut texts = Vec::new();
    for path in PROSE {
        read(&root().join(path), &mut texts);
    }
    let (mut count, mut wrong) = (0, BTreeSet::new());
    for (path, text) in &texts {
        for (at, range) in text.match_indices("601 to ") {
            count += 1;
            if !text[at + range.len()..].starts_with(&last) {
                wrong.insert(path);
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "these name other codes than 601 to {last}: {wrong:#?}"
    );
    assert!(count > 10, "only {count} texts name the codes");
}

#[cfg(all(unix, feature = "emulator"))]
#[test]
fn every_fault_has_a_test() {
    use qftp::emulator::fault::FAULTS;

    let tests = include_str!("../emulator_faults.rs");
    let tests: BTreeSet<_> = tests.lines().map(str::trim_start).collect();
    for known in FAULTS {
        let name = known.name.replace('-', "_");
        let starts = |line: &&str| line.starts_with(&format!("fn {name}"));
        assert!(
            tests.iter().any(starts),
            "core/tests/emulator_faults.rs has no test {name} for the fault {}",
            known.name
        );
    }
}

#[cfg(all(unix, feature = "emulator"))]
#[test]
fn every_action_of_a_fault_plan_has_a_test_and_a_line() {
    use qftp::emulator::fault_plan::{FAULT_ACTIONS, FaultRule, action_names};

    let page = std::fs::read_to_string(root().join("docs/emulate.md")).expect("a page");
    for name in action_names() {
        let line = format!("\n| `{name}` |");
        assert!(
            page.contains(&line),
            "docs/emulate.md has no line for {name}"
        );
    }
    let tests = include_str!("../emulator_fault_plan.rs");
    for known in FAULT_ACTIONS {
        let rule = format!("\"{}", known.name);
        assert!(
            tests.contains(&rule),
            "no test has a rule with {}",
            known.name
        );
        assert!(
            page.contains(known.example),
            "docs/emulate.md lacks {}",
            known.example
        );
        known.example.parse::<FaultRule>().expect(known.example);
    }
}

#[test]
fn every_operation_of_the_client_is_there_in_c_and_python() {
    let text = |path: &str| std::fs::read_to_string(root().join(path)).expect(path);
    let rust = text("core/src/client/commands.rs");
    let (c, python) = (text("ffi/symbols.txt"), text("python/qftp/_native.pyi"));
    let mut count = 0;
    for method in rust.split("    pub fn ").skip(1) {
        let name = method.split_once('(').expect("parameters").0;
        let symbol = format!("qftp_client_{name}");
        assert!(
            c.lines().any(|line| line == symbol),
            "ffi/src/client has no {symbol}, or ffi/symbols.txt is not written anew"
        );
        assert!(
            python.contains(&format!("def {name}(")),
            "python/qftp/_native.pyi has no {name}"
        );
        count += 1;
    }
    assert!(count > 10, "only {count} operations found");
}
