//! The FTP client engine on real sockets, within somebody else's event loop.
//!
//! The loop owns a [`mio::Poll`]; a session registers its sockets there under [`Session::TOKENS`] tokens from the one
//! it is given, and needs to be told of their events ([`Session::handle`]), of a woken [`Waker`]
//! ([`Session::handle_wake`]) and of time. After each of them drain [`Session::poll_event`]; while
//! [`Session::has_data`] and there is room for it, take payload with [`Session::read_data`]; not reading is how a
//! download is slowed down, [`Session::queued`] how an upload is.

mod control;
mod data;
mod secure;

use std::collections::VecDeque;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use mio::net::TcpListener;
use mio::{Registry, Token, Waker};

use super::connection::{BUFFER, Connection, Read};
use super::resolve::Lookup;
use crate::ftp::{Action, Busy, Engine, Event, FailureKind, LocalPorts, Operation};

/// An FTP session on sockets.
#[derive(Debug)]
pub struct Session {
    engine: Engine,
    registry: Registry,
    first_token: Token,
    waker: Arc<Waker>,
    control: Control,
    data: Data,
    local_ports: LocalPorts,
    tls: secure::State,
    buffer: Vec<u8>,
    /// No data connection comes about.
    no_data: bool,
}

#[derive(Debug)]
enum Control {
    Closed,
    Resolving(Lookup),
    /// Where else to try, and from when on.
    Opening(Connection, VecDeque<SocketAddr>, Option<Duration>),
    Open(Connection),
}

#[derive(Debug)]
enum Data {
    Closed,
    Opening(Connection),
    Listening(TcpListener),
    Open(Connection),
    /// Nothing is added to an upload any more.
    Finishing(Connection),
    /// We have said all. What the server still says, as TLS does unasked, has to be read: who closes on it resets the
    /// connection, and the end of the upload is lost.
    Ended(Connection),
}

impl Session {
    /// How many tokens a session takes, from its first one.
    pub const TOKENS: usize = 2;

    /// A session with nobody; `waker` wakes the event loop of `registry`.
    pub fn new(registry: &Registry, first_token: Token, waker: Arc<Waker>) -> io::Result<Self> {
        Ok(Session {
            engine: Engine::new(),
            registry: registry.try_clone()?,
            first_token,
            waker,
            control: Control::Closed,
            data: Data::Closed,
            local_ports: LocalPorts::default(),
            tls: secure::State::default(),
            buffer: vec![0; BUFFER],
            no_data: false,
        })
    }

    fn control_token(&self) -> Token {
        self.first_token
    }

    fn data_token(&self) -> Token {
        Token(self.first_token.0 + 1)
    }

    /// Whether [`Event::Line`] comes; off at first.
    pub fn set_transcript(&mut self, on: bool) {
        self.engine.set_transcript(on);
    }

    /// Whether somebody is logged in.
    pub fn is_open(&self) -> bool {
        self.engine.is_open()
    }

    /// Whether an operation is in flight.
    pub fn is_busy(&self) -> bool {
        self.engine.is_busy()
    }

    /// Payload bytes of the transfer under way that went over the data connection.
    pub fn moved(&self) -> Option<u64> {
        self.engine.moved()
    }

    /// Begins an operation.
    pub fn start(&mut self, now: Duration, operation: Operation) -> Result<(), Busy> {
        // What the server said unasked belongs to the past.
        self.read_control(now);
        if let Operation::Open(account) = &operation {
            self.local_ports = account.local_ports;
            self.tls.host.clone_from(&account.host);
        }
        self.engine.start(operation)?;
        self.carry_out(now);
        Ok(())
    }

    /// Payload of the upload, after [`Event::DataReady`]. All of it is taken; see [`Session::queued`].
    pub fn send(&mut self, now: Duration, bytes: &[u8]) {
        if let Data::Open(connection) = &mut self.data {
            connection.queue(bytes);
            self.flush_data(now);
            self.carry_out(now);
        }
    }

    /// Payload bytes of the upload that the data connection has not taken yet. Send no more while it is over 64 KiB.
    pub fn queued(&self) -> usize {
        match &self.data {
            Data::Open(connection) | Data::Finishing(connection) => connection.queued(),
            Data::Closed | Data::Opening(_) | Data::Listening(_) | Data::Ended(_) => 0,
        }
    }

    /// The upload has all its payload.
    pub fn finish(&mut self, now: Duration) {
        self.engine.finish();
        self.carry_out(now);
    }

    /// Gives up the operation in flight; see [`Engine::abort`].
    pub fn abort(&mut self, now: Duration) {
        self.engine.abort(now);
        self.carry_out(now);
    }

    /// Drops the session at once; see [`Engine::hangup`].
    pub fn hangup(&mut self, now: Duration) {
        self.engine.hangup();
        self.carry_out(now);
    }

    /// The control connection breaks. What is in flight, or the idle session, ends with
    /// [`FailureKind::ControlClosed`].
    pub fn lose_control(&mut self, now: Duration) {
        self.engine.handle_control_closed();
        self.carry_out(now);
    }

    /// The data connection breaks, if one is open.
    pub fn lose_data(&mut self, now: Duration) {
        if matches!(self.data, Data::Open(_) | Data::Finishing(_)) {
            self.close_data();
            self.engine.handle_data_failed(now);
            self.carry_out(now);
        }
    }

