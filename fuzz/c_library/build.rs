//! Names the condition that the sources of `qftp-ffi` ask for. Its own script sets a SONAME, which a Rust library has not.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-check-cfg=cfg(qftp_shared)"); // ffi/src/no_backtrace.rs
}
