//! Checks that a family is a value: only the tables and the rooms of the families name one.

use std::fs;
use std::path::{Path, PathBuf};

/// The rooms where a family is named, below `core/src`.
const ROOMS: &[&str] = &["dialect", "host/family", "module/family"];

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
}

#[test]
fn no_family_is_named_outside_its_rooms() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut paths = Vec::new();
    sources(&root, &mut paths);
    let mut named = Vec::new();
    for path in paths {
        let place = path.strip_prefix(&root).expect("below src");
        let is_room = |room: &&str| {
            place.starts_with(room) || place == Path::new(room).with_extension("rs").as_path()
        };
        if ROOMS.iter().any(is_room) {
            continue;
        }
        let text = fs::read_to_string(&path).expect("text");
        let lines = text.lines().enumerate();
        let is_naming = |line: &str| line.contains("Family::") && !line.contains("AddressFamily::");
        named.extend(
            lines
                .filter(|(_, line)| is_naming(line))
                .map(|(number, line)| format!("{}:{}: {line}", place.display(), number + 1)),
        );
    }
    assert!(named.is_empty(), "a family is named:\n{}", named.join("\n"));
}
