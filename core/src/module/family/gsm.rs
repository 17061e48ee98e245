//! Quectel's GSM modules (001).
//!
//! A command whose format is right is answered `OK`; whatever comes of it, errors among them, is reported by its URC
//! (001 §2.2). Settings and the local place outlive a session, the resuming point lasts for one transfer.

mod configure;
mod contexts;
mod internet;
mod path;
mod report;
pub(in crate::module) mod state;
mod transfer;

use self::report::{number, report_text};

use alloc::format;
use alloc::vec::Vec;
use core::net::IpAddr;
use core::time::Duration;

use super::{FtpResources, ModuleFamily};
use crate::at::Form;
use crate::codes;
use crate::dialect::{Command, CommandKind, SettingKind, Value};
use crate::ftp::{FtpFailure, FtpOperation, FtpOutcome};
use crate::module::context::ModuleContext;
use crate::module::ftp::failure::FtpTrouble;
use crate::module::ftp::job::{FtpJob, JobStage, ReportedCommand};
use crate::module::ftp::operation::{account, plain_operation, quectel_text, quoted};
use crate::module::ftp::service::{FtpReport, FtpService, SessionState};
use crate::module::internet::answer::{EchoReport, InternetError};
use crate::module::network::{ContextResponse, Network};
use crate::module::quirks::Quirk;
use crate::module::response::{CommandError, CommandResponse, integer, text};

/// Executes commands as Quectel's GSM modules do.
#[derive(Debug)]
pub(super) struct GsmModule;

impl ModuleFamily for GsmModule {
    fn quirks(&self) -> &'static [Quirk] {
        &[
            Quirk::SpaceAfterColon,
            Quirk::StatWithoutSpace,
            Quirk::NoConfigType6,
            Quirk::PayloadFromCr,
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
        contexts::execute(network, cx, command, form)
    }

    fn context_lost_urc(&self, _: u8) -> Vec<u8> {
        b"+PDP DEACT".to_vec()
    }

    fn carrying_context(&self, network: &mut Network, number: Option<u64>) -> Option<u64> {
        contexts::bring_up(network).filter(|up| number.is_none_or(|number| number == *up))
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
        if command.kind == CommandKind::FtpConfigure {
            return configure::execute(ftp, cx, command, form);
        }
        if *form == Form::Read {
            return read(ftp, cx, command);
        }
        let Ok(values) = command.values(form) else {
            return CommandResponse::bad_parameter(command);
        };
        execute(ftp, cx, resources, command, &values)
    }

    fn answer_busy(
        &self,
        ftp: &mut FtpService,
        cx: &mut ModuleContext,
        command: &'static Command,
    ) -> CommandResponse {
        let is_answer = matches!(
            command.kind,
            CommandKind::FtpUser
                | CommandKind::FtpPassword
                | CommandKind::FtpConfigure
                | CommandKind::FtpState
                | CommandKind::FtpLength
        );
        if is_answer {
            return CommandError::Plain.into();
        }
        ftp.fail_at_once(cx, command, codes::BUSY)
    }

    /// Queues `+QFTPxxx:<text>` or `+QFTPxxx:<err>`.
    fn report(
        &self,
        ftp: &mut FtpService,
        cx: &mut ModuleContext,
        command: ReportedCommand,
        report: FtpReport,
    ) {
        report_text(cx, command.name, report);
        if command.kind == CommandKind::FtpOpen {
            path::report_refusal(ftp, cx);
        }
    }

    fn follow(
        &self,
        ftp: &mut FtpService,
        cx: &mut ModuleContext,
        kind: CommandKind,
        result: Result<FtpOutcome, FtpFailure>,
    ) -> Option<Result<FtpOutcome, FtpFailure>> {
        match kind {
            CommandKind::FtpOpen => path::follow_login(ftp, cx, result),
            _ => Some(result),
        }
    }

