//! The context that the parts of the module share: time, dialect, line, events for the driver, timers.

use alloc::collections::VecDeque;
use alloc::vec::Vec;
use core::time::Duration;

use super::data_mode::LineMode;
use super::event::ModuleEvent;
use super::input::LineInput;
use super::output::LineOutput;
use super::power::Power;
use super::quirks::Quirks;
use super::response::CommandError;
use super::socket_error::SocketError;
use super::timers::{Timer, TimerTable};
use crate::dialect::Dialect;
use crate::framing::escape::Escape;

/// Output may grow to this many bytes before [`Module::wants_data`](super::Module::wants_data) says stop.
pub(super) const HIGH_WATER: usize = 64 * 1024;

/// Holds what every part of the module may use. A part knows nothing of the other parts.
#[derive(Debug)]
pub(super) struct ModuleContext {
    pub(super) now: Duration,
    pub(super) dialect: &'static Dialect,
    pub(super) quirks: Quirks,
    pub(super) input: LineInput,
    pub(super) output: LineOutput,
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
    pub(super) power: Power,
    /// The time that a start takes.
    pub(super) boot_time: Duration,
}

impl ModuleContext {
    pub(super) fn new(dialect: &'static Dialect, quirks: Quirks) -> Self {
        ModuleContext {
            now: Duration::ZERO,
            dialect,
            quirks,
            input: LineInput::default(),
            output: LineOutput::new(dialect.cme_text),
            events: VecDeque::new(),
            timers: TimerTable::default(),
            socket_error: SocketError::default(),
            guard: Duration::from_secs(1),
            reports_urcs: false,
            reports_input: false,
            power: Power::On,
            boot_time: Duration::ZERO,
        }
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
        self.output.urc(text);
    }

    /// Writes the unsolicited result codes that wait, if the line is free.
    pub(super) fn write_urcs(&mut self) {
        while self.input.is_free() {
            let Some(text) = self.output.write_urc() else {
                return;
            };
            if self.reports_urcs {
                self.event(ModuleEvent::Urc(text));
            }
        }
    }

    /// Writes `CONNECT` and enters data mode.
    pub(super) fn connect(&mut self, count: Option<u64>) {
        self.output.connect(count);
        self.enter_mode(LineMode::Data(Escape::new(self.now, self.guard)));
    }

    /// Ends the command line without a result code and carries payload from now on.
    pub(super) fn enter_mode(&mut self, mode: LineMode) {
        self.timers.put(Timer::Escape, mode.deadline());
        self.input.enter(mode);
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
