//! Plans a tree: what is done so that the copy has what the source has. It opens nothing and asks nothing.

use std::collections::BTreeSet;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::nodes::{NodeKind, TreeNode, TreeNodes, ancestors};
use super::report::SkipReason;
use crate::dialect::Direction;

/// The choices of the user that decide a plan.
#[derive(Clone, Copy, Debug, Default)]
#[allow(clippy::struct_excessive_bools)] // each is a choice of its own
pub(super) struct PlanRules {
    /// Leave out files whose copies are up to date.
    pub(super) mirror: bool,
    /// Delete what the source does not have.
    pub(super) delete: bool,
    /// A copy of the same size is up to date, whatever its time.
    pub(super) size_only: bool,
    /// Leave files alone that exist.
    pub(super) no_clobber: bool,
}

/// One thing to do, at a path of the tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct TreeStep {
    pub(super) path: Vec<u8>,
    pub(super) work: TreeWork,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum TreeWork {
    MakeDirectory,
    /// Carry the file over.
    Transfer {
        size: Option<u64>,
        modified: Option<SystemTime>,
    },
    Skip(SkipReason),
    Delete,
    RemoveDirectory,
}

/// Plans what makes the target a copy of the source. Deletions stand at the end, but for what is in the way.
pub(super) fn plan(
    direction: Direction,
    source: &TreeNodes,
    target: &TreeNodes,
    rules: PlanRules,
) -> Vec<TreeStep> {
    let mut steps = Vec::new();
    let mut push = |path: &[u8], work| {
        let path = path.to_vec();
        steps.push(TreeStep { path, work });
    };
    let mut gone: BTreeSet<&[u8]> = BTreeSet::new();
    for (path, node) in &source.nodes {
        let there = target.nodes.get(path);
        let is_in_the_way = match (node.kind, there.map(|there| there.kind)) {
            (NodeKind::File, Some(NodeKind::Directory))
            | (NodeKind::Directory, Some(NodeKind::File)) => rules.delete,
            _ => false,
        };
        if is_in_the_way {
            for (path, node) in below(target, path) {
                push(path, deletion(node));
                gone.insert(path);
            }
        }
        let there = there.filter(|_| !is_in_the_way);
        match node.kind {
            NodeKind::Skipped(reason) => push(path, TreeWork::Skip(reason)),
            NodeKind::Directory if there.is_some_and(is_directory) => {}
            NodeKind::Directory => push(path, TreeWork::MakeDirectory),
            NodeKind::File => push(path, file(direction, node, there, rules)),
        }
    }
    if rules.delete {
        for (path, node) in target.nodes.iter().rev() {
            if !gone.contains(path.as_slice()) && is_surplus(source, path) {
                push(path, deletion(node));
            }
        }
    }
    steps
}

/// Returns a node and all that is below it, the deepest first.
fn below<'a>(
    tree: &'a TreeNodes,
    path: &'a [u8],
) -> impl Iterator<Item = (&'a [u8], &'a TreeNode)> {
    let inside = move |other: &[u8]| other == path || ancestors(other).any(|above| above == path);
    tree.nodes
        .iter()
        .rev()
        .map(|(path, node)| (path.as_slice(), node))
        .filter(move |(path, _)| inside(path))
}

fn is_directory(node: &TreeNode) -> bool {
    node.kind == NodeKind::Directory
}

fn deletion(node: &TreeNode) -> TreeWork {
    if is_directory(node) {
        TreeWork::RemoveDirectory
    } else {
        TreeWork::Delete
    }
}

/// Returns true where the source is known not to have a path: the directories above it were read whole, and none of
/// them is left out.
fn is_surplus(source: &TreeNodes, path: &[u8]) -> bool {
    let is_left_out = |above: &[u8]| {
        let node = source.nodes.get(above);
        node.is_some_and(|node| !is_directory(node))
    };
    !source.nodes.contains_key(path)
        && source.knows_siblings(path)
        && !ancestors(path).any(is_left_out)
}

/// Plans one file.
fn file(
    direction: Direction,
    source: &TreeNode,
    target: Option<&TreeNode>,
    rules: PlanRules,
) -> TreeWork {
    match target {
        Some(_) if rules.no_clobber => TreeWork::Skip(SkipReason::Exists),
        Some(target) if rules.mirror && is_up_to_date(direction, source, target, rules) => {
            TreeWork::Skip(SkipReason::UpToDate)
        }
        _ => TreeWork::Transfer {
            size: source.size,
            modified: source.modified,
        },
    }
}

/// Returns true where size and time say that a copy is up to date. A time that is not known says nothing.
///
/// A download takes the time of its source, so the two are equal. The server gives an upload its own time, which is
/// later than that of the source.
fn is_up_to_date(
    direction: Direction,
    source: &TreeNode,
    target: &TreeNode,
    rules: PlanRules,
) -> bool {
    let same_size = source.size.is_some() && source.size == target.size;
    let same_time = match (direction, source.modified, target.modified) {
        (Direction::Down, Some(source), Some(target)) => seconds(source, 0) == seconds(target, 0),
        // Servers state whole seconds: in the same one, the source may have changed behind the upload.
        (Direction::Up, Some(source), Some(target)) => {
            seconds(target, 0) >= seconds(source, 999_999_999)
        }
        _ => false,
    };
    target.kind == NodeKind::File && same_size && (rules.size_only || same_time)
}

/// Returns the whole seconds of a time, after adding so many nanoseconds.
fn seconds(time: SystemTime, more: u64) -> Option<u64> {
    let since = time.duration_since(UNIX_EPOCH).ok()?;
    Some((since + Duration::from_nanos(more)).as_secs())
}

#[cfg(test)]
mod tests;
