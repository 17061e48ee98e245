//! The data connection: made by us or by the server, upload and its end.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use mio::Interest;
use mio::net::TcpListener;

use super::sockets::{ControlSocket, DataSocket, DataState, SocketSession};
use crate::emulator::connection::{Connection, ConnectionRead};
use crate::ftp::SocketReply;

impl SocketSession {
    pub(super) fn handle_data(&mut self, now: Duration, readable: bool) {
        match std::mem::replace(&mut self.data, DataSocket::Closed) {
            DataSocket::Opening(connection) => match connection.is_connected() {
                Ok(true) => {
                    self.data = DataSocket::Open(connection);
                    self.reply(now, SocketReply::DataConnected);
                }
                Ok(false) => self.data = DataSocket::Opening(connection),
                Err(error) => {
                    connection.close(&self.registry);
                    self.fail_data(now, &error);
                }
            },
            DataSocket::Listening(listener) => self.accept(now, listener),
            DataSocket::Open(mut connection) => {
                connection.stir(readable);
                self.data = DataSocket::Open(connection);
                self.shake_data(now);
                self.flush_data(now);
                self.watch_upload(now);
            }
            DataSocket::Finishing(connection) => {
                self.data = DataSocket::Finishing(connection);
                self.flush_data(now);
            }
            DataSocket::Ended(mut connection) => {
                connection.stir(readable);
                self.data = DataSocket::Ended(connection);
                self.await_end();
            }
            DataSocket::Closed => {}
        }
    }

    pub(super) fn fail_data(&mut self, now: Duration, error: &io::Error) {
        let text = error.to_string();
        self.reply(
            now,
            SocketReply::DataConnectFailed {
                text: text.as_bytes(),
            },
        );
    }

    /// Takes the server's data connection. One from another address is closed, and the server's is awaited on: a
    /// stranger who finds the port could otherwise give the file, or get it.
    pub(super) fn accept(&mut self, now: Duration, mut listener: TcpListener) {
        let accepted = loop {
            match listener.accept() {
                Ok((stream, from)) if self.is_server(from) => break Ok(stream),
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    self.data = DataSocket::Listening(listener);
                    return;
                }
                Err(error) => break Err(error),
            }
        };
        let _ = self.registry.deregister(&mut listener);
        let opened =
            accepted.and_then(|stream| Connection::new(stream, &self.registry, self.data_token()));
        match opened {
            Ok(connection) => {
                self.data = DataSocket::Open(connection);
                self.reply(now, SocketReply::DataConnected);
            }
            Err(error) => self.fail_data(now, &error),
        }
    }

    /// Returns true for the address of the server at the other end of the control connection.
    fn is_server(&self, from: SocketAddr) -> bool {
        let ControlSocket::Open(control) = &self.control else {
            return false;
        };
        let server = control.ends().map(|(_, server)| server.ip().to_canonical());
        server.is_ok_and(|server| server == from.ip().to_canonical())
    }

    pub(super) fn listen(&mut self, mut at: SocketAddr) -> io::Result<SocketAddr> {
        at.set_port(self.local_ports.data);
        let mut listener = TcpListener::bind(at)?;
        let address = listener.local_addr()?;
        self.registry
            .register(&mut listener, self.data_token(), Interest::READABLE)?;
        self.data = DataSocket::Listening(listener);
        Ok(address)
    }

    pub(super) fn flush_data(&mut self, now: Duration) {
        if self.data_state == DataState::Stalled {
            return;
        }
        let (DataSocket::Open(connection) | DataSocket::Finishing(connection)) = &mut self.data
        else {
            return;
        };
        let flushed = connection.flush();
        let left = connection.queued();
        let Ok(count) = flushed else {
            self.close_data();
            self.reply(now, SocketReply::DataFailed);
            return;
        };
        self.reply(now, SocketReply::DataSent(count));
        if left == 0 && self.data_state == DataState::BreaksWhenSent {
            self.lose_data(now);
        } else if left == 0 {
            self.finish_data(now);
        }
    }

    fn finish_data(&mut self, now: Duration) {
        let DataSocket::Finishing(connection) = &mut self.data else {
            return;
        };
        match connection.say_end() {
            Ok(false) => {}
            Ok(true) => {
                if let DataSocket::Finishing(connection) =
                    std::mem::replace(&mut self.data, DataSocket::Closed)
                    && connection.is_secure()
                {
                    self.data = DataSocket::Ended(connection);
                    self.await_end();
                }
                self.reply(now, SocketReply::DataFinished);
            }
            Err(_) => {
                self.close_data();
                self.reply(now, SocketReply::DataFailed);
            }
        }
    }

    /// Reads what comes behind the end of an upload, up to the server's end.
    fn await_end(&mut self) {
        self.make_buffer();
        while let DataSocket::Ended(connection) = &mut self.data {
            match connection.read(&mut self.buffer) {
                Ok(ConnectionRead::Bytes(_)) => {}
                Ok(ConnectionRead::Nothing) => return,
                Ok(ConnectionRead::End) | Err(_) => self.close_data(),
            }
        }
    }

    /// Watches an upload for the server's end: the server sends nothing there, so an end of it ends the upload.
    pub(super) fn watch_upload(&mut self, now: Duration) {
        if !self.engine.is_uploading() {
            return;
        }
        self.make_buffer();
        while let DataSocket::Open(connection) = &mut self.data {
            if !connection.may_be_readable() {
                return;
            }
            match connection.read(&mut self.buffer) {
                Ok(ConnectionRead::Bytes(_)) => {}
                Ok(ConnectionRead::Nothing) => return,
                Ok(ConnectionRead::End) => {
                    self.close_data();
                    self.reply(now, SocketReply::DataClosed);
                }
                Err(_) => {
                    self.close_data();
                    self.reply(now, SocketReply::DataFailed);
                }
            }
        }
    }

    /// Ends the transfer before its data ends.
    pub(super) fn break_data_off(&mut self) {
        self.forget_break();
        match std::mem::replace(&mut self.data, DataSocket::Closed) {
            DataSocket::Open(connection) | DataSocket::Finishing(connection) => {
                connection.break_off(&self.registry);
            }
            data => {
                self.data = data;
                self.close_data();
            }
        }
    }

    pub(super) fn close_data(&mut self) {
        self.forget_break();
        match std::mem::replace(&mut self.data, DataSocket::Closed) {
            DataSocket::Closed => {}
            DataSocket::Opening(connection)
            | DataSocket::Open(connection)
            | DataSocket::Finishing(connection)
            | DataSocket::Ended(connection) => {
                connection.close(&self.registry);
            }
            DataSocket::Listening(mut listener) => {
                let _ = self.registry.deregister(&mut listener);
            }
        }
    }
}
