//! libqftp for C. Nothing but translation lives here: C strings to bytes, handles to values, errors to numbers. What
//! the library does is in the crate `qftp` (`core/`).
//!
//! `include/qftp.h` is made from the documentation comments of this crate by `tests/header.rs`; write them for a C
//! programmer. The rules for every function stand once, at the head of the header (`cbindgen.toml`).
//!
//! | file | content |
//! | --- | --- |
//! | [`version`] | `qftp_version`, `qftp_abi_version` |
//! | [`sentinel`] | `QFTP_UNKNOWN`, `QFTP_ALL`, `QFTP_NEVER` |
//! | [`status`] | `qftp_status` and its texts |
//! | [`error`] | why a call failed, and `qftp_error` |
//! | [`callback`] | functions of the program that the library calls |
//! | [`service_state`] | `qftp_service_state`, for client and engine |
//! | [`login`] | `qftp_login_options`, for client and engine |
//! | [`retry`] | `qftp_retry`, for client and transfer |
//! | [`client`] | `qftp_client` |
//! | [`host`] | `qftp_host` |
//! | [`transfer`] | `qftp_transfer`, on top of `qftp_host` |
//! | [`emulator`] | `qftp_emulator` |
//! | [`ptr`] | every place that looks through a pointer of C |
//! | [`handle`] | the value behind an opaque pointer: busy flag, panic guard, freeing |
//! | [`versioned_struct`] | structs that can grow |
//! | [`convert`] | texts in the arrays of structs |
//! | [`opening`] | calls that make a handle |
//! | [`dialect_name`] | dialects by name |
//! | [`no_backtrace`] | keeps the shared library small |
#![allow(
    unsafe_code,
    reason = "exported functions are unsafe to call; the blocks stand in ptr, handle and versioned_struct"
)]
#![warn(
    clippy::multiple_unsafe_ops_per_block,
    clippy::undocumented_unsafe_blocks
)]
#![allow(non_camel_case_types, reason = "types have the names that C sees")]
#![allow(
    clippy::missing_safety_doc,
    reason = "for exported functions the rules stand once, at the head of the header and of ptr"
)]
use std::alloc::System;

use zeroizing_alloc::ZeroAlloc;

/// Wipes all memory that the library gives back: a login or a line may hold a password.
#[global_allocator]
static ALLOCATOR: ZeroAlloc<System> = ZeroAlloc(System);

// Apart from each other, so that they stay in the order of the header.
pub mod version;

pub mod sentinel;

pub mod status;

mod error;

pub mod callback;

pub mod service_state;

pub mod login;

pub mod client;

pub mod host;

pub mod retry;

pub mod transfer;

#[cfg(all(unix, feature = "emulator"))]
pub mod emulator;

mod convert;
mod dialect_name;
mod handle;
#[cfg(qftp_shared)]
mod no_backtrace;
mod opening;
mod ptr;
mod versioned_struct;
