//! The software module: a module engine on real sockets and files.

pub mod session;
#[cfg(unix)]
pub mod store;

mod connection;
mod resolve;
