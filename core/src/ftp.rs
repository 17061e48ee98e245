//! FTP as the emulator speaks it to real servers: the client engine, sans-IO.
//!
//! [`Engine`] takes bytes, the status of sockets and time; it gives bytes for the control connection, [`Action`]s for
//! the driver's sockets, and [`Event`]s. Payload does not pass through it: the driver moves it between the data
//! connection and its user, and counts.
//!
//! ```
//! use qftp::ftp::{Account, Action, Engine, Event, Operation};
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
//! let (ours, theirs) = ([192, 0, 2, 1], [192, 0, 2, 2]);
//! let now = core::time::Duration::ZERO;
//! let mut engine = Engine::new();
//! engine.start(Operation::Open(account)).expect("nothing is in flight");
//! assert!(matches!(engine.poll_action(), Some(Action::ConnectControl { port: 21, .. })));
//! engine.handle_connected((ours, 50000).into(), (theirs, 21).into());
//! for (said, answered) in [
//!     (&b"220 ready\r\n"[..], &b"USER u\r\n"[..]),
//!     (b"331 who says so?\r\n", b"PASS p\r\n"),
//! ] {
//!     engine.handle_control(now, said);
//!     assert_eq!(engine.poll_transmit().as_deref(), Some(answered));
//! }
//! engine.handle_control(now, b"230 welcome\r\n");
//! assert!(matches!(engine.poll_event(), Some(Event::Done(Ok(login))) if login.code == 230));
//! ```
//!
//! Decisions:
//! - **In step.** Exactly one reply is waited for at a time. A transfer that is broken off closes its data connection
//!   and then finds back by ABOR and NOOP, so that the next command gets its own reply.
//! - **Silence** of the server is the caller's business ([`Engine::abort`]); the engine has limits of its own only
//!   for the way back into step.
//! - **Types.** Payload is what is on the wire: in ASCII lines end with CR LF as the server sends them.
//! - **Names** go out byte for byte.

mod address;
mod engine;
mod login;
mod operation;
mod outbox;
mod outcome;
mod reply;
mod running;
mod session;
mod settle;
mod transfer;
mod value;

pub use engine::{Busy, Engine};
pub use operation::{
    Account, DataAddress, LocalPorts, Operation, Retrieve, Security, Store, Transfer, Wanted,
};
pub use outbox::{Action, Event};
pub use outcome::{Failure, FailureKind, Outcome, Value};
