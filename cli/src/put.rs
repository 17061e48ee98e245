//! `qftp put`: uploads files, directories and standard input.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use qftp::client::{
    Error, PutMode, PutOptions, Task, Transferred, TreeOptions, is_pattern, name_matches,
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
use crate::target::{Target, check_local};
use crate::tree::{self, Pair};
use crate::verify;
use crate::via::{Via, ViaOption};

const EXAMPLES: &str = "\
Examples:
  qftp put log.txt ftp://ftp.example.com/             as log.txt
  qftp put log.txt ftp://ftp.example.com/logs/b.txt   under another name
  qftp put *.txt ftp://ftp.example.com/logs/          several files
  qftp put -r logs ftp://ftp.example.com/backup/      as backup/logs
  tar c data | qftp put - ftp://ftp.example.com/data.tar

An upload succeeds when the size on the server equals the size sent; with --verify,
when all of it was read back and is equal. A file that exists is replaced. A failure
leaves the other files, and the exit code is that of the first.

With --atomic, others never see a part of the file: it is `.NAME.part` until it is
whole. The server must let a rename replace a file, as those on Unix do.";

/// Holds the arguments of `qftp put`.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
#[allow(clippy::struct_excessive_bools)] // each is a switch of its own
pub(crate) struct Arguments {
    /// Upload directories with all that is below them
    #[arg(short, long, conflicts_with_all = ["append", "via"])]
    recursive: bool,
    /// Append to the remote file
    #[arg(short, long, conflicts_with = "via")]
    append: bool,
    /// Continue what an earlier put of the same file left
    #[arg(short = 'c', long = "continue", conflicts_with_all = ["append", "via"])]
    resume: bool,
    /// Read the file back at the end and compare it; takes as long again
    #[arg(long, conflicts_with = "via")]
    verify: bool,
    /// Text: convert the ends of the lines (TYPE A). Sizes prove nothing then, and nothing is tried again
    #[arg(long, conflicts_with_all = ["recursive", "append", "resume", "verify", "atomic", "create_dirs", "via"])]
    ascii: bool,
    /// Upload under a temporary name, and rename at the end
    #[arg(long, conflicts_with_all = ["append", "via"])]
    atomic: bool,
    /// Make the directories of the URL that are missing
    #[arg(long, conflicts_with = "via")]
    create_dirs: bool,
    /// Leave files alone that exist on the server
    #[arg(long, conflicts_with_all = ["append", "resume"])]
    no_clobber: bool,
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

/// One file or directory to upload.
struct Upload {
    source: UploadSource,
    /// Its name in messages.
    name: String,
    remote: Vec<u8>,
}

/// The source of an upload.
enum UploadSource {
    File(PathBuf),
    Tree(PathBuf),
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
            UploadSource::Tree(_) => None,
            UploadSource::Stdin(_, size) => *size,
        }
    }
}

pub(crate) fn run(app: &App, arguments: &Arguments) -> Result<(), Problem> {
    let mut target = Target::parse(&arguments.url)?;
    let locals = matching_files(&arguments.locals)?;
    if locals.len() > 1 {
        target = target.into_directory();
    }
    let mut uploads = Vec::new();
    for local in &locals {
        check_local(
            "LOCAL",
            local,
            "the URL is the last argument, and there is one",
        )?;
        let remote = remote_path(&target, local, arguments.recursive);
        let name = || local.display().to_string();
        // Standard input without a name is a wrong command line; a name that no command can carry is that of one file.
        let remote = match remote {
            Err(problem) if local == Path::new("-") => return Err(problem),
            remote => remote.map_err(|problem| (name(), problem.about(name()))),
        };
        uploads.push(remote.and_then(|remote| upload(app, local, remote, arguments.recursive)));
    }
    check_names(&target, &uploads)?;
    let mut batch = Batch::new(app, uploads.len());
    // One that cannot be read is told, and leaves the others.
    let mut readable = Vec::new();
    for upload in uploads {
        match upload {
            Ok(upload) => readable.push(upload),
            Err((name, problem)) if locals.len() > 1 => {
                batch.failed(row("put", &name, &target.to_string()), problem)?;
            }
            Err((_, problem)) => return Err(problem),
        }
    }
    if readable.is_empty() {
        return batch.finish(Ok(()));
    }
    let upload_mode = match (arguments.append, arguments.resume) {
        (true, _) => UploadMode::Append,
        (false, true) => UploadMode::Continue,
        (false, false) => UploadMode::Replace,
    };
    let mut tasks = vec![upload_mode.task()];
    tasks.extend(arguments.through.tasks());
    if arguments.atomic {
        tasks.push(Task::Rename);
    }
    let result = session::with(app, &target, &tasks, |session| {
        let time = WholeTime::begin(&arguments.retry);
        for (index, upload) in readable.iter_mut().enumerate() {
            session.client.set_retry(time.next());
            let url = target.url_of(&upload.remote);
            let row = row("put", &upload.name, &url);
            let goes_on = if index > 0 && time.is_over() {
                let problem = Problem::client(&Error::TimeIsOver, Phase::Store);
                batch.failed(row, problem)?;
                false
            } else {
                let what = (&target, upload, upload_mode);
                match take(app, session, &mut batch, what, arguments) {
                    Ok(goes_on) => goes_on,
                    Err(problem) => batch.failed(row, problem)?,
                }
            };
            if !goes_on {
                break;
            }
        }
        batch.session_result()
    });
    batch.finish(result)
}

