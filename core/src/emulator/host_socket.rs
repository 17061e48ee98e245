//! The sockets of hosts, TCP and Unix alike: one that listens, and those that it accepts.

use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr};
use std::os::fd::{AsFd as _, AsRawFd as _, BorrowedFd};
use std::path::Path;

use mio::net::{TcpListener, TcpStream, UnixStream};
use mio::unix::SourceFd;
use mio::{Interest, Registry, Token};
use rustix::net::SendFlags;

use super::socket_file::SocketFile;

/// Listens for hosts.
#[derive(Debug)]
pub(super) enum HostListener {
    Tcp(TcpListener),
    Unix(SocketFile),
}

/// A connection to a host.
#[derive(Debug)]
pub(super) enum HostStream {
    Tcp(TcpStream),
    Unix(UnixStream),
}

impl HostListener {
    /// Listens on a TCP address.
    pub(super) fn tcp(at: SocketAddr, registry: &Registry, token: Token) -> io::Result<Self> {
        let mut listener = TcpListener::bind(at)?;
        registry.register(&mut listener, token, Interest::READABLE)?;
        Ok(HostListener::Tcp(listener))
    }

    /// Listens on a Unix socket.
    pub(super) fn unix(path: &Path, registry: &Registry, token: Token) -> io::Result<Self> {
        let mut socket = SocketFile::bind(path)?;
        registry.register(&mut *socket, token, Interest::READABLE)?;
        Ok(HostListener::Unix(socket))
    }

    /// Returns the TCP address.
    pub(super) fn address(&self) -> Option<SocketAddr> {
        match self {
            HostListener::Tcp(listener) => listener.local_addr().ok(),
            HostListener::Unix(_) => None,
        }
    }

    /// Returns the next host that waits.
    pub(super) fn accept(&self) -> Option<HostStream> {
        match self {
            HostListener::Tcp(listener) => {
                let (stream, _) = listener.accept().ok()?;
                // A delay in small answers is all that a failure costs.
                let _ = stream.set_nodelay(true);
                Some(HostStream::Tcp(stream))
            }
            HostListener::Unix(listener) => {
                let (stream, _) = listener.accept().ok()?;
                Some(HostStream::Unix(stream))
            }
        }
    }
}

impl HostStream {
    fn descriptor(&self) -> BorrowedFd<'_> {
        match self {
            HostStream::Tcp(stream) => stream.as_fd(),
            HostStream::Unix(stream) => stream.as_fd(),
        }
    }

    /// Watches it in both directions.
    pub(super) fn watch(&self, registry: &Registry, token: Token) -> io::Result<()> {
        let both = Interest::READABLE | Interest::WRITABLE;
        registry.register(&mut SourceFd(&self.descriptor().as_raw_fd()), token, both)
    }

    /// Returns the address of the host.
    pub(super) fn peer(&self) -> Option<SocketAddr> {
        match self {
            HostStream::Tcp(stream) => stream.peer_addr().ok(),
            HostStream::Unix(_) => None,
        }
    }

    /// Says that no more comes from us.
    pub(super) fn say_end(&self) -> io::Result<()> {
        match self {
            HostStream::Tcp(stream) => stream.shutdown(Shutdown::Write),
            HostStream::Unix(stream) => stream.shutdown(Shutdown::Write),
        }
    }
}

impl Read for HostStream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            HostStream::Tcp(stream) => stream.read(buffer),
            HostStream::Unix(stream) => stream.read(buffer),
        }
    }
}

impl Write for HostStream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            HostStream::Tcp(stream) => stream.write(bytes),
            HostStream::Unix(stream) => Ok(rustix::net::send(&*stream, bytes, NO_SIGNAL)?),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// By default `SIGPIPE` ends a program in C; a host that has gone must not raise it.
#[cfg(not(target_vendor = "apple"))]
const NO_SIGNAL: SendFlags = SendFlags::NOSIGNAL;
#[cfg(target_vendor = "apple")] // has no such flag
const NO_SIGNAL: SendFlags = SendFlags::empty();
