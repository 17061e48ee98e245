//! Fibocom modules (003).
//!
//! A URC ends in 1 where the command succeeded and in 0 where not; 2 stands before text or payload. FTPSTOR, FTPRETR
//! and FTPLIST move their payload between a 2 and a 1. FTPPUT goes in counted pieces over one data connection, FTPGET
//! fills a buffer that FTPRECV empties ([`fetch`]).

mod call;
mod fetch;
mod flow;
mod internet;
mod security;
mod session;
pub(in crate::module) mod state;
mod transfer;

use alloc::format;
use alloc::vec::Vec;
use core::net::IpAddr;
use core::time::Duration;

use super::{FtpResources, ModuleFamily};
use crate::at::Form;
use crate::codes::fibocom::{NOT_OPEN, WRONG_STATE};
use crate::dialect::{Command, CommandKind, Value};
use crate::framing::stuffing::Unstuff;
use crate::ftp::{FtpFailure, FtpOperation, FtpOutcome, FtpValue};
use crate::module::context::ModuleContext;
use crate::module::data_mode::LineMode;
use crate::module::event::ModuleEvent;
use crate::module::ftp::failure::FtpTrouble;
use crate::module::ftp::job::{JobStage, ReportedCommand};
use crate::module::ftp::operation::{plain_operation, quoted};
use crate::module::ftp::service::{FtpReport, FtpService, SessionState};
use crate::module::internet::answer::{EchoReport, InternetError};
use crate::module::network::{ContextResponse, Network};
use crate::module::quirks::Quirk;
use crate::module::response::{CommandError, CommandResponse, integer, text};

/// Executes commands as Fibocom modules do.
#[derive(Debug)]
pub(super) struct FibocomModule;

