//! What an operation leaves on the line that ends before its command does.
//!
//! A cancelled operation is over at once. Its exchange stays, *left*: nobody waits for it, but what still comes of it is
//! read as its table says and passed over, payload too. The operation that is started next takes over from there:
//!
//! - A left command that may still enter data mode is waited for, since what is typed meanwhile would be taken for
//!   payload; and, for a moment, one whose answer may come any time.
//! - Payload that `+++` ends is ended so, with its silence on either side (002 §1.4). Fibocom has no such thing: its
//!   uploads are ended by ETX, its downloads are read to their end (003 §1.2.15, §1.2.16).
//! - Then the line is brought in step: `resync.rs`.

use core::time::Duration;

use super::plan::{Next, Plan};
use super::resync::Resync;
use super::{Activity, Answer, Host, HostError, Notice, Running};
use crate::dialect::ResponseFormat;
use crate::exchange::State;
use crate::framing::stuffing;

/// How long the end of a left command is waited for that keeps the module from nothing.
const GRACE: Duration = Duration::from_secs(2);

/// How far a line is from being ready for a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NeedsResync {
    /// An answer may still come.
    CommandMode,
    /// And it may be in data mode.
    DataMode,
}

impl Host {
    /// The deadline of the running exchange has passed.
    pub(super) fn give_up(&mut self) {
        let activity = core::mem::replace(&mut self.activity, Activity::Idle);
        let Activity::Exchange(mut run) = activity else {
            return;
        };
        let (left, state) = (run.left, run.exchange.state());
        if left || state == State::LateResult {
            self.activity = Activity::Exchange(run);
            if left {
                self.pass_over();
            } else {
                self.end_exchange();
            }
            return;
        }
        run.outcome.timed_out = Some(run.step.failure_of_time());
        let Some(mut plan) = run.plan.take() else {
            return;
        };
        match plan.advance(self.dialect, Some(core::mem::take(&mut run.outcome))) {
            Next::Finish(result) => self.leave(run, result),
            next => {
                self.drop_outbox();
                self.carry_out(plan, next);
            }
        }
    }

    /// The operation of this exchange is over; the exchange is not.
    pub(super) fn leave(&mut self, mut run: Running, result: Result<Answer, HostError>) {
        run.plan = None;
        run.left = true;
        self.activity = Activity::Idle;
        let unsent =
            run.exchange.state() == State::Commanded && self.sent == 0 && !self.outbox.is_empty();
        if self.needs_resync == Some(NeedsResync::DataMode) || unsent {
            // To be begun anew; or the module has not heard of it.
            self.drop_outbox();
        } else {
            self.needs_resync = Some(NeedsResync::CommandMode);
            self.end_upload(&mut run);
            self.activity = Activity::Exchange(run);
        }
        self.end_operation(result);
    }

    /// What is in the outbox of a left upload is dropped; what `+++` does not end goes with its end.
    fn end_upload(&mut self, run: &mut Running) {
        if !run.is_sending() {
            return;
        }
        if run.is_escapable() {
            self.drop_outbox();
        } else if run.unsupplied > 0 {
            run.unsupplied = 0;
            self.outbox.push(stuffing::ETX);
        }
    }

    /// The result is told; whoever is asked for payload need not give it any more.
    pub(super) fn end_operation(&mut self, result: Result<Answer, HostError>) {
        self.notices
            .retain(|notice| !matches!(notice, Notice::WantData));
        self.notices.push_back(Notice::Done(result));
    }

    /// Begins a plan: waits for what is left on the line first.
    pub(super) fn begin(&mut self, plan: Plan) {
        match core::mem::replace(&mut self.activity, Activity::Idle) {
            Activity::Exchange(run) => {
                self.activity = Activity::Exchange(Running {
                    plan: Some(plan),
                    ..run
                });
                self.await_left();
            }
            Activity::Idle | Activity::Escape { .. } | Activity::Pause { .. } => {
                self.resync(plan);
            }
        }
    }

    /// A plan waits for a left exchange: for how long, as that now stands.
    pub(super) fn await_left(&mut self) {
        let now = self.now;
        let Activity::Exchange(run) = &mut self.activity else {
            return;
        };
        if !run.left || run.plan.is_none() {
            return;
        }
        let connects = run.exchange.direction().is_some();
        run.deadline = match run.exchange.state() {
            State::Payload if run.is_escapable() => {
                self.needs_resync = Some(NeedsResync::DataMode);
                return self.pass_over();
            }
            State::Payload => run.deadline.max(now + GRACE),
            State::Commanded if connects => run.deadline,
            State::Report if matches!(run.step.shape, ResponseFormat::ResultPayloadUrc(_)) => {
                run.deadline
            }
            State::Result | State::LateResult => run.deadline,
            State::Commanded | State::Report | State::Done => run.deadline.min(now + GRACE),
        };
        if run.deadline <= now {
            self.pass_over();
        }
    }

    /// The left exchange is not waited for any longer.
    pub(super) fn pass_over(&mut self) {
        let Activity::Exchange(run) = core::mem::replace(&mut self.activity, Activity::Idle) else {
            return;
        };
        self.stale = Some(run.step.name);
        if let Some(plan) = run.plan {
            self.resync(plan);
        }
    }

    /// The left exchange has ended.
    pub(super) fn left_ended(&mut self, plan: Option<Plan>) {
        self.drop_outbox();
        if let Some(plan) = plan {
            self.resync(plan);
        }
    }

    /// Carries a new plan on, with what the line needs before it.
    fn resync(&mut self, mut plan: Plan) {
        if let Some(out) = self.needs_resync {
            plan.precede(Resync::new(out));
        }
        self.advance(plan, None);
    }

    /// An upload is over. If it failed, the module reads what is still on its way as a command line, which a CR must end
    /// before the next one.
    pub(super) fn end_rest_of_upload(&mut self) {
        if matches!(self.notices.back(), Some(Notice::Done(Err(_)))) {
            self.needs_resync = Some(NeedsResync::CommandMode);
        }
    }

    pub(super) fn drop_outbox(&mut self) {
        self.outbox.clear();
        self.sent = 0;
    }
}
