//! A command line of the user's own.

use alloc::vec::Vec;

use super::identify::IDENTIFICATION;
use super::next::Next;
use crate::at::{self, AtCommand, Form};
use crate::dialect::{Dialect, Direction, ParamError, ResponseFormat};
use crate::host::answer::Answer;
use crate::host::error::HostError;
use crate::host::response;
use crate::host::short_bytes::CommandName;
use crate::host::step::outcome::Outcome;
use crate::host::step::{ACTIVATE, MARGIN, Step, StepKind, unsupported};

/// The exchange of a user's line.
#[derive(Debug)]
pub(super) struct RawPlan {
    step: Option<Step>,
    name: CommandName,
}

impl RawPlan {
    /// Plans a line. Its response format is looked up where the table knows the command.
    pub(super) fn new(dialect: &'static Dialect, line: &[u8]) -> Result<Self, HostError> {
        check_bytes(line)?;
        let (commands, parsed) = at::parse_line(line);
        if parsed.is_err() && commands.is_empty() {
            return Err(invalid(ParamError::Type("line")));
        }
        let mut step = Step {
            kind: StepKind::Raw,
            ..Step::plain(dialect, line, ACTIVATE + MARGIN)
        };
        step.line.push(b'\r');
        for command in &commands {
            let AtCommand::Extended { name, form } = command else {
                let names = IDENTIFICATION.iter().map(|name| name.to_vec());
                step.more_names.extend(names);
                continue;
            };
            step.more_names.push(name.to_ascii_uppercase());
            if let Some(format) = response_format(dialect, name, form) {
                check_format(dialect, format)?;
                step.format = format;
            }
        }
        Ok(RawPlan {
            name: step.describe(),
            step: Some(step),
        })
    }

    /// Returns the next action, after the outcome of the exchange.
    pub(super) fn advance(&mut self, outcome: Option<Outcome>) -> Next {
        if let Some(outcome) = outcome {
            return Next::Finish(read(&self.name, outcome));
        }
        match self.step.take() {
            Some(step) => Next::Run(step),
            None => Next::Finish(Err(HostError::Internal("a raw command was sent twice"))),
        }
    }
}

fn invalid(param_error: ParamError) -> HostError {
    HostError::InvalidArgument {
        command: "AT",
        param_error,
    }
}

fn check_bytes(line: &[u8]) -> Result<(), HostError> {
    let Some(position) = line.iter().position(u8::is_ascii_control) else {
        return Ok(());
    };
    let reason = at::UnencodableByte {
        byte: line[position],
        position,
    };
    Err(invalid(ParamError::UnencodableByte {
        name: "line",
        reason,
    }))
}

/// Returns the response format of a command in its write or execution form, if the table knows it.
fn response_format(
    dialect: &'static Dialect,
    name: &[u8],
    form: &Form<'_>,
) -> Option<ResponseFormat> {
    let command = dialect.command_named(name)?;
    match form {
        Form::Write(tokens) => Some(match command.accept(tokens) {
            Ok(values) => command.shape(&values),
            Err(_) => command.reply,
        }),
        Form::Execute => Some(command.reply),
        Form::Read | Form::Test => None,
    }
}

/// Refuses a command that enters data mode: the host would not know what to send, or where the payload ends.
fn check_format(dialect: &'static Dialect, format: ResponseFormat) -> Result<(), HostError> {
    match format {
        ResponseFormat::Result
        | ResponseFormat::ResultUrc
        | ResponseFormat::Text(_)
        | ResponseFormat::PayloadResult(Direction::Down) => Ok(()),
        _ => Err(unsupported(dialect, "data mode in a raw command")),
    }
}

/// Reads the lines of the answer; a URC that it awaits comes last, as its fields.
fn read(name: &str, mut outcome: Outcome) -> Result<Answer, HostError> {
    response::check_result(name, &mut outcome)?;
    if let Some(report) = outcome.report {
        let mut line: Vec<u8> = name.trim_start_matches(['A', 'T', 'a', 't']).into();
        line.extend_from_slice(b": ");
        line.extend_from_slice(&report);
        outcome.information.push(line);
    }
    if !outcome.payload.0.is_empty() {
        outcome.information.push(outcome.payload.0.into_vec());
    }
    Ok(Answer::Lines(outcome.information))
}
