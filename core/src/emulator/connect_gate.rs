//! The silence before `CONNECT`: what a host writes behind the CR of a data command comes before it, and is discarded.
//!
//! A module takes longer to say `CONNECT` than one byte takes on its line, so the LF of CR LF is there by then. A pseudo
//! terminal and a socket carry a byte in no time, and a host may write CR and LF one after the other. `CONNECT` therefore
//! waits until the line has been silent for a moment (DIALECTS "Data mode").

use std::time::Duration;

/// Two writes of a program are some microseconds apart, and a few milliseconds where another process runs in between.
const SILENCE: Duration = Duration::from_millis(20);

/// Says when `CONNECT` may go out.
#[derive(Debug, Default)]
pub(super) struct ConnectGate {
    last_input: Duration,
    opens_at: Option<Duration>,
}

impl ConnectGate {
    /// Takes note that the host wrote something.
    pub(super) fn on_input(&mut self, now: Duration) {
        self.last_input = now;
    }

    /// Tells whether `CONNECT` may go out. If not, [`ConnectGate::poll_timeout`] says when to ask again.
    pub(super) fn is_open(&mut self, now: Duration) -> bool {
        let opens_at = self.last_input + SILENCE;
        self.opens_at = (now < opens_at).then_some(opens_at);
        self.opens_at.is_none()
    }

    /// Returns when the gate opens, if `CONNECT` waits for that and nothing more comes.
    pub(super) fn poll_timeout(&self) -> Option<Duration> {
        self.opens_at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_input_begins_the_silence_anew() {
        let mut gate = ConnectGate::default();
        let millisecond = Duration::from_millis(1);
        gate.on_input(millisecond * 10);
        assert_eq!(gate.poll_timeout(), None);
        assert!(!gate.is_open(millisecond * 14));
        assert_eq!(gate.poll_timeout(), Some(millisecond * 30));
        gate.on_input(millisecond * 14);
        assert!(!gate.is_open(millisecond * 30));
        assert_eq!(gate.poll_timeout(), Some(millisecond * 34));
        assert!(gate.is_open(millisecond * 34));
        assert_eq!(gate.poll_timeout(), None);
    }
}
