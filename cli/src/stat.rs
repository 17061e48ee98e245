//! `qftp stat`: shows the size and the time of a file.

use qftp::client::{Error, Task};
use serde_json::json;

use crate::app::App;
use crate::console;
use crate::exit::Phase;
use crate::list;
use crate::problem::Problem;
use crate::session;
use crate::target::Target;

/// Holds the arguments of `qftp stat`.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// File to look at
    #[arg(value_name = "URL")]
    url: String,
}

pub(crate) fn run(app: &App, arguments: &Arguments) -> Result<(), Problem> {
    let target = Target::parse(&arguments.url)?;
    let remote = target.file()?;
    let trouble = |error: Error| Problem::client(&error, Phase::Manage).about(&target);
    let (size, modified) = session::with(app, &target, &[Task::Size], |session| {
        let size = known(session.client.size(remote)).map_err(trouble)?;
        let modified = known(session.client.mdtm(remote)).map_err(trouble)?;
        Ok((size, modified.as_deref().map(list::time)))
    })?;
    if app.global.json {
        let url = target.to_string();
        return console::print_json(&json!({ "url": url, "size": size, "modified": modified }));
    }
    let size = size.map_or_else(|| "?".into(), |size| format!("{size} bytes"));
    let modified = modified.map_or_else(|| "?".into(), |time| format!("{time} UTC"));
    console::print(format_args!("size      {size}\nmodified  {modified}\n"))
}

/// Returns `None` if the server lacks the command; an error if it refuses this file.
fn known<T>(result: Result<T, Error>) -> Result<Option<T>, Error> {
    match result {
        Ok(value) => Ok(Some(value)),
        // 500, 502, 504: the server has no SIZE or MDTM.
        Err(error) if error.is_not_implemented() => Ok(None),
        Err(error) => Err(error),
    }
}
