//! A module behind a Unix socket.

use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::{Duration, Instant};

use super::line_estimate::LineEstimate;
use super::{Port, PortError, fd_io};

struct Unix {
    stream: UnixStream,
    name: String,
    estimate: LineEstimate,
}

pub(crate) fn open(url: &str, path: &Path) -> Result<Box<dyn Port>, PortError> {
    let stream = UnixStream::connect(path).map_err(|error| PortError::io(url, error))?;
    stream
        .set_nonblocking(true)
        .map_err(|error| PortError::io(url, error))?;
    Ok(Box::new(Unix {
        stream,
        name: url.into(),
        estimate: LineEstimate::of_socket(Instant::now()),
    }))
}

impl Port for Unix {
    fn read(&mut self, buffer: &mut [u8], timeout: Duration) -> io::Result<usize> {
        fd_io::read(&self.stream, buffer, timeout)
    }

    fn write(&mut self, bytes: &[u8], timeout: Duration) -> io::Result<usize> {
        let count = fd_io::send(&self.stream, bytes, timeout)?;
        self.estimate.note_written(Instant::now(), count);
        Ok(count)
    }

    fn set_dtr(&mut self, _on: bool) -> io::Result<()> {
        Ok(())
    }

    fn unsent(&mut self) -> io::Result<usize> {
        Ok(self.estimate.unsent(Instant::now()))
    }

    fn descriptor(&self) -> Option<BorrowedFd<'_>> {
        Some(self.stream.as_fd())
    }

    fn name(&self) -> &str {
        &self.name
    }
}
