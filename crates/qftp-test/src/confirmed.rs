//! The truth of an error: the bytes that it confirms are in their place.

use std::fs;
use std::path::Path;

/// Returns true if the first bytes of a file are there and right, so many of them.
pub fn begins_right(there: &[u8], right: &[u8], length: usize) -> bool {
    there
        .get(..length)
        .is_some_and(|there| right.get(..length) == Some(there))
}

/// Returns true if the part of a download that a folder keeps begins its content and has these bytes of it. Without a
/// part it has none.
///
/// # Panics
///
/// The folder cannot be read.
pub fn part_begins_with(folder: &Path, content: &[u8], confirmed: usize) -> bool {
    let entries = fs::read_dir(folder).expect("a folder");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let mut parts = paths.filter(|path| path.to_string_lossy().ends_with(".part"));
    let Some(part) = parts.next() else {
        return confirmed == 0;
    };
    let kept = fs::read(part).expect("read");
    kept.len() >= confirmed && content.starts_with(&kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn confirmed_bytes_are_there_and_right() {
        assert!(begins_right(b"abcX", b"abcdef", 3));
        assert!(!begins_right(b"abcX", b"abcdef", 4));
        assert!(!begins_right(b"abc", b"abcdef", 4));
        assert!(!begins_right(b"abcdef", b"abc", 4));
    }

    #[test]
    fn a_part_has_what_is_confirmed_and_nothing_else() {
        let folder = tempfile::tempdir().expect("a folder");
        assert!(part_begins_with(folder.path(), b"abcdef", 0));
        assert!(!part_begins_with(folder.path(), b"abcdef", 1));
        fs::write(folder.path().join("a.part"), b"abc").expect("written");
        assert!(part_begins_with(folder.path(), b"abcdef", 3));
        assert!(!part_begins_with(folder.path(), b"abcdef", 4));
        assert!(!part_begins_with(folder.path(), b"abXdef", 2));
    }
}
