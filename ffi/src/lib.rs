//! libqftp for C. Nothing but translation lives here: C strings to bytes, handles to values, errors to numbers. What
//! the library does is in the crate `qftp` (`core/`).
//!
//! `include/qftp.h` is made from the documentation comments of this crate and of those below it by `tests/header.rs`;
//! write them for a C programmer. The rules for every function stand once, at the head of the header (`cbindgen.toml`).
//!
//! | file | content |
//! | --- | --- |
//! | [`client`] | `qftp_client` |
//! | [`callback`] | functions of the program that the client calls |
//! | [`no_backtrace`] | keeps the shared library small |
//!
//! The bare engine is in `qftp-ffi-engine` (`ffi/engine/`), what looks through pointers of C in `qftp-ffi-shared`
//! (`ffi/shared/`), the emulator in a library of its own (`ffi/emulator/`).
#![allow(
    unsafe_code,
    reason = "exported functions are unsafe to call; the blocks stand in qftp-ffi-shared"
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

use qftp_ffi_engine::{dialect_name, host, login, retry, sentinel, service_state, transfer_result};
use qftp_ffi_shared::{convert, error, handle, opening, ptr, status, versioned_struct};

pub mod callback;
pub mod client;
#[cfg(qftp_shared)]
mod no_backtrace;
