//! The engine: what the user asks, what the driver brings, where it goes.

use core::mem;
use core::time::Duration;

use super::event::{FtpEvent, SocketReply};
use super::operation::{Account, FtpOperation};
use super::outbox::FtpOutbox;
use super::outcome::{FailureKind, FtpFailure};
use super::reply::ReplyReader;
use super::running::{Flow, RunningTransfer};
use super::server::ServerState;
use super::session::{ControlSession, SessionStatus};
use super::transfer::{FtpTransferStep, TransferJob};

/// An FTP client without sockets; [the module's page](super) shows how it is run.
///
/// The order of calls is [the contract of the engines](crate#the-contract-of-the-engines).
#[derive(Debug, Default)]
pub struct Engine {
    control: ControlState,
    out: FtpOutbox,
}

#[derive(Debug, Default)]
enum ControlState {
    #[default]
    Closed,
    Connecting(Account),
    Open(ControlSession, ReplyReader),
}

/// Plaintext between the AUTH reply and the handshake is an injection; drop the session.
const PLAIN_TEXT: &[u8] = b"the server sent plain text where TLS should begin";

/// Another operation is in flight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("another FTP operation is in flight")]
#[non_exhaustive]
pub struct Busy;

impl Engine {
    /// Makes an engine with no session.
    pub fn new() -> Self {
        Self::default()
    }

    /// Turns [`FtpEvent::Line`] on or off; it is off at first.
    pub fn set_transcript(&mut self, on: bool) {
        self.out.transcript = on;
    }

    // Getters.

    /// Returns whether a user is logged in and the control connection stands.
    pub fn is_open(&self) -> bool {
        matches!(&self.control, ControlState::Open(session, _) if session.is_logged_in())
    }

    /// Returns whether an operation is in flight.
    pub fn is_busy(&self) -> bool {
        match &self.control {
            ControlState::Closed => false,
            ControlState::Connecting(_) => true,
            ControlState::Open(session, _) => !session.is_idle(),
        }
    }

    /// Returns the payload bytes of the transfer under way.
    pub fn moved(&self) -> Option<u64> {
        self.running().map(RunningTransfer::moved)
    }

    /// Returns whether payload may be sent: the data connection is open and the server agreed.
    pub fn is_uploading(&self) -> bool {
        self.is_ready(Flow::Up)
    }

    /// Returns whether payload may be read: the data connection is open and the server agreed.
    pub fn is_downloading(&self) -> bool {
        self.is_ready(Flow::Down)
    }

    fn is_ready(&self, flow: Flow) -> bool {
        self.running()
            .is_some_and(|running| running.flow() == flow && running.is_ready())
    }

    fn running(&self) -> Option<&RunningTransfer> {
        match &self.control {
            ControlState::Open(session, _) => session.job()?.running(),
            ControlState::Closed | ControlState::Connecting(_) => None,
        }
    }

    // From the user.

    /// Begins an operation, which ends with one [`FtpEvent::Done`].
    ///
    /// # Errors
    ///
    /// [`Busy`] while another operation is in flight; nothing has changed then.
    pub fn start(&mut self, _now: Duration, operation: FtpOperation) -> Result<(), Busy> {
        if self.is_busy() {
            return Err(Busy);
        }
        if operation.has_control_characters() {
            self.fail(FtpFailure::new(FailureKind::InvalidArgument));
            return Ok(());
        }
        if let FtpOperation::Open(account) = operation {
            self.drop_control();
            self.out.emit(FtpEvent::ConnectControl {
                host: account.host.clone(),
                port: account.port,
            });
            self.control = ControlState::Connecting(account);
            return Ok(());
        }
        match &mut self.control {
            ControlState::Open(session, reader) => {
                reader.expect();
                let status = session.start(operation, &mut self.out);
                self.follow(status);
            }
            ControlState::Closed | ControlState::Connecting(_) => {
                self.fail(FtpFailure::new(FailureKind::ControlClosed));
            }
        }
        Ok(())
    }

    /// Ends the upload: it has all its bytes. Has an effect only after [`FtpEvent::DataReady`].
    pub fn finish(&mut self, _now: Duration) {
        if self.is_uploading() {
            self.out.emit(FtpEvent::FinishData);
        }
    }

