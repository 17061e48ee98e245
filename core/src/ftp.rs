//! FTP as the emulator speaks it to real servers: the client engine, sans-IO.
//!
//! [`Engine`] takes bytes, the driver's [`SocketReply`]s and time. It gives bytes for the control connection and
//! [`FtpEvent`]s, for the driver's sockets and for the user. Payload does not pass through it: the driver moves it
//! between the data connection and its user, and counts.
//!
//! ```
//! use qftp::ftp::{Account, Engine, FtpEvent, FtpOperation, SocketReply};
//!
//! let account = Account {
//!     host: b"ftp.example".to_vec(),
//!     port: 21,
//!     user: b"u".to_vec(),
//!     password: b"p".to_vec(),
//!     account: None,
//!     local_ports: qftp::ftp::LocalPorts::default(),
//!     security: qftp::ftp::Security::Plain,
//! };
//! let now = core::time::Duration::ZERO;
//! let mut engine = Engine::new();
//! engine.start(now, FtpOperation::Open(account))?;
//! assert!(matches!(engine.poll_event(), Some(FtpEvent::ConnectControl { port: 21, .. })));
//! let (local, peer) = (([192, 0, 2, 1], 50000).into(), ([192, 0, 2, 2], 21).into());
//! engine.handle_reply(now, SocketReply::Connected { local, peer });
//! for (reply, command) in [
//!     (&b"220 ready\r\n"[..], &b"USER u\r\n"[..]),
//!     (b"331 password?\r\n", b"PASS p\r\n"),
//! ] {
//!     engine.handle_input(now, reply);
//!     assert_eq!(engine.poll_transmit(), Some(command));
//!     engine.transmitted(now, command.len());
//! }
//! engine.handle_input(now, b"230 welcome\r\n");
//! assert!(matches!(engine.poll_event(), Some(FtpEvent::Done(Ok(login))) if login.code == 230));
//! # Ok::<(), qftp::ftp::Busy>(())
//! ```
//!
//! Decisions:
//! - **In sync.** The engine waits for exactly one reply at a time. A transfer that is broken off closes its data
//!   connection and then finds back by ABOR and NOOP, so that the next command gets its own reply.
//! - **Silence** of the server is the caller's business ([`Engine::abort`]); the engine has limits of its own only
//!   for the way back into sync.
//! - **Types.** Payload is what is on the wire: in ASCII lines end with CR LF as the server sends them.
//! - **Names** go out byte for byte.

mod address;
mod engine;
mod event;
mod login;
mod operation;
mod outbox;
mod outcome;
mod question;
mod reply;
mod running;
mod server;
mod session;
mod settle;
mod step;
mod transfer;
mod value;

pub use engine::{Busy, Engine};
pub use event::{FtpEvent, SocketReply};
pub use operation::{
    Account, FtpDataAddress, FtpOperation, FtpStore, FtpTransfer, LocalPorts, Retrieve,
    RetrieveKind, Security,
};
pub use outcome::{FailureKind, FtpFailure, FtpOutcome, FtpValue};
