//! Reads a tree of the local file system. Links to files are files; links to directories are not followed, but for those
//! that stand where the tree at the other end has a directory.

use std::fs::{self, FileType};
use std::io;
use std::path::Path;

use super::nodes::{NodeKind, TreeNode, TreeNodes};
use super::report::SkipReason;
use crate::client::error::Error;
use crate::client::glob::joined;
use crate::client::local_file::local;
use crate::client::safe_name::{to_local, to_remote};

/// Reads all that is below a directory. One that cannot be read is noted, but for the top. `other` is the tree of which
/// this one is a copy.
pub(super) fn walk_local(top: &Path, other: Option<&TreeNodes>) -> Result<TreeNodes, Error> {
    let mut tree = TreeNodes::default();
    let mut waiting = vec![Vec::new()];
    while let Some(directory) = waiting.pop() {
        let path = local_path(top, &directory);
        let read = path.and_then(|path| {
            read_directory(&path, &directory, &mut tree, other)
                .map_err(|error| local(&path, &error))
        });
        match read {
            Ok(below) => waiting.extend(below),
            Err(error) if directory.is_empty() => return Err(error),
            Err(error) => {
                tree.open.insert(directory.clone());
                tree.failures.push((directory, error));
            }
        }
    }
    Ok(tree)
}

/// Returns the local path of a path of the tree.
pub(super) fn local_path(top: &Path, path: &[u8]) -> Result<std::path::PathBuf, Error> {
    let mut local = top.to_owned();
    for part in path
        .split(|byte| *byte == b'/')
        .filter(|part| !part.is_empty())
    {
        local.push(to_local(part).ok_or_else(|| {
            let text = format!("{}: no local name", String::from_utf8_lossy(part));
            let source = io::Error::new(io::ErrorKind::InvalidFilename, text);
            Error::Local { source }
        })?);
    }
    Ok(local)
}

/// Adds the entries of a directory to the tree, and returns its directories.
fn read_directory(
    path: &Path,
    directory: &[u8],
    tree: &mut TreeNodes,
    other: Option<&TreeNodes>,
) -> io::Result<Vec<Vec<u8>>> {
    let is_directory = |path: &[u8]| {
        let node = other.and_then(|other| other.nodes.get(path));
        node.is_some_and(|node| node.kind == NodeKind::Directory)
    };
    let mut below = Vec::new();
    for entry in fs::read_dir(path)? {
        let entry = entry?;
        let Some(name) = to_remote(&entry.file_name()) else {
            tree.open.insert(directory.to_vec());
            continue;
        };
        let relative = joined(directory, &name);
        let follows = is_directory(&relative);
        let node = read_node(&entry.path(), entry.file_type()?, follows);
        if node.kind == NodeKind::Directory {
            below.push(relative.clone());
        }
        tree.nodes.insert(relative, node);
    }
    Ok(below)
}

fn read_node(path: &Path, own: FileType, follows: bool) -> TreeNode {
    // Behind a link, and of the directory entry itself where it leads nowhere.
    let Ok(metadata) = fs::metadata(path) else {
        let reason = if own.is_symlink() {
            SkipReason::Link
        } else {
            SkipReason::Special
        };
        return TreeNode::new(NodeKind::Skipped(reason));
    };
    let kind = if metadata.is_file() {
        NodeKind::File
    } else if metadata.is_dir() && own.is_symlink() && !follows {
        NodeKind::Skipped(SkipReason::Link)
    } else if metadata.is_dir() {
        NodeKind::Directory
    } else {
        NodeKind::Skipped(SkipReason::Special)
    };
    TreeNode {
        kind,
        size: Some(metadata.len()).filter(|_| kind == NodeKind::File),
        modified: metadata.modified().ok(),
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    #[test]
    fn links_to_files_are_files_and_links_to_directories_are_not_followed() {
        let top = tempfile::tempdir().expect("a folder");
        let at = |path: &str| top.path().join(path);
        fs::create_dir_all(at("d/e")).expect("made");
        fs::write(at("d/e/f"), b"12345").expect("written");
        for (target, link) in [("d/e/f", "file"), (".", "circle"), ("nothing", "broken")] {
            symlink(target, at(link)).expect("a link");
        }
        let tree = walk_local(top.path(), None).expect("read");
        let kinds: Vec<_> = tree
            .nodes
            .iter()
            .map(|(path, node)| (path.as_slice(), node.kind, node.size))
            .collect();
        let link = NodeKind::Skipped(SkipReason::Link);
        assert_eq!(
            kinds,
            [
                (&b"broken"[..], link, None),
                (b"circle", link, None),
                (b"d", NodeKind::Directory, None),
                (b"d/e", NodeKind::Directory, None),
                (b"d/e/f", NodeKind::File, Some(5)),
                (b"file", NodeKind::File, Some(5)),
            ]
        );
        assert!(walk_local(&at("nothing"), None).is_err());
        assert!(tree.open.is_empty() && tree.failures.is_empty());
    }
}
