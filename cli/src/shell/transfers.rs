//! `get`, `put`, `mget`, `mput`, `mirror`: files between both ends.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use qftp::client::{
    GetOptions, PartMode, PutMode, PutOptions, TreeEvent, TreeItem, TreeOptions, TreeOutcome,
    is_pattern, name_matches,
};

use super::given::Given;
use super::session_state::Shell;
use super::words::Word;
use crate::app::App;
use crate::console;
use crate::exit::{Exit, Phase};
use crate::log::Direction;
use crate::problem::Problem;
use crate::progress::{self, Meter};
use crate::session;
use crate::synced_downloads::{PlacedDownload, SyncedDownload, SyncedDownloads};
use crate::target::{name_bytes, name_of_bytes};

const MANY: usize = usize::MAX;

pub(super) fn get(shell: &mut Shell<'_>, words: &[Word]) -> Result<(), Problem> {
    let given = Given::read(words, "aco", 1, MANY)?;
    one_output(&given)?;
    let names = given.operands.iter().map(|word| word.bytes.clone());
    download(shell, &given, &names.collect::<Vec<_>>())
}

pub(super) fn mget(shell: &mut Shell<'_>, words: &[Word]) -> Result<(), Problem> {
    let given = Given::read(words, "ac", 1, MANY)?;
    let mut names = Vec::new();
    for word in &given.operands {
        if is_pattern(&word.pattern) {
            names.extend(shell.matches(&word.pattern)?);
        } else {
            names.push(word.bytes.clone());
        }
    }
    download(shell, &given, &names)
}

/// Downloads files, each after the one before; what fails does not end the others. Each is told when it stands under its
/// name.
fn download(shell: &mut Shell<'_>, given: &Given, names: &[Vec<u8>]) -> Result<(), Problem> {
    let part = if given.has('c') {
        PartMode::Continue
    } else {
        PartMode::Leave
    };
    let local_path = |name: &Vec<u8>| match &given.output {
        Some(output) => in_directory(&PathBuf::from(name_of_bytes(output)), base(name)),
        None => safe(base(name)).map(|name| PathBuf::from(name_of_bytes(name))),
    };
    let paths = names.iter().filter_map(|name| local_path(name).ok());
    check_names(paths.map(|path| path.display().to_string()))?;
    let (app, verbose) = (shell.app, shell.app.global.verbose);
    let (mut synced, mut failed) = (SyncedDownloads::default(), Vec::new());
    let result = all(verbose, names, |name: &Vec<u8>| {
        let path = local_path(name)?;
        let meter = Meter::new(&console::shown(base(name)), app);
        let client = &mut shell.session.client;
        client.on_retry(meter.on_retry(app));
        let mut watch = session::watch(&shell.session.log, Direction::Down, &meter);
        let options = GetOptions::new().part(part).progress(&mut watch);
        let moved = if given.has('a') {
            client.get_ascii_file(name, &path)
        } else {
            client.get_file(name, &path, options.batch(synced.batch()))
        };
        let (from, to) = (console::shown(name), path.display().to_string());
        let moved = moved.map_err(|error| {
            failed.extend(tell_placed(app, synced.finish())); // those before this one are told first
            Problem::client(&error, Phase::Retrieve).about(&from)
        })?;
        let file = SyncedDownload { from, to, moved };
        if given.has('a') {
            failed.extend(tell_placed(app, vec![(file, Ok(()))]));
        } else {
            synced.add(file);
            failed.extend(tell_placed(app, synced.placed()));
        }
        Ok(())
    });
    failed.extend(tell_placed(app, synced.finish()));
    let lost = all(verbose, failed, Err);
    result.and(lost)
}

/// Tells of downloads that stand under their names. Returns the problems of the others.
fn tell_placed(app: &App, placed: Vec<PlacedDownload>) -> Vec<Problem> {
    let mut failed = Vec::new();
    for (file, result) in placed {
        match result {
            Ok(()) => drop(progress::report(
                app,
                "get",
                &file.from,
                &file.to,
                &file.moved,
            )),
            Err(error) => failed.push(Problem::client(&error, Phase::Retrieve).about(&file.from)),
        }
    }
    failed
}

