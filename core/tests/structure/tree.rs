//! Keeps the tree of files in ARCHITECTURE.md: each file with the first sentence of its own documentation.
//!
//! `UPDATE=1 cargo test -p qftp --test structure tree` writes it anew.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::{CRATES, repository};

const BEGIN: &str =
    "<!-- tree: made by `UPDATE=1 cargo test -p qftp --test structure tree` -->\n```text\n";
const END: &str = "```\n<!-- end of tree -->\n";
/// Longest line of the tree.
const WIDTH: usize = 118;

/// Returns the first sentence of a file's `//!` documentation, without its end.
fn first_sentence(path: &Path) -> String {
    let text = fs::read_to_string(path).expect("a source file");
    let lines = text.lines().map_while(|line| line.strip_prefix("//!"));
    let paragraph: Vec<&str> = lines
        .map(str::trim)
        .take_while(|line| !line.is_empty())
        .collect();
    let paragraph = paragraph.join(" ");
    let end = paragraph.find(". ").unwrap_or(paragraph.len());
    let sentence = paragraph[..end].trim_end_matches('.');
    assert!(
        !sentence.is_empty(),
        "{} has no documentation",
        path.display()
    );
    sentence.replace("[`", "`").replace("`]", "`")
}

fn add(tree: &mut String, folder: &Path, depth: usize) {
    let mut names: Vec<_> = fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    // A file stands before the folder of the same name.
    names.sort_by_key(|path| (path.with_extension(""), path.is_dir()));
    for path in names {
        let name = path
            .file_name()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        if path.is_dir() {
            if path.with_extension("rs").exists() {
                add(tree, &path, depth + 1);
            } else {
                writeln!(tree, "{:indent$}{name}/", "", indent = 2 * depth).expect("a line");
                add(tree, &path, depth + 1);
            }
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let start = format!("{:indent$}{name}", "", indent = 2 * depth);
            let mut line = format!("{start:<30} {}", first_sentence(&path));
            if line.chars().count() > WIDTH {
                line = line.chars().take(WIDTH - 3).collect::<String>() + "...";
            }
            writeln!(tree, "{}", line.trim_end()).expect("a line");
        }
    }
}

#[test]
fn the_tree_in_architecture_is_that_of_the_sources() {
    let mut tree = String::new();
    for src in CRATES {
        writeln!(tree, "{src}/").expect("a line");
        add(&mut tree, &repository().join(src), 1);
    }
    let path = repository().join("ARCHITECTURE.md");
    let text = fs::read_to_string(&path).expect("ARCHITECTURE.md");
    let (before, rest) = text.split_once(BEGIN).expect("the tree's begin");
    let (committed, after) = rest.split_once(END).expect("the tree's end");
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, [before, BEGIN, &tree, END, after].concat()).expect("written");
        return;
    }
    let differs = tree
        .lines()
        .zip(committed.lines())
        .find(|(now, then)| now != then);
    assert!(
        tree == committed,
        "ARCHITECTURE.md, first at {differs:?}: run UPDATE=1 cargo test -p qftp --test structure tree"
    );
}
