//! The lines of LIST, which no standard describes: as `ls -l` prints them, and as DOS does.
//!
//! Servers leave the group out, or put blanks into it, so no column is counted. The date is looked for: the number before
//! it is the size, and one blank behind it stands the name.

use super::entry::{Entry, EntryKind};

/// The blanks between `<DIR>` and the name: sizes, which end further right, are aligned to the right (IIS).
const BLANKS_BEHIND_DIR: usize = 10;

/// Parses a line of LIST. A total, `.` and `..` are left out. A line of another form is an entry of which nothing but
/// the line is known.
pub fn parse_list_line(line: &[u8]) -> Option<Entry> {
    if is_total(line) {
        return None;
    }
    let entry = parse_dos_line(line)
        .or_else(|| parse_unix_line(line))
        .unwrap_or_else(|| Entry {
            raw: line.to_vec(),
            ..Entry::new(line, EntryKind::Other)
        });
    (entry.name != b"." && entry.name != b"..").then_some(entry)
}

/// Returns `true` if an entry's line was not understood.
pub(super) fn is_unread(entry: &Entry) -> bool {
    entry.kind == EntryKind::Other && entry.name == entry.raw
}

/// Recognizes `total 12`, the first line of `ls -l`.
fn is_total(line: &[u8]) -> bool {
    let (word, rest) = line.split_at_checked(6).unwrap_or_default();
    word.eq_ignore_ascii_case(b"total ") && number(rest.trim_ascii()).is_some()
}

/// Parses `-rw-r--r--   1 ftp      ftp            49 Oct 26 15:15 test1.txt`, and NetWare's
/// `- [RWCEAFMS] rhesus             214059       Oct 20 15:27    cx.exe`.
fn parse_unix_line(line: &[u8]) -> Option<Entry> {
    let words = Words::of(line);
    let (kind, rights) = words.get(0)?.split_first()?;
    let kind = match kind {
        b'-' => EntryKind::File,
        b'd' => EntryKind::Directory,
        b'l' => EntryKind::Link,
        b'b' | b'c' | b'p' | b's' | b'D' => EntryKind::Other,
        _ => return None,
    };
    let netware = rights.is_empty() && words.get(1)?.starts_with(b"[");
    let are_rights = rights.len() >= 9 && rights.iter().all(|byte| b"rwxsStTlL-+.@".contains(byte));
    if !netware && !are_rights {
        return None;
    }
    let date = Date::find(&words, kind)?;
    let size = number(words.get(date.first - 1)?);
    let mut name = words.behind(date.last)?;
    if netware {
        name = name.trim_ascii_start();
    }
    if kind == EntryKind::Link {
        name = without_target(name, size);
    }
    Some(Entry {
        name: name.to_vec(),
        kind,
        // Of a device it is the minor number.
        size: size.filter(|_| kind != EntryKind::Other),
        modified: Some(words.join(date.first, date.last)),
        raw: line.to_vec(),
    })
}

/// Parses `10-26-26  03:15PM       <DIR>          logs`.
fn parse_dos_line(line: &[u8]) -> Option<Entry> {
    let words = Words::of(line);
    let (date, time) = (words.get(0)?, words.get(1)?);
    // `03:15 PM` is of two words.
    let last = match words.get(2)? {
        b"AM" | b"PM" => 2,
        _ => 1,
    };
    if !line.first()?.is_ascii_digit() || !is_dos_date(date) || !is_time(without_half(time)) {
        return None;
    }
    let size = words.get(last + 1)?;
    let name = words.behind(last + 1)?;
    let (kind, size) = match size {
        b"<DIR>" => (EntryKind::Directory, None),
        b"<JUNCTION>" | b"<SYMLINK>" | b"<SYMLINKD>" => (EntryKind::Link, None),
        size => (EntryKind::File, Some(number(size)?)),
    };
    let name = match kind {
        EntryKind::File => name,
        _ => without_blanks(name, BLANKS_BEHIND_DIR - 1),
    };
    let target = memchr::memmem::find(name, b" [").filter(|_| kind == EntryKind::Link);
    Some(Entry {
        name: name[..target.unwrap_or(name.len())].to_vec(),
        kind,
        size,
        modified: Some(words.join(0, last)),
        raw: line.to_vec(),
    })
}

