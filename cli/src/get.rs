//! `qftp get`: downloads files, by name or by pattern, and directories.

mod arguments;
mod fetch;
mod sink;

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use qftp::client::{EntryKind, Error, Task, Transferred, TreeOptions};

use crate::app::App;
use crate::batch::{Batch, row};
use crate::exit::Phase;
use crate::log::Direction;
use crate::problem::Problem;
use crate::progress;
use crate::retry::WholeTime;
use crate::session::{self, Session};
use crate::stdin;
use crate::synced_downloads::{PlacedDownload, SyncedDownload, SyncedDownloads};
use crate::target::{Target, is_url, name_of_bytes};
use crate::tree::{self, Pair};
use crate::verify;
use fetch::fetch;
use sink::{Sink, sink};

pub(crate) use arguments::Arguments;

/// One thing to download.
enum Download {
    File(Target, Sink),
    Tree(Target, PathBuf),
    /// A directory that a pattern matches, and that is not asked for.
    Directory(Target),
}

/// A URL, and its path as a pattern, if it is one.
type Source = (Target, Option<Vec<u8>>);

pub(crate) fn run(app: &App, arguments: &Arguments) -> Result<(), Problem> {
    let (sources, local) = read_words(arguments)?;
    let Some((first, _)) = sources.first() else {
        return Ok(());
    };
    let many = sources.len() > 1 || sources.iter().any(|(_, pattern)| pattern.is_some());
    check_local(arguments, &local, many)?;
    if !many && !arguments.recursive {
        first.file()?;
        sink(first, &local, arguments)?;
    }
    let mut tasks = vec![Task::Get];
    tasks.extend(arguments.through.tasks());
    if arguments.resume {
        tasks.push(Task::ResumeGet);
    }
    if arguments.recursive || sources.iter().any(|(_, pattern)| pattern.is_some()) {
        tasks.push(Task::List);
    }
    let mut batch = Batch::new(app, sources.len());
    let result = session::with(app, first, &tasks, |session| {
        let downloads = find(session, &sources, &local, arguments)?;
        batch.count = downloads.len();
        if downloads.len() > 1 {
            batch.tell_each();
        }
        let mut synced = SyncedDownloads::default();
        let taken = take_all(app, session, &mut batch, &mut synced, &downloads, arguments);
        // Whatever ended it: what is complete gets its name.
        let placed = tell(app, &mut batch, synced.finish());
        taken?;
        placed?;
        batch.session_result()
    });
    batch.finish(result)
}

/// Downloads one after the other, until none of the others can be tried.
fn take_all(
    app: &App,
    session: &mut Session,
    batch: &mut Batch<'_>,
    synced: &mut SyncedDownloads,
    downloads: &[Download],
    arguments: &Arguments,
) -> Result<(), Problem> {
    let time = WholeTime::begin(&arguments.retry);
    for (index, download) in downloads.iter().enumerate() {
        session.client.set_retry(time.next());
        let goes_on = if index > 0 && time.is_over() {
            tell(app, batch, synced.finish())?;
            let problem = Problem::client(&Error::TimeIsOver, Phase::Retrieve);
            batch.failed(download.row(), problem)?;
            false
        } else {
            take(app, session, batch, synced, download, arguments)?
        };
        if !goes_on {
            break;
        }
    }
    Ok(())
}

/// Tells of downloads that have got their names, or failed to. Returns true where the others can be tried.
fn tell(app: &App, batch: &mut Batch<'_>, placed: Vec<PlacedDownload>) -> Result<bool, Problem> {
    let mut goes_on = true;
    for (download, result) in placed {
        let SyncedDownload { from, to, moved } = download;
        match result {
            Ok(()) => batch.done(progress::report(app, "get", &from, &to, &moved))?,
            Err(error) => {
                let problem = Problem::client(&error, Phase::Retrieve).about(&from);
                goes_on &= batch.failed(row("get", &from, &to), problem)?;
            }
        }
    }
    Ok(goes_on)
}

