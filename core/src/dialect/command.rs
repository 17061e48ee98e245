//! One row of a command table: its name, forms, parameters and how it is answered.

use alloc::borrow::Cow;
use alloc::vec::Vec;

use super::CommandKind;
use super::param::{Param, ParamError, Value, accept, emit};
use super::recall::Recall;
use crate::at::{Emit, Form, Token};
use crate::wiped::WipedBytes;

/// One extended command. What a module alone needs to know of it is there with the feature `module`.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Command {
    /// The command's kind.
    pub kind: CommandKind,
    /// As typed behind `AT`, its `+` included.
    pub name: &'static str,
    /// Manual and section, `002 §2.5`.
    #[cfg(feature = "module")]
    pub source: &'static str,
    /// Answer to `=?`: these information lines, then `OK`. `None`: `ERROR`.
    #[cfg(feature = "module")]
    pub test: Option<&'static [&'static str]>,
    /// True if the module answers `?`.
    pub read: bool,
    /// True if the module answers the bare command.
    pub execute: bool,
    /// Parameters of the write form; `None`: there is no write form.
    pub write: Option<&'static [Param]>,
    /// The format of the answer.
    pub reply: ResponseFormat,
    /// The answer to a malformed parameter.
    #[cfg(feature = "module")]
    pub refusal: BadParameter,
    /// The answer of a command that has no effect.
    #[cfg(feature = "module")]
    pub recall: Recall,
}

/// The order of lines that answer a command; DIALECTS "The order of things".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ResponseFormat {
    /// Information lines, then the result code.
    Result,
    /// The result code, later the URC.
    ResultUrc,
    /// `CONNECT`, payload, `OK`, URC.
    PayloadResultUrc(Direction),
    /// [`ResponseFormat::PayloadResultUrc`] where the parameter of this index is `"COM:"` or left out,
    /// [`ResponseFormat::ResultUrc`] where it names a file.
    ByPlace(Direction, usize),
    /// `CONNECT`, payload, information, `OK` (QFUPL, QFDWL, QFWRITE).
    PayloadInformationResult(Direction),
    /// `CONNECT <n>`, n bytes, `OK` (QFREAD; `gsm` and `nl668` say the number in an information line).
    PayloadResult(Direction),
    /// `OK`, `CONNECT` or its like, payload, URC (`gsm` QFTPPUT; `nl668` FTPSTOR, whose `CONNECT` is `+FTPSTOR: 2`).
    ResultPayloadUrc(Direction),
    /// A line of text in place of a result code (`gsm` QIDEACT: `DEACT OK`).
    Text(&'static str),
}

/// The direction of a payload, seen from the host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a payload has no third way to go")]
pub enum Direction {
    /// Host to module.
    Up,
    /// Module to host.
    Down,
}

/// The refusal of a malformed parameter by a command family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BadParameter {
    /// `+CME ERROR: <n>`
    Cme(u16),
    /// `ERROR` in every mode of `AT+CMEE`.
    Plain,
}

impl Command {
    /// Makes a command that has no form yet: the fields say which forms it has, and how it is answered.
    ///
    /// ```
    /// use qftp::dialect::{Command, CommandKind};
    ///
    /// const SIGNAL: Command = {
    ///     let mut command = Command::new(CommandKind::Signal, "+CSQ", "27.007 §8.5");
    ///     command.execute = true;
    ///     command
    /// };
    /// assert_eq!(SIGNAL.emit(&[]).as_deref(), Ok(&b"AT+CSQ\r"[..]));
    /// ```
    pub const fn new(kind: CommandKind, name: &'static str, source: &'static str) -> Self {
        #[cfg(not(feature = "module"))]
        let _ = source;
        Command {
            #[cfg(feature = "module")]
            source,
            #[cfg(feature = "module")]
            test: None,
            ..Command::row(kind, name, &[])
        }
    }

