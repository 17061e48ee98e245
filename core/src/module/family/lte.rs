//! Quectel's LTE modules (000, 002, 004).
//!
//! DIALECTS "The order of things", 002 §2. A command is checked, answered `OK` and carried out; its URC follows. Until
//! the URC has been said another FTP command gets 603.

mod contexts;
mod internet;
mod security;

use alloc::format;
use alloc::vec::Vec;
use core::net::IpAddr;
use core::time::Duration;

use super::{FtpResources, ModuleFamily};
use crate::at::Form;
use crate::codes;
use crate::dialect::{Command, CommandKind, ResponseFormat, SettingKind, Value};
use crate::ftp::{
    FtpDataAddress, FtpFailure, FtpOperation, FtpOutcome, FtpStore, FtpTransfer, FtpValue,
    Retrieve, RetrieveKind, Security,
};
use crate::module::context::ModuleContext;
use crate::module::event::ModuleEvent;
use crate::module::ftp::failure::FtpTrouble;
use crate::module::ftp::job::{LineUpload, PieceEnd, ReportedCommand};
use crate::module::ftp::operation::{account, plain_operation, quectel_text, quoted};
use crate::module::ftp::service::{FtpReport, FtpService, SessionState};
use crate::module::internet::answer::{EchoReport, InternetError};
use crate::module::network::{ContextResponse, Network};
use crate::module::output::ErrorDetail;
use crate::module::quirks::Quirk;
use crate::module::response::{CommandError, CommandResponse, integer, text};
use crate::module::store::LocalName;

/// Executes commands as Quectel's LTE modules do.
#[derive(Debug)]
pub(super) struct LteModule;

