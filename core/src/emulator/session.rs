//! The FTP client engine on real sockets, within the event loop of its user.
//!
//! The loop owns a [`mio::Poll`]. A session registers its sockets there under [`SocketSession::TOKENS`] tokens from the
//! one it is given. The loop tells it of their events ([`SocketSession::handle`]), of its [`Alarm`]
//! ([`SocketSession::handle_wake`]) and of time. After each of them drain [`SocketSession::poll_event`].
//!
//! While [`SocketSession::has_data`] and there is room for it, take payload with [`SocketSession::read_data`]. A loop
//! that does not read slows a download down; [`SocketSession::queued`] says when to slow an upload down.

mod control;
mod data;
mod plan;
mod secure;
mod sockets;

use std::collections::VecDeque;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use mio::{Registry, Token};

use super::alarm::Alarm;
use super::connection::{BUFFER, Connection, ConnectionRead};
use super::fault_plan::SharedPlan;
use crate::ftp::{Busy, Engine, FailureKind, FtpEvent, FtpOperation, LocalPorts, SocketReply};

use sockets::{ControlSocket, DataSocket, DataState, TlsState};
pub use sockets::{SessionEvent, SocketSession};

impl SocketSession {
    /// The number of tokens that a session takes, from its first one.
    pub const TOKENS: usize = 2;

    /// Makes a session without a connection; `alarm` wakes the event loop of `registry`.
    pub fn new(registry: Arc<Registry>, first_token: Token, alarm: Alarm) -> Self {
        SocketSession {
            engine: Engine::new(),
            registry,
            first_token,
            alarm,
            control: ControlSocket::Closed,
            data: DataSocket::Closed,
            local_ports: LocalPorts::default(),
            tls: TlsState::default(),
            buffer: Vec::new().into(),
            events: VecDeque::new(),
            no_data: false,
            plan: SharedPlan::default(),
            data_state: DataState::default(),
        }
    }

    fn make_buffer(&mut self) {
        if self.buffer.is_empty() {
            self.buffer.resize(BUFFER, 0);
        }
    }

    /// Turns [`SessionEvent::Line`] on or off; it is off at first.
    pub fn set_transcript(&mut self, on: bool) {
        self.engine.set_transcript(on);
    }

    /// Returns whether a user is logged in.
    pub fn is_open(&self) -> bool {
        self.engine.is_open()
    }

    /// Returns whether an operation is in flight.
    pub fn is_busy(&self) -> bool {
        self.engine.is_busy()
    }

    /// Returns the payload bytes of the transfer under way that went over the data connection.
    pub fn moved(&self) -> Option<u64> {
        self.engine.moved()
    }

    /// Begins an operation.
    ///
    /// # Errors
    ///
    /// [`Busy`] while another operation is in flight.
    pub fn start(&mut self, now: Duration, operation: FtpOperation) -> Result<(), Busy> {
        // What the server said unasked belongs to the past.
        self.read_control(now);
        if let FtpOperation::Open(account) = &operation {
            self.local_ports = account.local_ports;
            self.tls.host.clone_from(&account.host);
        }
        self.engine.start(now, operation)?;
        self.carry_out(now);
        Ok(())
    }

    /// Sends payload of the upload, after [`SessionEvent::DataReady`]. Takes all of it; see [`SocketSession::queued`].
    pub fn send(&mut self, now: Duration, bytes: &[u8]) {
        if matches!(self.data, DataSocket::Open(_)) {
            self.queue_data(now, bytes);
            self.flush_data(now);
            self.carry_out(now);
        }
    }

    /// Returns how many payload bytes the data connection has not taken yet. Send no more while it is over 64 KiB.
    pub fn queued(&self) -> usize {
        match &self.data {
            DataSocket::Open(connection) | DataSocket::Finishing(connection) => connection.queued(),
            DataSocket::Closed
            | DataSocket::Opening(_)
            | DataSocket::Listening(_)
            | DataSocket::Ended(_) => 0,
        }
    }

