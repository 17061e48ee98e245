//! `qftp emulate-ctl`: sends one command to the control socket of a running emulator.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use clap::Args;
use clap::builder::PossibleValue;
use qftp::emulator::control::{CONTROL_COMMANDS, ControlClient, ControlError};
use qftp::emulator::fault::FAULTS;
use qftp::emulator::fault_plan::FAULT_ACTIONS;
use serde_json::{Value, json};

use crate::app::App;
use crate::console::{self, Format};
use crate::exit::Exit;
use crate::open_values::OpenValues;
use crate::problem::Problem;
use crate::states;

const HELP: &str = "\
The emulator was started with --control PATH. A fault is in force, or over, when
this program ends. `status` prints one JSON document.

Examples:
  qftp emulate --pty ./ec25 --control ./ec25.ctl &
  qftp emulate-ctl ./ec25.ctl inject no-network
  qftp emulate-ctl ./ec25.ctl status
  qftp emulate-ctl ./ec25.ctl clear no-network
  qftp emulate-ctl ./ec25.ctl inject silent=40
  qftp emulate-ctl ./ec25.ctl state sim=absent
  qftp emulate-ctl ./ec25.ctl fault 'drop-data after=5000 on=+QFTPPUT'
  qftp emulate-ctl ./ec25.ctl clear-faults";

/// Holds the arguments of `qftp emulate-ctl`.
#[derive(Args)]
#[command(after_help = HELP)]
pub(crate) struct Arguments {
    /// Control socket of the emulator
    path: PathBuf,
    /// Command to send
    #[arg(value_parser = commands())]
    command: String,
    /// Fault to inject or to clear, state to set, or rule to add
    #[arg(value_parser = arguments())]
    argument: Option<String>,
}

fn commands() -> OpenValues {
    let known = CONTROL_COMMANDS.iter();
    OpenValues::new(known.map(|known| PossibleValue::new(known.name).help(known.what)))
}

fn arguments() -> OpenValues {
    let faults = FAULTS
        .iter()
        .map(|known| PossibleValue::new(known.name).help(known.what));
    let actions = FAULT_ACTIONS
        .iter()
        .map(|known| PossibleValue::new(known.name).help(known.what));
    OpenValues::new(faults.chain(actions).chain(states::possible_values()))
}

/// Sends the command and prints the answer.
pub(crate) fn run(app: &App, arguments: &Arguments) -> Result<(), Problem> {
    let mut line = arguments.command.clone();
    if let Some(argument) = &arguments.argument {
        line = format!("{line} {argument}");
    }
    let mut control = ControlClient::connect(&arguments.path)
        .map_err(|error| no_emulator(&arguments.path, error.kind(), &error.to_string()))?;
    let lines = control
        .send(&line)
        .map_err(|error| failed(&arguments.path, &error))?;
    match app.global.format() {
        Format::Text => lines
            .iter()
            .try_for_each(|line| console::print(format_args!("{line}\n"))),
        Format::Json => console::print_json(&document(&lines)),
    }
}

/// Returns an answer as one document: the one that is the answer, a list of names, or that it was done.
fn document(lines: &[String]) -> Value {
    match lines {
        [] => json!({ "ok": true }),
        [line] if line.starts_with('{') => serde_json::from_str(line).unwrap_or_default(),
        lines => lines
            .iter()
            .map(|line| {
                let (name, what) = line.split_once(": ").unwrap_or((line, ""));
                json!({ "name": name, "what": what })
            })
            .collect(),
    }
}

fn no_emulator(path: &Path, kind: ErrorKind, text: &str) -> Problem {
    let path = path.display();
    match kind {
        ErrorKind::NotFound => Problem::new(Exit::Port, format!("{path} does not exist")),
        ErrorKind::ConnectionRefused => {
            Problem::new(Exit::Port, format!("{path}: no emulator listens there"))
        }
        ErrorKind::PermissionDenied => {
            return Problem::new(Exit::Port, format!("{path}: permission denied"))
                .hint("the socket is for the user who started the emulator");
        }
        _ => Problem::new(Exit::Port, format!("{path}: {text}")),
    }
    .hint("start an emulator with `qftp emulate --control PATH`")
}

fn failed(path: &Path, error: &ControlError) -> Problem {
    let exit = match error {
        ControlError::Refused { .. } => Exit::Usage,
        ControlError::Io(error) if error.kind() == ErrorKind::InvalidInput => Exit::Usage,
        ControlError::Io(error) if error.kind() == ErrorKind::WouldBlock => Exit::NoAnswer,
        _ => Exit::PortLost,
    };
    match error {
        ControlError::Refused { reason } => Problem::new(exit, reason.clone()),
        error => Problem::new(exit, format!("{}: {error}", path.display())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_as_documents() {
        assert_eq!(document(&[]), json!({ "ok": true }));
        assert_eq!(
            document(&[r#"{"dialect":"ec2x"}"#.into()]),
            json!({ "dialect": "ec2x" })
        );
        let list = ["busy: answers 603: always".into(), "odd".into()];
        assert_eq!(
            document(&list),
            json!([{ "name": "busy", "what": "answers 603: always" }, { "name": "odd", "what": "" }])
        );
    }
}