impl ModuleFamily for LteModule {
    fn quirks(&self) -> &'static [Quirk] {
        &[
            Quirk::MaskPassword,
            Quirk::QuotedPwd,
            Quirk::CmeForConnect,
            Quirk::BusyUntilClose,
            Quirk::EscapeAborts,
            Quirk::UrcBeforeOk,
            Quirk::AnyTimeout,
            Quirk::RestEnable,
            Quirk::CacheSize,
            Quirk::WordsInUrc,
            Quirk::ActivatesAtOnce,
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

    fn context_lost_urc(&self, number: u8) -> Vec<u8> {
        format!("+QIURC: \"pdpdeact\",{number}").into_bytes()
    }

    fn carrying_context(&self, network: &mut Network, number: Option<u64>) -> Option<u64> {
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
        if command.kind == CommandKind::FtpConfigure {
            return ftp.settings.execute(cx, command, form);
        }
        let Ok(values) = command.values(form) else {
            return CommandResponse::bad_parameter(command);
        };
        execute(ftp, cx, resources, command, &values)
    }

    fn answer_busy(
        &self,
        _: &mut FtpService,
        _: &mut ModuleContext,
        _: &'static Command,
    ) -> CommandResponse {
        CommandError::Cme(codes::BUSY).into()
    }

    /// Queues `<name>: 0,<text>` or `<name>: <err>,<protocol_error>`.
    fn report(
        &self,
        _: &mut FtpService,
        cx: &mut ModuleContext,
        command: ReportedCommand,
        report: FtpReport,
    ) {
        let mut line = format!("{}: ", command.name).into_bytes();
        let (code, text) = match report {
            Ok(text) => (0, text),
            Err(FtpTrouble::Code(code, reply)) => (code, format!("{reply}").into_bytes()),
            Err(FtpTrouble::Context) => (codes::CONTROL_CLOSED, b"0".to_vec()),
        };
        let in_words = cx.output.format.errors == ErrorDetail::Words;
        let in_words = in_words && cx.quirks.has(Quirk::WordsInUrc);
        if let Some(words) = (cx.dialect.cme_text)(code).filter(|_| in_words && code != 0) {
            line.extend_from_slice(words.as_bytes());
        } else {
            line.extend_from_slice(format!("{code},").as_bytes());
            line.extend_from_slice(&text);
        }
        cx.urc(line);
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
        ftp: &mut FtpService,
        cx: &ModuleContext,
        kind: CommandKind,
        outcome: FtpOutcome,
    ) -> Vec<u8> {
        match outcome.value {
            FtpValue::Path(path)
                if kind == CommandKind::FtpWorkingDir && cx.quirks.has(Quirk::QuotedPwd) =>
            {
                quoted(&path)
            }
            value => quectel_text(value, kind, ftp.moved),
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
    let busy = CommandError::Cme(codes::BUSY).into();
    let closes = command.kind == CommandKind::FtpClose;
    if ftp.barred && ftp.session != SessionState::Closed && !closes {
        return busy;
    }
    match command.kind {
        CommandKind::FtpLength => {
            let moved = ftp.moved;
            report_now(cx, command, moved)
        }
        CommandKind::FtpState => report_now(cx, command, state(ftp)),
        CommandKind::FtpOpen => open(ftp, cx, resources, command, values),
        CommandKind::FtpClose => ftp.close(cx, command).unwrap_or(busy),
        kind if kind.moves_payload() && ftp.secure && !transfer(ftp).passive && ftp.may_begin() => {
            ftp.refuse_tls(cx, command, security::NO_ACTIVE_MODE)
        }
        CommandKind::FtpPut => put(ftp, cx, command, values),
        _ if !ftp.may_begin() => busy,
        CommandKind::FtpGet => get(ftp, cx, command, values),
        CommandKind::FtpList | CommandKind::FtpNameList | CommandKind::FtpMachineList => {
            list(ftp, cx, command, values)
        }
        _ => match plain_operation(command.kind, values) {
            None => CommandResponse::bad_parameter(command),
            Some(operation) => ftp.begin_operation(cx, command, operation),
        },
    }
}

/// Opens a session (002 §2.2). Without an active context nothing is sent (`605`).
fn open(
    ftp: &mut FtpService,
    cx: &mut ModuleContext,
    resources: &mut FtpResources<'_>,
    command: &'static Command,
    values: &[Value<'_>],
) -> CommandResponse {
    if !ftp.may_open() {
        return CommandError::Cme(codes::BUSY).into();
    }
    let context = ftp.settings.ftp.integer(SettingKind::ContextId, 0);
    if !resources.network.is_active(context) {
        return ftp.fail_at_once(cx, command, codes::NETWORK);
    }
    let security = match security::choose(&ftp.settings, cx) {
        Ok(security) => security,
        Err(why) => return ftp.refuse_tls(cx, command, &why),
    };
    let mut account = account(
        text(values, 0),
        integer(values, 1),
        ftp.settings.ftp.text(SettingKind::Account, 0),
        ftp.settings.ftp.text(SettingKind::Account, 1),
    );
    account.security = security;
    ftp.secure = security != Security::Plain;
    ftp.session = SessionState::Over(context);
    ftp.barred = false;
    ftp.begin_operation(cx, command, FtpOperation::Open(account))
}

/// Returns how the data connection of a transfer is to be made.
fn transfer(ftp: &FtpService) -> FtpTransfer {
    let settings = &ftp.settings.ftp;
    let after = Duration::from_secs(settings.integer(SettingKind::DataAddress, 1));
    FtpTransfer {
        ascii: settings.integer(SettingKind::FileType, 0) == 1,
        passive: settings.integer(SettingKind::TransferMode, 0) == 1,
        data_address: match settings.integer(SettingKind::DataAddress, 0) {
            1 => FtpDataAddress::ControlPeer,
            2 => FtpDataAddress::ControlPeerThenServer { after },
            _ => FtpDataAddress::Server,
        },
    }
}

/// Uploads (002 §2.5).
fn put(
    ftp: &mut FtpService,
    cx: &mut ModuleContext,
    command: &'static Command,
    values: &[Value<'_>],
) -> CommandResponse {
    let path = text(values, 0).to_vec();
    let offset = integer(values, 2).unwrap_or(0);
    let shape = command.shape(values);
    let upload = LineUpload {
        path: path.clone(),
        offset,
        length: integer(values, 3),
        end: PieceEnd::from_number(integer(values, 4)),
    };
    let on_line = shape != ResponseFormat::ResultUrc;
    if on_line && let Some(response) = ftp.continue_upload(cx, &upload) {
        return response;
    }
    if !ftp.may_begin() {
        return CommandError::Cme(codes::BUSY).into();
    }
    let operation = FtpOperation::Store(FtpStore {
        path,
        offset,
        transfer: transfer(ftp),
    });
    if !on_line {
        return pipe(ftp, cx, command, text(values, 1), operation, offset);
    }
    let response = ftp.begin(cx, command, shape, ModuleEvent::Ftp(operation));
    if let Some(job) = &mut ftp.job {
        job.upload(upload);
    }
    response
}

/// Downloads (002 §2.6). `<downloadlen>` is valid for `COM:` alone.
fn get(
    ftp: &mut FtpService,
    cx: &mut ModuleContext,
    command: &'static Command,
    values: &[Value<'_>],
) -> CommandResponse {
    let on_line = command.shape(values) != ResponseFormat::ResultUrc;
    let retrieve = Retrieve {
        what: RetrieveKind::File,
        path: text(values, 0).to_vec(),
        offset: integer(values, 2).unwrap_or(0),
        limit: integer(values, 3).filter(|_| on_line),
        transfer: transfer(ftp),
    };
    begin_retrieve(ftp, cx, command, values, retrieve)
}

/// Lists a directory (002 §2.11 to §2.13). `.` is where the session is; not every server has an entry of that name.
fn list(
    ftp: &mut FtpService,
    cx: &mut ModuleContext,
    command: &'static Command,
    values: &[Value<'_>],
) -> CommandResponse {
    let retrieve = Retrieve {
        what: match command.kind {
            CommandKind::FtpNameList => RetrieveKind::Nlst,
            CommandKind::FtpMachineList => RetrieveKind::Mlsd,
            _ => RetrieveKind::List,
        },
        path: match text(values, 0) {
            b"." => Vec::new(),
            path => path.to_vec(),
        },
        offset: 0,
        limit: None,
        transfer: transfer(ftp),
    };
    begin_retrieve(ftp, cx, command, values, retrieve)
}

/// Begins a download. A local file holds what was fetched and nothing else: `<startpos>` is a position on the server.
fn begin_retrieve(
    ftp: &mut FtpService,
    cx: &mut ModuleContext,
    command: &'static Command,
    values: &[Value<'_>],
    retrieve: Retrieve,
) -> CommandResponse {
    let operation = FtpOperation::Retrieve(retrieve);
    match command.shape(values) {
        ResponseFormat::ResultUrc => pipe(ftp, cx, command, text(values, 1), operation, 0),
        shape => ftp.begin(cx, command, shape, ModuleEvent::Ftp(operation)),
    }
}

/// Begins a transfer between the server and a file of the module's own, which is read or written from `from` on. A place
/// that is not there is 613 (seen).
fn pipe(
    ftp: &mut FtpService,
    cx: &mut ModuleContext,
    command: &'static Command,
    local: &[u8],
    operation: FtpOperation,
    from: u64,
) -> CommandResponse {
    let Ok(local) = LocalName::parse(local, cx.stores()) else {
        return ftp.fail_at_once(cx, command, codes::LOCAL_FILE);
    };
    let event = ModuleEvent::Pipe {
        operation,
        local,
        from,
        length: None,
    };
    ftp.begin(cx, command, ResponseFormat::ResultUrc, event)
}

/// Reports what the module knows by itself. OK comes first, whatever the examples print (000 §3.5, 002 §3.6).
fn report_now(cx: &mut ModuleContext, command: &'static Command, number: u64) -> CommandResponse {
    let line = format!("{}: 0,{number}", command.name).into_bytes();
    if cx.quirks.has(Quirk::UrcBeforeOk) {
        cx.information(&line);
    } else {
        cx.urc(line);
    }
    CommandResponse::Ok
}

/// Returns `<ftpstat>` of `AT+QFTPSTAT` (002 §2.17).
fn state(ftp: &FtpService) -> u64 {
    match (ftp.session, ftp.job.as_ref().map(|job| job.kind)) {
        (_, Some(CommandKind::FtpOpen)) => 0,
        (SessionState::Over(_), Some(kind)) if kind.moves_payload() => 2,
        (SessionState::Over(_), Some(CommandKind::FtpClose)) => 3,
        (SessionState::Over(_), _) => 1,
        (SessionState::Closed, _) => 4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::ec2x::EC2X;
    use crate::module::family::fixture::FtpFixture;
    use crate::module::quirks::Quirks;

    #[test]
    fn a_session_needs_an_active_context() {
        let mut fixture = FtpFixture::closed(&EC2X);
        fixture.network.context(1).expect("context 1").active = false;
        fixture.succeed("+QFTPOPEN=\"h\"");
        assert_eq!(fixture.output(), "\r\n+QFTPOPEN: 605,0\r\n");
        fixture.network.context(1).expect("context 1").active = true;
        fixture.succeed("+QFTPOPEN=\"h\"");
        assert_eq!(state(&fixture.ftp), 0);
        fixture.done(FtpValue::None);
        assert_eq!(
            (fixture.output().as_str(), state(&fixture.ftp)),
            ("\r\n+QFTPOPEN: 0,0\r\n", 1)
        );
    }

    #[test]
    fn quirks_change_what_is_said() {
        let mut fixture = FtpFixture::open(&EC2X);
        fixture.cx.quirks = Quirks::MANUAL
            .with(Quirk::QuotedPwd)
            .with(Quirk::UrcBeforeOk);
        fixture.succeed("+QFTPPWD");
        fixture.done(FtpValue::Path(b"/a".to_vec()));
        assert_eq!(fixture.output(), "\r\n+QFTPPWD: 0,\"/a\"\r\n");
        fixture.succeed("+QFTPSTAT");
        assert_eq!(fixture.cx.output.bytes(), b"\r\n+QFTPSTAT: 0,1\r\n");
    }

    #[test]
    fn a_place_that_is_not_there_is_613() {
        let mut fixture = FtpFixture::open(&EC2X);
        fixture.succeed("+QFTPGET=\"a\",\"XYZ:a\"");
        assert_eq!(fixture.output(), "\r\n+QFTPGET: 613,0\r\n");
    }
}
