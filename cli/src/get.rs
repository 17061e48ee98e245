//! `qftp get`: downloads files, by name or by pattern, and directories.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use qftp::client::{
    Client, EntryKind, Error, GetOptions, PartMode, Task, Transferred, TreeOptions,
};

use crate::app::App;
use crate::batch::{Batch, row};
use crate::exit::Phase;
use crate::log::Direction;
use crate::problem::Problem;
use crate::progress::{self, Meter};
use crate::retry::{RetryOptions, WholeTime};
use crate::session::{self, Session};
use crate::stdin;
use crate::target::{Target, is_url, name_of_bytes};
use crate::tree::{self, Pair};
use crate::verify;
use crate::via::{Via, ViaOption};

const EXAMPLES: &str = "\
Examples:
  qftp get ftp://ftp.example.com/firmware.bin         to ./firmware.bin
  qftp get 'ftp://ftp.example.com/logs/*.csv' -o data
  qftp get -r ftp://ftp.example.com/logs              to ./logs
  qftp get ftp://ftp.example.com/firmware.bin /tmp/   to /tmp/firmware.bin
  qftp get ftp://ftp.example.com/data.tar - | tar x
  qftp get --continue ftp://ftp.example.com/big.bin   continues ./big.bin

`*`, `?` and `[abc]` stand for characters of one name; write %2A, %3F and %5B for
these characters themselves. A pattern that matches nothing is taken as a name.

Until it is complete, a file has a temporary name in the same directory. A get that
fails leaves there what is confirmed, and --continue goes on with it. A failure leaves
the other files, and the exit code is that of the first.";

/// Holds the arguments of `qftp get`.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
#[allow(clippy::struct_excessive_bools)] // each is a switch of its own
pub(crate) struct Arguments {
    /// File to write, or directory, or `-` for standard output
    #[arg(short, long, value_name = "LOCAL")]
    output: Option<PathBuf>,
    /// Download directories with all that is below them
    #[arg(short, long, conflicts_with = "via")]
    recursive: bool,
    /// Continue what an earlier get left, or the local file
    #[arg(short = 'c', long = "continue", conflicts_with = "via")]
    resume: bool,
    /// Give a file the time that the server states
    #[arg(short = 'R', long, conflicts_with = "via")]
    remote_time: bool,
    /// Leave files alone that exist
    #[arg(long)]
    no_clobber: bool,
    /// Make the local directories that are missing
    #[arg(long)]
    create_dirs: bool,
    /// Text: convert the ends of the lines (TYPE A). Sizes prove nothing then, and nothing is tried again
    #[arg(short, long, conflicts_with_all = ["recursive", "resume", "remote_time", "verify", "via"])]
    ascii: bool,
    /// Get each file twice and compare; takes as long again
    #[arg(long, conflicts_with = "via")]
    verify: bool,
    /// Do not wait until the file is on the disk; a power cut may damage it
    #[arg(long)]
    no_fsync: bool,
    #[command(flatten)]
    through: ViaOption,
    #[command(flatten)]
    retry: RetryOptions,
    /// Files to download, all on one server; behind them may stand what --output names
    #[arg(required = true, value_name = "URL")]
    urls: Vec<OsString>,
}

/// The destination of a file.
enum Sink {
    Stdout,
    /// A device or pipe, written directly.
    Stream(PathBuf),
    /// A file, and what becomes of the part that an earlier download left.
    File(PathBuf, PartMode),
}

impl Sink {
    fn path(&self) -> Option<&Path> {
        match self {
            Sink::Stdout => None,
            Sink::Stream(path) | Sink::File(path, _) => Some(path),
        }
    }
}

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
        let time = WholeTime::begin(&arguments.retry);
        for (index, download) in downloads.iter().enumerate() {
            session.client.set_retry(time.next());
            let goes_on = if index > 0 && time.is_over() {
                let problem = Problem::client(&Error::TimeIsOver, Phase::Retrieve);
                batch.failed(download.row(), problem)?;
                false
            } else {
                take(app, session, &mut batch, download, arguments)?
            };
            if !goes_on {
                break;
            }
        }
        batch.session_result()
    });
    batch.finish(result)
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
    download: &Download,
    arguments: &Arguments,
) -> Result<bool, Problem> {
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
            match fetch(app, session, target, sink, arguments) {
                Err(problem) => return batch.failed(download.row(), problem),
                Ok(moved) => {
                    if let Some(path) = sink.path() {
                        let (from, to) = (target.to_string(), path.display().to_string());
                        batch.done(progress::report(app, "get", &from, &to, &moved))?;
                    } else {
                        batch.done_silently(); // standard output holds the file
                    }
                }
            }
        }
    }
    Ok(true)
}

