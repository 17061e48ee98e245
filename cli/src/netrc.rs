//! `~/.netrc`: accounts by host name, as ftp(1) reads them.
//!
//! `machine NAME`, `default`, `login`, `password`, `account`, `macdef`; words in double quotes with `\` before a
//! quote; `#` begins a comment. An error names file and line and never shows what stands there.

use std::path::{Path, PathBuf};

/// One account of the file.
#[derive(Clone, Default, PartialEq, Eq)]
pub(crate) struct Entry {
    /// `None`: the default for every host.
    machine: Option<String>,
    pub(crate) login: Option<String>,
    pub(crate) password: Option<String>,
}

/// An error in the file.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct NetrcError {
    path: PathBuf,
    line: usize,
    reason: &'static str,
}

impl std::fmt::Display for NetrcError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{} line {}: {}",
            self.path.display(),
            self.line,
            self.reason
        )
    }
}

/// Returns the entry for a host, or the default. With `login`, only an entry of that login.
pub(crate) fn find(
    text: &str,
    path: &Path,
    host: &str,
    login: Option<&str>,
) -> Result<Option<Entry>, NetrcError> {
    let entries = parse(text).map_err(|(line, reason)| NetrcError {
        path: path.to_owned(),
        line,
        reason,
    })?;
    Ok(entries.into_iter().find(|entry| {
        let machine = entry.machine.as_deref();
        machine.is_none_or(|name| name.eq_ignore_ascii_case(host))
            && (login.is_none() || entry.login.as_deref() == login)
    }))
}

type Word = (usize, String);

fn parse(text: &str) -> Result<Vec<Entry>, (usize, &'static str)> {
    let mut entries: Vec<Entry> = Vec::new();
    let mut words = words(text)?.into_iter();
    while let Some((line, word)) = words.next() {
        let mut value = || {
            let word = words.next().map(|(_, word)| word);
            word.ok_or((line, "the last word lacks its value"))
        };
        match word.as_str() {
            "machine" => entries.push(Entry {
                machine: Some(value()?),
                ..Entry::default()
            }),
            "default" => entries.push(Entry::default()),
            "login" | "user" | "password" | "passwd" | "account" => {
                let value = value()?;
                let entry = entries.last_mut();
                let entry = entry.ok_or((line, "this word must follow machine or default"))?;
                match word.as_str() {
                    "login" | "user" => entry.login = Some(value),
                    "password" | "passwd" => entry.password = Some(value),
                    _ => {} // this program does not use ACCT
                }
            }
            _ => {
                return Err((
                    line,
                    "unknown word; known are machine, default, login, password, account, macdef",
                ));
            }
        }
    }
    Ok(entries)
}

/// Returns the words of the file with their line numbers, without comments and macros.
fn words(text: &str) -> Result<Vec<Word>, (usize, &'static str)> {
    let mut found: Vec<Word> = Vec::new();
    let mut in_macro = false;
    for (index, line) in text.lines().enumerate() {
        if in_macro {
            in_macro = !line.trim().is_empty(); // an empty line ends a macro
            continue;
        }
        let mut rest = line.trim_start_matches(is_blank);
        while let Some((word, after)) = next_word(rest).map_err(|reason| (index + 1, reason))? {
            if word == "macdef" && !takes_value(&found) {
                in_macro = true;
                break;
            }
            found.push((index + 1, word));
            rest = after;
        }
    }
    Ok(found)
}

/// Returns true if the last word takes a value, so that the next word is a value.
fn takes_value(words: &[Word]) -> bool {
    let mut waits = false;
    for (_, word) in words {
        waits = !waits && word != "default";
    }
    waits
}

/// Returns true for what separates words; a password may have other blanks of Unicode.
fn is_blank(character: char) -> bool {
    character.is_ascii_whitespace()
}

/// Splits the first word of a line from its rest; returns `None` at the line's end or at a comment.
fn next_word(text: &str) -> Result<Option<(String, &str)>, &'static str> {
    if text.is_empty() || text.starts_with('#') {
        return Ok(None);
    }
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.find(is_blank).unwrap_or(text.len());
        return Ok(Some((
            text[..end].to_owned(),
            text[end..].trim_start_matches(is_blank),
        )));
    };
    let mut word = String::new();
    let mut characters = quoted.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return Ok(Some((word, quoted[at + 1..].trim_start_matches(is_blank)))),
            '\\' => word.extend(characters.next().map(|(_, escaped)| escaped)),
            _ => word.push(character),
        }
    }
    Err("a quoted word has no end")
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = r#"# accounts
machine ftp.example.com
    login joe password "se#cret \"x\" \\"  # his
macdef init
machine not.this login no
password no

machine b login ann password p#1 account x
machine b login bob password two
default login anonymous password me@
"#;

    fn entry(host: &str, login: Option<&str>) -> Option<(String, String)> {
        let entry = find(FILE, Path::new("n"), host, login).expect("a good file")?;
        Some((entry.login?, entry.password?))
    }

    #[test]
    fn entries_are_found_by_host_and_login() {
        let pair = |login: &str, password: &str| Some((login.to_owned(), password.to_owned()));
        assert_eq!(
            entry("FTP.example.com", None),
            pair("joe", r#"se#cret "x" \"#)
        );
        assert_eq!(entry("b", None), pair("ann", "p#1"));
        assert_eq!(entry("b", Some("bob")), pair("bob", "two"));
        assert_eq!(entry("not.this", None), pair("anonymous", "me@"));
        assert_eq!(entry("b", Some("nobody")), None);
    }

    #[test]
    fn mistakes_name_the_line_and_nothing_of_it() {
        let cases = [
            ("login joe", 1, "follow machine"),
            ("machine x\npassword", 2, "lacks its value"),
            ("machine x login a\n\n secret", 3, "unknown word"),
            ("machine x password \"secret", 1, "has no end"),
        ];
        for (text, line, part) in cases {
            let wrong = find(text, Path::new("/h/.netrc"), "x", None).err();
            let message = wrong.expect("a mistake").to_string();
            assert!(
                message.starts_with(&format!("/h/.netrc line {line}: ")),
                "{message}"
            );
            assert!(
                message.contains(part) && !message.contains("secret"),
                "{message}"
            );
        }
    }

    #[test]
    fn a_value_may_be_a_keyword() {
        let text = "machine x login macdef password machine";
        let found = find(text, Path::new("n"), "x", None).expect("a good file");
        let found = found.expect("an entry");
        assert_eq!(found.login.as_deref(), Some("macdef"));
        assert_eq!(found.password.as_deref(), Some("machine"));
    }
}
