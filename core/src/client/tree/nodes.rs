//! The files and directories below the top of a tree, at either end, by relative paths of bytes: `logs/a.csv`.

use std::collections::{BTreeMap, BTreeSet};
use std::time::SystemTime;

use super::report::SkipReason;
use crate::client::error::Error;

/// One file or directory of a tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct TreeNode {
    pub(super) kind: NodeKind,
    pub(super) size: Option<u64>,
    pub(super) modified: Option<SystemTime>,
}

impl TreeNode {
    /// Makes a node of which only the kind is known.
    pub(super) fn new(kind: NodeKind) -> Self {
        TreeNode {
            kind,
            size: None,
            modified: None,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NodeKind {
    File,
    Directory,
    /// It is there, and not carried over.
    Skipped(SkipReason),
}

/// A tree at one end.
#[derive(Debug, Default)]
pub(super) struct TreeNodes {
    /// A directory stands before what is in it.
    pub(super) nodes: BTreeMap<Vec<u8>, TreeNode>,
    /// Directories that may have more than is known here.
    pub(super) open: BTreeSet<Vec<u8>>,
    /// Directories that could not be read.
    pub(super) failures: Vec<(Vec<u8>, Error)>,
}

impl TreeNodes {
    /// Returns true where all that stands in the directory of a path is known, and in those above it.
    pub(super) fn knows_siblings(&self, path: &[u8]) -> bool {
        ancestors(path).all(|directory| !self.open.contains(directory))
    }
}

/// Returns the directories above a path, the nearest first; the last one is the top, an empty path.
pub(super) fn ancestors(path: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = Some(path);
    std::iter::from_fn(move || {
        let path = rest.filter(|path| !path.is_empty())?;
        let parent = memchr::memrchr(b'/', path).map_or(&b""[..], |slash| &path[..slash]);
        rest = Some(parent);
        Some(parent)
    })
}

#[cfg(test)]
mod tests {
    use super::ancestors;

    #[test]
    fn the_directories_above_a_path_end_with_the_top() {
        let above: Vec<&[u8]> = ancestors(b"a/b/c").collect();
        assert_eq!(above, [&b"a/b"[..], b"a", b""]);
        assert_eq!(ancestors(b"a").collect::<Vec<_>>(), [b""]);
        assert_eq!(ancestors(b"").count(), 0);
    }
}
