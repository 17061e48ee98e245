//! Downloads of one run that are synced together.
//!
//! A complete file waits under its temporary name. Then the content of all is synced, each file gets its name, and each
//! folder is synced once. So no name leads to content that a power cut has left half.

use std::fs::File;
use std::io;
use std::path::Path;
use std::time::{Duration, Instant, SystemTime};

use super::disk_sync::{sync_folder, sync_together};
use super::error::Error;
use super::local_file::local;
use super::part_file::PartFile;

/// The limits of a batch. What reaches one of them is placed.
#[derive(Clone, Copy, Debug)]
struct BatchLimits {
    /// Each file has an open descriptor.
    files: usize,
    /// The disk has room for them beside the files that they replace.
    bytes: u64,
    /// Of a larger file the sync takes a small part of the time; and the files before it need not wait for it.
    file_bytes: u64,
    /// Time since the first download began.
    time: Duration,
}

const LIMITS: BatchLimits = BatchLimits {
    files: 100,
    bytes: 1 << 20,
    file_bytes: 64 << 10,
    time: Duration::from_secs(1),
};

/// Files of one run that are synced together: [`GetOptions::batch`](super::GetOptions::batch).
///
/// Files wait until there are 100 of them, or 1 MiB, or one second has passed since the first download began. A file of
/// more than 64 KiB does not wait, nor do those before it. They get their names in the order of the downloads.
///
/// ```no_run
/// # use std::path::Path;
/// # use qftp::client::{Client, Error, FileBatch, GetOptions};
/// # fn get(client: &mut Client) -> Result<(), Error> {
/// let mut batch = FileBatch::new();
/// for name in ["a.csv", "b.csv"] {
///     client.get_file(name.as_bytes(), Path::new(name), GetOptions::new().batch(&mut batch))?;
/// }
/// for placed in batch.finish() {
///     placed?; // the first one is that of a.csv
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
#[must_use = "the files get their names when it is finished"]
pub struct FileBatch {
    limits: BatchLimits,
    held: Vec<HeldFile>,
    bytes: u64,
    /// The beginning of the first download.
    begun: Option<Instant>,
    placed: Vec<Result<(), Error>>,
}

/// A complete file under its temporary name.
#[derive(Debug)]
struct HeldFile {
    part: PartFile,
    /// An error ends its way.
    result: io::Result<()>,
}

impl HeldFile {
    /// Takes the next step of a file that has not failed.
    fn step(&mut self, step: impl FnOnce(&mut PartFile) -> io::Result<()>) {
        if self.result.is_ok() {
            self.result = step(&mut self.part);
        }
    }
}

impl Default for FileBatch {
    fn default() -> Self {
        FileBatch {
            limits: LIMITS,
            held: Vec::new(),
            bytes: 0,
            begun: None,
            placed: Vec::new(),
        }
    }
}

impl FileBatch {
    /// Makes an empty batch.
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns the results that are known by now: one for each download that ended well, in their order. Behind `Ok` the
    /// file stands under its name, and both are on the disk.
    pub fn placed(&mut self) -> Vec<Result<(), Error>> {
        std::mem::take(&mut self.placed)
    }

    /// Gives the files that wait their names. Returns all results that were not taken by [`FileBatch::placed`].
    ///
    /// Without it, files that wait stay under their temporary names, where [`PartMode::Continue`](super::PartMode) may
    /// find them.
    pub fn finish(&mut self) -> Vec<Result<(), Error>> {
        self.place(true);
        self.placed()
    }

    /// Syncs one file and gives it its name.
    pub(super) fn place_one(part: PartFile) -> Result<(), Error> {
        let mut batch = FileBatch::new();
        batch.add(part, None, Instant::now(), true)?;
        batch.finish_one()
    }

    /// Gives the only file its name.
    pub(super) fn finish_one(&mut self) -> Result<(), Error> {
        self.place(true);
        self.placed.pop().unwrap_or(Ok(()))
    }

    /// Returns true where a file of this size may wait.
    pub(super) fn takes(&self, size: Option<u64>) -> bool {
        size.is_some_and(|size| size <= self.limits.file_bytes)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.held.is_empty()
    }

