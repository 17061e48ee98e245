//! Downloads of one command that are synced together. Each is told when it stands under its name.

use std::collections::VecDeque;

use qftp::client::{Error, FileBatch, Transferred};

/// A download whose content is complete.
pub(crate) struct SyncedDownload {
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) moved: Transferred,
}

/// A download, and what came of the sync and of its name.
pub(crate) type PlacedDownload = (SyncedDownload, Result<(), Error>);

/// Downloads of one command.
#[derive(Default)]
pub(crate) struct SyncedDownloads {
    batch: FileBatch,
    waiting: VecDeque<SyncedDownload>,
}

impl SyncedDownloads {
    /// Returns the batch, for the options of the next download.
    pub(crate) fn batch(&mut self) -> &mut FileBatch {
        &mut self.batch
    }

    /// Adds a download that ended well with that batch.
    pub(crate) fn add(&mut self, download: SyncedDownload) {
        self.waiting.push_back(download);
    }

    /// Returns those whose results are known by now.
    pub(crate) fn placed(&mut self) -> Vec<PlacedDownload> {
        let results = self.batch.placed();
        let count = results.len().min(self.waiting.len());
        self.waiting.drain(..count).zip(results).collect()
    }

    /// Gives all the others their names, and returns what was not returned before.
    pub(crate) fn finish(&mut self) -> Vec<PlacedDownload> {
        let results = self.batch.finish();
        self.waiting.drain(..).zip(results).collect()
    }
}
