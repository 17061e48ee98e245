//! Directories with all that is below them: `qftp._native.put_tree` and `get_tree`.

use std::collections::BTreeMap;
use std::path::PathBuf;

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyTuple};
use qftp::client::{TreeAction, TreeEvent, TreeItem, TreeOptions, TreeOutcome, TreeReport};

use crate::client::{Client, Moved, moved};
use crate::error::{self, About};
use crate::samples::Samples;
use crate::watch::Watch;

/// Holds an item: what was done, local path, remote path, outcome, transfer, reason, exception.
type Item = (
    &'static str,
    PathBuf,
    Py<PyBytes>,
    &'static str,
    Option<Moved>,
    Option<&'static str>,
    Option<Py<PyAny>>,
);

/// The choices of a tree, by the names of `qftp.Client.put_dir`.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
#[allow(clippy::struct_excessive_bools)] // each is a choice of its own
pub(crate) struct TreeChoices {
    mirror: bool,
    delete: bool,
    size_only: bool,
    overwrite: bool,
    resume: bool,
    verify: bool,
    atomic: bool,
    fsync: bool,
    times: bool,
    dry_run: bool,
}

impl TreeChoices {
    fn options(&self) -> TreeOptions<'static> {
        TreeOptions::new()
            .mirror(self.mirror)
            .delete(self.delete)
            .size_only(self.size_only)
            .no_clobber(!self.overwrite)
            .resume(self.resume)
            .verify(self.verify)
            .atomic(self.atomic)
            .fsync(self.fsync)
            .times(self.times)
            .dry_run(self.dry_run)
    }
}

/// Uploads a directory.
#[pyfunction]
pub(crate) fn put_tree(
    py: Python<'_>,
    client: &Client,
    local: PathBuf,
    remote: Vec<u8>,
    choices: TreeChoices,
    progress: Option<Py<PyAny>>,
) -> PyResult<Vec<Item>> {
    let watch = client.held().watch();
    let carried = client.call(py, About::new("put", &remote), |client| {
        let mut way = Way::new(progress.as_ref(), watch);
        let mut on_event = |event: TreeEvent<'_>| way.take(&event);
        let options = choices.options().on_event(&mut on_event);
        let report = client.put_tree(&local, &remote, options)?;
        Ok((report, way.samples))
    })?;
    items(py, carried)
}

/// Downloads a directory.
#[pyfunction]
pub(crate) fn get_tree(
    py: Python<'_>,
    client: &Client,
    remote: Vec<u8>,
    local: PathBuf,
    choices: TreeChoices,
    progress: Option<Py<PyAny>>,
) -> PyResult<Vec<Item>> {
    let watch = client.held().watch();
    let carried = client.call(py, About::existing("get", &remote), |client| {
        let mut way = Way::new(progress.as_ref(), watch);
        let mut on_event = |event: TreeEvent<'_>| way.take(&event);
        let options = choices.options().on_event(&mut on_event);
        let report = client.get_tree(&remote, &local, options)?;
        Ok((report, way.samples))
    })?;
    items(py, carried)
}

/// The samples of each file that was transferred.
type SamplesOfFiles = Vec<Vec<(f64, u64)>>;

/// Follows a tree on its way: it calls Python's callback and samples each file.
struct Way<'a> {
    progress: Option<&'a Py<PyAny>>,
    watch: &'a Watch,
    name: Vec<u8>,
    running: Samples,
    /// Samples of files whose content is complete and whose ends are not told yet, by their remote paths.
    complete: BTreeMap<Vec<u8>, Samples>,
    samples: SamplesOfFiles,
}

impl<'a> Way<'a> {
    fn new(progress: Option<&'a Py<PyAny>>, watch: &'a Watch) -> Self {
        Way {
            progress,
            watch,
            name: Vec::new(),
            running: Samples::new(),
            complete: BTreeMap::new(),
            samples: Vec::new(),
        }
    }

    fn take(&mut self, event: &TreeEvent<'_>) {
        match event {
            TreeEvent::Begin { remote, .. } => {
                let name = std::mem::replace(&mut self.name, remote.to_vec());
                let mut before = std::mem::replace(&mut self.running, Samples::new());
                if !name.is_empty() {
                    before.stop();
                    self.complete.insert(name, before);
                }
            }
            TreeEvent::Progress(done, total) => {
                self.running.take(*done);
                self.tell(*done, *total);
            }
            TreeEvent::End(TreeItem {
                remote, outcome, ..
            }) => {
                let samples = if *remote == self.name {
                    self.name.clear();
                    std::mem::replace(&mut self.running, Samples::new())
                } else {
                    self.complete.remove(remote).unwrap_or_else(Samples::new)
                };
                if let TreeOutcome::Transferred(moved) = outcome {
                    self.samples.push(samples.finish(moved.bytes));
                }
            }
            _ => {}
        }
    }

    /// Calls `progress(name, done, total)`. An exception ends the call.
    fn tell(&self, done: u64, total: Option<u64>) {
        let Some(progress) = self.progress else {
            return;
        };
        let called = Python::attach(|py| {
            let name = PyBytes::new(py, &self.name);
            progress.call1(py, (name, done, total)).map(drop)
        });
        if let Err(error) = called {
            self.watch.fail(error);
        }
    }
}

/// Returns the action of an item as a sentence has it.
fn verb(action: TreeAction) -> &'static str {
    match action {
        TreeAction::MakeDirectory => "make directory",
        TreeAction::RemoveDirectory => "remove directory",
        other => other.name(),
    }
}

/// Returns the items of a report as Python has them.
fn items(py: Python<'_>, (report, samples): (TreeReport, SamplesOfFiles)) -> PyResult<Vec<Item>> {
    let mut samples = samples.into_iter();
    let mut items = Vec::with_capacity(report.items.len());
    for item in report.items {
        let (mut transfer, mut reason, mut exception) = (None, None, None);
        let outcome = match item.outcome {
            TreeOutcome::Transferred(done) => {
                let samples = samples.next().unwrap_or_default();
                transfer = Some(moved(py, &done, PyTuple::new(py, samples)?)?);
                "done"
            }
            TreeOutcome::Skipped(why) => {
                reason = Some(why.name());
                "skipped"
            }
            TreeOutcome::Failed(error) => {
                let error = error::of(py, error, About::new(verb(item.action), &item.remote));
                exception = Some(error.into_value(py).into_any());
                "failed"
            }
            _ => "done",
        };
        let remote = PyBytes::new(py, &item.remote).unbind();
        let action = item.action.name();
        items.push((
            action, item.local, remote, outcome, transfer, reason, exception,
        ));
    }
    Ok(items)
}
