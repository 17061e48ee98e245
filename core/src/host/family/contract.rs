//! The contract of a family.

use alloc::string::String;
use alloc::vec::Vec;

use super::piece_commands::PieceCommands;
use crate::dialect::Dialect;
use crate::host::answer::{Answer, ServiceState};
use crate::host::error::HostError;
use crate::host::login::Login;
use crate::host::operation::Operation;
use crate::host::response::{self, AnsweredCommand};
use crate::host::step::Step;
use crate::host::step::login::LoginOutline;
use crate::host::step::outcome::Outcome;
use crate::host::step::sequence::{Sequence, SpareSteps};
use crate::host::tls::Tls;

/// The procedures of a family of dialects: the commands of an operation, and the meaning of their answers.
///
/// No method has a default: the compiler names what a new family lacks. Facts that differ are fields of [`Dialect`].
pub(crate) trait HostFamily: Sync {
    /// Returns the exchanges of an operation. The command lines take the room of `spare`.
    fn sequence(
        &self,
        spare: &mut SpareSteps,
        dialect: &'static Dialect,
        operation: Operation<'_>,
    ) -> Result<Sequence, HostError>;

    /// Returns the commands that move a file in counted pieces, if the family has them.
    fn pieces(&self) -> Option<&'static dyn PieceCommands>;

    /// Returns what sets the place and the file type of a binary transfer over the line, where these are settings.
    fn transfer_settings(&self, dialect: &'static Dialect) -> Result<Vec<Step>, HostError>;

    /// Adds the steps of a login.
    fn add_login_steps(&self, outline: &mut LoginOutline, login: &Login) -> Result<(), HostError>;

    /// Refuses TLS that the dialect cannot do, then settings that contradict each other.
    fn check_tls(
        &self,
        dialect: &'static Dialect,
        login: &Login,
        tls: &Tls,
    ) -> Result<(), HostError>;

    /// Reads the answer of an FTP command whose result code is `OK`.
    fn read_answer(&self, command: &AnsweredCommand<'_>) -> Result<Answer, HostError>;

    /// Reads the answer to a login's question for the session.
    fn service_state(&self, outcome: &Outcome) -> Option<ServiceState>;

    /// Reads the answer to a login's question for the PDP context.
    fn is_context_active(&self, context: u8, outcome: &Outcome) -> bool;

    /// Checks the answer to the activation of the PDP context.
    fn check_activation(&self, name: &str, outcome: &mut Outcome) -> Result<(), HostError>;

    /// Returns `true` if closing failed because another command of the service is running.
    fn is_busy(&self, failure: &HostError) -> bool;

    /// Returns `true` if opening failed because another program is opening a session.
    fn is_opening_elsewhere(&self, outcome: &Outcome) -> bool;

    /// Returns the question for the reason of a failed handshake.
    fn tls_question(&self, dialect: &'static Dialect) -> Option<Step>;

    /// Reads the answer to [`HostFamily::tls_question`].
    fn tls_reason(&self, outcome: &Outcome) -> Option<String>;

    /// Reads the server's reply in an information line of another command.
    fn server_reply(&self, name: &[u8], fields: &[u8]) -> Option<u16>;
}

impl dyn HostFamily {
    /// Reads the answer of a command of the table.
    pub(crate) fn answer(&self, mut command: AnsweredCommand<'_>) -> Result<Answer, HostError> {
        response::check_result(command.name, command.outcome)?;
        match command.read_stored() {
            Some(answer) => answer,
            None => self.read_answer(&command),
        }
    }

    /// Checks the answer of a command that only sets something.
    pub(crate) fn check_setting(&self, command: AnsweredCommand<'_>) -> Result<(), HostError> {
        if command.outcome.report.is_none() {
            return response::check_result(command.name, command.outcome);
        }
        self.answer(command).map(drop)
    }
}
