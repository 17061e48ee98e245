//! `qftp rm`, `mv`, `mkdir`, `rmdir`: change names on the server. They print a result with `--json` only.

use qftp::client::{Client, Error, Task};
use serde_json::{Value, json};

use crate::app::App;
use crate::batch::Batch;
use crate::console;
use crate::exit::Phase;
use crate::problem::Problem;
use crate::session;
use crate::target::Target;

/// Holds the arguments of `qftp rmdir`.
#[derive(clap::Args)]
pub(crate) struct RemotePaths {
    /// Names, all on one server
    #[arg(required = true, value_name = "URL")]
    urls: Vec<String>,
}

const DELETE_EXAMPLES: &str = "\
Examples:
  qftp rm ftp://ftp.example.com/logs/a.txt
  qftp rm 'ftp://ftp.example.com/logs/*.txt'
  qftp rm -r ftp://ftp.example.com/logs               a directory and all below it";

/// Holds the arguments of `qftp rm`.
#[derive(clap::Args)]
#[command(after_help = DELETE_EXAMPLES)]
pub(crate) struct Deletion {
    /// Delete directories with all that is below them
    #[arg(short, long)]
    recursive: bool,
    /// Files, by name or by pattern, all on one server
    #[arg(required = true, value_name = "URL")]
    urls: Vec<String>,
}

const MAKE_EXAMPLES: &str = "\
Examples:
  qftp mkdir ftp://ftp.example.com/logs
  qftp mkdir -p ftp://ftp.example.com/logs/2026/11    with those above it";

/// Holds the arguments of `qftp mkdir`.
#[derive(clap::Args)]
#[command(after_help = MAKE_EXAMPLES)]
pub(crate) struct NewDirectories {
    /// Make the directories above as well; leave those alone that exist
    #[arg(short, long)]
    parents: bool,
    /// Directories to make, all on one server
    #[arg(required = true, value_name = "URL")]
    urls: Vec<String>,
}

const RENAME_EXAMPLES: &str = "\
Examples:
  qftp mv ftp://ftp.example.com/logs/a.txt logs/b.txt
  qftp mv ftp://ftp.example.com/a.txt old/                the name stays a.txt";

/// Holds the arguments of `qftp mv`.
#[derive(clap::Args)]
#[command(after_help = RENAME_EXAMPLES)]
pub(crate) struct Rename {
    /// File or directory to rename
    #[arg(value_name = "URL")]
    url: String,
    /// New name: a URL on the same server, or a path as in a URL; a path that ends in `/` is a directory to move to
    #[arg(value_name = "NEW")]
    new: String,
}

pub(crate) fn delete(app: &App, arguments: &Deletion) -> Result<(), Problem> {
    let mut sources = Vec::new();
    for url in &arguments.urls {
        sources.push(Target::parse_pattern(url)?);
    }
    Target::check_one_server(sources.iter().map(|(target, _)| target))?;
    for (target, _) in &sources {
        if arguments.recursive {
            directory(target)?;
        } else {
            target.file()?;
        }
    }
    let Some((first, _)) = sources.first() else {
        return Ok(());
    };
    let mut tasks = vec![Task::Delete];
    if arguments.recursive || sources.iter().any(|(_, pattern)| pattern.is_some()) {
        tasks.push(Task::List);
    }
    let mut batch = Batch::new(app, sources.len());
    let result = session::with(app, first, &tasks, |session| {
        let client = &mut session.client;
        let mut targets = Vec::new();
        for (target, pattern) in &sources {
            targets.extend(matching(client, target, pattern.as_deref())?);
        }
        batch.count = targets.len();
        if targets.len() > 1 {
            batch.tell_each();
        }
        let remove = |client: &mut Client, target: &Target| {
            if arguments.recursive && client.is_dir(target.directory())? {
                client.remove_tree(target.directory())
            } else {
                client.delete(target.directory())
            }
        };
        each(client, &mut batch, "delete", &targets, remove)
    });
    batch.finish(result)
}

