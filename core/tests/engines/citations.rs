//! Checks that every citation in the tree resolves: what it names is in docs/bibliography.md or under docs/spec.
//!
//! A citation is the name of a document and the number of a section, or a list of them: a manual (`002 §2.5`,
//! `002 section 2.5`), a note (`FIELD 1.5, 1.6`, `DIALECTS "Data mode"`), an RFC, a 3GPP specification. A bare `§2.6`
//! belongs to the document last cited in its file. A path to a file under docs must exist.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

const FOLDERS: &[&str] = &[
    "core", "cli", "ffi", "python", "examples", "include", "docs", "fuzz", "scripts",
];
const SKIPPED: &[&str] = &[
    "target",
    ".cache",
    ".git",
    ".venv",
    "node_modules",
    "__pycache__",
];
const ENDINGS: &[&str] = &[
    "rs", "py", "pyi", "md", "txt", "h", "c", "toml", "ipynb", "sh",
];

const MANUALS: &[&str] = &["000", "001", "002", "003", "004"];
/// The notes: what citations call them, and the file under docs/spec.
const NOTES: &[(&str, &str)] = &[
    ("COMMON", "common.md"),
    ("DIALECTS", "dialects.md"),
    ("FIELD", "field.md"),
    ("PEERS", "peers.md"),
    ("SERVERS", "servers.md"),
];

#[test]
fn every_citation_resolves() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let library = Library::read(&root.join("docs"));
    let (mut count, mut wrong) = (0, Vec::new());
    for file in files(&root) {
        let text = fs::read(&file).unwrap_or_default();
        let text = String::from_utf8_lossy(&text);
        let name = file.strip_prefix(&root).unwrap();
        for citation in citations(&text) {
            count += 1;
            if !library.has(&citation) {
                let (line, what) = (citation.line, citation.to_string());
                wrong.push(format!("{}:{line}: {what}", name.display()));
            }
        }
        for (line, path) in paths(&text) {
            let places = [
                root.join(path),
                root.join("docs").join(path),
                root.join("docs/dialects").join(path), // which a test writes
                file.with_file_name(path),
            ];
            if !places.iter().any(|place| place.exists()) {
                wrong.push(format!("{}:{line}: {path} does not exist", name.display()));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "citations that do not resolve:\n{}",
        wrong.join("\n")
    );
    assert!(
        count > 400,
        "only {count} citations found: are all forms of them known here?"
    );
}

#[test]
fn every_form_is_found() {
    let cases: &[(&str, &[&str])] = &[
        ("(002 §2.5).", &["002 2.5"]),
        ("000 §4 and §5, 002 §5", &["000 4", "000 5", "002 5"]),
        ("000, 002 and 004 §2.1;", &["000 2.1", "002 2.1", "004 2.1"]),
        (
            "/// (003 §1.2.15,\n/// §1.2.16)",
            &["003 1.2.15", "003 1.2.16"],
        ),
        ("002 section 2.1, 003 1.2.21", &["002 2.1", "003 1.2.21"]),
        (
            "FIELD 1.5, 1.6 and 3; 5 of them",
            &["FIELD 1.5", "FIELD 1.6", "FIELD 3"],
        ),
        ("FIELD 3, code 606", &["FIELD 3"]),
        ("COMMON 0.1 to 0.3.", &["COMMON 0.1", "COMMON 0.3"]),
        (
            "DIALECTS \"Data mode\", \"Errors\"",
            &["DIALECTS Data mode", "DIALECTS Errors"],
        ),
        (
            "RFC 4217 §8, §9",
            &["RFC 4217 ", "RFC 4217 8", "RFC 4217 9"],
        ),
        ("(27.007 section 7.2)", &["27.007 ", "27.007 7.2"]),
        (".of(\"FILE §2\").executed()", &["FILE 2"]),
        ("64,000 bytes, 001 at most", &[]),
    ];
    for (text, expected) in cases {
        let found: Vec<_> = citations(text).iter().map(ToString::to_string).collect();
        assert_eq!(found, *expected, "{text}");
    }
}

struct Citation {
    line: usize,
    document: String,
    /// A number, or words of DIALECTS; empty where the document is cited as a whole.
    section: String,
}

impl fmt::Display for Citation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.document, self.section)
    }
}

