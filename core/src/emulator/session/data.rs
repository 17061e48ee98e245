//! The data connection: made by us or by the server, upload and its end.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use mio::Interest;
use mio::net::TcpListener;

use super::super::connection::{Connection, Read};
use super::{Data, Session};

impl Session {
    pub(super) fn handle_data(&mut self, now: Duration, readable: bool) {
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
                connection.stir(readable);
                self.data = Data::Open(connection);
                self.shake_data(now);
                self.flush_data(now);
                self.watch_upload(now);
            }
            Data::Finishing(connection) => {
                self.data = Data::Finishing(connection);
                self.flush_data(now);
            }
            Data::Ended(mut connection) => {
                connection.stir(readable);
                self.data = Data::Ended(connection);
                self.await_end();
            }
            Data::Closed => {}
        }
    }

    pub(super) fn fail_data(&mut self, now: Duration, error: &io::Error) {
        let text = error.to_string();
        self.engine.handle_data_connect_failed(now, text.as_bytes());
    }

    pub(super) fn accept(&mut self, now: Duration, mut listener: TcpListener) {
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

    pub(super) fn listen(&mut self, mut at: SocketAddr) -> io::Result<SocketAddr> {
        at.set_port(self.local_ports.data);
        let mut listener = TcpListener::bind(at)?;
        let address = listener.local_addr()?;
        self.registry
            .register(&mut listener, self.data_token(), Interest::READABLE)?;
        self.data = Data::Listening(listener);
        Ok(address)
    }

    pub(super) fn flush_data(&mut self, now: Duration) {
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
        if left == 0 {
            self.finish_data(now);
        }
    }

    fn finish_data(&mut self, now: Duration) {
        let Data::Finishing(connection) = &mut self.data else {
            return;
        };
        match connection.say_end() {
            Ok(false) => {}
            Ok(true) => {
                if let Data::Finishing(connection) = std::mem::replace(&mut self.data, Data::Closed)
                    && connection.is_secure()
                {
                    self.data = Data::Ended(connection);
                    self.await_end();
                }
                self.engine.handle_data_finished(now);
            }
            Err(_) => {
                self.close_data();
                self.engine.handle_data_failed(now);
            }
        }
    }

    /// Reads what comes behind the end of an upload, up to the server's end.
    fn await_end(&mut self) {
        while let Data::Ended(connection) = &mut self.data {
            match connection.read(&mut self.buffer) {
                Ok(Read::Bytes(_)) => {}
                Ok(Read::Nothing) => return,
                Ok(Read::End) | Err(_) => self.close_data(),
            }
        }
    }

    /// In an upload the server says nothing on the data connection; if that has an end, so has the upload.
    pub(super) fn watch_upload(&mut self, now: Duration) {
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

    /// The transfer ends before its data does.
    pub(super) fn break_data_off(&mut self) {
        match std::mem::replace(&mut self.data, Data::Closed) {
            Data::Open(connection) | Data::Finishing(connection) => {
                connection.break_off(&self.registry);
            }
            data => {
                self.data = data;
                self.close_data();
            }
        }
    }

    pub(super) fn close_data(&mut self) {
        match std::mem::replace(&mut self.data, Data::Closed) {
            Data::Closed => {}
            Data::Opening(connection)
            | Data::Open(connection)
            | Data::Finishing(connection)
            | Data::Ended(connection) => {
                connection.close(&self.registry);
            }
            Data::Listening(mut listener) => {
                let _ = self.registry.deregister(&mut listener);
            }
        }
    }
}
