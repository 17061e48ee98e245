//! The inputs of all measurements, the same on every machine, and engines that run on them in memory.
//!
//! A case is made once and then run as often as a measurement wants. Nothing here reads a clock.

pub mod at_stream;
pub mod content;
pub mod download;
pub mod exchange;
pub mod ftp_session;
pub mod idle;
pub mod lines;
pub mod module_commands;
pub mod module_transfer;
mod turn;
pub mod upload;

pub use content::Content;