    fn success_text(
        &self,
        ftp: &mut FtpService,
        _: &ModuleContext,
        kind: CommandKind,
        outcome: FtpOutcome,
    ) -> Vec<u8> {
        if kind == CommandKind::FtpChangeDir {
            let path = core::mem::take(&mut ftp.gsm.next_path);
            ftp.gsm.path.change(path);
        }
        quectel_text(outcome.value, kind, ftp.moved)
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

    /// Resets the resuming point, which lasts for one transfer.
    fn command_ended(&self, ftp: &mut FtpService, kind: CommandKind) {
        if kind.moves_payload() {
            let settings = &mut ftp.settings.ftp;
            settings.set(SettingKind::ResumePoint, &[Value::Integer(0)]);
        }
    }

    fn session_ended(&self, ftp: &mut FtpService, _: &mut ModuleContext) {
        ftp.gsm.path.end_session();
    }

    /// Returns `+QFTPERROR:<err>` (001 §3).
    fn session_lost_urc(&self, trouble: FtpTrouble) -> Option<Vec<u8>> {
        Some(format!("+QFTPERROR:{}", number(trouble)).into_bytes())
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
        CommandKind::FtpLength => {
            let line = format!("{}: {}", command.name, ftp.moved);
            cx.information(line.as_bytes());
            CommandResponse::Ok
        }
        CommandKind::FtpState => {
            let bare = cx.quirks.has(Quirk::StatWithoutSpace);
            let blank = if bare { "" } else { " " };
            let line = format!("{}:{blank}{}", command.name, state(ftp));
            cx.information(line.as_bytes());
            CommandResponse::Ok
        }
        CommandKind::FtpUser | CommandKind::FtpPassword => set_account(ftp, command, values),
        CommandKind::FtpOpen => open(ftp, cx, resources, command, values),
        CommandKind::FtpClose => match ftp.close(cx, command) {
            Some(response) => response,
            None => refuse(ftp, cx, command),
        },
        CommandKind::FtpChangeDir if ftp.is_free() => path::set(ftp, cx, command, text(values, 0)),
        _ if !ftp.may_begin() => refuse(ftp, cx, command),
        CommandKind::FtpPut => transfer::put(ftp, cx, command, values),
        CommandKind::FtpGet => transfer::get(ftp, cx, command, values),
        kind => match plain_operation(kind, values) {
            None => CommandResponse::bad_parameter(command),
            Some(operation) => ftp.begin_operation(cx, command, operation),
        },
    }
}

/// Reports -3 while another command is under way, -1 without a session (seen, COMMON 5).
fn refuse(
    ftp: &mut FtpService,
    cx: &mut ModuleContext,
    command: &'static Command,
) -> CommandResponse {
    let code = match ftp.job {
        Some(_) => codes::BUSY,
        None => codes::UNKNOWN,
    };
    ftp.fail_at_once(cx, command, code)
}

fn read(ftp: &FtpService, cx: &mut ModuleContext, command: &'static Command) -> CommandResponse {
    let state = &ftp.gsm;
    let line = |colon: &str, value: &[u8]| {
        let name = command.name.as_bytes();
        [name, colon.as_bytes(), &quoted(value)].concat()
    };
    match command.kind {
        CommandKind::FtpOpen => {
            let mut line = line(": ", &state.host);
            line.extend_from_slice(format!(",{}", state.port).as_bytes());
            cx.information(&line);
        }
        // The manual prints the password.
        CommandKind::FtpUser => cx.information(&line(":", &state.user)),
        CommandKind::FtpPassword => cx.information(&line(":", &state.password)),
        // OK comes first (001 §2.2.5).
        CommandKind::FtpChangeDir => cx.urc(line(":", state.path.shown())),
        _ => return CommandResponse::bad_parameter(command),
    }
    CommandResponse::Ok
}

/// Sets the user or the password, only while no service is open (001 §2.2.6, §2.2.7).
fn set_account(
    ftp: &mut FtpService,
    command: &'static Command,
    values: &[Value<'_>],
) -> CommandResponse {
    if !ftp.may_open() {
        return CommandError::Plain.into();
    }
    let value = text(values, 0).to_vec();
    match command.kind {
        CommandKind::FtpUser => ftp.gsm.user = value,
        _ => ftp.gsm.password = value.into(),
    }
    CommandResponse::Ok
}

/// Opens a session. The context is brought up by itself (001 §4.1).
fn open(
    ftp: &mut FtpService,
    cx: &mut ModuleContext,
    resources: &mut FtpResources<'_>,
    command: &'static Command,
    values: &[Value<'_>],
) -> CommandResponse {
    if !ftp.may_open() {
        return ftp.fail_at_once(cx, command, codes::BUSY);
    }
    let state = &mut ftp.gsm;
    let (host, port) = (text(values, 0), integer(values, 1));
    let account = account(host, port, &state.user, &state.password);
    (state.host, state.port) = (account.host.clone(), account.port);
    state.used = true;
    let Some(context) = contexts::bring_up(resources.network) else {
        return ftp.fail_at_once(cx, command, codes::NETWORK);
    };
    ftp.session = SessionState::Over(context);
    ftp.begin_operation(cx, command, FtpOperation::Open(account))
}

/// Returns `<state>` of `AT+QFTPSTAT` (001 §2.2.9).
fn state(ftp: &FtpService) -> &'static str {
    if ftp.job.as_ref().is_some_and(FtpJob::is_closing) {
        return "CLOSING";
    }
    let job = ftp.job.as_ref().map(|job| (job.kind, &job.stage));
    let moving = |stage: &JobStage| !matches!(stage, JobStage::Connecting(_) | JobStage::Silent);
    match (ftp.session, job) {
        (_, Some((CommandKind::FtpOpen, _))) => "OPENING",
        (SessionState::Over(_), Some((kind, stage))) if kind.moves_payload() && moving(stage) => {
            "TRANSFER"
        }
        (SessionState::Over(_), Some(_)) => "WORKING",
        (SessionState::Over(_), None) => "OPENED",
        (SessionState::Closed, _) if ftp.gsm.used => "CLOSED",
        (SessionState::Closed, _) => "IDLE",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::gsm::GSM;
    use crate::ftp::{FailureKind, FtpValue};
    use crate::module::family::fixture::FtpFixture;

    #[test]
    fn a_session_brings_its_context_up() {
        let mut fixture = FtpFixture::closed(&GSM);
        fixture.network = Network::default();
        assert_eq!(state(&fixture.ftp), "IDLE");
        fixture.succeed("+QFTPOPEN=\"h\",21");
        assert!(fixture.network.is_active(1));
        assert_eq!(state(&fixture.ftp), "OPENING");
        fixture.done(FtpValue::None);
        assert_eq!(fixture.output(), "\r\n+QFTPOPEN:0\r\n");
        assert_eq!(state(&fixture.ftp), "OPENED");
    }

    #[test]
    fn an_error_is_a_negative_number_in_the_urc() {
        let mut fixture = FtpFixture::closed(&GSM);
        fixture.succeed("+QFTPSIZE=\"a\"");
        assert_eq!(fixture.output(), "\r\n+QFTPSIZE:-1\r\n");
        fixture.ftp.session = SessionState::Over(1);
        fixture.succeed("+QFTPSIZE=\"a\"");
        fixture.succeed("+QFTPSIZE=\"a\"");
        assert_eq!(fixture.output(), "\r\n+QFTPSIZE:-3\r\n");
    }

    #[test]
    fn the_directory_is_told_once_it_has_been_changed() {
        let mut fixture = FtpFixture::open(&GSM);
        for (ends_well, path) in [(false, "\"\""), (true, "\"/a\"")] {
            fixture.succeed("+QFTPPATH=\"/a\"");
            if ends_well {
                fixture.done(FtpValue::None);
            } else {
                fixture.fail(FailureKind::Refused, Some(550));
            }
            fixture.output();
            fixture.succeed("+QFTPPATH?");
            assert_eq!(fixture.output(), format!("\r\n+QFTPPATH:{path}\r\n"));
        }
    }

    #[test]
    fn the_resuming_point_lasts_for_one_transfer() {
        let mut fixture = FtpFixture::open(&GSM);
        fixture.succeed("+QFTPCFG=3,7");
        let point = |fixture: &FtpFixture| {
            let settings = &fixture.ftp.settings.ftp;
            settings.integer(SettingKind::ResumePoint, 0)
        };
        assert_eq!(point(&fixture), 7);
        fixture.succeed("+QFTPCFG=4,\"/UFS/\"");
        fixture.succeed("+QFTPGET=\"a\"");
        fixture.done(FtpValue::Bytes(1));
        assert_eq!(point(&fixture), 0);
    }
}
