//! Completion: the names of commands, then those of the server, or local ones where a command takes these.

use std::cell::RefCell;

use qftp::client::EntryKind;
use rustyline::completion::{Completer, FilenameCompleter, Pair};
use rustyline::highlight::Highlighter;
use rustyline::hint::Hinter;
use rustyline::validate::Validator;
use rustyline::{Context, Helper};

use super::commands::{COMMANDS, Names, find};
use super::session_state::Shell;
use super::words::{self, escaped};

/// Completes the words of a shell.
pub(super) struct Completion<'a, 'b> {
    shell: &'b RefCell<Shell<'a>>,
    local: FilenameCompleter,
}

impl<'a, 'b> Completion<'a, 'b> {
    pub(super) fn new(shell: &'b RefCell<Shell<'a>>) -> Self {
        Completion {
            shell,
            local: FilenameCompleter::new(),
        }
    }

    /// Returns the names on the server that begin with a word.
    fn remote(&self, word: &str) -> Vec<Pair> {
        let typed = words::split(word.as_bytes()).unwrap_or_default();
        let typed = typed.into_iter().flatten().next().unwrap_or_default().bytes;
        let start = typed.iter().rposition(|byte| *byte == b'/');
        let (directory, prefix) = typed.split_at(start.map_or(0, |at| at + 1));
        let mut shell = self.shell.borrow_mut();
        let dir = match directory {
            b"/" => directory,
            _ => directory.strip_suffix(b"/").unwrap_or(directory),
        };
        let entries = shell.entries(dir).iter();
        let begin = entries.filter(|entry| entry.name.starts_with(prefix));
        let mut pairs: Vec<Pair> = begin
            .filter_map(|entry| {
                let mut path = [directory, &entry.name].concat();
                if entry.kind == EntryKind::Directory {
                    path.push(b'/');
                }
                // A name that is no text cannot be typed.
                let path = String::from_utf8(path).ok()?;
                let shown = crate::console::shown(&entry.name);
                Some(Pair {
                    display: shown,
                    replacement: escaped(&path),
                })
            })
            .collect();
        pairs.sort_by(|one, other| one.display.cmp(&other.display));
        pairs
    }
}

/// Returns the place where the last word begins.
fn word_start(line: &str) -> usize {
    let mut start = 0;
    let mut escaped = false;
    let mut quote = None;
    for (at, character) in line.char_indices() {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '\'' | '"' if quote == Some(character) => quote = None,
            '\'' | '"' if quote.is_none() => quote = Some(character),
            ' ' | '\t' | ';' if quote.is_none() => start = at + 1,
            _ => {}
        }
    }
    start
}

/// Returns the command in which the last word of a line stands; `None` where it is the command itself.
fn command_of(line: &str) -> Option<&str> {
    let line = line.rsplit(';').next().unwrap_or(line).trim_start();
    line.split_once([' ', '\t']).map(|(name, _)| name)
}

impl Completer for Completion<'_, '_> {
    type Candidate = Pair;

    fn complete(
        &self,
        line: &str,
        position: usize,
        _context: &Context<'_>,
    ) -> rustyline::Result<(usize, Vec<Pair>)> {
        let typed = &line[..position];
        let start = word_start(typed);
        let word = &typed[start..];
        let Some(name) = command_of(typed) else {
            let named = COMMANDS.iter().filter(|one| one.name.starts_with(word));
            let pair = |one: &super::commands::Command| Pair {
                display: one.name.into(),
                replacement: format!("{} ", one.name),
            };
            return Ok((start, named.map(pair).collect()));
        };
        match find(name.as_bytes()).map(|command| command.names) {
            Some(Names::Remote) => Ok((start, self.remote(word))),
            Some(Names::Local) => self.local.complete_path(line, position),
            _ => Ok((start, Vec::new())),
        }
    }
}

impl Helper for Completion<'_, '_> {}
impl Hinter for Completion<'_, '_> {
    type Hint = String;
}
impl Highlighter for Completion<'_, '_> {}
impl Validator for Completion<'_, '_> {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_word_and_its_command() {
        for (line, word, command) in [
            ("ge", "ge", None),
            ("get lo", "lo", Some("get")),
            ("get a\\ b", "a\\ b", Some("get")),
            ("get 'a b", "'a b", Some("get")),
            ("ls; cd ", "", Some("cd")),
            ("ls;c", "c", None),
        ] {
            assert_eq!(&line[word_start(line)..], word, "{line}");
            assert_eq!(command_of(line), command, "{line}");
        }
    }
}
