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
//!   event loop of their own and for firmware; [`ftp`]: the FTP client engine behind the module; [`transfer`]: the way of
//!   a transfer through faults;
//! - [`dialect`]: the manuals as tables, which both ends read; [`codes`]: every error code, in words.
//!
//! # The contract of the engines
//!
//! [`host::Host`], [`module::Module`] and [`ftp::Engine`] are plain values: they take bytes and time, and give bytes and
//! events. They have no threads, no callbacks and no sleep. Time is a [`Duration`](core::time::Duration) since a start
//! that the caller chose, and never goes back. All three have the same methods ([`endpoint::Endpoint`]):
//!
//! | method | from or to |
//! | --- | --- |
//! | `start(now, operation)` | from the user: begins an operation (host, ftp) |
//! | `abort(now)` | from the user: ends the running operation |
//! | `handle_input(now, bytes)` | from the wire |
//! | `handle_timeout(now)` | from the clock |
//! | `handle_reply(now, reply)` | from the driver: how an event was carried out (module, ftp) |
//! | `poll_transmit()`, `transmitted(now, count)` | to the wire |
//! | `poll_event()` | to the user or the driver |
//! | `poll_timeout()` | to the clock |
//!
//! After each call of a method that takes `now`, drain `poll_transmit` and `poll_event`, then read `poll_timeout`. One
//! loop drives any of them; [`driver::Driver`] is it for ports:
//!
//! ```
//! use core::time::Duration;
//! use qftp::endpoint::Endpoint;
//!
//! /// A UART and a clock, as a firmware has them.
//! trait Board {
//!     fn now(&self) -> Duration;
//!     fn write(&mut self, bytes: &[u8]) -> usize;
//!     /// Waits for bytes until then.
//!     fn read(&mut self, buffer: &mut [u8], until: Option<Duration>) -> usize;
//! }
//!
//! /// Moves bytes once, and hands out events until `on_event` returns false. Call it until it does.
//! fn turn<E: Endpoint>(
//!     engine: &mut E,
//!     board: &mut impl Board,
//!     mut on_event: impl FnMut(E::Event<'_>) -> bool,
//! ) -> bool {
//!     if let Some(bytes) = engine.poll_transmit() {
//!         let count = board.write(bytes);
//!         engine.transmitted(board.now(), count);
//!     }
//!     while let Some(event) = engine.poll_event() {
//!         if !on_event(event) {
//!             return false;
//!         }
//!     }
//!     // With more to write there is no time to wait.
//!     let now = board.now();
//!     let until = if engine.poll_transmit().is_some() {
//!         Some(now)
//!     } else {
//!         engine.poll_timeout()
//!     };
//!     let mut buffer = [0; 256];
//!     let count = board.read(&mut buffer, until);
//!     engine.handle_input(board.now(), &buffer[..count]);
//!     if engine.poll_timeout().is_some_and(|due| due <= board.now()) {
//!         engine.handle_timeout(board.now());
//!     }
//!     true
//! }
//!
//! /// A board whose UART ends in a module engine.
//! struct Loopback {
//!     module: qftp::module::Module,
//!     now: Duration,
//! }
//!
//! impl Board for Loopback {
//!     fn now(&self) -> Duration {
//!         self.now
//!     }
//!     fn write(&mut self, bytes: &[u8]) -> usize {
//!         self.module.handle_input(self.now, bytes);
//!         bytes.len()
//!     }
//!     fn read(&mut self, buffer: &mut [u8], until: Option<Duration>) -> usize {
//!         let bytes = self.module.poll_transmit().unwrap_or_default();
//!         let count = bytes.len().min(buffer.len());
//!         buffer[..count].copy_from_slice(&bytes[..count]);
//!         self.module.transmitted(self.now, count);
//!         if count == 0 {
//!             self.now = until.unwrap_or(self.now); // a simulated clock
//!         }
//!         count
//!     }
//! }
//!
//! use qftp::dialect::ec2x::EC2X;
//! use qftp::host::{Answer, Event, Host, Operation};
//! let module = qftp::module::Module::new(&EC2X);
//! let mut board = Loopback { module, now: Duration::ZERO };
//! let mut host = Host::new(&EC2X);
//! host.start(board.now(), Operation::Identify).unwrap();
//! let mut answer = None;
//! while turn(&mut host, &mut board, |event| match event {
//!     Event::Done(result) => {
//!         answer = Some(result);
//!         false
//!     }
//!     _ => true,
//! }) {}
//! assert!(matches!(answer, Some(Ok(Answer::Identity(identity))) if identity.model == "EC25"));
//! ```
//!
//! # Features
//!
//! All are on by default. Without `std` the engines and tables are left: `no_std` + `alloc`.
//!
//! | feature | what |
//! | --- | --- |
//! | `std` | [`client`], [`connect`], [`driver`] and [`port`] |
//! | `serial` | serial devices as ports |
//! | `module` | [`module`] and [`ftp`], and what tables need for them |
//! | `emulator` | [`emulator`], the emulator |
//! | `record` | [`record`]: records of the line, and `replay://` as a port |
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
//! | [`transfer`] | steps and outcomes, the defaults of the policy |
//! | [`ftp`] | the contract of the engine, operations and their outcomes |
//! | [`endpoint`], [`driver`] | the methods of the engines and the loop over them |
//! | [`dialect`] | names of dialects and the way to look them up; rows may be added and corrected |
//! | [`codes`] | numbers and names of codes; their explanations may be reworded |
//! | [`record`] | version 1 of the format can be read; a later version of the format may be written |
//! | [`ErrorKind`] | kinds and their names |
//! | `internal` | nothing: it serves the tests of this package |
#![cfg_attr(not(feature = "std"), no_std)]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![cfg_attr(
    not(feature = "module"),
    allow(
        dead_code,
        unused_imports,
        reason = "what only a module needs of syntax and tables stands beside what a host needs"
    )
)]
// Users write these types down: each is left open for growth, or says why it is not.
#![warn(clippy::exhaustive_enums, clippy::exhaustive_structs)]

extern crate alloc;

#[expect(clippy::exhaustive_enums, reason = "internal: no promise is made")]
mod at;
#[cfg(any(feature = "module", feature = "std"))]
mod calendar;
mod checksum;
#[cfg(feature = "std")]
pub mod client;
pub mod codes;
#[cfg(feature = "std")]
pub mod connect;
pub mod dialect;
#[cfg(feature = "std")]
pub mod driver;
#[cfg(feature = "emulator")]
pub mod emulator;
pub mod endpoint;
mod error_kind;
mod error_kinds;
#[expect(
    clippy::exhaustive_enums,
    clippy::exhaustive_structs,
    reason = "internal: no promise is made"
)]
mod exchange;
#[expect(
    clippy::exhaustive_enums,
    clippy::exhaustive_structs,
    reason = "internal: no promise is made"
)]
mod framing;
#[cfg(feature = "module")]
pub mod ftp;
pub mod host;
#[doc(hidden)]
pub mod internal;
#[cfg(feature = "std")]
mod io_reason;
#[cfg(feature = "module")]
pub mod module;
#[cfg(feature = "std")]
pub mod port;
#[cfg(feature = "record")]
pub mod record;
pub mod transfer;
mod wiped;

pub use error_kind::ErrorKind;
pub use error_kinds::ErrorKinds;

/// The example of the README compiles.
#[cfg(all(doctest, feature = "std"))]
#[doc = include_str!("../README.md")]
struct Readme;

/// The example of a new dialect compiles and works.
#[cfg(all(doctest, unix, feature = "emulator"))]
#[doc = include_str!("../ARCHITECTURE.md")]
struct Architecture;
