//! The engine: what the user asks, what the driver brings, where it goes.

use core::mem;
use core::net::SocketAddr;
use core::time::Duration;

use super::operation::{Account, Operation};
use super::outbox::{Action, Event, Outbox};
use super::outcome::{Failure, FailureKind};
use super::reply::Reader;
use super::running::{Flow, Running};
use super::session::{Session, SessionStatus};
use super::transfer::Job;

/// An FTP client without sockets; [the module's page](super) shows how it is run.
///
/// After any call drain `poll_transmit`, `poll_action` and `poll_event`, then read `poll_timeout`.
#[derive(Debug, Default)]
pub struct Engine {
    control: Control,
    out: Outbox,
}

#[derive(Debug, Default)]
enum Control {
    #[default]
    Closed,
    Connecting(Account),
    Open(Session, Reader),
}

/// Nobody says anything between the reply to AUTH and TLS but somebody in between.
const PLAIN_TEXT: &[u8] = b"the server sent plain text where TLS should begin";

/// Another operation is in flight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("another FTP operation is in flight")]
pub struct Busy;

impl Engine {
    /// With no session.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether [`Event::Line`] comes; off at first.
    pub fn set_transcript(&mut self, on: bool) {
        self.out.transcript = on;
    }

    // Getters.

    /// Whether somebody is logged in and the control connection stands.
    pub fn is_open(&self) -> bool {
        matches!(&self.control, Control::Open(session, _) if session.is_logged_in())
    }

    /// Whether an operation is in flight.
    pub fn is_busy(&self) -> bool {
        match &self.control {
            Control::Closed => false,
            Control::Connecting(_) => true,
            Control::Open(session, _) => !session.is_idle(),
        }
    }

    /// Payload bytes of the transfer under way.
    pub fn moved(&self) -> Option<u64> {
        self.running().map(Running::moved)
    }

    /// Whether payload may be sent: the data connection is open and the server agreed.
    pub fn is_uploading(&self) -> bool {
        self.is_ready(Flow::Up)
    }

    /// Whether payload may be read: the data connection is open and the server agreed.
    pub fn is_downloading(&self) -> bool {
        self.is_ready(Flow::Down)
    }

    fn is_ready(&self, flow: Flow) -> bool {
        self.running()
            .is_some_and(|running| running.flow() == flow && running.is_ready())
    }

    fn running(&self) -> Option<&Running> {
        match &self.control {
            Control::Open(session, _) => session.job()?.running(),
            Control::Closed | Control::Connecting(_) => None,
        }
    }

    // From the user.

    /// Begins an operation.
    pub fn start(&mut self, operation: Operation) -> Result<(), Busy> {
        if self.is_busy() {
            return Err(Busy);
        }
        if operation.has_control_characters() {
            self.fail(Failure::new(FailureKind::InvalidArgument));
            return Ok(());
        }
        if let Operation::Open(account) = operation {
            self.drop_control();
            self.out.act(Action::ConnectControl {
                host: account.host.clone(),
                port: account.port,
            });
            self.control = Control::Connecting(account);
            return Ok(());
        }
        match &mut self.control {
            Control::Open(session, reader) => {
                reader.expect();
                let status = session.start(operation, &mut self.out);
                self.follow(status);
            }
            Control::Closed | Control::Connecting(_) => {
                self.fail(Failure::new(FailureKind::ControlClosed));
            }
        }
        Ok(())
    }

    /// This many bytes of the upload went out.
    pub fn handle_data_sent(&mut self, count: usize) {
        if let Control::Open(session, _) = &mut self.control
            && let Some(running) = session.job_mut().and_then(Job::running_mut)
        {
            running.handle_moved(count);
        }
    }

    /// The upload has all its bytes; only after [`Event::DataReady`].
    pub fn finish(&mut self) {
        if self.is_uploading() {
            self.out.act(Action::FinishData);
        }
    }

