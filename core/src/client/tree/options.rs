//! The options of a tree, and the events that tell of its way.

use std::fmt;
use std::path::Path;

use super::plan::PlanRules;
use super::report::{TreeAction, TreeItem};

/// An event of a tree that is carried over.
#[derive(Debug)]
#[non_exhaustive]
pub enum TreeEvent<'a> {
    /// All is read and planned: so many files are to be transferred, with so many bytes where all sizes are known.
    Planned {
        /// Files to transfer.
        files: usize,
        /// Their bytes.
        bytes: Option<u64>,
    },
    /// Something begins.
    Begin {
        /// The action.
        action: TreeAction,
        /// The local path.
        local: &'a Path,
        /// The path on the server.
        remote: &'a [u8],
        /// Bytes of the file, if known.
        size: Option<u64>,
    },
    /// Bytes of the file have moved: so far, and in all if that is known.
    Progress(u64, Option<u64>),
    /// It ended, or was left out. Of a download this is told when the file stands under its name. Small ones are synced
    /// together ([`FileBatch`](super::super::FileBatch)), so others may begin before. Ends keep the order of the plan.
    End(&'a TreeItem),
}

/// Callback for the events of a tree.
pub(super) type OnTreeEvent<'a> = &'a mut dyn FnMut(TreeEvent<'_>);

/// Options of a tree, as a builder.
#[derive(Default)]
#[allow(clippy::struct_excessive_bools)] // each is a choice of its own
pub struct TreeOptions<'a> {
    pub(super) rules: PlanRules,
    pub(super) resume: bool,
    pub(super) verify: bool,
    pub(super) atomic: bool,
    pub(super) no_fsync: bool,
    pub(super) no_times: bool,
    pub(super) dry_run: bool,
    pub(super) on_event: Option<OnTreeEvent<'a>>,
}

impl TreeOptions<'_> {
    /// Returns the defaults: every file is carried over, nothing is deleted.
    pub fn new() -> Self {
        Self::default()
    }

    /// Leaves out files whose copies are up to date.
    ///
    /// A download is that if size and time equal those of its source. An upload is that if the sizes are equal and its
    /// time is later: the server's clock must be right. Times come from MLSD, else from MDTM where the dialect has it. A
    /// file whose time is not known is transferred.
    pub fn mirror(mut self, mirror: bool) -> Self {
        self.rules.mirror = mirror;
        self
    }

    /// Deletes files and directories of the copy that the source does not have, with [`TreeOptions::mirror`] alone. Before
    /// local files are deleted, the server is asked once more whether it has them. Nothing is deleted in a directory whose
    /// source could not be read whole.
    pub fn delete(mut self, delete: bool) -> Self {
        self.rules.delete = delete;
        self
    }

    /// Takes a copy of the same size for up to date, whatever its time.
    pub fn size_only(mut self, size_only: bool) -> Self {
        self.rules.size_only = size_only;
        self
    }

    /// Leaves files alone that exist at the other end.
    pub fn no_clobber(mut self, no_clobber: bool) -> Self {
        self.rules.no_clobber = no_clobber;
        self
    }

    /// Continues what an earlier transfer of the same file left: [`PutMode::Continue`](super::super::PutMode::Continue),
    /// [`PartMode::Continue`](super::super::PartMode::Continue).
    pub fn resume(mut self, resume: bool) -> Self {
        self.resume = resume;
        self
    }

    /// Compares all content at the end of each file: [`PutOptions::verify`](super::super::PutOptions::verify).
    pub fn verify(mut self, verify: bool) -> Self {
        self.verify = verify;
        self
    }

    /// Uploads each file under another name first: [`PutOptions::atomic`](super::super::PutOptions::atomic).
    pub fn atomic(mut self, atomic: bool) -> Self {
        self.atomic = atomic;
        self
    }

    /// Sets whether a download is on the disk before its end is told; it is by default:
    /// [`GetOptions::fsync`](super::super::GetOptions::fsync).
    pub fn fsync(mut self, fsync: bool) -> Self {
        self.no_fsync = !fsync;
        self
    }

    /// Sets whether downloads get the time that the server states; they do by default. Without it, a later mirror takes
    /// them for outdated.
    pub fn times(mut self, times: bool) -> Self {
        self.no_times = !times;
        self
    }

    /// Reads both ends and changes nothing: the report says what would be done.
    pub fn dry_run(mut self, dry_run: bool) -> Self {
        self.dry_run = dry_run;
        self
    }

    /// Sets the callback for what happens.
    pub fn on_event(self, on_event: &mut dyn FnMut(TreeEvent<'_>)) -> TreeOptions<'_> {
        TreeOptions {
            rules: self.rules,
            resume: self.resume,
            verify: self.verify,
            atomic: self.atomic,
            no_fsync: self.no_fsync,
            no_times: self.no_times,
            dry_run: self.dry_run,
            on_event: Some(on_event),
        }
    }

    /// Returns the rules of the plan: only a mirror deletes.
    pub(super) fn plan_rules(&self) -> PlanRules {
        PlanRules {
            delete: self.rules.delete && self.rules.mirror,
            ..self.rules
        }
    }

    /// Returns true where the plan depends on what stands at the other end.
    pub(super) fn looks_at_target(&self) -> bool {
        self.rules.mirror || self.rules.no_clobber
    }

    pub(super) fn tell(&mut self, event: TreeEvent<'_>) {
        if let Some(on_event) = &mut self.on_event {
            on_event(event);
        }
    }
}

impl fmt::Debug for TreeOptions<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TreeOptions")
            .field("rules", &self.rules)
            .field("resume", &self.resume)
            .field("verify", &self.verify)
            .field("atomic", &self.atomic)
            .field("fsync", &!self.no_fsync)
            .field("times", &!self.no_times)
            .field("dry_run", &self.dry_run)
            .field("on_event", &self.on_event.is_some())
            .finish()
    }
}
