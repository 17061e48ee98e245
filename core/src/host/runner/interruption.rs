//! Uploads that the module interrupts: it speaks where it should only take payload.
//!
//! The first byte that comes stops the payload. The module has left data mode, perhaps, and takes what follows for
//! commands. The upload goes on only where all that came is explained, and then silence: an unsolicited line of another
//! service, or an empty line. What ends the upload is told by its line, as the exchange has it. Anything else may have
//! been such a line, and ends the upload too.

use alloc::vec::Vec;
use core::time::Duration;

/// Silence after an unsolicited line, behind which the upload goes on: an end of the upload follows its cause sooner.
const EXPLAINED_SILENCE: Duration = Duration::from_millis(300);
/// Silence after a line that nothing explains, which then ends the upload.
const NOISE_SILENCE: Duration = Duration::from_secs(1);

/// Holds what came in the middle of an upload.
#[derive(Debug, Default)]
pub(crate) struct Interruption {
    /// The first thing that came and that nothing explains.
    pub(crate) noise: Option<Vec<u8>>,
}

impl Interruption {
    /// Takes note of something that nothing explains.
    pub(crate) fn note_noise(&mut self, bytes: &[u8]) {
        self.noise.get_or_insert_with(|| bytes.to_vec());
    }

    /// Returns the silence that decides, with these bytes at the end of the input.
    pub(crate) fn silence(&self, rest: &[u8]) -> Duration {
        if self.noise.is_none() && is_blank(rest) {
            EXPLAINED_SILENCE
        } else {
            NOISE_SILENCE
        }
    }
}

/// Returns `true` for bytes without a meaning: line ends, and the blank behind a prompt.
pub(crate) fn is_blank(bytes: &[u8]) -> bool {
    bytes
        .iter()
        .all(|byte| matches!(byte, b'\r' | b'\n' | b' '))
}
