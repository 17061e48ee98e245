//! A port whose line is recorded: the check types without the engine that records other commands.

use std::io;
use std::time::{Duration, Instant};

use qftp::internal::record::LineTap;
use qftp::port::Port;
use qftp::record::Recorder;

/// Passes everything on, and records it.
pub(super) struct RecordedPort {
    port: Box<dyn Port>,
    tap: LineTap,
    opened: Instant,
}

impl RecordedPort {
    pub(super) fn new(port: Box<dyn Port>, recorder: Recorder) -> Self {
        let mut tap = LineTap::new(recorder);
        tap.opened(Duration::ZERO);
        RecordedPort {
            port,
            tap,
            opened: Instant::now(),
        }
    }
}

impl Port for RecordedPort {
    fn read(&mut self, buffer: &mut [u8], timeout: Duration) -> io::Result<usize> {
        let count = self.port.read(buffer, timeout)?;
        self.tap.came(self.opened.elapsed(), &buffer[..count]);
        Ok(count)
    }

    fn write(&mut self, bytes: &[u8], timeout: Duration) -> io::Result<usize> {
        let count = self.port.write(bytes, timeout)?;
        self.tap.sent(self.opened.elapsed(), &bytes[..count]);
        Ok(count)
    }

    fn set_dtr(&mut self, on: bool) -> io::Result<()> {
        self.port.set_dtr(on)
    }

    fn name(&self) -> &str {
        self.port.name()
    }
}