/// Returns the names that a URL stands for: those that match its pattern, or its own.
fn matching(
    client: &mut Client,
    target: &Target,
    pattern: Option<&[u8]>,
) -> Result<Vec<Target>, Problem> {
    let found = match pattern {
        Some(pattern) => client.glob(pattern),
        None => Ok(Vec::new()),
    };
    let found = found.map_err(|error| Problem::client(&error, Phase::Manage).about(target))?;
    if found.is_empty() {
        return Ok(vec![target.clone()]);
    }
    let named = found.into_iter().map(|entry| Target {
        path: entry.name,
        ..target.clone()
    });
    Ok(named.collect())
}

pub(crate) fn make_dir(app: &App, arguments: &NewDirectories) -> Result<(), Problem> {
    let make = if arguments.parents {
        Client::mkdir_all
    } else {
        Client::mkdir
    };
    in_one_session(app, &arguments.urls, Task::MakeDir, "mkdir", make)
}

pub(crate) fn remove_dir(app: &App, paths: &RemotePaths) -> Result<(), Problem> {
    in_one_session(app, &paths.urls, Task::RemoveDir, "rmdir", Client::rmdir)
}

pub(crate) fn rename(app: &App, arguments: &Rename) -> Result<(), Problem> {
    let old = Target::parse(&arguments.url)?;
    let from = directory(&old)?.to_vec();
    let new = new_target(&old, &arguments.new)?;
    let mut to = new.path.clone();
    if new.is_directory() {
        to.extend_from_slice(old.name());
    }
    session::with(app, &old, &[Task::Rename], |session| {
        let result = session.client.rename(&from, &to);
        result.map_err(|error| Problem::client(&error, Phase::Manage).about(&old))
    })?;
    let to = old.url_of(&to);
    report(app, &json!({ "from": old.to_string(), "to": to }))
}

/// Parses the new name, a URL or a path.
fn new_target(old: &Target, new: &str) -> Result<Target, Problem> {
    if !new.contains("://") {
        return old.with_path(new);
    }
    let new = Target::parse(new)?;
    if !old.same_server(&new) {
        let problem = Problem::usage(format!("{old} and {new} are on different servers"));
        return Err(problem.hint("a server can rename only its own files; use get and put instead"));
    }
    Ok(new)
}

fn report(app: &App, document: &Value) -> Result<(), Problem> {
    if app.global.json {
        console::print_json(document)?;
    }
    Ok(())
}

fn directory(target: &Target) -> Result<&[u8], Problem> {
    if target.path.is_empty() {
        let problem = Problem::usage(format!("{target} does not name a directory"));
        return Err(problem.hint("end the URL with its name"));
    }
    Ok(target.directory())
}

/// Runs one operation for each directory, in one session.
fn in_one_session(
    app: &App,
    urls: &[String],
    task: Task,
    action: &str,
    operation: impl Fn(&mut Client, &[u8]) -> Result<(), Error>,
) -> Result<(), Problem> {
    let targets = Target::parse_all(urls)?;
    for target in &targets {
        directory(target)?;
    }
    let Some(first) = targets.first() else {
        return Ok(());
    };
    let mut batch = Batch::new(app, targets.len());
    let result = session::with(app, first, &[task], |session| {
        let client = &mut session.client;
        each(client, &mut batch, action, &targets, |client, target| {
            operation(client, target.directory())
        })
    });
    batch.finish(result)
}

/// Runs one operation for each name. What fails leaves the others.
fn each(
    client: &mut Client,
    batch: &mut Batch<'_>,
    action: &str,
    targets: &[Target],
    operation: impl Fn(&mut Client, &Target) -> Result<(), Error>,
) -> Result<(), Problem> {
    for target in targets {
        let row = json!({ "action": action, "url": target.to_string() });
        match operation(client, target) {
            Ok(()) => batch.done(row)?,
            Err(error) => {
                let problem = Problem::client(&error, Phase::Manage).about(target);
                if !batch.failed(row, problem)? {
                    break;
                }
            }
        }
    }
    batch.session_result()
}
