//! Starts and ends of the module: by a command, by its user, by a loss of power.
//!
//! While it is off or starts, a module is deaf and silent. It then says the lines of its dialect
//! ([`Dialect::banner`](crate::dialect::Dialect::banner)), each after its part of the boot time.

use core::time::Duration;

use super::Module;
use super::context::ModuleContext;
use super::event::{DriverReply, ModuleEvent};
use super::network::CONTEXTS;
use super::power::Power;
use super::state::ModuleState;
use super::timers::Timer;

/// A module goes down this part of its boot time after it has answered (COMMON 6.5).
const DOWN: u32 = 10;

/// Says what becomes of output that has not been taken when the module goes down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Output {
    Kept,
    Dropped,
}

/// Starts and ends. [`crate::emulator::Fault`] and [`ModuleState`] name these, with faults of connections and of the
/// line.
impl Module {
    /// Sets how long the module is deaf and silent when it starts. With no time, all of it happens at once.
    #[must_use]
    pub fn with_boot_time(mut self, time: Duration) -> Self {
        self.cx.boot_time = time;
        self
    }

    /// Starts in these states. A registration that takes its time begins at the start.
    #[must_use]
    pub fn with_states(mut self, states: &[ModuleState]) -> Self {
        for state in states {
            self.set_state(Duration::ZERO, *state);
        }
        self.parts.network.radio.forget_registration();
        self.parts.follow_network(&mut self.cx);
        self
    }

    /// Starts with a boot: the module is deaf at first, then it says the lines of a start.
    #[must_use]
    pub fn with_banner(mut self) -> Self {
        if self.cx.power != Power::Off {
            self.boot();
        }
        self
    }

    /// Sets a state of the module or of its surroundings. It lasts until another one is set, over restarts too.
    pub fn set_state(&mut self, now: Duration, state: ModuleState) {
        self.cx.advance(now);
        match state {
            ModuleState::Power(true) if self.cx.power == Power::Off => self.boot(),
            ModuleState::Power(false) if self.cx.power != Power::Off => {
                self.go_down(Output::Dropped);
            }
            ModuleState::Power(_) => {}
            state => self.parts.set_state(&mut self.cx, state),
        }
        self.settle();
    }

    /// Restarts the module, as after a loss of power (FIELD 1.12). Session, contexts and settings are gone, save those
    /// that `AT&W` stored, and so is output that has not been taken.
    pub fn restart(&mut self, now: Duration) {
        self.cx.advance(now);
        self.go_down(Output::Dropped);
        self.boot();
        self.settle();
    }

    /// Takes all contexts away, as a network does.
    pub fn lose_contexts(&mut self, now: Duration) {
        for number in 1..=CONTEXTS {
            self.handle_reply(now, DriverReply::ContextLost(number));
        }
    }

    /// Goes down where a command asked for it, once the command is answered.
    pub(super) fn follow_power(&mut self) {
        let Power::Leaving(_) = self.cx.power else {
            return;
        };
        let is_free = self.cx.input.mode.is_command() && !self.cx.is_busy();
        if is_free && self.cx.timers.get(Timer::Power).is_none() {
            let at = self.cx.now + self.cx.boot_time / DOWN;
            self.cx.timers.set(Timer::Power, at);
            if at == self.cx.now {
                self.on_power_timeout();
            }
        }
    }

    /// Takes the next step of an end or of a start.
    pub(super) fn on_power_timeout(&mut self) {
        self.cx.timers.stop(Timer::Power);
        match self.cx.power {
            Power::Leaving(shutdown) => {
                if let Some(line) = shutdown.line {
                    self.cx.urc(line.into());
                    self.cx.write_urcs();
                }
                self.go_down(Output::Kept);
                if shutdown.restarts {
                    self.boot();
                }
            }
            Power::Booting => self.wake(),
            Power::On | Power::Off => {}
        }
    }

    /// Forgets everything but what outlives a loss of power. The driver forgets what it keeps for the module.
    fn go_down(&mut self, output: Output) {
        let dialect = self.cx.dialect;
        let fresh = ModuleContext::new(dialect, self.cx.quirks);
        let before = core::mem::replace(&mut self.cx, fresh);
        let cx = &mut self.cx;
        self.parts.restart(dialect);
        self.parts.line.apply(cx);
        cx.now = before.now;
        cx.boot_time = before.boot_time;
        cx.reports_urcs = before.reports_urcs;
        cx.delays = before.delays;
        cx.clock = before.clock;
        cx.identity = before.identity;
        let rate = before.output.rate();
        cx.reports_input = before.reports_input;
        cx.fault_hook = before.fault_hook;
        if output == Output::Kept {
            cx.output.take_over(before.output);
        }
        self.set_rate(rate);
        let cx = &mut self.cx;
        let reported = before.events.into_iter();
        cx.events.extend(reported.filter(ModuleEvent::is_report));
        cx.event(ModuleEvent::DropSession);
        cx.event(ModuleEvent::Transcript(false));
        cx.event(ModuleEvent::Stopped);
        cx.power = Power::Off;
    }

    fn boot(&mut self) {
        self.cx.power = Power::Booting;
        self.cx
            .timers
            .set(Timer::Power, self.cx.now + self.cx.boot_time);
        if self.cx.boot_time.is_zero() {
            self.on_power_timeout();
        }
    }

    fn wake(&mut self) {
        self.cx.power = Power::On;
        self.cx.event(ModuleEvent::Started);
        self.parts.network.radio.start(&mut self.cx);
        self.cx.write_urcs();
    }
}
