//! `qftp store get` and `qftp store put`: files between this machine and the store, over the line.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use super::stored_file::{exists, name_in_store, open, taken, trouble};
use crate::app::App;
use crate::exit::Exit;
use crate::log::{Direction, Log};
use crate::problem::Problem;
use crate::progress::{self, Meter};
use crate::session;
use crate::stdin;

/// Holds the arguments of `qftp store get`.
#[derive(clap::Args)]
pub(super) struct GetArguments {
    /// File of the store
    #[arg(value_name = "NAME")]
    name: String,
    /// File or directory to write to, or `-` for standard output
    #[arg(value_name = "LOCAL", default_value = ".")]
    local: PathBuf,
}

/// Holds the arguments of `qftp store put`.
#[derive(clap::Args)]
pub(super) struct PutArguments {
    /// Replace a file of that name
    #[arg(short, long)]
    force: bool,
    /// File to copy, or `-` for standard input
    #[arg(value_name = "LOCAL")]
    local: PathBuf,
    /// Its name in the store; a volume alone, such as `RAM:`, keeps the local name
    #[arg(value_name = "NAME")]
    name: Option<String>,
}

pub(super) fn get(app: &App, arguments: &GetArguments) -> Result<(), Problem> {
    let name = arguments.name.as_str();
    let log = Log::default();
    let mut client = open(app, &log)?;
    let listed = client.store().list(name.as_bytes());
    let listed = listed.map_err(|error| trouble(&error, name))?;
    let total = listed.first().map(|file| file.size);
    let begun = Instant::now();
    if stdin::is_stdin(&arguments.local) {
        let mut out = io::stdout().lock();
        let done = client.store().download(name.as_bytes(), &mut out);
        done.map_err(|error| trouble(&error, name))?;
        out.flush()?;
        return Ok(());
    }
    let bare = name.rsplit(':').next().unwrap_or(name);
    let path = if arguments.local.is_dir() {
        arguments.local.join(bare)
    } else {
        arguments.local.clone()
    };
    let downloaded = {
        let meter = Meter::new(name, app);
        let mut watch = session::watch(&log, Direction::Down, &meter);
        let mut watch = |done, _| watch(done, total);
        let mut store = client.store().progress(&mut watch);
        store.download_file(name.as_bytes(), &path)
    };
    let bytes = downloaded.map_err(|error| trouble(&error, name))?;
    let row = progress::stored(
        app,
        name,
        &path.display().to_string(),
        bytes,
        begun.elapsed(),
    );
    progress::finish(app, &row)
}

pub(super) fn put(app: &App, arguments: &PutArguments) -> Result<(), Problem> {
    let local = arguments.local.as_path();
    let (mut source, size): (Box<dyn Read>, u64) = source(app, local)?;
    if size == 0 {
        let problem = Problem::usage(format!("{} is empty", local.display()));
        return Err(problem.hint("the store of a module takes files of at least one byte"));
    }
    let name = match (&arguments.name, stdin::is_stdin(local)) {
        (None, true) => {
            let problem = Problem::usage("standard input has no name to be stored under");
            return Err(problem.hint("give the name in the store behind `-`"));
        }
        (Some(name), true) => name.clone(),
        (name, false) => name_in_store(name.as_deref(), &base_name(local)?),
    };
    let log = Log::default();
    let mut client = open(app, &log)?;
    if exists(&mut client, &name) {
        if !arguments.force {
            return Err(taken(&name));
        }
        let removed = client.store().remove(name.as_bytes());
        removed.map_err(|error| trouble(&error, &name))?;
    }
    let begun = Instant::now();
    let uploaded = {
        let meter = Meter::new(&local.display().to_string(), app);
        let mut watch = session::watch(&log, Direction::Up, &meter);
        let mut store = client.store().progress(&mut watch);
        store.upload(&mut source, size, name.as_bytes())
    };
    uploaded.map_err(|error| trouble(&error, &name))?;
    let row = progress::stored(
        app,
        &local.display().to_string(),
        &name,
        size,
        begun.elapsed(),
    );
    progress::finish(app, &row)
}

/// Opens the source; standard input is read to its end, since the command begins with the size.
fn source(app: &App, local: &Path) -> Result<(Box<dyn Read>, u64), Problem> {
    if stdin::is_stdin(local) {
        let mut bytes = Vec::new();
        let read = stdin::Input::new(&app.interrupt).read_to_end(&mut bytes);
        read.map_err(|error| Problem::new(Exit::LocalRead, format!("standard input: {error}")))?;
        let size = bytes.len() as u64;
        return Ok((Box::new(io::Cursor::new(bytes)), size));
    }
    let open = || {
        let file = File::open(local)?;
        let metadata = file.metadata()?;
        if metadata.is_dir() {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        Ok((file, metadata.len()))
    };
    let (file, size) = open().map_err(|error| Problem::read(local, &error))?;
    Ok((Box::new(file), size))
}

/// Returns the name of a local file, which must be text: the store takes names of a line.
fn base_name(local: &Path) -> Result<String, Problem> {
    let name = local.file_name().and_then(|name| name.to_str());
    name.map(str::to_owned).ok_or_else(|| {
        let problem = Problem::usage(format!("{} has no name for the store", local.display()));
        problem.hint("give the name in the store behind it")
    })
}