    /// Ends the upload: it has all its payload.
    pub fn finish(&mut self, now: Duration) {
        self.engine.finish(now);
        self.carry_out(now);
    }

    /// Gives up the operation in flight; see [`Engine::abort`].
    pub fn abort(&mut self, now: Duration) {
        self.engine.abort(now);
        self.carry_out(now);
    }

    /// Drops the session at once; see [`Engine::drop_session`].
    pub fn drop_session(&mut self, now: Duration) {
        self.engine.drop_session(now);
        self.carry_out(now);
    }

    /// Breaks the control connection. The operation in flight, or the idle session, ends with
    /// [`FailureKind::ControlClosed`].
    pub fn lose_control(&mut self, now: Duration) {
        self.reply(now, SocketReply::ControlClosed);
        self.carry_out(now);
    }

    /// Breaks the data connection, if one is open.
    pub fn lose_data(&mut self, now: Duration) {
        if matches!(self.data, DataSocket::Open(_) | DataSocket::Finishing(_)) {
            self.close_data();
            self.reply(now, SocketReply::DataFailed);
            self.carry_out(now);
        }
    }

    /// Makes data connections fail from now on, in either direction, or work again.
    pub fn set_no_data(&mut self, no_data: bool) {
        self.no_data = no_data;
    }

    /// Returns the next event for the user.
    pub fn poll_event(&mut self) -> Option<SessionEvent> {
        self.events.pop_front()
    }

    /// Returns when [`SocketSession::handle_timeout`] wants to be called.
    pub fn poll_timeout(&self) -> Option<Duration> {
        let attempt = match &self.control {
            ControlSocket::Opening(_, _, deadline) => *deadline,
            ControlSocket::Closed | ControlSocket::Resolving(_) | ControlSocket::Open(_) => None,
        };
        let handshakes = self.handshakes().into_iter();
        let due = handshakes.chain([attempt, self.engine.poll_timeout()]);
        due.flatten().min()
    }

    /// Ends waits that are over.
    pub fn handle_timeout(&mut self, now: Duration) {
        if let ControlSocket::Opening(_, _, Some(deadline)) = &self.control
            && *deadline <= now
        {
            self.try_next(now, &io::ErrorKind::TimedOut.into());
        }
        self.end_handshakes(now);
        self.engine.handle_timeout(now);
        self.carry_out(now);
    }

    /// Looks for the end of a name look-up; call it when the alarm rang.
    pub fn handle_wake(&mut self, now: Duration) {
        let ControlSocket::Resolving(lookup) = &self.control else {
            return;
        };
        match lookup.poll() {
            None => return,
            Some(Ok(addresses)) if !addresses.is_empty() => {
                self.connect(now, addresses.into());
            }
            Some(Ok(_)) => self.fail_connect(now, FailureKind::Dns, "no address"),
            Some(Err(error)) => self.fail_connect(now, FailureKind::Dns, &error.to_string()),
        }
        self.carry_out(now);
    }

    /// Handles an event of one of the sockets. Leaves events of other tokens alone.
    pub fn handle(&mut self, now: Duration, event: &mio::event::Event) {
        self.handle_ready(now, event.token(), may_be_read(event));
    }

    /// Handles a socket that is ready: to be read, or to be written to alone.
    pub(super) fn handle_ready(&mut self, now: Duration, token: Token, readable: bool) {
        if token == self.control_token() {
            self.handle_control(now, readable);
        } else if token == self.data_token() {
            self.handle_data(now, readable);
        }
        self.carry_out(now);
    }

    /// Returns whether [`SocketSession::read_data`] may bring something. It stays so until a read brings nothing.
    pub fn has_data(&self) -> bool {
        match &self.data {
            DataSocket::Open(connection) => {
                connection.may_be_readable()
                    && self.engine.is_downloading()
                    && self.data_state == DataState::Flowing
            }
            DataSocket::Closed
            | DataSocket::Opening(_)
            | DataSocket::Listening(_)
            | DataSocket::Finishing(_)
            | DataSocket::Ended(_) => false,
        }
    }

