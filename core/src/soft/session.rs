//! The FTP client engine on real sockets, within somebody else's event loop.
//!
//! The loop owns a [`mio::Poll`]; a session registers its sockets there under [`Session::TOKENS`] tokens from the one
//! it is given, and needs to be told of their events ([`Session::handle`]), of a woken [`Waker`]
//! ([`Session::handle_wake`]) and of time. After each of them drain [`Session::poll_event`]; while
//! [`Session::has_data`] and there is room for it, take payload with [`Session::read_data`]; not reading is how a
//! download is slowed down, [`Session::queued`] how an upload is.

use std::collections::VecDeque;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use mio::net::TcpListener;
use mio::{Interest, Registry, Token, Waker};

use super::connection::{BUFFER, Connection, Read};
use super::resolve::{Lookup, parse_address};
use crate::ftp::{Action, Busy, Engine, Event, FailureKind, Operation};

/// How long one of several addresses of a server may take to answer.
const ATTEMPT: Duration = Duration::from_secs(10);

/// An FTP session on sockets.
#[derive(Debug)]
pub struct Session {
    engine: Engine,
    registry: Registry,
    first_token: Token,
    waker: Arc<Waker>,
    control: Control,
    data: Data,
    buffer: Vec<u8>,
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
            buffer: vec![0; BUFFER],
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
            Data::Closed | Data::Opening(_) | Data::Listening(_) => 0,
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
        [attempt, self.engine.poll_timeout()]
            .into_iter()
            .flatten()
            .min()
    }

    /// Time has passed.
    pub fn handle_timeout(&mut self, now: Duration) {
        if let Control::Opening(_, _, Some(deadline)) = &self.control
            && *deadline <= now
        {
            self.try_next(now, &io::ErrorKind::TimedOut.into());
        }
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

    // The control connection.

    fn handle_control(&mut self, now: Duration, readable: bool) {
        match std::mem::replace(&mut self.control, Control::Closed) {
            Control::Opening(connection, rest, deadline) => match connection.is_connected() {
                Ok(true) => self.open_control(connection),
                Ok(false) => self.control = Control::Opening(connection, rest, deadline),
                Err(error) => {
                    self.control = Control::Opening(connection, rest, deadline);
                    self.try_next(now, &error);
                }
            },
            Control::Open(mut connection) => {
                if readable {
                    connection.set_readable();
                }
                self.control = Control::Open(connection);
                self.flush_control(now);
                self.read_control(now);
            }
            control => self.control = control,
        }
    }

    fn open_control(&mut self, connection: Connection) {
        let ends = connection.send_at_once().and_then(|()| connection.ends());
        match ends {
            Ok((local, peer)) => {
                self.control = Control::Open(connection);
                self.engine.handle_connected(local, peer);
            }
            Err(error) => {
                connection.close(&self.registry);
                self.fail_connect(FailureKind::Network, &error.to_string());
            }
        }
    }

    fn connect(&mut self, now: Duration, mut addresses: VecDeque<SocketAddr>) {
        let mut last = io::Error::from(io::ErrorKind::AddrNotAvailable);
        while let Some(address) = addresses.pop_front() {
            match Connection::connect(address, &self.registry, self.control_token()) {
                Ok(connection) => {
                    let deadline = (!addresses.is_empty()).then(|| now + ATTEMPT);
                    self.control = Control::Opening(connection, addresses, deadline);
                    return;
                }
                Err(error) => last = error,
            }
        }
        self.fail_connect(FailureKind::Network, &last.to_string());
    }

    /// The address under way does not answer: on to the next.
    fn try_next(&mut self, now: Duration, error: &io::Error) {
        if let Control::Opening(connection, rest, _) =
            std::mem::replace(&mut self.control, Control::Closed)
        {
            connection.close(&self.registry);
            if rest.is_empty() {
                self.fail_connect(FailureKind::Network, &error.to_string());
            } else {
                self.connect(now, rest);
            }
        }
    }

    fn fail_connect(&mut self, kind: FailureKind, text: &str) {
        self.control = Control::Closed;
        self.engine.handle_connect_failed(kind, text.as_bytes());
    }

    fn flush_control(&mut self, now: Duration) {
        let Control::Open(connection) = &mut self.control else {
            return;
        };
        if connection.flush().is_ok() {
            return;
        }
        // What the server said last is still to be read.
        connection.set_readable();
        self.read_control(now);
        if matches!(self.control, Control::Open(_)) {
            self.engine.handle_control_closed();
        }
    }

    fn read_control(&mut self, now: Duration) {
        while let Control::Open(connection) = &mut self.control {
            if !connection.may_be_readable() {
                return;
            }
            match connection.read(&mut self.buffer) {
                Ok(Read::Bytes(count)) => {
                    let bytes = self.buffer.get(..count).unwrap_or_default();
                    self.engine.handle_control(now, bytes);
                }
                Ok(Read::Nothing) => return,
                Ok(Read::End) | Err(_) => self.engine.handle_control_closed(),
            }
            self.carry_out(now);
        }
    }

    // The data connection.

    fn handle_data(&mut self, now: Duration, readable: bool) {
        match std::mem::replace(&mut self.data, Data::Closed) {
            Data::Opening(connection) => match connection.is_connected() {
                Ok(true) => {
                    self.data = Data::Open(connection);
                    self.engine.handle_data_connected(now);
                }
                Ok(false) => self.data = Data::Opening(connection),
                Err(error) => {
                    connection.close(&self.registry);
                    self.fail_data(now, &error);
                }
            },
            Data::Listening(listener) => self.accept(now, listener),
            Data::Open(mut connection) => {
                if readable {
                    connection.set_readable();
                }
                self.data = Data::Open(connection);
                self.flush_data(now);
                self.watch_upload(now);
            }
            Data::Finishing(connection) => {
                self.data = Data::Finishing(connection);
                self.flush_data(now);
            }
            Data::Closed => {}
        }
    }

    fn fail_data(&mut self, now: Duration, error: &io::Error) {
        let text = error.to_string();
        self.engine.handle_data_connect_failed(now, text.as_bytes());
    }

    fn accept(&mut self, now: Duration, mut listener: TcpListener) {
        let stream = match listener.accept() {
            Ok((stream, _)) => stream,
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                self.data = Data::Listening(listener);
                return;
            }
            Err(error) => {
                let _ = self.registry.deregister(&mut listener);
                return self.fail_data(now, &error);
            }
        };
        let _ = self.registry.deregister(&mut listener);
        match Connection::new(stream, &self.registry, self.data_token()) {
            Ok(connection) => {
                self.data = Data::Open(connection);
                self.engine.handle_data_connected(now);
            }
            Err(error) => self.fail_data(now, &error),
        }
    }

    fn listen(&mut self, at: SocketAddr) -> io::Result<SocketAddr> {
        let mut listener = TcpListener::bind(at)?;
        let address = listener.local_addr()?;
        self.registry
            .register(&mut listener, self.data_token(), Interest::READABLE)?;
        self.data = Data::Listening(listener);
        Ok(address)
    }

    fn flush_data(&mut self, now: Duration) {
        let (Data::Open(connection) | Data::Finishing(connection)) = &mut self.data else {
            return;
        };
        let flushed = connection.flush();
        let left = connection.queued();
        let Ok(count) = flushed else {
            self.close_data();
            self.engine.handle_data_failed(now);
            return;
        };
        self.engine.handle_data_sent(count);
        if left > 0 || !matches!(self.data, Data::Finishing(_)) {
            return;
        }
        if let Data::Finishing(connection) = std::mem::replace(&mut self.data, Data::Closed) {
            match connection.finish(&self.registry) {
                Ok(()) => self.engine.handle_data_finished(now),
                Err(_) => self.engine.handle_data_failed(now),
            }
        }
    }

    /// In an upload the server says nothing on the data connection; if that has an end, so has the upload.
    fn watch_upload(&mut self, now: Duration) {
        if !self.engine.is_uploading() {
            return;
        }
        while let Data::Open(connection) = &mut self.data {
            if !connection.may_be_readable() {
                return;
            }
            match connection.read(&mut self.buffer) {
                Ok(Read::Bytes(_)) => {}
                Ok(Read::Nothing) => return,
                Ok(Read::End) => {
                    self.close_data();
                    self.engine.handle_data_closed(now);
                }
                Err(_) => {
                    self.close_data();
                    self.engine.handle_data_failed(now);
                }
            }
        }
    }

    /// Whether [`Session::read_data`] may bring something. It stays so until a read brings nothing.
    pub fn has_data(&self) -> bool {
        match &self.data {
            Data::Open(connection) => connection.may_be_readable() && self.engine.is_downloading(),
            Data::Closed | Data::Opening(_) | Data::Listening(_) | Data::Finishing(_) => false,
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

    fn close_data(&mut self) {
        match std::mem::replace(&mut self.data, Data::Closed) {
            Data::Closed => {}
            Data::Opening(connection) | Data::Open(connection) | Data::Finishing(connection) => {
                connection.close(&self.registry);
            }
            Data::Listening(mut listener) => {
                let _ = self.registry.deregister(&mut listener);
            }
        }
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
            Action::CloseControl => match std::mem::replace(&mut self.control, Control::Closed) {
                Control::Closed | Control::Resolving(_) => {}
                Control::Opening(connection, ..) | Control::Open(connection) => {
                    connection.close(&self.registry);
                }
            },
            Action::ConnectData(to) => {
                self.close_data();
                match Connection::connect(to, &self.registry, self.data_token()) {
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
            Action::CloseData => self.close_data(),
        }
    }

    fn connect_control(&mut self, now: Duration, host: &[u8], port: u16) {
        if let Some(address) = parse_address(host, port) {
            return self.connect(now, [address].into());
        }
        match Lookup::start(host, port, Arc::clone(&self.waker)) {
            Ok(lookup) => self.control = Control::Resolving(lookup),
            Err(error) => self.fail_connect(FailureKind::Dns, &error.to_string()),
        }
    }
}

fn may_be_read(event: &mio::event::Event) -> bool {
    event.is_readable() || event.is_read_closed() || event.is_error()
}
