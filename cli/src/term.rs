//! `qftp term`: an AT terminal on the port. What is typed goes to the module line by line; what the module says is shown
//! as it comes, with its time and the meaning of its codes.
//!
//! In a pipe it is a script: each line waits for the result code of the one before.

mod interactive;
mod lines;
mod log_file;
mod script;
mod talk;
mod typed;
mod view;

use std::path::PathBuf;
use std::time::Duration;

use crate::app::App;
use crate::console;
use crate::problem::Problem;
use crate::session;
use log_file::LogFile;
use talk::Talk;
use view::View;

const EXAMPLES: &str = "\
Examples:
  qftp term
  qftp term --log line.txt
  printf 'ATI\\nAT+CSQ\\n' | qftp term

Keys:
  Enter sends the line with CR.  Up and Ctrl-R find earlier lines.
  Ctrl-] or Ctrl-D leaves.       Ctrl-C clears the line.

A line that begins with `:` is for the terminal, and `+++` leaves data mode: a second of silence, the three characters, \
and a second of silence. `:help` lists all of them.

In a pipe each line waits for the result code of the one before, and the exit code is that of the first error. \
Passwords are not shown and not kept in the log or the history.";

/// Holds the arguments of `qftp term`.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// Append all lines to a file, with times in UTC
    #[arg(long, value_name = "FILE")]
    log: Option<PathBuf>,
    /// Show the time of each line in a pipe, too
    #[arg(long)]
    time: bool,
    /// Show no times
    #[arg(long, conflicts_with = "time")]
    no_time: bool,
    /// Seconds that a line of a script waits for its result code
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    answer_timeout: u64,
}

pub(crate) fn run(app: &App, arguments: &Arguments) -> Result<(), Problem> {
    let log = arguments.log.as_deref().map(LogFile::append).transpose()?;
    let is_terminal = console::is_dialogue();
    let times = arguments.time || (is_terminal && !arguments.no_time);
    let view = View::new(times, app.global.json, is_terminal);
    let port = session::open_port(app)?;
    if is_terminal {
        console::note(format_args!(
            "{}: Ctrl-] leaves, :help lists the commands of the terminal",
            console::shown(port.name().as_bytes())
        ));
        return interactive::run(app, Talk::new(port, view, log));
    }
    let wait = Duration::from_secs(arguments.answer_timeout);
    script::run(app, Talk::new(port, view, log), wait)
}
