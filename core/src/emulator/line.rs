//! The module's end of a line in the event loop: a pseudo terminal, a TCP or Unix socket, a line inside the process.
//!
//! Hosts come and go on all but the last, one at a time; a second one on a socket is turned away. A host that goes is
//! [`LineRead::HungUp`], once; what the module had to say to it is dropped, so that the next one does not see it.

use std::io::{self, ErrorKind, Read as _, Write as _};
use std::net::SocketAddr;
use std::os::fd::{AsFd as _, AsRawFd as _};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver};
use std::time::Duration;

use mio::unix::SourceFd;
use mio::{Interest, Registry, Token};

use super::alarm::Alarm;
use super::audience::Audience;
use super::host_socket::{HostListener, HostStream};
use super::trace::HostPeer;
use super::turned_away::TurnedAway;
use super::write_buffer::WriteBuffer;
use crate::port::memory::ModuleEnd;
use crate::port::pty::{Pty, PtyLink, PtyRead};

/// The module's end.
#[derive(Debug)]
pub(super) struct ModuleLine {
    carrier: Carrier,
    turned_away: TurnedAway,
    queue: WriteBuffer,
    /// There may be something to read: readiness is told once, on the edge.
    readable: bool,
    audience: Audience,
    /// The line has vanished for a while.
    away: Option<Away>,
}

/// Holds what a line needs when it comes back.
#[derive(Debug)]
struct Away {
    /// The name of the symbolic link to its terminal.
    link: Option<PtyLink>,
}

#[derive(Debug)]
enum Carrier {
    /// And whether a host has been heard of since the last hang-up.
    Pty(Pty, bool),
    Socket(HostListener, Option<HostStream>),
    /// And what the host does with DTR.
    Memory(ModuleEnd, Receiver<bool>),
}

/// The result of a read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LineRead {
    Bytes(usize),
    Nothing,
    /// The host went.
    HungUp,
    /// The host went and no other can come.
    Gone,
}

impl ModuleLine {
    /// The number of tokens that a line takes, from its first one.
    pub(super) const TOKENS: usize = 2;

    fn new(carrier: Carrier) -> Self {
        ModuleLine {
            carrier,
            turned_away: TurnedAway::default(),
            queue: WriteBuffer::default(),
            readable: true,
            audience: Audience::Any,
            away: None,
        }
    }

    pub(super) fn pty(pty: Pty, registry: &Registry, token: Token) -> io::Result<Self> {
        watch(&pty, registry, token)?;
        Ok(ModuleLine::new(Carrier::Pty(pty, false)))
    }

    /// Opens a line in memory. `alarm` rings when the host raises or drops DTR.
    pub(super) fn memory(
        end: ModuleEnd,
        alarm: Alarm,
        registry: &Registry,
        token: Token,
    ) -> io::Result<Self> {
        let both = Interest::READABLE | Interest::WRITABLE;
        registry.register(&mut SourceFd(&end.as_fd().as_raw_fd()), token, both)?;
        let (sender, dtr) = mpsc::channel();
        end.on_dtr(move |on| {
            // A module that is gone does not care.
            let _ = sender.send(on);
            let _ = alarm.ring();
        });
        Ok(ModuleLine::new(Carrier::Memory(end, dtr)))
    }

    /// Returns the next change of DTR by the host, where the carrier has one.
    pub(super) fn poll_dtr(&self) -> Option<bool> {
        match &self.carrier {
            Carrier::Memory(_, dtr) => dtr.try_recv().ok(),
            Carrier::Pty(..) | Carrier::Socket(..) => None,
        }
    }

    pub(super) fn tcp(at: SocketAddr, registry: &Registry, token: Token) -> io::Result<Self> {
        let listener = HostListener::tcp(at, registry, token)?;
        Ok(ModuleLine::new(Carrier::Socket(listener, None)))
    }

    pub(super) fn unix(path: &Path, registry: &Registry, token: Token) -> io::Result<Self> {
        let listener = HostListener::unix(path, registry, token)?;
        Ok(ModuleLine::new(Carrier::Socket(listener, None)))
    }

    /// Returns the host at the other end, as far as it is known.
    pub(super) fn host(&self) -> Option<HostPeer> {
        let address = match &self.carrier {
            Carrier::Pty(_, false) | Carrier::Socket(_, None) => return None,
            Carrier::Pty(_, true) | Carrier::Memory(..) => None,
            Carrier::Socket(_, Some(stream)) => stream.peer(),
        };
        Some(HostPeer { address })
    }

    /// Returns the address that a TCP line listens on.
    pub(super) fn address(&self) -> Option<SocketAddr> {
        match &self.carrier {
            Carrier::Socket(listener, _) => listener.address(),
            Carrier::Pty(..) | Carrier::Memory(..) => None,
        }
    }

    /// Hangs up on the host. A terminal is gone until [`ModuleLine::come_back`], a socket takes no host until then; a line
    /// inside the process stays.
    pub(super) fn vanish(&mut self) -> io::Result<()> {
        self.drop_queue();
        let mut link = None;
        match &mut self.carrier {
            Carrier::Pty(pty, host) => {
                link = pty.take_link();
                // The new one is there before the old one goes, so that it gets another name.
                *pty = Pty::open(None)?;
                *host = false;
            }
            Carrier::Socket(_, host) => *host = None,
            Carrier::Memory(..) => {}
        }
        self.away = Some(Away { link });
        Ok(())
    }

