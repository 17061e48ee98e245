//! Disruptions of a module that its user asks for: a lost unsolicited result code, a service that stays busy.

use core::time::Duration;

use super::Module;

/// Disruptions: a lost URC, a service that stays busy. [`crate::emulator::Fault`] names these, with faults of
/// connections and of the line.
impl Module {
    /// Takes note that the line has not taken what the module said: a host that is slow to read is not a network that is
    /// slow to send.
    pub fn wait_for_host(&mut self, now: Duration) {
        self.cx.now = self.cx.now.max(now);
        self.parts.ftp.wait_for_host(&mut self.cx);
    }

    /// Ends the next FTP command of a session at once with 602, or no longer.
    pub fn set_would_block(&mut self, on: bool) {
        self.parts.ftp.faults.would_block = on;
    }

    /// Reports the next transfer that fails in its middle as closed by the peer, 608, or no longer.
    pub fn set_peer_closed(&mut self, on: bool) {
        self.parts.ftp.faults.peer_closed = on;
    }

    /// Drops the next unsolicited result code, as where they come out of another port (FIELD 5).
    pub fn lose_urc(&mut self, lose: bool) {
        self.cx.output.urcs().loses_next = lose;
    }

    /// Answers every FTP command but a close with 603, until the session is closed (FIELD 3). LTE modules alone do so.
    pub fn set_busy(&mut self, busy: bool) {
        self.parts.ftp.barred = busy;
    }
}
