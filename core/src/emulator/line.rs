//! The module's end of a line in the event loop: a pseudo terminal, a TCP socket, a line inside the process.
//!
//! Hosts come and go on the first two, one at a time. A host that goes is [`Received::HungUp`], once; what the module
//! had to say to it is dropped, so that the next one does not see it.

use std::io::{self, ErrorKind, Read as _, Write as _};
use std::net::SocketAddr;
use std::os::fd::{AsFd as _, AsRawFd as _};
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver};

use mio::net::{TcpListener, TcpStream};
use mio::unix::SourceFd;
use mio::{Interest, Registry, Token, Waker};

use super::connection::BUFFER;
use crate::port::memory::ModuleEnd;
use crate::port::pty::{self, Pty};

/// The module's end.
#[derive(Debug)]
pub(super) struct Line {
    carrier: Carrier,
    queue: Vec<u8>,
    /// How much of `queue` is written.
    written: usize,
    /// There may be something to read: readiness is told once, on the edge.
    readable: bool,
}

#[derive(Debug)]
enum Carrier {
    /// And whether a host has been heard of since the last hang-up.
    Pty(Pty, bool),
    Tcp(TcpListener, Option<TcpStream>),
    /// And what the host does with DTR.
    Memory(ModuleEnd, Receiver<bool>),
}

/// What a read gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Received {
    Bytes(usize),
    Nothing,
    /// The host went.
    HungUp,
    /// The host went and no other can come.
    Gone,
}

impl Line {
    /// How many tokens a line takes, from its first one.
    pub(super) const TOKENS: usize = 2;

    fn new(carrier: Carrier) -> Self {
        Line {
            carrier,
            queue: Vec::new(),
            written: 0,
            readable: true,
        }
    }

    pub(super) fn pty(pty: Pty, registry: &Registry, token: Token) -> io::Result<Self> {
        let both = Interest::READABLE | Interest::WRITABLE;
        registry.register(&mut SourceFd(&pty.as_fd().as_raw_fd()), token, both)?;
        Ok(Line::new(Carrier::Pty(pty, false)))
    }

    /// `waker` wakes the event loop when the host raises or drops DTR.
    pub(super) fn memory(
        end: ModuleEnd,
        waker: Arc<Waker>,
        registry: &Registry,
        token: Token,
    ) -> io::Result<Self> {
        let both = Interest::READABLE | Interest::WRITABLE;
        registry.register(&mut SourceFd(&end.as_fd().as_raw_fd()), token, both)?;
        let (sender, dtr) = mpsc::channel();
        end.on_dtr(move |on| {
            // A module that is gone does not care.
            let _ = sender.send(on);
            let _ = waker.wake();
        });
        Ok(Line::new(Carrier::Memory(end, dtr)))
    }

    /// What the host did with DTR, where the carrier has one.
    pub(super) fn poll_dtr(&self) -> Option<bool> {
        match &self.carrier {
            Carrier::Memory(_, dtr) => dtr.try_recv().ok(),
            Carrier::Pty(..) | Carrier::Tcp(..) => None,
        }
    }

    pub(super) fn tcp(at: SocketAddr, registry: &Registry, token: Token) -> io::Result<Self> {
        let mut listener = TcpListener::bind(at)?;
        registry.register(&mut listener, token, Interest::READABLE)?;
        Ok(Line::new(Carrier::Tcp(listener, None)))
    }

    /// Where a TCP line listens.
    pub(super) fn address(&self) -> Option<SocketAddr> {
        match &self.carrier {
            Carrier::Tcp(listener, _) => listener.local_addr().ok(),
            Carrier::Pty(..) | Carrier::Memory(..) => None,
        }
    }

    /// Something happened on one of the tokens.
    pub(super) fn handle(&mut self) {
        self.readable = true;
    }

