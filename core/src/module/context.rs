//! The context that the parts of the module share: time, dialect, line, events for the driver, timers.

use alloc::boxed::Box;
use alloc::collections::VecDeque;
use alloc::vec::Vec;
use core::time::Duration;

use super::clock::Clock;
use super::data_mode::LineMode;
use super::event::ModuleEvent;
use super::fault_hook::{AnswerFault, FaultHook};
use super::input::LineInput;
use super::latency::{Delays, Latency};
use super::output::LineOutput;
use super::pacing::PacedInput;
use super::power::Power;
use super::quirks::{Quirk, Quirks};
use super::response::CommandError;
use super::socket_error::SocketError;
use super::timers::{Timer, TimerTable};
use crate::at::{AtCommand, Form};
use crate::dialect::{Dialect, Identity, Volume};
use crate::framing::escape::Escape;

/// Holds what every part of the module may use. A part knows nothing of the other parts.
#[derive(Debug)]
pub(super) struct ModuleContext {
    pub(super) now: Duration,
    pub(super) clock: Clock,
    pub(super) dialect: &'static Dialect,
    /// The model that the module is.
    pub(super) identity: &'static Identity,
    pub(super) quirks: Quirks,
    pub(super) input: LineInput,
    /// Input that is still on its way, where the line has a speed.
    pub(super) incoming: PacedInput,
    pub(super) output: LineOutput,
    pub(super) delays: Delays,
    pub(super) events: VecDeque<ModuleEvent>,
    pub(super) timers: TimerTable,
    /// Answer to `AT+QIGETERROR`.
    pub(super) socket_error: SocketError,
    /// Silence around `+++`, by S12.
    pub(super) guard: Duration,
    /// Turns unsolicited result codes into events too.
    pub(super) reports_urcs: bool,
    /// Turns what the host typed into events too.
    pub(super) reports_input: bool,
    /// Decides what goes wrong with answers and unsolicited result codes.
    pub(super) fault_hook: Option<Box<dyn FaultHook>>,
    pub(super) power: Power,
    /// The time that a start takes.
    pub(super) boot_time: Duration,
}

impl ModuleContext {
    pub(super) fn new(dialect: &'static Dialect, quirks: Quirks) -> Self {
        ModuleContext {
            now: Duration::ZERO,
            clock: Clock::default(),
            dialect,
            identity: &dialect.identities[0],
            quirks,
            input: LineInput::default(),
            incoming: PacedInput::default(),
            output: LineOutput::new(dialect.cme_text),
            delays: Delays::new(Latency::NONE),
            events: VecDeque::new(),
            timers: TimerTable::default(),
            socket_error: SocketError::default(),
            guard: Duration::from_secs(1),
            reports_urcs: false,
            reports_input: false,
            fault_hook: None,
            power: Power::On,
            boot_time: Duration::ZERO,
        }
    }