    /// Gives up the operation in flight, which ends with [`FailureKind::Cancelled`] as soon as the session is back in
    /// step; a login takes the session with it.
    pub fn abort(&mut self, now: Duration) {
        let status = match &mut self.control {
            Control::Closed => return,
            Control::Connecting(_) => {
                self.fail(Failure::new(FailureKind::Cancelled));
                SessionStatus::Dropped
            }
            Control::Open(session, _) => session.abort(now, &mut self.out),
        };
        self.follow(status);
    }

    /// Drops the session at once, without a word to the server. An operation in flight ends with
    /// [`FailureKind::Cancelled`]; an idle session ends without an event.
    pub fn hangup(&mut self) {
        if self.is_busy() {
            self.end_session(Failure::new(FailureKind::Cancelled));
        } else {
            self.drop_control();
        }
    }

    // From the control connection.

    /// The control connection is open, between these two addresses.
    pub fn handle_connected(&mut self, local: SocketAddr, peer: SocketAddr) {
        self.control = match mem::take(&mut self.control) {
            Control::Connecting(account) => {
                let session = Session::new(local, peer, account, &mut self.out);
                Control::Open(session, Reader::default())
            }
            control => control,
        };
    }

    /// The control connection could not be opened: [`FailureKind::Dns`] or [`FailureKind::Network`].
    pub fn handle_connect_failed(&mut self, kind: FailureKind, text: &[u8]) {
        if matches!(self.control, Control::Connecting(_)) {
            self.control = Control::Closed;
            self.fail(Failure {
                text: text.to_vec(),
                ..Failure::new(kind)
            });
        }
    }

