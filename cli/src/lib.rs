//! The program `qftp`: files over FTP through a cellular module's AT commands. No promise is made about this crate as a
//! library: `main.rs` and the Python package run it, fuzz targets have its parsers.
//!
//! `args.rs` has the list of commands, `global.rs` the options that several of them share. Each command has a file with
//! its arguments and its `run`. Data goes to standard output, everything else to standard error. A command that fails
//! returns a [`Problem`], whose exit code comes from the one table in `exit.rs`.

#[cfg(unix)]
mod accept;
mod account;
mod app;
#[cfg(any(unix, feature = "serve"))]
mod arg_error;
mod args;
mod at;
mod batch;
mod bench_line;
mod cat;
mod check;
mod completions;
mod config_file;
mod console;
mod data_address;
#[cfg(all(unix, feature = "serve"))]
mod demo;
#[cfg(all(unix, feature = "serve"))]
mod descriptors;
mod edit;
#[cfg(unix)]
mod emulate;
#[cfg(unix)]
mod emulate_ctl;
mod environment_secret;
mod exit;
mod explain;
mod explanation;
#[cfg(unix)]
mod faults;
mod get;
mod global;
mod headings;
mod help;
mod interrupt;
#[cfg(feature = "serve")]
mod lab_server;
mod list;
mod log;
mod man;
mod mirror;
mod netrc;
#[cfg(unix)]
mod open_values;
mod option_table;
mod parsers;
mod password_prompt;
mod pattern;
mod plain_words;
mod port_options;
mod ports;
mod probe;
mod problem;
mod progress;
mod put;
#[cfg(unix)]
mod quirks;
mod record;
mod redacted_url;
mod remote;
mod replay;
mod retry;
#[cfg(feature = "serve")]
mod serve;
mod session;
mod shared_options;
mod shell;
mod stat;
#[cfg(unix)]
mod states;
mod stdin;
mod store;
mod synced_downloads;
mod target;
mod term;
mod terminate;
#[cfg(unix)]
mod timing;
mod tls;
mod trace;
mod tree;
mod verify;
mod via;

use std::ffi::OsString;

use app::App;
use args::{Cli, Command};
use interrupt::Interrupt;
use problem::Problem;

#[cfg(feature = "serve")]
pub use lab_server::{LabServer, LabServerOptions};
pub use parsers::{FileUrl, NetrcAccount, find_in_netrc, parse_file_url};

/// Runs the program with the words of its command line, the name of the program first. Returns the exit code. It takes
/// SIGINT and SIGTERM for itself.
pub fn main(words: &[OsString]) -> u8 {
    match completions::answer(args::description, words) {
        Ok(false) => {}
        Ok(true) => return exit::Exit::Done as u8,
        Err(problem) => {
            console::print_problem(&problem, console::Format::Text, false);
            return problem.exit as u8;
        }
    }
    let cli = match args::parse(words) {
        Ok(cli) => cli,
        Err(exit) => return exit as u8,
    };
    let (format, verbose) = (cli.global.format(), cli.global.verbose);
    match start(cli, words) {
        Ok(()) => exit::Exit::Done as u8,
        Err(problem) => {
            console::print_problem(&problem, format, verbose);
            problem.exit as u8
        }
    }
}

fn start(cli: Cli, words: &[OsString]) -> Result<(), Problem> {
    let Cli { global, command } = cli;
    let interrupt = Interrupt::install()?;
    let recorder = record::start(&global, &command, words)?;
    let app = App {
        global,
        interrupt,
        recorder,
    };
    let result = run(&app, &command).map_err(|problem| {
        // After Ctrl-C a local error is a consequence of the interruption.
        let local = matches!(problem.exit, exit::Exit::LocalRead | exit::Exit::LocalWrite);
        if local && app.interrupt.asked() {
            Problem::new(exit::Exit::Interrupted, "interrupted")
        } else {
            problem
        }
    });
    record::finish(&app, &result);
    result
}

fn run(app: &App, command: &Command) -> Result<(), Problem> {
    match command {
        Command::Put(arguments) => put::run(app, arguments),
        Command::Get(arguments) => get::run(app, arguments),
        Command::Cat(arguments) => cat::run(app, arguments),
        Command::Mirror(arguments) => mirror::run(app, arguments),
        Command::Ls(arguments) => list::run(app, arguments),
        Command::Stat(arguments) => stat::run(app, arguments),
        Command::Rm(arguments) => remote::delete(app, arguments),
        Command::Mv(arguments) => remote::rename(app, arguments),
        Command::Mkdir(arguments) => remote::make_dir(app, arguments),
        Command::Rmdir(arguments) => remote::remove_dir(app, arguments),
        Command::Store(arguments) => store::run(app, arguments),
        Command::Shell(arguments) => shell::run(app, arguments),
        Command::Term(arguments) => term::run(app, arguments),
        Command::At(arguments) => at::run(app, arguments),
        Command::Ports => ports::run(app),
        Command::Probe => probe::run(app),
        Command::Check(arguments) => check::run(app, arguments),
        Command::BenchLine(arguments) => bench_line::run(app, arguments),
        Command::Replay(arguments) => replay::run(app, arguments),
        Command::Trace(arguments) => trace::run(app, arguments),
        Command::Explain(arguments) => explain::run(app, arguments),
        #[cfg(unix)]
        Command::Emulate(arguments) => emulate::run(app, arguments),
        #[cfg(unix)]
        Command::EmulateCtl(arguments) => emulate_ctl::run(app, arguments),
        #[cfg(feature = "serve")]
        Command::Serve(arguments) => serve::run(app, arguments),
        #[cfg(all(unix, feature = "serve"))]
        Command::Demo(arguments) => demo::run(app, arguments),
        Command::Man(arguments) => man::run(arguments, args::description()),
        Command::Completions(arguments) => completions::run(arguments),
    }
}
