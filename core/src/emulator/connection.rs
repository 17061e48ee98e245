//! One TCP connection in an event loop: its readiness, and the bytes it has not taken yet.
//!
//! Everything that goes through a connection goes through [`Connection::read`] and [`Connection::flush`].

use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::time::Duration;

use mio::net::TcpStream;
use mio::{Interest, Registry, Token};

use super::stream::Wire;
use super::tls_failure::TlsFailure;
use super::write_buffer::WriteBuffer;

pub(super) use super::write_buffer::BUFFER;

/// A connection that is open or on its way.
#[derive(Debug)]
pub(super) struct Connection {
    wire: Wire,
    /// The time by which the TLS handshake must be over, while it is under way.
    handshake: Option<Duration>,
    queue: WriteBuffer,
    /// There may be something to read: readiness is told once, on the edge.
    readable: bool,
}

/// The result of a read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ConnectionRead {
    Bytes(usize),
    Nothing,
    End,
}

impl Connection {
    /// Begins to connect, from this local port; 0 is any.
    pub(super) fn connect(
        to: SocketAddr,
        from: u16,
        registry: &Registry,
        token: Token,
    ) -> io::Result<Self> {
        let stream = match from {
            0 => TcpStream::connect(to)?,
            from => connect_from(to, from)?,
        };
        Self::new(stream, registry, token)
    }

    /// Watches a connection that is there.
    pub(super) fn new(
        mut stream: TcpStream,
        registry: &Registry,
        token: Token,
    ) -> io::Result<Self> {
        registry.register(&mut stream, token, Interest::READABLE | Interest::WRITABLE)?;
        Ok(Connection {
            wire: Wire::Plain(stream),
            handshake: None,
            queue: WriteBuffer::default(),
            readable: true,
        })
    }

