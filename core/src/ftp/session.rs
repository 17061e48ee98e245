//! One control connection: the activity on it, and the part of it that a reply belongs to.

use alloc::vec::Vec;
use core::mem;
use core::net::SocketAddr;
use core::time::Duration;

use super::event::FtpEvent;
use super::login::FtpLogin;
use super::operation::{Account, FtpOperation};
use super::outbox::FtpOutbox;
use super::outcome::{FailureKind, FtpFailure, FtpOutcome, FtpValue};
use super::question::{Question, ask, ask_size};
use super::reply::Reply;
use super::server::ServerState;
use super::settle::{OrSettling, PendingEnd, Settling};
use super::step::FtpStep;
use super::transfer::{FtpTransferStep, TransferJob};

/// A control connection and the activity on it.
#[derive(Debug)]
pub(super) struct ControlSession {
    server: ServerState,
    activity: SessionActivity,
}

/// The activity on a connection.
#[derive(Debug)]
enum SessionActivity {
    LoggingIn(FtpLogin),
    Idle,
    Asking(Question),
    Transferring(TransferJob),
    Settling(Settling),
    Quitting,
}

/// Says whether there still is a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub(super) enum SessionStatus {
    Kept,
    Dropped,
}

impl From<OrSettling<TransferJob>> for SessionActivity {
    fn from(next: OrSettling<TransferJob>) -> Self {
        match next {
            OrSettling::GoesOn(job) => SessionActivity::Transferring(job),
            OrSettling::Settling(settling) => SessionActivity::Settling(settling),
        }
    }
}

impl ControlSession {
    /// Creates the session; the control connection has just opened.
    pub(super) fn new(
        local: SocketAddr,
        peer: SocketAddr,
        account: Account,
        out: &mut FtpOutbox,
    ) -> Self {
        ControlSession {
            server: ServerState::new(local, peer),
            activity: SessionActivity::LoggingIn(FtpLogin::begin(account, out)),
        }
    }

    pub(super) fn is_idle(&self) -> bool {
        matches!(self.activity, SessionActivity::Idle)
    }

    pub(super) fn is_logged_in(&self) -> bool {
        !matches!(
            self.activity,
            SessionActivity::LoggingIn(_) | SessionActivity::Quitting
        )
    }

    pub(super) fn is_logging_in(&self) -> bool {
        matches!(self.activity, SessionActivity::LoggingIn(_))
    }

    /// Returns whether nothing may be read as a reply until TLS has begun.
    pub(super) fn is_in_handshake(&self) -> bool {
        matches!(&self.activity, SessionActivity::LoggingIn(login) if login.is_in_handshake())
    }

    pub(super) fn deadline(&self) -> Option<Duration> {
        match &self.activity {
            SessionActivity::Transferring(job) => job.deadline(),
            SessionActivity::Settling(settling) => Some(settling.deadline()),
            SessionActivity::LoggingIn(_)
            | SessionActivity::Idle
            | SessionActivity::Asking(_)
            | SessionActivity::Quitting => None,
        }
    }

