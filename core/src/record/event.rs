//! The header and the events of a record, as values.

use std::time::Duration;

use crate::host::LineKind;

/// The circumstances of a record. Nothing in it names the host machine or an account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RecordHeader {
    /// The version of qftp that made the record.
    pub qftp: String,
    /// The kind of the port: `serial`, `socket`, `unix`, `emulator`, `replay`, or `given` for one of the program's own.
    pub port: String,
    /// The dialect that the user named; `None` where the module was asked.
    pub dialect: Option<String>,
    /// The words of the command line, accounts removed; empty where none made the record.
    pub command: Vec<String>,
}

impl RecordHeader {
    /// Makes the header of a record that this version makes.
    pub fn new(port: impl Into<String>) -> Self {
        RecordHeader {
            qftp: env!("CARGO_PKG_VERSION").into(),
            port: port.into(),
            ..RecordHeader::default()
        }
    }
}

/// An event of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RecordEvent {
    /// The time since the start of the record, in whole microseconds.
    pub time: Duration,
    /// The event.
    pub kind: RecordKind,
}

impl RecordEvent {
    /// Makes an event.
    pub fn new(time: Duration, kind: RecordKind) -> Self {
        RecordEvent { time, kind }
    }
}

/// The kind of an event in a record.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RecordKind {
    /// A line, with the line ends around it; secrets are `***`.
    Line {
        /// `true` if the host sent it.
        from_host: bool,
        /// Its meaning to the command that ran.
        meaning: LineKind,
        /// Its bytes.
        raw: Vec<u8>,
    },
    /// Line ends that came by themselves.
    LineEnds(Vec<u8>),
    /// Bytes around payload.
    Framing(Vec<u8>),
    /// Bytes that meant nothing to the host.
    Skipped {
        /// Their number.
        bytes: u64,
    },
    /// A run of payload.
    Payload {
        /// `true` if the host sent it.
        from_host: bool,
        /// The number of bytes.
        bytes: u64,
        /// The bytes, if the record keeps them.
        content: Option<Vec<u8>>,
    },
    /// The payload in one direction has ended.
    Digest {
        /// `true` if the host sent it.
        from_host: bool,
        /// The number of its bytes.
        bytes: u64,
        /// SHA-256 of them.
        sha256: [u8; 32],
    },
    /// The port was opened.
    Opened,
    /// The module has told what it is.
    Module {
        /// The manufacturer.
        manufacturer: String,
        /// The model.
        model: String,
        /// The revision of the firmware.
        revision: String,
        /// The dialect that the host speaks with it.
        dialect: String,
    },
    /// A remark, which nothing depends on.
    Note(String),
    /// The program that made the record has ended, with this exit code.
    Exit(u8),
}

impl RecordKind {
    /// Returns `true` if bytes of the host went over the line.
    pub fn is_from_host(&self) -> bool {
        matches!(
            self,
            RecordKind::Line {
                from_host: true,
                ..
            } | RecordKind::Payload {
                from_host: true,
                ..
            }
        )
    }

    /// Returns `true` if bytes of the module came over the line.
    pub fn is_from_module(&self) -> bool {
        match self {
            RecordKind::Line { from_host, .. } | RecordKind::Payload { from_host, .. } => {
                !from_host
            }
            RecordKind::LineEnds(_) | RecordKind::Framing(_) | RecordKind::Skipped { .. } => true,
            _ => false,
        }
    }
}
