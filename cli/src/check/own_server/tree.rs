//! The files and directories of the server, in memory.

use std::collections::BTreeMap;
use std::io::Write as _;

/// The time of a file that was not given one.
const TIME: &str = "20260102030405";
/// No file is made to be so large.
const LARGEST: u64 = 1 << 20;

/// One name on the server.
#[derive(Clone, Debug)]
enum Entry {
    Directory,
    File { content: Vec<u8>, time: String },
}

/// The form of a listing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Long,
    Names,
    Machine,
}

/// All names, from `/` on.
#[derive(Clone, Debug)]
pub(super) struct Tree {
    entries: BTreeMap<Vec<u8>, Entry>,
}

impl Tree {
    pub(super) fn new() -> Self {
        Tree {
            entries: BTreeMap::from([(b"/".to_vec(), Entry::Directory)]),
        }
    }

    pub(super) fn put(&mut self, path: &[u8], content: Vec<u8>, time: Option<&str>) {
        let time = time.unwrap_or(TIME).to_owned();
        self.entries
            .insert(path.to_vec(), Entry::File { content, time });
    }

    pub(super) fn file(&self, path: &[u8]) -> Option<&[u8]> {
        match self.entries.get(path)? {
            Entry::File { content, .. } => Some(content),
            Entry::Directory => None,
        }
    }

    pub(super) fn time(&self, path: &[u8]) -> Option<&str> {
        match self.entries.get(path)? {
            Entry::File { time, .. } => Some(time),
            Entry::Directory => None,
        }
    }

    pub(super) fn is_directory(&self, path: &[u8]) -> bool {
        matches!(self.entries.get(path), Some(Entry::Directory))
    }

    /// Makes a directory; false where the name is taken.
    pub(super) fn make_directory(&mut self, path: &[u8]) -> bool {
        let is_free = !self.entries.contains_key(path);
        if is_free {
            self.entries.insert(path.to_vec(), Entry::Directory);
        }
        is_free
    }

    /// Removes a file; false where there is none.
    pub(super) fn remove_file(&mut self, path: &[u8]) -> bool {
        self.file(path).is_some() && self.entries.remove(path).is_some()
    }

    /// Removes an empty directory; false where there is none.
    pub(super) fn remove_directory(&mut self, path: &[u8]) -> bool {
        let inside = [path, b"/"].concat();
        let is_empty = !self.entries.keys().any(|name| name.starts_with(&inside));
        is_empty && self.is_directory(path) && self.entries.remove(path).is_some()
    }

    /// Gives a name to another one; false where there is none.
    pub(super) fn rename(&mut self, from: &[u8], to: &[u8]) -> bool {
        let entry = self.entries.remove(from);
        let found = entry.is_some();
        self.entries.extend(entry.map(|entry| (to.to_vec(), entry)));
        found
    }

    /// Begins an upload at an offset. What stood behind it goes; what is missing before it is filled with zeros (003
    /// §1.2.15). False where it cannot be.
    pub(super) fn begin(&mut self, path: &[u8], offset: u64) -> bool {
        if self.is_directory(path) || offset >= LARGEST {
            return false;
        }
        let mut kept = self.file(path).unwrap_or_default().to_vec();
        kept.resize(usize::try_from(offset).unwrap_or(0), 0);
        self.put(path, kept, None);
        true
    }

    /// Adds bytes to a file.
    pub(super) fn append(&mut self, path: &[u8], bytes: &[u8]) {
        if let Some(Entry::File { content, .. }) = self.entries.get_mut(path) {
            content.extend_from_slice(bytes);
        }
    }

    /// Returns the listing of a directory.
    pub(super) fn listing(&self, form: Form, path: &[u8]) -> Option<Vec<u8>> {
        if !self.is_directory(path) {
            return None;
        }
        let inside = match path {
            b"/" => b"/".to_vec(),
            path => [path, b"/"].concat(),
        };
        let mut text = Vec::new();
        for (name, entry) in &self.entries {
            let Some(name) = name.strip_prefix(inside.as_slice()) else {
                continue;
            };
            if name.is_empty() || name.contains(&b'/') {
                continue;
            }
            let (mark, kind, size) = match entry {
                Entry::Directory => ('d', "dir", 0),
                Entry::File { content, .. } => ('-', "file", content.len()),
            };
            let before = match form {
                Form::Names => String::new(),
                Form::Machine => format!("type={kind};size={size}; "),
                Form::Long => format!("{mark}rw-r--r-- 1 test test {size} Jan 02 2026 "),
            };
            // A vector takes everything.
            let _ = write!(text, "{before}");
            text.extend_from_slice(name);
            text.extend_from_slice(b"\r\n");
        }
        Some(text)
    }
}

/// Returns a path from the root on; `.` and an empty name are the directory of the session.
pub(super) fn absolute(here: &[u8], path: &[u8]) -> Vec<u8> {
    match path {
        b"" | b"." => here.to_vec(),
        b"/" => b"/".to_vec(),
        path if path.starts_with(b"/") => path.to_vec(),
        path if here == b"/" => [b"/", path].concat(),
        path => [here, b"/", path].concat(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_upload_keeps_what_stands_before_its_offset() {
        let mut tree = Tree::new();
        tree.put(b"/a", b"12345".to_vec(), None);
        for (offset, kept) in [(0, &b""[..]), (2, b""), (4, b"\0\0")] {
            assert!(tree.begin(b"/a", offset));
            let expected = [&b"12"[..usize::from(offset == 2) * 2], kept].concat();
            let whole = tree.file(b"/a").expect("a file").to_vec();
            assert_eq!(whole.len() as u64, offset, "{expected:?}");
            tree.put(b"/a", b"12345".to_vec(), None);
        }
        assert!(!tree.begin(b"/", 0) && !tree.begin(b"/a", LARGEST));
    }

    #[test]
    fn a_listing_has_the_names_of_one_directory() {
        let mut tree = Tree::new();
        assert!(tree.make_directory(b"/d") && !tree.make_directory(b"/d"));
        tree.put(b"/d/a", b"123".to_vec(), None);
        let names = |path: &[u8]| tree.listing(Form::Names, path);
        assert_eq!(names(b"/").as_deref(), Some(&b"d\r\n"[..]));
        assert_eq!(names(b"/d").as_deref(), Some(&b"a\r\n"[..]));
        assert_eq!(names(b"/d/a"), None);
        let machine = tree.listing(Form::Machine, b"/d").expect("a directory");
        assert_eq!(machine, b"type=file;size=3; a\r\n");
        assert!(!tree.remove_directory(b"/d"));
        assert!(tree.remove_file(b"/d/a") && tree.remove_directory(b"/d"));
    }

    #[test]
    fn paths_are_read_from_the_directory_of_the_session() {
        assert_eq!(absolute(b"/", b"a"), b"/a");
        assert_eq!(absolute(b"/d", b"a"), b"/d/a");
        assert_eq!(absolute(b"/d", b"/a"), b"/a");
        assert_eq!(absolute(b"/d", b"."), b"/d");
    }
}
