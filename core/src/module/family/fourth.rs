//! A fourth family, in tests alone: it needs one table, and this implementation of [`ModuleFamily`].
//!
//! The two commands are `AT+TOPEN="<host>"` and `AT+TSIZE="<path>"`, which report `+TOPEN:OK` and `+TSIZE:<bytes>`.

use alloc::format;
use alloc::vec::Vec;
use core::net::IpAddr;
use core::time::Duration;

use super::{FtpResources, ModuleFamily};
use crate::at::Form;
use crate::dialect::ec2x::EC2X;
use crate::dialect::{
    BadParameter, Command, CommandKind, Dialect, Family, Kind, Param, Recall, ResponseFormat,
};
use crate::ftp::{FtpFailure, FtpOperation, FtpOutcome, FtpValue};
use crate::module::context::ModuleContext;
use crate::module::ftp::failure::FtpTrouble;
use crate::module::ftp::job::ReportedCommand;
use crate::module::ftp::operation::{account, plain_operation};
use crate::module::ftp::service::{FtpReport, FtpService, SessionState};
use crate::module::internet::answer::{EchoReport, InternetError};
use crate::module::network::{ContextResponse, Network};
use crate::module::quirks::Quirk;
use crate::module::response::{CommandError, CommandResponse, text};
use crate::module::{DriverReply, Module, ModuleEvent};

static FOURTH: Dialect = Dialect {
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

#[derive(Debug)]
pub(super) struct FourthModule;

impl ModuleFamily for FourthModule {
    fn quirks(&self) -> &'static [Quirk] {
        &[]
    }

    fn execute_context(
        &self,
        _: &mut Network,
        _: &mut ModuleContext,
        command: &'static Command,
        _: &Form<'_>,
    ) -> ContextResponse {
        CommandResponse::bad_parameter(command).into()
    }

    fn context_lost_urc(&self, number: u8) -> Vec<u8> {
        format!("+TLOST:{number}").into_bytes()
    }

    fn carrying_context(&self, _: &mut Network, _: Option<u64>) -> Option<u64> {
        None
    }

    fn time_report(&self, _: &str, _: Result<&str, InternetError>) -> Vec<u8> {
        Vec::new()
    }

    fn address_report(&self, _: Result<&[IpAddr], InternetError>) -> Vec<Vec<u8>> {
        Vec::new()
    }

    fn echo_report(&self, _: EchoReport) -> Vec<u8> {
        Vec::new()
    }

    fn execute_ftp(
        &self,
        ftp: &mut FtpService,
        cx: &mut ModuleContext,
        _: &mut FtpResources<'_>,
        command: &'static Command,
        form: &Form<'_>,
    ) -> CommandResponse {
        let Ok(values) = command.values(form) else {
            return CommandResponse::bad_parameter(command);
        };
        if command.kind == CommandKind::FtpOpen && ftp.may_open() {
            ftp.session = SessionState::Over(1);
            let account = account(text(&values, 0), None, b"", b"");
            return ftp.begin_operation(cx, command, FtpOperation::Open(account));
        }
        match plain_operation(command.kind, &values) {
            Some(operation) if ftp.may_begin() => ftp.begin_operation(cx, command, operation),
            _ => CommandError::Plain.into(),
        }
    }

    fn answer_busy(
        &self,
        _: &mut FtpService,
        _: &mut ModuleContext,
        _: &'static Command,
    ) -> CommandResponse {
        CommandError::Plain.into()
    }

    fn report(
        &self,
        _: &mut FtpService,
        cx: &mut ModuleContext,
        command: ReportedCommand,
        report: FtpReport,
    ) {
        let text = report.unwrap_or_else(|_| b"FAILED".to_vec());
        cx.urc([command.name.as_bytes(), b":", &text].concat());
    }

    fn follow(
        &self,
        _: &mut FtpService,
        _: &mut ModuleContext,
        _: CommandKind,
        result: Result<FtpOutcome, FtpFailure>,
    ) -> Option<Result<FtpOutcome, FtpFailure>> {
        Some(result)
    }

    fn success_text(
        &self,
        _: &mut FtpService,
        _: &ModuleContext,
        _: CommandKind,
        outcome: FtpOutcome,
    ) -> Vec<u8> {
        match outcome.value {
            FtpValue::Size(bytes) => format!("{bytes}").into_bytes(),
            _ => b"OK".to_vec(),
        }
    }

    fn announce_payload(&self, _: &FtpService, cx: &mut ModuleContext) {
        cx.connect(None);
    }

    fn data_pause(&self, _: &mut FtpService, _: usize) -> Option<Duration> {
        None
    }

    fn takes_buffered_data(&self, _: &FtpService) -> bool {
        false
    }

    fn handle_buffered_data(&self, _: &mut FtpService, _: &mut ModuleContext, _: &[u8]) {}

    fn on_buffer_timeout(&self, _: &mut FtpService, _: &mut ModuleContext) {}

    fn handle_transcript(&self, _: &mut FtpService, _: &mut ModuleContext, _: &[u8]) {}

    fn command_ended(&self, _: &mut FtpService, _: CommandKind) {}

    fn session_ended(&self, _: &mut FtpService, _: &mut ModuleContext) {}

    fn session_lost_urc(&self, _: FtpTrouble) -> Option<Vec<u8>> {
        Some(b"+TLOST".to_vec())
    }
}

/// Types a line, answers what the module asks for, and returns what it says.
fn ask(module: &mut Module, line: &str, value: FtpValue) -> Vec<u8> {
    let now = Duration::ZERO;
    module.handle_input(now, line.as_bytes());
    let event = module.poll_event().expect("an operation");
    assert!(matches!(event, ModuleEvent::Ftp(_)), "{event:?}");
    let outcome = FtpOutcome {
        code: 200,
        text: Vec::new(),
        value,
    };
    module.handle_reply(now, DriverReply::Done(Ok(outcome)));
    let printed = module.poll_transmit().unwrap_or_default().to_vec();
    module.transmitted(now, printed.len());
    printed
}

#[test]
fn a_fourth_family_needs_a_table_and_an_implementation() {
    let mut module = Module::new(&FOURTH);
    module.handle_input(Duration::ZERO, b"ATE0\r");
    module.transmitted(Duration::ZERO, usize::MAX);
    let opened = ask(&mut module, "AT+TOPEN=\"h\"\r", FtpValue::None);
    assert_eq!(opened, b"\r\nOK\r\n\r\n+TOPEN:OK\r\n");
    let size = ask(&mut module, "AT+TSIZE=\"a\"\r", FtpValue::Size(7));
    assert_eq!(size, b"\r\nOK\r\n\r\n+TSIZE:7\r\n");
}
