//! FTP through a cellular module, both ends of the AT line.
#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

pub mod at;
pub mod checksum;
#[cfg(feature = "std")]
pub mod client;
pub mod codes;
pub mod dialect;
pub mod exchange;
pub mod framing;
pub mod ftp;
pub mod host;
pub mod module;
#[cfg(feature = "std")]
pub mod port;
#[cfg(feature = "soft")]
pub mod soft;
