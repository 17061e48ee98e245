//! `qftp store fetch` and `qftp store send`: files between a server and the store, by the module alone.

use qftp::client::Task;

use super::stored_file::{name_in_store, trouble};
use crate::app::App;
use crate::console;
use crate::exit::Phase;
use crate::problem::Problem;
use crate::progress;
use crate::session;
use crate::target::Target;

/// Holds the arguments of `qftp store fetch`.
#[derive(clap::Args)]
pub(super) struct FetchArguments {
    /// File on the server
    #[arg(value_name = "URL")]
    url: String,
    /// Its name in the store, where it replaces a file; a volume alone, such as `RAM:`, keeps the name
    #[arg(value_name = "NAME")]
    name: Option<String>,
}

/// Holds the arguments of `qftp store send`.
#[derive(clap::Args)]
pub(super) struct SendArguments {
    /// File of the store
    #[arg(value_name = "NAME")]
    name: String,
    /// Destination; a directory ends in `/`
    #[arg(value_name = "URL")]
    url: String,
}

pub(super) fn fetch(app: &App, arguments: &FetchArguments) -> Result<(), Problem> {
    let target = Target::parse(&arguments.url)?;
    let remote = target.file()?;
    let bare = String::from_utf8(target.name().to_vec()).ok();
    let name = match (&arguments.name, bare) {
        (Some(name), Some(bare)) => name_in_store(Some(name), &bare),
        (None, Some(bare)) => bare,
        (Some(name), None) if !name.ends_with(':') => name.clone(),
        (_, None) => {
            let problem = Problem::usage(format!("{target} has no name for the store"));
            return Err(problem.hint("give the name in the store behind it"));
        }
    };
    let row = session::with(app, &target, &[Task::StoreTransfer], |session| {
        let moved = session.client.store().fetch(remote, name.as_bytes());
        let moved =
            moved.map_err(|error| Problem::client(&error, Phase::Retrieve).about(&target))?;
        Ok(progress::report(
            app,
            "fetch",
            &target.to_string(),
            &shown(&name),
            &moved,
        ))
    })?;
    progress::finish(app, &row)
}

pub(super) fn send(app: &App, arguments: &SendArguments) -> Result<(), Problem> {
    let target = Target::parse(&arguments.url)?;
    let name = arguments.name.as_str();
    let bare = name.rsplit(':').next().unwrap_or(name);
    let mut remote = target.path.clone();
    if target.is_directory() {
        remote.extend_from_slice(bare.as_bytes());
    }
    let row = session::with(app, &target, &[Task::StoreTransfer], |session| {
        let moved = session.client.store().send(name.as_bytes(), &remote);
        let moved = moved.map_err(|error| match error.ftp_reply() {
            Some(_) => Problem::client(&error, Phase::Store).about(target.url_of(&remote)),
            None => trouble(&error, name),
        })?;
        Ok(progress::report(
            app,
            "send",
            &shown(name),
            &target.url_of(&remote),
            &moved,
        ))
    })?;
    progress::finish(app, &row)
}

fn shown(name: &str) -> String {
    console::shown(name.as_bytes())
}
