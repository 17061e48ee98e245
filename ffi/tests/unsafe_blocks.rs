//! Unsafe blocks stand in the few files that explain them, and nowhere else.

use std::fs;
use std::path::Path;

/// The value behind a handle, the memory and the hook of a firmware, pointers of C, structs that can grow.
const ROOMS: [&str; 5] = [
    "handle.rs",
    "memory.rs",
    "panic_hook.rs",
    "ptr.rs",
    "versioned_struct.rs",
];

/// Collects the files of a folder that have an unsafe block.
fn files_with_blocks(folder: &Path, found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files_with_blocks(&path, found);
        } else if fs::read_to_string(&path).is_ok_and(|text| text.contains("unsafe {")) {
            let name = path.file_name().expect("a name").to_string_lossy();
            found.push(name.into_owned());
        }
    }
}

#[test]
fn unsafe_blocks_stand_in_their_files() {
    let mut found = Vec::new();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    for sources in [
        "src",
        "shared/src",
        "engine/src",
        "emulator/src",
        "core/src",
    ] {
        files_with_blocks(&folder.join(sources), &mut found);
    }
    found.sort();
    assert_eq!(found, ROOMS);
}
