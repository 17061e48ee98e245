//! Uploads that the module interrupts: it speaks where it should only take payload.
//!
//! The first byte that comes stops the payload. The module has left data mode, perhaps, and takes what follows for
//! commands. The upload goes on only where all that came is explained, and then silence: an unsolicited line of another
//! service, or an empty line. What ends the upload is told by its line, as the exchange has it. Anything else may have
//! been such a line, and ends the upload too.

use alloc::vec::Vec;
use core::time::Duration;

use super::activity::Activity;
use super::command_run::{CommandRun, Waiter};
use super::{Notice, Runner};
use crate::host::error::HostError;
use crate::host::plan::resync::NeedsResync;

/// Silence after an unsolicited line, behind which the upload goes on: an end of the upload follows its cause sooner.
const EXPLAINED_SILENCE: Duration = Duration::from_millis(300);
/// Silence after a line that nothing explains, which then ends the upload.
const NOISE_SILENCE: Duration = Duration::from_secs(1);

/// What came in the middle of an upload.
#[derive(Debug, Default)]
pub(crate) struct Interruption {
    /// The first thing that came and that nothing explains.
    noise: Option<Vec<u8>>,
}

impl Interruption {
    /// Takes note of something that nothing explains.
    fn note_noise(&mut self, bytes: &[u8]) {
        self.noise.get_or_insert_with(|| bytes.to_vec());
    }

    /// Returns the silence that decides, with these bytes at the end of the input.
    fn silence(&self, rest: &[u8]) -> Duration {
        if self.noise.is_none() && is_blank(rest) {
            EXPLAINED_SILENCE
        } else {
            NOISE_SILENCE
        }
    }
}

/// Returns `true` for bytes without a meaning: line ends, and the blank behind a prompt.
fn is_blank(bytes: &[u8]) -> bool {
    bytes
        .iter()
        .all(|byte| matches!(byte, b'\r' | b'\n' | b' '))
}

impl CommandRun {
    /// Returns `true` if its payload stands still.
    pub(crate) fn is_interrupted(&self) -> bool {
        self.interruption.is_some() && self.is_uploading()
    }

    /// Returns `true` if payload of the user, or of the host, goes to the module.
    pub(crate) fn is_uploading(&self) -> bool {
        self.is_sending() && !self.is_abandoned()
    }

    /// Stops the payload: the module has said something.
    pub(crate) fn interrupt(&mut self) {
        if self.is_uploading() {
            self.interruption.get_or_insert_default();
        }
    }

    /// Takes note of a line that does not explain why the module speaks.
    pub(crate) fn note_noise(&mut self, line: &[u8]) {
        if self.is_uploading() {
            self.interruption.get_or_insert_default().note_noise(line);
        }
    }

    /// Returns `true` if the interruption is over: `rest`, the end of the input, and the silence after it decide.
    fn ends_interruption(&mut self, rest: &[u8], silent: Duration) -> bool {
        self.guard = None;
        let Some(interruption) = &self.interruption else {
            return false;
        };
        let needed = interruption.silence(rest);
        if silent < needed {
            self.guard = Some(needed);
        }
        silent >= needed
    }
}

impl Runner {
    /// Looks at the end of the input, which is no whole line, while an upload goes out. Returns `true` if it is to be
    /// passed over, since the upload goes on or is over.
    pub(in crate::host) fn watch_upload(&mut self, rest: &[u8]) -> bool {
        let silent = self.now.saturating_sub(self.read_at);
        let Activity::Command(run) = &mut self.activity else {
            return false;
        };
        if !run.is_uploading() {
            return false;
        }
        if !rest.is_empty() {
            run.interrupt();
        }
        if !run.ends_interruption(rest, silent) {
            return false;
        }
        if !is_blank(rest) {
            run.note_noise(rest);
        }
        match run.interruption.take().and_then(|over| over.noise) {
            Some(noise) => self.end_disturbed_upload(&noise),
            None => run.deadline = self.now + run.wait,
        }
        true
    }

    /// Ends an upload after bytes that make no sense: the module has left data mode, or it has not.
    fn end_disturbed_upload(&mut self, noise: &[u8]) {
        let activity = core::mem::replace(&mut self.activity, Activity::Idle);
        let Activity::Command(run) = activity else {
            return;
        };
        // An echo of a key is none of the user's business either.
        let shown = if run.step.own_payload().is_empty() {
            noise
        } else {
            b""
        };
        let result = Err(HostError::unexpected(run.step.describe(), shown));
        if let Waiter::Own(plan) = &run.waiter {
            self.note_login(plan, &result);
        }
        self.needs_resync = Some(NeedsResync::Upload);
        self.stale = Some(run.step.name);
        self.take_back();
        self.end_operation(result);
    }

    /// Takes back what has not left: the module is not in data mode any more, and would execute it.
    pub(super) fn take_back(&mut self) {
        self.outbox.clear();
        self.discards_output = true;
        self.notices
            .retain(|notice| !matches!(notice, Notice::WantData));
    }
}
