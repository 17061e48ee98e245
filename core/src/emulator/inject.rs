//! The effect of each fault and state on a running emulator.

use std::time::Duration;

use super::active_faults::{Order, OrderTask};
use super::driver::ModuleDriver;
use super::fault::Fault;
use super::fault_plan::PlanRun;
use super::trace::TraceKind;
use crate::module::{ModuleState, state::NetworkState};

/// Bytes without a line end, none of which a line can hold.
const NOISE: &[u8] = b"\xfe\x80~\x00}\xff";

impl ModuleDriver {
    /// Carries out an order. Its effect is complete before the host can send anything more.
    pub(super) fn carry_out(&mut self, now: Duration, order: Order) {
        let Order { task, done } = order;
        self.execute(now, task);
        // A caller that has stopped waiting has dropped its end.
        let _ = done.send(());
    }

    /// Does what a user asks for. Its effect is complete before the host can send anything more.
    pub(super) fn execute(&mut self, now: Duration, task: OrderTask) {
        match task {
            OrderTask::Inject(fault) => self.set_fault(now, fault, true),
            OrderTask::Clear(fault) => self.set_fault(now, fault, false),
            OrderTask::SetState(state) => self.set_state(now, state),
            OrderTask::AddRule(rule) => self.plan.with(|plan| plan.add(rule)),
            OrderTask::ClearRules => self.plan.with(PlanRun::clear),
        }
        self.follow_plan(now);
        self.act(now);
        self.pass_session_events(now);
    }

    /// Injects or clears a fault.
    pub(super) fn set_fault(&mut self, now: Duration, fault: Fault, on: bool) {
        let injected = on;
        self.show(now, TraceKind::Fault { fault, injected });
        self.faults.note(fault, on);
        match fault {
            Fault::Reboot if on => self.restart(now),
            Fault::PdpDeactivate if on => self.module.lose_contexts(now),
            Fault::DropControl if on => self.session.lose_control(now),
            Fault::Noise if on => self.line.queue(NOISE),
            Fault::Reboot | Fault::PdpDeactivate | Fault::DropControl | Fault::Noise => {}
            Fault::NoNetwork => {
                let network = if on {
                    NetworkState::Searching
                } else {
                    NetworkState::Home
                };
                self.module.set_state(now, ModuleState::Network(network));
            }
            Fault::DropData => self.faults.drop_data = on,
            Fault::NoData => self.session.set_no_data(on),
            Fault::Busy => self.module.set_busy(on),
            Fault::WouldBlock => self.module.set_would_block(on),
            Fault::PeerClosed => {
                self.faults.drop_data = on;
                self.module.set_peer_closed(on);
            }
            Fault::LoseUrc => self.module.lose_urc(on),
            Fault::Silent { after } => {
                let after = usize::try_from(after).unwrap_or(usize::MAX);
                self.faults.silent_after = on.then_some(after);
            }
        }
    }

    /// Sets a state. A module that loses its power says nothing more, not even what was on its way.
    fn set_state(&mut self, now: Duration, state: ModuleState) {
        self.show(now, TraceKind::State { state });
        self.faults.note_state(state);
        if state == ModuleState::Power(false) {
            self.drop_output();
        }
        self.module.set_state(now, state);
    }

    /// Restarts the module, as a loss of power does.
    pub(super) fn restart(&mut self, now: Duration) {
        self.drop_output();
        self.module.restart(now);
    }

    /// Forgets what is kept for a module that has gone down.
    pub(super) fn on_stopped(&mut self, now: Duration) {
        self.presence.stop(now);
        self.show(now, TraceKind::Stopped);
        self.pipe = None;
        self.store.restart();
        self.session.set_no_data(false);
        self.faults.note(Fault::NoData, false);
    }

    /// Breaks the data connection if that fault waits, once payload has moved.
    pub(super) fn drop_data(&mut self, now: Duration) {
        if self.faults.drop_data && self.session.moved().is_some_and(|moved| moved > 0) {
            self.faults.drop_data = false;
            self.session.lose_data(now);
        }
    }
}
