//! A module behind a Unix socket.

use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::{Duration, Instant};

use super::busy_word::FirstBytes;
use super::line_estimate::LineEstimate;
use super::{Cancel, Port, PortError, fd_io};

struct Unix {
    stream: UnixStream,
    name: String,
    first: FirstBytes,
    estimate: LineEstimate,
    cancel: Option<Cancel>,
}

pub(crate) fn open(url: &str, path: &Path) -> Result<Box<dyn Port>, PortError> {
    let stream = UnixStream::connect(path).map_err(|error| PortError::io(url, error))?;
    stream
        .set_nonblocking(true)
        .map_err(|error| PortError::io(url, error))?;
    Ok(Box::new(Unix {
        stream,
        name: url.into(),
        first: FirstBytes::default(),
        estimate: LineEstimate::of_socket(Instant::now()),
        cancel: None,
    }))
}

impl Port for Unix {
    fn read(&mut self, buffer: &mut [u8], timeout: Duration) -> io::Result<usize> {
        let count = fd_io::read(&self.stream, buffer, timeout, self.cancel.as_ref());
        let count = count.map_err(|error| self.first.explain(error))?;
        self.first.note(&buffer[..count]);
        Ok(count)
    }

    fn write(&mut self, bytes: &[u8], timeout: Duration) -> io::Result<usize> {
        let sent = fd_io::send(&self.stream, bytes, timeout);
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

    fn wake_by(&mut self, cancel: &Cancel) -> bool {
        self.cancel = Some(cancel.clone());
        cancel.descriptor().is_some()
    }

    fn descriptor(&self) -> Option<BorrowedFd<'_>> {
        Some(self.stream.as_fd())
    }

    fn name(&self) -> &str {
        &self.name
    }
}
