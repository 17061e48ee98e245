//! The emulator: a module engine on a line, with real sockets and files behind it.
//!
//! ```
//! use qftp::client::Client;
//! use qftp::dialect::ec2x::EC2X;
//! use qftp::emulator::{Emulator, EmulatorOptions};
//!
//! let module = Emulator::on_pty(None, EmulatorOptions::new(&EC2X))?;
//! let url = module.url().ok_or("a pty has a path")?; // any program can open it as a serial device
//! let mut client = Client::open(&url)?;
//! assert_eq!(client.identity().model, "EC25");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The emulators of a process share a few threads, six at most, which end with the last [`Emulator`]; two more look host
//! names up. A thousand emulators are no burden: an idle one takes some kilobytes and at most four descriptors. Where the
//! limit of descriptors is too low for them, starting an emulator raises it, up to the hard limit of the process. Hosts come and go on a pty
//! and on a socket, one at a time. A host that goes drops DTR.
//!
//! Faults seen on real modules can be injected while it runs: [`Emulator::inject`] and [`fault`]. States of the module
//! and its network can be set: [`Emulator::set_state`] and [`state`](crate::module::state).
//!
//! It can also fail by itself, at a byte, a command or a URC: [`EmulatorOptions::fault_plan`] and [`fault_plan`].
//!
//! The emulator needs Unix: pseudo terminals, and folders that no name can leave.

// Without the emulator itself, which needs Unix, parts of these are unused.
#[cfg_attr(not(unix), allow(dead_code))]
pub(crate) mod session;
#[cfg(unix)]
pub(crate) mod store;

#[cfg(unix)]
mod active_faults;
#[cfg_attr(not(unix), allow(dead_code))]
pub(crate) mod alarm;
#[cfg(unix)]
mod audience;
#[cfg(unix)]
mod connect_gate;
mod connection;
#[cfg(unix)]
pub mod control;
#[cfg(unix)]
mod descriptors;
#[cfg(unix)]
mod driver;
#[cfg(unix)]
mod driver_turn;
#[cfg(unix)]
mod echo_message;
pub mod fault;
#[cfg_attr(not(unix), allow(dead_code, unused_imports))]
pub mod fault_plan;
#[cfg(unix)]
mod handle;
#[cfg(all(unix, feature = "record"))]
mod host_record;
#[cfg(unix)]
mod host_socket;
#[cfg(unix)]
mod inject;
#[cfg(unix)]
mod internet;
#[cfg(unix)]
mod line;
#[cfg(unix)]
mod line_input;
#[cfg(unix)]
mod line_output;
#[cfg(unix)]
mod options;
#[cfg(unix)]
mod pipe;
#[cfg(unix)]
mod plan_effects;
#[cfg(unix)]
mod pool;
#[cfg(unix)]
mod presence;
mod resolve;
#[cfg(unix)]
mod shard;
#[cfg(unix)]
mod shard_core;
#[cfg(unix)]
mod socket_file;
mod stream;
#[cfg(unix)]
mod tenant;
#[cfg(unix)]
mod time_message;
#[cfg(feature = "tls")]
mod tls;
mod tls_failure;
#[cfg(unix)]
mod tls_files;
#[cfg(unix)]
pub mod trace;
#[cfg(unix)]
mod turned_away;
#[cfg(unix)]
mod uart;
#[cfg_attr(not(unix), allow(dead_code))]
mod write_buffer;

pub use fault::Fault;
pub use fault_plan::{FaultPlan, FaultRule};
#[cfg(unix)]
pub use handle::Emulator;
#[cfg(unix)]
pub use options::EmulatorOptions;
#[cfg(unix)]
pub use trace::{TraceEvent, TraceKind};