    /// Gives up the operation in flight.
    ///
    /// It ends with [`FailureKind::Cancelled`] as soon as the session is in sync again. A login takes the session with
    /// it.
    pub fn abort(&mut self, now: Duration) {
        let status = match &mut self.control {
            ControlState::Closed => return,
            ControlState::Connecting(_) => {
                self.fail(FtpFailure::new(FailureKind::Cancelled));
                SessionStatus::Dropped
            }
            ControlState::Open(session, _) => session.abort(now, &mut self.out),
        };
        self.follow(status);
    }

    /// Drops the session at once and sends nothing to the server.
    ///
    /// An operation in flight ends with [`FailureKind::Cancelled`]; an idle session ends without an event.
    pub fn drop_session(&mut self, _now: Duration) {
        if self.is_busy() {
            self.end_session(FtpFailure::new(FailureKind::Cancelled));
        } else {
            self.drop_control();
        }
    }

    // From the wire.

    /// Takes bytes that the server sent on the control connection.
    pub fn handle_input(&mut self, now: Duration, mut input: &[u8]) {
        while let ControlState::Open(session, reader) = &mut self.control {
            if session.is_in_handshake() && !input.is_empty() {
                return self.handle_insecure(FailureKind::Tls, PLAIN_TEXT);
            }
            match reader.read(&mut input) {
                Ok(Some(reply)) => {
                    self.out.received(&reply);
                    let status = session.handle_reply(now, &reply, &mut self.out);
                    self.follow(status);
                }
                Ok(None) => return,
                Err(malformed) => {
                    use alloc::string::ToString;
                    self.end_session(FtpFailure {
                        text: malformed.to_string().into_bytes(),
                        ..FtpFailure::new(FailureKind::Protocol)
                    });
                }
            }
        }
    }

    /// Takes bytes that came on the data connection, by their number alone.
    ///
    /// Returns how many of them, from the first, are payload: fewer than came only where a limit is reached.
    pub fn handle_data(&mut self, now: Duration, count: usize) -> usize {
        let Some(wanted) = self.running().map(|running| running.wanted(count)) else {
            return 0;
        };
        self.change_running(now, |running| running.handle_moved(wanted));
        wanted
    }

    /// Ends waits that are over; has an effect only from [`Engine::poll_timeout`] on.
    pub fn handle_timeout(&mut self, now: Duration) {
        if self.poll_timeout().is_none_or(|due| now < due) {
            return;
        }
        if let ControlState::Open(session, _) = &mut self.control {
            let status = session.handle_timeout(now, &mut self.out);
            self.follow(status);
        }
    }

    // From the driver.

    /// Takes what the driver did, or what happened to its sockets.
    pub fn handle_reply(&mut self, now: Duration, reply: SocketReply<'_>) {
        match reply {
            SocketReply::Connected { local, peer } => {
                self.control = match mem::take(&mut self.control) {
                    ControlState::Connecting(account) => {
                        let session = ControlSession::new(local, peer, account, &mut self.out);
                        ControlState::Open(session, ReplyReader::default())
                    }
                    control => control,
                };
            }
            SocketReply::ConnectFailed { kind, text } => self.handle_connect_failed(kind, text),
            SocketReply::Secured => {
                if let ControlState::Open(session, _) = &mut self.control {
                    let status = session.handle_secured(&mut self.out);
                    self.follow(status);
                }
            }
            SocketReply::Insecure { kind, text } => self.handle_insecure(kind, text),
            SocketReply::ControlClosed => {
                self.end_session(FtpFailure::new(FailureKind::ControlClosed));
            }
            SocketReply::Listening(at) => {
                self.change_job(|job, server, out| job.handle_listening(at, server, out));
            }
            SocketReply::DataConnected => {
                self.change_job(|job, server, out| job.handle_data_connected(now, server, out));
            }
            SocketReply::DataSecured => {
                self.change_job(|job, server, out| job.handle_data_secured(now, server, out));
            }
            SocketReply::DataConnectFailed { text } => {
                self.fail_data(now, FailureKind::DataConnect, text);
            }
            SocketReply::DataInsecure { kind, text } => self.fail_data(now, kind, text),
            SocketReply::DataSent(count) => {
                if let ControlState::Open(session, _) = &mut self.control
                    && let Some(running) = session.job_mut().and_then(TransferJob::running_mut)
                {
                    running.handle_moved(count);
                }
            }
            SocketReply::DataClosed => {
                self.change_running(now, |running| running.handle_ended(Flow::Down));
            }
            SocketReply::DataFinished => {
                self.change_running(now, |running| running.handle_ended(Flow::Up));
            }
            SocketReply::DataFailed => self.change_running(now, RunningTransfer::handle_broken),
        }
    }