    /// Returns true where a file that waits may have this target.
    pub(super) fn may_have(&self, target: &Path) -> bool {
        self.held.iter().any(|file| file.part.may_be_for(target))
    }

    /// Adds a complete file, whose download began then. Without `fsync` it has its name at once.
    pub(super) fn add(
        &mut self,
        part: PartFile,
        time: Option<SystemTime>,
        begun: Instant,
        fsync: bool,
    ) -> Result<(), Error> {
        let size = part.set_time(time).and_then(|()| part.len());
        let size = size.map_err(|error| local(part.target(), &error))?;
        let waits = fsync && part.is_kept() && self.takes(Some(size));
        self.bytes = self.bytes.saturating_add(size);
        self.held.push(HeldFile {
            part,
            result: Ok(()),
        });
        let age = self.begun.get_or_insert(begun).elapsed();
        let limits = &self.limits;
        let is_full = self.held.len() >= limits.files || self.bytes >= limits.bytes;
        if !waits || is_full || age >= limits.time {
            self.place(fsync);
        }
        Ok(())
    }

    /// Notes a file that got its name without waiting.
    pub(super) fn note_placed(&mut self) {
        self.placed.push(Ok(()));
    }

    /// Gives the files that wait their names, in their order.
    pub(super) fn place(&mut self, fsync: bool) {
        let mut held = std::mem::take(&mut self.held);
        (self.bytes, self.begun) = (0, None);
        for file in &mut held {
            file.step(|part| part.take_permissions());
        }
        if fsync {
            sync_contents(&mut held);
        }
        for file in &mut held {
            file.step(PartFile::take_name);
        }
        if fsync {
            sync_folders(&mut held);
        }
        for file in held {
            let named = |error| local(file.part.target(), &error);
            self.placed.push(file.result.map_err(named));
        }
    }
}

/// Brings the content of all files to the disk.
fn sync_contents(held: &mut [HeldFile]) {
    let files: Vec<&File> = held.iter().map(|file| &file.part.file).collect();
    if !sync_together(&files) {
        for file in held {
            file.step(PartFile::sync);
        }
    }
}

/// Brings the names of all files to the disk, each folder once.
fn sync_folders(held: &mut [HeldFile]) {
    for at in 0..held.len() {
        let (before, rest) = held.split_at_mut(at);
        let Some(folder) = rest.first().map(|file| file.part.folder().to_owned()) else {
            return;
        };
        let is_in_it = |file: &HeldFile| file.part.folder().as_os_str() == folder.as_os_str();
        if before.iter().any(is_in_it) {
            continue;
        }
        if let Err(error) = sync_folder(&folder) {
            for file in rest.iter_mut().filter(|file| is_in_it(file)) {
                file.step(|_| Err(copied(&error)));
            }
        }
    }
}

