//! Shared parts of the tests: real FTP servers, conversations as text, AT sessions with an emulator.

#[cfg(unix)]
pub mod at_session;
pub mod conversation;
#[cfg(unix)]
pub mod servers;
