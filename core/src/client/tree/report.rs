//! The result of a tree: one item for each file and directory that was looked at.

use std::path::PathBuf;

use crate::client::error::Error;
use crate::client::transfer::Transferred;

/// Something that is done for a tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TreeAction {
    /// Upload a file.
    Put,
    /// Download a file.
    Get,
    /// Make a directory.
    MakeDirectory,
    /// Read a directory.
    List,
    /// Delete a file of the copy that the source does not have.
    Delete,
    /// Delete a directory of the copy that the source does not have.
    RemoveDirectory,
}

impl TreeAction {
    /// Returns the stable name for programs and documents.
    pub fn name(self) -> &'static str {
        match self {
            TreeAction::Put => "put",
            TreeAction::Get => "get",
            TreeAction::MakeDirectory => "mkdir",
            TreeAction::List => "list",
            TreeAction::Delete => "delete",
            TreeAction::RemoveDirectory => "rmdir",
        }
    }
}

/// Reason for which a file or directory was not carried over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SkipReason {
    /// The copy is up to date: its size and time say so.
    UpToDate,
    /// The copy exists, and is not to be replaced.
    Exists,
    /// It is a symbolic link to a directory, or leads nowhere.
    Link,
    /// It is neither a file nor a directory.
    Special,
    /// Its name cannot stand at the other end, or leads to another place.
    Name,
    /// The directory that it belongs into could not be made.
    Directory,
    /// It was only to be told what would be done.
    DryRun,
    /// It was not reached: an error ended all, or the time was over.
    NotReached,
}

impl SkipReason {
    /// Returns the stable name for programs and documents.
    pub fn name(self) -> &'static str {
        match self {
            SkipReason::UpToDate => "up-to-date",
            SkipReason::Exists => "exists",
            SkipReason::Link => "link",
            SkipReason::Special => "special",
            SkipReason::Name => "name",
            SkipReason::Directory => "directory",
            SkipReason::DryRun => "dry-run",
            SkipReason::NotReached => "not-reached",
        }
    }

    /// Returns the reason in words, behind "skipped:".
    pub fn meaning(self) -> &'static str {
        match self {
            SkipReason::UpToDate => "it is up to date",
            SkipReason::Exists => "it exists",
            SkipReason::Link => "it is a link to a directory, or to nothing",
            SkipReason::Special => "it is neither a file nor a directory",
            SkipReason::Name => "its name cannot be used at the other end",
            SkipReason::Directory => "its directory could not be made",
            SkipReason::DryRun => "this is a dry run",
            SkipReason::NotReached => "it was not reached",
        }
    }

    /// Returns true where the copy lacks something for this reason.
    pub fn is_lack(self) -> bool {
        matches!(
            self,
            SkipReason::Special | SkipReason::Name | SkipReason::Directory | SkipReason::NotReached
        )
    }
}

/// Result of one item.
#[derive(Debug)]
#[non_exhaustive]
pub enum TreeOutcome {
    /// A file was transferred.
    Transferred(Transferred),
    /// A directory was made, or something was deleted.
    Done,
    /// Nothing was done, for this reason.
    Skipped(SkipReason),
    /// It failed.
    Failed(Error),
}

/// One file or directory of a tree, and its result.
#[derive(Debug)]
#[non_exhaustive]
pub struct TreeItem {
    /// The action, done or not.
    pub action: TreeAction,
    /// Its local path.
    pub local: PathBuf,
    /// Its path on the server.
    pub remote: Vec<u8>,
    /// Its result.
    pub outcome: TreeOutcome,
}

/// The result of a tree: all that was done, and what was not.
#[derive(Debug, Default)]
#[non_exhaustive]
#[must_use = "some of the files may have failed"]
pub struct TreeReport {
    /// In the order in which they were done.
    pub items: Vec<TreeItem>,
}

impl TreeReport {
    /// Returns the first error.
    pub fn first_error(&self) -> Option<&Error> {
        self.items.iter().find_map(|item| match &item.outcome {
            TreeOutcome::Failed(error) => Some(error),
            _ => None,
        })
    }

    /// Returns the items, if none of them failed.
    ///
    /// # Errors
    ///
    /// The first error of an item.
    pub fn check(self) -> Result<Vec<TreeItem>, Error> {
        let failed = |item: &TreeItem| matches!(item.outcome, TreeOutcome::Failed(_));
        match self.items.iter().position(failed) {
            None => Ok(self.items),
            Some(at) => match self.items.into_iter().nth(at).map(|item| item.outcome) {
                Some(TreeOutcome::Failed(error)) => Err(error),
                _ => Ok(Vec::new()),
            },
        }
    }

    /// Returns the number of files that were transferred.
    pub fn files(&self) -> usize {
        let moved = |item: &&TreeItem| matches!(item.outcome, TreeOutcome::Transferred(_));
        self.items.iter().filter(moved).count()
    }

    /// Returns the bytes that were transferred.
    pub fn bytes(&self) -> u64 {
        let bytes = self.items.iter().map(|item| match &item.outcome {
            TreeOutcome::Transferred(moved) => moved.bytes,
            _ => 0,
        });
        bytes.sum()
    }
}
