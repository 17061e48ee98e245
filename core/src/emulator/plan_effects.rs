//! The fault plan in the event loop: what its rules do to the line, and to all that is no stream of bytes.

use std::time::Duration;

use super::driver::ModuleDriver;
use super::fault::Fault;
use super::fault_plan::{
    FaultAction, FaultEnd, FaultRule, FaultStream, LinePiece, PlanRun, SharedPlan,
};
use super::trace::TraceKind;
use crate::module::Delay;

const UP: FaultStream = FaultStream::Upstream;
const DOWN: FaultStream = FaultStream::Downstream;

impl ModuleDriver {
    /// Fails by the rules of a plan, from here on.
    pub(super) fn with_plan(mut self, plan: SharedPlan) -> Self {
        self.session.set_plan(plan.clone());
        self.plan = plan;
        self
    }

    /// Carries out the rules that fired, and ends what they began for a time; returns true if there was something.
    pub(super) fn follow_plan(&mut self, now: Duration) -> bool {
        let mut moved = false;
        while let Some(end) = self.plan.with(|plan| plan.poll_end(now)) {
            moved = true;
            match end {
                FaultEnd::Fault(fault) => self.set_fault(now, fault, false),
                FaultEnd::DataStall => self.session.end_stall(now),
                FaultEnd::StoreFull => self.store.set_room(None),
            }
        }
        while let Some(firing) = self.plan.with(PlanRun::poll_firing) {
            moved = true;
            let rule = firing.rule.clone();
            self.show(now, TraceKind::FaultRule { rule });
            if !firing.done {
                self.carry_out_rule(now, &firing.rule);
            }
        }
        moved
    }

    /// Does what a rule says that is not done where the bytes pass.
    fn carry_out_rule(&mut self, now: Duration, rule: &FaultRule) {
        match &rule.action {
            FaultAction::Inject { fault, lasts } => {
                // Where bytes of the data connection were counted, it is cut there.
                if *fault != Fault::DropData || rule.trigger.after.is_none() {
                    self.set_fault(now, *fault, true);
                } else {
                    self.session.cut_data(now);
                }
                if let Some(lasts) = lasts {
                    let end = FaultEnd::Fault(*fault);
                    self.end_rule(now, lasts.longest(), end);
                }
            }
            FaultAction::StoreFull { bytes, lasts } => {
                self.store.set_room(Some(*bytes));
                let lasts = lasts.as_ref().map(Delay::longest);
                // It ends with the plan, at the latest.
                self.end_rule(now, lasts.unwrap_or(Duration::MAX), FaultEnd::StoreFull);
            }
            _ => {}
        }
    }

    fn end_rule(&self, now: Duration, time: Duration, end: FaultEnd) {
        let at = now.saturating_add(time);
        self.plan.with(|plan| plan.end_at(at, end));
    }

    /// Returns when the plan has something to do: a fault ends, or a pause of a line that takes bytes.
    pub(super) fn plan_timeout(&self) -> Option<Duration> {
        let (reads, writes) = (self.takes_input(), self.line.queued() == 0);
        self.plan.with(|plan| {
            let pauses = [(UP, reads), (DOWN, writes)].into_iter();
            let pauses = pauses.filter(|(_, takes)| *takes);
            let pauses = pauses.filter_map(|(stream, _)| plan.line.poll_timeout(stream));
            pauses.chain(plan.next_end()).min()
        })
    }

    /// Tells whether output has not gone to the host yet.
    pub(super) fn has_queued_output(&self) -> bool {
        self.line.queued() > 0 || self.plan.with(|plan| plan.line.holds(DOWN))
    }

    /// Loses what is on its way to the host.
    pub(super) fn drop_output(&mut self) {
        self.line.drop_queue();
        self.plan.with(|plan| plan.line.discard(DOWN));
    }

    /// Tells whether input from the host is on its way to the module.
    pub(super) fn has_held_input(&self) -> bool {
        self.plan.with(|plan| plan.line.holds(UP))
    }

    /// Hands the module so many bytes of the buffer, which the host sent, as far as they come over the line by now.
    pub(super) fn take_typed(&mut self, now: Duration, count: usize) {
        let typed = self.buffer.get(..count).unwrap_or_default();
        let is_clean = self.plan.with(|plan| {
            let is_clean = plan.line.is_clean(UP);
            if !is_clean {
                plan.line.handle(now, UP, typed);
            }
            is_clean
        });
        if is_clean {
            self.module.handle_input(now, typed);
        } else {
            self.pass_input(now);
        }
    }

    /// Hands the module what has come over the line; returns true if there was something.
    pub(super) fn pass_input(&mut self, now: Duration) -> bool {
        let mut moved = false;
        while self.takes_input()
            && let Some(piece) = self.plan.with(|plan| plan.line.poll_output(now, UP))
        {
            moved = true;
            match piece {
                LinePiece::Bytes(bytes) => self.module.handle_input(now, &bytes),
                LinePiece::Fired(rule) => self.follow_line_rule(now, rule),
            }
        }
        moved
    }

    /// Hands the line what has come over to the host's end; returns true if there was something.
    pub(super) fn pass_output(&mut self, now: Duration) -> bool {
        let mut moved = false;
        while self.line.queued() == 0
            && let Some(piece) = self.plan.with(|plan| plan.line.poll_output(now, DOWN))
        {
            moved = true;
            match piece {
                LinePiece::Bytes(bytes) => {
                    self.line.queue(self.faults.heard_of(&bytes));
                    self.line.flush();
                }
                LinePiece::Fired(rule) => self.follow_line_rule(now, rule),
            }
        }
        moved
    }

    fn follow_line_rule(&mut self, now: Duration, rule: FaultRule) {
        self.plan.with(|plan| plan.note(rule, false));
        self.follow_plan(now);
    }
}