    /// Bytes from the server.
    pub fn handle_control(&mut self, now: Duration, mut input: &[u8]) {
        while let Control::Open(session, reader) = &mut self.control {
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
                    self.end_session(Failure {
                        text: malformed.to_string().into_bytes(),
                        ..Failure::new(FailureKind::Protocol)
                    });
                }
            }
        }
    }

    /// [`Action::SecureControl`] is carried out.
    pub fn handle_secured(&mut self) {
        if let Control::Open(session, _) = &mut self.control {
            let status = session.handle_secured(&mut self.out);
            self.follow(status);
        }
    }

    /// TLS failed on the control connection, in the handshake or later: [`FailureKind::Tls`],
    /// [`FailureKind::Certificate`] or [`FailureKind::TlsSetup`], and why.
    pub fn handle_insecure(&mut self, kind: FailureKind, why: &[u8]) {
        let opening = match &self.control {
            Control::Open(session, _) => session.is_logging_in(),
            Control::Closed | Control::Connecting(_) => true,
        };
        // A session that was there is lost, whatever took it.
        let kind = if opening {
            kind
        } else {
            FailureKind::ControlClosed
        };
        self.end_session(Failure {
            text: why.to_vec(),
            ..Failure::new(kind)
        });
    }

    /// The control connection ended or broke.
    pub fn handle_control_closed(&mut self) {
        self.end_session(Failure::new(FailureKind::ControlClosed));
    }

    // From the data connection.

    /// The driver listens here.
    pub fn handle_listening(&mut self, at: SocketAddr) {
        if let Control::Open(session, _) = &mut self.control {
            let status = session.with_job(&mut self.out, |job, server, out| {
                job.handle_listening(at, server, out)
            });
            self.follow(status);
        }
    }

    /// The data connection is open, by whichever side.
    pub fn handle_data_connected(&mut self, now: Duration) {
        if let Control::Open(session, _) = &mut self.control {
            let status = session.with_job(&mut self.out, |job, server, out| {
                job.handle_data_connected(now, server, out)
            });
            self.follow(status);
        }
    }

    /// [`Action::SecureData`] is carried out.
    pub fn handle_data_secured(&mut self, now: Duration) {
        if let Control::Open(session, _) = &mut self.control {
            let status = session.with_job(&mut self.out, |job, server, out| {
                job.handle_data_secured(now, server, out)
            });
            self.follow(status);
        }
    }

    /// TLS failed on the data connection: a kind as [`Engine::handle_insecure`] takes it, and why.
    pub fn handle_data_insecure(&mut self, now: Duration, kind: FailureKind, why: &[u8]) {
        self.fail_data(now, kind, why);
    }

    /// It could not be opened, or nobody can listen.
    pub fn handle_data_connect_failed(&mut self, now: Duration, text: &[u8]) {
        self.fail_data(now, FailureKind::DataConnect, text);
    }

    fn fail_data(&mut self, now: Duration, kind: FailureKind, text: &[u8]) {
        let failure = Failure {
            text: text.to_vec(),
            ..Failure::new(kind)
        };
        if let Control::Open(session, _) = &mut self.control {
            let status = session.with_job(&mut self.out, |job, server, out| {
                job.handle_data_connect_failed(now, failure, server, out)
            });
            self.follow(status);
        }
    }

    /// This many bytes were read from the data connection. Returns how many of them, from the first, are payload:
    /// fewer than were read only where a limit is reached.
    pub fn handle_data(&mut self, now: Duration, count: usize) -> usize {
        let Some(wanted) = self.running().map(|running| running.wanted(count)) else {
            return 0;
        };
        self.change_running(now, |running| running.handle_moved(wanted));
        wanted
    }

    /// The server closed the data connection in good order.
    pub fn handle_data_closed(&mut self, now: Duration) {
        self.change_running(now, |running| running.handle_ended(Flow::Down));
    }

    /// [`Action::FinishData`] is carried out.
    pub fn handle_data_finished(&mut self, now: Duration) {
        self.change_running(now, |running| running.handle_ended(Flow::Up));
    }

    /// The data connection broke.
    pub fn handle_data_failed(&mut self, now: Duration) {
        self.change_running(now, Running::handle_broken);
    }

    fn change_running(&mut self, now: Duration, change: impl FnOnce(&mut Running)) {
        if let Control::Open(session, _) = &mut self.control {
            let status = session.with_job(&mut self.out, |job, server, out| {
                job.with_running(now, server, out, change)
            });
            self.follow(status);
        }
    }

    // Time.

    /// When [`Engine::handle_timeout`] wants to be called.
    pub fn poll_timeout(&self) -> Option<Duration> {
        match &self.control {
            Control::Open(session, _) => session.deadline(),
            Control::Closed | Control::Connecting(_) => None,
        }
    }

    /// Time has passed.
    pub fn handle_timeout(&mut self, now: Duration) {
        if self.poll_timeout().is_none_or(|due| now < due) {
            return;
        }
        if let Control::Open(session, _) = &mut self.control {
            let status = session.handle_timeout(now, &mut self.out);
            self.follow(status);
        }
    }

    // To the driver.

    /// Bytes for the control connection.
    pub fn poll_transmit(&mut self) -> Option<alloc::vec::Vec<u8>> {
        self.out.poll_transmit()
    }

    /// Something to do with a socket.
    pub fn poll_action(&mut self) -> Option<Action> {
        self.out.poll_action()
    }

    /// Something to tell the user.
    pub fn poll_event(&mut self) -> Option<Event> {
        self.out.poll_event()
    }

    fn fail(&mut self, failure: Failure) {
        self.out.tell(Event::Done(Err(failure)));
    }

    fn follow(&mut self, status: SessionStatus) {
        if status == SessionStatus::Dropped {
            self.drop_control();
        }
    }

    fn drop_control(&mut self) {
        if !matches!(self.control, Control::Closed) {
            self.control = Control::Closed;
            self.out.drop_transmit();
            self.out.act(Action::CloseControl);
        }
    }

    fn end_session(&mut self, failure: Failure) {
        match mem::take(&mut self.control) {
            Control::Closed => return,
            Control::Connecting(_) => self.fail(failure),
            Control::Open(session, _) => session.end(failure, &mut self.out),
        }
        self.out.drop_transmit();
        self.out.act(Action::CloseControl);
    }
}
