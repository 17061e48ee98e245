//! The question in a download that has fallen silent: is the module in command mode, since its last words were lost?
//!
//! In data mode a module takes what is typed in a download for nothing, or keeps it for later: it goes to no file. In
//! command mode it answers, and the answer counts as the end of a payload that was broken off
//! (`framing/broken_off.rs`), never as a good one. `+++` would tell as much, and end the transfer on some modules
//! (FIELD 2.1). A counted payload is not asked: nothing tells an answer from payload there.

use core::time::Duration;

use super::Runner;
use super::activity::Activity;
use super::command_run::CommandRun;
use crate::dialect::ResponseFormat;
use crate::framing::payload::{self, Payload};
use crate::host::error::HostError;
use crate::host::step::PROBE;

/// The silence after which a download is asked, and asked again.
const ASK_AFTER: Duration = Duration::from_secs(5);

/// When a silent download is asked.
#[derive(Debug, Default)]
pub(crate) struct Question {
    due: Option<Duration>,
}

impl Question {
    /// Asks no sooner than after another silence.
    pub(crate) fn put_off(&mut self, now: Duration) {
        self.due = Some(now + ASK_AFTER);
    }
}

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
                command: self.step.describe(),
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
    pub(super) fn ask_silent_download(&mut self) {
        let Activity::Command(run) = &mut self.activity else {
            return;
        };
        run.question.put_off(self.now);
        self.owes_answer = true;
        self.send(PROBE);
    }
}
