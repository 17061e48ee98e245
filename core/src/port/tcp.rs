//! A module behind a TCP socket that carries raw bytes.

use std::io::{self, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::time::Duration;

use super::{Port, PortError};

/// How long one address is tried.
const CONNECT: Duration = Duration::from_secs(10);
/// A zero time-out would mean to wait for ever.
const SHORTEST: Duration = Duration::from_millis(1);

struct Tcp {
    stream: TcpStream,
    name: String,
}

pub(super) fn open(url: &str, address: &str) -> Result<Box<dyn Port>, PortError> {
    let addresses = address
        .to_socket_addrs()
        .map_err(|source| PortError::Name {
            port: url.into(),
            source,
        })?;
    let mut last = io::Error::new(io::ErrorKind::NotFound, "the name has no address");
    for address in addresses {
        match TcpStream::connect_timeout(&address, CONNECT) {
            Ok(stream) => {
                stream
                    .set_nodelay(true)
                    .map_err(|error| PortError::io(url, error))?;
                return Ok(Box::new(Tcp {
                    stream,
                    name: url.into(),
                }));
            }
            Err(error) => last = error,
        }
    }
    Err(PortError::Io {
        port: url.into(),
        source: last,
    })
}

/// Nothing came, or no room was there, in time.
fn in_time(result: io::Result<usize>) -> io::Result<usize> {
    match result {
        Err(error)
            if matches!(
                error.kind(),
                io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut | io::ErrorKind::Interrupted
            ) =>
        {
            Ok(0)
        }
        other => other,
    }
}

impl Port for Tcp {
    fn read(&mut self, buffer: &mut [u8], timeout: Duration) -> io::Result<usize> {
        self.stream.set_read_timeout(Some(timeout.max(SHORTEST)))?;
        match self.stream.read(buffer) {
            Ok(0) if !buffer.is_empty() => Err(io::Error::new(
                io::ErrorKind::UnexpectedEof,
                "the other side closed the socket",
            )),
            other => in_time(other),
        }
    }

    fn write(&mut self, bytes: &[u8], timeout: Duration) -> io::Result<usize> {
        self.stream.set_write_timeout(Some(timeout.max(SHORTEST)))?;
        in_time(self.stream.write(bytes))
    }

    fn set_dtr(&mut self, _on: bool) -> io::Result<()> {
        Ok(())
    }

    #[cfg(unix)]
    fn descriptor(&self) -> Option<std::os::fd::BorrowedFd<'_>> {
        Some(std::os::fd::AsFd::as_fd(&self.stream))
    }

    fn name(&self) -> &str {
        &self.name
    }
}