    pub(super) fn start(&mut self, operation: FtpOperation, out: &mut FtpOutbox) -> SessionStatus {
        let server = &mut self.server;
        let question = match operation {
            // The engine opens a new session by itself.
            FtpOperation::Open(_) => return SessionStatus::Kept,
            FtpOperation::Store(store) => {
                let step = TransferJob::store(store).begin(server, out);
                return self.follow(step.map(SessionActivity::from), out);
            }
            FtpOperation::Retrieve(retrieve) => {
                let step = TransferJob::retrieve(retrieve).begin(server, out);
                return self.follow(step.map(SessionActivity::from), out);
            }
            FtpOperation::Quit => {
                out.command("QUIT", b"");
                return self.follow(FtpStep::Next(SessionActivity::Quitting), out);
            }
            FtpOperation::Cwd(path) => ask(out, "CWD", &path, Question::Nothing),
            FtpOperation::CdUp => ask(out, "CDUP", b"", Question::Nothing),
            FtpOperation::Pwd => ask(out, "PWD", b"", Question::Path),
            FtpOperation::Delete(path) => ask(out, "DELE", &path, Question::Nothing),
            FtpOperation::MakeDir(path) => ask(out, "MKD", &path, Question::MadePath),
            FtpOperation::RemoveDir(path) => ask(out, "RMD", &path, Question::Nothing),
            FtpOperation::ModifiedTime(path) => ask(out, "MDTM", &path, Question::Time),
            FtpOperation::Rename { from, to } => ask(out, "RNFR", &from, Question::NewName(to)),
            FtpOperation::Status(path) => {
                ask(out, "STAT", &path.unwrap_or_default(), Question::Nothing)
            }
            FtpOperation::System => ask(out, "SYST", b"", Question::Nothing),
            FtpOperation::Noop => ask(out, "NOOP", b"", Question::Nothing),
            FtpOperation::Size(path) => ask_size(path, server, out),
        };
        self.follow(question.map(SessionActivity::Asking), out)
    }

    pub(super) fn handle_reply(
        &mut self,
        now: Duration,
        reply: &Reply,
        out: &mut FtpOutbox,
    ) -> SessionStatus {
        let server = &mut self.server;
        let step = match mem::replace(&mut self.activity, SessionActivity::Idle) {
            SessionActivity::Quitting if reply.class() == 1 => {
                FtpStep::Next(SessionActivity::Quitting)
            }
            SessionActivity::Quitting => {
                FtpStep::Lost(Ok(FtpOutcome::new(reply, FtpValue::None)), None)
            }
            activity if reply.code == 421 => closing(activity, reply, out),
            // Left over from an aborted transfer.
            SessionActivity::Idle => FtpStep::Next(SessionActivity::Idle),
            SessionActivity::LoggingIn(login) => login
                .handle_reply(reply, out)
                .map(SessionActivity::LoggingIn),
            SessionActivity::Asking(question) => question
                .handle_reply(reply, server, out)
                .map(SessionActivity::Asking),
            SessionActivity::Transferring(job) => job
                .handle_reply(now, reply, server, out)
                .map(SessionActivity::from),
            SessionActivity::Settling(settling) => settling
                .handle_reply(now, reply)
                .map(SessionActivity::Settling),
        };
        self.follow(step, out)
    }

    /// Handles the start of TLS on the control connection.
    pub(super) fn handle_secured(&mut self, out: &mut FtpOutbox) -> SessionStatus {
        let step = match mem::replace(&mut self.activity, SessionActivity::Idle) {
            SessionActivity::LoggingIn(login) => login
                .handle_secured(&mut self.server, out)
                .map(SessionActivity::LoggingIn),
            activity => FtpStep::Next(activity),
        };
        self.follow(step, out)
    }

    pub(super) fn handle_timeout(&mut self, now: Duration, out: &mut FtpOutbox) -> SessionStatus {
        let server = &mut self.server;
        let step = match mem::replace(&mut self.activity, SessionActivity::Idle) {
            SessionActivity::Transferring(job) => job
                .handle_timeout(now, server, out)
                .map(SessionActivity::from),
            SessionActivity::Settling(settling) => settling
                .handle_timeout(now, out)
                .map(SessionActivity::Settling),
            activity => FtpStep::Next(activity),
        };
        self.follow(step, out)
    }

    /// Hands an event of the data connection to the transfer, if there is one.
    pub(super) fn with_job(
        &mut self,
        out: &mut FtpOutbox,
        handle: impl FnOnce(TransferJob, &mut ServerState, &mut FtpOutbox) -> FtpTransferStep,
    ) -> SessionStatus {
        let step = match mem::replace(&mut self.activity, SessionActivity::Idle) {
            SessionActivity::Transferring(job) => {
                handle(job, &mut self.server, out).map(SessionActivity::from)
            }
            activity => FtpStep::Next(activity),
        };
        self.follow(step, out)
    }

