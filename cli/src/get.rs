//! `qftp get` and `qftp cat`: download files.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use qftp::client::{Client, Error, GetOptions, PartMode, Task, Transferred};

use crate::app::App;
use crate::exit::Phase;
use crate::log::Direction;
use crate::problem::Problem;
use crate::progress::{self, Meter};
use crate::retry::RetryOptions;
use crate::session::{self, Session};
use crate::stdin;
use crate::target::{Target, check_local, name_of_bytes};
use crate::verify;
use crate::via::{Via, ViaOption};

const GET_EXAMPLES: &str = "\
Examples:
  qftp get ftp://ftp.example.com/firmware.bin         to ./firmware.bin
  qftp get ftp://ftp.example.com/firmware.bin /tmp/   to /tmp/firmware.bin
  qftp get ftp://ftp.example.com/data.tar - | tar x
  qftp get --continue ftp://ftp.example.com/big.bin   continues ./big.bin

Until it is complete, the file has a temporary name in the same directory. A get that
fails leaves there what is confirmed, and --continue goes on with it.";

/// Holds the arguments of `qftp get`.
#[derive(clap::Args)]
#[command(after_help = GET_EXAMPLES)]
pub(crate) struct Arguments {
    /// Continue what an earlier get left, or the local file
    #[arg(short = 'c', long = "continue", conflicts_with = "via")]
    resume: bool,
    /// Get the file twice and compare; takes as long again
    #[arg(long, conflicts_with = "via")]
    verify: bool,
    /// Do not wait until the file is on the disk; a power cut may damage it
    #[arg(long)]
    no_fsync: bool,
    #[command(flatten)]
    through: ViaOption,
    #[command(flatten)]
    retry: RetryOptions,
    /// File to download
    #[arg(value_name = "URL")]
    url: String,
    /// File or directory to write to, or `-` for standard output
    #[arg(value_name = "LOCAL", default_value = ".")]
    local: PathBuf,
}

const CAT_EXAMPLES: &str = "\
Examples:
  qftp cat ftp://ftp.example.com/log.txt
  qftp cat --offset 1000000 ftp://ftp.example.com/log.txt
  qftp cat --length 512 ftp://ftp.example.com/firmware.bin | xxd";

/// Holds the arguments of `qftp cat`.
#[derive(clap::Args)]
#[command(after_help = CAT_EXAMPLES)]
pub(crate) struct CatArguments {
    /// Start at this byte
    #[arg(long, value_name = "BYTES", default_value_t = 0)]
    offset: u64,
    /// Write at most this many bytes
    #[arg(long, value_name = "BYTES")]
    length: Option<u64>,
    /// Files to write, all on one server
    #[arg(required = true, value_name = "URL")]
    urls: Vec<String>,
}

/// The destination of a file.
enum Sink {
    Stdout,
    /// A device or pipe, written directly.
    Stream(PathBuf),
    /// A file, and what becomes of the part that an earlier download left.
    File(PathBuf, PartMode),
}

pub(crate) fn run(app: &App, arguments: &Arguments) -> Result<(), Problem> {
    let target = Target::parse(&arguments.url)?;
    check_local(
        "LOCAL",
        &arguments.local,
        "`qftp get` takes one URL at a time",
    )?;
    let remote = target.file()?;
    let sink = sink(&target, arguments)?;
    let task = match &sink {
        Sink::File(_, PartMode::Continue) => Task::ResumeGet,
        _ => Task::Get,
    };
    let tasks = [&[task], arguments.through.tasks()].concat();
    let row = session::with(app, &target, &tasks, |session| {
        session.client.set_retry(arguments.retry.policy());
        if arguments.verify {
            verify::tell_cost(app, session.client.size(remote).ok());
        }
        let moved = fetch(app, session, &target, &sink, arguments)?;
        let name = match &sink {
            Sink::Stdout => return Ok(None),
            Sink::Stream(path) | Sink::File(path, _) => path.display().to_string(),
        };
        Ok(Some(progress::report(
            app,
            &target.to_string(),
            &name,
            &moved,
        )))
    })?;
    match row {
        Some(row) => progress::finish(app, vec![row], Ok(())),
        None => Ok(()), // standard output holds the file
    }
}

pub(crate) fn cat(app: &App, arguments: &CatArguments) -> Result<(), Problem> {
    let targets = Target::parse_all(&arguments.urls)?;
    for target in &targets {
        target.file()?;
    }
    let Some(first) = targets.first() else {
        return Ok(());
    };
    let mut tasks = vec![Task::Get];
    if arguments.offset > 0 {
        tasks.push(Task::ResumeGet);
    }
    if arguments.length.is_some() {
        tasks.push(Task::GetPart);
    }
    session::with(app, first, &tasks, |session| {
        for target in &targets {
            let meter = Meter::none();
            let mut watch = session::watch(&session.log, Direction::Down, &meter);
            let options = GetOptions::new()
                .offset(arguments.offset)
                .length(arguments.length)
                .progress(&mut watch);
            let mut out = io::stdout().lock();
            let result = session.client.get(target.file()?, &mut out, options);
            result.map_err(|error| trouble(&error, target))?;
            out.flush()?;
        }
        Ok(())
    })
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
    let options = GetOptions::new()
        .verify(arguments.verify)
        .fsync(!arguments.no_fsync)
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
fn sink(target: &Target, arguments: &Arguments) -> Result<Sink, Problem> {
    let local = &arguments.local;
    if stdin::is_stdin(local) {
        if arguments.resume {
            return Err(Problem::usage(
                "--continue needs a local file, not standard output",
            ));
        }
        return Ok(Sink::Stdout);
    }
    let path = if local.is_dir() {
        local.join(name_of_bytes(target.name()))
    } else {
        local.clone()
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