    /// Returns whether it is connected by now.
    pub(super) fn is_connected(&self) -> io::Result<bool> {
        if let Some(error) = self.wire.socket().take_error()? {
            return Err(error);
        }
        match self.wire.socket().peer_addr() {
            Ok(_) => Ok(true),
            Err(error) if error.kind() == ErrorKind::NotConnected => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Returns our address and the peer's.
    pub(super) fn ends(&self) -> io::Result<(SocketAddr, SocketAddr)> {
        let socket = self.wire.socket();
        Ok((socket.local_addr()?, socket.peer_addr()?))
    }

    /// Sends small writes at once.
    pub(super) fn send_at_once(&self) -> io::Result<()> {
        self.wire.socket().set_nodelay(true)
    }

    /// Goes on in TLS, once the handshake is over; it has until then.
    #[cfg(feature = "tls")]
    pub(super) fn secure(
        self,
        begin: impl FnOnce(TcpStream) -> Result<super::tls::TlsStream, TlsFailure>,
        until: Duration,
    ) -> Result<Self, TlsFailure> {
        let wire = match self.wire {
            Wire::Plain(socket) => Wire::Secure(begin(socket)?),
            wire @ Wire::Secure(_) => wire,
        };
        Ok(Connection {
            wire,
            handshake: Some(until),
            ..self
        })
    }

    /// Returns when the TLS handshake must be over, while it is under way.
    pub(super) fn handshake(&self) -> Option<Duration> {
        self.handshake
    }

    /// Goes on with the handshake; whether it is over.
    pub(super) fn shake_hands(&mut self) -> Result<bool, TlsFailure> {
        let over = self.wire.shake_hands()?;
        if over {
            self.handshake = None;
            self.readable = true;
        }
        Ok(over)
    }

    #[cfg(feature = "tls")]
    pub(super) fn ticket(&self) -> Option<super::tls::Ticket> {
        match &self.wire {
            Wire::Plain(_) => None,
            Wire::Secure(stream) => stream.ticket(),
        }
    }

    pub(super) fn is_secure(&self) -> bool {
        self.wire.is_secure()
    }

    /// Handles an event of the socket. TLS may have waited to write in order to read.
    pub(super) fn stir(&mut self, readable: bool) {
        if readable || self.is_secure() {
            self.readable = true;
        }
    }

    pub(super) fn set_readable(&mut self) {
        self.readable = true;
    }

    pub(super) fn may_be_readable(&self) -> bool {
        self.readable && self.handshake.is_none()
    }

    pub(super) fn read(&mut self, buffer: &mut [u8]) -> io::Result<ConnectionRead> {
        loop {
            match self.wire.read(buffer) {
                Ok(0) => return Ok(ConnectionRead::End),
                Ok(count) => return Ok(ConnectionRead::Bytes(count)),
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    self.readable = false;
                    return Ok(ConnectionRead::Nothing);
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Takes bytes to be written; [`Connection::flush`] writes them.
    pub(super) fn queue(&mut self, bytes: &[u8]) {
        self.queue.push(bytes);
    }

    /// Returns how many bytes wait to be written.
    pub(super) fn queued(&self) -> usize {
        self.queue.len()
    }

    /// Writes what the system takes; returns how much that was.
    pub(super) fn flush(&mut self) -> io::Result<usize> {
        let wire = &mut self.wire;
        self.queue.flush(|rest| match wire.write(rest) {
            Ok(0) => Err(ErrorKind::WriteZero.into()),
            Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(0),
            written => written,
        })
    }

    /// Says that no more comes from us; whether that is said by now.
    pub(super) fn say_end(&mut self) -> io::Result<bool> {
        match self.wire.say_end() {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Lets go in the middle. In TLS that is a reset, at once: what is broken off is not to be taken for whole, and
    /// ProFTPD ends the session over one that comes behind an end in good order.
    pub(super) fn break_off(self, registry: &Registry) {
        if !self.is_secure() {
            return self.close(registry);
        }
        reset_on_close(self.wire.socket());
        self.drop_from(registry);
    }

    /// Lets go.
    pub(super) fn close(mut self, registry: &Registry) {
        if self.is_secure() {
            // A peer that does not receive it has gone, or does not read.
            let _ = self.wire.say_end();
        }
        self.drop_from(registry);
    }

    fn drop_from(mut self, registry: &Registry) {
        // An error here means that it was not registered any more, which is what is wanted.
        let _ = registry.deregister(self.wire.socket_mut());
    }
}

/// Makes closing reset the connection, even with bytes still to be read or written.
#[cfg(unix)]
fn reset_on_close(socket: &TcpStream) {
    // What cannot be reset ends in good order.
    let _ = rustix::net::sockopt::set_socket_linger(socket, Some(Duration::ZERO));
}

#[cfg(not(unix))]
fn reset_on_close(_: &TcpStream) {}

/// Connects from a bound port. The port may still linger from the last connection.
#[cfg(unix)]
fn connect_from(to: SocketAddr, from: u16) -> io::Result<TcpStream> {
    use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

    use rustix::io::{Errno, FdFlags, fcntl_setfd};
    use rustix::net::{AddressFamily, SocketType, bind, connect, socket, sockopt};

    let (family, any) = match to {
        SocketAddr::V4(_) => (AddressFamily::INET, IpAddr::from(Ipv4Addr::UNSPECIFIED)),
        SocketAddr::V6(_) => (AddressFamily::INET6, IpAddr::from(Ipv6Addr::UNSPECIFIED)),
    };
    let socket = socket(family, SocketType::STREAM, None)?;
    fcntl_setfd(&socket, FdFlags::CLOEXEC)?;
    rustix::io::ioctl_fionbio(&socket, true)?;
    sockopt::set_socket_reuseaddr(&socket, true)?;
    bind(&socket, &SocketAddr::new(any, from))?;
    match connect(&socket, &to) {
        Ok(()) | Err(Errno::INPROGRESS) => {}
        Err(error) => return Err(error.into()),
    }
    Ok(TcpStream::from_std(std::net::TcpStream::from(socket)))
}

#[cfg(not(unix))]
fn connect_from(_: SocketAddr, _: u16) -> io::Result<TcpStream> {
    Err(ErrorKind::Unsupported.into())
}
