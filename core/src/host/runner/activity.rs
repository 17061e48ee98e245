//! The activity of a host, and its next timeout.

use alloc::boxed::Box;
use core::time::Duration;

use super::command_run::CommandRun;
use crate::framing::payload::Payload;
use crate::host::plan::Plan;

/// Silence around `+++` (002 §1.4 wants one second on each side).
pub(crate) const ESCAPE_SILENCE: Duration = Duration::from_millis(1100);
/// The longest wait for the silence behind `+++`. What the module still has of a download ends by then, 5 KB at 9600 bits
/// per second; what flows on flows for ever, positions of a receiver perhaps. The probe that follows passes over more.
const ESCAPE_TIMEOUT: Duration = Duration::from_secs(6);
/// The longest wait for the silence of a module that takes payload for command lines: it has as many answers to give.
const LINES_TIMEOUT: Duration = Duration::from_secs(30);
/// The longest wait for bytes that do not leave the port: the module's flow control holds them, perhaps for ever.
const UNSENT_TIMEOUT: Duration = Duration::from_secs(30);

/// The activity of the host.
#[derive(Debug)]
pub(crate) enum Activity {
    Idle,
    /// In a box, whose room the next one has again: an activity moves from hand to hand.
    Command(Box<CommandRun>),
    Escape {
        plan: Plan,
        stage: EscapeStage,
    },
    /// Between two commands of a plan.
    Pause {
        plan: Plan,
        until: Duration,
    },
    /// Until the line has been silent: the module takes payload for command lines, and answers them.
    Silence {
        plan: Plan,
        at: Duration,
    },
}

/// Leaving data mode by `+++`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EscapeStage {
    /// Silent until then, then `+++`.
    Before(Duration),
    /// `+++` is out; silent until then.
    After(Duration),
}

impl EscapeStage {
    /// Starts to leave data mode.
    pub(crate) fn start(now: Duration) -> Self {
        EscapeStage::Before(now + ESCAPE_SILENCE)
    }

    /// Goes on once `+++` is out.
    pub(crate) fn escaped(now: Duration) -> Self {
        EscapeStage::After(now + ESCAPE_SILENCE)
    }
}

impl Activity {
    /// Returns `true` if no plan runs.
    pub(crate) fn is_idle(&self) -> bool {
        match self {
            Activity::Idle => true,
            Activity::Command(run) => run.is_unawaited(),
            Activity::Escape { .. } | Activity::Pause { .. } | Activity::Silence { .. } => false,
        }
    }

    /// Returns the plan that runs.
    pub(crate) fn plan(&mut self) -> Option<&mut Plan> {
        match self {
            Activity::Command(run) => run.own_plan(),
            Activity::Escape { plan, .. }
            | Activity::Pause { plan, .. }
            | Activity::Silence { plan, .. } => Some(plan),
            Activity::Idle => None,
        }
    }

    /// Returns `true` while nothing may be on the line for a time.
    pub(crate) fn keeps_silence(&self) -> bool {
        matches!(self, Activity::Escape { .. } | Activity::Silence { .. })
    }

    /// Returns how many bytes of a download are known to come still.
    pub(crate) fn payload_due(&self) -> u64 {
        match self {
            Activity::Command(run) => run.payload.as_ref().and_then(Payload::due).unwrap_or(0),
            _ => 0,
        }
    }

    /// Lets a silence begin anew, for a plan that began at `begun`.
    pub(crate) fn prolong_silence(&mut self, now: Duration, begun: Duration) {
        if now >= begun + UNSENT_TIMEOUT {
            return;
        }
        if let Activity::Silence { at, .. }
        | Activity::Escape {
            stage: EscapeStage::Before(at) | EscapeStage::After(at),
            ..
        } = self
        {
            *at = now + ESCAPE_SILENCE;
        }
    }

    /// Returns the time of the next timeout; the last input came at `read_at`.
    pub(crate) fn next_timeout(&self, read_at: Duration) -> Option<Duration> {
        match self {
            Activity::Idle => None,
            Activity::Escape { stage, .. } => Some(match *stage {
                EscapeStage::Before(at) => at,
                EscapeStage::After(at) => escape_end(at, read_at),
            }),
            Activity::Pause { until, .. } => Some(*until),
            Activity::Silence { at, .. } => Some(lines_end(*at, read_at)),
            Activity::Command(run) if run.is_unawaited() => None,
            Activity::Command(run) => {
                let guard = run.guard.map(|guard| read_at + guard);
                let due = [guard, run.question_due()].into_iter().flatten();
                Some(due.fold(run.deadline, Duration::min))
            }
        }
    }
}

/// Returns the time at which data mode counts as ended: after a silence, if there is one.
pub(crate) fn escape_end(at: Duration, read_at: Duration) -> Duration {
    silence_end(at, read_at, ESCAPE_TIMEOUT)
}

/// Returns the time at which the module counts as done with the lines of a payload: after a silence, if there is one.
pub(crate) fn lines_end(at: Duration, read_at: Duration) -> Duration {
    silence_end(at, read_at, LINES_TIMEOUT)
}

fn silence_end(at: Duration, read_at: Duration, longest: Duration) -> Duration {
    at.max(read_at + ESCAPE_SILENCE).min(at + longest)
}
