//! `qftp emulate`: runs an emulator on a pseudo terminal or a socket.

mod keys;
mod rfc2217;
mod trace;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use clap::{ArgGroup, Args};
use qftp::dialect::ec2x::EC2X;
use qftp::emulator::{Emulator, EmulatorOptions, TraceEvent};
use serde_json::json;

use crate::accept::Accepted;
use crate::app::App;
use crate::arg_error;
use crate::console::{self, Format};
use crate::faults::Faults;
use crate::global::Model;
use crate::problem::Problem;
use crate::quirks::Quirks;
use crate::states::States;
use crate::timing::Timing;
use keys::Keys;
use rfc2217::LineServer;
use trace::View;

const HELP: &str = "\
Prints `ready: PORT` once programs can open the port; --port takes this PORT.
Serves one host after another. Ends on Ctrl-C or SIGTERM and removes its link
or socket.
--dialect chooses the module, by dialect or model; the default is ec2x. With a
model, such as m95, it names itself as that model and has its places for files.

--latency takes response, urc and single commands, each with a time: 20ms,
20..80ms for a range, or 20|35|50ms for one of these. Without it answers come at
once, and a URC comes as long after its result as on a module.

-v shows what the host types (>), what the module answers (<), and what the
module and the FTP server say to each other (ftp), each with the milliseconds
since the start. Passwords are redacted, payload is counted. With --json, all
output is JSON lines on standard output.

Example:
  qftp serve lab --user joe:word
  qftp emulate --pty ./ec25 -v --control ./ec25.ctl
  qftp --port ./ec25 ls ftp://joe:word@127.0.0.1:2121/
  qftp emulate-ctl ./ec25.ctl inject no-network

A slow module:
  qftp emulate --dialect m95 --pty ./m95 --baud 115200 \\
    --latency response=20..80ms,urc=200ms,+QFTPOPEN=3s

A module that fails by itself, in the second upload after 5000 bytes:
  qftp emulate --pty ./ec25 --fault 'drop-data after=5000 on=+QFTPPUT nth=2'

--record FILE has what the module heard and said, as a record of a host has it.
`qftp trace FILE` shows it, and replay://FILE plays the module.

A rule is an action and key=value in any order. on, command and urc say what it
waits for: an AT command, a command to the FTP server, a URC. after counts bytes
behind that. nth, count and toxicity say how often it fires. docs/emulate.md
lists the words of each action.

In a terminal, keys inject faults and set states:";

/// The interval at which signals are looked for.
const TICK: Duration = Duration::from_millis(50);

/// Holds the arguments of `qftp emulate`.
#[derive(Args)]
#[command(after_help = help(), group = ArgGroup::new("place").required(true))]
pub(crate) struct Arguments {
    /// Symbolic link to make to a new pseudo terminal
    #[arg(long, group = "place", value_name = "LINK")]
    pty: Option<PathBuf>,
    /// TCP address to listen on; port 0 chooses a free port
    #[arg(long, group = "place", value_name = "ADDR:PORT")]
    tcp: Option<SocketAddr>,
    /// TCP address at which the line is served by RFC 2217, with DTR and settings; port 0 chooses a free port
    #[arg(long, group = "place", value_name = "ADDR:PORT")]
    rfc2217: Option<SocketAddr>,
    /// Unix socket to make and listen on
    #[arg(long, group = "place", value_name = "PATH")]
    unix: Option<PathBuf>,
    /// Folder for the module's flash (UFS:); a temporary folder by default
    #[arg(long, value_name = "DIR")]
    ufs: Option<PathBuf>,
    /// Folder for its memory card (SD:)
    #[arg(long, value_name = "DIR")]
    sd: Option<PathBuf>,
    /// Unix socket to make, for `qftp emulate-ctl`
    #[arg(long, value_name = "PATH")]
    control: Option<PathBuf>,
    #[command(flatten)]
    quirks: Quirks,
    #[command(flatten)]
    accepted: Accepted,
    #[command(flatten)]
    faults: Faults,
    #[command(flatten)]
    timing: Timing,
    #[command(flatten)]
    states: States,
    /// Begin with a start of the module: its boot lines wait for the first host
    #[arg(long)]
    banner: bool,
    /// Seconds that a start takes; the module is deaf and silent meanwhile
    #[arg(long, value_name = "SECONDS", default_value = "1", value_parser = seconds)]
    boot_time: Duration,
    /// Let the port vanish and return with a module that restarts
    #[arg(long)]
    vanish: bool,
}

fn help() -> String {
    format!("{HELP}\n{}", keys::list("  "))
}

