//! The carrier of a connection's bytes: a socket, or TLS on it.

use std::io::{self, Read as _, Write as _};
use std::net::Shutdown;

use mio::net::TcpStream;

#[cfg(feature = "tls")]
use super::tls::TlsStream;
use super::tls_failure::TlsFailure;

/// A socket, with TLS or without.
#[derive(Debug)]
pub(super) enum Wire {
    Plain(TcpStream),
    #[cfg(feature = "tls")]
    Secure(TlsStream),
}

impl Wire {
    pub(super) fn socket(&self) -> &TcpStream {
        match self {
            Wire::Plain(socket) => socket,
            #[cfg(feature = "tls")]
            Wire::Secure(stream) => stream.socket(),
        }
    }

    pub(super) fn socket_mut(&mut self) -> &mut TcpStream {
        match self {
            Wire::Plain(socket) => socket,
            #[cfg(feature = "tls")]
            Wire::Secure(stream) => stream.socket_mut(),
        }
    }

    pub(super) fn is_secure(&self) -> bool {
        match self {
            Wire::Plain(_) => false,
            #[cfg(feature = "tls")]
            Wire::Secure(_) => true,
        }
    }

    /// Goes on with the handshake; whether it is over.
    #[cfg_attr(not(feature = "tls"), allow(clippy::unnecessary_wraps))]
    pub(super) fn shake_hands(&mut self) -> Result<bool, TlsFailure> {
        match self {
            Wire::Plain(_) => Ok(true),
            #[cfg(feature = "tls")]
            Wire::Secure(stream) => stream.shake_hands(),
        }
    }

    /// Reads bytes; 0 is the end.
    pub(super) fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Wire::Plain(socket) => socket.read(buffer),
            #[cfg(feature = "tls")]
            Wire::Secure(stream) => stream.read(buffer),
        }
    }

    pub(super) fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Wire::Plain(socket) => socket.write(bytes),
            #[cfg(feature = "tls")]
            Wire::Secure(stream) => stream.write(bytes),
        }
    }

    /// Says that no more comes from us; would block where the socket takes nothing now.
    pub(super) fn say_end(&mut self) -> io::Result<()> {
        #[cfg(feature = "tls")]
        if let Wire::Secure(stream) = self {
            stream.say_end()?;
        }
        self.socket().shutdown(Shutdown::Write)
    }
}
