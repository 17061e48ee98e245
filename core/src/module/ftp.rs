//! The FTP service of a module: its commands become operations on the session, their ends become URCs.
//!
//! One command is under way at a time, an [`FtpJob`]. What the families share is here: [`transfer`] moves payload over
//! the line, [`end`] says what is still to be said at the end of an operation, [`timeout`] acts on silence. How a
//! command is checked and what is reported of it is in [`super::family`].

mod end;
pub(super) mod failure;
pub(super) mod job;
pub(super) mod operation;
pub(super) mod service;
mod timeout;
mod transfer;

pub(super) use self::failure::FtpTrouble;
pub(super) use self::job::{FtpJob, JobStage, LineUpload};
pub(super) use self::service::{FtpReport, FtpService, PORT, SessionState};

use alloc::vec::Vec;

use super::certificates::Certificates;
use super::context::ModuleContext;
use super::event::ModuleEvent;
use super::family::{self, FtpResources};
use super::network::Network;
use super::response::CommandResponse;
use super::socket_error::SocketError;
use super::store::FileError;
use super::timers::Timer;
use crate::at::Form;
use crate::codes;
use crate::dialect::{Command, CommandKind, ResponseFormat};
use crate::exchange::LineEvent;
use crate::ftp::{FailureKind, FtpFailure, FtpOperation, FtpOutcome, FtpValue};

/// `AT+QIGETERROR` of every TLS failure (COMMON 3).
const TLS_SOCKET_ERROR: u16 = 566;
impl FtpService {
    pub(super) fn execute(
        &mut self,
        cx: &mut ModuleContext,
        network: &mut Network,
        certificates: &Certificates,
        command: &'static Command,
        form: &Form<'_>,
    ) -> CommandResponse {
        if command.kind == CommandKind::SslConfigure {
            return self.settings.execute(cx, command, form);
        }
        let mut resources = FtpResources {
            network,
            certificates,
        };
        family::of(cx.dialect.family).execute_ftp(self, cx, &mut resources, command, form)
    }

    /// Tells whether payload of a download is wanted.
    pub(super) fn takes_data(&self, cx: &ModuleContext) -> bool {
        let pauses = cx.timers.get(Timer::DataFlow).is_some();
        let on_line = !cx.input.mode.is_command() && !pauses;
        on_line || family::of(cx.dialect.family).takes_buffered_data(self)
    }

    /// Ends a command at once, by its URC, without a word to the server.
    pub(super) fn fail_at_once(
        &mut self,
        cx: &mut ModuleContext,
        command: &'static Command,
        code: u16,
    ) -> CommandResponse {
        let trouble = FtpTrouble::Code(code, 0);
        family::of(cx.dialect.family).report(self, cx, command.into(), Err(trouble));
        CommandResponse::Ok
    }

    /// Ends a command at once because TLS cannot do what it asks.
    pub(super) fn refuse_tls(
        &mut self,
        cx: &mut ModuleContext,
        command: &'static Command,
        why: &str,
    ) -> CommandResponse {
        cx.socket_error = SocketError::new(TLS_SOCKET_ERROR, why);
        self.tls_failure = Some(FailureKind::TlsSetup);
        self.fail_at_once(cx, command, codes::TLS)
    }

    /// Queues what a command reports.
    fn report(&mut self, cx: &mut ModuleContext, job: &FtpJob, report: FtpReport) {
        family::of(cx.dialect.family).report(self, cx, job.command(), report);
    }

    /// Closes the session. A transfer that waits for its host is ended first; `None` where nothing can be closed now.
    pub(super) fn close(
        &mut self,
        cx: &mut ModuleContext,
        command: &'static Command,
    ) -> Option<CommandResponse> {
        if self.end_waiting_transfer(cx) {
            return Some(self.close_after(command));
        }
        self.may_begin()
            .then(|| self.begin_operation(cx, command, FtpOperation::Quit))
    }

    /// Closes the session once the job under way is over.
    pub(super) fn close_after(&mut self, command: &'static Command) -> CommandResponse {
        let mut job = FtpJob::new(command, ResponseFormat::ResultUrc);
        job.record(LineEvent::Ok);
        if let Some(waiting) = &mut self.job {
            waiting.next = Some(job.into());
        }
        CommandResponse::Ok
    }

    /// Aborts the command under way; its URC says so when the driver has done it.
    pub(super) fn abort(&mut self, cx: &mut ModuleContext) {
        if self.job.is_some() {
            cx.event(ModuleEvent::Abort);
        }
    }

