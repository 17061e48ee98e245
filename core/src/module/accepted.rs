//! Commands that the module does not know and accepts, because its user says so (COMMON 11.6).

use alloc::string::String;
use alloc::vec::Vec;

use super::context::ModuleContext;
use super::response::{CommandError, CommandResponse};
use crate::at::{Form, Token};
use crate::dialect::Dialect;

/// Holds the names of accepted commands, and the parameters that each of them got last.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AcceptedCommands(Vec<AcceptedCommand>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct AcceptedCommand {
    /// As it is read back, in capitals.
    name: String,
    parameters: Option<Vec<u8>>,
}

/// Explains why a name cannot be that of an accepted command.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AcceptError {
    /// The name has another form.
    #[error("{0:?} is no name of a command: give + and letters, as +QFOO")]
    Name(String),
    /// The module answers the command already.
    #[error("{name} is a command that {dialect} knows")]
    Known {
        /// The command.
        name: String,
        /// Name of the dialect.
        dialect: &'static str,
    },
}

impl AcceptedCommands {
    /// Reads the names of commands, for a module of this dialect.
    ///
    /// # Errors
    ///
    /// [`AcceptError`] for the first name that is none, or that the dialect knows.
    pub fn new<N: AsRef<str>>(
        dialect: &'static Dialect,
        names: impl IntoIterator<Item = N>,
    ) -> Result<Self, AcceptError> {
        let commands = names.into_iter().map(|name| {
            let name = name.as_ref().trim().to_ascii_uppercase();
            if !is_name(name.as_bytes()) {
                return Err(AcceptError::Name(name));
            }
            if dialect.command_named(name.as_bytes()).is_some() {
                let dialect = dialect.name;
                return Err(AcceptError::Known { name, dialect });
            }
            Ok(AcceptedCommand {
                name,
                parameters: None,
            })
        });
        commands.collect::<Result<_, _>>().map(AcceptedCommands)
    }

    /// Returns what is left after a restart: the names.
    pub(super) fn restarted(mut self) -> Self {
        for command in &mut self.0 {
            command.parameters = None;
        }
        self
    }

    /// Executes a command that no table has.
    pub(super) fn execute(
        &mut self,
        cx: &mut ModuleContext,
        name: &[u8],
        form: &Form<'_>,
    ) -> CommandResponse {
        let named =
            |command: &&mut AcceptedCommand| command.name.as_bytes().eq_ignore_ascii_case(name);
        let Some(command) = self.0.iter_mut().find(named) else {
            return CommandError::Plain.into();
        };
        match (form, &command.parameters) {
            (Form::Write(tokens), _) => command.parameters = Some(as_typed(tokens)),
            (Form::Read, Some(parameters)) => {
                let line = [command.name.as_bytes(), b": ", parameters].concat();
                cx.information(&line);
            }
            (Form::Read | Form::Execute | Form::Test, _) => {}
        }
        CommandResponse::Ok
    }
}

/// Tells if this is `+` with letters, digits and `_` behind it, a letter first.
fn is_name(name: &[u8]) -> bool {
    let [b'+', first, rest @ ..] = name else {
        return false;
    };
    let fits = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    first.is_ascii_alphabetic() && rest.iter().all(fits)
}

/// Returns the parameters with commas between them, quotes where they had some.
fn as_typed(tokens: &[Token<'_>]) -> Vec<u8> {
    let mut line = Vec::new();
    for (index, token) in tokens.iter().enumerate() {
        if index > 0 {
            line.push(b',');
        }
        let quote: &[u8] = match token {
            Token::Quoted(_) => b"\"",
            Token::Omitted | Token::Bare(_) => b"",
        };
        for piece in [quote, token.bytes(), quote] {
            line.extend_from_slice(piece);
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::ec2x::EC2X;
    use alloc::string::ToString as _;

    #[test]
    fn a_name_is_a_plus_and_letters_and_not_that_of_a_known_command() {
        for name in ["+QFOO", "+qfoo", " +Q_F2 "] {
            assert!(AcceptedCommands::new(&EC2X, [name]).is_ok(), "{name}");
        }
        for (name, text) in [
            (
                "QFOO",
                "\"QFOO\" is no name of a command: give + and letters, as +QFOO",
            ),
            (
                "+",
                "\"+\" is no name of a command: give + and letters, as +QFOO",
            ),
            (
                "",
                "\"\" is no name of a command: give + and letters, as +QFOO",
            ),
            (
                "+1",
                "\"+1\" is no name of a command: give + and letters, as +QFOO",
            ),
            (
                "+A=1",
                "\"+A=1\" is no name of a command: give + and letters, as +QFOO",
            ),
            ("+csq", "+CSQ is a command that ec2x knows"),
        ] {
            let error = AcceptedCommands::new(&EC2X, [name]).expect_err(name);
            assert_eq!(error.to_string(), text);
        }
    }
}
