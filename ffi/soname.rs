/// Names the library by the part of the version that may break programs: before 1.0 each minor release may, so it is
/// `libqftp.so.0.2`; from then on the major version, `libqftp.so.1`.
fn soname(library: &str) {
    let part = |name| std::env::var(format!("CARGO_PKG_VERSION_{name}")).unwrap_or_default();
    let version = match (part("MAJOR"), part("MINOR")) {
        (major, minor) if major == "0" => format!("{major}.{minor}"),
        (major, _) => major,
    };
    let target = std::env::var("CARGO_CFG_TARGET_OS").unwrap_or_default();
    if matches!(target.as_str(), "linux" | "android" | "freebsd" | "netbsd") {
        println!("cargo::rustc-cdylib-link-arg=-Wl,-soname,{library}.so.{version}");
    }
}