    /// Whether data connections cannot be made, in either direction.
    pub fn set_no_data(&mut self, no_data: bool) {
        self.no_data = no_data;
    }

    /// Something to tell the user.
    pub fn poll_event(&mut self) -> Option<Event> {
        self.engine.poll_event()
    }

    /// When [`Session::handle_timeout`] wants to be called.
    pub fn poll_timeout(&self) -> Option<Duration> {
        let attempt = match &self.control {
            Control::Opening(_, _, deadline) => *deadline,
            Control::Closed | Control::Resolving(_) | Control::Open(_) => None,
        };
        let handshakes = self.handshakes().into_iter();
        let due = handshakes.chain([attempt, self.engine.poll_timeout()]);
        due.flatten().min()
    }

    /// Time has passed.
    pub fn handle_timeout(&mut self, now: Duration) {
        if let Control::Opening(_, _, Some(deadline)) = &self.control
            && *deadline <= now
        {
            self.try_next(now, &io::ErrorKind::TimedOut.into());
        }
        self.end_handshakes(now);
        self.engine.handle_timeout(now);
        self.carry_out(now);
    }

    /// The waker was woken.
    pub fn handle_wake(&mut self, now: Duration) {
        let Control::Resolving(lookup) = &self.control else {
            return;
        };
        match lookup.poll() {
            None => return,
            Some(Ok(addresses)) if !addresses.is_empty() => {
                self.connect(now, addresses.into());
            }
            Some(Ok(_)) => self.fail_connect(FailureKind::Dns, "no address"),
            Some(Err(error)) => self.fail_connect(FailureKind::Dns, &error.to_string()),
        }
        self.carry_out(now);
    }

    /// Something happened on a socket. Events of other tokens are left alone.
    pub fn handle(&mut self, now: Duration, event: &mio::event::Event) {
        if event.token() == self.control_token() {
            self.handle_control(now, may_be_read(event));
        } else if event.token() == self.data_token() {
            self.handle_data(now, may_be_read(event));
        }
        self.carry_out(now);
    }

    /// Whether [`Session::read_data`] may bring something. It stays so until a read brings nothing.
    pub fn has_data(&self) -> bool {
        match &self.data {
            Data::Open(connection) => connection.may_be_readable() && self.engine.is_downloading(),
            Data::Closed
            | Data::Opening(_)
            | Data::Listening(_)
            | Data::Finishing(_)
            | Data::Ended(_) => false,
        }
    }

    /// Takes payload of the download; returns how many bytes of `buffer` it is. 0 where there is none now, or no more
    /// at all: an event tells that.
    pub fn read_data(&mut self, now: Duration, buffer: &mut [u8]) -> usize {
        if !self.has_data() || buffer.is_empty() {
            return 0;
        }
        let Data::Open(connection) = &mut self.data else {
            return 0;
        };
        let taken = match connection.read(buffer) {
            Ok(Read::Bytes(count)) => self.engine.handle_data(now, count),
            Ok(Read::Nothing) => return 0,
            Ok(Read::End) => {
                self.close_data();
                self.engine.handle_data_closed(now);
                0
            }
            Err(_) => {
                self.close_data();
                self.engine.handle_data_failed(now);
                0
            }
        };
        self.carry_out(now);
        taken
    }

    // The engine's wishes.

    fn carry_out(&mut self, now: Duration) {
        loop {
            if let Some(bytes) = self.engine.poll_transmit() {
                if let Control::Open(connection) = &mut self.control {
                    connection.queue(&bytes);
                }
                self.flush_control(now);
                continue;
            }
            let Some(action) = self.engine.poll_action() else {
                return;
            };
            self.act(now, action);
        }
    }

    fn act(&mut self, now: Duration, action: Action) {
        match action {
            Action::ConnectControl { host, port } => self.connect_control(now, &host, port),
            Action::SecureControl => self.secure_control(now),
            Action::SecureData => self.secure_data(now),
            Action::CloseControl => match std::mem::replace(&mut self.control, Control::Closed) {
                Control::Closed | Control::Resolving(_) => {}
                Control::Opening(connection, ..) | Control::Open(connection) => {
                    connection.close(&self.registry);
                }
            },
            Action::ConnectData(_) | Action::Listen(_) if self.no_data => {
                self.close_data();
                self.fail_data(now, &io::ErrorKind::NetworkUnreachable.into());
            }
            Action::ConnectData(to) => {
                self.close_data();
                let from = self.local_ports.data;
                match Connection::connect(to, from, &self.registry, self.data_token()) {
                    Ok(connection) => self.data = Data::Opening(connection),
                    Err(error) => self.fail_data(now, &error),
                }
            }
            Action::Listen(at) => {
                self.close_data();
                match self.listen(at) {
                    Ok(address) => self.engine.handle_listening(address),
                    Err(error) => self.fail_data(now, &error),
                }
            }
            Action::FinishData => {
                if let Data::Open(connection) = std::mem::replace(&mut self.data, Data::Closed) {
                    self.data = Data::Finishing(connection);
                }
                self.flush_data(now);
            }
            Action::CloseData => self.break_data_off(),
        }
    }
}

fn may_be_read(event: &mio::event::Event) -> bool {
    event.is_readable() || event.is_read_closed() || event.is_error()
}
