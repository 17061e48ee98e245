//! libqftp_emulator: the emulator for C, in a library of its own. What drives modules in the field carries neither it nor
//! its TLS.
//!
//! `include/qftp_emulator.h` is made from the documentation comments of this crate by `ffi/tests/header.rs`; write them
//! for a C programmer. Status, errors and the rules for every function are those of `qftp.h`.
//!
//! | file | content |
//! | --- | --- |
//! | [`callback`] | functions of the program that an emulator calls |
//! | [`emulator`] | `qftp_emulator` |
#![cfg(unix)]
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
    reason = "for exported functions the rules stand once, at the head of qftp.h and of ptr"
)]
use std::alloc::System;

use qftp_ffi_shared::{error, handle, opening, ptr, status, versioned_struct};
use zeroizing_alloc::ZeroAlloc;

/// Wipes all memory that the library gives back: a line may hold a password.
#[global_allocator]
static ALLOCATOR: ZeroAlloc<System> = ZeroAlloc(System);

pub mod callback;
pub mod emulator;
#[cfg(qftp_shared)]
#[path = "../../src/no_backtrace.rs"]
mod no_backtrace;
