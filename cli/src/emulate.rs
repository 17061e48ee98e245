//! `qftp emulate`: runs an emulator on a pseudo terminal or a socket.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{ArgGroup, Args};
use qftp::dialect::{self, Dialect};
use qftp::emulator::{Emulator, EmulatorOptions};

use crate::app::App;
use crate::arg_error;
use crate::console;
use crate::problem::Problem;
use crate::quirks::Quirks;

const HELP: &str = "\
Prints `ready: PORT` once programs can open the port; --port takes this PORT.
Serves one host after another. Ends on Ctrl-C or SIGTERM and removes the link.
--dialect chooses the module, by dialect or model; the default is ec2x.

Example:
  qftp serve lab --user joe:word
  qftp emulate --pty ./ec25
  qftp --port ./ec25 ls ftp://joe:word@127.0.0.1:2121/";

/// Holds the arguments of `qftp emulate`.
#[derive(Args)]
#[command(after_help = HELP, group = ArgGroup::new("place").required(true))]
pub(crate) struct Arguments {
    /// Symbolic link to make to a new pseudo terminal
    #[arg(long, group = "place", value_name = "LINK")]
    pty: Option<PathBuf>,
    /// TCP address to listen on; port 0 chooses a free port
    #[arg(long, group = "place", value_name = "ADDR:PORT")]
    tcp: Option<SocketAddr>,
    /// Folder for the module's flash (UFS:); a temporary folder by default
    #[arg(long, value_name = "DIR")]
    ufs: Option<PathBuf>,
    /// Folder for its memory card (SD:)
    #[arg(long, value_name = "DIR")]
    sd: Option<PathBuf>,
    #[command(flatten)]
    quirks: Quirks,
}

/// The default dialect: that of the manual that most modules follow.
pub(crate) static DIALECT: &Dialect = &dialect::ec2x::EC2X;

/// Serves one host after another until SIGINT or SIGTERM.
pub(crate) fn run(app: &App, arguments: &Arguments) -> Result<(), Problem> {
    let emulator = start(arguments, app.global.dialect()?.unwrap_or(DIALECT))?;
    if let Some(path) = emulator.path() {
        console::print(format_args!("ready: {}\n", path.display()))?;
    } else if let Some(address) = emulator.address() {
        console::print(format_args!("ready: socket://{address}\n"))?;
    }
    app.interrupt.wait(|| false);
    Ok(())
}

fn start(arguments: &Arguments, dialect: &'static Dialect) -> Result<Emulator, Problem> {
    for folder in [&arguments.ufs, &arguments.sd].into_iter().flatten() {
        arg_error::check_folder(folder)?;
    }
    let mut options = EmulatorOptions::new(dialect);
    options.quirks = arguments.quirks.of(dialect)?;
    options.ufs.clone_from(&arguments.ufs);
    options.sd.clone_from(&arguments.sd);
    match (&arguments.pty, arguments.tcp) {
        (Some(link), _) => Emulator::on_pty(Some(link), options)
            .map_err(|error| arg_error::cannot_link(link, &error)),
        (None, Some(address)) => Emulator::on_tcp(address, options)
            .map_err(|error| arg_error::cannot_listen(address, &error)),
        (None, None) => Err(Problem::usage("give --pty LINK or --tcp ADDR:PORT")),
    }
}
