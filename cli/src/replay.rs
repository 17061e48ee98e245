//! `qftp replay`: types the host's side of a record at the module on the port, up to the first answer that differs.

use std::error::Error as _;
use std::path::PathBuf;

use qftp::record::Record;
use qftp::record::player::{self, PlayError};
use serde_json::json;

use crate::app::App;
use crate::console;
use crate::environment_secret;
use crate::exit::Exit;
use crate::problem::Problem;
use crate::session;

const EXAMPLES: &str = "\
Examples:
  qftp replay a.jsonl -p /dev/ttyUSB2
  qftp replay a.jsonl -p emulator://ec25

Types each command and each upload of the record, and compares the answers.
It ends at the first one that differs; a signal or an address differs from day
to day. Files on the server change as they did. QFTP_PASSWORD stands in the
place of each secret. An upload needs --record-payload when it is recorded.

The other side, the module's, is the port replay://FILE.";

/// Holds the arguments of `qftp replay`.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// The record
    file: PathBuf,
}

pub(crate) fn run(app: &App, arguments: &Arguments) -> Result<(), Problem> {
    let path = &arguments.file;
    let text = std::fs::read(path).map_err(|error| Problem::read(path, &error))?;
    let record = Record::parse(&text)
        .map_err(|error| Problem::new(Exit::LocalRead, format!("{}: {error}", path.display())))?;
    let mut port = session::open_port(app)?;
    let secret = environment_secret::bytes("QFTP_PASSWORD");
    let cancel = app.interrupt.cancel();
    let played = player::play(&record, port.as_mut(), secret.as_deref(), &cancel)
        .map_err(|error| problem(&error))?;
    if app.global.json {
        let document = json!({ "commands": played.commands, "lines": played.lines });
        return console::print_json(&document);
    }
    console::print(format_args!(
        "{} commands, {} lines as recorded\n",
        played.commands, played.lines
    ))
}

fn problem(error: &PlayError) -> Problem {
    let message = match error.source() {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    };
    match error {
        PlayError::Port { .. } => Problem::new(Exit::PortLost, message),
        PlayError::Secret { .. } => {
            Problem::usage(message).hint("give it in QFTP_PASSWORD; it is sent in quotes")
        }
        PlayError::NoContent { .. } => {
            Problem::usage(message).hint("record the session with --record-payload")
        }
        PlayError::Silent { .. } => Problem::new(Exit::NoAnswer, message),
        PlayError::Cancelled { .. } => Problem::new(Exit::Interrupted, message),
        _ => Problem::new(Exit::Failed, message),
    }
}
