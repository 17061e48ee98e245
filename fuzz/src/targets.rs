//! The targets: each has a file with a function `run`, which panics if something is wrong.

#[allow(unsafe_code, reason = "it calls the C interface as a C program does")]
pub mod c_calls;
pub mod conversation_cuts;
pub mod framing;
pub mod ftp_replies;
pub mod host_input;
pub mod listings;
pub mod module_input;
pub mod netrc;
pub mod trace;
pub mod urls;
