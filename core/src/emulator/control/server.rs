//! The control socket in the event loop of an emulator.
//!
//! All of it is bounded: the clients, the bytes of a line, and the answers that a client has not read. A client that
//! does wrong is told so, or loses its connection; the module notices nothing.

use std::io::{self, ErrorKind, Read as _, Write as _};
use std::path::Path;
use std::sync::Arc;

use mio::net::UnixStream;
use mio::{Interest, Registry, Token};

use super::LONGEST_COMMAND;
use crate::emulator::socket_file::SocketFile;
use crate::emulator::write_buffer::WriteBuffer;

/// The clients at one time.
const CLIENTS: usize = 16;
/// A client that has so much of its answers to read is not read itself.
const UNREAD: usize = 64 * 1024;
/// Commands of one client that are carried out before the module has its turn.
const BURST: usize = 8;

/// The listening socket and its clients.
#[derive(Debug)]
pub(in crate::emulator) struct ControlServer {
    listener: SocketFile,
    registry: Arc<Registry>,
    /// The token of the listener; those of the clients follow.
    first: Token,
    acceptable: bool,
    clients: [Option<ControlConnection>; CLIENTS],
}

/// One client.
#[derive(Debug)]
struct ControlConnection {
    stream: UnixStream,
    input: Vec<u8>,
    output: WriteBuffer,
    /// There may be something to read: readiness is told once, on the edge.
    readable: bool,
    /// Nothing more is taken from it.
    ended: bool,
}

impl ControlServer {
    /// Listens on a new socket. One that a killed emulator left is replaced.
    pub(in crate::emulator) fn bind(
        path: &Path,
        registry: Arc<Registry>,
        first: Token,
    ) -> io::Result<Self> {
        let mut listener = SocketFile::bind(path)?;
        registry.register(&mut *listener, first, Interest::READABLE)?;
        Ok(ControlServer {
            listener,
            registry,
            first,
            acceptable: true,
            clients: Default::default(),
        })
    }

    /// The tokens that it takes, from its first one.
    pub(in crate::emulator) const TOKENS: usize = 1 + CLIENTS;

    /// Handles an event on one of the tokens.
    pub(in crate::emulator) fn handle(&mut self, token: Token) {
        let Some(index) = token.0.checked_sub(self.first.0 + 1) else {
            self.acceptable = true;
            return;
        };
        if let Some(client) = self.clients.get_mut(index).and_then(Option::as_mut) {
            client.readable = true;
        }
    }

    /// Serves each client: `answer` carries out a line and returns what is sent back. Returns true if anything moved.
    pub(super) fn serve(&mut self, mut answer: impl FnMut(&[u8]) -> String) -> bool {
        let mut moved = self.accept();
        for slot in &mut self.clients {
            let Some(client) = slot else {
                continue;
            };
            for _ in 0..BURST {
                let Some(line) = client.next_line() else {
                    break;
                };
                moved = true;
                client.output.push(answer(&line).as_bytes());
            }
            moved |= client.flush();
            if client.is_over() {
                // An error here means that it was not registered any more.
                let _ = self.registry.deregister(&mut client.stream);
                *slot = None;
            }
        }
        moved
    }

    fn accept(&mut self) -> bool {
        let mut moved = false;
        while self.acceptable {
            match self.listener.accept() {
                Ok((stream, _)) => {
                    moved = true;
                    self.welcome(stream);
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                // Without a descriptor left, the next connection tries again.
                Err(_) => self.acceptable = false,
            }
        }
        moved
    }

    fn welcome(&mut self, mut stream: UnixStream) {
        let Some(index) = self.clients.iter().position(Option::is_none) else {
            // A new connection has room for it.
            let _ = stream.write(b"error: too many clients\n");
            return;
        };
        let token = Token(self.first.0 + 1 + index);
        let both = Interest::READABLE | Interest::WRITABLE;
        if self.registry.register(&mut stream, token, both).is_ok() {
            self.clients[index] = Some(ControlConnection::new(stream));
        }
    }
}

impl ControlConnection {
    fn new(stream: UnixStream) -> Self {
        ControlConnection {
            stream,
            input: Vec::new(),
            output: WriteBuffer::default(),
            readable: true,
            ended: false,
        }
    }

    /// Returns the next line that is complete, and reads for it if need be.
    fn next_line(&mut self) -> Option<Vec<u8>> {
        loop {
            if self.ended || self.output.len() >= UNREAD {
                return None;
            }
            if let Some(end) = memchr::memchr(b'\n', &self.input) {
                let mut line: Vec<u8> = self.input.drain(..=end).collect();
                line.pop();
                return Some(line);
            }
            if self.input.len() > LONGEST_COMMAND {
                self.end("the line is too long");
            } else if !self.read() {
                return None;
            }
        }
    }

    /// Reads a piece; returns false if there is none.
    fn read(&mut self) -> bool {
        let mut buffer = [0; LONGEST_COMMAND];
        while self.readable {
            match self.stream.read(&mut buffer) {
                Ok(0) if self.input.is_empty() => self.ended = true,
                Ok(0) => self.end("the line has no end"),
                Ok(count) => {
                    self.input.extend_from_slice(&buffer[..count]);
                    return true;
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                Err(_) => self.lose(),
            }
            self.readable = false;
        }
        false
    }

    /// Takes nothing more, and says why.
    fn end(&mut self, why: &str) {
        self.input.clear();
        self.ended = true;
        self.output.push(format!("error: {why}\n").as_bytes());
    }

    /// Gives up a connection that is broken.
    fn lose(&mut self) {
        self.ended = true;
        self.output.clear();
    }

    /// Writes what the client takes; returns true if it took something.
    fn flush(&mut self) -> bool {
        let before = self.output.len();
        let stream = &mut self.stream;
        let flushed = self.output.flush(|rest| match stream.write(rest) {
            Ok(0) => Err(ErrorKind::WriteZero.into()),
            Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(0),
            written => written,
        });
        if flushed.is_err() {
            self.lose();
        }
        self.output.len() < before
    }

    fn is_over(&self) -> bool {
        self.ended && self.output.len() == 0
    }
}
