//! A fourth family, in tests alone: it needs one table, and this implementation of [`HostFamily`].
//!
//! The two commands are `AT+TOPEN="<host>"` and `AT+TSIZE="<path>"`, which report `+TOPEN:OK` and `+TSIZE:<bytes>`; a
//! failure is `FAILED`.

use alloc::string::String;
use alloc::vec::Vec;

use super::contract::HostFamily;
use super::piece_commands::PieceCommands;
use crate::at;
use crate::codes::ModuleCode;
use crate::dialect::ec2x::EC2X;
use crate::dialect::{
    BadParameter, Command, CommandKind, Dialect, Family, Kind, Param, Recall, ResponseFormat, Value,
};
use crate::host::answer::{Answer, ServiceState};
use crate::host::error::HostError;
use crate::host::login::Login;
use crate::host::operation::Operation;
use crate::host::response::{self, AnsweredCommand};
use crate::host::step::login::{LoginOutline, LoginStep};
use crate::host::step::outcome::Outcome;
use crate::host::step::sequence::{CommandRequest, Sequence, SpareSteps};
use crate::host::step::{OPEN, Step, unsupported};
use crate::host::tls::Tls;

pub(crate) static FOURTH: Dialect = Dialect {
    name: "fourth",
    family: Family::Test,
    commands: &[&[
        command(CommandKind::FtpOpen, "+TOPEN"),
        command(CommandKind::FtpSize, "+TSIZE"),
    ]],
    settings: &[],
    ssl_settings: &[],
    ..EC2X
};

const fn command(kind: CommandKind, name: &'static str) -> Command {
    Command {
        kind,
        name,
        source: "",
        test: None,
        read: false,
        execute: false,
        write: Some(&[Param {
            name: "text",
            kind: Kind::Text(80),
            optional: false,
        }]),
        reply: ResponseFormat::ResultUrc,
        refusal: BadParameter::Plain,
        recall: Recall::None,
    }
}

/// The procedures of the family.
pub(super) struct Fourth;

impl HostFamily for Fourth {
    fn sequence(
        &self,
        spare: &mut SpareSteps,
        dialect: &'static Dialect,
        operation: Operation<'_>,
    ) -> Result<Sequence, HostError> {
        let request = match operation {
            Operation::Size(path) => {
                let values = [Value::Text(path)];
                Some(CommandRequest::new(CommandKind::FtpSize, &values))
            }
            _ => None,
        };
        Sequence::single(spare, dialect, operation, request)
    }

    fn transfer_settings(&self, _: &'static Dialect) -> Result<Vec<Step>, HostError> {
        Ok(Vec::new())
    }

    fn pieces(&self) -> Option<&'static dyn PieceCommands> {
        None
    }

    fn add_login_steps(&self, outline: &mut LoginOutline, login: &Login) -> Result<(), HostError> {
        let host = [Value::Text(&login.host)];
        outline.command(LoginStep::Open, CommandKind::FtpOpen, &host, OPEN)
    }

    fn check_tls(&self, dialect: &'static Dialect, _: &Login, tls: &Tls) -> Result<(), HostError> {
        Err(unsupported(dialect, tls.mode.operation()))
    }

    fn read_answer(&self, command: &AnsweredCommand<'_>) -> Result<Answer, HostError> {
        match (command.kind, command.report()) {
            (_, b"FAILED") => Err(command.module_error(ModuleCode::UNKNOWN, None, 0)),
            (CommandKind::FtpOpen, b"OK") => Ok(Answer::Done),
            (CommandKind::FtpSize, fields) => at::parse_integer(fields)
                .map(Answer::Number)
                .ok_or_else(|| command.unexpected(fields)),
            (_, fields) => Err(command.unexpected(fields)),
        }
    }

    fn service_state(&self, _: &Outcome) -> Option<ServiceState> {
        None
    }

    fn is_context_active(&self, _: u8, _: &Outcome) -> bool {
        true
    }

    fn check_activation(&self, name: &str, outcome: &mut Outcome) -> Result<(), HostError> {
        response::check_result(name, outcome)
    }

    fn is_busy(&self, _: &HostError) -> bool {
        false
    }

    fn is_opening_elsewhere(&self, _: &Outcome) -> bool {
        false
    }

    fn tls_question(&self, _: &'static Dialect) -> Option<Step> {
        None
    }

    fn tls_reason(&self, _: &Outcome) -> Option<String> {
        None
    }

    fn server_reply(&self, _: &[u8], _: &[u8]) -> Option<u16> {
        None
    }
}
