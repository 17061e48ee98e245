//! The trace of an emulator: what the firmware types, what it is told, and what happens around the line.
//!
//! ```
//! use std::sync::mpsc::channel;
//!
//! use qftp::client::ClientOptions;
//! use qftp::dialect::ec2x::EC2X;
//! use qftp::emulator::trace::TraceKind;
//! use qftp::emulator::{Emulator, EmulatorOptions};
//!
//! let (sender, events) = channel();
//! let mut options = EmulatorOptions::new(&EC2X);
//! options.trace = Some(sender);
//! let (module, line) = Emulator::in_process(options)?;
//! ClientOptions::new().with_port(line)?.command(b"AT+CSQ")?;
//! drop(module);
//! let kinds: Vec<TraceKind> = events.iter().map(|event| event.kind).collect();
//! assert!(kinds.contains(&TraceKind::Typed { text: b"AT+CSQ".to_vec(), ended: true }));
//! assert!(kinds.contains(&TraceKind::Told { text: b"+CSQ: 28,99".to_vec(), ended: true }));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Passwords are redacted as in the log of a client. Payload is shown by its length alone, for it may be a key.

mod partial_line;
mod tracer;

use std::net::SocketAddr;
use std::time::Duration;

use super::fault::Fault;
use super::fault_plan::FaultRule;
use crate::module::ModuleState;
pub(super) use tracer::Tracer;

/// Something that happened in an emulator.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TraceEvent {
    /// The time since the emulator was started.
    pub time: Duration,
    /// The event.
    pub kind: TraceKind,
}

impl TraceEvent {
    /// Makes an event, for the test of a view.
    pub fn new(time: Duration, kind: TraceKind) -> Self {
        TraceEvent { time, kind }
    }
}

/// The kind of an event in a trace.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TraceKind {
    /// The host typed a line.
    Typed {
        /// The line, passwords redacted. Without its end, if it has ended.
        text: Vec<u8>,
        /// `false` if the host fell silent in the middle of the line. It is shown once more when it ends.
        ended: bool,
    },
    /// The host sent bytes in command mode that are no command; they are not shown, for they may be payload.
    NoCommand {
        /// Their number.
        bytes: usize,
    },
    /// The module sent back what the host typed.
    Echo {
        /// The line, passwords redacted.
        text: Vec<u8>,
    },
    /// The module told the host a line.
    Told {
        /// The line, passwords redacted.
        text: Vec<u8>,
        /// `false` if the module fell silent in the middle of the line. It is shown once more when it ends.
        ended: bool,
    },
    /// Payload passed on the line, up to the next event or for a second.
    Payload {
        /// `true` if the host sent it.
        from_host: bool,
        /// Its bytes on the line.
        bytes: u64,
    },
    /// Bytes of the host were lost: the fault `silent` wants it, or data mode broke and the UART was full.
    Lost {
        /// Their number.
        bytes: usize,
    },
    /// A host opened the line. One on a pseudo terminal is noticed when it sends its first byte.
    HostCame {
        /// Its address, on a TCP line.
        peer: Option<SocketAddr>,
    },
    /// The host closed the line.
    HostWent,
    /// A fault was injected, or cleared.
    Fault {
        /// The fault.
        fault: Fault,
        /// `true` if it was injected.
        injected: bool,
    },
    /// A rule of the fault plan fired.
    FaultRule {
        /// The rule, with the time that was drawn.
        rule: FaultRule,
    },
    /// A state was set.
    State {
        /// The state.
        state: ModuleState,
    },
    /// The module went down: switched off, or to start again. What it hears until it has started is lost.
    Stopped,
    /// The module hears again after a start.
    Started,
    /// A line passed between the module and the FTP server, passwords redacted.
    Server {
        /// `true` if the module sent it.
        sent: bool,
        /// The line.
        text: Vec<u8>,
    },
}

/// The host at the other end of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct HostPeer {
    pub(super) address: Option<SocketAddr>,
}
