//! The host's input on its way from the line to the module.

use std::time::Duration;

use super::driver::ModuleDriver;
use super::line::LineRead;
use super::trace::TraceKind;

/// In data mode so much is read at once, and nothing while so much waits for the data connection: the payload that a
/// module holds. No manual states it.
const AHEAD: usize = 4096;
/// Pieces of payload that move in one turn, without a look at anything else.
const PIECES: usize = 16;

impl ModuleDriver {
    /// Reads the host's input. Payload moves on at once, piece by piece, as long as the server takes it.
    pub(super) fn hear_on(&mut self, now: Duration) -> bool {
        let mut moved = false;
        for _ in 0..PIECES {
            let heard = self.hear(now);
            moved |= heard;
            if !heard || !self.module.is_in_data_mode() {
                break;
            }
            self.act(now);
        }
        moved
    }

    /// Tells whether the module and the server take input of the host.
    pub(super) fn takes_input(&self) -> bool {
        self.module.wants_input() && self.session.queued() < AHEAD
    }

    /// Reads the host's input, as long as the module and the server take it. What the line brings when data mode has
    /// just broken goes into the UART, as far as it holds it.
    pub(super) fn hear(&mut self, now: Duration) -> bool {
        let data_mode = self.module.is_in_data_mode();
        self.uart.follow(data_mode);
        if !self.uart.overruns() && !self.takes_input() {
            return false;
        }
        if self.has_held_input() {
            // What came before is still on its way.
            return self.pass_input(now);
        }
        let longest = if data_mode { AHEAD } else { self.longest };
        let longest = longest.min(self.longest);
        let buffer = &mut self.buffer[..longest];
        let read = self.line.read(buffer, &self.registry, self.first);
        let moved = self.take_read(now, read);
        // What the host sent may have ended data mode; that breaks nothing.
        self.uart.set_data_mode(self.module.is_in_data_mode());
        moved
    }

    /// Hands the module what was read.
    fn take_read(&mut self, now: Duration, read: LineRead) -> bool {
        if let Some(trace) = &mut self.trace {
            trace.see_host(now, self.line.host());
        }
        #[cfg(feature = "record")]
        if let Some(record) = &mut self.record {
            record.see_host(now, self.line.host());
        }
        match read {
            LineRead::Bytes(bytes) if self.faults.is_deaf() => {
                self.show(now, TraceKind::Lost { bytes });
                true
            }
            LineRead::Bytes(count) => {
                if self.module.is_in_data_mode() {
                    self.connect_gate.on_payload(now);
                } else {
                    self.connect_gate.on_input(now, &self.buffer[..count]);
                }
                self.module.set_dtr(now, true);
                let held = self.uart.hold(count);
                self.take_typed(now, held);
                if held < count {
                    let bytes = count - held;
                    self.show(now, TraceKind::Lost { bytes });
                }
                true
            }
            LineRead::Nothing if self.uart.empty() => true,
            LineRead::Nothing => match self.line.poll_dtr() {
                Some(dtr) => {
                    self.module.set_dtr(now, dtr);
                    true
                }
                None => false,
            },
            LineRead::HungUp => {
                self.connect_gate.forget_host();
                self.uart.empty();
                self.drop_output();
                self.module.set_dtr(now, false);
                true
            }
            LineRead::Gone => {
                self.over = true;
                false
            }
        }
    }
}