    /// Ends an operation; what is said of it depends on how far its answer has got.
    pub(super) fn on_done(
        &mut self,
        cx: &mut ModuleContext,
        result: Result<FtpOutcome, FtpFailure>,
    ) {
        let Some(job) = &self.job else { return };
        let (kind, on_line) = (job.kind, job.is_on_line());
        let family = family::of(cx.dialect.family);
        let Some(result) = family.follow(self, cx, kind, result) else {
            return;
        };
        let result = match result {
            // The session that is to be closed is gone.
            Err(failure) if kind == CommandKind::FtpClose && failure::is_gone(&failure) => {
                Ok(FtpOutcome {
                    code: 0,
                    text: Vec::new(),
                    value: FtpValue::None,
                })
            }
            result => result,
        };
        let closes = match &result {
            Ok(_) => kind == CommandKind::FtpClose,
            Err(failure) => {
                matches!(kind, CommandKind::FtpOpen | CommandKind::FtpClose)
                    || failure::ends_session(failure)
            }
        };
        if closes {
            self.session = SessionState::Closed;
        }
        match result {
            Ok(outcome) => {
                if kind == CommandKind::FtpOpen {
                    cx.socket_error = SocketError::default();
                    self.tls_failure = None;
                }
                if let (FtpValue::Bytes(bytes), false) = (&outcome.value, on_line) {
                    self.moved = *bytes;
                }
                let text = family::of(cx.dialect.family).success_text(self, cx, kind, outcome);
                self.end_job(cx, Ok(text));
            }
            Err(failure) => {
                self.note_tls(cx, &failure);
                let breaks = kind.moves_payload() && self.moved > 0;
                let trouble = if breaks && core::mem::take(&mut self.faults.peer_closed) {
                    FtpTrouble::Code(codes::PEER_CLOSED, 0)
                } else {
                    FtpTrouble::from(&failure)
                };
                self.end_job(cx, Err(trouble));
            }
        }
        if closes {
            family::of(cx.dialect.family).session_ended(self, cx);
        }
    }

    /// Remembers why TLS failed, if it did.
    fn note_tls(&mut self, cx: &mut ModuleContext, failure: &FtpFailure) {
        if let Some(why) = failure::tls_failure(failure) {
            cx.socket_error = SocketError::new(TLS_SOCKET_ERROR, &why);
            self.tls_failure = Some(failure.kind);
        }
    }

    /// Records how far a pipe is.
    pub(super) fn on_progress(&mut self, cx: &mut ModuleContext, bytes: u64) {
        self.moved = bytes;
        self.restart_packet_timer(cx);
    }

    /// Ends a pipe because of its file.
    pub(super) fn on_pipe_failed(&mut self, cx: &mut ModuleContext, error: FileError) {
        let code = match error {
            FileError::NotFound | FileError::Open | FileError::AlreadyOpen => codes::LOCAL_OPEN,
            FileError::BeyondEnd => codes::POSITION,
            _ => codes::LOCAL_FILE,
        };
        self.end_job(cx, Err(FtpTrouble::Code(code, 0)));
    }

    /// Takes note that the idle session said goodbye or is gone.
    ///
    /// While another session is being opened the news is of the one before, whose end has been reported.
    pub(super) fn on_session_lost(&mut self, cx: &mut ModuleContext, failure: &FtpFailure) {
        let kind = self.job.as_ref().map(|job| job.kind);
        if kind == Some(CommandKind::FtpOpen) {
            return;
        }
        let trouble = if failure.kind == FailureKind::Refused {
            failure.into()
        } else {
            self.session = SessionState::Closed;
            family::of(cx.dialect.family).session_ended(self, cx);
            // What the server said before it went has been reported (001 §4.6).
            FtpTrouble::Code(codes::CONTROL_CLOSED, 0)
        };
        // A command under way reports the loss itself (001 §3).
        if kind.is_some() {
            return;
        }
        if let Some(urc) = family::of(cx.dialect.family).session_lost_urc(trouble) {
            cx.urc(urc);
        }
    }

    /// Drops the session without a word to the server.
    pub(super) fn drop_session(&mut self, cx: &mut ModuleContext) {
        self.session = SessionState::Closed;
        family::of(cx.dialect.family).session_ended(self, cx);
        cx.event(ModuleEvent::DropSession);
    }

    /// Drops the session over a context that is gone.
    pub(super) fn on_context_lost(&mut self, cx: &mut ModuleContext, context: u64) {
        if self.session != SessionState::Over(context) {
            return;
        }
        self.drop_session(cx);
        if let Some(job) = &mut self.job {
            job.verdict = Some(FtpTrouble::Context);
        } else if let Some(urc) =
            family::of(cx.dialect.family).session_lost_urc(FtpTrouble::Context)
        {
            cx.urc(urc);
        }
    }