    /// Returns a row of a table with a test form alone; the methods below add the other forms.
    pub(super) const fn row(
        kind: CommandKind,
        name: &'static str,
        test: &'static [&'static str],
    ) -> Self {
        #[cfg(not(feature = "module"))]
        let _ = test;
        Command {
            kind,
            name,
            #[cfg(feature = "module")]
            source: "",
            #[cfg(feature = "module")]
            test: Some(test),
            read: false,
            execute: false,
            write: None,
            reply: ResponseFormat::Result,
            #[cfg(feature = "module")]
            refusal: BadParameter::Plain,
            #[cfg(feature = "module")]
            recall: Recall::None,
        }
    }

    pub(super) const fn of(self, source: &'static str, refusal: BadParameter) -> Self {
        #[cfg(not(feature = "module"))]
        let _ = (source, refusal);
        Command {
            #[cfg(feature = "module")]
            source,
            #[cfg(feature = "module")]
            refusal,
            ..self
        }
    }

    pub(super) const fn written(self, params: &'static [Param]) -> Self {
        Command {
            write: Some(params),
            ..self
        }
    }

    pub(super) const fn executed(self) -> Self {
        Command {
            execute: true,
            ..self
        }
    }

    pub(super) const fn readable(self) -> Self {
        Command { read: true, ..self }
    }

    pub(super) const fn recalling(self, recall: Recall) -> Self {
        #[cfg(not(feature = "module"))]
        let _ = recall;
        Command {
            #[cfg(feature = "module")]
            recall,
            ..self
        }
    }

    pub(super) const fn answered(self, reply: ResponseFormat) -> Self {
        Command { reply, ..self }
    }

    #[cfg(feature = "module")]
    /// Returns the information lines of the answer to `=?`; `None`: `ERROR`.
    ///
    /// A command with settings by name has a line for each, with the ranges that are enforced.
    pub fn test_lines(&self) -> Option<Vec<Cow<'static, str>>> {
        let lines = self.test?;
        Some(match self.recall {
            Recall::Named(settings) => {
                let named = settings.iter();
                named
                    .map(|setting| setting.test_line(self.name).into())
                    .collect()
            }
            _ => lines.iter().map(|line| Cow::Borrowed(*line)).collect(),
        })
    }

    /// Reads the parameters of any form: only the write form has some.
    pub(crate) fn values<'a>(&self, form: &Form<'a>) -> Result<Vec<Value<'a>>, ParamError> {
        match form {
            Form::Write(tokens) => self.accept(tokens),
            Form::Execute | Form::Read | Form::Test => Ok(Vec::new()),
        }
    }

    /// Checks what was typed behind `=`: one value for each parameter of the table.
    ///
    /// # Errors
    ///
    /// Returns [`ParamError`] for the first token that its parameter does not take, and for a token too many.
    #[doc(hidden)] // it takes tokens, which are internal
    pub fn accept<'a>(&self, tokens: &[Token<'a>]) -> Result<Vec<Value<'a>>, ParamError> {
        accept(self.write.unwrap_or(&[]), tokens)
    }

    /// Writes the command line, CR included, after checking every value. Values left out at the end are not
    /// written. Strings are always quoted.
    ///
    /// The settings of `QFTPCFG` and `QSSLCFG` are written with [`Setting::emit`](super::Setting::emit).
    ///
    /// # Errors
    ///
    /// Returns [`ParamError`] for the first value that its parameter does not take, and for a value too many.
    pub fn emit(&self, values: &[Value<'_>]) -> Result<Vec<u8>, ParamError> {
        self.emit_in(WipedBytes::default(), values)
            .map(WipedBytes::into_vec)
    }

    /// Writes it in the room of an earlier line, which is empty.
    pub(crate) fn emit_in(
        &self,
        room: WipedBytes,
        values: &[Value<'_>],
    ) -> Result<WipedBytes, ParamError> {
        let line = Emit::in_room(room, self.name);
        emit(line, self.write.unwrap_or(&[]), values)
    }

    /// Returns the format of the answer to the write or execution form with these values.
    pub fn shape(&self, values: &[Value<'_>]) -> ResponseFormat {
        match self.reply {
            ResponseFormat::ByPlace(direction, index) => match values.get(index) {
                None | Some(Value::Omitted | Value::Text(b"COM:")) => {
                    ResponseFormat::PayloadResultUrc(direction)
                }
                Some(_) => ResponseFormat::ResultUrc,
            },
            reply => reply,
        }
    }
}