    /// Is there again, and returns the path of a terminal. Output waits for the first host.
    pub(super) fn come_back(
        &mut self,
        registry: &Registry,
        token: Token,
    ) -> io::Result<Option<PathBuf>> {
        let away = self.away.take();
        self.readable = true;
        self.await_host();
        let Carrier::Pty(pty, _) = &mut self.carrier else {
            return Ok(None);
        };
        watch(pty, registry, token)?;
        if let Some(link) = away.and_then(|away| away.link) {
            pty.set_link(link)?;
        }
        Ok(Some(pty.path().to_owned()))
    }

    /// Lets output wait for the first host.
    pub(super) fn await_host(&mut self) {
        self.audience = Audience::Awaited;
    }

    /// Tells whether output goes out now.
    pub(super) fn has_audience(&mut self, now: Duration) -> bool {
        if self.audience == Audience::Any {
            return true;
        }
        let host = match &mut self.carrier {
            Carrier::Pty(pty, heard) => {
                let there = pty.is_hung_up().is_ok_and(|hung_up| !hung_up);
                // It is a host that can hang up, even if it never says a word.
                *heard |= there;
                there
            }
            Carrier::Socket(_, host) => host.is_some(),
            Carrier::Memory(..) => return true,
        };
        self.audience.listens(now, host)
    }

    /// Handles an event on one of the tokens.
    pub(super) fn handle(&mut self) {
        self.readable = true;
    }

    /// Reads what the host wrote. `token` is the line's first.
    pub(super) fn read(
        &mut self,
        buffer: &mut [u8],
        registry: &Registry,
        token: Token,
    ) -> LineRead {
        if !self.readable || self.away.is_some() {
            return LineRead::Nothing;
        }
        let received = match &mut self.carrier {
            Carrier::Pty(pty, host) => read_pty(pty, host, buffer),
            Carrier::Socket(listener, host) => {
                if host.is_none() {
                    *host = accept(listener, registry, Token(token.0 + 1));
                }
                match host.as_mut().map(|stream| read_stream(stream, buffer)) {
                    None => LineRead::Nothing,
                    Some(LineRead::HungUp) => {
                        *host = None;
                        LineRead::HungUp
                    }
                    // One that hung up just before is not in the way of the next.
                    Some(LineRead::Nothing) => {
                        self.turned_away.accept(listener);
                        LineRead::Nothing
                    }
                    Some(received) => received,
                }
            }
            Carrier::Memory(end, _) => match end.read(buffer) {
                Ok(0) => LineRead::Nothing,
                Ok(count) => LineRead::Bytes(count),
                Err(_) => LineRead::Gone,
            },
        };
        match received {
            LineRead::Bytes(_) => {}
            LineRead::Nothing | LineRead::Gone => self.readable = false,
            // There may be another host already.
            LineRead::HungUp => self.drop_queue(),
        }
        received
    }

    /// Forgets what has not been written.
    pub(super) fn drop_queue(&mut self) {
        self.queue.clear();
    }

    /// Gives back the room for output where none waits.
    pub(super) fn give_back(&mut self) {
        self.queue.give_back();
    }

    /// Takes bytes for the host; [`ModuleLine::flush`] writes them.
    pub(super) fn queue(&mut self, bytes: &[u8]) {
        self.queue.push(bytes);
    }

    /// Returns how many bytes the host has not taken yet.
    pub(super) fn queued(&self) -> usize {
        self.queue.len()
    }

    /// Writes what the line takes. Without a host the bytes are lost, as on a UART; a read tells that a host is gone.
    pub(super) fn flush(&mut self) {
        let carrier = &mut self.carrier;
        let flushed = self.queue.flush(|rest| match carrier {
            Carrier::Pty(pty, _) => pty.write(rest),
            Carrier::Socket(_, Some(stream)) => write_stream(stream, rest),
            Carrier::Socket(_, None) => Ok(rest.len()),
            Carrier::Memory(end, _) => end.write(rest),
        });
        if flushed.is_err() {
            self.drop_queue();
        }
    }
}

fn watch(pty: &Pty, registry: &Registry, token: Token) -> io::Result<()> {
    let both = Interest::READABLE | Interest::WRITABLE;
    registry.register(&mut SourceFd(&pty.as_fd().as_raw_fd()), token, both)
}

fn read_pty(pty: &Pty, host: &mut bool, buffer: &mut [u8]) -> LineRead {
    match pty.read(buffer) {
        Ok(PtyRead::Bytes(count)) => {
            *host = true;
            LineRead::Bytes(count)
        }
        // Clearing hangs up once more; by then no host has been heard of.
        Ok(PtyRead::HungUp) | Err(_) if *host => {
            *host = false;
            // It fails where the next host has it open exclusive already; that one clears by itself.
            let _ = pty.clear();
            LineRead::HungUp
        }
        Ok(_) | Err(_) => LineRead::Nothing,
    }
}

fn accept(listener: &HostListener, registry: &Registry, token: Token) -> Option<HostStream> {
    let stream = listener.accept()?;
    stream.watch(registry, token).ok()?;
    Some(stream)
}

fn read_stream(stream: &mut HostStream, buffer: &mut [u8]) -> LineRead {
    match stream.read(buffer) {
        Ok(0) => LineRead::HungUp,
        Ok(count) => LineRead::Bytes(count),
        Err(error) if is_not_now(&error) => LineRead::Nothing,
        Err(_) => LineRead::HungUp,
    }
}

fn write_stream(stream: &mut HostStream, bytes: &[u8]) -> io::Result<usize> {
    match stream.write(bytes) {
        Err(error) if is_not_now(&error) => Ok(0),
        written => written,
    }
}

fn is_not_now(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted)
}
