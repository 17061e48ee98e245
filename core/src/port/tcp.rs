//! A module behind a TCP socket that carries raw bytes.

use std::io;
use std::net::{TcpStream, ToSocketAddrs};
use std::time::{Duration, Instant};

#[cfg(unix)]
use super::Cancel;
use super::busy_word::FirstBytes;
#[cfg(unix)]
use super::fd_io::{self, send};
use super::line_estimate::LineEstimate;
use super::{Port, PortError};

/// The time that one address gets.
const CONNECT: Duration = Duration::from_secs(10);
/// A zero time-out would mean to wait for ever.
#[cfg(not(unix))]
const SHORTEST: Duration = Duration::from_millis(1);

struct Tcp {
    stream: TcpStream,
    name: String,
    first: FirstBytes,
    estimate: LineEstimate,
    #[cfg(unix)]
    cancel: Option<Cancel>,
}

pub(crate) fn open(url: &str, address: &str) -> Result<Box<dyn Port>, PortError> {
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
                set_up(&stream).map_err(|error| PortError::io(url, error))?;
                return Ok(Box::new(Tcp {
                    stream,
                    name: url.into(),
                    first: FirstBytes::default(),
                    estimate: LineEstimate::of_socket(Instant::now()),
                    #[cfg(unix)]
                    cancel: None,
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

/// Sets up a socket. On Unix `poll` does the waiting: the kernel rounds the socket's own time-outs up to its tick of
/// 4 ms or 10, and a transfer looks for an answer after each write.
fn set_up(stream: &TcpStream) -> io::Result<()> {
    stream.set_nodelay(true)?;
    #[cfg(unix)]
    stream.set_nonblocking(true)?;
    Ok(())
}

#[cfg(not(unix))]
fn read(mut stream: &TcpStream, buffer: &mut [u8], timeout: Duration) -> io::Result<usize> {
    stream.set_read_timeout(Some(timeout.max(SHORTEST)))?;
    match io::Read::read(&mut stream, buffer) {
        Ok(0) if !buffer.is_empty() => Err(io::Error::new(
            io::ErrorKind::UnexpectedEof,
            "the other side closed the socket",
        )),
        other => in_time(other),
    }
}

#[cfg(not(unix))]
fn send(mut stream: &TcpStream, bytes: &[u8], timeout: Duration) -> io::Result<usize> {
    stream.set_write_timeout(Some(timeout.max(SHORTEST)))?;
    in_time(io::Write::write(&mut stream, bytes))
}

/// Counts an operation that ran out of time as 0 bytes.
#[cfg(not(unix))]
fn in_time(result: io::Result<usize>) -> io::Result<usize> {
    use io::ErrorKind::{Interrupted, TimedOut, WouldBlock};
    match result {
        Err(error) if matches!(error.kind(), WouldBlock | TimedOut | Interrupted) => Ok(0),
        other => other,
    }
}

impl Port for Tcp {
    fn read(&mut self, buffer: &mut [u8], timeout: Duration) -> io::Result<usize> {
        #[cfg(unix)]
        let read = fd_io::read(&self.stream, buffer, timeout, self.cancel.as_ref());
        #[cfg(not(unix))]
        let read = read(&self.stream, buffer, timeout);
        let count = read.map_err(|error| self.first.explain(error))?;
        self.first.note(&buffer[..count]);
        Ok(count)
    }

    fn write(&mut self, bytes: &[u8], timeout: Duration) -> io::Result<usize> {
        let sent = send(&self.stream, bytes, timeout);
        let count = sent.map_err(|error| self.first.explain(error))?;
        self.estimate.note_written(Instant::now(), count);
        Ok(count)
    }

    fn set_dtr(&mut self, _on: bool) -> io::Result<()> {
        Ok(())
    }

    fn unsent(&mut self) -> io::Result<usize> {
        Ok(self.estimate.unsent(Instant::now()))
    }

    #[cfg(unix)]
    fn wake_by(&mut self, cancel: &Cancel) -> bool {
        self.cancel = Some(cancel.clone());
        cancel.descriptor().is_some()
    }

    #[cfg(unix)]
    fn descriptor(&self) -> Option<std::os::fd::BorrowedFd<'_>> {
        Some(std::os::fd::AsFd::as_fd(&self.stream))
    }

    fn name(&self) -> &str {
        &self.name
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;
    use std::net::TcpListener;

    use super::*;
    use crate::port::busy_word::BUSY;

    /// Reads what a side says before it closes, and the error behind it.
    fn read_to_error(said: &[u8]) -> io::ErrorKind {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address").to_string();
        let mut port = open("socket://test", &address).expect("a connection");
        let (mut other, _) = listener.accept().expect("a connection");
        other.write_all(said).expect("written");
        drop(other);
        let mut buffer = [0; 64];
        loop {
            if let Err(error) = port.read(&mut buffer, Duration::from_secs(10)) {
                return error.kind();
            }
        }
    }

    #[test]
    fn the_word_busy_alone_is_another_host_on_the_line() {
        assert_eq!(read_to_error(BUSY), io::ErrorKind::ResourceBusy);
        for said in [&b""[..], b"\r\nBUS", b"\r\nBUSY\r\n\r\nOK\r\n"] {
            assert_eq!(read_to_error(said), io::ErrorKind::UnexpectedEof);
        }
    }
}