    /// Returns the places for files that the model has.
    pub(super) fn stores(&self) -> &'static [Volume] {
        self.identity.stores.unwrap_or(self.dialect.stores)
    }

    /// Queues an event for the driver.
    pub(super) fn event(&mut self, event: ModuleEvent) {
        self.events.push_back(event);
    }

    /// Writes one line of information.
    pub(super) fn information(&mut self, text: &[u8]) {
        self.output.information(text);
    }

    /// Queues an unsolicited result code until the line is free.
    pub(super) fn urc(&mut self, text: Vec<u8>) {
        let mut not_before = self.delays.take_outcome(&text).unwrap_or_default();
        if let Some(hook) = &mut self.fault_hook {
            let fault = hook.on_urc(&text, self.output.bytes().len());
            if fault.lost {
                return;
            }
            if !fault.late.is_zero() {
                not_before = not_before.max(self.now.saturating_add(fault.late));
            }
        }
        self.output.urcs().push(text, not_before);
    }

    /// Holds the answer to a command for its latency; `None` is a line without one.
    pub(super) fn hold_answer(&mut self, command: Option<&AtCommand<'_>>, is_first: bool) {
        let delays = &mut self.delays;
        let delay = delays.draw_answer(self.now, self.dialect, command, is_first);
        self.output.hold(self.now, delay);
    }

    /// Returns what goes wrong with the answer to a command; its latency is held already. A test and a read are not asked
    /// about.
    pub(super) fn answer_fault(&mut self, command: &AtCommand<'_>) -> AnswerFault {
        let AtCommand::Extended {
            name,
            form: Form::Execute | Form::Write(_),
        } = command
        else {
            return AnswerFault::default();
        };
        let ahead = self.output.bytes().len();
        let hook = self.fault_hook.as_mut();
        let fault = hook
            .map(|hook| hook.on_command(name, ahead))
            .unwrap_or_default();
        self.output.hold(self.now, fault.late);
        fault
    }

    /// Holds what comes next, so that it keeps the distance of an unsolicited result code from the final result before it.
    pub(super) fn keep_distance(&mut self) {
        if self.delays.separates_urcs() {
            let left = self.output.quiet_time(self.now);
            let delay = left.unwrap_or_else(|| self.delays.draw_urc());
            self.output.hold(self.now, delay);
        }
    }

    /// Tells whether a command is being answered: it is executed, or its answer is held for its latency.
    pub(super) fn is_busy(&self) -> bool {
        self.input.is_busy() || self.output.is_holding()
    }

    /// Tells whether what is typed waits: a command is being answered, or the host does not read the answers.
    pub(super) fn postpones_input(&self) -> bool {
        self.is_busy() || self.input.mode.is_command() && self.output.stops_input()
    }

    /// Returns when the next unsolicited result code may be written, if one waits and the line is free.
    pub(super) fn urc_due(&self) -> Option<Duration> {
        let is_free = self.input.mode.is_command() && !self.is_busy();
        is_free
            .then(|| self.output.urc_due(self.delays.separates_urcs()))
            .flatten()
    }

    /// Lets time pass for what goes over the line.
    pub(super) fn advance(&mut self, now: Duration) {
        let before = self.now;
        self.now = before.max(now);
        self.output.advance(before, self.now);
        self.change_rate();
    }

    /// Takes note that output has gone out.
    pub(super) fn transmitted(&mut self, count: usize) {
        self.output.transmitted(count);
        self.input.on_output(self.output.sent());
        if self.output.take_sent_result() && self.delays.separates_urcs() {
            let delay = self.delays.draw_urc();
            self.output.keep_quiet(self.now.saturating_add(delay));
        }
        self.change_rate();
    }

    fn change_rate(&mut self) {
        if self.output.change_rate() {
            self.incoming.change_rate(self.now);
        }
    }

    /// Writes the unsolicited result codes that wait, if the line is free and their time has come.
    pub(super) fn write_urcs(&mut self) {
        while self.urc_due().is_some_and(|due| due <= self.now) {
            self.write_urc();
        }
    }

    /// Writes the unsolicited result codes that wait, also while a command is being answered.
    pub(super) fn write_all_urcs(&mut self) {
        while self.write_urc() {}
    }

    /// Writes the oldest unsolicited result code that waits; returns `false` if there was none.
    fn write_urc(&mut self) -> bool {
        let Some(text) = self.output.write_urc() else {
            return false;
        };
        if self.reports_urcs {
            self.event(ModuleEvent::Urc(text));
        }
        true
    }

    /// Writes `CONNECT` and enters data mode.
    pub(super) fn connect(&mut self, count: Option<u64>) {
        self.output.connect(count);
        self.enter_mode(LineMode::Data(Escape::new(self.now, self.guard)));
    }

    /// Ends the command line without a result code and carries payload from now on. The line that announces it is
    /// written: what the host sends before its text has gone out is no payload, the LF behind its CR least of all. A host
    /// that knows the text need not wait for the line end.
    pub(super) fn enter_mode(&mut self, mode: LineMode) {
        self.timers.put(Timer::Escape, mode.deadline());
        self.input.enter(mode);
        if !self.quirks.has(Quirk::PayloadFromCr) {
            self.input.discard_until(self.output.written_text());
        }
    }

    /// Returns to command mode, with a result code where one is due.
    pub(super) fn leave_data_mode(&mut self, result: Option<Result<(), CommandError>>) {
        self.input.mode = LineMode::Command;
        self.timers.stop(Timer::Escape);
        if let Some(result) = result {
            self.output.result(result);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::ec2x::EC2X;

    #[test]
    fn urcs_wait_for_the_end_of_data_mode_and_become_events() {
        let mut cx = ModuleContext::new(&EC2X, Quirks::MANUAL);
        cx.reports_urcs = true;
        cx.connect(None);
        cx.urc(b"+QFTPGET: 0,3".to_vec());
        cx.write_urcs();
        assert_eq!(cx.output.bytes(), b"\r\nCONNECT\r\n");
        cx.leave_data_mode(Some(Ok(())));
        cx.write_urcs();
        assert!(
            cx.output
                .bytes()
                .ends_with(b"\r\nOK\r\n\r\n+QFTPGET: 0,3\r\n")
        );
        let event = ModuleEvent::Urc(b"+QFTPGET: 0,3".to_vec());
        assert_eq!(cx.events.pop_front(), Some(event));
    }

    #[test]
    fn leaving_data_mode_stops_the_escape_timer() {
        let mut cx = ModuleContext::new(&EC2X, Quirks::MANUAL);
        cx.connect(None);
        cx.timers.set(Timer::Escape, Duration::from_secs(5));
        cx.leave_data_mode(None);
        assert_eq!(cx.timers.next_timeout(), None);
        assert!(cx.output.bytes().ends_with(b"CONNECT\r\n"));
    }
}
