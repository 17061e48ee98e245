//! libqftp_core: `qftp_host`, `qftp_transfer` and the tables, for a firmware. It needs no operating system; memory and the
//! end of a panic come from the firmware (`include/qftp_core.h`).
//!
//! `scripts/build-library.sh libqftp_core staticlib --target thumbv7em-none-eabihf` builds it. On a machine with an
//! operating system the crate is empty but for the engine, so that it takes part in checks of the workspace.
//!
//! | file | content |
//! | --- | --- |
//! | [`memory`] | the allocator over `qftp_core_alloc` and `qftp_core_free` |
//! | [`panic_hook`] | the end of a panic, at `qftp_core_panic` |
#![no_std]
#![allow(unsafe_code, reason = "calls of the firmware, each explained")]
#![warn(
    clippy::multiple_unsafe_ops_per_block,
    clippy::undocumented_unsafe_blocks
)]

// Its functions are those of the library.
extern crate qftp_ffi_engine;

#[cfg(target_os = "none")]
mod memory;
#[cfg(target_os = "none")]
mod panic_hook;
