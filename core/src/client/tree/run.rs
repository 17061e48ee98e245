//! Carries out the plan of a tree, step by step, and notes what came of each.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::local_walk::local_path;
use super::nodes::{NodeKind, TreeNodes, ancestors};
use super::options::{TreeEvent, TreeOptions};
use super::plan::{TreeStep, TreeWork, plan};
use super::remote_walk::joined_path;
use super::report::{SkipReason, TreeAction, TreeItem, TreeOutcome, TreeReport};
use crate::client::connection::Client;
use crate::client::error::Error;
use crate::client::file_batch::FileBatch;
use crate::client::get::{GetOptions, PartMode};
use crate::client::local_file::local;
use crate::client::put::{PutMode, PutOptions};
use crate::dialect::Direction;
use crate::transfer::RetryPolicy;
use crate::{ErrorKind, ErrorKinds};

/// Errors of one file, among those that another try may not meet.
const OF_ONE_FILE: [ErrorKind; 4] = [
    ErrorKind::FinalError,
    ErrorKind::Unexplained,
    ErrorKind::Incomplete,
    ErrorKind::ChecksumMismatch,
];

/// One tree that is carried over.
pub(super) struct TreeRun<'a, 'o> {
    client: &'a mut Client,
    direction: Direction,
    local: &'a Path,
    remote: &'a [u8],
    options: TreeOptions<'o>,
    report: TreeReport,
    /// The client's policy; each file gets the time that is left of its deadline.
    policy: RetryPolicy,
    begun: Duration,
    /// An error ended all.
    stopped: bool,
    /// Directories that could not be made.
    unmade: BTreeSet<Vec<u8>>,
    /// Paths that are to be deleted here, and whether the server still has them.
    listed: BTreeMap<Vec<u8>, bool>,
    /// Downloads that are synced together.
    batch: FileBatch,
    /// Items whose ends are told. A download waits for the batch, and others behind it.
    told: usize,
}

impl<'a, 'o> TreeRun<'a, 'o> {
    pub(super) fn new(
        client: &'a mut Client,
        direction: Direction,
        local: &'a Path,
        remote: &'a [u8],
        options: TreeOptions<'o>,
    ) -> Self {
        let (policy, begun) = (client.retry, client.now());
        TreeRun {
            client,
            direction,
            local,
            remote,
            options,
            report: TreeReport::default(),
            policy,
            begun,
            stopped: false,
            unmade: BTreeSet::new(),
            listed: BTreeMap::new(),
            batch: FileBatch::new(),
            told: 0,
        }
    }

    /// Makes the target a copy of the source.
    pub(super) fn run(
        mut self,
        mut source: TreeNodes,
        mut target: TreeNodes,
    ) -> Result<TreeReport, Error> {
        let result = self.run_all(&mut source, &mut target);
        self.client.retry = self.policy;
        result.map(|()| self.report)
    }

    fn run_all(&mut self, source: &mut TreeNodes, target: &mut TreeNodes) -> Result<(), Error> {
        let rules = self.options.plan_rules();
        if rules.mirror && !rules.size_only && !rules.no_clobber {
            self.ask_for_times(source, target)?;
        }
        let failures = std::mem::take(&mut source.failures).into_iter();
        for (path, error) in failures.chain(std::mem::take(&mut target.failures)) {
            self.end(TreeAction::List, &path, TreeOutcome::Failed(error));
        }
        let steps = plan(self.direction, source, target, rules);
        self.tell_plan(&steps);
        if !self.options.dry_run {
            match self.direction {
                Direction::Up => self.client.mkdir_all(self.remote)?,
                Direction::Down => {
                    let made = fs::create_dir_all(self.local);
                    made.map_err(|error| local(self.local, &error))?;
                }
            }
        }
        for step in &steps {
            self.take(step, source);
        }
        self.place();
        Ok(())
    }

    /// Asks the server for the times of files whose copies have their size, where its listings do not tell them.
    fn ask_for_times(
        &mut self,
        source: &mut TreeNodes,
        target: &mut TreeNodes,
    ) -> Result<(), Error> {
        let (remote, local) = match self.direction {
            Direction::Up => (target, source),
            Direction::Down => (source, target),
        };
        for (path, node) in &mut remote.nodes {
            let same_size = local.nodes.get(path).is_some_and(|other| {
                other.kind == NodeKind::File && other.size.is_some() && other.size == node.size
            });
            if node.kind == NodeKind::File && node.modified.is_none() && same_size {
                let path = joined_path(self.remote, path);
                node.modified = self.client.modified_or_none(&path)?;
            }
        }
        Ok(())
    }

