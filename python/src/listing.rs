//! Listings and lines as Python gets them: bytes, in lists.

use pyo3::prelude::*;
use pyo3::types::PyBytes;
use qftp::client::{Entry, EntryKind};

/// Holds name, kind, size, time of the last change, the whole line.
pub(crate) type Row<'py> = (
    Bound<'py, PyBytes>,
    &'static str,
    Option<u64>,
    Option<String>,
    Bound<'py, PyBytes>,
);

/// Lines or names.
pub(crate) fn lines<'py>(py: Python<'py>, lines: &[Vec<u8>]) -> Vec<Bound<'py, PyBytes>> {
    lines.iter().map(|line| PyBytes::new(py, line)).collect()
}

/// The entries of a directory.
pub(crate) fn rows<'py>(py: Python<'py>, entries: &[Entry]) -> Vec<Row<'py>> {
    let row = |entry: &Entry| {
        let kind = match entry.kind {
            EntryKind::File => "file",
            EntryKind::Directory => "directory",
            EntryKind::Link => "link",
            EntryKind::Other => "other",
        };
        let (name, raw) = (&entry.name, &entry.raw);
        let modified = entry.modified.clone();
        (
            PyBytes::new(py, name),
            kind,
            entry.size,
            modified,
            PyBytes::new(py, raw),
        )
    };
    entries.iter().map(row).collect()
}
