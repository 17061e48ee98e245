//! Listings of any bytes: an entry keeps its line, and its name is a part of it.

use qftp::client::Entry;
use qftp::internal::listing::{parse_list_line, parse_machine_line};

/// Runs the target.
pub fn run(data: &[u8]) {
    for line in data.split(|byte| *byte == b'\n') {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if let Some(entry) = parse_list_line(line) {
            check(&entry, line);
        }
        if let Some(entry) = parse_machine_line(line) {
            check(&entry, line);
        }
    }
}

fn check(entry: &Entry, line: &[u8]) {
    assert_eq!(entry.raw, line, "an entry without its line");
    let name = entry.name.as_slice();
    let stands_there = name.is_empty() || line.windows(name.len()).any(|part| part == name);
    assert!(
        stands_there,
        "the name {} of {}",
        name.escape_ascii(),
        line.escape_ascii()
    );
    // No server's name of an entry is the directory itself or the one above it.
    assert!(name != b"." && name != b"..", "{}", line.escape_ascii());
}
