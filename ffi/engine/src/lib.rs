//! The bare engine of libqftp for C, in every library that has it: `qftp_host` and `qftp_transfer` need no operating
//! system.
//!
//! `include/qftp.h` is made from the documentation comments of this crate, of `qftp-ffi` and of `qftp-ffi-shared` by
//! `ffi/tests/header.rs`; write them for a C programmer.
//!
//! | file | content |
//! | --- | --- |
//! | [`version`] | `qftp_version`, `qftp_abi_version` |
//! | [`sentinel`] | `QFTP_UNKNOWN`, `QFTP_ALL`, `QFTP_NEVER` |
//! | [`strerror`] | `qftp_strerror` |
//! | [`service_state`] | `qftp_service_state`, for client and engine |
//! | [`login`] | `qftp_login_options`, for client and engine |
//! | [`retry`] | `qftp_retry`, for client and transfer |
//! | [`transfer_result`] | `qftp_transferred`, for client and transfer |
//! | [`host`] | `qftp_host` |
//! | [`transfer`] | `qftp_transfer`, on top of `qftp_host` |
//! | [`dialect_name`] | dialects by name |
#![no_std]
#![allow(
    unsafe_code,
    reason = "exported functions are unsafe to call; the blocks stand in qftp-ffi-shared"
)]
#![warn(
    clippy::multiple_unsafe_ops_per_block,
    clippy::undocumented_unsafe_blocks
)]
#![allow(
    clippy::missing_errors_doc,
    reason = "a Fault says itself what does not fit"
)]
#![allow(non_camel_case_types, reason = "types have the names that C sees")]
#![allow(
    clippy::missing_safety_doc,
    reason = "for exported functions the rules stand once, at the head of the header and of ptr"
)]

extern crate alloc;

use qftp_ffi_shared::{convert, error, handle, opening, ptr, status, versioned_struct};

// Apart from each other, so that they stay in the order of the header.
pub mod version;

pub mod sentinel;

pub mod strerror;

pub mod service_state;

pub mod login;

pub mod transfer_result;

pub mod host;

pub mod retry;

pub mod transfer;

pub mod dialect_name;
