//! Disruptions of a module, which its user brings about: a lost URC, a service that stays busy, a late answer.

#[cfg(any(test, all(unix, feature = "emulator")))]
use alloc::boxed::Box;
use core::time::Duration;

use super::Module;
#[cfg(any(test, all(unix, feature = "emulator")))]
use super::fault_hook::FaultHook;

/// Disruptions: a lost URC, a service that stays busy. [`crate::emulator::Fault`] names these, with faults of
/// connections and of the line.
impl Module {
    /// Asks the hook what goes wrong with each answer and each unsolicited result code.
    #[cfg(any(test, all(unix, feature = "emulator")))]
    #[must_use]
    pub(crate) fn with_fault_hook(mut self, hook: Box<dyn FaultHook>) -> Self {
        self.cx.fault_hook = Some(hook);
        self
    }

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
