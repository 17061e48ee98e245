//! The emulator: a module engine on a line, with real sockets and files behind it.
//!
//! ```
//! use qftp::client::{self, Client};
//! use qftp::dialect::ec2x::EC2X;
//! use qftp::emulator::{Options, Emulator};
//!
//! let module = Emulator::on_pty(None, Options::new(&EC2X))?;
//! let url = module.url().ok_or("a pty has a path")?; // any program can open it as a serial device
//! let mut client = Client::open(&url)?;
//! assert_eq!(client.identity().model, "EC25");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Each module has a thread of its own, which ends when the [`Emulator`] is dropped. Hosts come and go on a pty and
//! on a TCP line, one at a time; a host that goes is DTR dropped.
//!
//! What goes wrong with real modules can be made to happen while it runs: [`Emulator::inject`] and [`fault`].
//!
//! Pseudo terminals and folders that no name can leave are Unix things; elsewhere there is only [`session`].

mod session;
#[cfg(unix)]
mod store;

mod connection;
#[cfg(unix)]
mod driver;
#[cfg(unix)]
pub mod fault;
#[cfg(unix)]
mod line;
#[cfg(unix)]
mod module;
#[cfg(unix)]
mod pipe;
mod resolve;
mod stream;
#[cfg(feature = "tls")]
mod tls;
mod tls_failure;
mod write_buffer;

#[cfg(unix)]
pub use fault::Fault;
#[cfg(unix)]
pub use module::{Emulator, Options, open};

/// Parts of the emulator for the tests of this package. No promise is made about them.
#[doc(hidden)]
pub mod internal {
    pub use super::session::{SessionEvent, SocketSession};
    #[cfg(unix)]
    pub use super::store::{FileStore, Sink, Source, StoreOptions};
}
