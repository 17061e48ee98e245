//! The FTP client engine on sockets, against real servers; curl looks at what lies there.
//!
//! Where servers differ, the difference is stated here, kind by kind.
#![cfg(unix)]

mod client;
mod commands;
mod dialects;
mod endings;
mod listings;
mod local_ports;
mod partial;
mod resume;
mod transfers;

use qftp::ftp::{FailureKind, FtpDataAddress, FtpFailure, FtpOutcome, FtpTransfer};

/// Binary and passive, as most transfers are.
const PLAIN: FtpTransfer = FtpTransfer {
    ascii: false,
    passive: true,
    data_address: FtpDataAddress::Server,
};

/// The same in active mode.
const ACTIVE: FtpTransfer = FtpTransfer {
    passive: false,
    ..PLAIN
};

/// Bytes that repeat nowhere near, all 256 values among them.
fn noise(length: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_u32;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state.to_le_bytes()[1]
    };
    std::iter::repeat_with(&mut next).take(length).collect()
}

/// What the server refused with.
#[track_caller]
fn refusal(result: Result<FtpOutcome, FtpFailure>) -> u16 {
    match result {
        Err(FtpFailure {
            kind: FailureKind::Refused,
            reply: Some(code),
            ..
        }) => code,
        other => panic!("not refused: {other:?}"),
    }
}