    fn handle_connect_failed(&mut self, kind: FailureKind, text: &[u8]) {
        if matches!(self.control, ControlState::Connecting(_)) {
            self.control = ControlState::Closed;
            self.fail(FtpFailure {
                text: text.to_vec(),
                ..FtpFailure::new(kind)
            });
        }
    }

    fn handle_insecure(&mut self, kind: FailureKind, text: &[u8]) {
        let opening = match &self.control {
            ControlState::Open(session, _) => session.is_logging_in(),
            ControlState::Closed | ControlState::Connecting(_) => true,
        };
        // A session that was there is lost, whatever took it.
        let kind = if opening {
            kind
        } else {
            FailureKind::ControlClosed
        };
        self.end_session(FtpFailure {
            text: text.to_vec(),
            ..FtpFailure::new(kind)
        });
    }

    fn fail_data(&mut self, now: Duration, kind: FailureKind, text: &[u8]) {
        let failure = FtpFailure {
            text: text.to_vec(),
            ..FtpFailure::new(kind)
        };
        self.change_job(|job, server, out| {
            job.handle_data_connect_failed(now, failure, server, out)
        });
    }

    fn change_running(&mut self, now: Duration, change: impl FnOnce(&mut RunningTransfer)) {
        self.change_job(|job, server, out| job.with_running(now, server, out, change));
    }

    fn change_job(
        &mut self,
        change: impl FnOnce(TransferJob, &mut ServerState, &mut FtpOutbox) -> FtpTransferStep,
    ) {
        if let ControlState::Open(session, _) = &mut self.control {
            let status = session.with_job(&mut self.out, change);
            self.follow(status);
        }
    }

    // To the driver and the user.

    /// Returns the bytes to send on the control connection; [`Engine::transmitted`] says how many went out.
    pub fn poll_transmit(&self) -> Option<&[u8]> {
        self.out.poll_transmit()
    }

    /// Takes note that this many bytes of [`Engine::poll_transmit`] went out.
    pub fn transmitted(&mut self, _now: Duration, count: usize) {
        self.out.transmitted(count);
    }

    /// Returns the next event.
    pub fn poll_event(&mut self) -> Option<FtpEvent> {
        self.out.poll_event()
    }

    /// Returns when [`Engine::handle_timeout`] wants to be called.
    pub fn poll_timeout(&self) -> Option<Duration> {
        match &self.control {
            ControlState::Open(session, _) => session.deadline(),
            ControlState::Closed | ControlState::Connecting(_) => None,
        }
    }

    fn fail(&mut self, failure: FtpFailure) {
        self.out.emit(FtpEvent::Done(Err(failure)));
    }

    fn follow(&mut self, status: SessionStatus) {
        if status == SessionStatus::Dropped {
            self.drop_control();
        }
    }

    fn drop_control(&mut self) {
        if !matches!(self.control, ControlState::Closed) {
            self.control = ControlState::Closed;
            self.out.drop_transmit();
            self.out.emit(FtpEvent::CloseControl);
        }
    }

    fn end_session(&mut self, failure: FtpFailure) {
        match mem::take(&mut self.control) {
            ControlState::Closed => return,
            ControlState::Connecting(_) => self.fail(failure),
            ControlState::Open(session, _) => session.end(failure, &mut self.out),
        }
        self.out.drop_transmit();
        self.out.emit(FtpEvent::CloseControl);
    }
}
