//! Watches payload on its way: an upload that the module interrupts, a download that has fallen silent.

use core::time::Duration;

use super::activity::Activity;
use super::command_run::{CommandRun, Waiter};
use super::download_question::ASK_AFTER;
use super::interruption::is_blank;
use super::{Notice, Runner};
use crate::dialect::{Direction, ResponseFormat};
use crate::framing::payload::{self, Payload};
use crate::host::error::HostError;
use crate::host::plan::resync::NeedsResync;
use crate::host::step::QUESTION;

/// Watches uploads.
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
    pub(super) fn end_disturbed_upload(&mut self, noise: &[u8]) {
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
        let result = Err(HostError::unexpected(run.step.describe().into(), shown));
        if let Waiter::Own(plan) = &run.waiter {
            self.note_login(plan, &result);
        }
        self.needs_resync = Some(NeedsResync::Upload);
        self.stale = Some(run.step.name);
        self.take_back();
        self.end_operation(result);
    }

    /// Takes back what has not left: the module is not in data mode any more, and would execute it.
    pub(in crate::host) fn take_back(&mut self) {
        self.outbox.discard();
        self.notices
            .retain(|notice| !matches!(notice, Notice::WantData));
    }
}

/// Asks downloads.
impl CommandRun {
    /// Returns `true` for a payload that the module has from the network, which may fall silent.
    fn is_from_server(&self) -> bool {
        matches!(
            self.step.format,
            ResponseFormat::PayloadResultUrc(_) | ResponseFormat::ResultPayloadUrc(_)
        )
    }

    /// Returns the time of the next question; `None` where the payload cannot be asked, or its end is being looked at.
    pub(crate) fn question_due(&self) -> Option<Duration> {
        let asks = self.guard.is_none()
            && !self.is_abandoned()
            && self.is_from_server()
            && self.payload.as_ref().is_some_and(Payload::tells_lines);
        self.question.due.filter(|_| asks)
    }

    /// Notes the failure of a download that was broken off, if what stands behind it answers the question: nothing more of
    /// it comes.
    pub(crate) fn take_answered_question(&mut self, behind: &[u8], silent: Duration) -> bool {
        if !self.outcome.broken_off || !payload::answers_question(behind) {
            return false;
        }
        self.outcome.timed_out = Some(match self.step.payload.expected() {
            Some(expected) => HostError::Incomplete {
                command: self.step.describe().into(),
                bytes_confirmed: 0,
                expected,
            },
            None => self.step.no_answer(silent + ASK_AFTER),
        });
        true
    }
}

impl Runner {
    /// Asks the module whether it is in command mode.
    pub(in crate::host) fn ask_silent_download(&mut self) {
        let Activity::Command(run) = &mut self.activity else {
            return;
        };
        run.question.put_off(self.now);
        self.owes_answer = true;
        self.send(QUESTION);
    }
}

/// Says what may go out.
impl Runner {
    /// Returns `true` if the module may be in data mode with no exchange that says so.
    pub(in crate::host) fn may_be_in_data_mode(&self) -> bool {
        matches!(
            self.needs_resync,
            Some(NeedsResync::DataMode | NeedsResync::Upload)
        )
    }

    /// Returns `true` if the module may take what is typed for payload of an upload.
    pub(in crate::host) fn may_take_payload(&self) -> bool {
        match &self.activity {
            Activity::Idle => self.may_be_in_data_mode(),
            Activity::Command(run) => {
                run.exchange.direction() == Some(Direction::Up) || self.may_be_in_data_mode()
            }
            Activity::Escape { .. } => true,
            Activity::Pause { .. } | Activity::Silence { .. } => false,
        }
    }

    /// Returns how many bytes wait to go out, now or later.
    #[cfg(feature = "std")]
    pub(in crate::host) fn queued(&self) -> usize {
        self.outbox.len()
    }

    /// Returns the bytes that may go out now.
    pub(in crate::host) fn sendable(&self) -> &[u8] {
        match &self.activity {
            Activity::Command(run) if run.is_interrupted() => b"",
            _ => self.outbox.next(),
        }
    }
}
