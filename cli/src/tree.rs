//! A directory with all that is below it: its progress, a line for each file, and its count.

use std::fmt::Write as _;
use std::path::Path;

use indicatif::HumanBytes;
use qftp::client::{
    Error, SkipReason, TreeAction, TreeEvent, TreeItem, TreeOptions, TreeOutcome, TreeReport,
};

use crate::app::App;
use crate::batch::{Batch, row};
use crate::console;
use crate::exit::Phase;
use crate::log::Direction;
use crate::problem::Problem;
use crate::progress::{self, Meter};
use crate::session::Session;
use crate::target::Target;

/// A local directory and one on the server.
pub(crate) struct Pair<'a> {
    pub(crate) local: &'a Path,
    pub(crate) target: &'a Target,
    pub(crate) remote: &'a [u8],
    pub(crate) direction: Direction,
}

/// Carries a directory over, and tells of each file. Returns the error that kept it from beginning.
pub(crate) fn carry(
    app: &App,
    session: &mut Session,
    batch: &mut Batch<'_>,
    pair: &Pair<'_>,
    options: TreeOptions<'_>,
) -> Result<bool, Problem> {
    let meter = Meter::new("", app);
    session.client.on_retry(meter.on_retry(app));
    let log = &session.log;
    let mut before = 0;
    let mut printed = Ok(());
    let (mut goes_on, mut is_first) = (true, true);
    let mut on_event = |event: TreeEvent<'_>| match event {
        TreeEvent::Begin { remote, .. } => {
            before = 0;
            meter.restart(&console::shown(remote));
        }
        TreeEvent::Progress(done, total) => {
            log.payload(pair.direction, done.saturating_sub(before));
            before = done;
            meter.update(done, total);
        }
        TreeEvent::End(item) => {
            batch.add_item(std::mem::take(&mut is_first));
            let told = meter.suspend(|| tell(app, batch, pair, item));
            match told {
                Ok(more) => goes_on &= more,
                Err(problem) if printed.is_ok() => printed = Err(problem),
                Err(_) => {}
            }
        }
        _ => {}
    };
    let options = options.on_event(&mut on_event);
    let client = &mut session.client;
    let report = match pair.direction {
        Direction::Up => client.put_tree(pair.local, pair.remote, options),
        Direction::Down => client.get_tree(pair.remote, pair.local, options),
    };
    drop(meter);
    let report = report.map_err(|error| problem(&error, phase(pair.direction), pair, None))?;
    printed?;
    if !app.global.quiet && !app.global.json {
        console::note(summary(&report));
    }
    Ok(goes_on)
}

/// Tells of one file or directory. Returns true where the others can be tried.
fn tell(
    app: &App,
    batch: &mut Batch<'_>,
    pair: &Pair<'_>,
    item: &TreeItem,
) -> Result<bool, Problem> {
    let (local, remote) = (
        item.local.display().to_string(),
        pair.target.url_of(&item.remote),
    );
    let (from, to) = match pair.direction {
        Direction::Up => (local, remote),
        Direction::Down => (remote, local),
    };
    let action = item.action.name();
    match &item.outcome {
        TreeOutcome::Transferred(moved) => {
            batch.done(progress::report(app, action, &from, &to, moved))?;
        }
        TreeOutcome::Done => {
            let deletes = matches!(
                item.action,
                TreeAction::Delete | TreeAction::RemoveDirectory
            );
            if deletes && !app.global.quiet && !app.global.json {
                console::note(format_args!("deleted {to}"));
            }
            batch.done(row(action, &from, &to))?;
        }
        TreeOutcome::Skipped(reason) => {
            let silent = matches!(reason, SkipReason::UpToDate | SkipReason::NotReached);
            let text = match reason {
                SkipReason::DryRun => format!("would {} {to}", words(item.action)),
                reason => format!("skipped {from}: {}", reason.meaning()),
            };
            batch.skipped(
                row(action, &from, &to),
                reason.name(),
                (!silent).then_some(text),
            )?;
        }
        TreeOutcome::Failed(error) => {
            let phase = match item.action {
                TreeAction::Put | TreeAction::Get => phase(pair.direction),
                _ => Phase::Manage,
            };
            let problem = problem(error, phase, pair, Some(item));
            return batch.failed(row(action, &from, &to), problem);
        }
        _ => {}
    }
    Ok(true)
}

fn phase(direction: Direction) -> Phase {
    match direction {
        Direction::Up => Phase::Store,
        Direction::Down => Phase::Retrieve,
    }
}

fn problem(error: &Error, phase: Phase, pair: &Pair<'_>, item: Option<&TreeItem>) -> Problem {
    let remote = item.map_or(pair.remote, |item| &item.remote);
    // These name their file or directory.
    let is_named = matches!(error, Error::Local { .. } | Error::TreeTooLarge { .. });
    let problem = Problem::client(error, phase);
    if is_named {
        problem
    } else {
        problem.about(pair.target.url_of(remote))
    }
}

/// Returns the words of an action, behind "would".
fn words(action: TreeAction) -> &'static str {
    match action {
        TreeAction::Put => "upload",
        TreeAction::Get => "download",
        TreeAction::MakeDirectory => "make the directory",
        TreeAction::Delete | TreeAction::RemoveDirectory => "delete",
        _ => "list",
    }
}

/// Returns `2 files, 3.00 KiB; 40 up to date; 1 deleted`.
fn summary(report: &TreeReport) -> String {
    let count =
        |test: &dyn Fn(&TreeItem) -> bool| report.items.iter().filter(|item| test(item)).count();
    let skipped = |reasons: &'static [SkipReason]| move |item: &TreeItem| matches!(item.outcome, TreeOutcome::Skipped(reason) if reasons.contains(&reason));
    let files = report.files();
    let noun = if files == 1 { "file" } else { "files" };
    let mut text = format!("{files} {noun}, {}", HumanBytes(report.bytes()));
    let deleted = |item: &TreeItem| {
        let deletes = matches!(
            item.action,
            TreeAction::Delete | TreeAction::RemoveDirectory
        );
        deletes && matches!(item.outcome, TreeOutcome::Done)
    };
    let others = [
        (count(&skipped(&[SkipReason::UpToDate])), "up to date"),
        (count(&skipped(&[SkipReason::Exists])), "kept"),
        (
            count(&skipped(&[SkipReason::NotReached, SkipReason::Directory])),
            "not reached",
        ),
        (
            count(&skipped(&[
                SkipReason::Name,
                SkipReason::Special,
                SkipReason::Link,
            ])),
            "left out",
        ),
        (count(&deleted), "deleted"),
        (
            count(&|item| matches!(item.outcome, TreeOutcome::Failed(_))),
            "failed",
        ),
    ];
    for (count, what) in others {
        if count > 0 {
            let _ = write!(text, "; {count} {what}"); // a string takes everything
        }
    }
    text
}
