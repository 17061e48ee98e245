//! One turn of a host: its events are counted, and what it sends is taken.

use std::time::Duration;

use qftp::host::{Event, Host};

/// The time of all cases: it stands still.
pub(crate) const NOW: Duration = Duration::ZERO;

/// What a host has done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Bytes of payload.
    pub moved: u64,
    /// Events of payload.
    pub pieces: u64,
    /// Events of payload with one byte.
    pub single_bytes: u64,
    /// Lines that belong to no command.
    pub lines: u64,
    /// Set once the operation has ended well.
    pub done: bool,
}

/// The end of a line that a host has sent: what it wants to be answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sent {
    /// No bytes.
    Nothing,
    /// A setting of GSM modules, which is answered by a line of its own (001 §2.1).
    GsmSetting,
    /// Anything else.
    Other,
}

/// Drains a host: its events are counted, and what it sends is taken.
pub(crate) fn turn(host: &mut Host, count: &mut Count) -> Sent {
    let mut sent = Sent::Nothing;
    loop {
        while let Some(event) = host.poll_event() {
            match event {
                Event::Data(data) => {
                    count.moved += data.len() as u64;
                    count.pieces += 1;
                    count.single_bytes += u64::from(data.len() == 1);
                }
                Event::Urc(_) => count.lines += 1,
                Event::Done(result) => {
                    result.expect("the operation ends well");
                    count.done = true;
                }
                _ => {}
            }
        }
        let Some(bytes) = host.poll_transmit() else {
            return sent;
        };
        let length = bytes.len();
        sent = match bytes.starts_with(b"AT+QFTPCFG=3") {
            true => Sent::GsmSetting,
            false => Sent::Other,
        };
        host.transmitted(NOW, length);
    }
}

/// Answers the setting that a GSM module is sent before a transfer, where it is sent one.
pub(crate) fn answer_setting(host: &mut Host, count: &mut Count, sent: Sent) {
    if sent == Sent::GsmSetting {
        host.handle_input(NOW, b"\r\nOK\r\n\r\n+QFTPCFG:0\r\n");
        turn(host, count);
    }
}