/// Returns the same error for another file of the folder.
fn copied(error: &io::Error) -> io::Error {
    match error.raw_os_error() {
        Some(number) => io::Error::from_raw_os_error(number),
        None => error.kind().into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::remote_version::RemoteVersion;
    use std::fs;
    use std::io::Write as _;

    fn batch() -> FileBatch {
        FileBatch {
            limits: BatchLimits {
                time: Duration::MAX,
                ..LIMITS
            },
            ..FileBatch::default()
        }
    }

    fn part(target: &Path, content: &[u8]) -> PartFile {
        let version = RemoteVersion {
            size: Some(content.len() as u64),
            modified: None,
        };
        let mut part = PartFile::kept(target, &version).expect("a part");
        part.file.write_all(content).expect("written");
        part
    }

    fn add(batch: &mut FileBatch, target: &Path, content: &[u8]) {
        let part = part(target, content);
        let added = batch.add(part, None, Instant::now(), true);
        added.expect("added");
    }

    /// Returns how many of the names in a folder are those of parts, and of others.
    fn names(folder: &Path) -> (usize, usize) {
        let names = fs::read_dir(folder).expect("a folder").flatten();
        let (parts, others): (Vec<_>, Vec<_>) =
            names.partition(|entry| entry.path().extension().is_some_and(|end| end == "part"));
        (parts.len(), others.len())
    }

    #[test]
    fn a_hundred_files_are_placed_at_a_time() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut batch = batch();
        let mut placed = Vec::new();
        for n in 0..250 {
            let target = folder.path().join(n.to_string());
            add(&mut batch, &target, n.to_string().as_bytes());
            let results = batch.placed();
            assert!(results.iter().all(Result::is_ok), "{results:?}");
            assert_eq!(target.exists(), !results.is_empty(), "{n}");
            if !results.is_empty() {
                placed.push(results.len());
            }
        }
        assert_eq!(placed, [100, 100]);
        assert_eq!(names(folder.path()), (50, 200));
        assert_eq!(batch.finish().len(), 50);
        assert_eq!(names(folder.path()), (0, 250));
        assert_eq!(fs::read(folder.path().join("249")).expect("there"), b"249");
        assert!(batch.finish().is_empty());
    }

    #[test]
    fn a_large_file_and_all_before_it_do_not_wait() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut batch = batch();
        add(&mut batch, &folder.path().join("small"), b"1");
        assert!(batch.placed().is_empty());
        let mut large = vec![1; (64 << 10) + 1];
        add(&mut batch, &folder.path().join("large"), &large);
        assert_eq!(batch.placed().len(), 2);
        // Sixteen of 64 KiB are a megabyte.
        large.pop();
        for n in 1..=16 {
            add(&mut batch, &folder.path().join(n.to_string()), &large);
            assert_eq!(batch.placed().len(), if n == 16 { 16 } else { 0 });
        }
    }

    #[test]
    fn the_time_since_the_first_download_began_ends_the_wait() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut batch = FileBatch {
            limits: BatchLimits {
                time: Duration::ZERO,
                ..LIMITS
            },
            ..FileBatch::default()
        };
        add(&mut batch, &folder.path().join("f"), b"1");
        assert_eq!(batch.placed().len(), 1);
    }

    #[test]
    fn a_part_that_no_later_download_finds_does_not_wait() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut batch = batch();
        let target = folder.path().join("f");
        let part = PartFile::discarded(&target).expect("a part");
        let added = batch.add(part, None, Instant::now(), true);
        added.expect("added");
        assert_eq!(batch.placed().len(), 1);
        assert!(target.exists());
    }

    #[test]
    fn the_later_of_two_files_of_one_name_stays() {
        let folder = tempfile::tempdir().expect("a folder");
        let target = folder.path().join("f");
        let mut batch = batch();
        add(&mut batch, &target, b"first");
        add(&mut batch, &target, b"the second");
        assert!(!target.exists());
        assert!(batch.may_have(&folder.path().join("./F")));
        assert!(!batch.may_have(&folder.path().join("g")));
        let results = batch.finish();
        assert!(results.len() == 2 && results.iter().all(Result::is_ok));
        assert_eq!(fs::read(&target).expect("there"), b"the second");
        assert_eq!(names(folder.path()), (0, 1));
    }

    #[test]
    fn a_file_that_cannot_have_its_name_leaves_the_others() {
        let folder = tempfile::tempdir().expect("a folder");
        let [a, b, c] = ["a", "b", "c"].map(|name| folder.path().join(name));
        let mut batch = batch();
        for target in [&a, &b, &c] {
            add(&mut batch, target, b"1");
        }
        fs::create_dir(&b).expect("a folder in its place");
        let results = batch.finish();
        let failed: Vec<bool> = results.iter().map(Result::is_err).collect();
        assert_eq!(failed, [false, true, false], "{results:?}");
        let text = results[1].as_ref().map_err(Error::describe);
        let text = text.expect_err("a failure");
        assert!(text.contains(&b.display().to_string()), "{text}");
        assert!(a.is_file() && c.is_file() && b.is_dir());
        assert_eq!(names(folder.path()), (1, 3), "its part stays");
    }

    #[test]
    fn files_of_a_batch_that_is_not_finished_stay_parts() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut batch = batch();
        add(&mut batch, &folder.path().join("f"), b"whole");
        drop(batch);
        assert_eq!(names(folder.path()), (1, 0));
        let part = folder.path().join(".f.5-.part");
        assert_eq!(fs::read(part).expect("there"), b"whole");
    }
}