    fn tell_plan(&mut self, steps: &[TreeStep]) {
        let sizes = steps.iter().filter_map(|step| match step.work {
            TreeWork::Transfer { size, .. } => Some(size),
            _ => None,
        });
        let sizes: Vec<Option<u64>> = sizes.collect();
        let bytes = sizes.iter().copied().try_fold(0_u64, |sum, size| {
            size.and_then(|size| sum.checked_add(size))
        });
        let files = sizes.len();
        self.options.tell(TreeEvent::Planned { files, bytes });
    }

    /// Takes one step, or notes why not.
    fn take(&mut self, step: &TreeStep, source: &TreeNodes) {
        let action = self.action(&step.work);
        if matches!(step.work, TreeWork::Delete | TreeWork::RemoveDirectory) {
            self.place(); // what came instead is on the disk before something goes
        }
        let is_below_unmade = ancestors(&step.path).any(|above| self.unmade.contains(above));
        let left = self.time_left();
        let skipped = match step.work {
            TreeWork::Skip(reason) => Some(reason),
            _ if self.stopped => Some(SkipReason::NotReached),
            _ if is_below_unmade => Some(SkipReason::Directory),
            _ if self.options.dry_run => Some(SkipReason::DryRun),
            _ => None,
        };
        let outcome = match skipped {
            Some(reason) => TreeOutcome::Skipped(reason),
            None if left == Some(Duration::ZERO) => TreeOutcome::Failed(Error::TimeIsOver),
            None => {
                self.client.retry = self.policy.with_deadline(left);
                self.perform(action, step, source)
                    .unwrap_or_else(TreeOutcome::Failed)
            }
        };
        if let TreeOutcome::Failed(error) = &outcome {
            self.stopped |= ends_all(error);
            if action == TreeAction::MakeDirectory {
                self.unmade.insert(step.path.clone());
            }
        }
        self.end(action, &step.path, outcome);
    }

    /// Gives the downloads that wait their names.
    fn place(&mut self) {
        let placed = self.batch.finish();
        self.tell_ends(placed);
    }

    /// Returns the time that is left for all; `None` sets no limit.
    fn time_left(&self) -> Option<Duration> {
        let spent = self.client.now().saturating_sub(self.begun);
        let deadline = self.policy.deadline?;
        Some(deadline.saturating_sub(spent))
    }

    fn action(&self, work: &TreeWork) -> TreeAction {
        match (work, self.direction) {
            (TreeWork::Transfer { .. } | TreeWork::Skip(_), Direction::Up) => TreeAction::Put,
            (TreeWork::Transfer { .. } | TreeWork::Skip(_), Direction::Down) => TreeAction::Get,
            (TreeWork::MakeDirectory, _) => TreeAction::MakeDirectory,
            (TreeWork::Delete, _) => TreeAction::Delete,
            (TreeWork::RemoveDirectory, _) => TreeAction::RemoveDirectory,
        }
    }

    fn perform(
        &mut self,
        action: TreeAction,
        step: &TreeStep,
        source: &TreeNodes,
    ) -> Result<TreeOutcome, Error> {
        let here = local_path(self.local, &step.path)?;
        let there = joined_path(self.remote, &step.path);
        let size = match step.work {
            TreeWork::Transfer { size, .. } => size,
            _ => None,
        };
        self.options.tell(TreeEvent::Begin {
            action,
            local: &here,
            remote: &there,
            size,
        });
        match (&step.work, self.direction) {
            (TreeWork::Transfer { .. }, Direction::Up) => self.put(&here, &there),
            (TreeWork::Transfer { modified, .. }, Direction::Down) => {
                self.get(&here, &there, *modified)
            }
            (TreeWork::MakeDirectory, Direction::Up) => {
                self.client.mkdir_all(&there).map(|()| TreeOutcome::Done)
            }
            (TreeWork::Delete, Direction::Up) => {
                self.change("delete", |client| client.delete(&there))
            }
            (TreeWork::RemoveDirectory, Direction::Up) => {
                self.change("rmdir", |client| client.rmdir(&there))
            }
            (TreeWork::MakeDirectory, Direction::Down) => done(make_directory(&here), &here),
            (TreeWork::Delete | TreeWork::RemoveDirectory, Direction::Down)
                if self.is_there_now(&step.path, source)? =>
            {
                Ok(TreeOutcome::Skipped(SkipReason::Exists))
            }
            (TreeWork::Delete, Direction::Down) => done(fs::remove_file(&here), &here),
            (TreeWork::RemoveDirectory, Direction::Down) => done(fs::remove_dir(&here), &here),
            (TreeWork::Skip(reason), _) => Ok(TreeOutcome::Skipped(*reason)),
        }
    }

    fn put(&mut self, here: &Path, there: &[u8]) -> Result<TreeOutcome, Error> {
        let mode = if self.options.resume {
            PutMode::Continue
        } else {
            PutMode::Replace
        };
        let (verify, atomic) = (self.options.verify, self.options.atomic);
        let mut tell = |done, total| self.options.tell(TreeEvent::Progress(done, total));
        let options = PutOptions::new().mode(mode).verify(verify).atomic(atomic);
        let moved = self
            .client
            .put_file(here, there, options.progress(&mut tell))?;
        Ok(TreeOutcome::Transferred(moved))
    }

