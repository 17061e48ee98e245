//! `qftp shell`: many commands over one login, in the words of lftp. At a terminal the line is edited, with a history and
//! completion of remote names; from a file, a pipe or `-c` it is a script.

mod commands;
mod completion;
mod files;
mod given;
mod places;
mod prompt;
mod session_state;
mod transfers;
mod words;

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use crate::app::App;
use crate::console;
use crate::exit::Exit;
use crate::problem::Problem;
use crate::retry::RetryOptions;
use crate::session;
use crate::stdin;
use crate::target::Target;
use commands::{Flow, run_line};
use session_state::Shell;

const EXAMPLES: &str = "\
Examples:
  qftp shell ftp://user@ftp.example.com/logs/
  qftp shell ftp://ftp.example.com/ -c 'cd logs; mget *.csv; rm old.csv'
  qftp shell ftp://ftp.example.com/ nightly.txt

Commands are separated by `;` or stand on lines of their own. Quotes and a backslash keep blanks and `*` in a name, `#` \
begins a comment, and `!` runs a command of this machine. `help` lists the commands.

A script goes on after a command that fails, unless --stop is given or the line is lost; the exit code is that of the \
first error.";

/// Holds the arguments of `qftp shell`.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// Run these commands and end
    #[arg(
        short,
        long = "command",
        value_name = "COMMANDS",
        conflicts_with = "script"
    )]
    commands: Option<String>,
    /// End a script at its first error
    #[arg(short = 'e', long)]
    stop: bool,
    #[command(flatten)]
    retry: RetryOptions,
    /// Server, and the directory to begin in
    #[arg(value_name = "URL")]
    url: String,
    /// File with commands, or `-` for standard input
    #[arg(value_name = "FILE")]
    script: Option<PathBuf>,
}

pub(crate) fn run(app: &App, arguments: &Arguments) -> Result<(), Problem> {
    let target = Target::parse(&arguments.url)?;
    let script = script(app, arguments)?;
    session::with(app, &target, &[], |session| {
        session.client.set_retry(arguments.retry.policy());
        let mut shell = Shell::begin(app, session, &target)?;
        match &script {
            None => prompt::run(shell),
            Some(text) => run_script(&mut shell, text, arguments.stop),
        }
    })
}

/// Reads the script, if there is one. Where no person types, standard input is one.
fn script(app: &App, arguments: &Arguments) -> Result<Option<Vec<u8>>, Problem> {
    if let Some(commands) = &arguments.commands {
        return Ok(Some(commands.clone().into_bytes()));
    }
    match &arguments.script {
        Some(path) if !stdin::is_stdin(path) => {
            let text = fs::read(path).map_err(|error| Problem::read(path, &error))?;
            Ok(Some(text))
        }
        None if console::is_dialogue() => Ok(None),
        _ => {
            let mut text = Vec::new();
            let read = stdin::Input::new(&app.interrupt).read_to_end(&mut text);
            read.map_err(|error| Problem::read(Path::new("standard input"), &error))?;
            Ok(Some(text))
        }
    }
}

/// Runs the lines of a script. The result is the first error, or the one that ends it.
fn run_script(shell: &mut Shell<'_>, text: &[u8], stop: bool) -> Result<(), Problem> {
    let verbose = shell.app.global.verbose;
    let mut first_error = Ok(());
    for line in text.split(|byte| *byte == b'\n') {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let mut failed = |problem: Problem| {
            let is_end = stop || !problem.line_is_fine();
            console::print_problem(&problem, console::Format::Text, verbose);
            if first_error.is_ok() {
                first_error = Err(problem.told());
            }
            is_end
        };
        if run_line(shell, line, &mut failed) == Flow::End {
            break;
        }
        if shell.app.interrupt.asked() {
            return Err(Problem::new(Exit::Interrupted, "interrupted"));
        }
    }
    first_error
}
