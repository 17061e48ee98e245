//! Conversations between a host and a module as text that reads like a terminal, and what plays them.
//!
//! [`qftp_conformance::conversation`] has them, and reads them; here stands what the tests alone do with them.
//!
//! [`play::play`] types a conversation at anything that is a [`play::Terminal`]; [`replay::replay`] plays the module's
//! side of it to the host engine; [`records`] makes records of conversations, and back.

pub mod play;
pub mod records;
pub mod replay;

use std::path::{Path, PathBuf};

use qftp::dialect::{self, Dialect};

use parse::conversations;
pub use qftp_conformance::conversation::*;

/// Reads the conversations of every dialect: folder `conversations/<dialect>`, or that of a dialect of the same manual.
pub fn of_dialects() -> Vec<(&'static Dialect, Vec<Conversation>)> {
    let all = dialect::ALL.iter();
    all.filter_map(|dialect| Some((*dialect, folder(home(dialect)?))))
        .collect()
}

/// Finds the folder with the conversations of a dialect.
fn home(dialect: &Dialect) -> Option<&'static str> {
    let alike = |other: &&&Dialect| other.manual == dialect.manual;
    let alike = dialect::ALL.iter().filter(alike).map(|other| other.name);
    let mut names = std::iter::once(dialect.name).chain(alike);
    names.find(|name| place("conversations", name).is_dir())
}

fn place(of: &str, name: &str) -> PathBuf {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../core/tests");
    tests.join(of).join(name)
}

/// Reads the examples of the manuals that the LTE dialects are about.
pub fn examples() -> Vec<(&'static Dialect, Vec<Conversation>)> {
    let mut all = of_dialects();
    all.retain(|(dialect, _)| dialect.family == dialect::Family::Lte);
    all
}

/// Reads every conversation of a folder of `conversations`.
pub fn folder(name: &str) -> Vec<Conversation> {
    files("conversations", name)
}

/// Reads every conversation of a folder in a folder of tests.
pub fn files(of: &str, name: &str) -> Vec<Conversation> {
    let entries = std::fs::read_dir(place(of, name)).expect("a folder of conversations");
    let mut files: Vec<_> = entries
        .map(|entry| entry.expect("an entry").path())
        .collect();
    files.sort();
    let read = |path: &std::path::PathBuf| {
        let file = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let text = std::fs::read_to_string(path).expect("a readable file");
        conversations(&format!("{name}/{file}"), &text)
    };
    files.iter().flat_map(read).collect()
}