impl Download {
    fn row(&self) -> serde_json::Value {
        let (from, to) = match self {
            Download::File(target, sink) => (target, sink.path()),
            Download::Tree(target, path) => (target, Some(path.as_path())),
            Download::Directory(target) => (target, None),
        };
        let to = to.map_or_else(|| "-".into(), |path| path.display().to_string());
        row("get", &from.to_string(), &to)
    }
}

/// Splits the words of the command line into URLs and the local end.
fn read_words(arguments: &Arguments) -> Result<(Vec<Source>, PathBuf), Problem> {
    let mut words = arguments.urls.as_slice();
    let mut local = arguments.output.clone();
    if let ([.., _, last], None) = (words, &local)
        && !is_url(last)
    {
        local = Some(last.into());
        words = &words[..words.len() - 1];
    }
    let local = local.unwrap_or_else(|| ".".into());
    crate::target::check_local("LOCAL", &local, "a URL stands before it")?;
    let mut sources: Vec<Source> = Vec::new();
    for word in words {
        let text = word.to_str();
        let text = text.ok_or_else(|| Problem::usage("the URL is not UTF-8"))?;
        sources.push(Target::parse_pattern(text)?);
    }
    Target::check_one_server(sources.iter().map(|(target, _)| target))?;
    Ok((sources, local))
}

/// Finds what is wrong with the local end before anything is sent.
fn check_local(arguments: &Arguments, local: &Path, many: bool) -> Result<(), Problem> {
    if stdin::is_stdin(local) {
        if arguments.resume {
            return Err(Problem::usage(
                "--continue needs a local file, not standard output",
            ));
        }
        if arguments.recursive {
            return Err(Problem::usage(
                "--recursive needs a directory, not standard output",
            ));
        }
        return Ok(());
    }
    if arguments.create_dirs {
        let is_directory = many || ends_as_directory(local);
        let directory = if is_directory {
            Some(local)
        } else {
            parent(local)
        };
        let made = directory.map_or(Ok(()), fs::create_dir_all);
        made.map_err(|error| Problem::write(local, &error))?;
    }
    if many && !local.is_dir() {
        let problem = Problem::write(local, &io::ErrorKind::NotADirectory.into());
        return Err(problem.hint("several files need a directory; --create-dirs makes it"));
    }
    Ok(())
}

fn ends_as_directory(path: &Path) -> bool {
    path.as_os_str().as_encoded_bytes().ends_with(b"/")
}

fn parent(path: &Path) -> Option<&Path> {
    path.parent()
        .filter(|parent| !parent.as_os_str().is_empty())
}

/// Looks up the patterns, and finds the destination of each file. Two files of one name are refused.
fn find(
    session: &mut Session,
    sources: &[Source],
    local: &Path,
    arguments: &Arguments,
) -> Result<Vec<Download>, Problem> {
    let mut downloads = Vec::new();
    let mut names = BTreeSet::new();
    for (target, pattern) in sources {
        for (target, kind) in matching(session, target, pattern.as_deref(), arguments)? {
            let download = match kind {
                EntryKind::Directory if arguments.recursive => {
                    let name = name_of_bytes(target.name());
                    let path = if local.is_dir() {
                        local.join(name)
                    } else {
                        local.to_owned()
                    };
                    Download::Tree(target, path)
                }
                EntryKind::Directory => Download::Directory(target),
                _ => {
                    let sink = sink(&target, local, arguments)?;
                    Download::File(target, sink)
                }
            };
            let path = match &download {
                Download::File(_, sink @ Sink::File(..)) => sink.path(),
                Download::Tree(_, path) => Some(path.as_path()),
                _ => None,
            };
            if let Some(path) = path
                && !names.insert(path.to_owned())
            {
                let text = format!("two of the files would become {}", path.display());
                return Err(
                    Problem::usage(text).hint("get them one by one, under names of their own")
                );
            }
            downloads.push(download);
        }
    }
    Ok(downloads)
}

