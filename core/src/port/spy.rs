//! A port around another one that writes down all that passes: `spy://`.
//!
//! Each read and write is a line with its time, `>` to the module and `<` from it, escaped. Nothing is redacted: a record
//! (`qftp --record`) is for what others are to see.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use super::{Cancel, Port, PortError};

struct Spy {
    port: Box<dyn Port>,
    log: Box<dyn Write + Send>,
    start: Instant,
}

/// Puts it around a port; without a file it writes to standard error.
pub(crate) fn open(port: Box<dyn Port>, file: Option<&Path>) -> Result<Box<dyn Port>, PortError> {
    let log: Box<dyn Write + Send> = match file {
        None => Box::new(io::stderr()),
        Some(path) => {
            let file = File::create(path);
            Box::new(file.map_err(|error| PortError::io(&path.display().to_string(), error))?)
        }
    };
    let start = Instant::now();
    Ok(Box::new(Spy { port, log, start }))
}

impl Spy {
    /// Writes a line. A log that cannot be written is none: the port works on.
    fn note(&mut self, what: &str) {
        let elapsed = self.start.elapsed();
        let (seconds, micros) = (elapsed.as_secs(), elapsed.subsec_micros());
        let _ =
            writeln!(self.log, "{seconds:5}.{micros:06} {what}").and_then(|()| self.log.flush());
    }
}

impl Port for Spy {
    fn read(&mut self, buffer: &mut [u8], timeout: Duration) -> io::Result<usize> {
        let count = self.port.read(buffer, timeout)?;
        if count > 0 {
            self.note(&format!("< {}", buffer[..count].escape_ascii()));
        }
        Ok(count)
    }

    fn write(&mut self, bytes: &[u8], timeout: Duration) -> io::Result<usize> {
        let count = self.port.write(bytes, timeout)?;
        if count > 0 {
            self.note(&format!("> {}", bytes[..count].escape_ascii()));
        }
        Ok(count)
    }

    fn set_dtr(&mut self, on: bool) -> io::Result<()> {
        self.note(if on { "dtr on" } else { "dtr off" });
        self.port.set_dtr(on)
    }

    fn time(&self) -> Option<Duration> {
        self.port.time()
    }

    fn pause(&mut self, time: Duration) {
        self.port.pause(time);
    }

    fn discard_output(&mut self) -> io::Result<()> {
        self.note("output discarded");
        self.port.discard_output()
    }

    fn unsent(&mut self) -> io::Result<usize> {
        self.port.unsent()
    }

    fn on_its_way(&mut self) -> io::Result<usize> {
        self.port.on_its_way()
    }

    fn loses_bytes(&self) -> bool {
        self.port.loses_bytes()
    }

    fn wake_by(&mut self, cancel: &Cancel) -> bool {
        self.port.wake_by(cancel)
    }

    #[cfg(unix)]
    fn descriptor(&self) -> Option<std::os::fd::BorrowedFd<'_>> {
        self.port.descriptor()
    }

    fn name(&self) -> &str {
        self.port.name()
    }
}
