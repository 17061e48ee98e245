//! The control connection: look-up, the attempts to connect, bytes both ways.

use std::collections::VecDeque;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use super::sockets::{ControlSocket, SocketSession};
use crate::emulator::connection::{Connection, ConnectionRead};
use crate::emulator::fault_plan::FaultStream;
use crate::emulator::resolve::{Lookup, parse_address};
use crate::ftp::{FailureKind, SocketReply};

/// The time that one of several addresses of a server gets to answer.
const ATTEMPT: Duration = Duration::from_secs(10);

impl SocketSession {
    pub(super) fn connect_control(&mut self, now: Duration, host: &[u8], port: u16) {
        if let Some(address) = parse_address(host, port) {
            return self.connect(now, [address].into());
        }
        match Lookup::start(host, port, self.alarm.clone()) {
            Ok(lookup) => self.control = ControlSocket::Resolving(lookup),
            Err(error) => self.fail_connect(now, FailureKind::Dns, &error.to_string()),
        }
    }

    pub(super) fn handle_control(&mut self, now: Duration, readable: bool) {
        match std::mem::replace(&mut self.control, ControlSocket::Closed) {
            ControlSocket::Opening(connection, rest, deadline) => match connection.is_connected() {
                Ok(true) => {
                    self.open_control(now, connection);
                    self.carry_out(now);
                    // The greeting may be here already: one edge can tell of both.
                    self.read_control(now);
                }
                Ok(false) => self.control = ControlSocket::Opening(connection, rest, deadline),
                Err(error) => {
                    self.control = ControlSocket::Opening(connection, rest, deadline);
                    self.try_next(now, &error);
                }
            },
            ControlSocket::Open(mut connection) => {
                connection.stir(readable);
                self.control = ControlSocket::Open(connection);
                self.shake_control(now);
                self.flush_control(now);
                self.read_control(now);
            }
            control => self.control = control,
        }
    }

    pub(super) fn open_control(&mut self, now: Duration, connection: Connection) {
        let ends = connection.send_at_once().and_then(|()| connection.ends());
        match ends {
            Ok((local, peer)) => {
                self.control = ControlSocket::Open(connection);
                self.reply(now, SocketReply::Connected { local, peer });
            }
            Err(error) => {
                connection.close(&self.registry);
                self.fail_connect(now, FailureKind::Network, &error.to_string());
            }
        }
    }

    pub(super) fn connect(&mut self, now: Duration, mut addresses: VecDeque<SocketAddr>) {
        let mut last = io::Error::from(io::ErrorKind::AddrNotAvailable);
        while let Some(address) = addresses.pop_front() {
            let from = self.local_ports.control;
            match Connection::connect(address, from, &self.registry, self.control_token()) {
                Ok(connection) => {
                    let deadline = (!addresses.is_empty()).then(|| now + ATTEMPT);
                    self.control = ControlSocket::Opening(connection, addresses, deadline);
                    return;
                }
                Err(error) => last = error,
            }
        }
        self.fail_connect(now, FailureKind::Network, &last.to_string());
    }

    /// Tries the next address, since this one does not answer.
    pub(super) fn try_next(&mut self, now: Duration, error: &io::Error) {
        if let ControlSocket::Opening(connection, rest, _) =
            std::mem::replace(&mut self.control, ControlSocket::Closed)
        {
            connection.close(&self.registry);
            if rest.is_empty() {
                self.fail_connect(now, FailureKind::Network, &error.to_string());
            } else {
                self.connect(now, rest);
            }
        }
    }

    pub(super) fn fail_connect(&mut self, now: Duration, kind: FailureKind, text: &str) {
        self.control = ControlSocket::Closed;
        self.reply(
            now,
            SocketReply::ConnectFailed {
                kind,
                text: text.as_bytes(),
            },
        );
    }

    pub(super) fn flush_control(&mut self, now: Duration) {
        let ControlSocket::Open(connection) = &mut self.control else {
            return;
        };
        if connection.flush().is_ok() {
            return;
        }
        // What the server said last is still to be read.
        connection.set_readable();
        self.read_control(now);
        if matches!(self.control, ControlSocket::Open(_)) {
            self.reply(now, SocketReply::ControlClosed);
        }
    }

    pub(super) fn read_control(&mut self, now: Duration) {
        self.make_buffer();
        while let ControlSocket::Open(connection) = &mut self.control {
            if !connection.may_be_readable() {
                return;
            }
            match connection.read(&mut self.buffer) {
                Ok(ConnectionRead::Bytes(count)) => {
                    let bytes = self.buffer.get(..count).unwrap_or_default();
                    self.plan
                        .with(|plan| plan.pass_control(FaultStream::Downstream, count));
                    self.engine.handle_input(now, bytes);
                }
                Ok(ConnectionRead::Nothing) => return,
                Ok(ConnectionRead::End) => self.reply(now, SocketReply::ControlClosed),
                Err(error) => self.break_control(now, &error),
            }
            self.carry_out(now);
        }
    }
}
