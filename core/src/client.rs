//! The blocking client: the host end on a port.
//!
//! ```no_run
//! use qftp::client::{Client, Login, PutOptions};
//!
//! let mut client = Client::open("/dev/ttyUSB2?baud=921600&rtscts=1")?;
//! client.login(&Login::new("ftp.example.com", "user", "password"))?;
//! client.put_file("log.txt".as_ref(), b"/logs/log.txt", PutOptions::new())?;
//! client.logout()?;
//! client.close();
//! # Ok::<(), qftp::client::Error>(())
//! ```
//!
//! Every call blocks until its end, and every wait has a time-out. The client starts no thread: it reads the line inside
//! calls only. Call [`Client::poll`] now and then if unsolicited result codes matter between calls.
//!
//! [`ClientOptions`] opens a client with a dialect, a handle that cancels, or a log from the first line on.
//! [`PutOptions`] and [`GetOptions`] are the options of transfers. Every call ends with an [`Error`], whose
//! [`kind`](Error::kind) a program can act on.

mod absence;
mod ascii;
mod atomic;
mod callbacks;
mod closed_port;
mod commands;
mod comparison;
mod composed;
mod connection;
mod disk_sync;
mod endpoints;
mod enter;
pub(crate) mod entry;
mod error;
mod file_batch;
mod get;
mod get_piece;
mod glob;
pub(crate) mod list_line;
mod listing;
mod local_file;
mod long_path;
mod mkdir_all;
mod modified;
mod opening;
mod options;
mod part_file;
mod payload;
mod probe;
mod put;
mod read_back;
mod recovery;
mod refusal;
mod remote_version;
mod retry;
mod retry_notice;
mod safe_name;
mod session_memory;
mod store;
mod support;
mod transfer;
mod transfer_run;
mod tree;
mod ways;
mod writer_sink;

pub use connection::Client;
pub use entry::{Entry, EntryKind};
pub use error::{Error, TransferError};
pub use file_batch::FileBatch;
pub use get::{GetOptions, PartMode};
pub use glob::{is_pattern, name_matches};
pub use modified::parse_modified;
pub use options::ClientOptions;
pub use probe::Probe;
pub use put::{PutMode, PutOptions};
pub use retry_notice::RetryNotice;
pub use store::{Store, StoredFile};
pub use support::{Support, Task, support};
pub use transfer::Transferred;
pub use tree::{SkipReason, TreeAction, TreeEvent, TreeItem, TreeOptions, TreeOutcome, TreeReport};

pub use crate::host::{
    ApnAccount, ApnAuthentication, DataAddress, LineKind, LineLog, Login, ModuleIdentity,
    PayloadLog, PemError, SendBufferSize, SendBufferSizeError, ServiceState, Tls, TlsConfigError,
    TlsMode, TransferWay, UnknownWay, Warning,
};
pub use crate::port::Cancel;
pub use crate::transfer::{RetryPolicy, Verified};
pub use crate::{ErrorKind, ErrorKinds};
