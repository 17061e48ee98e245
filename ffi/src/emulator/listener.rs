//! Who is told what the module says.

use std::ffi::c_void;
use std::io;
use std::sync::mpsc::Receiver;
use std::time::Duration;

use qftp::port::Port;

use super::options::qftp_output_cb;
use crate::client::callback::{qftp_urc_cb, terminated};
use crate::error::Fault;
use crate::status::qftp_status::{QFTP_ERR_LINE, QFTP_ERR_LOCAL, QFTP_ERR_UNSUPPORTED};

/// Bytes of one `on_output`.
const CHUNK: usize = 4096;
/// Calls of `on_output` in one poll, so that it returns while the module goes on speaking.
const CHUNKS: usize = 16;

/// The caller's callbacks.
pub(super) struct Listener {
    pub(super) on_output: qftp_output_cb,
    pub(super) on_urc: qftp_urc_cb,
    pub(super) user: *mut c_void,
    /// There where `on_urc` is.
    pub(super) urcs: Option<Receiver<Vec<u8>>>,
}

impl Listener {
    /// Whether somebody is told all of it.
    pub(super) fn hears(&self) -> bool {
        self.on_output.is_some()
    }

    /// Reads the line and tells it; how many bytes that were.
    pub(super) fn read(&self, port: &mut dyn Port, timeout: Duration) -> Result<usize, Fault> {
        let mut buffer = [0; CHUNK];
        let (mut wait, mut read) = (timeout, 0);
        for _ in 0..CHUNKS {
            let got = port.read(&mut buffer, wait);
            let got = got.map_err(|error| broken(&error))?;
            if got == 0 {
                break;
            }
            read += got;
            self.say(buffer.get(..got).unwrap_or_default())?;
            wait = Duration::ZERO;
        }
        Ok(read)
    }

    /// Tells the unsolicited result codes, waiting for the first.
    pub(super) fn tell(&self, timeout: Duration) -> Result<(), Fault> {
        let Some(urcs) = &self.urcs else {
            return if self.hears() {
                Ok(())
            } else {
                let message = "there is no callback to tell anything";
                Err(Fault::Told(QFTP_ERR_UNSUPPORTED, message.into()))
            };
        };
        let mut next = urcs.recv_timeout(timeout).ok();
        while let Some(urc) = next {
            self.tell_one(&urc);
            next = urcs.try_recv().ok();
        }
        Ok(())
    }

    fn say(&self, bytes: &[u8]) -> Result<(), Fault> {
        let Some(callback) = self.on_output else {
            return Ok(());
        };
        // SAFETY: the program promised a function of this kind; the bytes live through the call.
        match unsafe { callback(bytes.as_ptr().cast(), bytes.len(), self.user) } {
            0 => Ok(()),
            _ => Err(Fault::Told(QFTP_ERR_LOCAL, "a callback failed".into())),
        }
    }

    fn tell_one(&self, urc: &[u8]) {
        let Some(callback) = self.on_urc else {
            return;
        };
        let text = terminated(urc);
        // SAFETY: the same.
        unsafe { callback(text.as_ptr(), text.as_bytes().len(), self.user) };
    }
}

/// The line stands no more.
pub(super) fn broken(error: &io::Error) -> Fault {
    Fault::Told(QFTP_ERR_LINE, error.to_string())
}
