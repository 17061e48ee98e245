//! `qftp put`: uploads files and standard input.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use qftp::client::{PutMode, PutOptions, Task, Transferred};

use crate::app::App;
use crate::exit::Phase;
use crate::log::Direction;
use crate::problem::Problem;
use crate::progress::{self, Meter};
use crate::retry::RetryOptions;
use crate::session::{self, Session};
use crate::stdin;
use crate::target::{Target, check_local};
use crate::verify;
use crate::via::{Via, ViaOption};

const EXAMPLES: &str = "\
Examples:
  qftp put log.txt ftp://ftp.example.com/             as log.txt
  qftp put log.txt ftp://ftp.example.com/logs/b.txt   under another name
  qftp put *.txt ftp://ftp.example.com/logs/          several files
  tar c data | qftp put - ftp://ftp.example.com/data.tar

An upload succeeds when the size on the server equals the size sent; with --verify,
when all of it was read back and is equal.";

/// Holds the arguments of `qftp put`.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// Append to the remote file
    #[arg(short, long, conflicts_with = "via")]
    append: bool,
    /// Continue what an earlier put of the same file left
    #[arg(short = 'c', long = "continue", conflicts_with_all = ["append", "via"])]
    resume: bool,
    /// Read the file back at the end and compare it; takes as long again
    #[arg(long, conflicts_with = "via")]
    verify: bool,
    #[command(flatten)]
    through: ViaOption,
    #[command(flatten)]
    retry: RetryOptions,
    /// Files, or `-` for standard input
    #[arg(required = true, value_name = "LOCAL")]
    locals: Vec<PathBuf>,
    /// Destination; a directory ends in `/`
    #[arg(value_name = "URL")]
    url: String,
}

/// Says what happens to a file that exists on the server.
#[derive(Clone, Copy)]
enum UploadMode {
    Replace,
    Append,
    Continue,
}

impl UploadMode {
    fn task(self) -> Task {
        match self {
            UploadMode::Replace => Task::Put,
            UploadMode::Append => Task::Append,
            UploadMode::Continue => Task::ResumePut,
        }
    }

    fn of_client(self) -> PutMode {
        match self {
            UploadMode::Replace => PutMode::Replace,
            UploadMode::Append => PutMode::Append,
            UploadMode::Continue => PutMode::Continue,
        }
    }
}

/// One file to upload.
struct Upload {
    source: UploadSource,
    /// Its name in messages.
    name: String,
    remote: Vec<u8>,
}

/// The source of an upload.
enum UploadSource {
    File(PathBuf),
    /// Standard input, and the bytes that it will give, if known.
    Stdin(Box<dyn Read>, Option<u64>),
}

impl UploadSource {
    /// Returns the bytes that it will give, if known.
    fn size(&self) -> Option<u64> {
        match self {
            UploadSource::File(path) => fs::metadata(path)
                .ok()
                .filter(fs::Metadata::is_file)
                .map(|metadata| metadata.len()),
            UploadSource::Stdin(_, size) => *size,
        }
    }
}

pub(crate) fn run(app: &App, arguments: &Arguments) -> Result<(), Problem> {
    let mut target = Target::parse(&arguments.url)?;
    if arguments.locals.len() > 1 {
        target = target.into_directory();
    }
    let mut uploads = Vec::new();
    for local in &arguments.locals {
        check_local(
            "LOCAL",
            local,
            "the URL is the last argument, and there is one",
        )?;
        let remote = remote_path(&target, local)?;
        uploads.push(upload(app, local, remote)?);
    }
    let mut rows = Vec::new();
    let upload_mode = match (arguments.append, arguments.resume) {
        (true, _) => UploadMode::Append,
        (false, true) => UploadMode::Continue,
        (false, false) => UploadMode::Replace,
    };
    let tasks = [&[upload_mode.task()], arguments.through.tasks()].concat();
    let result = session::with(app, &target, &tasks, |session| {
        session.client.set_retry(arguments.retry.policy());
        for upload in &mut uploads {
            if arguments.verify {
                verify::tell_cost(app, upload.source.size());
            }
            let moved = match &arguments.through.via {
                Some(via) => send_via(app, session, upload, via)?,
                None => send(app, session, upload, upload_mode, arguments.verify)?,
            };
            let url = target.url_of(&upload.remote);
            rows.push(progress::report(app, &upload.name, &url, &moved));
        }
        Ok(())
    });
    progress::finish(app, rows, result)
}

