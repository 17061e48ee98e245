//! `qftp ls`: lists a directory of the server.

use std::fmt::Write;

use qftp::client::{Entry, EntryKind, Task};
use serde_json::{Value, json};

use crate::app::App;
use crate::console;
use crate::exit::Phase;
use crate::problem::Problem;
use crate::session;
use crate::target::Target;

const EXAMPLES: &str = "\
Examples:
  qftp ls ftp://ftp.example.com/
  qftp ls -l ftp://ftp.example.com/logs
  qftp ls --json ftp://ftp.example.com/logs

Times are in UTC if the server has MLSD, otherwise as the server prints them.";

/// Holds the arguments of `qftp ls`.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// Show kind, size and time
    #[arg(short, long)]
    long: bool,
    /// Directory to list
    #[arg(value_name = "URL")]
    url: String,
}

pub(crate) fn run(app: &App, arguments: &Arguments) -> Result<(), Problem> {
    let target = Target::parse(&arguments.url)?;
    let mut entries = session::with(app, &target, &[Task::List], |session| {
        let result = session.client.list(target.directory());
        result.map_err(|error| Problem::client(&error, Phase::Manage).about(&target))
    })?;
    entries.sort_by(|a, b| a.name.cmp(&b.name));
    if app.global.json {
        let document: Value = entries
            .iter()
            .map(|entry| document(&target, entry))
            .collect();
        return console::print_json(&document);
    }
    console::print_bytes(&text(&entries, arguments.long))
}

/// Returns a listing for people: a name a line, or a table.
pub(crate) fn text(entries: &[Entry], long: bool) -> Vec<u8> {
    if long {
        return table(entries);
    }
    let mut names = Vec::new();
    for entry in entries {
        names.extend(console::printed(&entry.name));
        names.push(b'\n');
    }
    names
}

fn kind(entry: &Entry) -> (&'static str, char) {
    match entry.kind {
        EntryKind::File => ("file", '-'),
        EntryKind::Directory => ("directory", 'd'),
        EntryKind::Link => ("link", 'l'),
        EntryKind::Other => ("other", '?'),
    }
}

fn document(target: &Target, entry: &Entry) -> Value {
    json!({
        "name": String::from_utf8_lossy(&entry.name),
        "kind": kind(entry).0,
        "size": entry.size,
        "modified": entry.modified.as_deref().map(time),
        "url": target.url_in(&entry.name),
    })
}

fn table(entries: &[Entry]) -> Vec<u8> {
    let size = |entry: &Entry| {
        entry
            .size
            .map_or_else(|| "-".into(), |size| size.to_string())
    };
    let modified = |entry: &Entry| entry.modified.as_deref().map_or_else(|| "-".into(), time);
    let size_width = entries
        .iter()
        .map(|entry| size(entry).len())
        .max()
        .unwrap_or(0);
    let time_width = entries
        .iter()
        .map(|entry| modified(entry).len())
        .max()
        .unwrap_or(0);
    let mut text = Vec::new();
    for entry in entries {
        let mut line = String::new();
        // A string takes everything.
        let _ = write!(
            line,
            "{} {:>size_width$}  {:time_width$}  ",
            kind(entry).1,
            size(entry),
            modified(entry)
        );
        text.extend(line.into_bytes());
        text.extend(console::printed(&entry.name));
        text.push(b'\n');
    }
    text
}

/// Formats `20261121073401` as `2026-11-21 07:34:01`; returns other text escaped.
pub(crate) fn time(text: &str) -> String {
    let digits = text.split('.').next().unwrap_or_default();
    if digits.len() != 14 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return console::shown(text.as_bytes());
    }
    let part = |from: usize, to: usize| &digits[from..to];
    let date = [part(0, 4), part(4, 6), part(6, 8)].join("-");
    let clock = [part(8, 10), part(10, 12), part(12, 14)].join(":");
    format!("{date} {clock}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(name: &[u8], kind: EntryKind, size: Option<u64>, modified: Option<&str>) -> Entry {
        let mut entry = Entry::new(name, kind);
        entry.size = size;
        entry.modified = modified.map(Into::into);
        entry
    }

    #[test]
    fn times_in_words() {
        assert_eq!(time("20261121073401.123"), "2026-11-21 07:34:01");
        assert_eq!(time("20261121073401"), "2026-11-21 07:34:01");
        for other in [
            "Oct 26 15:15",
            "2026112107340",
            "202611210734010",
            "2026112107340x",
        ] {
            assert_eq!(time(other), other);
        }
        assert_eq!(time("\x1b[2J"), "\\u{1b}[2J");
    }

    #[test]
    fn a_table_has_columns() {
        let entries = [
            entry(b"a", EntryKind::File, Some(1000), Some("20261121073401")),
            entry(b"logs \xff", EntryKind::Directory, None, None),
        ];
        assert_eq!(
            table(&entries),
            b"- 1000  2026-11-21 07:34:01  a\nd    -  -                    logs \xff\n"
        );
    }

    #[test]
    fn json_names_the_url_of_each() {
        let target = Target::parse("ftp://u:p@h/logs").expect("a URL");
        let document = document(&target, &entry(b"a \xff", EntryKind::Link, None, None));
        assert_eq!(
            document.to_string(),
            "{\"name\":\"a \u{fffd}\",\"kind\":\"link\",\"size\":null,\"modified\":null,\"url\":\"ftp://h:21/logs/a%20%FF\"}"
        );
    }
}