/// Uploads one of them. Returns true where the others can be tried.
fn take(
    app: &App,
    session: &mut Session,
    batch: &mut Batch<'_>,
    (target, upload, mode): (&Target, &mut Upload, UploadMode),
    arguments: &Arguments,
) -> Result<bool, Problem> {
    if let UploadSource::Tree(local) = &upload.source {
        let pair = Pair {
            local,
            target,
            remote: &upload.remote,
            direction: Direction::Up,
        };
        let options = TreeOptions::new()
            .no_clobber(arguments.no_clobber)
            .resume(arguments.resume)
            .atomic(arguments.atomic)
            .verify(arguments.verify);
        return tree::carry(app, session, batch, &pair, options);
    }
    let url = target.url_of(&upload.remote);
    let about = |error: Error| Problem::client(&error, Phase::Store).about(&upload.name);
    if arguments.no_clobber && session.client.exists(&upload.remote).map_err(about)? {
        let text = format!("skipped {}: {url} exists", upload.name);
        batch.skipped(row("put", &upload.name, &url), "exists", Some(text))?;
        return Ok(true);
    }
    if arguments.verify {
        verify::tell_cost(app, upload.source.size());
    }
    let moved = match &arguments.through.via {
        Some(via) => send_via(app, session, upload, via)?,
        None => send(app, session, upload, mode, arguments)?,
    };
    batch.done(progress::report(app, "put", &upload.name, &url, &moved))?;
    Ok(true)
}

/// Returns the local names; a pattern in the last part of one that does not exist stands for the names that match it. A
/// shell does that itself, but not on every system, and not for a name in quotes.
fn matching_files(locals: &[PathBuf]) -> Result<Vec<PathBuf>, Problem> {
    let mut found = Vec::new();
    for local in locals {
        let pattern = local.file_name().unwrap_or_default().as_encoded_bytes();
        if !is_pattern(pattern) || local.exists() {
            found.push(local.clone());
            continue;
        }
        let parent = local.parent().filter(|path| !path.as_os_str().is_empty());
        let entries = fs::read_dir(parent.unwrap_or(Path::new(".")));
        let mut names = Vec::new();
        for entry in entries.map_err(|error| Problem::read(local, &error))? {
            let name = entry
                .map_err(|error| Problem::read(local, &error))?
                .file_name();
            if name_matches(name.as_encoded_bytes(), pattern) {
                names.push(local.with_file_name(name));
            }
        }
        names.sort();
        if names.is_empty() {
            names.push(local.clone());
        }
        found.append(&mut names);
    }
    Ok(found)
}

fn send(
    app: &App,
    session: &mut Session,
    upload: &mut Upload,
    mode: UploadMode,
    arguments: &Arguments,
) -> Result<Transferred, Problem> {
    let meter = Meter::new(&upload.name, app);
    session.client.on_retry(meter.on_retry(app));
    let mut watch = session::watch(&session.log, Direction::Up, &meter);
    if arguments.ascii {
        let (client, remote) = (&mut session.client, &upload.remote);
        let moved = match &mut upload.source {
            UploadSource::File(path) => client.put_ascii_file(path, remote),
            UploadSource::Stdin(source, _) => client.put_ascii(source, remote),
            UploadSource::Tree(_) => return Err(Problem::usage("a directory needs --recursive")),
        };
        return moved.map_err(|error| Problem::client(&error, Phase::Store).about(&upload.name));
    }
    let options = PutOptions::new()
        .verify(arguments.verify)
        .atomic(arguments.atomic)
        .create_dirs(arguments.create_dirs)
        .mode(mode.of_client())
        .progress(&mut watch);
    let client = &mut session.client;
    let remote = &upload.remote;
    let result = match &mut upload.source {
        UploadSource::File(path) => client.put_file(path, remote, options),
        UploadSource::Stdin(source, size) => client.put(source, *size, remote, options),
        UploadSource::Tree(_) => return Err(Problem::usage("a directory needs --recursive")),
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
fn remote_path(target: &Target, local: &Path, recursive: bool) -> Result<Vec<u8>, Problem> {
    if !target.is_directory() {
        return Ok(target.path.clone());
    }
    // `.` and `..` have no name: what is in them goes into the directory itself.
    if recursive && local.file_name().is_none() {
        return Ok(target.directory().to_vec());
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

/// Refuses two files that would have one name on the server: the second one would replace the first.
fn check_names(
    target: &Target,
    uploads: &[Result<Upload, (String, Problem)>],
) -> Result<(), Problem> {
    let mut names = BTreeSet::new();
    for upload in uploads.iter().flatten() {
        if !names.insert(&upload.remote) {
            let url = target.url_of(&upload.remote);
            let problem = Problem::usage(format!("two of the files would become {url}"));
            return Err(problem.hint("put them one by one, under names of their own"));
        }
    }
    Ok(())
}

/// Opens the source first, so that a missing file is found before anything is sent. An error has the name.
fn upload(
    app: &App,
    local: &Path,
    remote: Vec<u8>,
    recursive: bool,
) -> Result<Upload, (String, Problem)> {
    if stdin::is_stdin(local) {
        let input = Box::new(stdin::Input::new(&app.interrupt));
        return Ok(Upload {
            source: UploadSource::Stdin(input, stdin::size()),
            name: "standard input".into(),
            remote,
        });
    }
    let name = local.display().to_string();
    let source = if recursive && local.is_dir() {
        UploadSource::Tree(local.to_owned())
    } else {
        UploadSource::File(local.to_owned())
    };
    if let UploadSource::File(path) = &source
        && let Err(error) = check(path)
    {
        let problem = Problem::read(local, &error);
        let is_directory = error.kind() == io::ErrorKind::IsADirectory;
        let problem = if is_directory {
            problem.hint("-r uploads a directory with all that is below it")
        } else {
            problem
        };
        return Err((name, problem));
    }
    Ok(Upload {
        source,
        name,
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
