//! Shared parts of the tests: real FTP servers, conversations as text, AT sessions with an emulator, a harness
//! in memory around the module engine.

#![allow(
    clippy::missing_panics_doc,
    reason = "a tool of a test panics where the test fails"
)]

#[cfg(unix)]
pub mod at_session;
pub mod conformance;
pub mod conversation;
pub mod harness;
pub mod pair;
#[cfg(unix)]
pub mod servers;
#[cfg(target_os = "linux")]
pub mod small_disk;
pub mod tally;
