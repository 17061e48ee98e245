//! What befalls a module: it starts anew, its network goes, it loses a line that it should have said.
//!
//! [`crate::emulator::Fault`] names these, with those of connections and of the line.

use core::time::Duration;

use super::{Module, Reply, Request};

impl Module {
    /// Starts anew, as after a loss of power (FIELD 1.12): session, contexts and settings are gone, save those that
    /// `AT&W` stored, and so is what was said and has not been taken. It says its banner. What the driver keeps for it,
    /// open files and `RAM:`, is the driver's to forget.
    pub fn restart(&mut self, now: Duration) {
        let fresh = Module::new(self.dialect).with_quirks(self.quirks);
        let before = core::mem::replace(self, fresh);
        self.now = before.now.max(now);
        self.clock = before.clock;
        self.line = before.line.started_anew(self.dialect);
        self.said_urcs = before.said_urcs;
        self.network.gone = before.network.gone;
        self.requests
            .extend([Request::HangUp, Request::Transcript(false)]);
        for line in self.dialect.banner {
            self.urc(line.as_bytes().to_vec());
        }
        self.say_urcs();
    }

    /// Whether there is a network. Where it goes, every context goes with it, and none comes up until it is back.
    pub fn set_network(&mut self, now: Duration, there: bool) {
        self.network.gone = !there;
        if !there {
            self.lose_contexts(now);
        }
    }

    /// The network takes all contexts away.
    pub fn lose_contexts(&mut self, now: Duration) {
        for number in 1..=super::network::CONTEXTS {
            self.handle_reply(now, Reply::ContextLost(number));
        }
    }

    /// Whether the next unsolicited result code is not said, as where they come out of another port (FIELD 5).
    pub fn lose_urc(&mut self, lose: bool) {
        self.urc_is_lost = lose;
    }

    /// Whether every FTP command but a close gets 603, until the session is closed (FIELD 3). LTE modules alone do so.
    pub fn set_busy(&mut self, busy: bool) {
        self.ftp.set_barred(busy);
    }
}
