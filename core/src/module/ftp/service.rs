//! The state of the FTP service, and how a command begins.

use core::time::Duration;

use alloc::vec::Vec;

use super::failure::FtpTrouble;
use super::job::FtpJob;
use crate::codes;
use crate::dialect::{Command, CommandKind, Dialect, ResponseFormat, SettingKind};
use crate::exchange::LineEvent;
use crate::ftp::{FailureKind, FtpOperation};
use crate::module::context::ModuleContext;
use crate::module::event::ModuleEvent;
use crate::module::family::fibocom::state::FibocomState;
use crate::module::family::gsm::state::GsmState;
use crate::module::response::CommandResponse;
use crate::module::settings::FtpSettings;
use crate::module::stored_value::StoredValue;
use crate::module::timers::Timer;

/// The port of FTP, where none is named.
pub(in crate::module) const PORT: u16 = 21;
/// Time for a command where the manual has no setting for it.
const RESPONSE_TIMEOUT: Duration = Duration::from_secs(90);

/// Holds the session, the command under way and the settings.
#[derive(Debug)]
pub(in crate::module) struct FtpService {
    pub(in crate::module) settings: FtpSettings,
    pub(in crate::module) session: SessionState,
    pub(in crate::module) job: Option<FtpJob>,
    /// Refuses every command but a close ([`Quirk::BusyUntilClose`](crate::module::Quirk::BusyUntilClose)).
    pub(in crate::module) barred: bool,
    /// Faults that wait for a command.
    pub(in crate::module) faults: FtpFaults,
    /// `AT+QFTPLEN`: bytes of the transfer under way, or of the last one.
    pub(in crate::module) moved: u64,
    /// TLS protects the session, or is to.
    pub(in crate::module) secure: bool,
    /// Kind of the last TLS failure.
    pub(in crate::module) tls_failure: Option<FailureKind>,
    pub(in crate::module) gsm: GsmState,
    pub(in crate::module) fibocom: FibocomState,
}

/// Holds the faults that wait for a command and end it with a code that nothing else leads to.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::module) struct FtpFaults {
    /// Ends the next command of a session at once with 602.
    pub(in crate::module) would_block: bool,
    /// Reports the next transfer that breaks as 608.
    pub(in crate::module) peer_closed: bool,
}

/// Says whether there is a session.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::module) enum SessionState {
    #[default]
    Closed,
    /// Open or being opened over this context.
    Over(u64),
}

/// A command's report: the text behind the name in its URC, or what went wrong.
pub(in crate::module) type FtpReport = Result<Vec<u8>, FtpTrouble>;

impl FtpService {
    pub(in crate::module) fn new(dialect: &Dialect) -> Self {
        FtpService {
            settings: FtpSettings::new(dialect),
            session: SessionState::default(),
            job: None,
            barred: false,
            faults: FtpFaults::default(),
            moved: 0,
            secure: false,
            tls_failure: None,
            gsm: GsmState::default(),
            fibocom: FibocomState::default(),
        }
    }

    /// Tells whether nothing is under way. An upload that broke between two pieces is forgotten.
    pub(in crate::module) fn is_free(&mut self) -> bool {
        if self.job.as_ref().is_some_and(FtpJob::is_broken) {
            self.job = None;
        }
        self.job.is_none()
    }

    /// Tells whether a command can have the session now.
    pub(in crate::module) fn may_begin(&mut self) -> bool {
        self.is_free() && self.session != SessionState::Closed
    }

    /// Tells whether a session can be opened now.
    pub(in crate::module) fn may_open(&mut self) -> bool {
        self.is_free() && self.session == SessionState::Closed
    }

    /// Begins a command; its URC ends it.
    pub(in crate::module) fn begin(
        &mut self,
        cx: &mut ModuleContext,
        command: &'static Command,
        shape: ResponseFormat,
        event: ModuleEvent,
    ) -> CommandResponse {
        let opens_or_closes = matches!(command.kind, CommandKind::FtpOpen | CommandKind::FtpClose);
        if !opens_or_closes && core::mem::take(&mut self.faults.would_block) {
            return self.fail_at_once(cx, command, codes::WOULD_BLOCK);
        }
        let answered = matches!(
            shape,
            ResponseFormat::ResultUrc | ResponseFormat::ResultPayloadUrc(_)
        );
        let mut job = FtpJob::new(command, shape);
        if command.kind.moves_payload() {
            self.moved = 0;
        }
        if answered {
            job.record(LineEvent::Ok);
        }
        self.job = Some(job);
        self.restart_timer(cx);
        cx.event(event);
        if answered {
            CommandResponse::Ok
        } else {
            CommandResponse::Pending
        }
    }

    /// Begins a command that answers `OK` at once and moves no payload over the line.
    pub(in crate::module) fn begin_operation(
        &mut self,
        cx: &mut ModuleContext,
        command: &'static Command,
        operation: FtpOperation,
    ) -> CommandResponse {
        let event = ModuleEvent::Ftp(operation);
        self.begin(cx, command, ResponseFormat::ResultUrc, event)
    }

    /// Returns the time that a command has until its URC, a transfer between two packets.
    pub(super) fn response_timeout(&self) -> Duration {
        match self.settings.ftp.first(SettingKind::ResponseTimeout) {
            Some(StoredValue::Integer(seconds)) => Duration::from_secs(*seconds),
            Some(StoredValue::Text(_)) | None => RESPONSE_TIMEOUT,
        }
    }

    /// Gives the command under way all of its time anew.
    pub(in crate::module) fn restart_timer(&self, cx: &mut ModuleContext) {
        let opens = self.job.as_ref().map(|job| job.kind) == Some(CommandKind::FtpOpen);
        let longest = cx.dialect.longest_open.filter(|_| opens);
        let timeout = self.response_timeout();
        let at = cx.now + longest.map_or(timeout, |longest| longest.min(timeout));
        cx.timers.set(Timer::FtpCommand, at);
    }

    /// Gives the next packet all of its time, where the time of the whole payload is not limited.
    pub(in crate::module) fn restart_packet_timer(&self, cx: &mut ModuleContext) {
        let runs = cx.timers.get(Timer::FtpCommand).is_some();
        let counts = |job: &FtpJob| job.total.is_none() && !job.timed_out;
        if runs && self.job.as_ref().is_some_and(counts) {
            self.restart_timer(cx);
        }
    }
}
