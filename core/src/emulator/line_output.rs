//! The module's output on its way to the line.

use std::convert::Infallible;
use std::time::Duration;

use super::driver::ModuleDriver;
use super::fault_plan::FaultStream;
use crate::endpoint::Endpoint as _;

impl ModuleDriver {
    /// Sends the module's output, once the host has taken what was sent before.
    pub(super) fn send_output(&mut self, now: Duration) -> bool {
        // A URC is reported before it is on the line: a user who has read one there finds it reported.
        let mut moved = self.act(now);
        if self.module.discards_input() {
            // What is on the line by now comes before CONNECT.
            if self.hear(now) {
                return true;
            }
            if !self.connect_gate.is_open(now) {
                return moved;
            }
            // A quiet module has no CONNECT to send; the payload begins all the same.
            self.module.transmitted(now, 0);
        }
        moved |= self.pass_output(now);
        if !self.has_queued_output() && self.takes_output(now) {
            moved |= self.queue_output(now);
            moved |= self.pass_output(now);
        }
        let queued = self.line.queued();
        self.line.flush();
        // A line that takes something again has room for a download that waited for it. No other event reports that.
        moved | (self.line.queued() < queued)
    }

    /// Hands the module's output to the line, run by run for the trace; returns true if there was some.
    fn queue_output(&mut self, now: Duration) -> bool {
        let mut moved = false;
        while let Some(run) = self.module.first_run() {
            let (line, faults, trace) = (&mut self.line, &mut self.faults, &mut self.trace);
            #[cfg(feature = "record")]
            let record = &mut self.record;
            let plan = &self.plan;
            let Ok(count) = self.module.transmit(now, |output| {
                let output = &output[..run.length.min(output.len())];
                let mut told = output;
                plan.with(|plan| {
                    if plan.line.is_clean(FaultStream::Downstream) {
                        told = faults.heard_of(output);
                        line.queue(told);
                    } else {
                        plan.line.handle(now, FaultStream::Downstream, output);
                    }
                });
                if let Some(trace) = trace {
                    trace.told(now, told, run);
                }
                #[cfg(feature = "record")]
                if let Some(record) = record {
                    record.line.told(now, told, run);
                }
                Ok::<_, Infallible>(output.len())
            });
            if count == 0 {
                break;
            }
            moved = true;
        }
        moved
    }

    /// Tells whether the module's output goes out now, and remembers that it waits.
    fn takes_output(&mut self, now: Duration) -> bool {
        let carries = self.presence.carries_output();
        let listens = carries && self.line.has_audience(now);
        self.waits_for_host = carries && !listens && self.module.poll_transmit().is_some();
        listens
    }
}