fn fetch(
    app: &App,
    session: &mut Session,
    target: &Target,
    sink: &Sink,
    arguments: &Arguments,
) -> Result<Transferred, Problem> {
    let meter = match sink {
        Sink::Stdout if crate::console::stdout_is_terminal() => Meter::none(),
        _ => Meter::new(&String::from_utf8_lossy(target.name()), app),
    };
    let remote = target.file()?;
    session.client.on_retry(meter.on_retry(app));
    let mut watch = session::watch(&session.log, Direction::Down, &meter);
    if let Some(via) = &arguments.through.via {
        via.prepare(&mut session.client)?;
        return fetch_via(via, &mut session.client, target, sink, &mut watch);
    }
    if arguments.ascii {
        return fetch_ascii(&mut session.client, target, sink);
    }
    let options = GetOptions::new()
        .verify(arguments.verify)
        .fsync(!arguments.no_fsync)
        .keep_time(arguments.remote_time)
        .progress(&mut watch);
    let client = &mut session.client;
    match sink {
        Sink::Stdout => {
            let mut out = io::stdout().lock();
            let result = client.get(remote, &mut out, options);
            let moved = result.map_err(|error| trouble(&error, target))?;
            out.flush()?;
            Ok(moved)
        }
        Sink::Stream(path) => {
            let file = File::options().write(true).open(path);
            let mut file = file.map_err(|error| Problem::write(path, &error))?;
            let result = client.get(remote, &mut file, options);
            result.map_err(|error| trouble(&error, target))
        }
        Sink::File(path, part) => {
            let result = client.get_file(remote, path, options.part(*part));
            result.map_err(|error| trouble(&error, target))
        }
    }
}

/// Downloads a text.
fn fetch_ascii(client: &mut Client, target: &Target, sink: &Sink) -> Result<Transferred, Problem> {
    let remote = target.file()?;
    let moved = match sink {
        Sink::Stdout => client.get_ascii(remote, &mut io::stdout().lock()),
        Sink::Stream(path) => {
            let file = File::options().write(true).open(path);
            let mut file = file.map_err(|error| Problem::write(path, &error))?;
            client.get_ascii(remote, &mut file)
        }
        Sink::File(path, _) => client.get_ascii_file(remote, path),
    };
    moved.map_err(|error| trouble(&error, target))
}

/// Downloads by way of the module's store.
fn fetch_via(
    via: &Via,
    client: &mut Client,
    target: &Target,
    sink: &Sink,
    progress: &mut dyn FnMut(u64, Option<u64>),
) -> Result<Transferred, Problem> {
    let remote = target.file()?;
    let moved = match sink {
        Sink::Stdout => via.get(client, remote, &mut io::stdout().lock(), progress),
        Sink::Stream(path) => {
            let file = File::options().write(true).open(path);
            let mut file = file.map_err(|error| Problem::write(path, &error))?;
            via.get(client, remote, &mut file, progress)
        }
        Sink::File(path, _) => via.get_file(client, remote, path, progress),
    };
    moved.map_err(|error| trouble(&error, target))
}

fn trouble(error: &Error, target: &Target) -> Problem {
    Problem::client(error, Phase::Retrieve).about(target)
}

/// Finds the destination first, so that a wrong one is reported before anything is sent.
fn sink(target: &Target, local: &Path, arguments: &Arguments) -> Result<Sink, Problem> {
    if stdin::is_stdin(local) {
        return Ok(Sink::Stdout);
    }
    let path = if local.is_dir() {
        local.join(name_of_bytes(target.name()))
    } else {
        local.to_owned()
    };
    match fs::metadata(&path) {
        Ok(metadata) if metadata.is_dir() => {
            Err(Problem::write(&path, &io::ErrorKind::IsADirectory.into()))
        }
        Ok(metadata) if !metadata.is_file() => Ok(Sink::Stream(path)),
        Ok(_) => Ok(Sink::File(path, part(arguments))),
        Err(_) => check_parent(&path).map(|()| Sink::File(path, part(arguments))),
    }
}

fn part(arguments: &Arguments) -> PartMode {
    if arguments.resume {
        PartMode::Continue
    } else {
        PartMode::Leave
    }
}

fn check_parent(path: &Path) -> Result<(), Problem> {
    let parent = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty());
    let checked = fs::metadata(parent.unwrap_or(Path::new(".")));
    checked
        .map(drop)
        .map_err(|error| Problem::write(path, &error))
}
