//! Leaves the stack trace out of the message of a panic, and with it a third of the shared library.
//!
//! The standard library brings a reader of debug information for that trace. The only way to it is the callback that it
//! hands to `_Unwind_Backtrace`. Where that never calls back, link-time optimisation finds the reader unused.
//!
//! The function is hidden: only this library sees it, and the header does not declare it (`exclude` in
//! `cbindgen.toml`). In a static library it would clash with the program's own, so it is there only in builds of the
//! shared library (`qftp_shared`, see `scripts/build-library.sh`).

use std::ffi::{c_int, c_void};

// The attribute below exports the name; this takes it back.
std::arch::global_asm!(".hidden _Unwind_Backtrace");

/// `_URC_END_OF_STACK`: there are no frames.
const END_OF_STACK: c_int = 5;

#[unsafe(no_mangle)]
extern "C" fn _Unwind_Backtrace(_: *const c_void, _: *mut c_void) -> c_int {
    END_OF_STACK
}
