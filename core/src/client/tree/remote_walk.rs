//! Reads a tree of the server, by a listing for each directory. What a listing names may be anything: a name that leads
//! to another place is left out, and depth and number have limits.

use super::nodes::{NodeKind, TreeNode, TreeNodes};
use super::report::SkipReason;
use crate::client::composed;
use crate::client::connection::Client;
use crate::client::entry::{Entry, EntryKind};
use crate::client::error::Error;
use crate::client::glob::joined;
use crate::client::list_line::is_unread;
use crate::client::modified::parse_modified;
use crate::client::safe_name::is_safe;
use crate::client::support::Task;

/// The most directories one in another: a server may invent them without end.
const DEEPEST: usize = 64;
/// The most entries of a tree: a server cannot fill the memory.
const MOST_ENTRIES: usize = 1_000_000;

/// The links of a tree that are read as what they lead to.
#[derive(Clone, Copy)]
pub(super) enum FollowedLinks<'a> {
    None,
    /// Those to files.
    Files,
    /// Those that stand for a file or a directory of the tree at the other end.
    Of(&'a TreeNodes),
}

impl Client {
    /// Reads all that is below a directory of the server.
    pub(super) fn walk_remote(
        &mut self,
        top: &[u8],
        follows: FollowedLinks<'_>,
    ) -> Result<TreeNodes, Error> {
        Task::List.check(self.dialect())?;
        let mut tree = TreeNodes::default();
        self.check_directory(top)?;
        let mut waiting = vec![Vec::new()];
        while let Some(directory) = waiting.pop() {
            let read = self.read_directory(top, &directory, follows, &mut tree);
            match read {
                Ok(below) => waiting.extend(below),
                Err(error) if directory.is_empty() || !error.is_refusal() => return Err(error),
                Err(error) => {
                    tree.open.insert(directory.clone());
                    tree.failures.push((directory, error));
                }
            }
        }
        Ok(tree)
    }

    /// Adds the entries of a directory to the tree, and returns its directories.
    fn read_directory(
        &mut self,
        top: &[u8],
        directory: &[u8],
        follows: FollowedLinks<'_>,
        tree: &mut TreeNodes,
    ) -> Result<Vec<Vec<u8>>, Error> {
        let path = joined_path(top, directory);
        let depth = directory.split(|byte| *byte == b'/').count();
        let mut below = Vec::new();
        let listed = self.list_unchecked(&path)?;
        self.check_listed(&path, &listed)?;
        for entry in self.with_links(&path, listed)? {
            if is_unread(&entry) {
                tree.open.insert(directory.to_vec());
                continue;
            }
            let relative = joined(directory, &entry.name);
            if !is_safe(&entry.name) {
                let skipped = TreeNode::new(NodeKind::Skipped(SkipReason::Name));
                // It may be the path of another entry.
                tree.nodes.entry(relative).or_insert(skipped);
                tree.open.insert(directory.to_vec());
                continue;
            }
            let node = if entry.kind == EntryKind::Link {
                self.link(&joined(&path, &entry.name), &relative, follows)?
            } else {
                node(&entry)
            };
            if node.kind == NodeKind::Directory {
                if depth >= DEEPEST {
                    return Err(too_large(top));
                }
                below.push(relative.clone());
            }
            tree.nodes.insert(relative, node);
            if tree.nodes.len() > MOST_ENTRIES {
                return Err(too_large(top));
            }
        }
        Ok(below)
    }

    /// Returns a link as what it is read as.
    fn link(
        &mut self,
        path: &[u8],
        relative: &[u8],
        follows: FollowedLinks<'_>,
    ) -> Result<TreeNode, Error> {
        let wanted = match follows {
            FollowedLinks::None => None,
            FollowedLinks::Files => Some(NodeKind::File),
            FollowedLinks::Of(other) => other.nodes.get(relative).map(|node| node.kind),
        };
        match wanted {
            Some(NodeKind::File) => self.behind_link(path),
            Some(NodeKind::Directory) if self.is_dir(path)? => {
                Ok(TreeNode::new(NodeKind::Directory))
            }
            _ => Ok(TreeNode::new(NodeKind::Skipped(SkipReason::Link))),
        }
    }

    /// Returns a link as a file, where the server tells the size behind it.
    fn behind_link(&mut self, path: &[u8]) -> Result<TreeNode, Error> {
        let mut node = TreeNode::new(NodeKind::Skipped(SkipReason::Link));
        match self.size(path) {
            Ok(size) => {
                node.kind = NodeKind::File;
                node.size = Some(size);
            }
            Err(error) if error.is_refusal() => {}
            Err(error) => return Err(error),
        }
        Ok(node)
    }

    /// Returns true where a directory of the server still has an entry of this name.
    pub(super) fn still_lists(&mut self, path: &[u8]) -> Result<bool, Error> {
        let (directory, name) = composed::split(path);
        let entries = self.list_unchecked(directory)?;
        if entries.is_empty() || self.lists_itself(directory, &entries)? {
            return self.may_hide(directory, path);
        }
        Ok(entries
            .iter()
            .any(|entry| entry.name == name || is_unread(entry)))
    }

    /// Returns true where a directory that shows no entries may have a file or directory of this name: the user may be
    /// allowed to use names in it, and not to read it.
    fn may_hide(&mut self, directory: &[u8], path: &[u8]) -> Result<bool, Error> {
        if self.enters(directory)? != Some(true) {
            return Ok(true);
        }
        match self.size(path) {
            Ok(_) => return Ok(true),
            Err(error) if error.is_missing() => {}
            // The server does not tell.
            Err(error) if error.is_refusal() => return Ok(true),
            Err(error) => return Err(error),
        }
        Ok(self.enters(path)? != Some(false))
    }
}

/// Returns the path on the server of a path of the tree.
pub(super) fn joined_path(top: &[u8], path: &[u8]) -> Vec<u8> {
    match (top, path) {
        (b"", b"") => b".".to_vec(),
        (top, b"") => top.to_vec(),
        (top, path) => joined(top, path),
    }
}

fn node(entry: &Entry) -> TreeNode {
    let kind = match entry.kind {
        EntryKind::File => NodeKind::File,
        EntryKind::Directory => NodeKind::Directory,
        EntryKind::Link => NodeKind::Skipped(SkipReason::Link),
        EntryKind::Other => NodeKind::Skipped(SkipReason::Special),
    };
    TreeNode {
        kind,
        size: entry.size.filter(|_| kind == NodeKind::File),
        modified: entry.modified.as_deref().and_then(parse_modified),
    }
}

fn too_large(top: &[u8]) -> Error {
    Error::TreeTooLarge {
        path: String::from_utf8_lossy(top).into_owned(),
    }
}