    /// Reads what the host wrote. `token` is the line's first.
    pub(super) fn read(
        &mut self,
        buffer: &mut [u8],
        registry: &Registry,
        token: Token,
    ) -> Received {
        if !self.readable {
            return Received::Nothing;
        }
        let received = match &mut self.carrier {
            Carrier::Pty(pty, host) => read_pty(pty, host, buffer),
            Carrier::Tcp(listener, host) => {
                if host.is_none() {
                    *host = accept(listener, registry, Token(token.0 + 1));
                }
                match host.as_mut().map(|stream| read_stream(stream, buffer)) {
                    None => Received::Nothing,
                    Some(Received::HungUp) => {
                        *host = None;
                        Received::HungUp
                    }
                    Some(received) => received,
                }
            }
            Carrier::Memory(end, _) => match end.read(buffer) {
                Ok(0) => Received::Nothing,
                Ok(count) => Received::Bytes(count),
                Err(_) => Received::Gone,
            },
        };
        match received {
            Received::Bytes(_) => {}
            Received::Nothing | Received::Gone => self.readable = false,
            // There may be another host already.
            Received::HungUp => self.drop_queue(),
        }
        received
    }

    /// Forgets what has not been written.
    pub(super) fn drop_queue(&mut self) {
        self.queue.clear();
        self.written = 0;
    }

    /// Takes bytes for the host; [`Line::flush`] writes them.
    pub(super) fn queue(&mut self, bytes: &[u8]) {
        self.queue.extend_from_slice(bytes);
    }

    /// How many bytes the host has not taken yet.
    pub(super) fn queued(&self) -> usize {
        self.queue.len() - self.written
    }

    /// Writes what is taken. What nobody listens to is lost, as on a UART; that a host is gone, reading tells.
    pub(super) fn flush(&mut self) {
        while self.written < self.queue.len() {
            let rest = self.queue.get(self.written..).unwrap_or_default();
            let written = match &mut self.carrier {
                Carrier::Pty(pty, _) => pty.write(rest),
                Carrier::Tcp(_, Some(stream)) => write_stream(stream, rest),
                Carrier::Tcp(_, None) => Ok(rest.len()),
                Carrier::Memory(end, _) => end.write(rest),
            };
            match written {
                Ok(0) => break,
                Ok(count) => self.written += count,
                Err(_) => return self.drop_queue(),
            }
        }
        if self.written == self.queue.len() || self.written > BUFFER {
            self.queue.drain(..self.written);
            self.written = 0;
        }
    }
}

fn read_pty(pty: &Pty, host: &mut bool, buffer: &mut [u8]) -> Received {
    match pty.read(buffer) {
        Ok(pty::Received::Bytes(count)) => {
            *host = true;
            Received::Bytes(count)
        }
        // Clearing hangs up once more; by then no host has been heard of.
        Ok(pty::Received::HungUp) | Err(_) if *host => {
            *host = false;
            // It fails where the next host has it open exclusive already; that one clears by itself.
            let _ = pty.clear();
            Received::HungUp
        }
        Ok(_) | Err(_) => Received::Nothing,
    }
}

fn accept(listener: &TcpListener, registry: &Registry, token: Token) -> Option<TcpStream> {
    let (mut stream, _) = listener.accept().ok()?;
    let both = Interest::READABLE | Interest::WRITABLE;
    registry.register(&mut stream, token, both).ok()?;
    // A delay in small answers is all that a failure costs.
    let _ = stream.set_nodelay(true);
    Some(stream)
}

fn read_stream(stream: &mut TcpStream, buffer: &mut [u8]) -> Received {
    match stream.read(buffer) {
        Ok(0) => Received::HungUp,
        Ok(count) => Received::Bytes(count),
        Err(error) if is_not_now(&error) => Received::Nothing,
        Err(_) => Received::HungUp,
    }
}

fn write_stream(stream: &mut TcpStream, bytes: &[u8]) -> io::Result<usize> {
    match stream.write(bytes) {
        Err(error) if is_not_now(&error) => Ok(0),
        written => written,
    }
}

fn is_not_now(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted)
}