pub(super) fn put(shell: &mut Shell<'_>, words: &[Word]) -> Result<(), Problem> {
    let given = Given::read(words, "aco", 1, MANY)?;
    one_output(&given)?;
    let paths = given.operands.iter().map(|word| local(&word.bytes));
    upload(shell, &given, &paths.collect::<Vec<_>>())
}

pub(super) fn mput(shell: &mut Shell<'_>, words: &[Word]) -> Result<(), Problem> {
    let given = Given::read(words, "ac", 1, MANY)?;
    let mut paths = Vec::new();
    for word in &given.operands {
        if is_pattern(&word.pattern) {
            paths.extend(local_matches(word)?);
        } else {
            paths.push(local(&word.bytes));
        }
    }
    upload(shell, &given, &paths)
}

/// Uploads files, each after the one before; what fails does not end the others.
fn upload(shell: &mut Shell<'_>, given: &Given, paths: &[PathBuf]) -> Result<(), Problem> {
    let mode = if given.has('c') {
        PutMode::Continue
    } else {
        PutMode::Replace
    };
    let remote_path = |path: &PathBuf| {
        let name = path.file_name().map(name_bytes).transpose();
        let name = name.map_err(|problem| problem.about(path.display()))?;
        let name = name.ok_or_else(|| {
            Problem::usage(format!("{} has no name to be stored under", path.display()))
        })?;
        Ok::<_, Problem>(match &given.output {
            Some(output) if output.ends_with(b"/") => [output, name.as_slice()].concat(),
            Some(output) => output.clone(),
            None => name,
        })
    };
    let names = paths.iter().filter_map(|path| remote_path(path).ok());
    check_names(names.map(|name| console::shown(&name)))?;
    let verbose = shell.app.global.verbose;
    all(verbose, paths, |path: &PathBuf| {
        let remote = remote_path(path)?;
        let meter = Meter::new(&path.display().to_string(), shell.app);
        let client = &mut shell.session.client;
        client.on_retry(meter.on_retry(shell.app));
        let mut watch = session::watch(&shell.session.log, Direction::Up, &meter);
        let options = PutOptions::new().mode(mode).progress(&mut watch);
        let from = path.display().to_string();
        let moved = if given.has('a') {
            client.put_ascii_file(path, &remote)
        } else {
            client.put_file(path, &remote, options)
        };
        let moved = moved.map_err(|error| Problem::client(&error, Phase::Store).about(&from))?;
        progress::report(shell.app, "put", &from, &console::shown(&remote), &moved);
        Ok(())
    })
}

/// Mirrors a directory: only what differs by size and time; what the source lacks is deleted with `-e` alone.
pub(super) fn mirror(shell: &mut Shell<'_>, words: &[Word]) -> Result<(), Problem> {
    let given = Given::read(words, "Re", 0, 2)?;
    let up = given.has('R');
    let source = given.operands.first().map_or(&b"."[..], |word| &word.bytes);
    let target = match given.operands.get(1) {
        Some(word) => word.bytes.as_slice(),
        None => base(source),
    };
    let (from, to) = (local(source), local(target));
    let direction = if up { Direction::Up } else { Direction::Down };
    let app = shell.app;
    let meter = Meter::new("", app);
    let log = &shell.session.log;
    let mut before = 0;
    let mut on_event = |event: TreeEvent<'_>| match event {
        TreeEvent::Begin { remote, .. } => {
            before = 0;
            meter.restart(&console::shown(remote));
        }
        TreeEvent::Progress(done, total) => {
            log.payload(direction, done.saturating_sub(before));
            before = done;
            meter.update(done, total);
        }
        TreeEvent::End(item) => meter.suspend(|| {
            if !app.global.quiet {
                tell(item);
            }
        }),
        _ => {}
    };
    let options = TreeOptions::new()
        .mirror(true)
        .delete(given.has('e'))
        .on_event(&mut on_event);
    let client = &mut shell.session.client;
    let (result, phase) = if up {
        (client.put_tree(&from, target, options), Phase::Store)
    } else {
        (client.get_tree(source, &to, options), Phase::Retrieve)
    };
    drop(meter);
    let problem = |error: &_| Problem::client(error, phase).about(console::shown(source));
    let report = result.map_err(|error| problem(&error))?;
    if !app.global.quiet {
        let (files, bytes) = (report.files(), report.bytes());
        console::note(format_args!("{files} files, {bytes} bytes"));
    }
    match report.first_error() {
        Some(error) => Err(problem(error)),
        None => Ok(()),
    }
}

