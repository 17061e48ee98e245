//! Gives the shared library its SONAME: the name with the major version of the ABI.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-check-cfg=cfg(qftp_shared)"); // src/no_backtrace.rs
    let major = std::env::var("CARGO_PKG_VERSION_MAJOR").unwrap_or_default();
    let target = std::env::var("CARGO_CFG_TARGET_OS").unwrap_or_default();
    if matches!(target.as_str(), "linux" | "android" | "freebsd" | "netbsd") {
        println!("cargo::rustc-cdylib-link-arg=-Wl,-soname,libqftp.so.{major}");
    }
}