impl ModuleFamily for FibocomModule {
    fn quirks(&self) -> &'static [Quirk] {
        &[
            Quirk::PayloadFromCr,
            Quirk::NoFtpStor,
            Quirk::NoFtpRetr,
            Quirk::SingleCommands,
        ]
    }

    fn execute_context(
        &self,
        network: &mut Network,
        cx: &mut ModuleContext,
        command: &'static Command,
        form: &Form<'_>,
    ) -> ContextResponse {
        call::execute(network, cx, command, form)
    }

    fn context_lost_urc(&self, _: u8) -> Vec<u8> {
        b"+MIPCALL: 0".to_vec()
    }

    fn carrying_context(&self, network: &mut Network, number: Option<u64>) -> Option<u64> {
        let number = number.or(Some(call::CONTEXT));
        number.filter(|number| network.is_active(*number))
    }

    fn time_report(&self, command: &str, time: Result<&str, InternetError>) -> Vec<u8> {
        internet::time(command, time)
    }

    fn address_report(&self, addresses: Result<&[IpAddr], InternetError>) -> Vec<Vec<u8>> {
        internet::addresses(addresses)
    }

    fn echo_report(&self, report: EchoReport) -> Vec<u8> {
        internet::echo(report)
    }

    fn execute_ftp(
        &self,
        ftp: &mut FtpService,
        cx: &mut ModuleContext,
        resources: &mut FtpResources<'_>,
        command: &'static Command,
        form: &Form<'_>,
    ) -> CommandResponse {
        let lacks = match command.kind {
            CommandKind::FtpPut => cx.quirks.has(Quirk::NoFtpStor),
            CommandKind::FtpGet => cx.quirks.has(Quirk::NoFtpRetr),
            _ => false,
        };
        if lacks {
            return CommandError::Plain.into();
        }
        match command.kind {
            CommandKind::SslError => return security::execute_error(ftp, cx, command, form),
            CommandKind::VendorSetting => return flow::execute(ftp, cx, command, form),
            _ => {}
        }
        if *form == Form::Read {
            return read(ftp, cx, command);
        }
        let Ok(values) = command.values(form) else {
            return CommandResponse::bad_parameter(command);
        };
        let fetching = matches!(
            command.kind,
            CommandKind::FtpReceive | CommandKind::FtpClose
        );
        if fetch::is_fetching(ftp) && !fetching {
            return CommandError::Plain.into();
        }
        execute(ftp, cx, resources, command, &values)
    }

    fn answer_busy(
        &self,
        _: &mut FtpService,
        _: &mut ModuleContext,
        _: &'static Command,
    ) -> CommandResponse {
        CommandError::Cme(WRONG_STATE).into()
    }

    /// Queues `<name>: 1` or `<name>: 0`; a text stands in a URC with 2 before that (003 §3.4).
    fn report(
        &self,
        ftp: &mut FtpService,
        cx: &mut ModuleContext,
        command: ReportedCommand,
        report: FtpReport,
    ) {
        say_transcript(ftp, cx);
        if command.kind == CommandKind::FtpFetch {
            return fetch::on_ended(ftp, cx, &report);
        }
        let name = command.name;
        let result = match report {
            Ok(text) => {
                if !text.is_empty() {
                    cx.urc([name.as_bytes(), b": 2,", &text].concat());
                }
                1
            }
            Err(_) => 0,
        };
        cx.urc(format!("{name}: {result}").into_bytes());
    }

    fn follow(
        &self,
        ftp: &mut FtpService,
        cx: &mut ModuleContext,
        kind: CommandKind,
        result: Result<FtpOutcome, FtpFailure>,
    ) -> Option<Result<FtpOutcome, FtpFailure>> {
        match kind {
            CommandKind::FtpFetch => fetch::follow(ftp, cx, result),
            _ => Some(result),
        }
    }

    /// Returns where the session is, in quotes, or what the server says of itself.
    fn success_text(
        &self,
        _: &mut FtpService,
        _: &ModuleContext,
        kind: CommandKind,
        outcome: FtpOutcome,
    ) -> Vec<u8> {
        match (kind, outcome.value) {
            (CommandKind::FtpWorkingDir, FtpValue::Path(path)) => quoted(&path),
            (CommandKind::FtpServerStatus | CommandKind::FtpSystem, _) => {
                without_lone_cr(&outcome.text)
            }
            _ => Vec::new(),
        }
    }

    /// Writes `+FTPSTOR: 2`; of a counted piece `+FTPPUT: 2,<length>`.
    fn announce_payload(&self, ftp: &FtpService, cx: &mut ModuleContext) {
        let Some(job) = &ftp.job else { return };
        let name = job.name;
        let (mode, length) = match &job.stage {
            JobStage::Up(upload) if job.kind == CommandKind::FtpPut => {
                (LineMode::Stuffed(Unstuff::default()), upload.length)
            }
            JobStage::Up(upload) => (LineMode::Raw, upload.length),
            _ => (LineMode::Deaf, None),
        };
        let line = match length {
            Some(length) => format!("{name}: 2,{length}"),
            None => format!("{name}: 2"),
        };
        // What led to the data connection stands before it.
        cx.write_all_urcs();
        cx.information(line.as_bytes());
        cx.enter_mode(mode);
    }

    fn data_pause(&self, ftp: &mut FtpService, count: usize) -> Option<Duration> {
        let retrieves = ftp.job.as_ref()?.kind == CommandKind::FtpGet;
        retrieves
            .then(|| ftp.fibocom.flow.pause_behind(count))
            .flatten()
    }

    fn takes_buffered_data(&self, ftp: &FtpService) -> bool {
        fetch::takes_data(ftp)
    }

    fn handle_buffered_data(&self, ftp: &mut FtpService, cx: &mut ModuleContext, payload: &[u8]) {
        fetch::handle_data(ftp, cx, payload);
    }

    fn on_buffer_timeout(&self, ftp: &mut FtpService, cx: &mut ModuleContext) {
        fetch::on_timeout(ftp, cx);
    }

    /// Reports a line of the control connection (003 §1.2.3). In a payload it waits for the report of the transfer, and
    /// stands before that: a host learns the reason before the result.
    fn handle_transcript(&self, ftp: &mut FtpService, cx: &mut ModuleContext, line: &[u8]) {
        if ftp.fibocom.transcript {
            let line = [b"+FTPINFO:", without_lone_cr(line).as_slice()].concat();
            ftp.fibocom.unsaid.push(line);
        }
        if cx.input.mode.is_command() {
            say_transcript(ftp, cx);
        }
    }

    /// Resets the offset of FTPREST, which holds for one transfer.
    fn command_ended(&self, ftp: &mut FtpService, kind: CommandKind) {
        if matches!(
            kind,
            CommandKind::FtpPut | CommandKind::FtpGet | CommandKind::FtpFetch
        ) {
            ftp.fibocom.restart = 0;
            ftp.fibocom.flow.restart();
        }
    }

    fn session_ended(&self, ftp: &mut FtpService, cx: &mut ModuleContext) {
        fetch::lose(ftp, cx);
    }

    fn session_lost_urc(&self, _: FtpTrouble) -> Option<Vec<u8>> {
        None
    }
}

