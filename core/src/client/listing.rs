//! Directory listings: MLSD by RFC 3659, LIST as servers print it, NLST.

use super::{Client, Error, Payload, writing};
use crate::dialect::CommandKind;
use crate::host::{Listing, Operation};

/// One line of a directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its name, as bytes.
    pub name: Vec<u8>,
    /// What it is.
    pub kind: EntryKind,
    /// Bytes, where the listing says so.
    pub size: Option<u64>,
    /// `YYYYMMDDHHMMSS` in UTC from MLSD; the server's own words from LIST.
    pub modified: Option<String>,
    /// The line it was read from.
    pub raw: Vec<u8>,
}

/// What an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryKind {
    /// A file.
    File,
    /// A directory.
    Directory,
    /// A symbolic link.
    Link,
    /// Something else, or the listing does not say.
    Other,
}

impl Client {
    /// A directory's entries, without `.` and `..`: by MLSD, or by LIST where the server has no MLSD.
    pub fn list(&mut self, dir: &[u8]) -> Result<Vec<Entry>, Error> {
        match self.mlsd(dir) {
            Err(error) if error.is_not_implemented() => {
                let text = self.list_text(dir)?;
                Ok(lines(&text).filter_map(parse_list_line).collect())
            }
            other => other,
        }
    }

    /// A directory as the server shows it to people.
    pub fn list_text(&mut self, dir: &[u8]) -> Result<Vec<u8>, Error> {
        self.listing(Listing::List, dir)
    }

    /// The names in a directory, as the server gives them; where the dialect has no command for it, from a listing.
    pub fn nlst(&mut self, dir: &[u8]) -> Result<Vec<Vec<u8>>, Error> {
        if self.has_only_listing(CommandKind::FtpNameList) {
            return self.names_from_listing(dir);
        }
        let text = self.listing(Listing::Names, dir)?;
        Ok(lines(&text).map(<[u8]>::to_vec).collect())
    }

    /// A directory's entries by RFC 3659, without those of the directory itself and its parent.
    pub fn mlsd(&mut self, dir: &[u8]) -> Result<Vec<Entry>, Error> {
        let text = self.mlsd_text(dir)?;
        Ok(lines(&text).filter_map(parse_machine_line).collect())
    }

    /// A directory by RFC 3659 as the server sends it.
    pub fn mlsd_text(&mut self, dir: &[u8]) -> Result<Vec<u8>, Error> {
        self.listing(Listing::Machine, dir)
    }

    fn listing(&mut self, listing: Listing, dir: &[u8]) -> Result<Vec<u8>, Error> {
        let mut text = Vec::new();
        let mut sink = writing(&mut text);
        self.run(Operation::List(listing, dir), Payload::Into(&mut sink))?;
        drop(sink);
        if let Some(transcript) = self.dialect().command(CommandKind::FtpTranscript) {
            cut_transcript(&mut text, transcript.name);
        }
        Ok(text)
    }
}

/// Takes out what the module tells of the server while it lists: `+FTPINFO:226 ...` (003 §1.2.3).
fn cut_transcript(text: &mut Vec<u8>, name: &str) {
    let needle = [b"\r\n", name.as_bytes(), b":"].concat();
    let mut from = 0;
    while let Some(found) = memchr::memmem::find(&text[from..], &needle) {
        let start = from + found;
        let body = start + needle.len();
        let Some(length) = memchr::memmem::find(&text[body..], b"\r\n") else {
            return;
        };
        text.drain(start..body + length + 2);
        from = start;
    }
}

fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|byte| *byte == b'\n')
        .map(|line| line.strip_suffix(b"\r").unwrap_or(line))
        .filter(|line| !line.is_empty())
}

/// `type=file;size=25730;modify=19940728095854; cap.txt`
fn parse_machine_line(line: &[u8]) -> Option<Entry> {
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

/// A line of `ls -l` or of a DOS listing; `None` for a total, and for `.` and `..`.
fn parse_list_line(line: &[u8]) -> Option<Entry> {
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

/// `-rw-r--r--   1 ftp      ftp            49 Oct 26 15:15 test1.txt`
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

/// `10-26-26  03:15PM       <DIR>          logs`
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

/// Where the blank-separated words of a line start and end.
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
    fn the_transcript_is_no_part_of_a_listing() {
        let cases: &[(&[u8], &[u8])] = &[
            (b"a\r\nb\r\n", b"a\r\nb\r\n"),
            (
                b"\r\n+FTPINFO:150 Here\r\na\r\n\r\n+FTPINFO:226 Ok\r\n",
                b"a\r\n",
            ),
            (b"\r\n+FTPINFO:150-A\r\n\r\n+FTPINFO:150 B\r\n", b""),
            (b"+FTPINFO:x\r\n", b"+FTPINFO:x\r\n"),
            (b"a\r\n\r\n+FTPINFO:15", b"a\r\n\r\n+FTPINFO:15"),
        ];
        for (text, left) in cases {
            let mut cut = text.to_vec();
            cut_transcript(&mut cut, "+FTPINFO");
            assert_eq!(cut, *left, "{}", text.escape_ascii());
        }
    }

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
