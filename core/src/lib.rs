//! FTP through a cellular module, both ends of the AT line: a **host** that drives a module by its FTP AT commands
//! (`AT+QFTPPUT` and the rest of Quectel's LTE and GSM modules, `AT+FTPSTOR` and the rest of Fibocom's), and a **module**
//! in software that executes them against real servers.
//!
//! With a module on a serial port:
//!
//! ```no_run
//! use qftp::client::{Client, Login, PutOptions};
//!
//! let mut client = Client::open("/dev/ttyUSB2")?;
//! client.login(&Login::new("ftp.example.com", "user", "password"))?;
//! client.put_file("log.txt".as_ref(), b"logs/log.txt", PutOptions::new())?;
//! client.logout()?;
//! # Ok::<(), qftp::client::Error>(())
//! ```
//!
//! Without one, an emulator inside this process:
//!
//! ```
//! # #[cfg(all(unix, feature = "emulator"))]
//! # fn main() -> Result<(), qftp::client::Error> {
//! use qftp::client::Client;
//!
//! let mut client = Client::open("emulator://ec25")?;
//! assert_eq!(client.identity().model, "EC25");
//! client.store().upload(&mut &b"settings"[..], 8, b"UFS:a.txt")?; // into its flash, checksum compared
//! assert_eq!(client.store().list(b"*")?[0].size, 8);
//! # Ok(())
//! # }
//! # #[cfg(not(all(unix, feature = "emulator")))]
//! # fn main() {}
//! ```
//!
//! Where to go from here:
//!
//! - [`client`]: the blocking client, on the ports that [`connect`] opens by URL, or on a [`port`] of your own;
//! - [`emulator`]: the emulator, on a pseudo terminal, a socket or inside the process;
//! - [`host`] and [`module`]: the two ends as state machines without sockets, threads or clocks, for programs with an
//!   event loop of their own and for firmware; [`ftp`]: the FTP client engine behind the module;
//! - [`dialect`]: the manuals as tables, which both ends read; [`codes`]: every error code, in words.
//!
//! # Features
//!
//! All are on by default. Without `std` the engines and tables are left: `no_std` + `alloc`.
//!
//! | feature | what |
//! | --- | --- |
//! | `std` | [`client`], [`connect`] and [`port`] |
//! | `serial` | serial devices as ports |
//! | `emulator` | [`emulator`], the emulator |
//!
//! # What is promised
//!
//! These modules follow semantic versioning. Before 1.0, a minor release may break a promise, and the changelog says so.
//! Enums and structs that are `#[non_exhaustive]` may grow in every release.
//!
//! | module | what stays the same |
//! | --- | --- |
//! | [`client`] | calls, their outcomes, the defaults of options |
//! | [`connect`] | the forms of URLs |
//! | [`port`] | the trait `Port`: a new method has a default |
//! | [`emulator`] | calls and the names of faults; bytes on the line follow the manuals and may be corrected |
//! | [`host`] | the contract of the engine, operations and their answers; lines sent may be corrected |
//! | [`module`] | the contract of the engine, events and replies, the names of quirks |
//! | [`ftp`] | the contract of the engine, operations and their outcomes |
//! | [`dialect`] | names of dialects and the way to look them up; rows may be added and corrected |
//! | [`codes`] | numbers and names of codes; their explanations may be reworded |
//! | [`ErrorKind`] | kinds and their names |
//! | `internal` | nothing: it serves the tests of this package |
#![cfg_attr(not(feature = "std"), no_std)]
#![cfg_attr(docsrs, feature(doc_cfg))]

extern crate alloc;

mod at;
mod checksum;
#[cfg(feature = "std")]
pub mod client;
pub mod codes;
#[cfg(feature = "std")]
pub mod connect;
pub mod dialect;
#[cfg(feature = "emulator")]
pub mod emulator;
mod error_kind;
mod exchange;
mod framing;
pub mod ftp;
pub mod host;
#[doc(hidden)]
pub mod internal;
pub mod module;
#[cfg(feature = "std")]
pub mod port;

pub use error_kind::ErrorKind;

/// The example of the README compiles.
#[cfg(all(doctest, feature = "std"))]
#[doc = include_str!("../README.md")]
struct Readme;

/// The example of a new dialect compiles and works.
#[cfg(all(doctest, unix, feature = "emulator"))]
#[doc = include_str!("../ARCHITECTURE.md")]
struct Architecture;
