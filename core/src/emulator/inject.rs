//! The effect of each fault on a running emulator.

use std::time::Duration;

use super::active_faults::FaultOrder;
use super::driver::ModuleDriver;
use super::fault::Fault;
use super::trace::TraceKind;

/// Bytes without a line end, none of which a line can hold.
const NOISE: &[u8] = b"\xfe\x80~\x00}\xff";

impl ModuleDriver {
    /// Carries out an order, and tells the caller that waits for it.
    pub(super) fn carry_out(&mut self, now: Duration, order: FaultOrder) {
        let FaultOrder { fault, on, done } = order;
        self.set_fault(now, fault, on);
        // A caller that has stopped waiting has dropped its end.
        let _ = done.send(());
    }

    /// Injects or clears a fault. Its effect is complete before the host can send anything more.
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
            Fault::NoNetwork => self.module.set_network(now, !on),
            Fault::DropData => self.faults.drop_data = on,
            Fault::NoData => self.session.set_no_data(on),
            Fault::Busy => self.module.set_busy(on),
            Fault::LoseUrc => self.module.lose_urc(on),
            Fault::Silent { after } => {
                let after = usize::try_from(after).unwrap_or(usize::MAX);
                self.faults.silent_after = on.then_some(after);
            }
        }
        self.act(now);
        self.pass_session_events(now);
    }

    /// Restarts the module, as a loss of power does.
    pub(super) fn restart(&mut self, now: Duration) {
        self.line.drop_queue();
        self.module.restart(now);
    }

    /// Forgets what is kept for a module that has gone down.
    pub(super) fn on_stopped(&mut self, now: Duration) {
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
