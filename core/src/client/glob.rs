//! Patterns of remote names: `logs/*.csv`. A part of a path that has `*`, `?` or `[abc]` is looked up in a listing.

use super::connection::Client;
use super::entry::{Entry, EntryKind};
use super::error::Error;
use super::list_line::is_unread;
use super::safe_name::is_safe;
use crate::ErrorKind;

impl Client {
    /// Returns the entries whose paths match a pattern, sorted; their names are the paths. `*`, `?` and `[abc]` stand for
    /// characters of one name, `{a,b}` for one of several texts, and a backslash takes the meaning from what follows it.
    /// A name that begins with a dot matches only a pattern that does.
    ///
    /// Each directory that is looked into costs a listing. One that the server refuses has no matches.
    ///
    /// # Errors
    ///
    /// The dialect has no listing; those of the line.
    pub fn glob(&mut self, pattern: &[u8]) -> Result<Vec<Entry>, Error> {
        let root: &[u8] = if pattern.starts_with(b"/") { b"/" } else { b"" };
        let parts: Vec<&[u8]> = parts(pattern).collect();
        let literal = parts.iter().take_while(|part| !is_pattern(part)).count();
        let mut found = vec![Entry::new(
            parts[..literal].iter().fold(root.to_vec(), |path, part| {
                joined(&path, &without_escapes(part))
            }),
            EntryKind::Directory,
        )];
        for part in &parts[literal..] {
            let mut below = Vec::new();
            for directory in &found {
                // A link may lead to a directory.
                if directory.kind != EntryKind::File {
                    below.extend(self.matches_in(&directory.name, part)?);
                }
            }
            found = below;
        }
        found.sort_by(|one, other| one.name.cmp(&other.name));
        found.dedup_by(|one, other| one.name == other.name);
        Ok(found)
    }

    /// Returns the entries of a directory that match one part of a pattern.
    fn matches_in(&mut self, directory: &[u8], part: &[u8]) -> Result<Vec<Entry>, Error> {
        let listed = match self.list(if directory.is_empty() {
            b"."
        } else {
            directory
        }) {
            Err(error) if error.kind() != ErrorKind::Unsupported && error.is_refusal() => {
                Vec::new()
            }
            other => other?,
        };
        let fitting = listed.into_iter().filter(|entry| {
            is_safe(&entry.name) && !is_unread(entry) && name_matches(&entry.name, part)
        });
        Ok(fitting
            .map(|mut entry| {
                entry.name = joined(directory, &entry.name);
                entry
            })
            .collect())
    }
}

/// Returns true where a path has a character that stands for others.
///
/// ```
/// use qftp::client::is_pattern;
///
/// assert!(is_pattern(b"logs/*.csv") && is_pattern(b"a[01]"));
/// assert!(!is_pattern(b"a.csv") && !is_pattern(b"\\*"));
/// ```
pub fn is_pattern(path: &[u8]) -> bool {
    let mut bytes = path.iter();
    while let Some(byte) = bytes.next() {
        match byte {
            b'\\' => drop(bytes.next()),
            b'*' | b'?' | b'[' => return true,
            _ => {}
        }
    }
    false
}

/// Returns true where a name matches a pattern, as [`Client::glob`] has them.
pub fn name_matches(name: &[u8], pattern: &[u8]) -> bool {
    let hidden = name.starts_with(b".") && !pattern.starts_with(b".");
    // There it would turn the meaning round.
    let pattern = if pattern.starts_with(b"!") {
        [b"\\", pattern].concat()
    } else {
        pattern.to_vec()
    };
    !hidden && fast_glob::glob_match(pattern, name)
}

/// Returns the parts of a path, without empty ones.
fn parts(path: &[u8]) -> impl Iterator<Item = &[u8]> {
    path.split(|byte| *byte == b'/')
        .filter(|part| !part.is_empty())
}

/// Returns the text that a part without patterns stands for.
fn without_escapes(part: &[u8]) -> Vec<u8> {
    let mut text = Vec::with_capacity(part.len());
    let mut bytes = part.iter();
    while let Some(byte) = bytes.next() {
        let byte = if *byte == b'\\' {
            bytes.next()
        } else {
            Some(byte)
        };
        text.extend(byte);
    }
    text
}

/// Returns the path of an entry of a directory.
pub(super) fn joined(directory: &[u8], name: &[u8]) -> Vec<u8> {
    match directory {
        b"" | b"." => name.to_vec(),
        _ if directory.ends_with(b"/") => [directory, name].concat(),
        _ => [directory, b"/", name].concat(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_match_patterns() {
        let cases = [
            ("*.csv", "a.csv", true),
            ("*.csv", ".csv", false),
            (".*", ".csv", true),
            ("*", "a", true),
            ("*", ".a", false),
            ("a?c", "abc", true),
            ("a?c", "ac", false),
            ("a[0-9]", "a7", true),
            ("a[!0-9]", "a7", false),
            ("log\\*", "log*", true),
            ("log\\*", "logs", false),
            ("!a", "!a", true),
            ("!a", "b", false),
            ("*.{csv,txt}", "a.txt", true),
            ("*a*b*c", "xxaxxbxx", false),
        ];
        for (pattern, name, expected) in cases {
            assert_eq!(
                name_matches(name.as_bytes(), pattern.as_bytes()),
                expected,
                "{pattern} {name}"
            );
        }
        assert!(name_matches(b"\xff.csv", b"*.csv"));
        // Not each way to split the name is tried.
        assert!(!name_matches(
            &[b'a'; 2000],
            &b"*a"
                .repeat(20)
                .into_iter()
                .chain(*b"b")
                .collect::<Vec<_>>()
        ));
    }

    #[test]
    fn a_path_is_joined_and_unescaped() {
        for (directory, path) in [
            ("", "n"),
            (".", "n"),
            ("/", "/n"),
            ("d", "d/n"),
            ("d/", "d/n"),
        ] {
            assert_eq!(joined(directory.as_bytes(), b"n"), path.as_bytes());
        }
        assert_eq!(without_escapes(b"a\\*b\\\\"), b"a*b\\");
    }
}