    /// Drops the session because DTR dropped, in dialects that do so (003 §1.2.2).
    pub(super) fn on_dtr_dropped(&mut self, cx: &mut ModuleContext) {
        if self.session == SessionState::Closed || !cx.dialect.drops_session_on_dtr {
            return;
        }
        self.drop_session(cx);
        if let Some(job) = &mut self.job {
            job.verdict = Some(FtpTrouble::Code(codes::CONTROL_CLOSED, 0));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::Dialect;
    use crate::dialect::ec2x::EC2X;
    use crate::dialect::gsm::GSM;
    use crate::dialect::nl668::NL668;
    use crate::module::family::fixture::FtpFixture;
    use crate::module::quirks::{Quirk, Quirks};
    use crate::module::response::CommandError;
    use alloc::string::String;

    #[test]
    fn a_second_command_is_refused_until_the_first_is_reported() {
        let mut fixture = FtpFixture::open(&EC2X);
        fixture.succeed("+QFTPPWD");
        let busy = CommandResponse::Failed(CommandError::Cme(codes::BUSY));
        assert_eq!(fixture.execute("+QFTPPWD"), busy);
        fixture.fail(FailureKind::Refused, Some(550));
        assert_eq!(fixture.output(), "\r\n+QFTPPWD: 627,550\r\n");
        assert_eq!(fixture.cx.timers.next_timeout(), None);
        fixture.succeed("+QFTPPWD");
    }

    #[test]
    fn a_quirk_refuses_connect_with_a_number() {
        let mut fixture = FtpFixture::open(&EC2X);
        fixture.cx.quirks = Quirks::MANUAL.with(Quirk::CmeForConnect);
        let response = fixture.execute("+QFTPGET=\"a\",\"COM:\"");
        assert_eq!(response, CommandResponse::Pending);
        fixture.fail(FailureKind::DataConnect, None);
        let error = CommandError::Cme(codes::DATA_CONNECTION);
        assert_eq!(fixture.cx.input.take_finished(), Some(Err(error)));
    }

    #[test]
    fn a_lost_context_ends_the_command_with_606() {
        let mut fixture = FtpFixture::open(&EC2X);
        fixture.succeed("+QFTPPWD");
        fixture.ftp.on_context_lost(&mut fixture.cx, 2);
        assert_eq!(fixture.ftp.session, SessionState::Over(1));
        fixture.ftp.on_context_lost(&mut fixture.cx, 1);
        let event = fixture.cx.events.pop_back();
        assert_eq!(event, Some(ModuleEvent::DropSession));
        fixture.fail(FailureKind::Cancelled, None);
        assert_eq!(fixture.output(), "\r\n+QFTPPWD: 606,0\r\n");
    }

    /// Lets a command time out, closes, and lets the session be lost before the server answers.
    fn close_after_a_timeout(dialect: &'static Dialect, command: &str, close: &str) -> String {
        let mut fixture = FtpFixture::open(dialect);
        fixture.succeed(command);
        fixture.ftp.on_timeout(&mut fixture.cx, Timer::FtpCommand);
        assert_eq!(fixture.output(), "");
        fixture.succeed(close);
        // The command's own report.
        fixture.output();
        fixture.fail(FailureKind::Cancelled, None);
        let quit = Some(ModuleEvent::Ftp(FtpOperation::Quit));
        assert_eq!(fixture.cx.events.pop_back(), quit);
        let silent = FtpFailure {
            kind: FailureKind::Timeout,
            reply: None,
            text: Vec::new(),
        };
        fixture.ftp.on_session_lost(&mut fixture.cx, &silent);
        assert_eq!(fixture.output(), "");
        fixture.fail(FailureKind::ControlClosed, None);
        assert_eq!(fixture.ftp.session, SessionState::Closed);
        fixture.output()
    }

    #[test]
    fn close_001_2_2_2_after_a_time_out_is_reported_once() {
        let printed = close_after_a_timeout(&GSM, "+QFTPDELETE=\"a\"", "+QFTPCLOSE");
        assert_eq!(printed, "\r\n+QFTPCLOSE:0\r\n");
    }

    #[test]
    fn close_003_1_2_2_after_a_time_out_is_reported_once() {
        let printed = close_after_a_timeout(&NL668, "+FTPDEL=\"a\"", "+FTPCLOSE");
        assert_eq!(printed, "\r\n+FTPCLOSE: 1\r\n");
    }

    #[test]
    fn close_002_2_18_after_a_time_out_is_reported_once() {
        let printed = close_after_a_timeout(&EC2X, "+QFTPDEL=\"a\"", "+QFTPCLOSE");
        assert_eq!(printed, "\r\n+QFTPCLOSE: 0,0\r\n");
    }

    #[test]
    fn a_download_is_written_from_the_first_byte_of_its_file() {
        let mut fixture = FtpFixture::open(&EC2X);
        fixture.succeed("+QFTPGET=\"a\",\"UFS:a\",5");
        let event = fixture.cx.events.pop_back();
        assert!(matches!(event, Some(ModuleEvent::Pipe { from: 0, .. })));
        let missing = FileError::NotFound;
        fixture.ftp.on_pipe_failed(&mut fixture.cx, missing);
        let report = alloc::format!("\r\n+QFTPGET: {},0\r\n", codes::LOCAL_OPEN);
        assert_eq!(fixture.output(), report);
    }

    #[test]
    fn a_fault_ends_a_command_with_a_code_of_its_own() {
        let mut fixture = FtpFixture::open(&EC2X);
        fixture.ftp.faults.would_block = true;
        fixture.succeed("+QFTPGET=\"a\",\"COM:\"");
        assert_eq!(fixture.output(), "\r\n+QFTPGET: 602,0\r\n");
        fixture.ftp.faults.peer_closed = true;
        fixture.succeed("+QFTPGET=\"a\",\"UFS:a\"");
        fixture.ftp.on_progress(&mut fixture.cx, 5);
        fixture.fail(FailureKind::Refused, Some(426));
        assert_eq!(fixture.output(), "\r\n+QFTPGET: 608,0\r\n");
    }
}
