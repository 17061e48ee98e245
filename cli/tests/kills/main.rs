//! Real kills: the program, the emulator and real servers as processes, each killed, stopped or out of space in the middle
//! of a transfer. The file is whole by SHA-256, or the error is true; and the next operation on the line works.

#![cfg(target_os = "linux")]

#[path = "../lab/background.rs"]
#[allow(dead_code, reason = "it has more than this target uses")]
mod background;
mod emulator;
mod full_disk;
mod host;
mod lab;
mod outcome;
mod server;
mod two_hosts;
