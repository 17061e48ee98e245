//! A connection of the server: plain, or over TLS once it is secured.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};

use super::state::TICK;
#[cfg(feature = "serve")]
use super::tls;

/// True where this program has TLS of its own.
pub(super) const HAS_TLS: bool = cfg!(feature = "serve");

/// One connection.
pub(super) enum Link {
    Plain(TcpStream),
    #[cfg(feature = "serve")]
    Tls(Box<tls::Stream>),
}

impl Link {
    /// Takes a socket, whose reads return after a moment.
    pub(super) fn new(socket: TcpStream) -> io::Result<Self> {
        socket.set_nodelay(true)?;
        socket.set_nonblocking(false)?;
        socket.set_read_timeout(Some(TICK))?;
        Ok(Link::Plain(socket))
    }

    /// Returns the socket below.
    pub(super) fn socket(&self) -> &TcpStream {
        match self {
            Link::Plain(socket) => socket,
            #[cfg(feature = "serve")]
            Link::Tls(stream) => stream.get_ref(),
        }
    }

    /// Speaks TLS from here on, as the server's end.
    #[cfg(feature = "serve")]
    pub(super) fn secure(self) -> io::Result<Self> {
        match self {
            Link::Plain(socket) => Ok(Link::Tls(Box::new(tls::accept(socket)?))),
            secured @ Link::Tls(_) => Ok(secured),
        }
    }

    /// Refuses TLS, which this program lacks.
    #[cfg(not(feature = "serve"))]
    pub(super) fn secure(self) -> io::Result<Self> {
        drop(self);
        Err(io::ErrorKind::Unsupported.into())
    }

    /// Tells the other end that nothing more comes.
    pub(super) fn end_writing(&mut self) -> io::Result<()> {
        #[cfg(feature = "serve")]
        if let Link::Tls(stream) = self {
            let _ = stream.shutdown(); // the other end may have gone
        }
        self.socket().shutdown(Shutdown::Write)
    }
}

impl Read for Link {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Link::Plain(socket) => socket.read(buffer),
            #[cfg(feature = "serve")]
            Link::Tls(stream) => stream.read(buffer),
        }
    }
}

impl Write for Link {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Link::Plain(socket) => socket.write(bytes),
            #[cfg(feature = "serve")]
            Link::Tls(stream) => stream.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Link::Plain(socket) => socket.flush(),
            #[cfg(feature = "serve")]
            Link::Tls(stream) => stream.flush(),
        }
    }
}
