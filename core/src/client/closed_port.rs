//! A port that is closed: it stands in a client between a port that broke and the same one opened anew.
//!
//! A device is opened exclusive, so the old one is closed first.

use std::io;
use std::time::Duration;

use crate::port::Port;

/// A port on which every call fails.
pub(super) struct ClosedPort;

fn closed() -> io::Error {
    io::Error::new(io::ErrorKind::NotConnected, "the port is closed")
}

impl Port for ClosedPort {
    fn read(&mut self, _buffer: &mut [u8], _timeout: Duration) -> io::Result<usize> {
        Err(closed())
    }

    fn write(&mut self, _bytes: &[u8], _timeout: Duration) -> io::Result<usize> {
        Err(closed())
    }

    fn set_dtr(&mut self, _on: bool) -> io::Result<()> {
        Err(closed())
    }

    fn name(&self) -> &'static str {
        "closed"
    }
}
