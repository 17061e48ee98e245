//! The silence before `CONNECT`: what a host writes behind the CR of a data command comes before it, and is discarded.
//!
//! A module takes longer to say `CONNECT` than one byte takes on its line, so the LF of CR LF is there by then. A pseudo
//! terminal and a socket carry a byte in no time, and a host may write CR and LF one after the other. `CONNECT` therefore
//! waits until the line has been silent for a moment (DIALECTS "Data mode").

use std::time::Duration;

/// Two writes of a program are some microseconds apart, and a few milliseconds where another process runs in between.
const SILENCE: Duration = Duration::from_millis(10);

/// Says when `CONNECT` may go out.
#[derive(Debug, Default)]
pub(super) struct ConnectGate {
    last_input: Duration,
}

impl ConnectGate {
    /// Takes note that the host wrote something.
    pub(super) fn on_input(&mut self, now: Duration) {
        self.last_input = now;
    }

    /// Returns when `CONNECT` may go out, if nothing more comes.
    pub(super) fn opens_at(&self) -> Duration {
        self.last_input + SILENCE
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
        assert_eq!(gate.opens_at(), millisecond * 20);
        gate.on_input(millisecond * 14);
        assert_eq!(gate.opens_at(), millisecond * 24);
    }
}