/// Returns the citations in a text, in their order.
fn citations(text: &str) -> Vec<Citation> {
    let words: Vec<(usize, &str)> = words(text).collect();
    let mut found = Vec::new();
    let mut cite = |line, document: &str, section: &str| {
        let (document, section) = (document.into(), section.into());
        found.push(Citation {
            line,
            document,
            section,
        });
    };
    // The documents named just now, what a bare § belongs to, and the note whose list of numbers may go on.
    let (mut named, mut cited) = (Vec::new(), vec![String::from("(no document)")]);
    let mut note = None;
    let mut before = "";
    for (at, &(line, raw)) in words.iter().enumerate() {
        let word = bare(raw);
        let goes_on = raw.ends_with(',') || words.get(at + 1).is_some_and(|(_, next)| joins(next));
        if let Some(document) = document(before, word) {
            if is_whole(&document) {
                cite(line, &document, "");
            }
            note = is_note(&document).then(|| document.clone());
            named.push(document);
        } else if let (Some(number), Some(document)) = (number(word), &note) {
            cite(line, document, number);
            named.clear();
            note = note.filter(|_| goes_on);
        } else if let Some(number) = number(word).filter(|number| {
            let plain = before == "section" || number.contains('.');
            word.starts_with('§') || !named.is_empty() && plain
        }) {
            if !named.is_empty() {
                cited = std::mem::take(&mut named);
            }
            for document in &cited {
                cite(line, document, number);
            }
        } else if !joins(word) && !matches!(word, "section" | "RFC") {
            named.clear();
            note = None;
        }
        if matches!(raw.trim_start_matches('('), "DIALECTS" | "DIALECTS,") {
            for (line, title) in quoted(&words[at + 1..]) {
                cite(line, "DIALECTS", &title);
            }
        }
        before = word;
    }
    found
}

/// Splits a text into words with their line numbers, without the marks that begin a comment.
fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().enumerate().flat_map(|(line, text)| {
        let words = text
            .split_whitespace()
            .filter(|word| !matches!(*word, "//" | "///" | "//!" | "*" | "#"));
        words.map(move |word| (line + 1, word))
    })
}

/// Returns a word without the marks around it: `002` of `.from("002`, `§2.5` of `§2.5").executed()`.
fn bare(word: &str) -> &str {
    let is_mark = |c: char| !c.is_alphanumeric() && c != '§';
    let word = word.rsplit_once("(\"").map_or(word, |(_, word)| word);
    let word = word.trim_start_matches(is_mark);
    let end = word.find(['"', ')']).unwrap_or(word.len());
    word[..end].trim_end_matches(is_mark)
}

/// Returns whether a word joins the numbers of a list.
fn joins(word: &str) -> bool {
    matches!(word, "and" | "to" | "or")
}

/// Returns the number of a section, `2.5` of `§2.5`.
fn number(word: &str) -> Option<&str> {
    let number = word.trim_start_matches('§');
    let digits = number.chars().all(|c| c.is_ascii_digit() || c == '.');
    (digits && number.starts_with(|c: char| c.is_ascii_digit())).then_some(number)
}

/// Returns whether a document is a note: its sections are numbers without §.
fn is_note(document: &str) -> bool {
    NOTES.iter().any(|(note, _)| *note == document)
}

/// Returns whether a document may be cited without a section.
fn is_whole(document: &str) -> bool {
    document.starts_with("RFC ")
        || document.starts_with("27.")
        || document == "V.250"
        || is_transcript(document)
}

/// Returns whether a word is the key of a transcript: `T05`.
fn is_transcript(word: &str) -> bool {
    word.len() == 3
        && word
            .strip_prefix('T')
            .is_some_and(|key| number(key).is_some())
}

/// Returns the document that a word names, given the word before it.
fn document(before: &str, word: &str) -> Option<String> {
    match word {
        _ if before == "RFC" && number(word).is_some() => Some(format!("RFC {word}")),
        "27.005" | "27.007" | "V.250" | "FILE" | "SSL" => Some(word.into()),
        "TCP(IP" => Some("TCP(IP)".into()),
        _ => (MANUALS.contains(&word) || is_note(word) || is_transcript(word)).then(|| word.into()),
    }
}

