//! The callbacks that receive what the emulator says.

use std::io;
use std::sync::mpsc::Receiver;
use std::time::Duration;

use qftp::port::Port;
use qftp_ffi_shared::callback::terminated;

use crate::error::Fault;
use crate::ptr::{Callback, UrcFunction, WriteFunction};
use crate::status::qftp_status::{QFTP_ERR_LINE, QFTP_ERR_LOCAL, QFTP_ERR_UNSUPPORTED};

/// Bytes of one `on_output`.
const CHUNK: usize = 4096;
/// Calls of `on_output` in one poll, so that it returns while the emulator goes on speaking.
const CHUNKS: usize = 16;

/// The program's callbacks.
pub(super) struct Listener {
    pub(super) on_output: Option<Callback<WriteFunction>>,
    pub(super) on_urc: Option<UrcListener>,
}

/// A callback for URCs and the queue that they come from.
pub(super) struct UrcListener {
    pub(super) callback: Callback<UrcFunction>,
    pub(super) urcs: Receiver<Vec<u8>>,
}

impl Listener {
    /// Returns whether there is a callback for the output.
    pub(super) fn takes_output(&self) -> bool {
        self.on_output.is_some()
    }

    /// Reads the line and hands out what came; returns how many bytes that were.
    pub(super) fn read(&self, port: &mut dyn Port, timeout: Duration) -> Result<usize, Fault> {
        let mut buffer = [0; CHUNK];
        let (mut wait, mut read) = (timeout, 0);
        for _ in 0..CHUNKS {
            let got = port.read(&mut buffer, wait);
            let got = got.map_err(|error| line_broke(&error))?;
            if got == 0 {
                break;
            }
            read += got;
            self.hand_out(buffer.get(..got).unwrap_or_default())?;
            wait = Duration::ZERO;
        }
        Ok(read)
    }

    /// Hands out the URCs, waiting for the first.
    pub(super) fn hand_out_urcs(&self, timeout: Duration) -> Result<(), Fault> {
        let Some(UrcListener { callback, urcs }) = &self.on_urc else {
            return if self.takes_output() {
                Ok(())
            } else {
                let message = "there is no callback to call";
                Err(Fault::Told(QFTP_ERR_UNSUPPORTED, message.into()))
            };
        };
        let mut next = urcs.recv_timeout(timeout).ok();
        while let Some(urc) = next {
            callback.call(&terminated(&urc));
            next = urcs.try_recv().ok();
        }
        Ok(())
    }

    fn hand_out(&self, bytes: &[u8]) -> Result<(), Fault> {
        match self.on_output.map_or(0, |callback| callback.call(bytes)) {
            0 => Ok(()),
            _ => Err(Fault::Told(QFTP_ERR_LOCAL, "a callback failed".into())),
        }
    }
}

/// Returns the failure of a line that broke.
pub(super) fn line_broke(error: &io::Error) -> Fault {
    Fault::Told(QFTP_ERR_LINE, error.to_string())
}