    pub(super) fn job(&self) -> Option<&TransferJob> {
        match &self.activity {
            SessionActivity::Transferring(job) => Some(job),
            _ => None,
        }
    }

    pub(super) fn job_mut(&mut self) -> Option<&mut TransferJob> {
        match &mut self.activity {
            SessionActivity::Transferring(job) => Some(job),
            _ => None,
        }
    }

    pub(super) fn abort(&mut self, now: Duration, out: &mut FtpOutbox) -> SessionStatus {
        let cancelled = || FtpFailure::new(FailureKind::Cancelled);
        let step = match mem::replace(&mut self.activity, SessionActivity::Idle) {
            SessionActivity::Idle => FtpStep::Next(SessionActivity::Idle),
            SessionActivity::LoggingIn(_) | SessionActivity::Quitting => {
                FtpStep::Lost(Err(cancelled()), None)
            }
            SessionActivity::Asking(_) => {
                let settling = Settling::owed(now, PendingEnd::Failed(cancelled()));
                FtpStep::Next(SessionActivity::Settling(settling))
            }
            SessionActivity::Transferring(job) => job
                .give_up(now, cancelled(), &mut self.server, out)
                .map(SessionActivity::from),
            SessionActivity::Settling(mut settling) => {
                settling.cancel();
                FtpStep::Next(SessionActivity::Settling(settling))
            }
        };
        self.follow(step, out)
    }

    /// Ends the session; the control connection is gone.
    pub(super) fn end(mut self, failure: FtpFailure, out: &mut FtpOutbox) {
        match mem::replace(&mut self.activity, SessionActivity::Idle) {
            SessionActivity::Idle => out.emit(FtpEvent::Idle(failure)),
            SessionActivity::Quitting if failure.kind == FailureKind::ControlClosed => {
                out.emit(FtpEvent::Done(Ok(FtpOutcome {
                    code: 0,
                    text: Vec::new(),
                    value: FtpValue::None,
                })));
            }
            SessionActivity::LoggingIn(login) => out.emit(FtpEvent::Done(Err(login.end(failure)))),
            activity => {
                if let SessionActivity::Transferring(job) = activity {
                    job.close(out);
                }
                out.emit(FtpEvent::Done(Err(failure)));
            }
        }
    }

    fn follow(&mut self, step: FtpStep<SessionActivity>, out: &mut FtpOutbox) -> SessionStatus {
        match step {
            FtpStep::Next(activity) => {
                self.activity = activity;
                SessionStatus::Kept
            }
            FtpStep::Done(result) => {
                self.activity = SessionActivity::Idle;
                out.emit(FtpEvent::Done(result));
                SessionStatus::Kept
            }
            FtpStep::Lost(result, reason) => {
                out.emit(FtpEvent::Done(result));
                if let Some(reason) = reason {
                    out.emit(FtpEvent::Idle(reason));
                }
                SessionStatus::Dropped
            }
            FtpStep::Gone(reason) => {
                out.emit(FtpEvent::Idle(reason));
                SessionStatus::Dropped
            }
        }
    }
}

/// Handles reply 421: the server is about to hang up, in any operation.
fn closing(
    activity: SessionActivity,
    reply: &Reply,
    out: &mut FtpOutbox,
) -> FtpStep<SessionActivity> {
    let refused = FtpFailure::refused(reply);
    let closed = FtpFailure::by(FailureKind::ControlClosed, reply);
    match activity {
        SessionActivity::Idle => {
            out.emit(FtpEvent::Idle(refused));
            FtpStep::Gone(closed)
        }
        SessionActivity::LoggingIn(_) => FtpStep::Lost(Err(refused), None),
        SessionActivity::Transferring(job) => {
            job.close(out);
            FtpStep::Lost(Err(refused), Some(closed))
        }
        SessionActivity::Asking(_) | SessionActivity::Settling(_) | SessionActivity::Quitting => {
            FtpStep::Lost(Err(refused), Some(closed))
        }
    }
}