/// Returns the titles in quotes at the start of some words: `"Errors", "Data mode"`.
fn quoted(words: &[(usize, &str)]) -> Vec<(usize, String)> {
    let mut titles = Vec::new();
    let mut words = words.iter();
    while let Some(&(line, first)) = words.next().filter(|(_, word)| word.starts_with('"')) {
        let (mut title, mut last) = (String::from(first), first);
        while title.matches('"').count() < 2 {
            let Some((_, next)) = words.next() else { break };
            (title, last) = (format!("{title} {next}"), next);
        }
        titles.push((line, title.split('"').nth(1).unwrap_or_default().into()));
        if !last.ends_with(',') {
            break;
        }
    }
    titles
}

/// Returns the paths to documents in a text.
fn paths(text: &str) -> impl Iterator<Item = (usize, &str)> {
    words(text).flat_map(|(line, word)| {
        let pieces = word.split(|c: char| "()[]<>\"'`,;:#".contains(c));
        let paths = pieces.filter(|piece| {
            let rooted = piece.starts_with("docs/")
                || piece.starts_with("spec/")
                || piece.starts_with("../");
            rooted
                && Path::new(piece)
                    .extension()
                    .is_some_and(|ending| ending == "md")
        });
        paths.map(move |path| (line, path))
    })
}

/// What may be cited.
struct Library {
    /// By document: the numbers and titles of its sections, and the first cells of the rows of its tables.
    sections: BTreeMap<String, BTreeSet<String>>,
    /// The cells of the tables of the bibliography.
    keys: BTreeSet<String>,
}

impl Library {
    fn read(docs: &Path) -> Self {
        let read = |name: &str| fs::read_to_string(docs.join(name)).unwrap();
        let mut sections = BTreeMap::new();
        for (note, file) in NOTES {
            sections.insert(
                String::from(*note),
                section_names(&read(&format!("spec/{file}"))),
            );
        }
        for manual in read("spec/manuals.md").split("\n## ").skip(1) {
            sections.insert(manual[..3].into(), section_names(manual));
        }
        let keys = read("bibliography.md")
            .lines()
            .flat_map(cells)
            .map(String::from)
            .collect();
        Self { sections, keys }
    }

    fn has(&self, citation: &Citation) -> bool {
        match self.sections.get(&citation.document) {
            Some(sections) => sections.contains(&citation.section),
            None => self.keys.contains(&citation.document),
        }
    }
}

/// Returns what sections are called: `1.2` and `Data mode` of headings, the first cells of rows.
fn section_names(text: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for line in text.lines() {
        if line.starts_with('#') {
            let title = line.trim_start_matches('#').trim();
            names.insert(title.into());
            names.extend(
                title
                    .split(' ')
                    .next()
                    .map(|number| number.trim_end_matches('.').into()),
            );
        }
        names.extend(cells(line).next().map(String::from));
    }
    names
}

fn cells(line: &str) -> impl Iterator<Item = &str> {
    line.strip_prefix('|')
        .into_iter()
        .flat_map(|row| row.split('|'))
        .map(str::trim)
}

/// Returns the text files of the tree.
fn files(root: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders: Vec<PathBuf> = FOLDERS.iter().map(|folder| root.join(folder)).collect();
    found.extend(entries(root).into_iter().filter(|path| path.is_file()));
    while let Some(folder) = folders.pop() {
        for path in entries(&folder) {
            let skipped = path
                .file_name()
                .is_some_and(|name| SKIPPED.iter().any(|skipped| name == *skipped));
            if path.is_dir() && !path.is_symlink() && !skipped {
                folders.push(path);
            } else if path.is_file() {
                found.push(path);
            }
        }
    }
    // The samples in this file are no citations.
    found.retain(|path| !path.ends_with("core/tests/engines/citations.rs"));
    found.retain(|path| {
        path.extension()
            .is_some_and(|ending| ENDINGS.iter().any(|known| ending == *known))
    });
    found.sort();
    found
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    entries.map(|entry| entry.unwrap().path()).collect()
}
