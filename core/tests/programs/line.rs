//! The line between a program and an emulator.

use std::time::Duration;

use qftp::emulator::{Emulator, EmulatorOptions};
use qftp::module::Latency;

/// Carries the bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Carrier {
    Pty,
    Tcp,
}

impl Carrier {
    pub(crate) const ALL: [Carrier; 2] = [Carrier::Pty, Carrier::Tcp];

    /// Starts an emulator on it.
    pub(crate) fn start(self, options: EmulatorOptions) -> Emulator {
        let module = match self {
            Carrier::Pty => Emulator::on_pty(None, options),
            Carrier::Tcp => Emulator::on_tcp(([127, 0, 0, 1], 0).into(), options),
        };
        module.expect("a module")
    }
}

/// The time that the module and the line take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Timing {
    /// None.
    AtOnce,
    /// That of a module.
    Latency,
    /// That of the line.
    Speed,
    /// Both.
    LatencyAndSpeed,
}

/// Bits per second of a line that takes time; the programs set the same.
const SPEED: u32 = 115_200;
/// The latency of a module that takes time. Results come late enough for a program that waits for 30 ms of silence.
const RESPONSE: Duration = Duration::from_millis(5);
const URC: Duration = Duration::from_millis(120);
/// The time that a start of that module takes.
const BOOT_TIME: Duration = Duration::from_millis(500);

impl Timing {
    pub(crate) const ALL: [Timing; 4] = [
        Timing::AtOnce,
        Timing::Latency,
        Timing::Speed,
        Timing::LatencyAndSpeed,
    ];

    pub(crate) fn has_latency(self) -> bool {
        matches!(self, Timing::Latency | Timing::LatencyAndSpeed)
    }

    pub(crate) fn has_speed(self) -> bool {
        matches!(self, Timing::Speed | Timing::LatencyAndSpeed)
    }

    /// Sets what takes time, and so many times more of it.
    pub(crate) fn set(self, options: &mut EmulatorOptions, slower: u32) {
        options.latency = Latency::NONE;
        if self.has_latency() {
            options.latency = latency(slower).parse().expect("a latency");
            options.boot_time = BOOT_TIME * slower;
        }
        options.baud = self.has_speed().then_some(SPEED / slower);
    }
}

fn latency(slower: u32) -> String {
    let [response, urc] = [RESPONSE, URC].map(|time| (time * slower).as_millis());
    format!("response={response}ms,urc={urc}ms")
}

/// Describes the line of the recorded conversations, which takes its time.
pub(crate) fn recorded(slower: u32) -> String {
    let line = format!("{} bit/s; latency: {}", SPEED / slower, latency(slower));
    match slower {
        1 => line,
        _ => format!("{line}; the clock of the program is {slower} times slower"),
    }
}
