//! Unsafe blocks stand in the three files that explain them, and nowhere else.

use std::fs;
use std::path::Path;

/// Pointers of C, the value behind a handle, structs that can grow.
const ROOMS: [&str; 3] = ["handle.rs", "ptr.rs", "versioned_struct.rs"];

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
fn unsafe_blocks_stand_in_their_three_files() {
    let mut found = Vec::new();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    for sources in ["src", "shared/src", "engine/src", "emulator/src"] {
        files_with_blocks(&folder.join(sources), &mut found);
    }
    found.sort();
    assert_eq!(found, ROOMS);
}
