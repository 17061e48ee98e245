//! Lists the files of `data`, so that the crate carries them.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let mut list = String::new();
    for (constant, folder) in [
        ("STATEMENTS", "conformance"),
        ("CONVERSATIONS", "conversations"),
    ] {
        let mut files = Vec::new();
        let folder = root.join("data").join(folder);
        for entry in fs::read_dir(&folder)? {
            let place = entry?.path();
            println!("cargo::rerun-if-changed={}", place.display());
            for entry in fs::read_dir(&place)? {
                files.push(entry?.path());
            }
        }
        files.sort();
        let rows: String = files.iter().map(|file| row(&folder, file)).collect();
        let _ = writeln!(
            list,
            "/// The files of a folder of `data`: name and content.\npub(crate) const {constant}: &[(&str, &str)] = &[\n{rows}];"
        );
    }
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    fs::write(out.join("files.rs"), list)
}

/// Returns the line of one file.
fn row(folder: &Path, file: &Path) -> String {
    let name = file.strip_prefix(folder).unwrap_or(file);
    let name = name.display().to_string().replace('\\', "/");
    let file = file.display().to_string();
    format!("    ({name:?}, include_str!({file:?})),\n")
}
