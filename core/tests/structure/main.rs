//! Holds the sources to the rules of ARCHITECTURE.md: no circle of files, a type's name once, engines without sockets,
//! files and clocks, no comparison with a family or a dialect outside the folders for it, and plain English.

mod english;
mod imports;
mod tree;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use petgraph::algo::tarjan_scc;
use petgraph::graphmap::DiGraphMap;

use imports::{Crate, ModulePath};

/// The folders of Rust sources, below the repository.
const CRATES: [&str; 9] = [
    "core/src",
    "ffi/shared/src",
    "ffi/engine/src",
    "ffi/src",
    "ffi/emulator/src",
    "ffi/core/src",
    "cli/src",
    "python/src",
    "fuzz/src",
];

/// The one of them that is a test: it may know what a family cannot do.
const FUZZ: &str = "fuzz/src";

/// What reads no clock and opens nothing.
const ENGINES: [&str; 11] = [
    "at", "codes", "dialect", "exchange", "framing", "host", "module", "ftp", "transfer",
    "checksum", "calendar",
];

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn name(module: &ModulePath) -> String {
    if module.is_empty() {
        "lib".to_owned()
    } else {
        module.join("/")
    }
}

#[test]
fn no_files_import_each_other_in_a_circle() {
    let mut circles = Vec::new();
    for src in CRATES {
        let read = Crate::read(&repository().join(src));
        let imports = read.imports();
        let graph: DiGraphMap<&ModulePath, ()> =
            imports.iter().map(|(from, to)| (from, to)).collect();
        for circle in tarjan_scc(&graph)
            .into_iter()
            .filter(|circle| circle.len() > 1)
        {
            let ties = imports
                .iter()
                .filter(|(from, to)| circle.contains(&from) && circle.contains(&to));
            let ties: Vec<String> = ties
                .map(|(from, to)| format!("{} -> {}", name(from), name(to)))
                .collect();
            circles.push(format!("{src}: {}", ties.join(", ")));
        }
    }
    assert!(
        circles.is_empty(),
        "{} circles:\n{}",
        circles.len(),
        circles.join("\n")
    );
}

#[test]
fn a_types_name_stands_once_in_core() {
    let read = Crate::read(&repository().join("core/src"));
    let mut places: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (module, file) in &read.files {
        // A name may stand twice in a file, for two platforms.
        for name in file.types.iter().collect::<BTreeSet<_>>() {
            places.entry(name).or_default().push(self::name(module));
        }
    }
    places.retain(|_, places| places.len() > 1);
    assert!(
        places.is_empty(),
        "{} names stand more than once: {places:#?}",
        places.len()
    );
}

#[test]
fn families_and_dialects_are_not_asked_for_outside_their_folders() {
    let mut asked = Vec::new();
    for src in CRATES.into_iter().filter(|src| *src != FUZZ) {
        for (module, file) in Crate::read(&repository().join(src)).files {
            let own = module
                .iter()
                .any(|part| part == "dialect" || part == "family");
            if own {
                continue;
            }
            for (line, number) in code_lines(&file.path).into_iter().zip(1..) {
                let named = line
                    .match_indices("Family::")
                    .any(|(at, _)| !line[..at].ends_with(|before: char| before.is_alphanumeric()));
                let questions = [".family ==", ".family !=", ".name ==", ".name() =="];
                let compared = questions.iter().any(|question| {
                    line.contains(&format!("dialect{question}"))
                        || line.contains(&format!("dialect(){question}"))
                });
                if named || compared {
                    asked.push(format!("{}:{number}: {}", file.path.display(), line.trim()));
                }
            }
        }
    }
    assert!(
        asked.is_empty(),
        "{} places:\n{}",
        asked.len(),
        asked.join("\n")
    );
}

#[test]
fn engines_have_no_socket_no_file_and_no_clock() {
    let mut found = Vec::new();
    for (module, file) in Crate::read(&repository().join("core/src")).files {
        if !module
            .first()
            .is_some_and(|first| ENGINES.contains(&first.as_str()))
        {
            continue;
        }
        for (line, number) in code_lines(&file.path).into_iter().zip(1..) {
            if line.contains("std::") || line.contains("rustix::") || line.contains("mio::") {
                found.push(format!("{}:{number}: {}", file.path.display(), line.trim()));
            }
        }
    }
    assert!(
        found.is_empty(),
        "{} places:\n{}",
        found.len(),
        found.join("\n")
    );
}

#[test]
fn files_are_named_for_an_idea_and_not_too_long() {
    let mut wrong = Vec::new();
    for src in CRATES {
        for (module, file) in Crate::read(&repository().join(src)).files {
            let lines = fs::read_to_string(&file.path)
                .expect("a source file")
                .lines()
                .count();
            let last = module.last().map_or("", String::as_str);
            if lines > 500 || ["util", "utils", "helper", "helpers", "misc"].contains(&last) {
                wrong.push(format!("{}: {lines} lines", file.path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_public_module_has_its_promise() {
    let text = fs::read_to_string(repository().join("core/src/lib.rs")).expect("lib.rs");
    let (_, table) = text
        .split_once("//! # What is promised\n")
        .expect("the table");
    let parsed = syn::parse_file(&text).expect("lib.rs");
    let missing: Vec<String> = parsed
        .items
        .iter()
        .filter_map(|item| match item {
            syn::Item::Mod(item) if matches!(item.vis, syn::Visibility::Public(_)) => {
                Some(item.ident.to_string())
            }
            _ => None,
        })
        .filter(|module| {
            let linked = format!("[`{module}`]");
            let named = format!("| `{module}` |");
            !table.contains(&linked) && !table.contains(&named)
        })
        .collect();
    assert!(missing.is_empty(), "without a promise: {missing:?}");
}

/// Returns the lines of a file up to its unit tests, comments emptied.
fn code_lines(path: &Path) -> Vec<String> {
    let text = fs::read_to_string(path).expect("a source file");
    let code = text
        .split("\n#[cfg(test)]\nmod tests")
        .next()
        .unwrap_or_default();
    let without_comment = |line: &str| line.split("//").next().unwrap_or_default().to_owned();
    code.lines().map(without_comment).collect()
}