/// Returns the name of a link without its ` -> target`. A name may have an arrow too; the size is the target's length.
fn without_target(name: &[u8], size: Option<u64>) -> &[u8] {
    const ARROW: &[u8] = b" -> ";
    let target_length = |at: &usize| (name.len() - at - ARROW.len()) as u64;
    let fits = |at: &usize| Some(target_length(at)) == size;
    let found = memchr::memmem::find_iter(name, ARROW)
        .find(fits)
        .or_else(|| memchr::memmem::find(name, ARROW));
    &name[..found.unwrap_or(name.len())]
}

/// The place of a date in a line, by the index of its words.
struct Date {
    first: usize,
    last: usize,
}

impl Date {
    /// Finds the date: the first one behind the rights and the owner. A file's size is the number before it.
    fn find(words: &Words<'_>, kind: EntryKind) -> Option<Date> {
        (2..words.places.len()).find_map(|first| {
            let last = Date::end(words, first)?;
            let size = words.get(first - 1).and_then(number);
            (size.is_some() || kind != EntryKind::File).then_some(Date { first, last })
        })
    }

    /// Returns the last word of a date that begins with this one: `Oct 26 15:15`, `26 Oct 2026`, `Oct 26 15:15:00 2026`,
    /// `2026-10-26 15:15`, `2026-10-26 15:15:00.000000000 +0200`.
    fn end(words: &Words<'_>, first: usize) -> Option<usize> {
        let [one, two] = [words.get(first)?, words.get(first + 1)?];
        if is_iso_date(one) && is_time(two) {
            let zone = words.get(first + 2).is_some_and(is_zone) && two.contains(&b'.');
            return Some(first + 1 + usize::from(zone));
        }
        let three = words.get(first + 2)?;
        let named = (is_month(one) && is_day(two)) || (is_day(one) && is_month(two));
        if !named || !(is_year(three) || is_time(three)) {
            return None;
        }
        let year_too = three.len() == 8 && words.get(first + 3).is_some_and(is_year);
        Some(first + 2 + usize::from(year_too))
    }
}

/// Recognizes the name of a month, in any language: a short word without digits.
fn is_month(word: &[u8]) -> bool {
    let letter = |byte: &u8| byte.is_ascii_alphabetic() || !byte.is_ascii() || *byte == b'.';
    (3..=12).contains(&word.len()) && word.iter().all(letter)
}

fn is_day(word: &[u8]) -> bool {
    word.len() <= 2 && number(word).is_some_and(|day| (1..=31).contains(&day))
}

fn is_year(word: &[u8]) -> bool {
    word.len() == 4 && number(word).is_some_and(|year| (1900..2200).contains(&year))
}

/// Recognizes `7:05`, `17:25`, `17:25:00` and `17:25:00.000000000`.
fn is_time(word: &[u8]) -> bool {
    let mut parts = word.splitn(3, |byte| *byte == b':');
    let hour = parts.next().unwrap_or_default();
    let minute = parts.next().unwrap_or_default();
    let second = parts.next().unwrap_or(b"00");
    let (second, fraction) = second.split_at_checked(2).unwrap_or_default();
    let below = |part: &[u8], limit| number(part).is_some_and(|value| value < limit);
    let is_fraction = fraction.is_empty() || fraction.strip_prefix(b".").and_then(number).is_some();
    hour.len() <= 2
        && minute.len() == 2
        && below(hour, 24)
        && below(minute, 60)
        && below(second, 61)
        && is_fraction
}

/// Removes the half of the day from `03:15PM`.
fn without_half(time: &[u8]) -> &[u8] {
    let half = time.strip_suffix(b"AM").or(time.strip_suffix(b"PM"));
    half.unwrap_or(time)
}

fn is_iso_date(word: &[u8]) -> bool {
    let mut parts = word.split(|byte| *byte == b'-');
    let mut next = || parts.next().unwrap_or_default();
    let (year, month, day) = (next(), next(), next());
    is_year(year) && is_day(month) && is_day(day) && parts.next().is_none()
}