    /// Reads payload of the download and returns how many bytes of `buffer` it fills.
    ///
    /// Returns 0 while there is none, and at the end, which an event tells.
    pub fn read_data(&mut self, now: Duration, buffer: &mut [u8]) -> usize {
        if !self.has_data() || buffer.is_empty() || self.breaks_download(now, 0) {
            return 0;
        }
        let room = self.download_room(buffer.len());
        let DataSocket::Open(connection) = &mut self.data else {
            return 0;
        };
        let taken = match connection.read(&mut buffer[..room]) {
            Ok(ConnectionRead::Bytes(count)) => self.engine.handle_data(now, count),
            Ok(ConnectionRead::Nothing) => return 0,
            Ok(ConnectionRead::End) => {
                self.close_data();
                self.reply(now, SocketReply::DataClosed);
                0
            }
            Err(_) => {
                self.close_data();
                self.reply(now, SocketReply::DataFailed);
                0
            }
        };
        self.carry_out(now);
        self.breaks_download(now, taken);
        taken
    }

    // To the engine, and what it asks for.

    pub(super) fn reply(&mut self, now: Duration, reply: SocketReply<'_>) {
        self.engine.handle_reply(now, reply);
    }

    pub(super) fn carry_out(&mut self, now: Duration) {
        loop {
            if self.send_control(now) {
                continue;
            }
            let Some(event) = self.engine.poll_event() else {
                return;
            };
            self.act(now, event);
        }
    }

    fn act(&mut self, now: Duration, event: FtpEvent) {
        match event {
            FtpEvent::ConnectControl { host, port } => self.connect_control(now, &host, port),
            FtpEvent::SecureControl => self.secure_control(now),
            FtpEvent::SecureData => self.secure_data(now),
            FtpEvent::CloseControl => {
                match std::mem::replace(&mut self.control, ControlSocket::Closed) {
                    ControlSocket::Closed | ControlSocket::Resolving(_) => {}
                    ControlSocket::Opening(connection, ..) | ControlSocket::Open(connection) => {
                        connection.close(&self.registry);
                    }
                }
            }
            FtpEvent::ConnectData(_) | FtpEvent::Listen(_) if self.no_data => {
                self.close_data();
                self.fail_data(now, &io::ErrorKind::NetworkUnreachable.into());
            }
            FtpEvent::ConnectData(to) => {
                self.close_data();
                let from = self.local_ports.data;
                match Connection::connect(to, from, &self.registry, self.data_token()) {
                    Ok(connection) => self.data = DataSocket::Opening(connection),
                    Err(error) => self.fail_data(now, &error),
                }
            }
            FtpEvent::Listen(at) => {
                self.close_data();
                match self.listen(at) {
                    Ok(address) => self.reply(now, SocketReply::Listening(address)),
                    Err(error) => self.fail_data(now, &error),
                }
            }
            FtpEvent::FinishData => {
                if let DataSocket::Open(connection) =
                    std::mem::replace(&mut self.data, DataSocket::Closed)
                {
                    self.data = DataSocket::Finishing(connection);
                }
                self.flush_data(now);
            }
            FtpEvent::CloseData => self.break_data_off(),
            FtpEvent::DataReady => self.events.push_back(SessionEvent::DataReady),
            FtpEvent::Line { sent, text } => {
                self.events.push_back(SessionEvent::Line { sent, text });
            }
            FtpEvent::Done(result) => self.events.push_back(SessionEvent::Done(result)),
            FtpEvent::Idle(failure) => self.events.push_back(SessionEvent::Idle(failure)),
        }
    }
}

fn may_be_read(event: &mio::event::Event) -> bool {
    event.is_readable() || event.is_read_closed() || event.is_error()
}
