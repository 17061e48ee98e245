//! The fault plan on the two connections: commands that are not sent, and data that stops at a byte.

use std::time::Duration;

use super::sockets::{ControlSocket, DataSocket, DataState, SocketSession};
use crate::emulator::fault_plan::{FaultStream, PassedCommand, SharedPlan};
use crate::ftp::SocketReply;

impl SocketSession {
    /// Fails by the rules of a plan, from here on.
    pub(in crate::emulator) fn set_plan(&mut self, plan: SharedPlan) {
        self.plan = plan;
    }

    /// Lets payload pass again.
    pub(in crate::emulator) fn end_stall(&mut self, now: Duration) {
        if self.data_state == DataState::Stalled {
            self.data_state = DataState::Flowing;
            self.flush_data(now);
            self.carry_out(now);
        }
    }

    /// Breaks the data connection once it has sent what it has.
    pub(in crate::emulator) fn cut_data(&mut self, now: Duration) {
        match &self.data {
            DataSocket::Open(connection) | DataSocket::Finishing(connection)
                if connection.queued() > 0 =>
            {
                self.data_state = DataState::BreaksWhenSent;
            }
            _ => self.lose_data(now),
        }
    }

    /// Takes note that the connection that was to break is gone.
    pub(super) fn forget_break(&mut self) {
        if self.data_state == DataState::BreaksWhenSent {
            self.data_state = DataState::Flowing;
        }
    }

    /// Passes one command of the engine on to the server, or answers it in its place; returns false if there is none.
    pub(super) fn send_control(&mut self, now: Duration) -> bool {
        let Some(bytes) = self.engine.poll_transmit() else {
            return false;
        };
        let end = bytes.iter().position(|byte| *byte == b'\n');
        let line = end.map_or(bytes, |end| &bytes[..=end]);
        let count = line.len();
        let verb = line.split(|byte| !byte.is_ascii_alphabetic()).next();
        let verb = verb.and_then(|verb| std::str::from_utf8(verb).ok());
        let passed = self.plan.with(|plan| {
            let passed = plan.on_ftp_command(verb.unwrap_or_default());
            if passed == PassedCommand::Sent {
                plan.pass_control(FaultStream::Upstream, count);
            }
            passed
        });
        if passed == PassedCommand::Sent
            && let ControlSocket::Open(connection) = &mut self.control
        {
            connection.queue(line);
        }
        self.engine.transmitted(now, count);
        match passed {
            PassedCommand::Sent => self.flush_control(now),
            PassedCommand::Answered(reply) => self.engine.handle_input(now, &reply),
            PassedCommand::Dropped => self.reply(now, SocketReply::ControlClosed),
        }
        true
    }

    /// Takes payload for the server, up to the byte at which a rule breaks the connection.
    pub(super) fn queue_data(&mut self, now: Duration, bytes: &[u8]) {
        let mut rest = bytes;
        let mut count = 0;
        loop {
            let fault = self
                .plan
                .with(|plan| plan.pass_data(now, FaultStream::Upstream, count));
            if fault.stalled && self.data_state == DataState::Flowing {
                self.data_state = DataState::Stalled;
            }
            if fault.cut {
                return self.cut_data(now);
            }
            let DataSocket::Open(connection) = &mut self.data else {
                return;
            };
            if rest.is_empty() || self.data_state == DataState::BreaksWhenSent {
                return;
            }
            count = self
                .plan
                .with(|plan| plan.data_room(FaultStream::Upstream, rest.len()));
            let (passed, behind) = rest.split_at(count);
            connection.queue(passed);
            rest = behind;
        }
    }

    /// Returns how many bytes of a download may be read at once.
    pub(super) fn download_room(&self, wanted: usize) -> usize {
        self.plan
            .with(|plan| plan.data_room(FaultStream::Downstream, wanted))
    }

    /// Takes note of payload that was read; returns true if nothing more is to be read now.
    pub(super) fn breaks_download(&mut self, now: Duration, count: usize) -> bool {
        let fault = self
            .plan
            .with(|plan| plan.pass_data(now, FaultStream::Downstream, count));
        if fault.stalled {
            self.data_state = DataState::Stalled;
        }
        if fault.cut {
            self.lose_data(now);
        }
        fault.stalled || fault.cut
    }
}