    fn get(
        &mut self,
        here: &Path,
        there: &[u8],
        modified: Option<std::time::SystemTime>,
    ) -> Result<TreeOutcome, Error> {
        let found = fs::metadata(here);
        if found.is_ok_and(|found| !found.is_file() && !found.is_dir()) {
            let text = "neither a file nor a directory";
            let error = io::Error::new(io::ErrorKind::InvalidInput, text);
            return Err(local(here, &error));
        }
        let part = if self.options.resume {
            PartMode::Continue
        } else {
            PartMode::Leave
        };
        let mut options = GetOptions::new()
            .part(part)
            .verify(self.options.verify)
            .fsync(!self.options.no_fsync)
            .batch(&mut self.batch);
        options = match modified {
            _ if self.options.no_times => options,
            Some(time) => options.time(time),
            None => options.keep_time(true),
        };
        let mut tell = |done, total| self.options.tell(TreeEvent::Progress(done, total));
        let moved = self
            .client
            .get_file(there, here, options.progress(&mut tell))?;
        Ok(TreeOutcome::Transferred(moved))
    }

    /// Changes something on the server, also after a failure that passes.
    fn change(
        &mut self,
        operation: &'static str,
        change: impl FnMut(&mut Client) -> Result<(), Error>,
    ) -> Result<TreeOutcome, Error> {
        let changed = self.client.retrying(operation, change);
        changed.map(|()| TreeOutcome::Done)
    }

    /// Asks the server once more whether it has what is to be deleted here, or the directory in which it was: a line that
    /// loses a part of a listing must cost no file.
    fn is_there_now(&mut self, path: &[u8], source: &TreeNodes) -> Result<bool, Error> {
        let is_missing = |above: &&[u8]| !above.is_empty() && !source.nodes.contains_key(*above);
        let highest = ancestors(path).filter(is_missing).last().unwrap_or(path);
        if let Some(there) = self.listed.get(highest) {
            return Ok(*there);
        }
        let there = match source.nodes.get(highest) {
            // Of another kind there, it is in the way here.
            Some(_) => false,
            None => (self.client).still_lists(&joined_path(self.remote, highest))?,
        };
        self.listed.insert(highest.to_vec(), there);
        Ok(there)
    }

    /// Notes what came of a step.
    fn end(&mut self, action: TreeAction, path: &[u8], outcome: TreeOutcome) {
        self.report.items.push(TreeItem {
            action,
            local: local_path(self.local, path).unwrap_or_else(|_| PathBuf::from(self.local)),
            remote: joined_path(self.remote, path),
            outcome,
        });
        let placed = self.batch.placed();
        self.tell_ends(placed);
    }

    /// Tells ends up to the first download of which the batch has no result.
    fn tell_ends(&mut self, placed: Vec<Result<(), Error>>) {
        let mut placed = placed.into_iter();
        while let Some(item) = self.report.items.get_mut(self.told) {
            let is_transferred = matches!(item.outcome, TreeOutcome::Transferred(_));
            if is_transferred && self.direction == Direction::Down {
                match placed.next() {
                    None => return,
                    Some(Ok(())) => {}
                    Some(Err(error)) => {
                        self.stopped |= ends_all(&error);
                        item.outcome = TreeOutcome::Failed(error);
                    }
                }
            }
            self.options.tell(TreeEvent::End(item));
            self.told += 1;
        }
    }
}

/// Returns true where no further file can do better: the line or the session is lost, or the disk is full.
fn ends_all(error: &Error) -> bool {
    let no_room = [io::ErrorKind::StorageFull, io::ErrorKind::QuotaExceeded];
    match error {
        Error::TimeIsOver => true,
        Error::Local { source } => no_room.contains(&source.kind()),
        error => {
            let kind = error.kind();
            let of_session = [
                ErrorKind::Cancelled,
                ErrorKind::Internal,
                ErrorKind::UnknownModule,
                ErrorKind::LoginRefused,
                ErrorKind::PortPermission,
                ErrorKind::PortUrl,
                ErrorKind::Tls,
            ];
            let passes = ErrorKinds::TRANSIENT.contains(kind) && !OF_ONE_FILE.contains(&kind);
            passes || of_session.contains(&kind)
        }
    }
}

fn make_directory(path: &Path) -> io::Result<()> {
    match fs::create_dir(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && path.is_dir() => Ok(()),
        other => other,
    }
}

fn done(result: io::Result<()>, path: &Path) -> Result<TreeOutcome, Error> {
    let result = result.map_err(|error| local(path, &error));
    result.map(|()| TreeOutcome::Done)
}