/// Recognizes `10-26-26`, `10-26-2026`, `2026-10-26` and the same with `/`.
fn is_dos_date(word: &[u8]) -> bool {
    let mut parts = word.split(|byte| matches!(byte, b'-' | b'/'));
    let is_part = |part: &[u8]| matches!(part.len(), 1 | 2 | 4) && number(part).is_some();
    parts.by_ref().take(3).filter(|part| is_part(part)).count() == 3 && parts.next().is_none()
}

/// Recognizes `+0200`.
fn is_zone(word: &[u8]) -> bool {
    let (sign, hours) = word.split_at_checked(1).unwrap_or_default();
    matches!(sign, b"+" | b"-") && hours.len() == 4 && number(hours).is_some()
}

/// Reads a number of digits alone.
fn number(word: &[u8]) -> Option<u64> {
    if !word.iter().all(u8::is_ascii_digit) {
        return None;
    }
    core::str::from_utf8(word).ok()?.parse().ok()
}

/// Removes so many blanks at most.
fn without_blanks(text: &[u8], most: usize) -> &[u8] {
    let blanks = text.iter().take(most).take_while(|byte| **byte == b' ');
    &text[blanks.count()..]
}

/// The words of a line, which blanks separate.
struct Words<'a> {
    line: &'a [u8],
    /// Start and end of each word.
    places: Vec<(usize, usize)>,
}

impl<'a> Words<'a> {
    fn of(line: &'a [u8]) -> Self {
        let mut places = Vec::new();
        let mut start = 0;
        for end in memchr::memchr_iter(b' ', line).chain([line.len()]) {
            if end > start {
                places.push((start, end));
            }
            start = end + 1;
        }
        Words { line, places }
    }

