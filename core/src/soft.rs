//! The software module: a module engine on real sockets and files.

pub mod session;

mod connection;
mod resolve;
