//! Entries of a directory, and the lines of MLSD that they are read from (RFC 3659).

/// One entry of a directory.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Entry {
    /// Name, as bytes.
    pub name: Vec<u8>,
    /// Kind of the entry.
    pub kind: EntryKind,
    /// Size in bytes, where the listing says it.
    pub size: Option<u64>,
    /// Time of the last change: `YYYYMMDDHHMMSS` in UTC from MLSD; the server's own words from LIST.
    pub modified: Option<String>,
    /// The line that the entry was read from.
    pub raw: Vec<u8>,
}

impl Entry {
    /// Makes an entry of which only name and kind are known.
    pub fn new(name: impl Into<Vec<u8>>, kind: EntryKind) -> Self {
        Entry {
            name: name.into(),
            kind,
            size: None,
            modified: None,
            raw: Vec::new(),
        }
    }
}

/// Kind of a directory's entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "`Other` stands for every further kind"
)]
pub enum EntryKind {
    /// A file.
    File,
    /// A directory.
    Directory,
    /// A symbolic link.
    Link,
    /// Something else, or unknown.
    Other,
}

/// Parses a line of MLSD: `type=file;size=25730;modify=19940728095854; cap.txt`. The directory itself and its parent
/// are left out.
///
/// The name follows the first blank behind a `;` (RFC 3659 §7.2): some servers put a blank into a fact, such as the
/// group `domain users`.
pub fn parse_machine_line(line: &[u8]) -> Option<Entry> {
    let space = match memchr::memmem::find(line, b"; ") {
        Some(semicolon) => semicolon + 1,
        None => memchr::memchr(b' ', line)?,
    };
    let name = &line[space + 1..];
    // Also of servers that call them directories like others: no entry leads back to where it stands.
    if name == b"." || name == b".." {
        return None;
    }
    let mut entry = Entry {
        name: name.to_vec(),
        kind: EntryKind::Other,
        size: None,
        modified: None,
        raw: line.to_vec(),
    };
    for fact in line[..space].split(|byte| *byte == b';') {
        let fact = String::from_utf8_lossy(fact);
        let Some((name, value)) = fact.split_once('=') else {
            continue;
        };
        match (
            name.to_ascii_lowercase().as_str(),
            value.to_ascii_lowercase().as_str(),
        ) {
            ("type", "cdir" | "pdir") => return None,
            ("type", "file") => entry.kind = EntryKind::File,
            ("type", "dir") => entry.kind = EntryKind::Directory,
            ("type", kind) if kind.contains("link") => entry.kind = EntryKind::Link,
            ("size", size) => entry.size = size.parse().ok(),
            ("modify", time) => entry.modified = Some(time.into()),
            _ => {}
        }
    }
    Some(entry)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn machine_lines() {
        let entry =
            parse_machine_line(b"type=file;size=25730;modify=19940728095854;perm=r; cap  x.txt")
                .expect("an entry");
        assert_eq!(entry.name, b"cap  x.txt");
        assert_eq!((entry.kind, entry.size), (EntryKind::File, Some(25730)));
        assert_eq!(entry.modified.as_deref(), Some("19940728095854"));
        assert_eq!(parse_machine_line(b"Type=cdir;Perm=el; /"), None);
        assert_eq!(parse_machine_line(b"garbage"), None);
        let link = parse_machine_line(b"type=OS.unix=symlink;size=4; l").map(|entry| entry.kind);
        assert_eq!(link, Some(EntryKind::Link));
    }

    #[test]
    fn no_entry_is_the_directory_or_its_parent_whatever_its_type() {
        for line in [
            &b"type=dir; ."[..],
            b"type=dir; ..",
            b"Ty\x10e=cdir; .",
            b" ..",
        ] {
            assert_eq!(parse_machine_line(line), None, "{}", line.escape_ascii());
        }
        assert!(parse_machine_line(b"type=dir; ...").is_some());
    }

    #[test]
    fn the_name_follows_the_facts() {
        let cases: &[(&[u8], &[u8])] = &[
            (
                b"modify=20220414080005.888;size=7;type=file;UNIX.groupname=domain users;UNIX.mode=0644; testfile",
                b"testfile",
            ),
            (b"type=file;size=7; a; b", b"a; b"),
            (b"type=file;size=7;  lead", b" lead"),
            (b"type=file;size=7 a", b"a"),
            (b" no facts", b"no facts"),
        ];
        for (line, name) in cases {
            let entry = parse_machine_line(line).expect("an entry");
            assert_eq!(entry.name, *name, "{}", line.escape_ascii());
        }
    }
}
