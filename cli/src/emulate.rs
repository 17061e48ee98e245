//! `qftp emulate`: an emulator on a pseudo terminal or a socket, for hosts that know only AT commands.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{ArgGroup, Args};
use qftp::dialect::{self, Dialect};
use qftp::emulator::{Emulator, Options};

use crate::app::App;
use crate::arg_error;
use crate::console;
use crate::problem::Problem;
use crate::quirks::Quirks;

const HELP: &str = "\
Prints `ready: PORT` when it can be opened, PORT as --port takes it. Takes one host after another; ends on Ctrl-C or
SIGTERM and removes the link. --dialect says what module it is; without it ec2x.

Example:
  qftp serve lab --user joe:word
  qftp emulate --pty ./ec25
  qftp --port ./ec25 ls ftp://joe:word@127.0.0.1:2121/";

/// What can be said about an emulator.
#[derive(Args)]
#[command(after_help = HELP, group = ArgGroup::new("place").required(true))]
pub(crate) struct Arguments {
    /// A new pseudo terminal, with a symbolic link to it
    #[arg(long, group = "place", value_name = "LINK")]
    pty: Option<PathBuf>,
    /// A TCP socket; port 0 takes any that is free
    #[arg(long, group = "place", value_name = "ADDR:PORT")]
    tcp: Option<SocketAddr>,
    /// Folder that is the module's flash (UFS:); by default one that vanishes
    #[arg(long, value_name = "DIR")]
    ufs: Option<PathBuf>,
    /// Folder that is its memory card (SD:)
    #[arg(long, value_name = "DIR")]
    sd: Option<PathBuf>,
    #[command(flatten)]
    quirks: Quirks,
}

/// The dialect, where none is named: that of the manual that most modules follow.
pub(crate) static DIALECT: &Dialect = &dialect::ec2x::EC2X;

/// Serves one host after another until SIGINT or SIGTERM.
pub(crate) fn run(app: &App, arguments: &Arguments) -> Result<(), Problem> {
    let module = start(arguments, app.global.dialect()?.unwrap_or(DIALECT))?;
    if let Some(path) = module.path() {
        console::print(format_args!("ready: {}\n", path.display()))?;
    } else if let Some(address) = module.address() {
        console::print(format_args!("ready: socket://{address}\n"))?;
    }
    app.interrupt.wait(|| false);
    Ok(())
}

fn start(arguments: &Arguments, dialect: &'static Dialect) -> Result<Emulator, Problem> {
    for folder in [&arguments.ufs, &arguments.sd].into_iter().flatten() {
        arg_error::check_folder(folder)?;
    }
    let mut options = Options::new(dialect);
    options.quirks = arguments.quirks.of(dialect)?;
    options.ufs.clone_from(&arguments.ufs);
    options.sd.clone_from(&arguments.sd);
    match (&arguments.pty, arguments.tcp) {
        (Some(link), _) => Emulator::on_pty(Some(link), options)
            .map_err(|error| arg_error::cannot_link(link, &error)),
        (None, Some(address)) => Emulator::on_tcp(address, options)
            .map_err(|error| arg_error::cannot_listen(address, &error)),
        (None, None) => Err(Problem::usage(
            "name a place: --pty LINK or --tcp ADDR:PORT",
        )),
    }
}