fn execute(
    ftp: &mut FtpService,
    cx: &mut ModuleContext,
    resources: &mut FtpResources<'_>,
    command: &'static Command,
    values: &[Value<'_>],
) -> CommandResponse {
    match command.kind {
        CommandKind::FtpTranscript => {
            ftp.fibocom.transcript = integer(values, 0) == Some(1);
            cx.event(ModuleEvent::Transcript(ftp.fibocom.transcript));
            CommandResponse::Ok
        }
        CommandKind::FtpMode => {
            ftp.fibocom.active = integer(values, 0) == Some(1);
            CommandResponse::Ok
        }
        CommandKind::FtpRestart => {
            ftp.fibocom.restart = integer(values, 0).unwrap_or(0);
            CommandResponse::Ok
        }
        CommandKind::FtpOpen => session::open(ftp, cx, resources, command, values),
        CommandKind::FtpClose => session::close(ftp, cx, command),
        CommandKind::FtpReceive => fetch::receive(ftp, cx, integer(values, 0).unwrap_or(0)),
        CommandKind::FtpPutPiece => transfer::put_piece(ftp, cx, command, values),
        _ if ftp.session == SessionState::Closed => CommandError::Cme(NOT_OPEN).into(),
        _ if !ftp.may_begin() => CommandError::Cme(WRONG_STATE).into(),
        CommandKind::FtpPut => transfer::store(ftp, cx, command, values),
        CommandKind::FtpGet => {
            let retrieve = transfer::file(ftp, values);
            transfer::retrieve(ftp, cx, command, retrieve)
        }
        CommandKind::FtpFetch => fetch::begin(ftp, cx, command, values),
        CommandKind::FtpList => {
            let retrieve = transfer::list(ftp, text(values, 0));
            transfer::retrieve(ftp, cx, command, retrieve)
        }
        kind => match operation(kind, values) {
            None => CommandResponse::bad_parameter(command),
            Some(operation) => ftp.begin_operation(cx, command, operation),
        },
    }
}

fn read(
    ftp: &mut FtpService,
    cx: &mut ModuleContext,
    command: &'static Command,
) -> CommandResponse {
    let state = &ftp.fibocom;
    let value = match command.kind {
        CommandKind::FtpOpen => session::is_open(ftp).into(),
        CommandKind::FtpTranscript => state.transcript.into(),
        CommandKind::FtpMode => state.active.into(),
        CommandKind::FtpRestart => state.restart,
        CommandKind::FtpReceive => fetch::buffered(ftp) as u64,
        CommandKind::FtpFetch => return fetch::read(ftp, cx, command),
        _ => return CommandResponse::bad_parameter(command),
    };
    let fetching = matches!(command.kind, CommandKind::FtpReceive | CommandKind::FtpOpen);
    if fetch::is_fetching(ftp) && !fetching {
        return CommandError::Plain.into();
    }
    cx.information(format!("{}: {value}", command.name).as_bytes());
    CommandResponse::Ok
}

/// Queues the lines of the control connection that waited for the end of a payload.
fn say_transcript(ftp: &mut FtpService, cx: &mut ModuleContext) {
    for line in ftp.fibocom.unsaid.drain(..) {
        cx.urc(line);
    }
}

/// Returns what a server says, without a CR that ends no line there but would end one here: it becomes a blank.
fn without_lone_cr(text: &[u8]) -> Vec<u8> {
    let next = text.iter().skip(1).chain(core::iter::once(&0));
    let pairs = text.iter().zip(next);
    let is_lone = |byte, next| byte == b'\r' && next != b'\n';
    pairs
        .map(|(byte, next)| if is_lone(*byte, *next) { b' ' } else { *byte })
        .collect()
}

/// Returns the operation of a command that moves no payload; this family has some of its own.
fn operation(kind: CommandKind, values: &[Value<'_>]) -> Option<FtpOperation> {
    let path = || text(values, 0).to_vec();
    match kind {
        CommandKind::FtpParentDir => Some(FtpOperation::CdUp),
        CommandKind::FtpServerStatus => Some(FtpOperation::Status((!values.is_empty()).then(path))),
        CommandKind::FtpSystem => Some(FtpOperation::System),
        CommandKind::FtpNoop => Some(FtpOperation::Noop),
        kind => plain_operation(kind, values),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::nl668::NL668;
    use crate::module::family::fixture::FtpFixture;

    #[test]
    fn a_lone_cr_becomes_a_blank() {
        assert_eq!(without_lone_cr(b"a\rb\r\nc\r"), b"a b\r\nc ");
        assert_eq!(without_lone_cr(b""), b"");
    }

    #[test]
    fn a_text_stands_in_a_report_of_its_own() {
        let mut fixture = FtpFixture::open(&NL668);
        fixture.succeed("+FTPPWD");
        fixture.done(FtpValue::Path(b"/a".to_vec()));
        let printed = "\r\n+FTPPWD: 2,\"/a\"\r\n\r\n+FTPPWD: 1\r\n";
        assert_eq!(fixture.output(), printed);
    }

    #[test]
    fn a_transcript_is_reported_where_it_was_asked_for() {
        let mut fixture = FtpFixture::open(&NL668);
        let family = crate::module::family::of(fixture.cx.dialect.family);
        family.handle_transcript(&mut fixture.ftp, &mut fixture.cx, b"220 hi");
        assert_eq!(fixture.output(), "");
        fixture.succeed("+FTPINFO=1");
        family.handle_transcript(&mut fixture.ftp, &mut fixture.cx, b"220 hi");
        assert_eq!(fixture.output(), "\r\n+FTPINFO:220 hi\r\n");
    }
}