    fn get(&self, index: usize) -> Option<&'a [u8]> {
        let (start, end) = *self.places.get(index)?;
        Some(&self.line[start..end])
    }

    /// Returns what stands one blank behind a word, if that is anything.
    fn behind(&self, index: usize) -> Option<&'a [u8]> {
        let (_, end) = *self.places.get(index)?;
        self.line.get(end + 1..).filter(|rest| !rest.is_empty())
    }

    /// Joins words by single blanks.
    fn join(&self, first: usize, last: usize) -> String {
        let words = (first..=last).filter_map(|index| self.get(index));
        let text = words.map(|word| String::from_utf8_lossy(word).into_owned());
        text.collect::<Vec<_>>().join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::EntryKind::{Directory, File, Link, Other};
    use super::*;

    /// A case: what prints such a line, the line, and the name, kind and size in it.
    type Case = (
        &'static str,
        &'static str,
        &'static str,
        EntryKind,
        Option<u64>,
    );

    #[rustfmt::skip]
    static CASES: &[Case] = &[
        ("vsftpd", "-rw-r--r--    1 0        0            5000 Nov 10 17:25 c.bin", "c.bin", File, Some(5000)),
        ("vsftpd, more than 4 GiB", "-rw-r--r--    1 1000     1000     6442450944 Nov 10 17:25 big", "big", File, Some(6_442_450_944)),
        ("vsftpd, blanks in the name", "-rw-r--r-- 1 1001 1001 129889 Aug 07 14:10 a  b.jpg", "a  b.jpg", File, Some(129_889)),
        ("vsftpd, last year", "drwxr-xr-x    2 0        0            4096 Nov 21  2025 logs", "logs", Directory, Some(4096)),
        ("ProFTPD", "-rw-r--r--   1 ftp      ftp            49 Oct 26 15:15 test1.txt", "test1.txt", File, Some(49)),
        ("ProFTPD, sticky", "drwxrwxrwt   3 ftp      ftp          4096 Oct 26 15:15 tmp", "tmp", Directory, Some(4096)),
        ("Pure-FTPd", "-rw-------    1 1000       users            1048576 Jan  2 03:04 core", "core", File, Some(1_048_576)),
        ("pyftpdlib", "-rw-r--r--   1 root     root           12 Nov 29 09:00 ae.txt", "ae.txt", File, Some(12)),
        ("FileZilla", "drwxr-xr-x 1 ftp ftp              0 Nov 29 13:30 Program Files", "Program Files", Directory, Some(0)),
        ("FileZilla, last year", "-rw-r--r-- 1 ftp ftp        7340032 May 06  2011 setup.exe", "setup.exe", File, Some(7_340_032)),
        ("Serv-U", "-rw-rw-rw-   1 user     group        1234 Nov 10 17:25 a.txt", "a.txt", File, Some(1234)),
        ("wu-ftpd", "-r--r--r--   1 root     other        531 Jan 29 03:26 README", "README", File, Some(531)),
        ("wu-ftpd, link", "lrwxrwxrwx   1 root     other          7 Jan 25 00:17 bin -> usr/bin", "bin", Link, Some(7)),
        ("BusyBox", "-rw-r--r--    1 0        0               49 Oct 26 15:15 x", "x", File, Some(49)),
        ("Synology, ACL", "drwxrwxrwx+   1 root     root          4096 Oct 26 15:15 @eaDir", "@eaDir", Directory, Some(4096)),
        ("SELinux", "-rw-r--r--.   1 ftp      ftp            49 Oct 26 15:15 a", "a", File, Some(49)),
        ("group with a blank", "-rw-r--r--    1 bob Domain Users        1234 Nov 10 17:25 c.bin", "c.bin", File, Some(1234)),
        ("group with a number", "-rw-r--r--    1 bob Team 7        1234 Nov 10 17:25 c.bin", "c.bin", File, Some(1234)),
        ("group that is a month", "-rw-r--r--    1 jan may 12 Nov 10 17:25 c.bin", "c.bin", File, Some(12)),
        ("no group", "-rw-r--r-- 1 install 65536 Jul 25 15:01 dump20260724.dmp", "dump20260724.dmp", File, Some(65536)),
        ("no group, blanks in the name", "-rw-r--r-- 1 install 65536 Jul 25 15:01 my report.pdf", "my report.pdf", File, Some(65536)),
        ("no group, directory", "drwxr-xr-x 2 install  4096 Jul 25 14:33 log", "log", Directory, Some(4096)),
        ("no group, ACL, year", "-rw-------+   1 9469            0 May  6  2011 .profile", ".profile", File, Some(0)),
        ("no links", "-rw-rw-r-- root     sdcard_rw        49 2026-10-26 15:15 x", "x", File, Some(49)),
        ("no links, no size", "drwxrwxr-x root     sdcard_rw          2026-10-26 15:15 DCIM", "DCIM", Directory, None),
        ("ISO time", "-rw-r--r-- 1 ftp ftp 49 2026-10-26 15:15 test1.txt", "test1.txt", File, Some(49)),
        ("ISO time with a zone", "-rw-r--r-- 1 ftp ftp 49 2026-10-26 15:15:00.000000000 +0200 +0200 x", "+0200 x", File, Some(49)),
        ("time and year", "-rw-r--r-- 1 ftp ftp 49 Oct 26 15:15:00 2026 x", "x", File, Some(49)),
        ("day before month", "-rw-r--r-- 1 ftp ftp 49 26 Oct 15:15 x", "x", File, Some(49)),
        ("another language", "-rw-r--r-- 1 ftp ftp 49 M\u{e4}r 26 15:15 x", "x", File, Some(49)),
        ("a leading blank", "-rw-r--r-- 1 ftp ftp 5 Jul 25 15:01  lead.txt", " lead.txt", File, Some(5)),
        ("a trailing blank", "-rw-r--r-- 1 ftp ftp 5 Jul 25 15:01 trail ", "trail ", File, Some(5)),
        ("a date in the name", "-rw-r--r-- 1 ftp ftp 5 Jul 25 15:01 9 Jan 10 2020 x", "9 Jan 10 2020 x", File, Some(5)),
        ("a year as name", "-rw-r--r-- 1 ftp ftp 5 Jul 25 15:01 2026", "2026", File, Some(5)),
        ("an arrow in a link's name", "lrwxrwxrwx 1 0 0 4 Nov 21 10:00 a -> b -> logs", "a -> b", Link, Some(4)),
        ("an arrow in a file's name", "-rw-r--r-- 1 0 0 4 Nov 21 10:00 a -> b", "a -> b", File, Some(4)),
        ("a link of a wrong size", "lrwxrwxrwx 1 0 0 99 Nov 21 10:00 now -> logs", "now", Link, Some(99)),
        ("device", "crw-rw----   1 root     tty        4,  64 Nov 10 17:25 ttyS0", "ttyS0", Other, None),
        ("device, tight", "brw-rw----   1 root     disk     8,0 Nov 10 17:25 sda", "sda", Other, None),
        ("socket", "srwxrwxrwx   1 root     root            0 Nov 10 17:25 log", "log", Other, None),
        ("NetWare", "- [R----F--] rhesus             214059       Oct 20 15:27    cx.exe", "cx.exe", File, Some(214_059)),
        ("NetWare, directory", "d [R----F--] supervisor            512       Jan 16 18:53    login", "login", Directory, Some(512)),
        ("IIS", "07-25-26  05:49AM             17919077 dummyfile", "dummyfile", File, Some(17_919_077)),
        ("IIS, a leading blank", "03-24-22  09:50AM                   31   lead.txt", "  lead.txt", File, Some(31)),
        ("IIS, directory", "10-26-26  03:15PM       <DIR>          my logs", "my logs", Directory, None),
        ("IIS, directory with a leading blank", "10-26-26  03:15PM       <DIR>           logs", " logs", Directory, None),
        ("IIS, more than 4 GiB", "10-26-2026  03:15PM           6442450944 big", "big", File, Some(6_442_450_944)),
        ("DOS, 24 hours", "2026-10-26  15:15                 1234 a.txt", "a.txt", File, Some(1234)),
        ("DOS, two words", "10/26/2026  03:15 PM    <DIR>          logs", "logs", Directory, None),
        ("DOS, junction", "10-26-26  03:15PM       <JUNCTION>     now [C:\\logs]", "now", Link, None),
    ];

    #[test]
    fn lines_of_servers() {
        for (what, line, name, kind, size) in CASES {
            let entry = parse_list_line(line.as_bytes()).expect(what);
            let found = (entry.name.as_slice(), entry.kind, entry.size);
            assert_eq!(found, (name.as_bytes(), *kind, *size), "{what}");
            assert!(!is_unread(&entry), "{what}");
            assert_eq!(entry.raw, line.as_bytes(), "{what}");
        }
    }

    #[test]
    fn the_time_is_in_the_servers_words() {
        let cases = [
            ("-rw-r--r-- 1 ftp ftp 49 Nov 21  2026 x", "Nov 21 2026"),
            (
                "-rw-r--r-- 1 ftp ftp 49 2026-10-26 15:15 x",
                "2026-10-26 15:15",
            ),
            (
                "10-26-26  03:15PM       <DIR>          x",
                "10-26-26 03:15PM",
            ),
            (
                "10/26/2026  03:15 PM    <DIR>          x",
                "10/26/2026 03:15 PM",
            ),
        ];
        for (line, modified) in cases {
            let entry = parse_list_line(line.as_bytes()).expect(line);
            assert_eq!(entry.modified.as_deref(), Some(modified), "{line}");
        }
    }

    // A wrong name that is told as if it were right is worse than none.
    #[test]
    fn other_lines_are_kept_whole() {
        let lines = [
            "something else",
            "-rw-r--r-- 1 ftp ftp 49 x",
            "-rw-r--r-- 1 ftp ftp 49 Oct 26 15:15",
            "-rw-r--r-- 1 ftp ftp 1.2K Oct 26 15:15 x",
            "-rw-r--r-- 1 ftp ftp 49 Oct 32 15:15 x",
            "-rw-r--r-- 1 ftp ftp 49 Oct 26 25:15 x",
            "-x 1 ftp ftp 49 Oct 26 15:15 x",
            "10-26-26  03:15PM  <WHAT>  x",
            "10-26-26  03:15PM  49",
            "totals",
            "-",
            " ",
        ];
        for line in lines {
            let entry = parse_list_line(line.as_bytes()).expect(line);
            assert_eq!((entry.name.as_slice(), entry.size), (line.as_bytes(), None));
            assert!(is_unread(&entry), "{line}");
        }
    }

    #[test]
    fn the_directory_itself_is_no_entry() {
        let lines = [
            "total 12",
            "Total 0",
            "drwxr-xr-x 2 0 0 4096 Nov 21 2026 .",
            "drwxr-xr-x 2 0 0 4096 Nov 21 2026 ..",
            "10-26-26  03:15PM       <DIR>          ..",
        ];
        for line in lines {
            assert_eq!(parse_list_line(line.as_bytes()), None, "{line}");
        }
    }
}
