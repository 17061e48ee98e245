//! The outcome of a step: what its exchange has brought.

use alloc::vec::Vec;

use super::Content;
use crate::at::{self, Line};
use crate::host::error::{FinalError, HostError};
use crate::host::short_bytes::ShortBytes;

/// The outcome of a step.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    pub(crate) final_error: Option<FinalError>,
    /// Set once `OK` has come.
    pub(crate) accepted: bool,
    /// Whole information lines.
    pub(crate) information: Vec<Vec<u8>>,
    /// The fields of the URC.
    pub(crate) report: Option<ShortBytes>,
    /// The number behind `CONNECT`.
    pub(crate) connect: Option<u64>,
    /// The bytes that the module says it takes.
    pub(crate) announced: Option<u64>,
    /// The server's last reply, where the module shows it (`nl668`, `AT+FTPINFO=1`).
    pub(crate) server: Option<u16>,
    /// The number of payload bytes that were moved.
    pub(crate) bytes: u64,
    /// Set if the payload of a download was broken off: it is not whole, and more of it may come.
    pub(crate) broken_off: bool,
    /// Payload that the plan keeps.
    pub(crate) payload: Content,
    /// Set when the deadline passed.
    pub(crate) timed_out: Option<HostError>,
}

impl Outcome {
    /// Returns what stands behind the colon of the last information line.
    pub(crate) fn information_fields(&self) -> Option<&[u8]> {
        match at::parse_reply(self.information.last()?) {
            Line::Information { fields, .. } => Some(fields),
            _ => None,
        }
    }
}
