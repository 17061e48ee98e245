//! libqftp for C. Nothing but translation lives here: C strings to bytes, handles to values, errors to numbers. What
//! the library does is in the crate `qftp` (`core/`).
//!
//! `include/qftp.h` is made from the documentation comments of this crate by `tests/header.rs`; write them for a C
//! programmer. What holds for every function stands once, at the head of the header (`cbindgen.toml`).
//!
//! | file | what |
//! | --- | --- |
//! | [`status`] | `qftp_status` and its texts |
//! | [`handle`] | what is behind an opaque pointer: busy flag, panic guard, freeing |
//! | [`convert`] | C strings and buffers, in and out |
//! | [`versioned_struct`] | structs that can grow |
//! | [`error`] | why a call failed, and `qftp_error` |
//! | [`client`] | `qftp_client` |
//! | [`host`] | `qftp_host` |
//! | [`emulator`] | `qftp_emulator` |
//! | [`login`] | `qftp_login_options`, for client and engine |
//! | [`version`] | `qftp_version`, `qftp_abi_version` |
#![allow(
    unsafe_code,
    reason = "pointers from C; each block states what it relies on"
)]
#![allow(non_camel_case_types, reason = "types have the names that C sees")]
#![allow(
    clippy::missing_safety_doc,
    reason = "the rules for pointers stand once, at the head of the header"
)]
// Apart from each other, so that they stay in the order of the header.
pub mod version;

pub mod status;

mod error;

pub mod login;

pub mod client;

pub mod host;

#[cfg(all(unix, feature = "emulator"))]
pub mod emulator;

mod convert;
mod handle;
#[cfg(qftp_shared)]
mod no_backtrace;
mod versioned_struct;
