//! Shared parts of the tests: real FTP servers, conversations as text, AT sessions with an emulator, a harness
//! in memory around the module engine, a sample of faults for each surface.

#![allow(
    clippy::missing_panics_doc,
    reason = "a tool of a test panics where the test fails"
)]

#[cfg(unix)]
pub mod at_session;
pub mod confirmed;
pub mod conformance;
pub mod conversation;
#[cfg(unix)]
pub mod fault_sample;
pub mod harness;
#[cfg(target_os = "linux")]
pub mod memory;
pub mod pair;
#[cfg(unix)]
pub mod servers;
#[cfg(target_os = "linux")]
pub mod small_disk;
pub mod tally;
