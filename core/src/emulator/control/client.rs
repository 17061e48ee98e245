//! A client of a control socket.

use std::io::{self, BufRead as _, BufReader, ErrorKind, Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

/// An emulator answers at once; a longer silence is a fault.
const TIMEOUT: Duration = Duration::from_secs(10);
/// More than any answer has.
const LONGEST_ANSWER: u64 = 1 << 20;

/// A connection to the control socket of an emulator.
#[derive(Debug)]
pub struct ControlClient {
    stream: BufReader<UnixStream>,
}

/// The failure of a command on a control socket.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ControlError {
    /// The emulator refused the command.
    #[error("{reason}")]
    Refused {
        /// The reason, a sentence.
        reason: String,
    },
    /// The connection failed, or the answer did not come or makes no sense.
    #[error("the control socket failed: {0}")]
    Io(#[from] io::Error),
}

impl ControlClient {
    /// Connects to the control socket of a running emulator.
    ///
    /// # Errors
    ///
    /// The socket is not there, no emulator listens on it any more, or the user has no permission.
    pub fn connect(path: &Path) -> io::Result<Self> {
        let stream = UnixStream::connect(path)?;
        stream.set_read_timeout(Some(TIMEOUT))?;
        stream.set_write_timeout(Some(TIMEOUT))?;
        Ok(ControlClient {
            stream: BufReader::new(stream),
        })
    }

    /// Sends a command and returns the lines of the answer, without the `ok` that ends it.
    ///
    /// # Errors
    ///
    /// [`ControlError::Refused`], or the connection failed. A command of more than one line is not sent.
    pub fn send(&mut self, command: &str) -> Result<Vec<String>, ControlError> {
        if command.contains(['\n', '\r', '\0']) {
            let text = "a command is one line of text";
            return Err(io::Error::new(ErrorKind::InvalidInput, text).into());
        }
        writeln!(self.stream.get_mut(), "{command}")?;
        let mut lines = Vec::new();
        let mut left = LONGEST_ANSWER;
        loop {
            let mut line = String::new();
            let count = self.stream.by_ref().take(left).read_line(&mut line)?;
            left -= count as u64;
            let Some(text) = line.strip_suffix('\n') else {
                let text = "the emulator closed the connection";
                return Err(io::Error::new(ErrorKind::UnexpectedEof, text).into());
            };
            if text == "ok" {
                return Ok(lines);
            }
            if let Some(reason) = text.strip_prefix("error: ") {
                let reason = reason.to_owned();
                return Err(ControlError::Refused { reason });
            }
            lines.push(text.to_owned());
        }
    }
}
