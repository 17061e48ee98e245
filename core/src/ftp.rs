//! FTP as the software module speaks it to real servers: what can be asked of a session and how it ends.

mod operation;
mod outcome;

pub use operation::{Account, DataAddress, Operation, Retrieve, Store, Transfer, Wanted};
pub use outcome::{Failure, FailureKind, Outcome, Value};
