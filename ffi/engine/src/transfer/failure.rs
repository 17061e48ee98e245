//! The details of a transfer that failed.

use alloc::format;

use qftp::ErrorKind;
use qftp::transfer::{FailureCause, TransferFailure};

use super::RunningTransfer;
use crate::error::{Fault, qftp_error};

impl RunningTransfer {
    /// Returns the details, in the words of the client.
    pub(super) fn failure(&self, failure: &TransferFailure) -> qftp_error {
        let operation = if self.is_upload { "put" } else { "get" };
        let (kind, message, hint) = match failure.cause {
            FailureCause::SizeUnknown => (
                ErrorKind::SizeUnknown,
                format!(
                    "{operation}: the server tells neither the size of the file nor that there is none"
                ),
                Some("put the whole file in its place"),
            ),
            FailureCause::SizeDiffers { found, expected } => (
                ErrorKind::Incomplete,
                format!(
                    "{operation}: the file on the server has {found} bytes, where there should be {expected}"
                ),
                None,
            ),
            FailureCause::ContentDiffers { position } => (
                ErrorKind::ChecksumMismatch,
                format!(
                    "{operation}: byte {position} of the file on the server is not that of the local file"
                ),
                Some(
                    "bits flip on the line: check cable, speed and flow control (rtscts=1), then try again",
                ),
            ),
            FailureCause::BeyondEnd { size } => {
                let offset = self.transfer.base();
                (
                    ErrorKind::InvalidArgument,
                    format!("the offset {offset} lies beyond the {size} bytes of the file"),
                    None,
                )
            }
            _ => {
                return qftp_error {
                    attempts: failure.attempts,
                    bytes_confirmed: failure.bytes_confirmed,
                    ..self.step_error
                };
            }
        };
        let bytes_confirmed = match kind {
            ErrorKind::Incomplete | ErrorKind::ChecksumMismatch => failure.bytes_confirmed,
            _ => 0,
        };
        let details = qftp_error {
            attempts: failure.attempts,
            bytes_confirmed,
            ..qftp_error::of_text(&message, hint)
        };
        Fault::failed(kind, details).to_error()
    }
}
