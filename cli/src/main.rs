//! The program `qftp`; all of it stands in the library beside it.

use std::alloc::System;
use std::ffi::OsString;
use std::process::ExitCode;

use zeroizing_alloc::ZeroAlloc;

/// Wipes all memory that is given back: arguments, URLs and lines may hold a password.
#[global_allocator]
static ALLOCATOR: ZeroAlloc<System> = ZeroAlloc(System);

fn main() -> ExitCode {
    let words: Vec<OsString> = std::env::args_os().collect();
    qftp_cli::main(&words).into()
}
