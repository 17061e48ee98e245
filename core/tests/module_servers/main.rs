//! An emulator with a real server behind it, as one types at it: every FTP command of each dialect against each
//! server, and curl to look at what lies there.
#![cfg(unix)]

mod active_mode;
mod addresses;
mod bad_input;
mod bad_input_families;
mod clauses;
mod commands;
mod gsm;
mod listings;
mod local;
mod losses;
mod nl668;
mod payload_commands;
mod scripted;
mod silence;
mod tls;
mod transfers;

use qftp::dialect::Dialect;
use qftp::dialect::bg96::BG96;
use qftp::dialect::ec2x::EC2X;
use qftp::dialect::ec20::EC20;

/// The dialects whose modules are tested.
const DIALECTS: [&Dialect; 3] = [&EC20, &EC2X, &BG96];

/// A file that holds all bytes and all that a host may take for the end of a file.
fn tricky_payload() -> Vec<u8> {
    let mut bytes: Vec<u8> = (0..=255).cycle().take(70_000).collect();
    bytes.extend(b"\r\nOK\r\n\r\n+QFTPGET: 0,5\r\n+++\r\nNO CARRIER\r\n\x1a\x03\x1b");
    bytes
}