/// Returns the files and directories that a URL stands for.
fn matching(
    session: &mut Session,
    target: &Target,
    pattern: Option<&[u8]>,
    arguments: &Arguments,
) -> Result<Vec<(Target, EntryKind)>, Problem> {
    let about = |error: Error| Problem::client(&error, Phase::Retrieve).about(target);
    let found = match pattern {
        Some(pattern) => session.client.glob(pattern).map_err(about)?,
        None => Vec::new(),
    };
    if !found.is_empty() {
        let with_kind = |entry: qftp::client::Entry| {
            let target = Target {
                path: entry.name,
                ..target.clone()
            };
            (target, entry.kind)
        };
        return Ok(found.into_iter().map(with_kind).collect());
    }
    let is_tree = arguments.recursive
        && (target.is_directory() || session.client.is_dir(&target.path).map_err(about)?);
    let kind = if is_tree {
        EntryKind::Directory
    } else {
        EntryKind::File
    };
    if !is_tree {
        target.file()?;
    }
    Ok(vec![(target.clone(), kind)])
}

/// Downloads one of them. Returns true where the others can be tried.
fn take(
    app: &App,
    session: &mut Session,
    batch: &mut Batch<'_>,
    synced: &mut SyncedDownloads,
    download: &Download,
    arguments: &Arguments,
) -> Result<bool, Problem> {
    if !matches!(download, Download::File(..)) && !tell(app, batch, synced.finish())? {
        return Ok(false);
    }
    match download {
        Download::Directory(target) => {
            let text = format!("skipped {target}: it is a directory, which -r copies");
            batch.skipped(download.row(), "directory", Some(text))?;
        }
        Download::Tree(target, local) => {
            let pair = Pair {
                local,
                target,
                remote: target.directory(),
                direction: Direction::Down,
            };
            let options = TreeOptions::new()
                .no_clobber(arguments.no_clobber)
                .resume(arguments.resume)
                .verify(arguments.verify)
                .fsync(!arguments.no_fsync);
            return match tree::carry(app, session, batch, &pair, options) {
                Ok(goes_on) => Ok(goes_on),
                Err(problem) => batch.failed(download.row(), problem),
            };
        }
        Download::File(target, sink) => {
            if let (Some(path), true) = (sink.path(), arguments.no_clobber)
                && path.exists()
            {
                let text = format!("skipped {target}: {} exists", path.display());
                batch.skipped(download.row(), "exists", Some(text))?;
                return Ok(true);
            }
            if arguments.verify {
                verify::tell_cost(app, session.client.size(target.file()?).ok());
            }
            match fetch(app, session, target, sink, synced.batch(), arguments) {
                Err(problem) => {
                    let goes_on = tell(app, batch, synced.finish())?; // those before this one are told first
                    return Ok(batch.failed(download.row(), problem)? && goes_on);
                }
                Ok(moved) => return note(app, batch, synced, (target, sink), moved, arguments),
            }
        }
    }
    Ok(true)
}

/// Notes a download whose content is complete. Returns true where the others can be tried.
fn note(
    app: &App,
    batch: &mut Batch<'_>,
    synced: &mut SyncedDownloads,
    (target, sink): (&Target, &Sink),
    moved: Transferred,
    arguments: &Arguments,
) -> Result<bool, Problem> {
    let Some(path) = sink.path() else {
        batch.done_silently(); // standard output holds the file
        return Ok(true);
    };
    let (from, to) = (target.to_string(), path.display().to_string());
    let file = SyncedDownload { from, to, moved };
    let is_synced = matches!(sink, Sink::File(..));
    let placed = if !is_synced || arguments.ascii || arguments.through.via.is_some() {
        vec![(file, Ok(()))]
    } else {
        synced.add(file);
        if arguments.no_clobber {
            synced.finish() // the next one looks whether its file exists
        } else {
            synced.placed()
        }
    };
    tell(app, batch, placed)
}