/// Tells what became of one file of a mirror.
fn tell(item: &TreeItem) {
    let remote = console::shown(&item.remote);
    let action = item.action.name();
    match &item.outcome {
        TreeOutcome::Transferred(moved) => {
            console::note(format_args!("{action} {remote}: {} bytes", moved.bytes));
        }
        TreeOutcome::Done => console::note(format_args!("{action} {remote}")),
        TreeOutcome::Failed(error) => {
            console::note(format_args!("{action} {remote}: {}", error.describe()));
        }
        _ => {}
    }
}

/// Does something with each, and returns the first problem; the line that is lost ends it.
fn all<T>(
    verbose: bool,
    names: impl IntoIterator<Item = T>,
    mut one: impl FnMut(T) -> Result<(), Problem>,
) -> Result<(), Problem> {
    let mut first = Ok(());
    for name in names {
        let Err(problem) = one(name) else { continue };
        if !problem.line_is_fine() {
            return Err(problem);
        }
        console::print_problem(&problem, console::Format::Text, verbose);
        if first.is_ok() {
            first = Err(problem.told());
        }
    }
    first
}

/// Refuses two files of one name: the second one would replace the first.
fn check_names(names: impl Iterator<Item = String>) -> Result<(), Problem> {
    let mut taken = BTreeSet::new();
    for name in names {
        if !taken.insert(name.clone()) {
            let problem = Problem::usage(format!("two of the files would become {name}"));
            return Err(problem.hint("transfer them one by one, with -o"));
        }
    }
    Ok(())
}

fn one_output(given: &Given) -> Result<(), Problem> {
    match &given.output {
        Some(output) if given.operands.len() > 1 && !output.ends_with(b"/") => {
            Err(Problem::usage("-o names one file, and several are given")
                .hint("end it with `/` for a directory"))
        }
        _ => Ok(()),
    }
}

fn local(name: &[u8]) -> PathBuf {
    PathBuf::from(name_of_bytes(name))
}

/// Returns the last part of a path.
fn base(path: &[u8]) -> &[u8] {
    let path = path.strip_suffix(b"/").unwrap_or(path);
    path.rsplit(|byte| *byte == b'/').next().unwrap_or(path)
}

/// Refuses a name that leads to another place.
fn safe(name: &[u8]) -> Result<&[u8], Problem> {
    if matches!(name, b"" | b"." | b"..") {
        let name = console::shown(name);
        return Err(Problem::usage(format!("{name:?} is no name of a file")));
    }
    Ok(name)
}

/// Returns a path, or that of the name in it where it is a directory.
fn in_directory(path: &Path, name: &[u8]) -> Result<PathBuf, Problem> {
    if path.is_dir() {
        Ok(path.join(name_of_bytes(safe(name)?)))
    } else {
        Ok(path.to_owned())
    }
}

/// Returns the local files that match a pattern in one directory, sorted.
fn local_matches(word: &Word) -> Result<Vec<PathBuf>, Problem> {
    let (directory, pattern) = match word.pattern.iter().rposition(|byte| *byte == b'/') {
        Some(at) => (&word.pattern[..=at], &word.pattern[at + 1..]),
        None => (&b""[..], word.pattern.as_slice()),
    };
    let folder = local(if directory.is_empty() {
        b"."
    } else {
        directory
    });
    let read = fs::read_dir(&folder).map_err(|error| Problem::read(&folder, &error))?;
    let mut found = Vec::new();
    for entry in read {
        let entry = entry.map_err(|error| Problem::read(&folder, &error))?;
        let path = local(directory).join(entry.file_name());
        // One that cannot be carried matches, too, and is told.
        if name_matches(entry.file_name().as_encoded_bytes(), pattern) && path.is_file() {
            found.push(path);
        }
    }
    found.sort();
    if found.is_empty() {
        let pattern = console::shown(&word.bytes);
        return Err(Problem::new(
            Exit::LocalRead,
            format!("{pattern}: no match"),
        ));
    }
    Ok(found)
}
