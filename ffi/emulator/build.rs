//! Gives the shared library its SONAME.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-check-cfg=cfg(qftp_shared)"); // ../src/no_backtrace.rs
    soname("libqftp_emulator");
}

include!("../soname.rs");
