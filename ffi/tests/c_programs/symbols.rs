//! What the shared libraries show to the world: the functions of `symbols.txt` and nothing else, under a name with the
//! version that may break programs. `UPDATE=1` rewrites the lists; a line that goes away breaks programs.

use std::env;
use std::fs;
use std::path::Path;
use std::process::Command;

use crate::library::{LIBRARIES, built, soname};

/// The list of each library, and its header.
const LISTS: [(&str, &str); 2] = [
    ("symbols.txt", "qftp.h"),
    ("emulator/symbols.txt", "qftp_emulator.h"),
];

fn printed(option: &str, library: &str) -> String {
    let output = Command::new("readelf")
        .args([option, "--wide"])
        .arg(built().join(library).with_extension("so"))
        .output();
    let output = output.unwrap_or_else(|error| panic!("readelf: {error}: install binutils"));
    assert!(output.status.success(), "readelf: {}", output.status);
    String::from_utf8(output.stdout).expect("text")
}

#[test]
fn the_exported_symbols_are_those_of_the_list_and_of_the_header() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    for (library, (list, header)) in LIBRARIES.into_iter().zip(LISTS) {
        let table = printed("--dyn-syms", library);
        let mut found: Vec<&str> = table
            .lines()
            .map(|line| line.split_whitespace().collect::<Vec<_>>())
            .filter(|line| line.len() == 8 && line[6].parse::<u16>().is_ok())
            .map(|line| line[7])
            .collect();
        found.sort_unstable();
        let found = found.join("\n") + "\n";
        let list = folder.join(list);
        if env::var_os("UPDATE").is_some() {
            fs::write(&list, &found).expect("the list can be written");
        }
        assert_eq!(
            found,
            fs::read_to_string(&list).unwrap_or_default(),
            "run UPDATE=1 cargo test -p qftp-ffi --test c_programs symbols"
        );
        let header = folder.join("../include").join(header);
        let header = fs::read_to_string(header).expect("a header");
        for name in found.lines() {
            assert!(name.starts_with("qftp_"), "{name} is exported");
            assert!(
                header.contains(&format!("{name}(")),
                "{name} is not in the header"
            );
        }
    }
}

#[test]
fn the_libraries_have_names_with_the_version_that_may_break_programs() {
    for library in LIBRARIES {
        let named = format!("Library soname: [{}]", soname(library));
        let dynamic = printed("--dynamic", library);
        assert!(dynamic.contains(&named), "{dynamic}");
    }
}
