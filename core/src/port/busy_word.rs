//! The word of a module whose line another host has, on a socket: `BUSY`, and then the end.

use std::io;

/// The word of V.250 for a line in use.
pub(crate) const BUSY: &[u8] = b"\r\nBUSY\r\n";

/// The first bytes that came, as many as the word has and one more.
#[derive(Debug, Default)]
pub(super) struct FirstBytes(Vec<u8>);

impl FirstBytes {
    /// Takes note of bytes that came.
    pub(super) fn note(&mut self, bytes: &[u8]) {
        let missing = (BUSY.len() + 1).saturating_sub(self.0.len());
        self.0.extend(bytes.iter().take(missing));
    }

    /// Returns the error of a socket that broke; its reason where the module said that it is busy, and nothing else.
    pub(super) fn explain(&self, error: io::Error) -> io::Error {
        if self.0 == BUSY {
            let text = "the module serves another host";
            return io::Error::new(io::ErrorKind::ResourceBusy, text);
        }
        error
    }
}
