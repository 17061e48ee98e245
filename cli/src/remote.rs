//! `qftp rm`, `mv`, `mkdir`, `rmdir`: change names on the server. They print a result with `--json` only.

use qftp::client::{Client, Error, Task};
use serde_json::{Value, json};

use crate::app::App;
use crate::console;
use crate::exit::Phase;
use crate::problem::Problem;
use crate::session;
use crate::target::Target;

/// Holds the arguments of `qftp rm`, `qftp mkdir` and `qftp rmdir`.
#[derive(clap::Args)]
pub(crate) struct RemotePaths {
    /// Names, all on one server
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

pub(crate) fn delete(app: &App, paths: &RemotePaths) -> Result<(), Problem> {
    each(app, paths, Task::Delete, Target::file, Client::delete)
}

pub(crate) fn make_dir(app: &App, paths: &RemotePaths) -> Result<(), Problem> {
    each(app, paths, Task::MakeDir, directory, Client::mkdir)
}

pub(crate) fn remove_dir(app: &App, paths: &RemotePaths) -> Result<(), Problem> {
    each(app, paths, Task::RemoveDir, directory, Client::rmdir)
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

/// Runs one operation for each path, in one session.
fn each(
    app: &App,
    paths: &RemotePaths,
    task: Task,
    path: impl Fn(&Target) -> Result<&[u8], Problem>,
    operation: impl Fn(&mut Client, &[u8]) -> Result<(), Error>,
) -> Result<(), Problem> {
    let targets = Target::parse_all(&paths.urls)?;
    for target in &targets {
        path(target)?;
    }
    let Some(first) = targets.first() else {
        return Ok(());
    };
    let mut done = Vec::new();
    let result = session::with(app, first, &[task], |session| {
        for target in &targets {
            operation(&mut session.client, path(target)?)
                .map_err(|error| Problem::client(&error, Phase::Manage).about(target))?;
            done.push(target.to_string());
        }
        Ok(())
    });
    if result.is_err() && done.is_empty() {
        return result;
    }
    // After a failure these are the names that were changed before it.
    let printed = report(app, &json!({ "done": done }));
    result.and(printed)
}