fn send(
    app: &App,
    session: &mut Session,
    upload: &mut Upload,
    mode: UploadMode,
    verify: bool,
) -> Result<Transferred, Problem> {
    let meter = Meter::new(&upload.name, app);
    session.client.on_retry(meter.on_retry(app));
    let mut watch = session::watch(&session.log, Direction::Up, &meter);
    let options = PutOptions::new()
        .verify(verify)
        .mode(mode.of_client())
        .progress(&mut watch);
    let client = &mut session.client;
    let remote = &upload.remote;
    let result = match &mut upload.source {
        UploadSource::File(path) => client.put_file(path, remote, options),
        UploadSource::Stdin(source, size) => client.put(source, *size, remote, options),
    };
    result.map_err(|error| Problem::client(&error, Phase::Store).about(&upload.name))
}

/// Uploads by way of the module's store.
fn send_via(
    app: &App,
    session: &mut Session,
    upload: &Upload,
    via: &Via,
) -> Result<Transferred, Problem> {
    let UploadSource::File(path) = &upload.source else {
        let problem = Problem::usage("--via needs a file, whose size is known");
        return Err(problem.hint("write standard input to a file first"));
    };
    let size = upload.source.size().filter(|size| *size > 0);
    let size = size.ok_or_else(|| {
        let problem = Problem::usage(format!("{} is empty, or no file", upload.name));
        problem.hint("the store of a module takes files of at least one byte; leave --via out")
    })?;
    let mut file = File::open(path).map_err(|error| Problem::read(path, &error))?;
    via.prepare(&mut session.client)?;
    let meter = Meter::new(&upload.name, app);
    let mut watch = session::watch(&session.log, Direction::Up, &meter);
    let client = &mut session.client;
    via.put(client, &mut file, size, &upload.remote, &mut watch)
        .map_err(|error| Problem::client(&error, Phase::Store).about(&upload.name))
}

/// Returns the path on the server; in a directory the file keeps its local name.
fn remote_path(target: &Target, local: &Path) -> Result<Vec<u8>, Problem> {
    if !target.is_directory() {
        return Ok(target.path.clone());
    }
    if stdin::is_stdin(local) {
        let problem = Problem::usage("standard input has no name to be stored under");
        return Err(problem.hint("end the URL with the name of a file"));
    }
    let name = local.file_name().ok_or_else(|| {
        Problem::usage(format!(
            "{} has no name to be stored under",
            local.display()
        ))
    })?;
    let mut path = target.path.clone();
    path.extend_from_slice(&crate::target::name_bytes(name)?);
    Ok(path)
}

/// Opens the source first, so that a missing file is found before anything is sent.
fn upload(app: &App, local: &Path, remote: Vec<u8>) -> Result<Upload, Problem> {
    if stdin::is_stdin(local) {
        let input = Box::new(stdin::Input::new(&app.interrupt));
        return Ok(Upload {
            source: UploadSource::Stdin(input, stdin::size()),
            name: "standard input".into(),
            remote,
        });
    }
    check(local).map_err(|error| Problem::read(local, &error))?;
    Ok(Upload {
        source: UploadSource::File(local.to_owned()),
        name: local.display().to_string(),
        remote,
    })
}

/// Finds what cannot be read before anything is sent.
fn check(path: &Path) -> io::Result<()> {
    let metadata = fs::metadata(path)?;
    if metadata.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    // To open a pipe is to wait for its writer.
    if metadata.is_file() {
        File::open(path)?;
    }
    Ok(())
}