/// Serves one host after another until SIGINT or SIGTERM.
pub(crate) fn run(app: &App, arguments: &Arguments) -> Result<(), Problem> {
    let keys = Keys::of_terminal();
    let view = View {
        format: app.global.format(),
        verbose: app.global.verbose,
    };
    let (sender, events) = channel();
    let mut options = complete(arguments, options_of(app.global.model()?))?;
    options.trace = (view.verbose || keys.is_some()).then_some(sender);
    options.recorder.clone_from(&app.recorder);
    let (emulator, server) = start(arguments, options)?;
    tell_port(&emulator, server.as_ref(), view.format)?;
    match keys {
        None if !view.verbose => app.interrupt.wait(),
        None => watch(app, view, &events)?,
        Some(mut keys) => {
            if !app.global.quiet {
                console::note(keys::list(""));
            }
            keys.serve(app, &emulator, |known| {
                for event in events.try_iter() {
                    known.note(&event);
                    view.show(&event)?;
                }
                Ok(())
            })?;
        }
    }
    drop(server);
    drop(emulator);
    events.try_iter().try_for_each(|event| view.show(&event))
}

/// Shows the trace until the program is to end.
fn watch(app: &App, view: View, events: &Receiver<TraceEvent>) -> Result<(), Problem> {
    while !app.interrupt.asked() {
        if let Ok(event) = events.recv_timeout(TICK) {
            view.show(&event)?;
        }
    }
    Ok(())
}

fn tell_port(
    emulator: &Emulator,
    server: Option<&LineServer>,
    format: Format,
) -> Result<(), Problem> {
    let in_front = server.map(|server| server.address);
    if let Some(address) = in_front.or_else(|| emulator.address()) {
        arg_error::warn_of_network(address, "a module asks no host for a password");
    }
    let in_front = in_front.map(|address| format!("rfc2217://{address}"));
    let path = || Some(emulator.path()?.display().to_string());
    let Some(port) = in_front.or_else(|| emulator.url()).or_else(path) else {
        return Ok(());
    };
    match format {
        Format::Text => console::print(format_args!("ready: {port}\n")),
        Format::Json => console::print_json(&json!({ "event": "ready", "port": port })),
    }
}

/// Returns the options of an emulator of this model; without one, of the manual that most modules follow.
pub(crate) fn options_of(model: Option<Model>) -> EmulatorOptions {
    let Some((dialect, identity)) = model else {
        return EmulatorOptions::new(&EC2X);
    };
    let mut options = EmulatorOptions::new(dialect);
    options.identity = Some(identity);
    options
}

/// Adds what the arguments say.
fn complete(
    arguments: &Arguments,
    mut options: EmulatorOptions,
) -> Result<EmulatorOptions, Problem> {
    for folder in [&arguments.ufs, &arguments.sd].into_iter().flatten() {
        arg_error::check_folder(folder)?;
    }
    options.quirks = arguments.quirks.of(options.dialect)?;
    options.accept = arguments.accepted.of(options.dialect)?;
    arguments.timing.apply(&mut options)?;
    arguments
        .faults
        .apply(&mut options, arguments.timing.seed)?;
    options.ufs.clone_from(&arguments.ufs);
    options.sd.clone_from(&arguments.sd);
    options.control.clone_from(&arguments.control);
    options.states.clone_from(&arguments.states.states);
    options.banner = arguments.banner;
    options.boot_time = arguments.boot_time;
    options.vanishes = arguments.vanish;
    Ok(options)
}

/// Parses a time in seconds, as 1.5.
fn seconds(text: &str) -> Result<Duration, String> {
    const LONGEST: f64 = 3600.0;
    let seconds = text.parse().ok();
    let seconds = seconds.filter(|seconds| (0.0..=LONGEST).contains(seconds));
    seconds
        .map(Duration::from_secs_f64)
        .ok_or_else(|| "give seconds, 0 to 3600".into())
}

/// Starts the emulator on its place, and the server in front of it where there is one.
fn start(
    arguments: &Arguments,
    options: EmulatorOptions,
) -> Result<(Emulator, Option<LineServer>), Problem> {
    if let Some(link) = &arguments.pty {
        let emulator = Emulator::on_pty(Some(link), options)
            .map_err(|error| arg_error::cannot_make(link, &error))?;
        return Ok((emulator, None));
    }
    if let Some(socket) = &arguments.unix {
        let emulator = Emulator::on_unix(socket, options)
            .map_err(|error| arg_error::cannot_make(socket, &error))?;
        return Ok((emulator, None));
    }
    let Some(address) = arguments.tcp.or(arguments.rfc2217) else {
        let text = "give --pty LINK, --tcp ADDR:PORT, --rfc2217 ADDR:PORT or --unix PATH";
        return Err(Problem::usage(text));
    };
    let failed = |error: std::io::Error| match &arguments.control {
        // Only the control socket has errors with a sentence.
        Some(control) if error.get_ref().is_some() => arg_error::cannot_make(control, &error),
        _ => arg_error::cannot_listen(address, &error),
    };
    if arguments.rfc2217.is_some() {
        let (emulator, line) = Emulator::in_process(options).map_err(failed)?;
        let server = LineServer::start(address, line).map_err(failed)?;
        return Ok((emulator, Some(server)));
    }
    let emulator = Emulator::on_tcp(address, options).map_err(failed)?;
    Ok((emulator, None))
}
