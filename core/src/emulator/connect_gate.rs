//! The silence before `CONNECT`: what a host writes behind the CR of a data command comes before it, and is discarded.
//!
//! A module takes longer to say `CONNECT` than one byte takes on its line, so the LF of CR LF is there by then. A pseudo
//! terminal and a socket carry a byte in no time, and a host may write CR and LF one after the other. `CONNECT` therefore
//! waits until the line has been silent for a moment (DIALECTS "Data mode"). It does not wait for a host whose last line
//! but one ended with a CR alone.

use std::time::Duration;

/// Two writes of a program are some microseconds apart, and a few milliseconds where another process runs in between.
const SILENCE: Duration = Duration::from_millis(20);

/// Says when `CONNECT` may go out.
#[derive(Debug, Default)]
pub(super) struct ConnectGate {
    last_input: Duration,
    opens_at: Option<Duration>,
    /// The last byte was a CR: an LF may follow.
    after_cr: bool,
    /// No LF stood behind the last CR that something followed.
    ends_with_cr: bool,
}

impl ConnectGate {
    /// Takes note of what the host wrote, at least one byte.
    pub(super) fn on_input(&mut self, now: Duration, bytes: &[u8]) {
        self.last_input = now;
        for byte in bytes {
            if self.after_cr {
                self.ends_with_cr = *byte != b'\n';
            }
            self.after_cr = *byte == b'\r';
        }
    }

    /// Takes note of payload, which has no lines.
    pub(super) fn on_payload(&mut self, now: Duration) {
        self.last_input = now;
        self.after_cr = false;
    }

    /// Forgets the host: the next one may end its lines in another way.
    pub(super) fn forget_host(&mut self) {
        self.after_cr = false;
        self.ends_with_cr = false;
    }

    /// Tells whether `CONNECT` may go out. If not, [`ConnectGate::poll_timeout`] says when to ask again.
    pub(super) fn is_open(&mut self, now: Duration) -> bool {
        let opens_at = self.last_input + SILENCE;
        let waits = now < opens_at && !self.ends_with_cr;
        self.opens_at = waits.then_some(opens_at);
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

    const MS: Duration = Duration::from_millis(1);

    #[test]
    fn each_input_begins_the_silence_anew() {
        let mut gate = ConnectGate::default();
        gate.on_input(MS * 10, b"AT+QFTPPUT\r");
        assert_eq!(gate.poll_timeout(), None);
        assert!(!gate.is_open(MS * 14));
        assert_eq!(gate.poll_timeout(), Some(MS * 30));
        gate.on_input(MS * 14, b"\n");
        assert!(!gate.is_open(MS * 30));
        assert_eq!(gate.poll_timeout(), Some(MS * 34));
        assert!(gate.is_open(MS * 34));
        assert_eq!(gate.poll_timeout(), None);
    }

    /// Returns true if a host that wrote this in one millisecond is waited for.
    fn is_waited_for(writes: &[&[u8]]) -> bool {
        let mut gate = ConnectGate::default();
        for bytes in writes {
            gate.on_input(MS, bytes);
        }
        !gate.is_open(MS)
    }

    #[test]
    fn a_host_whose_lines_end_with_cr_is_not_waited_for() {
        assert!(is_waited_for(&[b"AT+QFTPPUT\r"]));
        assert!(!is_waited_for(&[b"AT\r", b"AT+QFTPPUT\r"]));
        assert!(!is_waited_for(&[b"AT\rAT+QFTPPUT\r"]));
        assert!(is_waited_for(&[b"AT\r", b"\n", b"AT+QFTPPUT\r"]));
        assert!(is_waited_for(&[b"AT\r\nAT+QFTPPUT\r\n"]));
        assert!(is_waited_for(&[b"AT\r", b"AT\r", b"\n", b"AT+QFTPPUT\r"]));
    }

    #[test]
    fn another_host_is_waited_for() {
        let mut gate = ConnectGate::default();
        gate.on_input(MS, b"AT\rAT\r");
        gate.forget_host();
        gate.on_input(MS, b"AT+QFTPPUT\r");
        assert!(!gate.is_open(MS));
    }

    #[test]
    fn payload_has_no_lines() {
        let mut gate = ConnectGate::default();
        gate.on_input(MS, b"AT+QFTPPUT\r\n");
        gate.on_payload(MS);
        gate.on_input(MS, b"AT+QFTPPUT\r");
        assert!(!gate.is_open(MS));
    }
}
