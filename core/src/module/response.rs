//! Answers of a part of the module to a command, and the parameters of the command.

use crate::at::{Form, Token};
use crate::dialect::{BadParameter, Command, Value};

/// Says how a command ended, or that it has not ended yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CommandResponse {
    /// The command succeeded; the next one of the line follows.
    Ok,
    /// The command failed, and the line with it.
    Failed(CommandError),
    /// A reply of the driver ends the command.
    Pending,
    /// Data mode has begun; the command line ends without a result code.
    DataMode,
    /// This text takes the place of the result code and ends the command line.
    Text(&'static str),
}

/// Names a final result code other than `OK`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CommandError {
    /// The plain form, `ERROR`.
    Plain,
    /// `+CME ERROR: <n>`
    Cme(u16),
    /// `NO CARRIER`
    NoCarrier,
}

impl CommandError {
    /// Returns what a command answers to a malformed parameter, or to a form that it lacks.
    pub(super) fn bad_parameter(command: &Command) -> Self {
        match command.refusal {
            BadParameter::Cme(number) => CommandError::Cme(number),
            BadParameter::Plain => CommandError::Plain,
        }
    }
}

impl From<CommandError> for CommandResponse {
    fn from(error: CommandError) -> Self {
        CommandResponse::Failed(error)
    }
}

impl CommandResponse {
    /// Answers a malformed parameter, or a form that the command lacks.
    pub(super) fn bad_parameter(command: &Command) -> Self {
        CommandError::bad_parameter(command).into()
    }
}

/// Splits the parameters of a write form into the first one, a name, and the rest; `None` for another form.
pub(super) fn name_and_values<'f, 't>(form: &'f Form<'t>) -> Option<(Token<'t>, &'f [Token<'t>])> {
    let Form::Write(tokens) = form else {
        return None;
    };
    Some(match tokens.split_first() {
        Some((name, values)) => (*name, values),
        None => (Token::Omitted, &[]),
    })
}

/// Returns the number at this place of the parameters.
pub(super) fn integer(values: &[Value<'_>], index: usize) -> Option<u64> {
    values.get(index).and_then(|value| value.integer())
}

/// Returns the text at this place of the parameters; a text left out is empty.
pub(super) fn text<'a>(values: &[Value<'a>], index: usize) -> &'a [u8] {
    values
        .get(index)
        .and_then(|value| value.text())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::CommandKind;
    use crate::dialect::ec2x::EC2X;

    #[test]
    fn a_malformed_parameter_gets_what_its_table_says() {
        for kind in [
            CommandKind::FtpOpen,
            CommandKind::FileOpen,
            CommandKind::Signal,
        ] {
            let command = EC2X.command(kind).expect("a command");
            let expected = match command.refusal {
                BadParameter::Cme(number) => CommandError::Cme(number),
                BadParameter::Plain => CommandError::Plain,
            };
            assert_eq!(
                CommandResponse::bad_parameter(command),
                CommandResponse::Failed(expected)
            );
        }
    }

    #[test]
    fn parameters_are_read_by_their_place() {
        let values = [Value::Text(b"a"), Value::Integer(7), Value::Omitted];
        assert_eq!(
            (text(&values, 0), integer(&values, 1)),
            (&b"a"[..], Some(7))
        );
        assert_eq!((text(&values, 1), integer(&values, 0)), (&b""[..], None));
        assert_eq!((text(&values, 2), integer(&values, 9)), (&b""[..], None));
    }
}
