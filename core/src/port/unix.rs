//! A module behind a Unix socket.

use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

use super::{Port, PortError, fd_io};

struct Unix {
    stream: UnixStream,
    name: String,
}

pub(crate) fn open(url: &str, path: &Path) -> Result<Box<dyn Port>, PortError> {
    let stream = UnixStream::connect(path).map_err(|error| PortError::io(url, error))?;
    stream
        .set_nonblocking(true)
        .map_err(|error| PortError::io(url, error))?;
    Ok(Box::new(Unix {
        stream,
        name: url.into(),
    }))
}

impl Port for Unix {
    fn read(&mut self, buffer: &mut [u8], timeout: Duration) -> io::Result<usize> {
        fd_io::read(&self.stream, buffer, timeout)
    }

    fn write(&mut self, bytes: &[u8], timeout: Duration) -> io::Result<usize> {
        fd_io::send(&self.stream, bytes, timeout)
    }

    fn set_dtr(&mut self, _on: bool) -> io::Result<()> {
        Ok(())
    }

    fn descriptor(&self) -> Option<BorrowedFd<'_>> {
        Some(self.stream.as_fd())
    }

    fn name(&self) -> &str {
        &self.name
    }
}
