//! `qftp mirror`: makes one directory a copy of another one, in either direction.

use std::ffi::{OsStr, OsString};
use std::path::Path;

use qftp::client::{Task, TreeOptions};

use crate::app::App;
use crate::batch::Batch;
use crate::log::Direction;
use crate::problem::Problem;
use crate::retry::RetryOptions;
use crate::session;
use crate::target::{Target, is_url};
use crate::tree::{self, Pair};

const EXAMPLES: &str = "\
Examples:
  qftp mirror logs ftp://ftp.example.com/logs         upload what differs
  qftp mirror ftp://ftp.example.com/firmware fw       download what differs
  qftp mirror -n --delete logs ftp://ftp.example.com/logs

What is in SOURCE comes to be in TARGET. A file is left out if its copy has the same
size, and a time that fits: that of the source for a download, a later one for an
upload. Where the server tells no time, the file is transferred.

Links to files are files; links to directories are left out. A failure leaves the
other files, and the exit code is that of the first.";

/// Holds the arguments of `qftp mirror`.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
#[allow(clippy::struct_excessive_bools)] // each is a switch of its own
pub(crate) struct Arguments {
    /// Delete what the source does not have
    #[arg(long)]
    delete: bool,
    /// Say what would be done, and change nothing
    #[arg(short = 'n', long)]
    dry_run: bool,
    /// Leave out files of the same size, whatever their time
    #[arg(long)]
    size_only: bool,
    /// Leave files alone that exist
    #[arg(long)]
    no_clobber: bool,
    /// Continue what an earlier transfer left of a file
    #[arg(short = 'c', long = "continue")]
    resume: bool,
    /// Upload under a temporary name, and rename at the end
    #[arg(long)]
    atomic: bool,
    /// Read all of each file back and compare it; takes as long again
    #[arg(long)]
    verify: bool,
    /// Do not wait until the files are on the disk; a power cut may damage them
    #[arg(long)]
    no_fsync: bool,
    #[command(flatten)]
    retry: RetryOptions,
    /// Directory to copy: local, or a URL
    #[arg(value_name = "SOURCE")]
    source: OsString,
    /// Directory that becomes a copy: a URL, or local
    #[arg(value_name = "TARGET")]
    target: OsString,
}

pub(crate) fn run(app: &App, arguments: &Arguments) -> Result<(), Problem> {
    let (url, local, direction) = match (is_url(&arguments.source), is_url(&arguments.target)) {
        (true, false) => (&arguments.source, &arguments.target, Direction::Down),
        (false, true) => (&arguments.target, &arguments.source, Direction::Up),
        (both, _) => {
            let what = if both {
                "both are URLs"
            } else {
                "neither is a URL"
            };
            let problem = Problem::usage(format!("of SOURCE and TARGET, one is a URL: {what}"));
            return Err(problem.hint("a mirror is between this machine and a server"));
        }
    };
    let target = parse(url)?;
    let local = Path::new(local);
    if direction == Direction::Up {
        let checked = std::fs::read_dir(local);
        checked.map_err(|error| Problem::read(local, &error))?;
    }
    let mut batch = Batch::new(app, 1);
    let tasks = [Task::List, Task::Get, Task::Put];
    let result = session::with(app, &target, &tasks, |session| {
        session.client.set_retry(arguments.retry.policy());
        let options = TreeOptions::new()
            .mirror(true)
            .delete(arguments.delete)
            .dry_run(arguments.dry_run)
            .size_only(arguments.size_only)
            .no_clobber(arguments.no_clobber)
            .resume(arguments.resume)
            .atomic(arguments.atomic)
            .verify(arguments.verify)
            .fsync(!arguments.no_fsync);
        let pair = Pair {
            local,
            target: &target,
            remote: target.directory(),
            direction,
        };
        tree::carry(app, session, &mut batch, &pair, options)?;
        batch.session_result()
    });
    batch.finish(result)
}

/// Parses the URL of a directory.
fn parse(url: &OsStr) -> Result<Target, Problem> {
    let text = url.to_str();
    Target::parse(text.ok_or_else(|| Problem::usage("the URL is not UTF-8"))?)
}
