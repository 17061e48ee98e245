//! Ends operations before their commands do: at a deadline, by the user, or when the module has restarted.

use alloc::boxed::Box;

use super::activity::Activity;
use super::command_run::{CommandRun, Waiter};
use super::{Runner, abandoned};
use crate::dialect::Direction;
use crate::exchange::ExchangeState;
use crate::framing::stuffing;
use crate::host::answer::Answer;
use crate::host::error::HostError;
use crate::host::plan::next::Next;
use crate::host::plan::resync::{FILLER, NeedsResync};
use crate::host::step::StepKind;

/// Exchanges that are not waited for any longer.
impl Runner {
    /// Ends what runs: the module has restarted, and knows nothing of it.
    pub(in crate::host) fn handle_restart(&mut self) {
        self.settings_lost = true;
        self.response_timeout_s = None;
        self.open_pieces.forget();
        self.starts_at_zero.forget();
        let Activity::Command(run) = &mut self.activity else {
            self.needs_resync.get_or_insert(NeedsResync::CommandMode);
            return;
        };
        if run.is_abandoned() {
            return self.end_exchange();
        }
        if let Waiter::Own(plan) = &mut run.waiter
            && plan.begin_again()
        {
            return self.begin_again();
        }
        let failure = HostError::Restarted {
            command: run.step.describe().into(),
        };
        let uploads = run.exchange.direction() == Some(Direction::Up);
        if run.is_uploading() {
            self.outbox.discard();
        }
        let Activity::Command(run) = &self.activity else {
            return;
        };
        // What looked like its banner was payload, perhaps.
        self.needs_resync = Some(if run.outcome.broken_off {
            NeedsResync::DataMode
        } else if uploads {
            NeedsResync::PayloadAsLines
        } else {
            NeedsResync::CommandMode
        });
        self.finish(Err(failure));
    }

    /// Notes an echo, which is off once a module was identified: this one has restarted since and said nothing of it, and
    /// the next operation sets it up again.
    pub(in crate::host) fn note_echo(&mut self) {
        if let Activity::Command(run) = &self.activity
            && let Waiter::Own(plan) = &run.waiter
        {
            let is_setting_up = plan.is_identification() || !plan.is_synced();
            self.echoed |= self.has_identified && !is_setting_up;
        }
    }

    /// Notes a result code that nothing asked for. The rest of the answer that it is of may stand behind it, and is not to
    /// answer the next command: an answer that came twice named the size of another file.
    pub(in crate::host) fn note_unasked_result(&mut self) {
        match &self.activity {
            Activity::Idle => {
                self.needs_resync.get_or_insert(NeedsResync::CommandMode);
            }
            // The question of a resync is there to pass over it.
            Activity::Command(run) if run.step.kind != StepKind::Probe => self.owes_answer = true,
            _ => {}
        }
    }

    /// Drops the running exchange, of which a module that has restarted knows nothing, and runs its plan anew.
    fn begin_again(&mut self) {
        let activity = core::mem::replace(&mut self.activity, Activity::Idle);
        if let Activity::Command(run) = activity
            && let Waiter::Own(plan) = run.waiter
        {
            self.outbox.clear();
            self.needs_resync = None;
            self.settings_lost = false;
            self.advance(plan, None);
        }
    }

    /// Gives up at the deadline of the running exchange.
    pub(super) fn give_up(&mut self) {
        let activity = core::mem::replace(&mut self.activity, Activity::Idle);
        let Activity::Command(mut run) = activity else {
            return;
        };
        if run.is_abandoned() {
            self.activity = Activity::Command(run);
            return self.pass_over();
        }
        if run.session_error.is_some() {
            // Its own URC may come after all, and is not that of the next command of this name.
            let name = run.step.name;
            run.outcome.report = run.session_error.take();
            self.activity = Activity::Command(run);
            self.end_exchange();
            self.stale = Some(name);
            return;
        }
        if run.exchange.is_answered() {
            self.activity = Activity::Command(run);
            return self.end_exchange();
        }
        let mut plan = match core::mem::replace(&mut run.waiter, Waiter::None) {
            Waiter::Own(plan) | Waiter::Next(plan) => plan,
            Waiter::None => return,
        };
        let waited = if plan.is_identification() {
            self.now.saturating_sub(self.begun)
        } else {
            run.wait
        };
        run.outcome.timed_out = Some(run.step.no_answer(waited));
        match plan.advance(self.dialect, Some(core::mem::take(&mut run.outcome))) {
            Next::Finish(result) => {
                self.note_login(&plan, &result);
                self.abandon(run, result);
            }
            next => {
                self.outbox.clear();
                self.carry_out(plan, next);
            }
        }
    }

    /// Ends the operation of this exchange, which goes on.
    pub(super) fn abandon(&mut self, mut run: Box<CommandRun>, result: Result<Answer, HostError>) {
        run.waiter = Waiter::None;
        self.activity = Activity::Idle;
        let unsent = run.exchange.state() == ExchangeState::Commanded && self.outbox.is_untouched();
        if self.may_be_in_data_mode() || unsent {
            // To be begun anew; or the module has not got it.
            self.outbox.clear();
        } else {
            self.needs_resync = Some(NeedsResync::CommandMode);
            self.end_upload(&mut run);
            self.activity = Activity::Command(run);
        }
        self.end_operation(result);
    }

    /// Ends the payload of an upload that the module has ended; what has not left is taken back.
    pub(super) fn cut_off_upload(&mut self) {
        let unsent = self.outbox.len() as u64;
        if let Activity::Command(run) = &mut self.activity {
            run.unsupplied = run.unsupplied.saturating_add(unsent);
            run.interruption = None;
            run.guard = None;
            run.cut_off = true;
        }
        self.take_back();
    }

    /// Drops what is in the outbox of an abandoned upload; one that `+++` does not end goes out with its end.
    fn end_upload(&mut self, run: &mut CommandRun) {
        if !run.is_sending() {
            return;
        }
        if run.is_escapable() {
            self.outbox.discard();
        } else if run.unsupplied > 0 {
            if run.step.is_stuffed() {
                self.outbox.push(stuffing::ETX);
            } else {
                // The module counts: a piece of a few bytes is filled up, in a file that is not whole.
                let count = usize::try_from(run.unsupplied).unwrap_or(usize::MAX);
                self.outbox
                    .extend(&alloc::vec![FILLER; count.min(self.outbox.size().bytes())]);
            }
            run.unsupplied = 0;
        }
    }

    /// Sets the wait of a plan for an abandoned exchange, as that now stands.
    pub(super) fn await_abandoned(&mut self) {
        let Activity::Command(run) = &mut self.activity else {
            return;
        };
        if !matches!(run.waiter, Waiter::Next(_)) {
            return;
        }
        let Some(until) = abandoned::wait_until(run, self.now) else {
            self.needs_resync = Some(NeedsResync::DataMode);
            return self.pass_over();
        };
        run.deadline = until;
        if until <= self.now {
            self.pass_over();
        }
    }

    /// Waits no longer for the abandoned exchange.
    fn pass_over(&mut self) {
        let Activity::Command(run) = core::mem::replace(&mut self.activity, Activity::Idle) else {
            return;
        };
        self.stale = Some(run.step.name);
        if abandoned::may_take_payload(&run) {
            self.needs_resync = Some(NeedsResync::DataMode);
        }
        if let Waiter::Next(plan) = run.waiter {
            self.resync(plan);
        }
    }
}
