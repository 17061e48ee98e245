//! Entries of a directory, read from the lines of a server: MLSD by RFC 3659, LIST as servers print it.

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
pub(super) fn parse_machine_line(line: &[u8]) -> Option<Entry> {
    let space = line.iter().position(|byte| *byte == b' ')?;
    let mut entry = Entry {
        name: line[space + 1..].to_vec(),
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

/// Parses a line of `ls -l` or of a DOS listing. A total, `.` and `..` are left out.
pub(super) fn parse_list_line(line: &[u8]) -> Option<Entry> {
    if line.starts_with(b"total ") {
        return None;
    }
    let entry = parse_dos_line(line)
        .or_else(|| parse_unix_line(line))
        .unwrap_or_else(|| Entry {
            name: line.to_vec(),
            kind: EntryKind::Other,
            size: None,
            modified: None,
            raw: line.to_vec(),
        });
    (entry.name != b"." && entry.name != b"..").then_some(entry)
}

/// Parses `-rw-r--r--   1 ftp      ftp            49 Oct 26 15:15 test1.txt`.
fn parse_unix_line(line: &[u8]) -> Option<Entry> {
    let kind = match line.first()? {
        b'-' => EntryKind::File,
        b'd' => EntryKind::Directory,
        b'l' => EntryKind::Link,
        b'b' | b'c' | b'p' | b's' => EntryKind::Other,
        _ => return None,
    };
    let words = words(line);
    let (name_start, _) = *words.get(8)?;
    let text = |index: usize| {
        let (start, end) = *words.get(index)?;
        core::str::from_utf8(&line[start..end]).ok()
    };
    let mut name = &line[name_start..];
    if kind == EntryKind::Link
        && let Some(arrow) = memchr::memmem::find(name, b" -> ")
    {
        name = &name[..arrow];
    }
    Some(Entry {
        name: name.to_vec(),
        kind,
        size: text(4)?.parse().ok(),
        modified: Some(format!("{} {} {}", text(5)?, text(6)?, text(7)?)),
        raw: line.to_vec(),
    })
}

/// Parses `10-26-26  03:15PM       <DIR>          logs`.
fn parse_dos_line(line: &[u8]) -> Option<Entry> {
    if !line.first()?.is_ascii_digit() {
        return None;
    }
    let words = words(line);
    let word = |index: usize| words.get(index).map(|(start, end)| &line[*start..*end]);
    let (name_start, _) = *words.get(3)?;
    let (date, time, size) = (word(0)?, word(1)?, word(2)?);
    let directory = size == b"<DIR>";
    let size: Option<u64> = core::str::from_utf8(size).ok()?.parse().ok();
    if !date.contains(&b'-') || !(directory || size.is_some()) {
        return None;
    }
    Some(Entry {
        name: line[name_start..].to_vec(),
        kind: if directory {
            EntryKind::Directory
        } else {
            EntryKind::File
        },
        size,
        modified: Some(format!("{} {}", date.escape_ascii(), time.escape_ascii())),
        raw: line.to_vec(),
    })
}

/// Returns the start and end of each blank-separated word of a line.
fn words(line: &[u8]) -> Vec<(usize, usize)> {
    let mut words = Vec::new();
    let mut start = None;
    for (at, byte) in line.iter().enumerate() {
        match (*byte == b' ', start) {
            (false, None) => start = Some(at),
            (true, Some(from)) => {
                words.push((from, at));
                start = None;
            }
            _ => {}
        }
    }
    words.extend(start.map(|from| (from, line.len())));
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_real_servers() {
        type Case = (&'static [u8], &'static [u8], EntryKind, Option<u64>);
        let cases: &[Case] = &[
            (
                b"-rw-r--r--   1 ftp      ftp            49 Oct 26 15:15 test1.txt",
                b"test1.txt",
                EntryKind::File,
                Some(49),
            ),
            (
                b"-rw-r--r-- 1 1001 1001 129889 Aug 07 14:10 a  b.jpg",
                b"a  b.jpg",
                EntryKind::File,
                Some(129_889),
            ),
            (
                b"drwxr-xr-x    2 0        0            4096 Nov 21  2026 logs",
                b"logs",
                EntryKind::Directory,
                Some(4096),
            ),
            (
                b"lrwxrwxrwx 1 0 0 4 Nov 21 10:00 now -> logs",
                b"now",
                EntryKind::Link,
                Some(4),
            ),
            (
                b"10-26-26  03:15PM       <DIR>          my logs",
                b"my logs",
                EntryKind::Directory,
                None,
            ),
            (
                b"10-26-26  03:15PM                 1234 a.txt",
                b"a.txt",
                EntryKind::File,
                Some(1234),
            ),
            (b"something else", b"something else", EntryKind::Other, None),
        ];
        for (line, name, kind, size) in cases {
            let entry = parse_list_line(line).expect("an entry");
            assert_eq!(
                (entry.name.as_slice(), entry.kind, entry.size),
                (*name, *kind, *size)
            );
        }
        assert_eq!(parse_list_line(b"total 12"), None);
        assert_eq!(
            parse_list_line(b"drwxr-xr-x 2 0 0 4096 Nov 21 2026 ."),
            None
        );
    }

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
}
